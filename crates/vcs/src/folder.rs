//! Bringing the folder and the index from one state to another. Whatever is in the way is somebody's work, so it is looked at first and
//! never written over.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use git2::{ObjectType, Oid};

use crate::Error;
use crate::repo::Repo;
use crate::tree::{Entry, Files, Unsettled, index_entry};

/// What the large hosters take at most.
pub(crate) const MOST_FILE: u64 = 100_000_000;

impl Repo {
    /// Refuses where something unsaved would be lost by going from one state to the other.
    pub(crate) fn in_the_way(&self, from: &Files, to: &Files) -> Result<(), Error> {
        let root = self.folder()?;
        let index = self.index()?;
        let paths = changed(from, to);
        self.fits(paths.iter().filter_map(|path| to.get_key_value(path)))?;
        for path in paths {
            if let Some(filter) = self.filter(&path) {
                return Err(Error::refused(
                    format!(
                        "`{path}` is kept by git's filter `{filter}`, which only the git command line runs"
                    ),
                    "do this with the git command line; the merge driver works there too",
                ));
            }
            let (was, next) = (from.get(&path), to.get(&path));
            let staged =
                index.get_path(Path::new(&path), 0).map(|entry| Entry { id: entry.id, mode: entry.mode });
            if staged != was.copied() && staged != next.copied() {
                return Err(unsaved(&path));
            }
            let here = self.at(&root.join(&path), &path, was.or(next))?;
            let fits = match here {
                // A file that is missing is no work.
                None => true,
                Some(id) => was.is_some_and(|was| was.id == id) || next.is_some_and(|next| next.id == id),
            };
            if !fits {
                return Err(unsaved(&path));
            }
        }
        Ok(())
    }

    /// No file may be larger than a bot's file is.
    pub(crate) fn fits<'a>(&self, files: impl Iterator<Item = (&'a String, &'a Entry)>) -> Result<(), Error> {
        let odb = self.git.odb()?;
        for (path, entry) in files.filter(|(_, entry)| !is_module(entry.mode)) {
            let (bytes, _) = odb.read_header(entry.id)?;
            if bytes as u64 > MOST_FILE {
                return Err(too_large(path, bytes as u64));
            }
        }
        Ok(())
    }

    /// The program that stands between a file and what git stores of it, as for large files.
    pub(crate) fn filter(&self, path: &str) -> Option<String> {
        let flags = git2::AttrCheckFlags::FILE_THEN_INDEX;
        let filter = self.git.get_attr(Path::new(path), "filter", flags).ok()??;
        Some(filter.to_owned())
    }

    /// Writes the files that differ.
    pub(crate) fn put(&self, from: &Files, to: &Files, manner: Manner) -> Result<(), Error> {
        let root = self.folder()?;
        let paths = changed(from, to);
        // First what goes, so that a folder can become a file.
        for path in paths.iter().filter(|path| !to.contains_key(*path)) {
            let file = root.join(path);
            let known = from.get(path);
            if known.is_some_and(|known| is_module(known.mode))
                || !self.may(manner, &file, path, known, None)?
            {
                continue;
            }
            within(root, path)?;
            match fs::remove_file(&file) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(disk(&file, "removed", error));
                }
                _ => {}
            }
            let mut folder = file.parent();
            while let Some(empty) = folder.filter(|folder| *folder != root && fs::remove_dir(folder).is_ok())
            {
                folder = empty.parent();
            }
        }
        for path in &paths {
            let Some(entry) = to.get(path).filter(|entry| !is_module(entry.mode)) else { continue };
            let file = root.join(path);
            if !self.may(manner, &file, path, from.get(path), Some(entry))? {
                continue;
            }
            within(root, path)?;
            self.write_entry(&file, *entry)?;
        }
        Ok(())
    }

    fn may(
        &self,
        manner: Manner,
        file: &Path,
        path: &str,
        known: Option<&Entry>,
        next: Option<&Entry>,
    ) -> Result<bool, Error> {
        if manner == Manner::Over {
            return Ok(true);
        }
        let here = self.at(file, path, known.or(next))?;
        let ok = here.is_none() || [known, next].into_iter().flatten().any(|entry| Some(entry.id) == here);
        match manner {
            Manner::Safe if !ok => Err(unsaved(path)),
            // Going back, what is neither the old nor the new is somebody's work.
            _ => Ok(ok),
        }
    }

    /// The blob that stands at a path, as git would store it; nothing where nothing does.
    fn at(&self, file: &Path, path: &str, like: Option<&Entry>) -> Result<Option<Oid>, Error> {
        let metadata = match fs::symlink_metadata(file) {
            Ok(metadata) => metadata,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(disk(file, "read", error)),
        };
        if metadata.is_symlink() {
            let to = fs::read_link(file).map_err(|error| disk(file, "read", error))?;
            return Ok(Some(Oid::hash_object(ObjectType::Blob, to.as_os_str().as_encoded_bytes())?));
        }
        if !metadata.is_file() {
            // A submodule's folder is its own business.
            return Ok(like
                .filter(|entry| is_module(entry.mode))
                .map(|entry| entry.id)
                .or(Some(Oid::ZERO_SHA1)));
        }
        let bytes = fs::read(file).map_err(|error| disk(file, "read", error))?;
        let id = Oid::hash_object(ObjectType::Blob, &bytes)?;
        if like.is_some_and(|entry| entry.id == id) {
            return Ok(Some(id));
        }
        // Line ends may be the system's here and git's there.
        Ok(Some(self.git.index()?.get_path(Path::new(path), 0).map_or(id, |entry| {
            let unix: Vec<u8> = without_returns(&bytes);
            match Oid::hash_object(ObjectType::Blob, &unix) {
                Ok(plain) if plain == entry.id => plain,
                _ => id,
            }
        })))
    }

    fn write_entry(&self, file: &Path, entry: Entry) -> Result<(), Error> {
        let blob = self.git.find_blob(entry.id)?;
        let folder = file.parent().unwrap_or(file);
        fs::create_dir_all(folder).map_err(|error| disk(folder, "made", error))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let temporary = folder.join(format!(".nexus-save-{name}.tmp"));
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(disk(&temporary, "removed", error));
            }
            _ => {}
        }
        let written = if entry.mode & 0o170_000 == 0o120_000 {
            link(blob.content(), &temporary)
        } else {
            plain(blob.content(), &temporary, entry.mode & 0o111 != 0)
        };
        written.and_then(|()| fs::rename(&temporary, file)).map_err(|error| {
            let _ = fs::remove_file(&temporary);
            disk(file, "written", error)
        })
    }

    /// The index goes the same way; what is not settled stands in it with its sides.
    pub(crate) fn index_to(
        &self,
        from: &Files,
        to: &Files,
        unsettled: &std::collections::BTreeMap<String, Unsettled>,
    ) -> Result<(), Error> {
        let mut index = self.index()?;
        let mut paths = changed(from, to);
        paths.extend(unsettled.keys().cloned());
        if paths.is_empty() {
            return Ok(());
        }
        for path in paths {
            let at = Path::new(&path);
            for stage in 0..=3 {
                match index.remove(at, stage) {
                    Err(error) if error.code() != git2::ErrorCode::NotFound => return Err(error.into()),
                    _ => {}
                }
            }
            match unsettled.get(&path) {
                Some(open) => {
                    for (entry, stage) in [(open.base, 1), (open.ours, 2), (open.theirs, 3)] {
                        if let Some(entry) = entry {
                            index.add(&index_entry(&path, entry, stage))?;
                        }
                    }
                }
                None => {
                    if let Some(entry) = to.get(&path) {
                        index.add(&index_entry(&path, *entry, 0))?;
                    }
                }
            }
        }
        index.write()?;
        Ok(())
    }

    pub(crate) fn folder(&self) -> Result<&Path, Error> {
        self.git.workdir().ok_or_else(|| {
            Error::refused("this repository has no working folder", "clone it to work with it")
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Stop at somebody's work.
    Safe,
    /// Leave somebody's work alone.
    Back,
    /// The person said that it may go.
    Over,
}

pub(crate) fn changed(from: &Files, to: &Files) -> BTreeSet<String> {
    let paths = from.keys().chain(to.keys());
    paths.filter(|path| from.get(*path) != to.get(*path)).cloned().collect()
}

fn is_module(mode: u32) -> bool {
    mode & 0o170_000 == 0o160_000
}

fn without_returns(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if !(*byte == b'\r' && bytes.get(at + 1) == Some(&b'\n')) {
            out.push(*byte);
        }
    }
    out
}

/// No folder on the way may be a link: it would lead somewhere else.
fn within(root: &Path, path: &str) -> Result<(), Error> {
    let mut at = root.to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    for part in parts.iter().take(parts.len().saturating_sub(1)) {
        at.push(part);
        if fs::symlink_metadata(&at).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(Error::refused(
                format!("`{path}` lies behind the link {}, which leads elsewhere", at.display()),
                "replace the link by a folder, then try again",
            ));
        }
    }
    Ok(())
}

fn plain(content: &[u8], to: &Path, executable: bool) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(to)?;
    file.write_all(content)?;
    #[cfg(unix)]
    if executable {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata()?.permissions().mode();
        file.set_permissions(fs::Permissions::from_mode(mode | 0o111))?;
    }
    #[cfg(not(unix))]
    let _ = executable;
    file.sync_all()
}

#[cfg(unix)]
fn link(content: &[u8], at: &Path) -> std::io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(content), at)
}

#[cfg(not(unix))]
fn link(content: &[u8], at: &Path) -> std::io::Result<()> {
    // As git does where links need rights that people do not have.
    plain(content, at, false)
}

fn unsaved(path: &str) -> Error {
    Error::refused(
        format!("`{path}` holds work that is not committed, and this would write over it"),
        "commit it first, or put it aside with `git stash`",
    )
}

pub(crate) fn too_large(path: &str, bytes: u64) -> Error {
    Error::refused(
        format!(
            "`{path}` has {} MB, and a bot's file has at most {}",
            bytes / 1_000_000,
            MOST_FILE / 1_000_000
        ),
        "nothing was changed; keep large files outside of the bot and name their address",
    )
}

pub(crate) fn disk(path: &Path, what: &'static str, error: std::io::Error) -> Error {
    Error::Disk { path: path.into(), what, error }
}

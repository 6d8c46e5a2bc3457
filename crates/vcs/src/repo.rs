//! The repository that a bot's folder is, or is a part of.

use std::path::{Path, PathBuf};

use git2::Repository;

use crate::{Error, file};

pub struct Repo {
    pub(crate) git: Repository,
    pub(crate) below: String,
}

impl Repo {
    /// The repository that the folder is in.
    pub fn open(folder: &Path) -> Result<Repo, Error> {
        let git = Repository::discover(folder).map_err(|error| match error.code() {
            git2::ErrorCode::NotFound => Error::NoRepository(folder.into()),
            _ => Error::from(error),
        })?;
        let below = match git.workdir() {
            Some(root) => below(root, folder)?,
            None => String::new(),
        };
        Ok(Repo { git, below })
    }

    /// Makes the folder a repository; fine if it is one.
    pub fn init(folder: &Path) -> Result<Repo, Error> {
        let mut options = git2::RepositoryInitOptions::new();
        options.external_template(false).initial_head("main");
        let git = Repository::init_opts(folder, &options)?;
        Ok(Repo { git, below: String::new() })
    }

    /// The folder that git works in.
    pub fn root(&self) -> Option<&Path> {
        self.git.workdir()
    }

    /// Where the bot's folder is inside the repository: empty, or with a `/` at its end.
    pub fn below(&self) -> &str {
        &self.below
    }

    /// The index as it is on the disk now: git's command line may have written it meanwhile.
    pub(crate) fn index(&self) -> Result<git2::Index, Error> {
        let mut index = self.git.index()?;
        index.read(true)?;
        Ok(index)
    }

    /// What is staged although its merge is not finished, with the number of open conflicts. Another index is asked where one is named.
    pub fn open_in_index(&self, other: Option<&Path>) -> Result<Vec<(String, usize)>, Error> {
        let index = match other {
            Some(path) => git2::Index::open(path)?,
            None => self.index()?,
        };
        self.open_in(&index)
    }

    pub(crate) fn open_in(&self, index: &git2::Index) -> Result<Vec<(String, usize)>, Error> {
        let mut open = Vec::new();
        for entry in index.iter() {
            let Ok(path) = String::from_utf8(entry.path) else { continue };
            if file::form(&path).is_none() || !is_file(entry.mode) {
                continue;
            }
            let Some(text) = self.blob(entry.id)? else { continue };
            let count = file::open_in_text(&path, &text);
            if count > 0 && open.last().is_none_or(|(last, _)| *last != path) {
                open.push((path, count));
            }
        }
        Ok(open)
    }

    /// The same for files as they stand in the folder: those that git knows.
    pub fn open_in_folder(&self) -> Result<Vec<(String, usize)>, Error> {
        let root = self.folder()?;
        let mut open: Vec<(String, usize)> = Vec::new();
        for entry in self.index()?.iter() {
            let Ok(path) = String::from_utf8(entry.path) else { continue };
            if file::form(&path).is_none() || open.last().is_some_and(|(last, _)| *last == path) {
                continue;
            }
            let at = root.join(&path);
            let fits = std::fs::symlink_metadata(&at)
                .is_ok_and(|metadata| metadata.is_file() && metadata.len() <= flow::text::MAX_BYTES);
            let text = if fits { std::fs::read(&at).unwrap_or_default() } else { continue };
            let count = file::open_in_text(&path, &text);
            if count > 0 {
                open.push((path, count));
            }
        }
        Ok(open)
    }

    /// A blob's bytes; nothing for one that is too large to be a flow.
    pub(crate) fn blob(&self, id: git2::Oid) -> Result<Option<Vec<u8>>, Error> {
        let (size, kind) = self.git.odb()?.read_header(id)?;
        if kind != git2::ObjectType::Blob || size as u64 > flow::text::MAX_BYTES {
            return Ok(None);
        }
        Ok(Some(self.git.find_blob(id)?.content().to_vec()))
    }
}

/// A plain file, not a link and not a submodule.
pub(crate) fn is_file(mode: u32) -> bool {
    mode & 0o170_000 == 0o100_000
}

fn below(root: &Path, folder: &Path) -> Result<String, Error> {
    let real = |path: &Path| -> Result<PathBuf, Error> {
        path.canonicalize().map_err(|error| Error::Disk { path: path.into(), what: "found", error })
    };
    let (root, folder) = (real(root)?, real(folder)?);
    let Ok(rest) = folder.strip_prefix(&root) else { return Ok(String::new()) };
    let mut below = String::new();
    for part in rest.components() {
        let Some(part) = part.as_os_str().to_str() else {
            return Err(Error::refused(
                format!("the folder {} has a name that is no text", folder.display()),
                "rename the folder",
            ));
        };
        below.push_str(part);
        below.push('/');
    }
    Ok(below)
}

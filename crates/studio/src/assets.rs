//! The files that a bot sends: one at a time while it runs, all of them for a bundle.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use runner::host::{self, Assets};
use serde::Serialize;
use ts_rs::TS;

#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    #[error("{} could not be read: {error}", path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("{} could not be written: {error}", path.display())]
    Unwritable { path: PathBuf, error: io::Error },
    #[error("the bot's assets are larger than {} MiB", bundle::MOST_BYTES >> 20)]
    TooLarge,
}

/// As they are at that moment.
pub fn assets(root: &Path) -> Assets {
    let root = root.to_path_buf();
    Arc::new(move |path: &str| one(&root, path).ok_or_else(|| host::no_file(path)))
}

/// One of the bot's assets, nothing else.
pub fn read(root: &Path, path: &str) -> Option<Vec<u8>> {
    let inside = std::fs::canonicalize(root.join("assets")).ok()?;
    std::fs::canonicalize(root.join(path)).ok().filter(|real| real.starts_with(inside))?;
    one(root, path)
}

/// Nothing outside of the bot's folder, whatever a path or a link says.
fn one(root: &Path, path: &str) -> Option<Vec<u8>> {
    let real = std::fs::canonicalize(root.join(path)).ok()?;
    let root = std::fs::canonicalize(root).ok()?;
    real.starts_with(root).then(|| std::fs::read(real).ok()).flatten()
}

/// A file of the bot that is no text of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "Asset.ts")]
pub struct Asset {
    /// Such as `assets/menu.pdf`.
    pub path: String,
    #[ts(type = "number")]
    pub bytes: u64,
}

/// All there are, by their paths.
pub fn list(root: &Path) -> Result<Vec<Asset>, AssetsError> {
    let mut found = Vec::new();
    walk(root, &mut |path, _, bytes| {
        found.push(Asset { path, bytes });
        Ok(())
    })?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

pub fn all(root: &Path) -> Result<BTreeMap<String, Vec<u8>>, AssetsError> {
    let mut files = BTreeMap::new();
    let mut left = bundle::MOST_BYTES as u64;
    walk(root, &mut |path, file, bytes| {
        left = left.checked_sub(bytes).ok_or(AssetsError::TooLarge)?;
        let read = std::fs::read(file);
        files
            .insert(path, read.map_err(|error| AssetsError::Unreadable { path: file.to_path_buf(), error })?);
        Ok(())
    })?;
    Ok(files)
}

type Each<'a> = &'a mut dyn FnMut(String, &Path, u64) -> Result<(), AssetsError>;

fn walk(root: &Path, each: Each<'_>) -> Result<(), AssetsError> {
    let mut open = vec![(root.join("assets"), "assets".to_string())];
    while let Some((folder, name)) = open.pop() {
        let failed = |error| AssetsError::Unreadable { path: folder.clone(), error };
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let Ok(own) = entry.file_name().into_string() else { continue };
            let (kind, path) = (entry.file_type().map_err(failed)?, format!("{name}/{own}"));
            if own.starts_with('.') {
                continue;
            } else if kind.is_dir() {
                open.push((entry.path(), path));
            } else if kind.is_file() {
                each(path, &entry.path(), entry.metadata().map_err(failed)?.len())?;
            }
        }
    }
    Ok(())
}

/// Puts a file into the bot's folder and answers its path there. One of that name with other content stays: the new one gets a number.
pub fn add(root: &Path, name: &str, content: &[u8]) -> Result<String, AssetsError> {
    if content.len() > bundle::MOST_BYTES {
        return Err(AssetsError::TooLarge);
    }
    let folder = root.join("assets");
    let failed = |path: &Path, error| AssetsError::Unwritable { path: path.to_path_buf(), error };
    std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, error))?;
    let name = tame(name);
    let (stem, ending) = name.rsplit_once('.').map_or((name.as_str(), None), |(stem, end)| (stem, Some(end)));
    let mut count = 1;
    loop {
        let own = match (count, ending) {
            (1, _) => name.clone(),
            (_, Some(ending)) => format!("{stem}-{count}.{ending}"),
            (_, None) => format!("{stem}-{count}"),
        };
        let path = folder.join(&own);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let written = file.write_all(content).and_then(|()| file.sync_all());
                if let Err(error) = written {
                    // Half a file is none.
                    let _ = std::fs::remove_file(&path);
                    return Err(failed(&path, error));
                }
                return Ok(format!("assets/{own}"));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if std::fs::read(&path).is_ok_and(|there| there == content) {
                    return Ok(format!("assets/{own}"));
                }
                count += 1;
            }
            Err(error) => return Err(failed(&path, error)),
        }
    }
}

/// A name that is one on every system: no folders, nothing hidden, nothing that has to be quoted.
fn tame(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let tamed: String = last.chars().map(kept).take(100).collect();
    let tamed = tamed.trim_matches(['.', '-']).to_string();
    if tamed.is_empty() { "file".into() } else { tamed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_added_once_and_never_over_another() {
        let folder = tempfile::TempDir::new().unwrap();
        let add = |name: &str, content: &str| add(folder.path(), name, content.as_bytes()).unwrap();
        assert_eq!(add("menu.pdf", "one"), "assets/menu.pdf");
        assert_eq!(add("menu.pdf", "one"), "assets/menu.pdf");
        assert_eq!(add("menu.pdf", "two"), "assets/menu-2.pdf");
        assert_eq!(add("..\\..\\My menu?.pdf", "three"), "assets/My-menu-.pdf");
        assert_eq!(add("/etc/.hidden", "four"), "assets/hidden");
        assert_eq!(add("…", "five"), "assets/file");
        let listed = list(folder.path()).unwrap();
        assert_eq!(listed.len(), 5);
        assert_eq!(listed.iter().find(|one| one.path == "assets/menu.pdf").unwrap().bytes, 3);
        assert_eq!(read(folder.path(), "assets/menu-2.pdf").unwrap(), b"two");
        assert!(read(folder.path(), "assets/../../etc/passwd").is_none());
        assert!(read(folder.path(), "bot.json").is_none());
    }
}

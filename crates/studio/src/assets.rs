//! The files that a bot sends: one at a time while it runs, all of them for a bundle.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use runner::host::{self, Assets};

#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    #[error("{} could not be read: {error}", path.display())]
    Unreadable { path: PathBuf, error: io::Error },
    #[error("the bot's assets are larger than {} MiB", bundle::MOST_BYTES >> 20)]
    TooLarge,
}

/// As they are at that moment.
pub fn assets(root: &Path) -> Assets {
    let root = root.to_path_buf();
    Arc::new(move |path: &str| one(&root, path).ok_or_else(|| host::no_file(path)))
}

/// Nothing outside of the bot's folder, whatever a path or a link says.
fn one(root: &Path, path: &str) -> Option<Vec<u8>> {
    let real = std::fs::canonicalize(root.join(path)).ok()?;
    let root = std::fs::canonicalize(root).ok()?;
    real.starts_with(root).then(|| std::fs::read(real).ok()).flatten()
}

pub fn all(root: &Path) -> Result<BTreeMap<String, Vec<u8>>, AssetsError> {
    let mut files = BTreeMap::new();
    let mut left = bundle::MOST_BYTES;
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
                let size = usize::try_from(entry.metadata().map_err(failed)?.len()).unwrap_or(usize::MAX);
                left = left.checked_sub(size).ok_or(AssetsError::TooLarge)?;
                files.insert(path, std::fs::read(entry.path()).map_err(failed)?);
            }
        }
    }
    Ok(files)
}

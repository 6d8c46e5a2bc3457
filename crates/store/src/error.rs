//! What can go wrong with a store, in one plain line each.

use std::io;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{}: another runner is at work on this folder; stop it, or give this one a folder of its own.", .0.display())]
    Locked(PathBuf),
    #[error("{}: this was written by a newer Nexus Bots (form {form}, this one knows {known}); nothing was changed.", file.display())]
    Newer { file: PathBuf, form: i64, known: i64 },
    #[error("{}: the disk is full; nothing that was not acknowledged was written. Make room, and it goes on.", .0.display())]
    Full(PathBuf),
    #[error("{}: the file is damaged ({why}). Put back a copy of the folder, or move it away to begin anew.", file.display())]
    Damaged { file: PathBuf, why: String },
    #[error("{}: {why}", file.display())]
    Io { file: PathBuf, why: String },
    #[error("{}: {why}", file.display())]
    Other { file: PathBuf, why: String },
    #[error("The store is closed.")]
    Closed,
}

impl StoreError {
    pub(crate) fn io(path: &Path, error: &io::Error) -> StoreError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full(path.to_path_buf()),
            _ => StoreError::Io { file: path.to_path_buf(), why: error.to_string() },
        }
    }

    pub(crate) fn of(file: &Path, error: &sqlx::Error) -> StoreError {
        let file = file.to_path_buf();
        if let sqlx::Error::Io(error) = error {
            return StoreError::io(&file, error);
        }
        let code = error
            .as_database_error()
            .and_then(|error| error.code())
            .and_then(|code| code.parse::<i32>().ok());
        // SQLite's own numbers; the lower byte is the kind.
        match code.map(|code| code & 0xff) {
            Some(13) => StoreError::Full(file),
            Some(11 | 26) => StoreError::Damaged { file, why: plain(error) },
            Some(10) => StoreError::Io { file, why: plain(error) },
            _ => StoreError::Other { file, why: plain(error) },
        }
    }
}

fn plain(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_string())
}

//! Why something could not be done, in a sentence, and what to do about it.

use std::path::PathBuf;

use crate::remote::Fault;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{} is in no git repository", .0.display())]
    NoRepository(PathBuf),
    /// It cannot be done now; nothing was changed.
    #[error("{what}")]
    Refused { what: String, hint: String },
    /// Another repository, or the way to it, did not do its part.
    #[error("{what}")]
    Remote { fault: Fault, what: String, hint: String },
    #[error("{} could not be {what}: {error}", .path.display())]
    Disk { path: PathBuf, what: &'static str, error: std::io::Error },
    #[error("{}", trouble(.0).0)]
    Git(#[from] git2::Error),
}

/// What git's library says, in words, and what to do about it.
fn trouble(error: &git2::Error) -> (String, Option<&'static str>) {
    use git2::{ErrorClass as Class, ErrorCode as Code};
    let message = error.message();
    let has = |signs: &[&str]| signs.iter().any(|sign| message.to_lowercase().contains(sign));
    let (what, hint) = match (error.code(), error.class()) {
        (Code::Locked, _) => (
            "the repository is locked",
            "another git program is at work here; if none is, remove the lock file (mostly `.git/index.lock`)",
        ),
        (Code::Owner, _) => (
            "the repository is somebody else's",
            "the folder belongs to another user; see `safe.directory` in git's documentation",
        ),
        _ if has(&["permission denied", "access is denied", "read-only file system"]) => (
            "the repository cannot be written to, or not be read",
            "allow reading and writing the folder, `.git` included, or work with a copy of it",
        ),
        _ if has(&["no space left", "not enough space"]) => ("the disk is full", "make room, then try again"),
        (_, Class::Index) => (
            "git's list of files is damaged",
            "remove `.git/index`, then run `git reset`: the files in the folder stay as they are",
        ),
        (_, Class::Odb | Class::Zlib | Class::Object) => (
            "the repository is damaged",
            "run `git fsck` to see what is missing, and fetch it again from a copy",
        ),
        (_, Class::Reference) if has(&["corrupt"]) => (
            "the repository is damaged",
            "look at the file it names: it should hold the name of a branch, or a commit; `git reflog` shows which",
        ),
        (_, Class::Config) => ("git's configuration cannot be used", "look at the file it names"),
        _ => return (format!("the repository could not be worked with: {message}"), None),
    };
    (format!("{what}: {message}"), Some(hint))
}

impl Error {
    pub fn refused(what: impl Into<String>, hint: impl Into<String>) -> Error {
        Error::Refused { what: what.into(), hint: hint.into() }
    }

    pub(crate) fn remote(fault: Fault, what: impl Into<String>, hint: impl Into<String>) -> Error {
        Error::Remote { fault, what: what.into(), hint: hint.into() }
    }

    pub fn hint(&self) -> Option<&str> {
        match self {
            Error::NoRepository(_) => Some("run `git init` in the bot's folder first"),
            Error::Refused { hint, .. } | Error::Remote { hint, .. } => {
                Some(hint).filter(|hint| !hint.is_empty()).map(String::as_str)
            }
            Error::Git(error) => trouble(error).1,
            Error::Disk { .. } => None,
        }
    }

    /// It was asked for at the wrong time or place; otherwise the system did not do its part.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Error::NoRepository(_) | Error::Refused { .. })
    }
}

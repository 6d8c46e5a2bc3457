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
    #[error("the repository could not be worked with: {}", .0.message())]
    Git(#[from] git2::Error),
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
            Error::Git(error) if error.code() == git2::ErrorCode::Locked => {
                Some("another git program is at work here; if none is, remove the lock file it names")
            }
            Error::Git(error) if error.code() == git2::ErrorCode::Owner => {
                Some("the folder belongs to someone else; see `safe.directory` in git's documentation")
            }
            Error::Git(error) if error.class() == git2::ErrorClass::Odb => {
                Some("run `git fsck` to see what is damaged, and fetch it again from a copy")
            }
            Error::Disk { .. } | Error::Git(_) => None,
        }
    }

    /// It was asked for at the wrong time or place; otherwise the system did not do its part.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Error::NoRepository(_) | Error::Refused { .. })
    }
}

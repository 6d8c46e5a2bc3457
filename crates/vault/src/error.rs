//! What can go wrong with a vault: a sentence, and where there is something to do about it, a hint. Never a value.

use std::io;
use std::path::{Path, PathBuf};

use crate::Place;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("`{0}` is no name for a secret")]
    Name(String),
    #[error("`{0}` is no id of a bot")]
    Bot(String),
    #[error("a secret cannot be empty")]
    Empty,
    #[error("the value has {bytes} bytes, and {by} takes at most {most}")]
    TooLong { bytes: usize, most: usize, by: &'static str },
    #[error("{bot} has no secret `{name}` in the vault")]
    NotSet { bot: String, name: String },
    #[error("there is no earlier value of `{0}` to go back to")]
    NothingBefore(String),
    #[error("NEXUS_VAULT is `{0}`, which is no place for secrets")]
    Choice(String),
    #[error("the secrets of {} lie in the {is}, and NEXUS_VAULT says `{wanted}`", folder.display())]
    Elsewhere { folder: PathBuf, is: Place, wanted: Place },
    #[error("{}: there are secrets in the keychain (vault.json) and in a file (vault.age)", .0.display())]
    TwoPlaces(PathBuf),
    #[error("{}: the key is protected by a passphrase, and none is given", .0.display())]
    PassphraseNeeded(PathBuf),
    #[error("the passphrase in NEXUS_VAULT_PASSPHRASE is not the one of this vault")]
    WrongPassphrase,
    #[error("{}: a passphrase is given, but this key was made without one", .0.display())]
    NotProtected(PathBuf),
    #[error("{}: the key of the vault is gone, and without it nothing in vault.age can be read", .0.display())]
    KeyMissing(PathBuf),
    #[error("{}: others on this machine may read this key (its mode is {mode:03o})", file.display())]
    KeyOpen { file: PathBuf, mode: u32 },
    #[error("{}: this is not the key that vault.age was written with", .0.display())]
    WrongKey(PathBuf),
    #[error("{}: the file is damaged ({why}); it was left as it is", file.display())]
    Damaged { file: PathBuf, why: String },
    #[error("{}: this was written by a newer Nexus Bots (form {form}, this one knows {known}); nothing was changed", file.display())]
    Newer { file: PathBuf, form: u32, known: u32 },
    #[error("the system's keychain cannot be used: {0}")]
    Keychain(String),
    #[error("the system's keychain gave no answer; it may be waiting for somebody to unlock it")]
    KeychainSilent,
    #[error("the system's keychain no longer has `{name}` of {bot}, which was put there")]
    Gone { bot: String, name: String },
    #[error("{}: the disk is full; nothing was changed", .0.display())]
    Full(PathBuf),
    #[error("{}: {why}", file.display())]
    Io { file: PathBuf, why: String },
    #[error("these secrets cannot be looked for: {0}")]
    Redactor(String),
}

impl VaultError {
    /// What to do about it.
    pub fn hint(&self) -> Option<&'static str> {
        use VaultError::*;
        Some(match self {
            Name(_) => {
                "a name is made of letters, digits and `_`, does not start with a digit and has at most 100 characters"
            }
            Bot(_) => {
                "an id has between 1 and 200 bytes and no control characters; see `id` in the bot's bot.json"
            }
            TooLong { .. } => {
                "keep it in a file or a service of yours, and only the key to that in the vault"
            }
            NotSet { .. } => "set it with `nexus secret set`",
            Choice(_) => "write `keychain`, `file` or nothing",
            Elsewhere { .. } => {
                "take NEXUS_VAULT back, or remove the secrets where they are and set them anew"
            }
            TwoPlaces(_) => "move one of the two files away; what it names is then no longer found",
            PassphraseNeeded(_) => "give it in NEXUS_VAULT_PASSPHRASE",
            NotProtected(_) => {
                "take NEXUS_VAULT_PASSPHRASE back, or remove all secrets and set them anew with it"
            }
            KeyMissing(_) | WrongKey(_) => {
                "put back the vault.key that belongs to it, or move vault.age away and set the secrets anew"
            }
            KeyOpen { .. } => {
                "run `chmod 600` on it; if somebody may have read it, rotate the secrets at their services"
            }
            Damaged { .. } => "put back a copy, or move it away and set the secrets anew",
            Keychain(_) | KeychainSilent => {
                "unlock it and try again; where there is none, NEXUS_VAULT=file keeps secrets in an encrypted file"
            }
            Gone { .. } => "set it anew with `nexus secret set`",
            Full(_) => "make room, and try again",
            Empty | WrongPassphrase | NothingBefore(_) | Newer { .. } | Io { .. } | Redactor(_) => {
                return None;
            }
        })
    }

    /// What was asked for makes no sense here; anything else is the system's fault.
    pub fn is_refusal(&self) -> bool {
        use VaultError::*;
        matches!(
            self,
            Name(_)
                | Bot(_)
                | Empty
                | TooLong { .. }
                | NotSet { .. }
                | NothingBefore(_)
                | Choice(_)
                | Elsewhere { .. }
                | PassphraseNeeded(_)
                | WrongPassphrase
                | NotProtected(_)
        )
    }

    pub(crate) fn not_set(bot: &str, name: &str) -> VaultError {
        VaultError::NotSet { bot: bot.into(), name: name.into() }
    }

    pub(crate) fn damaged(file: &Path, why: impl ToString) -> VaultError {
        VaultError::Damaged { file: file.to_path_buf(), why: why.to_string() }
    }

    pub(crate) fn io(file: &Path, error: &io::Error) -> VaultError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultError::Full(file.to_path_buf()),
            _ => VaultError::Io { file: file.to_path_buf(), why: error.to_string() },
        }
    }
}

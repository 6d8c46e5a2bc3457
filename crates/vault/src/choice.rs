//! Where a vault is to lie, and what opens it, as the person said it.

use std::fmt;

use crate::{Secret, VaultError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The system's keychain.
    Keychain,
    /// The encrypted file of the data folder.
    File,
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Place::Keychain => "keychain",
            Place::File => "file",
        })
    }
}

/// Nothing said: the keychain if it answers, else the file with a key beside it.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub place: Option<Place>,
    /// Opens the key of the file.
    pub passphrase: Option<Secret>,
}

impl Choice {
    /// The file, without a passphrase. For tests, which must never reach a developer's keychain.
    pub fn file() -> Choice {
        Choice { place: Some(Place::File), passphrase: None }
    }

    /// `NEXUS_VAULT` and `NEXUS_VAULT_PASSPHRASE`. What is empty is not said.
    pub fn from_env() -> Result<Choice, VaultError> {
        let said = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let place = said("NEXUS_VAULT").map(|place| match place.to_str() {
            Some("keychain") => Ok(Place::Keychain),
            Some("file") => Ok(Place::File),
            _ => Err(VaultError::Choice(place.to_string_lossy().into_owned())),
        });
        let passphrase = said("NEXUS_VAULT_PASSPHRASE").map(|phrase| match phrase.into_string() {
            Ok(phrase) => Ok(Secret::new(phrase)),
            Err(_) => Err(VaultError::WrongPassphrase),
        });
        Ok(Choice { place: place.transpose()?, passphrase: passphrase.transpose()? })
    }
}

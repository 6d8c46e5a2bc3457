//! The secrets of bots, by bot and name: in the system's keychain where there is one, otherwise in one encrypted file.
//!
//! The ways in: [`Vault::open`], and [`Redactor`], which masks what must not be said. Knows no bot.json and no tokens' forms, never
//! prints, and gives a value only to who asks for that one. Its calls wait for the disk or for the keychain, which may ask the person
//! first: asynchronous hosts make them where waiting is allowed.

mod choice;
mod disk;
mod error;
mod file;
mod forms;
mod key;
mod keychain;
mod names;
mod redact;
mod secret;
mod shelf;
mod system;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

pub use choice::{Choice, Place};
pub use error::VaultError;
use file::SealedFile;
use keychain::{Keychain, Keys};
pub use names::{MOST_BYTES, fit};
pub use redact::{MASK, Redactor};
pub use secret::Secret;
pub use shelf::Entry;

/// Cheap to copy. What another process changes is seen at the next call.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    folder: PathBuf,
    forced: Option<Place>,
    file: SealedFile,
    keychain: Keychain,
}

impl Vault {
    /// The vault of a data folder. Makes nothing, but says at once what is wrong with what is there.
    pub fn open(folder: &Path, choice: Choice) -> Result<Vault, VaultError> {
        Vault::over(folder, choice, Arc::new(system::SystemKeys))
    }

    fn over(folder: &Path, choice: Choice, keys: Arc<dyn Keys>) -> Result<Vault, VaultError> {
        let inner = Inner {
            folder: folder.to_path_buf(),
            forced: choice.place,
            file: SealedFile::new(folder, choice.passphrase),
            keychain: Keychain::new(folder, keys),
        };
        let vault = Vault { inner: Arc::new(inner) };
        if vault.place()? == Some(Place::File) {
            vault.inner.file.open()?;
        }
        Ok(vault)
    }

    /// Where this folder's secrets lie; nowhere as long as there are none.
    pub fn place(&self) -> Result<Option<Place>, VaultError> {
        let Inner { folder, forced, file, keychain } = &*self.inner;
        let is = match (file.exists()?, keychain.holds()?) {
            (true, true) => return Err(VaultError::TwoPlaces(folder.clone())),
            (true, false) => Some(Place::File),
            (false, true) => Some(Place::Keychain),
            (false, false) => None,
        };
        match (is, forced) {
            (Some(is), Some(wanted)) if is != *wanted => {
                Err(VaultError::Elsewhere { folder: folder.clone(), is, wanted: *wanted })
            }
            _ => Ok(is),
        }
    }

    /// Whatever was there under this name is gone, the value before it too.
    pub fn set(&self, bot: &str, name: &str, value: &Secret) -> Result<(), VaultError> {
        names::fit(bot, name)?;
        names::fits(value)?;
        let _lock = disk::lock(&self.inner.folder)?;
        match self.place_to_write()? {
            Place::File => self.inner.file.set(bot, name, value, now()),
            Place::Keychain => self.inner.keychain.set(bot, name, value, now()),
        }
    }

    pub fn get(&self, bot: &str, name: &str) -> Result<Option<Secret>, VaultError> {
        names::fit(bot, name)?;
        match self.place()? {
            Some(Place::File) => self.inner.file.get(bot, name),
            Some(Place::Keychain) => self.inner.keychain.get(bot, name),
            None => Ok(None),
        }
    }

    /// What is kept for a bot, by name. Reads no values from the keychain, and so never asks anybody to open it.
    pub fn list(&self, bot: &str) -> Result<Vec<Entry>, VaultError> {
        names::fits_bot(bot)?;
        match self.place()? {
            Some(Place::File) => self.inner.file.list(bot),
            Some(Place::Keychain) => self.inner.keychain.list(bot),
            None => Ok(Vec::new()),
        }
    }

    /// A new value for a secret that is there. The one before is kept until the next rotation, for [`Vault::undo`].
    pub fn rotate(&self, bot: &str, name: &str, new: &Secret) -> Result<(), VaultError> {
        names::fit(bot, name)?;
        names::fits(new)?;
        let _lock = disk::lock(&self.inner.folder)?;
        match self.place()? {
            Some(Place::File) => self.inner.file.rotate(bot, name, new, now()),
            Some(Place::Keychain) => self.inner.keychain.rotate(bot, name, new, now()),
            None => Err(VaultError::not_set(bot, name)),
        }
    }

    /// Takes a rotation back: the value before it and the present one change places, so that doing it twice changes nothing.
    pub fn undo(&self, bot: &str, name: &str) -> Result<(), VaultError> {
        names::fit(bot, name)?;
        let _lock = disk::lock(&self.inner.folder)?;
        match self.place()? {
            Some(Place::File) => self.inner.file.undo(bot, name, now()),
            Some(Place::Keychain) => self.inner.keychain.undo(bot, name, now()),
            None => Err(VaultError::not_set(bot, name)),
        }
    }

    /// With the value before it. Whoever removes the last secret of a folder leaves no place behind: the next one may go elsewhere.
    pub fn remove(&self, bot: &str, name: &str) -> Result<(), VaultError> {
        names::fit(bot, name)?;
        let _lock = disk::lock(&self.inner.folder)?;
        match self.place()? {
            Some(Place::File) => self.inner.file.remove(bot, name),
            Some(Place::Keychain) => self.inner.keychain.remove(bot, name),
            None => Err(VaultError::not_set(bot, name)),
        }
    }

    /// Masks all that is kept for a bot, the values before rotations too. What is set later it does not know ([`Redactor::knows`]).
    pub fn redactor(&self, bot: &str) -> Result<Redactor, VaultError> {
        names::fits_bot(bot)?;
        let values = match self.place()? {
            Some(Place::File) => self.inner.file.values(bot)?,
            Some(Place::Keychain) => self.inner.keychain.values(bot)?,
            None => Vec::new(),
        };
        Redactor::new(&values)
    }

    /// The first secret decides, and what is decided stays. Only under the lock.
    fn place_to_write(&self) -> Result<Place, VaultError> {
        if let Some(place) = self.place()? {
            return Ok(place);
        }
        match self.inner.forced {
            Some(Place::File) => Ok(Place::File),
            Some(Place::Keychain) => self.inner.keychain.answers().map(|()| Place::Keychain),
            None => Ok(self.inner.keychain.answers().map_or(Place::File, |()| Place::Keychain)),
        }
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

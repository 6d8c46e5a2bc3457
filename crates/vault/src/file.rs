//! The place that needs no keychain: all secrets in `vault.age`, encrypted to the key in `vault.key`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::key::{KeyFile, plain};
use crate::shelf::{Entry, Shelf};
use crate::{Secret, VaultError, disk};

pub(crate) struct SealedFile {
    path: PathBuf,
    key: KeyFile,
}

type Values = Shelf<Zeroizing<String>>;

/// What is inside.
#[derive(Serialize, Deserialize)]
struct Content<V> {
    form: u32,
    bots: V,
}

const FORM: u32 = 1;

impl SealedFile {
    pub fn new(folder: &Path, passphrase: Option<Secret>) -> SealedFile {
        let key = KeyFile::new(folder.join("vault.key"), passphrase);
        SealedFile { path: folder.join("vault.age"), key }
    }

    pub fn exists(&self) -> Result<bool, VaultError> {
        self.path.try_exists().map_err(|error| VaultError::io(&self.path, &error))
    }

    /// Finds out whether it opens.
    pub fn open(&self) -> Result<(), VaultError> {
        self.read().map(drop)
    }

    pub fn get(&self, bot: &str, name: &str) -> Result<Option<Secret>, VaultError> {
        Ok(self.read()?.get(bot, name).map(|value| Secret::new(value.as_str())))
    }

    pub fn list(&self, bot: &str) -> Result<Vec<Entry>, VaultError> {
        Ok(self.read()?.list(bot))
    }

    pub fn values(&self, bot: &str) -> Result<Vec<Secret>, VaultError> {
        Ok(self.read()?.values(bot).map(|(_, value)| Secret::new(value.as_str())).collect())
    }

    pub fn set(&self, bot: &str, name: &str, value: &Secret, at: u64) -> Result<(), VaultError> {
        let mut values = self.read()?;
        values.set(bot, name, Zeroizing::new(value.expose().into()), at);
        self.write(&values)
    }

    pub fn rotate(&self, bot: &str, name: &str, new: &Secret, at: u64) -> Result<(), VaultError> {
        let mut values = self.read()?;
        values.rotate(bot, name, Zeroizing::new(new.expose().into()), at)?;
        self.write(&values)
    }

    pub fn undo(&self, bot: &str, name: &str, at: u64) -> Result<(), VaultError> {
        let mut values = self.read()?;
        values.undo(bot, name, at)?;
        self.write(&values)
    }

    pub fn remove(&self, bot: &str, name: &str) -> Result<(), VaultError> {
        let mut values = self.read()?;
        values.remove(bot, name)?;
        if !values.is_empty() {
            return self.write(&values);
        }
        // The key goes too: copies of the file that lie elsewhere, in backups or in the disk's free space, can then not be read.
        disk::remove(&self.path)?;
        disk::remove(self.key.path())
    }

    fn read(&self) -> Result<Values, VaultError> {
        let mut sealed = disk::read(&self.path)?;
        loop {
            let Some(bytes) = sealed else { return Ok(Values::default()) };
            let opened = self.key.open().and_then(|key| self.opened(&key, &bytes));
            if opened.is_ok() {
                return opened;
            }
            // Another process may have begun anew between the two reads, with another key.
            sealed = disk::read(&self.path)?;
            if sealed.as_ref() == Some(&bytes) {
                return opened;
            }
        }
    }

    fn opened(&self, key: &age::x25519::Identity, bytes: &[u8]) -> Result<Values, VaultError> {
        let text = match age::decrypt(key, bytes) {
            Ok(text) => Zeroizing::new(text),
            Err(age::DecryptError::NoMatchingKeys) => {
                return Err(VaultError::WrongKey(self.key.path().to_path_buf()));
            }
            Err(error) => return Err(VaultError::damaged(&self.path, plain(&error))),
        };
        // The form first: what comes after it may be written in another way. Never with the reader's own words, which can quote.
        let unread = |_| VaultError::damaged(&self.path, "what it holds cannot be read");
        let form = serde_json::from_slice::<Content<serde::de::IgnoredAny>>(&text).map_err(unread)?.form;
        if form > FORM {
            return Err(VaultError::Newer { file: self.path.clone(), form, known: FORM });
        }
        serde_json::from_slice::<Content<Values>>(&text).map(|content| content.bots).map_err(unread)
    }

    fn write(&self, values: &Values) -> Result<(), VaultError> {
        let key = self.key.open_or_make()?;
        let content = Content { form: FORM, bots: values };
        let failed = |why: String| VaultError::Io { file: self.path.clone(), why };
        // A buffer that grows leaves its earlier places unwiped; this one has room, or nearly.
        let mut text = Zeroizing::new(Vec::with_capacity(256 * 1024));
        serde_json::to_writer(&mut *text, &content).map_err(|error| failed(error.to_string()))?;
        let sealed = age::encrypt(&key.to_public(), &text).map_err(|error| failed(error.to_string()))?;
        disk::replace(&self.path, &sealed)
    }
}

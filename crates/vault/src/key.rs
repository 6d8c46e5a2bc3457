//! `vault.key`: the key that opens `vault.age`. Plain text for its owner alone, or itself encrypted by a passphrase; in both forms what the
//! command `age -d -i vault.key vault.age` takes.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use age::secrecy::{ExposeSecret, SecretString};
use age::{scrypt, x25519};
use zeroize::Zeroizing;

use crate::{Secret, VaultError, disk};

pub(crate) struct KeyFile {
    path: PathBuf,
    passphrase: Option<Secret>,
    /// The key with the bytes of the file that it came from: a passphrase is made slow to try, and is tried once.
    opened: Mutex<Option<(Zeroizing<Vec<u8>>, x25519::Identity)>>,
}

/// 2^16 blocks of 1 KiB: 64 MiB and about a fifth of a second, once per process.
const WORK: u8 = 16;
/// Who made the key with `age` itself may have it slower; a file that wants more than a GiB is no key of ours.
const MOST_WORK: u8 = 20;
const ENCRYPTED: &[u8] = b"age-encryption.org/";
const ABOUT: &str = "# The key of the secrets in vault.age. Whoever has both files can read them.\n";

impl KeyFile {
    pub fn new(path: PathBuf, passphrase: Option<Secret>) -> KeyFile {
        KeyFile { path, passphrase, opened: Mutex::new(None) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn open(&self) -> Result<x25519::Identity, VaultError> {
        let bytes = disk::read(&self.path)?.ok_or_else(|| VaultError::KeyMissing(self.path.clone()))?;
        let bytes = Zeroizing::new(bytes);
        for_owner_alone(&self.path)?;
        let mut opened = self.opened.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((same, key)) = &*opened
            && *same == bytes
        {
            return Ok(key.clone());
        }
        let key = self.read(&bytes)?;
        *opened = Some((bytes, key.clone()));
        Ok(key)
    }

    /// The key that is there, or a new one.
    pub fn open_or_make(&self) -> Result<x25519::Identity, VaultError> {
        match self.open() {
            // A key is never written over: what it opens may only have been moved away.
            Err(VaultError::KeyMissing(_)) => self.make(),
            other => other,
        }
    }

    fn make(&self) -> Result<x25519::Identity, VaultError> {
        let key = x25519::Identity::generate();
        let text = Zeroizing::new(format!("{ABOUT}{}\n", key.to_string().expose_secret()));
        let bytes = match &self.passphrase {
            None => Zeroizing::new(text.as_bytes().to_vec()),
            Some(passphrase) => {
                let mut by = scrypt::Recipient::new(SecretString::from(passphrase.expose()));
                by.set_work_factor(WORK);
                let sealed = age::encrypt(&by, text.as_bytes());
                let failed = |error| VaultError::Io { file: self.path.clone(), why: format!("{error}") };
                Zeroizing::new(sealed.map_err(failed)?)
            }
        };
        disk::replace(&self.path, &bytes)?;
        Ok(key)
    }

    fn read(&self, bytes: &[u8]) -> Result<x25519::Identity, VaultError> {
        if !bytes.starts_with(ENCRYPTED) {
            let key = self.parse(bytes)?;
            // Whoever gives a passphrase believes that nothing opens without it.
            return if self.passphrase.is_some() {
                Err(VaultError::NotProtected(self.path.clone()))
            } else {
                Ok(key)
            };
        }
        let Some(passphrase) = &self.passphrase else {
            return Err(VaultError::PassphraseNeeded(self.path.clone()));
        };
        let mut by = scrypt::Identity::new(SecretString::from(passphrase.expose()));
        by.set_max_work_factor(MOST_WORK);
        match age::decrypt(&by, bytes) {
            Ok(text) => self.parse(&Zeroizing::new(text)),
            Err(age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed) => {
                Err(VaultError::WrongPassphrase)
            }
            Err(error) => Err(VaultError::damaged(&self.path, plain(&error))),
        }
    }

    fn parse(&self, text: &[u8]) -> Result<x25519::Identity, VaultError> {
        let lines = std::str::from_utf8(text).ok().into_iter().flat_map(str::lines).map(str::trim);
        let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let key = lines.next().and_then(|line| line.parse().ok());
        key.ok_or_else(|| VaultError::damaged(&self.path, "there is no key in it"))
    }
}

/// What the library says, on one line and without its advice.
pub(crate) fn plain(error: &age::DecryptError) -> String {
    use age::DecryptError::*;
    match error {
        InvalidHeader | UnknownFormat => "its beginning is not that of an encrypted file".into(),
        InvalidMac => "its beginning was changed".into(),
        DecryptionFailed | KeyDecryptionFailed => "what it holds was changed".into(),
        Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => "its end is missing".into(),
        other => other.to_string().lines().next().unwrap_or_default().into(),
    }
}

#[cfg(unix)]
fn for_owner_alone(path: &Path) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    let about = std::fs::metadata(path).map_err(|error| VaultError::io(path, &error))?;
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(VaultError::KeyOpen { file: path.to_path_buf(), mode }) }
}

/// Windows keeps a person's data folder from others by itself.
#[cfg(not(unix))]
fn for_owner_alone(_: &Path) -> Result<(), VaultError> {
    Ok(())
}

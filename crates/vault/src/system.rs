//! The system's keychain as it is: macOS Keychain, Windows Credential Manager, or on Linux whoever answers as the Secret Service.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring::{Entry, Error};
use zeroize::Zeroizing;

use crate::keychain::Keys;
use crate::{Secret, VaultError};

pub(crate) struct SystemKeys;

/// Somebody may have to be found who types a password. On a machine with nobody in front of it the question is never answered.
const PATIENCE: Duration = Duration::from_secs(60);

impl Keys for SystemKeys {
    fn read(&self, service: &str, user: &str) -> Result<Option<Secret>, VaultError> {
        let read = ask(service, user, |entry| match entry.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        })?;
        let text = |bytes: Zeroizing<Vec<u8>>| match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Secret::new(text)),
            Err(_) => Err(VaultError::Keychain("an entry of ours was changed by another program".into())),
        };
        read.map(text).transpose()
    }

    fn write(&self, service: &str, user: &str, value: &Secret) -> Result<(), VaultError> {
        let (value, bytes) = (value.clone(), value.expose().len());
        ask(service, user, move |entry| {
            entry.set_secret(value.expose().as_bytes()).map_err(|error| match error {
                Error::TooLong(_, most) => {
                    VaultError::TooLong { bytes, most: most as usize, by: "the system's keychain" }
                }
                error => told(&error),
            })
        })
    }

    fn remove(&self, service: &str, user: &str) -> Result<(), VaultError> {
        ask(service, user, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&error)),
        })
    }
}

/// In a thread that can be left: a keychain may wait for ever, and its client must not meet the runtime of an asynchronous host.
fn ask<T: Send + 'static>(
    service: &str,
    user: &str,
    question: impl FnOnce(Entry) -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    let (done, answer) = mpsc::channel();
    let (service, user) = (service.to_owned(), user.to_owned());
    let asking = move || {
        if let Err(error) = Entry::store_status() {
            return Err(told(error));
        }
        question(Entry::new(&service, &user).map_err(|error| told(&error))?)
    };
    let thread = thread::Builder::new().name("keychain".into()).spawn(move || done.send(asking()));
    thread.map_err(|error| VaultError::Keychain(error.to_string()))?;
    match answer.recv_timeout(PATIENCE) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(VaultError::KeychainSilent),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(VaultError::Keychain("its client broke down".into()))
        }
    }
}

/// Never by its debug form, which may hold what was read.
fn told(error: &Error) -> VaultError {
    let text = match error {
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "an entry of ours cannot be read".into(),
        Error::Ambiguous(_) => "it has two entries of the same name".into(),
        Error::PlatformFailure(why) | Error::NoStorageAccess(why) => why.to_string(),
        error => error.to_string(),
    };
    VaultError::Keychain(text.lines().next().unwrap_or_default().trim_end_matches('.').into())
}

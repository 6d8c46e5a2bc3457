//! Which servers this person knows by their keys: the file `~/.ssh/known_hosts`, as the ssh command keeps it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use git2::cert::{CertHostkey, SshHostKeyType};
use ssh2::{CheckResult, KnownHostFileKind, Session};

use super::address::Address;
use crate::Error;
use crate::folder::disk;

/// The key that a server showed.
#[derive(Clone, Debug)]
pub(super) struct Key {
    kind: SshHostKeyType,
    raw: Vec<u8>,
    sha256: [u8; 32],
}

impl Key {
    pub fn of(cert: &CertHostkey) -> Option<Key> {
        Some(Key { kind: cert.hostkey_type()?, raw: cert.hostkey()?.to_vec(), sha256: *cert.hash_sha256()? })
    }

    /// As `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", base64(&self.sha256).trim_end_matches('='))
    }

    pub fn kind(&self) -> &'static str {
        self.kind.short_name()
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    Yes,
    No,
    /// By another key.
    Otherwise,
}

fn path() -> Option<PathBuf> {
    Some(std::env::home_dir()?.join(".ssh").join("known_hosts"))
}

pub(super) fn known(address: &Address, key: &Key) -> Known {
    let asked = || -> Option<CheckResult> {
        let session = Session::new().ok()?;
        let mut hosts = session.known_hosts().ok()?;
        hosts.read_file(&path().filter(|path| path.exists())?, KnownHostFileKind::OpenSSH).ok()?;
        Some(hosts.check_port(&address.host, address.port, &key.raw))
    };
    match asked() {
        Some(CheckResult::Match) => Known::Yes,
        Some(CheckResult::Mismatch) => Known::Otherwise,
        Some(CheckResult::NotFound | CheckResult::Failure) | None => Known::No,
    }
}

/// Adds a server to those that are known.
pub(super) fn remember(address: &Address, key: &Key) -> Result<(), Error> {
    let path = path().ok_or_else(|| {
        Error::refused("this system does not say where your home folder is", "set HOME, then try again")
    })?;
    let name = match address.port {
        22 => address.host.clone(),
        port => format!("[{}]:{port}", address.host),
    };
    let line = format!("{name} {} {}\n", key.kind.name(), base64(&key.raw));
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        fs::create_dir_all(folder).map_err(|error| disk(folder, "made", error))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let private = fs::Permissions::from_mode(0o700);
            fs::set_permissions(folder, private).map_err(|error| disk(folder, "made", error))?;
        }
    }
    let unended = fs::read(&path).is_ok_and(|text| text.last().is_some_and(|last| *last != b'\n'));
    let start = if unended { "\n" } else { "" };
    fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .and_then(|mut file| file.write_all(format!("{start}{line}").as_bytes()))
        .map_err(|error| disk(&path, "written", error))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits =
            three.iter().enumerate().fold(0u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for digit in 0..4 {
            if digit <= three.len() {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_as_everybody_writes_it() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(super::base64(bytes.as_bytes()), text);
        }
    }
}

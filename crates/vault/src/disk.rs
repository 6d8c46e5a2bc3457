//! Files that are there whole or not at all, readable by their owner alone, changed by one process at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use crate::VaultError;

const LOCK: &str = "vault.lock";
/// Nothing of ours is nearly as long.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Held while something is read, changed and written back; the system lets it go with the process. Waits for whoever has it.
pub(crate) fn lock(folder: &Path) -> Result<File, VaultError> {
    fs::create_dir_all(folder).map_err(|error| VaultError::io(folder, &error))?;
    let path = folder.join(LOCK);
    let locked = private().create(true).truncate(false).open(&path).and_then(|file| {
        file.lock()?;
        Ok(file)
    });
    locked.map_err(|error| VaultError::io(&path, &error))
}

/// `None` if there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
    let mut file = match File::open(path) {
        Ok(file) => file.take(MOST_BYTES + 1),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(VaultError::io(path, &error)),
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| VaultError::io(path, &error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(VaultError::damaged(path, "it is far too long"));
    }
    Ok(Some(bytes))
}

/// Only under the lock: there is one name for what is not finished.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let new = path.with_added_extension("new");
    let written = write(&new, bytes).and_then(|()| {
        fs::rename(&new, path)?;
        sync_folder(path)
    });
    written.map_err(|error| {
        // Gone already if the rename went well.
        let _ = fs::remove_file(&new);
        VaultError::io(path, &error)
    })
}

pub(crate) fn remove(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path).and_then(|()| sync_folder(path)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(VaultError::io(path, &error)),
        _ => Ok(()),
    }
}

fn write(new: &Path, bytes: &[u8]) -> io::Result<()> {
    // What a kill left behind, or somebody laid there; never written through.
    match fs::remove_file(new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private().create_new(true).open(new)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A rename is on the disk when its folder is. Windows has no such call, and writes its folders in order.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

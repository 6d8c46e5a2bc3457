//! How other verbs find a bot that `nexus run` runs: a small file beside its state says where it listens and with which token.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use remote::Client;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Control {
    address: String,
    token: String,
}

/// Is there as long as the bot runs.
pub struct Sign(PathBuf);

fn file(folder: &Path) -> PathBuf {
    folder.join("control.json")
}

pub fn put_up(folder: &Path, address: &str, token: &str) -> std::io::Result<Sign> {
    let path = file(folder);
    let control = Control { address: address.into(), token: token.into() };
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path)?.write_all(serde_json::to_string(&control)?.as_bytes())?;
    Ok(Sign(path))
}

impl Drop for Sign {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Who runs the bot of this folder. What a kill left behind leads to nobody.
pub fn runner(folder: &Path) -> Option<Client> {
    let text = fs::read_to_string(file(folder)).ok()?;
    let Control { address, token } = serde_json::from_str(&text).ok()?;
    Client::new(&address, &token).ok()
}

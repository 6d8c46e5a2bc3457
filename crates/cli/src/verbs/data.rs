//! Where this program keeps what belongs to no bot's folder.

use std::path::PathBuf;

use vault::{Choice, Vault};

use super::refused::Refused;

/// `NEXUS_DATA`, or where this system keeps such things. The same folder as the desktop window's.
fn data() -> Option<PathBuf> {
    match std::env::var_os("NEXUS_DATA") {
        Some(folder) if !folder.is_empty() => std::path::absolute(folder).ok(),
        _ => dirs::data_dir().map(|folder| folder.join("org.nexusbots.desktop")),
    }
}

/// The same, or why not.
pub fn folder() -> Result<PathBuf, Refused> {
    let hint = "name a folder in NEXUS_DATA";
    data()
        .ok_or_else(|| Refused::failed("this system does not say where programs keep their data").hint(hint))
}

/// The vault of this person.
pub fn vault() -> Result<Vault, Refused> {
    Ok(Vault::open(&folder()?, Choice::from_env()?)?)
}

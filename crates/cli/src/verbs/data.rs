//! Where this program keeps what belongs to no bot's folder.

use std::path::PathBuf;

/// `NEXUS_DATA`, or where this system keeps such things. The same folder as the desktop window's.
pub fn data() -> Option<PathBuf> {
    match std::env::var_os("NEXUS_DATA") {
        Some(folder) if !folder.is_empty() => std::path::absolute(folder).ok(),
        _ => dirs::data_dir().map(|folder| folder.join("org.nexusbots.desktop")),
    }
}

/// What to say when there is none.
pub const NO_DATA: (&str, &str) =
    ("this system does not say where programs keep their data", "name a folder in NEXUS_DATA");

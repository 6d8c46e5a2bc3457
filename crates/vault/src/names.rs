//! What can be the name and the value of a secret.

use crate::{Secret, VaultError};

/// The longest value. Keys in PEM and accounts in JSON have some 4 KiB.
pub const MOST_BYTES: usize = 16 * 1024;

/// In bytes. Windows takes 513 for both together, with what we add.
const LONGEST_NAME: usize = 100;
const LONGEST_BOT: usize = 200;

/// Whether this bot can have a secret of this name. Every call says so by itself; this is for asking before a value is typed.
pub fn fit(bot: &str, name: &str) -> Result<(), VaultError> {
    fits_bot(bot)?;
    // As in bot.json.
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if starts && letters && name.len() <= LONGEST_NAME {
        return Ok(());
    }
    Err(VaultError::Name(shown(name)))
}

pub(crate) fn fits_bot(bot: &str) -> Result<(), VaultError> {
    if bot.trim().is_empty() || bot.len() > LONGEST_BOT || bot.chars().any(char::is_control) {
        return Err(VaultError::Bot(shown(bot)));
    }
    Ok(())
}

pub(crate) fn fits(value: &Secret) -> Result<(), VaultError> {
    match value.expose().len() {
        0 => Err(VaultError::Empty),
        bytes if bytes > MOST_BYTES => Err(VaultError::TooLong { bytes, most: MOST_BYTES, by: "the vault" }),
        _ => Ok(()),
    }
}

/// Who mixed up name and value has put a secret here: only the beginning of what cannot be a name is said.
fn shown(name: &str) -> String {
    let short: String = name.chars().filter(|c| !c.is_control()).take(8).collect();
    if short.len() < name.len() { format!("{short}…") } else { short }
}

//! The place that the system offers. Each value is an entry of the keychain that is written once and never changed; which entry is whose,
//! `vault.json` says. So one file decides, and it is replaced at once: a kill leaves the old or the new, and what else it leaves behind in
//! the keychain is noted beforehand and cleared away by whoever writes next.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::shelf::{Entry, Shelf};
use crate::{Secret, VaultError, disk};

/// Entries by service and user, as all keychains have them.
pub(crate) trait Keys: Send + Sync {
    fn read(&self, service: &str, user: &str) -> Result<Option<Secret>, VaultError>;
    fn write(&self, service: &str, user: &str, value: &Secret) -> Result<(), VaultError>;
    /// What is not there is removed.
    fn remove(&self, service: &str, user: &str) -> Result<(), VaultError>;
}

pub(crate) struct Keychain {
    path: PathBuf,
    keys: Arc<dyn Keys>,
}

#[derive(Serialize, Deserialize)]
struct Index {
    form: u32,
    /// Entries of other data folders have another service.
    service: String,
    /// The number of the next entry.
    next: u64,
    bots: Shelf<u64>,
    /// Users of entries that nothing leads to, or not yet.
    left: Vec<String>,
}

const FORM: u32 = 1;
/// Nothing changes as often between two looks.
const MOST_TRIES: usize = 5;

impl Keychain {
    pub fn new(folder: &Path, keys: Arc<dyn Keys>) -> Keychain {
        Keychain { path: folder.join("vault.json"), keys }
    }

    /// Does it keep a secret of this folder?
    pub fn holds(&self) -> Result<bool, VaultError> {
        Ok(self.index()?.is_some_and(|index| !index.bots.is_empty()))
    }

    /// Whether what is put there comes back.
    pub fn answers(&self) -> Result<(), VaultError> {
        let word = random()?;
        let (user, word) = (format!("probe-{word}"), Secret::new(word));
        self.keys.write(SERVICE, &user, &word)?;
        let back = self.keys.read(SERVICE, &user)?;
        self.keys.remove(SERVICE, &user)?;
        match back {
            Some(back) if back.expose() == word.expose() => Ok(()),
            _ => Err(VaultError::Keychain("what is put there does not come back".into())),
        }
    }

    pub fn list(&self, bot: &str) -> Result<Vec<Entry>, VaultError> {
        Ok(self.index()?.map(|index| index.bots.list(bot)).unwrap_or_default())
    }

    pub fn get(&self, bot: &str, name: &str) -> Result<Option<Secret>, VaultError> {
        for _ in 0..MOST_TRIES {
            let Some(index) = self.index()? else { return Ok(None) };
            let Some(&number) = index.bots.get(bot, name) else { return Ok(None) };
            if let Some(value) = self.keys.read(&index.service, &user(bot, name, number))? {
                return Ok(Some(value));
            }
            // Gone since we looked? Then the index leads elsewhere by now.
            let now = self.index()?;
            if now.is_some_and(|now| now.service == index.service && now.bots.get(bot, name) == Some(&number))
            {
                break;
            }
        }
        Err(VaultError::Gone { bot: bot.into(), name: name.into() })
    }

    /// As many as are there: what somebody took out of the keychain needs no mask.
    pub fn values(&self, bot: &str) -> Result<Vec<Secret>, VaultError> {
        let Some(index) = self.index()? else { return Ok(Vec::new()) };
        let entries = index.bots.values(bot);
        let values = entries.map(|(name, number)| self.keys.read(&index.service, &user(bot, name, *number)));
        values.filter_map(Result::transpose).collect()
    }

    pub fn set(&self, bot: &str, name: &str, value: &Secret, at: u64) -> Result<(), VaultError> {
        self.put(bot, name, value, |shelf, number| Ok(shelf.set(bot, name, number, at)))
    }

    pub fn rotate(&self, bot: &str, name: &str, new: &Secret, at: u64) -> Result<(), VaultError> {
        if self.index()?.is_none_or(|index| index.bots.get(bot, name).is_none()) {
            return Err(VaultError::not_set(bot, name));
        }
        self.put(bot, name, new, |shelf, number| shelf.rotate(bot, name, number, at))
    }

    pub fn undo(&self, bot: &str, name: &str, at: u64) -> Result<(), VaultError> {
        let mut index = self.index()?.ok_or_else(|| VaultError::not_set(bot, name))?;
        index.bots.undo(bot, name, at)?;
        self.save(&index)
    }

    pub fn remove(&self, bot: &str, name: &str) -> Result<(), VaultError> {
        let mut index = self.index()?.ok_or_else(|| VaultError::not_set(bot, name))?;
        let numbers = index.bots.remove(bot, name)?;
        index.left.extend(numbers.into_iter().map(|number| user(bot, name, number)));
        self.save(&index)?;
        self.clear(index)
    }

    /// Writes an entry, then lets the index lead to it.
    fn put(
        &self,
        bot: &str,
        name: &str,
        value: &Secret,
        place: impl FnOnce(&mut Shelf<u64>, u64) -> Result<Vec<u64>, VaultError>,
    ) -> Result<(), VaultError> {
        let mut index = match self.index()? {
            Some(index) => index,
            None => Index::new()?,
        };
        let (number, entry) = (index.next, user(bot, name, index.next));
        index.next += 1;
        index.left.push(entry.clone());
        self.save(&index)?;
        self.keys.write(&index.service, &entry, value)?;
        index.left.retain(|left| *left != entry);
        let old = place(&mut index.bots, number)?;
        index.left.extend(old.into_iter().map(|number| user(bot, name, number)));
        self.save(&index)?;
        // The new value is there. What could not be cleared away is still noted.
        let _ = self.clear(index);
        Ok(())
    }

    /// Takes what nothing leads to out of the keychain, and the index away when it says nothing any more.
    fn clear(&self, mut index: Index) -> Result<(), VaultError> {
        let before = index.left.len();
        let mut failed = None;
        let Index { service, left, .. } = &mut index;
        left.retain(|entry| match self.keys.remove(service, entry) {
            // One that does not answer is not asked again.
            _ if failed.is_some() => true,
            Ok(()) => false,
            Err(error) => {
                failed = Some(error);
                true
            }
        });
        if index.bots.is_empty() && index.left.is_empty() {
            disk::remove(&self.path)?;
        } else if index.left.len() < before {
            self.save(&index)?;
        }
        failed.map_or(Ok(()), Err)
    }

    fn index(&self) -> Result<Option<Index>, VaultError> {
        #[derive(Deserialize)]
        struct Form {
            form: u32,
        }
        let Some(bytes) = disk::read(&self.path)? else { return Ok(None) };
        let unread = |error: serde_json::Error| VaultError::damaged(&self.path, error);
        let Form { form } = serde_json::from_slice(&bytes).map_err(unread)?;
        if form > FORM {
            return Err(VaultError::Newer { file: self.path.clone(), form, known: FORM });
        }
        serde_json::from_slice(&bytes).map(Some).map_err(unread)
    }

    fn save(&self, index: &Index) -> Result<(), VaultError> {
        let text = serde_json::to_vec_pretty(index);
        let text =
            text.map_err(|error| VaultError::Io { file: self.path.clone(), why: error.to_string() })?;
        disk::replace(&self.path, &text)
    }
}

impl Index {
    fn new() -> Result<Index, VaultError> {
        let service = format!("{SERVICE}-{}", random()?);
        Ok(Index { form: FORM, service, next: 1, bots: Shelf::default(), left: Vec::new() })
    }
}

const SERVICE: &str = "nexus-bots";

/// Names hold no `/` and no `@`, so two secrets never meet.
fn user(bot: &str, name: &str, number: u64) -> String {
    format!("{bot}/{name}@{number}")
}

fn random() -> Result<String, VaultError> {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| VaultError::Keychain(error.to_string()))?;
    Ok(format!("{:016x}", u64::from_le_bytes(bytes)))
}

#[cfg(test)]
mod tests;

//! What is kept under which name, and since when. What a value is, the place decides: the text itself, or the number of an entry elsewhere.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::VaultError;

/// What may be said of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub set: SystemTime,
    pub rotated: Option<SystemTime>,
    /// There is a value before this one to go back to.
    pub undoable: bool,
}

/// By bot, then by name.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Shelf<V>(BTreeMap<String, BTreeMap<String, Kept<V>>>);

#[derive(Serialize, Deserialize)]
struct Kept<V> {
    value: V,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    before: Option<V>,
    /// In seconds since 1970.
    set: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rotated: Option<u64>,
}

fn none<V>() -> Option<V> {
    None
}

impl<V> Default for Shelf<V> {
    fn default() -> Shelf<V> {
        Shelf(BTreeMap::new())
    }
}

impl<V> Shelf<V> {
    pub fn is_empty(&self) -> bool {
        self.0.values().all(BTreeMap::is_empty)
    }

    pub fn get(&self, bot: &str, name: &str) -> Option<&V> {
        Some(&self.0.get(bot)?.get(name)?.value)
    }

    pub fn list(&self, bot: &str) -> Vec<Entry> {
        let entry = |(name, kept): (&String, &Kept<V>)| Entry {
            name: name.clone(),
            set: moment(kept.set),
            rotated: kept.rotated.map(moment),
            undoable: kept.before.is_some(),
        };
        self.0.get(bot).into_iter().flatten().map(entry).collect()
    }

    /// All values of a bot with their names, those before rotations too.
    pub fn values(&self, bot: &str) -> impl Iterator<Item = (&str, &V)> {
        let kept = self.0.get(bot).into_iter().flatten();
        kept.flat_map(|(name, kept)| {
            std::iter::once(&kept.value).chain(&kept.before).map(move |value| (name.as_str(), value))
        })
    }

    /// Gives what nobody can get any more.
    pub fn set(&mut self, bot: &str, name: &str, value: V, at: u64) -> Vec<V> {
        let kept = Kept { value, before: None, set: at, rotated: None };
        let old = self.0.entry(bot.into()).or_default().insert(name.into(), kept);
        old.map(Kept::into_values).unwrap_or_default()
    }

    /// Gives what nobody can get any more.
    pub fn rotate(&mut self, bot: &str, name: &str, value: V, at: u64) -> Result<Vec<V>, VaultError> {
        let kept = self.kept(bot, name)?;
        let before = std::mem::replace(&mut kept.value, value);
        kept.rotated = Some(at);
        Ok(kept.before.replace(before).into_iter().collect())
    }

    pub fn undo(&mut self, bot: &str, name: &str, at: u64) -> Result<(), VaultError> {
        let kept = self.kept(bot, name)?;
        let before = kept.before.as_mut().ok_or_else(|| VaultError::NothingBefore(name.into()))?;
        std::mem::swap(&mut kept.value, before);
        kept.rotated = Some(at);
        Ok(())
    }

    /// Gives what nobody can get any more.
    pub fn remove(&mut self, bot: &str, name: &str) -> Result<Vec<V>, VaultError> {
        let names = self.0.get_mut(bot);
        let kept =
            names.and_then(|names| names.remove(name)).ok_or_else(|| VaultError::not_set(bot, name))?;
        self.0.retain(|_, names| !names.is_empty());
        Ok(kept.into_values())
    }

    fn kept(&mut self, bot: &str, name: &str) -> Result<&mut Kept<V>, VaultError> {
        let names = self.0.get_mut(bot);
        names.and_then(|names| names.get_mut(name)).ok_or_else(|| VaultError::not_set(bot, name))
    }
}

impl<V> Kept<V> {
    fn into_values(self) -> Vec<V> {
        std::iter::once(self.value).chain(self.before).collect()
    }
}

fn moment(seconds: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH)
}

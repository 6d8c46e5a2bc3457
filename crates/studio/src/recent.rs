//! The bots that were open before.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::disk::{self, Found};
use crate::error::{Error, Result};

pub struct Recent {
    path: PathBuf,
    /// One writer at a time.
    writing: Mutex<()>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub root: String,
    pub name: String,
    #[serde(default)]
    pub opened: Option<String>,
}

const MOST: usize = 50;

impl Recent {
    pub fn at(path: PathBuf) -> Recent {
        Recent { path, writing: Mutex::new(()) }
    }

    /// The latest first. A list that cannot be read is empty.
    pub fn list(&self) -> Vec<Opened> {
        match disk::read(&self.path, 1 << 20) {
            Ok(Found::File { bytes, .. }) => serde_json::from_slice(&bytes).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    pub fn remember(&self, root: &str, name: &str, now: &str) -> Result<()> {
        self.rewrite(|bots| {
            bots.retain(|bot| bot.root != root);
            bots.insert(0, Opened { root: root.into(), name: name.into(), opened: Some(now.into()) });
            bots.truncate(MOST);
        })
    }

    pub fn forget(&self, root: &str) -> Result<()> {
        self.rewrite(|bots| bots.retain(|bot| bot.root != root))
    }

    fn rewrite(&self, change: impl FnOnce(&mut Vec<Opened>)) -> Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bots = self.list();
        change(&mut bots);
        let write = || {
            self.path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            disk::write(&self.path, serde_json::to_string_pretty(&bots)?.as_bytes())
        };
        write().map_err(|error| Error::disk("The list of recent bots could not be written", &error))
    }
}

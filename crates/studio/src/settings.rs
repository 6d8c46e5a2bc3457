//! What the person chose for the program as a whole, in one small file beside the journals.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::disk::{self, Found};
use crate::error::{Error, Result};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "Settings.ts")]
#[serde(default)]
pub struct Settings {
    /// Ask at every start whether there is a newer version. Off until somebody turns it on: the program does not
    /// talk to the network unless it was told to.
    pub look_for_updates: bool,
    /// How much of the program is shown.
    #[serde(skip_serializing_if = "Mode::is_usual")]
    #[ts(as = "Option<Mode>", optional)]
    pub mode: Mode,
    /// The language that the person chose, such as `de`; without one that of the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub language: Option<String>,
    /// Keys that are not the usual ones, by the action. None at all is an empty list.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(as = "Option<BTreeMap<String, Vec<String>>>", optional)]
    pub keys: BTreeMap<String, Vec<String>>,
}

/// Who the program is drawn for. A switch and no wall: every bot shows and runs in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "Mode.ts")]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The kinds that most bots need, in plain words.
    Creator,
    /// Everything.
    #[default]
    Power,
    /// Everything, with what lies in the files.
    Developer,
}

impl Mode {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_usual(&self) -> bool {
        *self == Mode::default()
    }
}

pub struct Kept {
    path: PathBuf,
    /// One writer at a time.
    writing: Mutex<()>,
}

impl Kept {
    pub fn at(path: PathBuf) -> Kept {
        Kept { path, writing: Mutex::new(()) }
    }

    /// A file that cannot be read is as good as none: everything is as it was at first.
    pub fn read(&self) -> Settings {
        match disk::read(&self.path, 1 << 20) {
            Ok(Found::File { bytes, .. }) => serde_json::from_slice(&bytes).unwrap_or_default(),
            _ => Settings::default(),
        }
    }

    pub fn write(&self, settings: &Settings) -> Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let write = || {
            self.path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            disk::write(&self.path, serde_json::to_string_pretty(settings)?.as_bytes())
        };
        write().map_err(|error| Error::disk("The settings could not be written", &error))
    }
}

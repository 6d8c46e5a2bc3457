//! Single files of a bot.

use flow::FilePath;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Of;
use super::edit::Revision;
use crate::Studio;
use crate::document::Keep;
use crate::error::{Code, Error, Result};
use crate::view::SaveState;

#[derive(Debug, Deserialize, TS)]
pub struct File {
    bot: String,
    path: FilePath,
}

#[derive(Debug, Deserialize, TS)]
pub struct Settle {
    bot: String,
    path: FilePath,
    keep: Keep,
}

#[derive(Debug, Serialize, TS)]
pub struct Saved {
    saved: bool,
}

#[derive(Debug, Serialize, TS)]
pub struct Repaired {
    revision: u64,
    /// The original's new path.
    kept: String,
}

#[derive(Debug, Serialize, TS)]
pub struct Text {
    text: String,
}

pub fn save(studio: &Studio, Of { bot }: Of) -> Result<Saved> {
    match studio.document(&bot)?.save()? {
        SaveState::Saved => Ok(Saved { saved: true }),
        // A clash waits for a decision, or another change came meanwhile.
        SaveState::Unsaved => Ok(Saved { saved: false }),
        SaveState::Failed { message, hint } => Err(Error::new(Code::Disk, message).hint(hint)),
    }
}

pub fn settle(studio: &Studio, Settle { bot, path, keep }: Settle) -> Result<Revision> {
    Ok(studio.document(&bot)?.settle(&path, keep)?.into())
}

pub fn repair(studio: &Studio, File { bot, path }: File) -> Result<Repaired> {
    let (revision, kept) = studio.document(&bot)?.repair(&path)?;
    Ok(Repaired { revision, kept })
}

pub fn read(studio: &Studio, File { bot, path }: File) -> Result<Text> {
    Ok(Text { text: studio.document(&bot)?.text(&path)? })
}

//! Single files of a bot.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flow::FilePath;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Of;
use super::edit::Revision;
use crate::Studio;
use crate::assets::{self, Asset};
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

#[derive(Debug, Serialize, TS)]
pub struct Assets {
    assets: Vec<Asset>,
}

/// Bytes travel as base64.
#[derive(Debug, Serialize, TS)]
pub struct Bytes {
    data: String,
}

#[derive(Debug, Deserialize, TS)]
pub struct Add {
    bot: String,
    /// What the file is called; where that is taken by another one it gets a number.
    name: String,
    data: String,
}

#[derive(Debug, Serialize, TS)]
pub struct Added {
    path: String,
}

/// What can be shown of a file at once.
const MOST_SHOWN: usize = 16 << 20;

pub fn assets(studio: &Studio, Of { bot }: Of) -> Result<Assets> {
    Ok(Assets { assets: assets::list(&studio.document(&bot)?.root)? })
}

pub fn asset(studio: &Studio, File { bot, path }: File) -> Result<Bytes> {
    let found = assets::read(&studio.document(&bot)?.root, &path);
    let found = found.ok_or_else(|| Error::new(Code::NotFound, format!("The bot has no file {path}.")))?;
    if found.len() > MOST_SHOWN {
        return Err(Error::new(Code::BadRequest, format!("{path} is too large to be shown.")));
    }
    Ok(Bytes { data: STANDARD.encode(found) })
}

pub fn add_asset(studio: &Studio, Add { bot, name, data }: Add) -> Result<Added> {
    let content = STANDARD
        .decode(data)
        .map_err(|_| Error::new(Code::BadRequest, "The file's content is not base64."))?;
    let path = assets::add(&studio.document(&bot)?.root, &name, &content)?;
    Ok(Added { path })
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

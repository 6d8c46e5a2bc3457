//! What was done to a bot, and getting back to it.

use flow::FilePath;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Of;
use super::edit::Revision;
use crate::Studio;
use crate::document::{Deed, DeletedFlow, Request};
use crate::error::Result;

/// More than anybody reads; the rest is reached by undoing.
const MOST: usize = 500;

#[derive(Debug, Serialize, TS)]
pub struct Deeds {
    /// The newest first.
    deeds: Vec<Deed>,
    /// How many there are, with those that are too old to be listed.
    all: usize,
}

#[derive(Debug, Deserialize, TS)]
pub struct Go {
    bot: String,
    client: String,
    /// How many deeds stand afterwards.
    at: usize,
}

#[derive(Debug, Serialize, TS)]
pub struct Deleted {
    flows: Vec<DeletedFlow>,
}

#[derive(Debug, Deserialize, TS)]
pub struct BringBack {
    bot: String,
    #[serde(flatten)]
    #[ts(flatten)]
    request: Request,
    path: FilePath,
}

pub fn list(studio: &Studio, Of { bot }: Of) -> Result<Deeds> {
    let (deeds, all) = studio.document(&bot)?.history(MOST)?;
    Ok(Deeds { deeds, all })
}

pub fn go(studio: &Studio, Go { bot, client, at }: Go) -> Result<Revision> {
    Ok(studio.document(&bot)?.go_to(&client, at)?.into())
}

pub fn deleted(studio: &Studio, Of { bot }: Of) -> Result<Deleted> {
    Ok(Deleted { flows: studio.document(&bot)?.deleted()? })
}

pub fn bring_back(studio: &Studio, BringBack { bot, request, path }: BringBack) -> Result<Revision> {
    Ok(studio.document(&bot)?.bring_back(&request, &path)?.into())
}

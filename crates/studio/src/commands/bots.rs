//! Opening bots, and the list of those that were open before.

use std::path::Path;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Nothing, Of};
use crate::Studio;
use crate::error::Result;
use crate::view::BotView;

#[derive(Debug, Deserialize, TS)]
pub struct At {
    root: String,
}

#[derive(Debug, Serialize, TS)]
pub struct RecentBots {
    bots: Vec<RecentBot>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "RecentBot.ts")]
pub struct RecentBot {
    root: String,
    name: String,
    /// When it was opened last.
    opened: Option<String>,
    /// Is its folder still there?
    exists: bool,
}

pub fn recent(studio: &Studio, _: Nothing) -> Result<RecentBots> {
    let bots = studio.recent.list().into_iter().map(|bot| RecentBot {
        exists: crate::studio::is_bot(Path::new(&bot.root)),
        root: bot.root,
        name: bot.name,
        opened: bot.opened,
    });
    Ok(RecentBots { bots: bots.collect() })
}

pub fn forget(studio: &Studio, At { root }: At) -> Result<Nothing> {
    studio.recent.forget(&root)?;
    Ok(Nothing {})
}

pub fn open(studio: &Studio, At { root }: At) -> Result<BotView> {
    open_at(studio, Path::new(&root))
}

pub fn open_at(studio: &Studio, folder: &Path) -> Result<BotView> {
    let view = studio.open_bot(folder)?.view()?;
    let name = match view.manifest.name() {
        "" => folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        name => name.to_owned(),
    };
    let now = humantime::format_rfc3339_seconds((studio.setup.clock)()).to_string();
    // A list that cannot be written is no reason not to open a bot.
    let _ = studio.recent.remember(&view.root, &name, &now);
    Ok(view)
}

/// The bot stays open, ready for the next window, until the studio is closed; what was done is saved now.
pub fn close(studio: &Studio, Of { bot }: Of) -> Result<Nothing> {
    studio.document(&bot)?.save()?;
    Ok(Nothing {})
}

//! The one bot that a verb is about, read from its folder and fit to run.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flow::Bot;
use runner::host::Assets;

use super::refused::Refused;
use super::sources::find;
use super::test::why_broken;
use crate::End;

pub struct OneBot {
    pub root: PathBuf,
    pub bot: Arc<Bot>,
}

/// Only what all of can be read, without open conflicts.
pub fn read(path: &Path) -> Result<OneBot, Refused> {
    let mut sources = find(std::slice::from_ref(&path.to_path_buf()))?;
    sources.retain(|source| !source.alone);
    sources.dedup_by(|one, other| one.root == other.root);
    let [source] = &sources[..] else {
        let message = format!("{} holds {} bots", path.display(), sources.len());
        return Err(Refused::bad_use(message, "name one bot's folder"));
    };
    let glance = studio::glance(&source.root);
    if let Some(why) = why_broken(&glance.files, &glance.bot) {
        return Err(Refused { end: End::Findings, message: why, hint: None });
    }
    if glance.bot.manifest.id().is_empty() {
        let message = format!("{} has no id in its bot.json", path.display());
        return Err(Refused::bad_use(
            message,
            "give it one: a few small letters that stay the same for ever",
        ));
    }
    Ok(OneBot { root: source.root.clone(), bot: Arc::new(glance.bot) })
}

impl OneBot {
    pub fn id(&self) -> &str {
        self.bot.manifest.id()
    }

    /// The files that it sends, as they are at that moment.
    pub fn assets(&self) -> Assets {
        studio::assets(&self.root)
    }
}

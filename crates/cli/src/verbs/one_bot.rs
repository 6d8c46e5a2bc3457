//! The one bot that a verb is about, read from its folder and fit to run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flow::Bot;
use runner::host::{self, Assets};

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
        let root = self.root.clone();
        Arc::new(move |path: &str| {
            let found = asset(&root, path);
            found.ok_or_else(|| host::no_file(path))
        })
    }

    /// All of them, for a bundle.
    pub fn all_assets(&self) -> Result<BTreeMap<String, Vec<u8>>, Refused> {
        let mut files = BTreeMap::new();
        let mut left = bundle::MOST_BYTES;
        let mut open = vec![(self.root.join("assets"), "assets".to_string())];
        while let Some((folder, name)) = open.pop() {
            let failed = |error| Refused::failed(format!("{} could not be read: {error}", folder.display()));
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            for entry in entries {
                let entry = entry.map_err(failed)?;
                let Ok(own) = entry.file_name().into_string() else { continue };
                let (kind, path) = (entry.file_type().map_err(failed)?, format!("{name}/{own}"));
                if own.starts_with('.') {
                    continue;
                } else if kind.is_dir() {
                    open.push((entry.path(), path));
                } else if kind.is_file() {
                    let size = usize::try_from(entry.metadata().map_err(failed)?.len()).unwrap_or(usize::MAX);
                    left = left.checked_sub(size).ok_or_else(|| {
                        let message =
                            format!("the bot's assets are larger than {} MiB", bundle::MOST_BYTES >> 20);
                        Refused::bad_use(message, "send large files by their address")
                    })?;
                    files.insert(path, std::fs::read(entry.path()).map_err(failed)?);
                }
            }
        }
        Ok(files)
    }
}

/// Nothing outside of the bot's folder, whatever a path or a link says.
fn asset(root: &Path, path: &str) -> Option<Vec<u8>> {
    let real = std::fs::canonicalize(root.join(path)).ok()?;
    let root = std::fs::canonicalize(root).ok()?;
    real.starts_with(root).then(|| std::fs::read(real).ok()).flatten()
}

//! What paths on the command line mean: bots, folders of bots, single files.

use std::fs;
use std::path::{Path, PathBuf};

use studio::is_bot;

/// A bot, or a flow that belongs to none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The bot's folder, or the one that the lone flow is in.
    pub root: PathBuf,
    /// The one file that was asked for, by its path below the root.
    pub only: Option<String>,
    /// A flow outside of any bot.
    pub alone: bool,
}

/// Why a path cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("there is no file or folder {0}")]
    Nothing(String),
    #[error("{0} is no bot: it holds neither a bot.json nor flows")]
    NoBot(String),
    #[error("{0} is no file of a bot that this works on: name a bot.json or a .flow.json")]
    OtherFile(String),
    #[error("{0} could not be read: {1}")]
    Disk(String, std::io::Error),
}

const MOST_DEPTH: usize = 8;

/// All that the paths lead to, each once, in order.
pub fn find(paths: &[PathBuf]) -> Result<Vec<Source>, Unfit> {
    let mut sources = Vec::new();
    for path in paths {
        let failed = |error| Unfit::Disk(path.display().to_string(), error);
        let whole = std::path::absolute(path).map_err(failed)?;
        if fs::symlink_metadata(&whole).is_err() {
            return Err(Unfit::Nothing(path.display().to_string()));
        }
        let whole = fs::canonicalize(&whole).map_err(failed)?;
        if whole.is_file() {
            sources.push(file(&whole).ok_or_else(|| Unfit::OtherFile(path.display().to_string()))?);
            continue;
        }
        let before = sources.len();
        fs::read_dir(&whole).map_err(failed)?;
        walk(&whole, 0, &mut sources);
        if sources.len() == before {
            return Err(Unfit::NoBot(path.display().to_string()));
        }
    }
    sources.sort();
    sources.dedup();
    Ok(sources)
}

fn file(path: &Path) -> Option<Source> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    if name == "bot.json" {
        return Some(Source { root: folder.into(), only: Some(name.into()), alone: false });
    }
    if !name.ends_with(".flow.json") {
        return None;
    }
    let bot = folder.parent().filter(|bot| folder.ends_with("flows") && bot.join("bot.json").exists());
    Some(match bot {
        Some(bot) => Source { root: bot.into(), only: Some(format!("flows/{name}")), alone: false },
        None => Source { root: folder.into(), only: Some(name.into()), alone: true },
    })
}

fn walk(folder: &Path, depth: usize, sources: &mut Vec<Source>) {
    if is_bot(folder) {
        return sources.push(Source { root: folder.into(), only: None, alone: false });
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir()
            && depth < MOST_DEPTH
            && !name.starts_with('.')
            && !["node_modules", "target"].contains(&&*name)
        {
            walk(&entry.path(), depth + 1, sources);
        } else if kind.is_file() && name.ends_with(".flow.json") {
            sources.extend(file(&entry.path()));
        }
    }
}

/// The path as the person would write it from where they are.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(fs::canonicalize);
    let short = here.ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    match short {
        Some(short) if short.as_os_str().is_empty() => ".".into(),
        Some(short) => short.display().to_string(),
        None => path.display().to_string(),
    }
}

//! `/save-test`: the conversation as a test file of the bot.

use std::path::{Path, PathBuf};

use sim::World;

use super::sim::Chat;
use super::sim_said::Said;
use super::sources::shown;

pub fn save(chat: &Chat, name: &str) -> Result<Said, String> {
    if chat.world.moves().is_empty() {
        return Err("Nothing has happened yet that a test could tell.".into());
    }
    let name = Some(name).filter(|name| !name.is_empty());
    let (path, why) = write_test(&chat.root, &chat.world, name, "conversation-1")?;
    Ok(Said::Saved { file: shown(&path), why })
}

/// Writes what happened in a world into `tests/` of a bot. Where the file is, and why it does not pass as it stands.
pub(super) fn write_test(
    root: &Path,
    world: &World,
    name: Option<&str>,
    usual: &str,
) -> Result<(PathBuf, Option<String>), String> {
    let folder = root.join("tests");
    let at = |name: &str| folder.join(format!("{}.test.yaml", file_name(name)));
    let path = match name {
        Some(name) if at(name).exists() => {
            return Err(format!("{} is there already; choose another name.", shown(&at(name))));
        }
        Some(name) => at(name),
        None => free(usual, at),
    };
    let title = name.map_or_else(|| usual.replace("conversation-1", "a conversation"), str::to_owned);
    let text = sim::cases::save(world, &title);
    let failed = |error: std::io::Error| format!("{} could not be written: {error}", shown(&path));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    std::fs::write(&path, &text).map_err(failed)?;
    let (suite, wrongs) = sim::cases::read(&text, &|_| None);
    let fails = suite.cases.iter().find_map(|case| sim::cases::run(&world.stage, case).failure);
    let why = wrongs.into_iter().next().map(|wrong| wrong.message).or(fails.map(|failure| failure.message));
    Ok((path, why))
}

/// Never over another one.
fn free(usual: &str, at: impl Fn(&str) -> PathBuf) -> PathBuf {
    let stem = usual.trim_end_matches("-1");
    let mut path = at(usual);
    for n in 2.. {
        if !path.exists() {
            break;
        }
        path = at(&format!("{stem}-{n}"));
    }
    path
}

/// A name that every system takes.
fn file_name(name: &str) -> String {
    let fits = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = name.trim().trim_end_matches(".test.yaml").chars().map(fits).collect();
    match name.trim_matches('-') {
        "" => "conversation".into(),
        name => name.to_lowercase(),
    }
}

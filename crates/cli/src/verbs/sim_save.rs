//! `/save-test`: the conversation as a test file of the bot.

use super::sim::Chat;
use super::sim_said::Said;
use super::sources::shown;

pub fn save(chat: &Chat, name: &str) -> Result<Said, String> {
    if chat.world.moves().is_empty() {
        return Err("Nothing has happened yet that a test could tell.".into());
    }
    let folder = chat.root.join("tests");
    let file = file_name(name);
    let path = match name.is_empty() {
        // Never over another one.
        true => (1..).map(|n| folder.join(format!("conversation-{n}.test.yaml"))).find(|path| !path.exists()),
        false => Some(folder.join(format!("{file}.test.yaml"))),
    };
    let Some(path) = path else { return Err("There are too many tests.".into()) };
    if path.exists() {
        return Err(format!("{} is there already; choose another name.", shown(&path)));
    }
    let title = if name.is_empty() { "a conversation" } else { name };
    let text = sim::cases::save(&chat.world, title);
    let failed = |error: std::io::Error| format!("{} could not be written: {error}", shown(&path));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    std::fs::write(&path, &text).map_err(failed)?;
    let (suite, wrongs) = sim::cases::read(&text, &|_| None);
    let fails = suite.cases.iter().find_map(|case| sim::cases::run(&chat.world.stage, case).failure);
    let why = wrongs.into_iter().next().map(|wrong| wrong.message).or(fails.map(|failure| failure.message));
    Ok(Said::Saved { file: shown(&path), why })
}

/// A name that every system takes.
fn file_name(name: &str) -> String {
    let fits = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = name.trim().trim_end_matches(".test.yaml").chars().map(fits).collect();
    name.trim_matches('-').to_lowercase()
}

//! A bot's folder as files, read the plain way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flow::text::{parse_flow, parse_manifest};
use flow::{Bot, Problem};

/// Files by their path with `/` between the parts.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The top of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The example bots, by name.
pub fn examples() -> Vec<(String, Files)> {
    let shelf = root().join("flows-examples");
    let entries = std::fs::read_dir(&shelf).unwrap_or_else(|error| panic!("{}: {error}", shelf.display()));
    let mut examples: Vec<_> = entries
        .map(|entry| entry.expect("the folder of examples can be listed"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), read(&entry.path())))
        .collect();
    examples.sort();
    assert!(!examples.is_empty(), "{} holds no example", shelf.display());
    examples
}

pub fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    read_into(folder, "", &mut files);
    files
}

fn read_into(folder: &Path, prefix: &str, files: &mut Files) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("the folder can be listed");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_into(&entry.path(), &format!("{name}/"), files);
        } else {
            let bytes = std::fs::read(entry.path()).unwrap_or_else(|error| panic!("{name}: {error}"));
            files.insert(name, bytes);
        }
    }
}

/// The bot that files make, and what was wrong with their text.
pub fn open(files: &Files) -> (Bot, Vec<Problem>) {
    let mut bot = Bot::default();
    let mut problems = Vec::new();
    for (path, bytes) in files {
        let found = if path == "bot.json" {
            let parsed = parse_manifest(bytes);
            bot.manifest = parsed.value;
            parsed.problems
        } else if flow::change::is_flow_path(path) {
            let parsed = parse_flow(bytes);
            bot.flows.insert(path.as_str().into(), parsed.value);
            parsed.problems
        } else {
            if let Ok(text) = std::str::from_utf8(bytes) {
                bot.texts.insert(path.as_str().into(), text.into());
            }
            Vec::new()
        };
        problems.extend(found.iter().map(|problem| problem.at_file(path)));
    }
    (bot, problems)
}

/// The files that a save of the bot writes.
pub fn files(bot: &Bot) -> Files {
    let mut files = Files::new();
    files.insert("bot.json".into(), flow::text::print_manifest(&bot.manifest).into_bytes());
    for (path, flow) in &bot.flows {
        files.insert(path.to_string(), flow::text::print_flow(flow).into_bytes());
    }
    for (path, text) in &bot.texts {
        files.insert(path.to_string(), text.as_bytes().to_vec());
    }
    files
}

pub fn write(files: &Files, folder: &Path) {
    for (path, bytes) in files {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
        }
        std::fs::write(&file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

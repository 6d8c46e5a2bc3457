//! Which files of a bot's folder belong to the bot.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use flow::change::{MANIFEST_FILE, is_flow_path};
use flow::{Code, FilePath, Problem, Spot};

use crate::content;
use crate::disk::{self, Stamp};

/// The files by their paths in the bot, and what cannot be one.
#[derive(Debug, Default)]
pub struct Listing {
    pub files: BTreeMap<FilePath, Listed>,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug)]
pub struct Listed {
    /// Where it really is, links followed.
    pub real: PathBuf,
    /// Nothing when it is no plain file, or cannot be looked at.
    pub stamp: Option<Stamp>,
}

/// More files than this are not listed; a bot has dozens.
const MOST_FILES: usize = 4000;
const MOST_DEPTH: usize = 8;
/// Folders that hold what programs made, not people.
const NOT_OURS: [&str; 3] = ["node_modules", "target", "dist"];
const TEXT: [&str; 18] = [
    "md", "txt", "yaml", "yml", "json", "toml", "csv", "js", "mjs", "ts", "jq", "html", "xml", "j2", "jinja",
    "sql", "py", "css",
];

/// The folder is canonical.
pub fn list(root: &Path) -> Listing {
    let mut listing = Listing::default();
    walk(root, root, "", &mut listing);
    listing
}

/// May a change make a file here? Says why not.
pub fn allowed(path: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = path.split('/').collect();
    if path.len() > 400 || parts.iter().any(|part| part.len() > 200) {
        return Err("The file's name is too long.");
    }
    if path.chars().any(|c| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')) {
        return Err("The file's name has characters that do not work on every system.");
    }
    if parts.iter().any(|part| {
        part.is_empty() || part.starts_with('.') || part.ends_with(['.', ' ']) || NOT_OURS.contains(part)
    }) {
        return Err("The file's path leaves the bot's folder, or leads to a hidden place in it.");
    }
    if parts.len() > MOST_DEPTH {
        return Err("The file lies in too many folders.");
    }
    Ok(())
}

fn walk(root: &Path, folder: &Path, prefix: &str, listing: &mut Listing) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("This folder cannot be read: {}.", disk::reason(&error));
            return listing.trouble(prefix, message, "Allow reading it.");
        }
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            let shown = format!("{prefix}{}", name.to_string_lossy());
            if shown.ends_with(".flow.json") {
                listing.trouble(&shown, "The file's name is not text.".into(), "Rename the file.");
            }
            continue;
        };
        let Ok(kind) = entry.file_type() else { continue };
        let path = format!("{prefix}{name}");
        let deep = path.split('/').count() >= MOST_DEPTH;
        if name.starts_with('.') || deep || NOT_OURS.contains(&name) {
            continue;
        }
        // Links to folders would let a walk run in circles; only `flows` itself may be one.
        if kind.is_dir() && !is_flow_path(&path) || kind.is_symlink() && path == "flows" {
            match disk::inside(root, &entry.path()) {
                Ok(real) => walk(root, &real, &format!("{path}/"), listing),
                Err(error) => listing.trouble(
                    &path,
                    format!("This folder was not read: {}.", disk::reason(&error)),
                    LINKS,
                ),
            }
            continue;
        }
        if listing.files.len() >= MOST_FILES {
            let message = format!("The folder holds more than {MOST_FILES} files; the others are not shown.");
            return listing.trouble(
                MANIFEST_FILE,
                message,
                "Open the bot's own folder rather than one above it.",
            );
        }
        listing.file(root, path, &entry.path());
    }
}

const LINKS: &str =
    "Put a copy into the bot's folder: a bot from somewhere else must not reach other files of this machine.";

impl Listing {
    fn file(&mut self, root: &Path, path: String, at: &Path) {
        let document = path == MANIFEST_FILE || is_flow_path(&path);
        if path.starts_with("flows/") && path.ends_with(".flow.json") && !document {
            let help = "Rename the file: a flow lies directly in `flows` and its name has no `:` or `\\`.";
            return self.trouble(&path, "This file's name cannot be a flow's.".into(), help);
        }
        if !document && !is_text(&path) {
            return;
        }
        match disk::inside(root, at) {
            Ok(real) => {
                let stamp = Stamp::at(&real);
                // Large files beside the document, such as assets, are none of it.
                if document || stamp.is_some_and(|stamp| stamp.size() <= content::MOST_TEXT) {
                    self.files.insert(path.into(), Listed { real, stamp });
                }
            }
            Err(error) if document => {
                self.trouble(&path, format!("This file was not read: {}.", disk::reason(&error)), LINKS);
            }
            Err(_) => {}
        }
    }

    fn trouble(&mut self, path: &str, message: String, help: &str) {
        let file = if path.is_empty() { MANIFEST_FILE } else { path.trim_end_matches('/') };
        let at = Spot { file: file.into(), ..Spot::default() };
        self.problems.push(Problem::new(Code::Unreadable, at, message, help));
    }
}

fn is_text(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ["tests/", "prompts/"].iter().any(|folder| path.starts_with(folder))
        || ending.is_some_and(|ending| TEXT.contains(&ending.as_str()))
}

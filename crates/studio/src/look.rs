//! Looking at a bot's files: what is there, what it says, and what is wrong with it.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use flow::change::{MANIFEST_FILE, is_flow_path};
use flow::text::too_large;
use flow::{Bot, Code, FilePath, Kinds, Problem, Spot};

use crate::content::{self, Content, Reading};
use crate::disk::{self, Found, Hash, Stamp};
use crate::listing::{self, Listed};

/// A bot read once, for those who only want to look.
#[derive(Debug, Default)]
pub struct Glance {
    pub bot: Bot,
    pub files: BTreeMap<FilePath, Glimpse>,
    /// What cannot be listed, and what readers said.
    pub problems: Vec<Problem>,
}

#[derive(Debug)]
pub struct Glimpse {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
    /// Not everything was read, so nothing else can be said of the file.
    pub lossy: bool,
}

impl Glance {
    /// All that is wrong with the bot, as far as it could be read.
    pub fn check(&self, kinds: &Kinds) -> Vec<Problem> {
        let is_broken = |path: &str| self.files.get(path).is_some_and(|file| file.lossy);
        let broken_flow = self.files.iter().any(|(path, file)| file.lossy && is_flow_path(path));
        let found = flow::check::check(&self.bot, kinds).into_iter();
        let found = found.filter(|problem| holds(problem, is_broken, broken_flow));
        self.problems.iter().cloned().chain(found).collect()
    }
}

/// A file as it was just found.
pub struct Look {
    pub stamp: Option<Stamp>,
    pub real: Option<std::path::PathBuf>,
    pub hash: Option<Hash>,
    pub bytes: Option<Vec<u8>>,
    pub found: Is,
}

pub enum Is {
    Gone,
    Readable(Reading),
    /// Bytes that are no text, where only text is of interest.
    NoText,
    /// Why it could not be read whole, what could be, and what is said of it.
    Unreadable {
        reason: String,
        partial: Option<Content>,
        problems: Vec<Problem>,
    },
}

/// Reads a bot's folder. Files that cannot be read whole are in the bot with what can be read.
pub fn glance(root: &Path) -> Glance {
    // Whether a link leads out is told by real paths.
    let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let listing = listing::list(&root);
    let mut glance = Glance { problems: listing.problems, ..Glance::default() };
    for (path, listed) in listing.files {
        let look = look(&path, Some(&listed));
        let (content, problems, lossy) = match look.found {
            Is::Readable(reading) => (Some(reading.content), reading.problems, false),
            Is::Unreadable { partial, problems, .. } => (partial, problems, true),
            Is::Gone | Is::NoText => continue,
        };
        content::put(&mut glance.bot, &path, content);
        glance.problems.extend(problems);
        glance
            .files
            .insert(path, Glimpse { path: listed.real, bytes: look.bytes.unwrap_or_default(), lossy });
    }
    glance
}

/// Can a check say this, when these files could not be read whole? What is missing in them is not missing in the bot.
pub fn holds(problem: &Problem, is_broken: impl Fn(&str) -> bool, some_flow_is_broken: bool) -> bool {
    if is_broken(&problem.at.file) {
        return false;
    }
    match problem.code {
        Code::UnknownVariable | Code::UnknownSecret | Code::UnknownName | Code::BadManifest => {
            !is_broken(MANIFEST_FILE)
        }
        Code::UnknownFlow | Code::BadCall | Code::NoTrigger => !some_flow_is_broken,
        _ => true,
    }
}

/// Reads a file, whatever it is.
pub fn look(path: &str, listed: Option<&Listed>) -> Look {
    let Some(listed) = listed else {
        return Look { stamp: None, real: None, hash: None, bytes: None, found: Is::Gone };
    };
    let look =
        |stamp, hash, bytes, found| Look { stamp, real: Some(listed.real.clone()), hash, bytes, found };
    match disk::read(&listed.real, content::most(path)) {
        Ok(Found::Nothing) => look(None, None, None, Is::Gone),
        Ok(Found::File { bytes, stamp }) => {
            let found = match content::parse(path, &bytes) {
                None => Is::NoText,
                Some(reading) if reading.lossy => Is::Unreadable {
                    reason: reason(&reading.problems),
                    partial: Some(reading.content),
                    problems: reading.problems,
                },
                Some(reading) => Is::Readable(reading),
            };
            look(stamp, Some(Hash::of(&bytes)), Some(bytes), found)
        }
        Ok(Found::TooLarge) => {
            let problem = too_large();
            let reason = problem.message.clone();
            look(
                listed.stamp,
                None,
                None,
                Is::Unreadable { reason, partial: None, problems: vec![problem.at_file(path)] },
            )
        }
        Ok(Found::NotAFile) => unreadable(path, listed, "This is not a file.", "Move it out of the way."),
        Err(error) if error.kind() == ErrorKind::NotFound => look(None, None, None, Is::Gone),
        Err(error) => {
            let message = format!("The file could not be read: {}.", disk::reason(&error));
            unreadable(path, listed, &message, "Allow reading it, or replace it.")
        }
    }
}

fn unreadable(path: &str, listed: &Listed, message: &str, help: &str) -> Look {
    let at = Spot { file: path.into(), ..Spot::default() };
    let problems = vec![Problem::new(Code::Unreadable, at, message, help)];
    let found = Is::Unreadable { reason: message.to_owned(), partial: None, problems };
    Look { stamp: listed.stamp, real: Some(listed.real.clone()), hash: None, bytes: None, found }
}

fn reason(problems: &[Problem]) -> String {
    let worst = problems.iter().min_by_key(|problem| problem.severity);
    let Some(Problem { at, message, .. }) = worst else { return "The file could not be read whole.".into() };
    match (at.line, at.column) {
        (Some(line), Some(column)) => format!("Line {line}, column {column}: {message}"),
        _ => message.clone(),
    }
}

//! What is known of one file of the bot.

use std::io;
use std::path::PathBuf;

use flow::{FilePath, Problem};

use super::State;
use crate::content::{self, Content};
use crate::disk::{Hash, Stamp};

#[derive(Debug, Default)]
pub struct FileState {
    /// Where the file really is, links followed. Nothing as long as there is no file.
    pub real: Option<PathBuf>,
    pub stamp: Option<Stamp>,
    /// The last time when document and disk agreed: the file's hash then, and that of the canonical text of what it said.
    pub disk: Option<Hash>,
    pub text: Option<Hash>,
    /// The revision of the last change that reached the file.
    pub edited: u64,
    /// The document may hold something that the disk does not.
    pub dirty: bool,
    /// The journal knows where the file's story starts.
    pub based: bool,
    /// What the reader said of what is on the disk.
    pub problems: Vec<Problem>,
    pub broken: Option<Broken>,
    pub clash: Option<Theirs>,
    pub failure: Option<Failure>,
    /// Seen once in a state that cannot be read; the second time it counts.
    pub suspect: Option<Hash>,
}

/// The file on the disk cannot be read whole, so it is not written.
#[derive(Debug)]
pub struct Broken {
    pub reason: String,
    /// What could be read.
    pub partial: Option<Content>,
    /// Nothing if it was not even read.
    pub disk: Option<Hash>,
}

/// What another program wrote while the document held unsaved changes. Saving the file waits until someone decides.
#[derive(Debug)]
pub struct Theirs {
    pub disk: Option<Hash>,
    pub bytes: Option<Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub message: String,
    pub hint: String,
}

impl Failure {
    pub fn of(path: &str, error: &io::Error) -> Failure {
        Failure {
            message: format!("{path} could not be saved: {}.", crate::disk::reason(error)),
            hint: format!(
                "{} Your changes are kept, and saving is tried again by itself.",
                crate::disk::advice(error)
            ),
        }
    }
}

impl State {
    pub fn file(&mut self, path: &FilePath) -> &mut FileState {
        self.files.entry(path.clone()).or_default()
    }

    /// Does the document say something else than the disk did when they last agreed?
    pub fn differs(&self, path: &FilePath) -> bool {
        let Some(file) = self.files.get(path) else { return false };
        file.dirty && text_hash(content::of(&self.bot, path).as_ref()) != file.text
    }
}

pub fn text_hash(content: Option<&Content>) -> Option<Hash> {
    content.map(|content| Hash::of(content.print().as_bytes()))
}

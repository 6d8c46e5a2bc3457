//! Saving: canonical text, whole files or nothing, and never over what another program wrote.

use std::io;
use std::time::Instant;

use flow::change::MANIFEST_FILE;
use flow::{FilePath, Manifest};

use super::file::Failure;
use super::{Document, SaveDue, State};
use crate::content::{self, Content};
use crate::disk::{self, Hash, Outcome};
use crate::error::Result;
use crate::event::News;
use crate::journal::Record;
use crate::view::SaveState;

impl Document {
    /// Writes every file that holds unsaved changes. What cannot be written stays in the journal and is tried again.
    pub fn save(&self) -> Result<SaveState> {
        let _folder = self.folder();
        let due: Vec<FilePath> = {
            let mut state = self.state()?;
            state.save_due = None;
            let due = state
                .files
                .iter()
                .filter(|(_, file)| file.dirty && file.broken.is_none() && file.clash.is_none());
            due.map(|(path, _)| path.clone()).collect()
        };
        for path in &due {
            if let Err(error) = self.save_file(path)? {
                self.state()?.file(path).failure = Some(Failure::of(path, &error));
            }
        }
        let mut state = self.state()?;
        state.conclude();
        if matches!(state.save, SaveState::Failed { .. }) && state.save_due.is_none() {
            let at = Instant::now() + self.pace.save_again;
            state.save_due = Some(SaveDue { at, latest: at });
        }
        Ok(state.save.clone())
    }

    fn save_file(&self, path: &FilePath) -> Result<io::Result<()>> {
        let (content, edited, disk, agreed) = {
            let state = self.state()?;
            let Some(file) = state.files.get(path) else { return Ok(Ok(())) };
            (content_to_save(&state, path), file.edited, file.disk, file.text)
        };
        let text = content.as_ref().map(Content::print);
        let hash = text.as_ref().map(|text| Hash::of(text.as_bytes()));
        // Taken back to what the disk says: not one byte has to change.
        if hash == agreed && hash.is_some() == disk.is_some() {
            self.state()?.saved(path, edited);
            return Ok(Ok(()));
        }
        if let (Some(content), Some(text)) = (&content, &text)
            && !reads_back(path, content, text)
        {
            return Ok(Err(io::Error::other(
                "it holds something that a file cannot say; undo the last change",
            )));
        }
        let at = match self.place_of(path) {
            Ok(at) => at,
            Err(error) => return Ok(Err(error)),
        };
        // The journal has to know this content before the disk holds it; else it would look like another program's.
        if let Err(error) = self.state()?.journal.append(&Record::Save { file: path.clone(), content: hash })
        {
            return Ok(Err(error));
        }
        match disk::replace(&at, disk, text.as_ref().map(String::as_bytes), content::most(path)) {
            Ok(Outcome::Done) => {}
            // The next look finds out what it is.
            Ok(Outcome::NotAsExpected) => {
                self.state()?.file(path).stamp = None;
                return self.look_at_one(path).map(Ok);
            }
            Err(error) => return Ok(Err(error)),
        }
        let mut state = self.state()?;
        let agreed = Record::Agreed { file: path.clone(), disk: hash, text: hash };
        // Without this line the next start takes the save for one that may not have happened.
        let _ = state.journal.append(&agreed);
        let file = state.file(path);
        (file.disk, file.text) = (hash, hash);
        // Another program may have written right behind the save, so the next look looks twice.
        file.stamp = None;
        file.real = Some(at);
        if !file.problems.is_empty() {
            file.problems.clear();
            state.recheck();
        }
        state.saved(path, edited);
        Ok(Ok(()))
    }

    /// Where to write a file: links inside the folder are followed, a missing `flows` is made.
    fn place_of(&self, path: &FilePath) -> io::Result<std::path::PathBuf> {
        if !self.root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the bot's folder is gone"));
        }
        let at = disk::inside(&self.root, &self.root.join(path.as_str()))?;
        if let Some(parent) = at.parent() {
            std::fs::create_dir_all(parent)?;
        }
        Ok(at)
    }
}

impl State {
    fn saved(&mut self, path: &FilePath, edited: u64) {
        let file = self.file(path);
        file.dirty = file.edited > edited;
        file.failure = None;
    }

    /// Works out what to say about saving, and says it if it is news.
    pub fn conclude(&mut self) {
        let failure = self.files.values().filter(|file| file.dirty).find_map(|file| file.failure.clone());
        let save = match failure {
            Some(Failure { message, hint }) => SaveState::Failed { message, hint },
            None if self.files.values().any(|file| file.dirty) => SaveState::Unsaved,
            None => SaveState::Saved,
        };
        if save != self.save {
            self.save = save.clone();
            self.tell(News::Save { save });
        }
    }
}

/// A bot.json that says nothing is still a file: without one the folder is no bot.
fn content_to_save(state: &State, path: &FilePath) -> Option<Content> {
    let content = content::of(&state.bot, path);
    if path == MANIFEST_FILE {
        Some(content.unwrap_or(Content::Manifest(Manifest::default())))
    } else {
        content
    }
}

/// The last guard of the file: what would not be read as it was meant is not written.
fn reads_back(path: &str, content: &Content, text: &str) -> bool {
    if text.len() as u64 > content::most(path) {
        return false;
    }
    content::parse(path, text.as_bytes()).is_some_and(|reading| !reading.lossy && reading.content == *content)
}

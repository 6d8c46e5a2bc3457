//! Changes, and taking them back.

use std::collections::BTreeSet;
use std::time::UNIX_EPOCH;

use flow::change::{Act, Named, Touch, Usage, plan, usages};
use flow::{Change, Edit, FilePath, apply};
use serde::Deserialize;
use ts_rs::TS;

use super::file::text_hash;
use super::{Document, SaveDue, State};
use crate::content;
use crate::disk::Hash;
use crate::error::{Code, Error, Result, sentence};
use crate::event::News;
use crate::journal::{self, Base, History, Record};
use crate::listing;
use crate::setup::Pace;
use crate::view::SaveState;

/// Who asks, so that they know their own echo.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct Request {
    pub client: String,
    #[serde(default)]
    pub seq: u64,
    /// The revision that the client saw. Changes apply to the bot as it is now; they address things by id.
    #[serde(default)]
    #[allow(dead_code, reason = "said by every client; merging edits of one text will want it")]
    pub base: u64,
    #[serde(default)]
    pub label: String,
    /// The client's last change goes on: the next letters of one text. They are taken back together.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub continues: bool,
}

/// What may go on: changes of one client to the same places.
#[derive(Debug, PartialEq)]
pub struct Stroke {
    client: String,
    places: BTreeSet<Touch>,
}

/// Which way to go in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Undo,
    Redo,
}

impl Document {
    pub fn change(&self, request: &Request, change: Change) -> Result<u64> {
        let mut state = self.state()?;
        self.may_make_files(&state, &change)?;
        let revision = state.commit(request, change, &self.pace)?;
        drop(state);
        self.stirred.notify_all();
        Ok(revision)
    }

    pub fn act(&self, request: &Request, act: &Act) -> Result<u64> {
        let mut state = self.state()?;
        let change = plan(&state.bot, &self.kinds, act).map_err(|refusal| refused(&refusal))?;
        let revision = state.commit(request, change, &self.pace)?;
        drop(state);
        self.stirred.notify_all();
        Ok(revision)
    }

    pub fn usages(&self, named: &Named) -> Result<(u64, Vec<Usage>)> {
        let (revision, bot) = {
            let state = self.state()?;
            (state.revision, state.shown())
        };
        Ok((revision, usages(&bot, &self.kinds, named)))
    }

    /// The new revision, and the label of what was taken back or done again, if there was something.
    pub fn step(&self, client: &str, step: Step) -> Result<(u64, Option<String>)> {
        let mut state = self.state()?;
        let done = state.step(client, step, &self.pace)?;
        drop(state);
        self.stirred.notify_all();
        Ok(done)
    }

    /// New files get names that work everywhere, and do not take the place of a file that was not read.
    fn may_make_files(&self, state: &State, change: &Change) -> Result<()> {
        for edit in &change.edits {
            let (path, exists) = match edit {
                Edit::Flow { flow, value: Some(_) } => (flow, state.bot.flows.contains_key(flow)),
                Edit::File { path, text: Some(_) } => (path, state.bot.texts.contains_key(path)),
                _ => continue,
            };
            if exists {
                continue;
            }
            listing::allowed(path)
                .map_err(|why| Error::new(Code::Refused, why).hint("Choose a plain name."))?;
            if std::fs::symlink_metadata(self.root.join(path.as_str())).is_ok()
                && !state.files.contains_key(path)
            {
                let message = format!("{path} is there already, and is no text that can be edited here.");
                return Err(Error::new(Code::Refused, message).hint("Choose another name."));
            }
        }
        Ok(())
    }
}

impl State {
    /// Applies a change, and returns once it is on the disk, in the journal. On an error nothing has happened.
    pub fn commit(&mut self, request: &Request, change: Change, pace: &Pace) -> Result<u64> {
        if change.edits.is_empty() {
            return Ok(self.revision);
        }
        self.may_edit(&change)?;
        let bases = self.bases(&change);
        let inverse = apply(&mut self.bot, &change).map_err(|refusal| refused(&refusal))?;
        let label = if request.label.is_empty() { "Change" } else { &request.label };
        let stroke = Stroke { client: request.client.clone(), places: change.touches() };
        let continues =
            request.continues && self.history.future.is_empty() && self.stroke.as_ref() == Some(&stroke);
        let now = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let record = Record::Do {
            rev: self.revision + 1,
            label: label.to_owned(),
            client: request.client.clone(),
            time: Some(now),
            continues,
            bases,
            change,
            inverse,
        };
        let written = self.journal.append(&record);
        let Record::Do { change, inverse, label, bases, .. } = record else { return Ok(self.revision) };
        let span = match written {
            Ok(span) => span,
            Err(error) => {
                self.take_back(&inverse);
                return Err(not_journaled(&error));
            }
        };
        for base in bases {
            self.file(&base.file).text = base.agreed;
        }
        self.history.past.push(journal::Step::of(span, label.clone(), continues, Some(now), &change));
        self.history.future.clear();
        self.stroke = Some(stroke);
        self.announce(&request.client, request.seq, label, &change, pace);
        Ok(self.revision)
    }

    /// Goes one stroke back or forth: a change, with those that continued it.
    pub fn step(&mut self, client: &str, step: Step, pace: &Pace) -> Result<(u64, Option<String>)> {
        self.stroke = None;
        let mut done = self.one_step(client, step, pace)?;
        // Back: what was just taken back went on from the one before it. Forth: what comes next goes on from it.
        while done.1.is_some() && self.history.future.last().is_some_and(|next| next.continues) {
            done = self.one_step(client, step, pace)?;
        }
        Ok(done)
    }

    fn one_step(&mut self, client: &str, step: Step, pace: &Pace) -> Result<(u64, Option<String>)> {
        let from = if step == Step::Undo { &self.history.past } else { &self.history.future };
        let Some(next) = from.last().cloned() else { return Ok((self.revision, None)) };
        let record = self
            .journal
            .read(next.span)
            .map_err(|error| Error::disk("The journal could not be read", &error))?;
        let Record::Do { change, inverse, .. } = record else {
            return Err(Error::new(Code::Internal, "The journal does not hold what the history says."));
        };
        let (change, inverse) = if step == Step::Undo { (inverse, change) } else { (change, inverse) };
        self.may_edit(&change)?;
        apply(&mut self.bot, &change).map_err(|refusal| refused(&refusal))?;
        let rev = self.revision + 1;
        let record = if step == Step::Undo { Record::Undo { rev } } else { Record::Redo { rev } };
        if let Err(error) = self.journal.append(&record) {
            self.take_back(&inverse);
            return Err(not_journaled(&error));
        }
        let History { past, future } = &mut self.history;
        let (from, to) = if step == Step::Undo { (past, future) } else { (future, past) };
        from.pop();
        to.push(next.clone());
        let said = if step == Step::Undo {
            format!("Undo: {}", next.label)
        } else {
            format!("Redo: {}", next.label)
        };
        self.announce(client, 0, said, &change, pace);
        Ok((self.revision, Some(next.label)))
    }

    /// The bot has just become another.
    fn announce(&mut self, client: &str, seq: u64, label: String, change: &Change, pace: &Pace) {
        self.revision += 1;
        for path in change.files() {
            let revision = self.revision;
            let file = self.file(&path);
            file.edited = revision;
            file.dirty = true;
            file.based = true;
        }
        self.tell(News::Changed {
            revision: self.revision,
            client: client.to_owned(),
            seq,
            label,
            patches: self.patches(change),
            undo: self.undo_label(),
            redo: self.redo_label(),
        });
        self.recheck();
        self.save_soon(pace);
    }

    pub fn save_soon(&mut self, pace: &Pace) {
        let now = std::time::Instant::now();
        let latest = self.save_due.map_or(now + pace.save_latest, |due| due.latest);
        self.save_due = Some(SaveDue { at: (now + pace.save_after).min(latest), latest });
        if self.save == SaveState::Saved {
            self.save = SaveState::Unsaved;
            self.tell(News::Save { save: SaveState::Unsaved });
        }
    }

    fn take_back(&mut self, inverse: &Change) {
        let undone = apply(&mut self.bot, inverse);
        debug_assert!(undone.is_ok(), "the inverse of an applied change applies: {undone:?}");
    }

    fn may_edit(&self, change: &Change) -> Result<()> {
        for path in change.files() {
            if let Some(broken) = self.files.get(&path).and_then(|file| file.broken.as_ref()) {
                let hint = "Mend the file in a text editor, or choose Repair: it keeps the original beside the repaired file.";
                return Err(Error::new(
                    Code::ReadOnly,
                    format!("{path} cannot be edited: {}", broken.reason),
                )
                .hint(hint));
            }
        }
        Ok(())
    }

    /// Where the stories of the files start that the journal knows nothing of.
    pub fn bases(&self, change: &Change) -> Vec<Base> {
        let unknown = |path: &FilePath| !self.files.get(path).is_some_and(|file| file.based);
        change.files().into_iter().filter(unknown).map(|path| self.base(path)).collect()
    }

    pub fn base(&self, path: FilePath) -> Base {
        let content = content::of(&self.bot, &path);
        let text = content.as_ref().map(content::Content::print);
        let file = self.files.get(&path);
        let disk: Option<Hash> = file.and_then(|file| file.disk);
        let agreed = match file {
            Some(file) if file.based => file.text,
            // Unchanged as yet: the disk says the same.
            _ => text_hash(content.as_ref()).filter(|_| disk.is_some()),
        };
        Base { file: path, text, disk, agreed }
    }
}

fn not_journaled(error: &std::io::Error) -> Error {
    Error::disk("The change could not be written to the journal, so it was not made", error)
}

pub fn refused(refusal: &flow::change::Refusal) -> Error {
    let message = sentence(&refusal.to_string());
    Error::new(Code::Refused, message)
        .hint("The bot may have changed meanwhile. Look again and repeat what you wanted to do.")
}

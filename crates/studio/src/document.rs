//! An open bot. It lives here, with one revision and one history, whatever number of windows show it.
//!
//! `State` is behind one lock, held while a change is applied and journaled, so that events go out in the order of revisions. Whoever
//! reads or writes the bot's folder holds `folder` first, and takes the state only for moments.

mod check;
mod compact;
mod edit;
mod file;
mod history;
mod keeper;
mod open;
mod outside;
mod patch;
mod save;
mod settle;
mod show;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Instant, SystemTime};

use flow::{Bot, FilePath, Kinds, Problem};

use self::edit::Stroke;
pub use self::edit::{Request, Step};
use self::file::FileState;
pub use self::history::{Deed, DeletedFlow};
pub use self::open::open;
pub use self::settle::Keep;
use crate::disk::Stamp;
use crate::error::{Code, Error, Result};
use crate::event::{Listeners, News};
use crate::journal::{History, Journal};
use crate::setup::Pace;
use crate::view::SaveState;

pub struct Document {
    pub handle: String,
    /// Canonical.
    pub root: PathBuf,
    kinds: Arc<Kinds>,
    pace: Pace,
    state: Mutex<State>,
    /// Something of the state changed that a thread waits for.
    stirred: Condvar,
    folder: Mutex<()>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Held as long as the bot is open.
    _lock: std::fs::File,
}

struct State {
    handle: String,
    listeners: Arc<Listeners>,
    /// The bot as the history has it. A file that cannot be read now is here as it last was.
    bot: Bot,
    revision: u64,
    history: History,
    clock: fn() -> SystemTime,
    /// The last change, while it may still go on.
    stroke: Option<Stroke>,
    journal: Journal,
    files: BTreeMap<FilePath, FileState>,
    /// Files of the folder that turned out to be no text.
    skipped: BTreeMap<FilePath, Stamp>,
    /// What went wrong when the bot was opened.
    troubles: Vec<Problem>,
    /// What cannot be listed.
    folder_troubles: Vec<Problem>,
    checked: Checked,
    save: SaveState,
    save_due: Option<SaveDue>,
    closing: bool,
}

/// Problems are worked out behind the changes.
#[derive(Default)]
struct Checked {
    /// Counts whatever problems depend on: revisions, and what readers said.
    wanted: u64,
    done: u64,
    revision: u64,
    problems: Arc<Vec<Problem>>,
}

#[derive(Clone, Copy)]
struct SaveDue {
    at: Instant,
    /// However many changes keep coming.
    latest: Instant,
}

impl Document {
    /// A thread that panicked may have left half a change behind; what was acknowledged is in the journal.
    fn state(&self) -> Result<MutexGuard<'_, State>> {
        self.state.lock().map_err(|_| {
            Error::new(Code::Internal, "Something went wrong inside Nexus Bots while this bot was changed.")
                .hint("Open the bot again: all that was done is in its journal.")
        })
    }

    pub fn is_sound(&self) -> bool {
        !self.state.is_poisoned()
    }

    fn folder(&self) -> MutexGuard<'_, ()> {
        // Guards the folder against two savers, and holds nothing itself.
        self.folder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Saves what is unsaved and ends the threads.
    pub fn close(&self) {
        if let Ok(mut state) = self.state() {
            state.closing = true;
        }
        self.stirred.notify_all();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let _ = thread.join();
        }
        let _ = self.save();
    }
}

impl State {
    fn tell(&self, news: News) {
        self.listeners.tell(&self.handle, news);
    }

    fn undo_label(&self) -> Option<String> {
        self.history.past.last().map(|step| step.label.clone())
    }

    fn redo_label(&self) -> Option<String> {
        self.history.future.last().map(|step| step.label.clone())
    }

    /// Problems have to be worked out again.
    fn recheck(&mut self) {
        self.checked.wanted += 1;
    }
}

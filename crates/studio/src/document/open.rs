//! Opening a bot: its folder, its journal, and what became of both since it was last open.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::SystemTime;

use flow::change::MANIFEST_FILE;
use flow::{Bot, Code as ProblemCode, FilePath, Kinds, Problem, Severity, Spot};

use super::file::{Broken, FileState, text_hash};
use super::{Checked, Document, State};
use crate::content;
use crate::disk;
use crate::error::{Code, Error, Result};
use crate::event::Listeners;
use crate::journal::{Broken as BrokenJournal, Held, Journal, Record, Replay};
use crate::listing;
use crate::look::{Is, Look, look};
use crate::setup::Pace;
use crate::view::SaveState;

/// `root` is canonical; `keep` is the folder for what is kept about this bot.
pub fn open(
    handle: String,
    root: PathBuf,
    keep: &Path,
    kinds: Arc<Kinds>,
    pace: Pace,
    clock: fn() -> SystemTime,
    listeners: Arc<Listeners>,
) -> Result<Arc<Document>> {
    fs::create_dir_all(keep)
        .map_err(|error| Error::disk("The folder for the bot's journal could not be made", &error))?;
    let lock = lock(keep)?;
    let (journal, replay, troubles) = journal(keep, &root)?;
    disk::sweep(&root);
    disk::sweep(&root.join("flows"));

    let mut state = State {
        handle: handle.clone(),
        listeners,
        bot: Bot::default(),
        revision: replay.revision,
        history: replay.history,
        clock,
        stroke: None,
        journal,
        files: BTreeMap::new(),
        skipped: BTreeMap::new(),
        troubles,
        folder_troubles: Vec::new(),
        checked: Checked { wanted: 1, ..Checked::default() },
        save: SaveState::Saved,
        save_due: None,
        closing: false,
    };
    state.bot = replay.bot;
    let listing = listing::list(&root);
    state.folder_troubles = listing.problems;
    let paths: std::collections::BTreeSet<FilePath> =
        listing.files.keys().chain(replay.held.keys()).cloned().collect();
    for path in paths {
        let found = look(&path, listing.files.get(&path));
        match replay.held.get(&path) {
            Some(held) => state.meet_again(&path, found, held),
            None => state.meet(&path, found),
        }
    }
    if !state.files.get(MANIFEST_FILE).is_some_and(|file| file.disk.is_some() || file.broken.is_some()) {
        let at = Spot { file: MANIFEST_FILE.into(), ..Spot::default() };
        let message = "This folder has no bot.json, which says the bot's name, channels and variables.";
        state.troubles.push(Problem::new(
            ProblemCode::NoManifest,
            at,
            message,
            "Set the bot's name, and it is made.",
        ));
    }
    if state.files.values().any(|file| file.dirty) {
        state.save_soon(&pace);
    }
    state.tidy(&root, replay.waste);

    let document = Arc::new(Document {
        handle,
        root,
        kinds,
        pace,
        state: Mutex::new(state),
        stirred: Condvar::new(),
        folder: Mutex::new(()),
        threads: Mutex::new(Vec::new()),
        _lock: lock,
    });
    // Brings in what other programs changed meanwhile.
    document.look()?;
    let checking = Arc::clone(&document);
    let keeping = Arc::clone(&document);
    document.threads.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend([
        std::thread::spawn(move || checking.keep_checking()),
        std::thread::spawn(move || keeping.keep_in_step()),
    ]);
    Ok(document)
}

/// Keeps other processes away as long as the file is held.
fn lock(keep: &Path) -> Result<fs::File> {
    let failed = |error: &std::io::Error| Error::disk("The bot could not be locked", error);
    let path = keep.join("lock");
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let mut file = opened.map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let process =
                holder.trim().parse::<u32>().map(|id| format!(" (process {id})")).unwrap_or_default();
            return Err(Error::new(Code::Busy, format!("This bot is open in another Nexus Bots{process}."))
                .hint("Go on there, or close it there first."));
        }
        // Some network disks cannot lock. Then a clash of two programs is found by their saves.
        Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
            return Ok(file);
        }
        Err(TryLockError::Error(error)) => return Err(failed(&error)),
    }
    // Only for the message above.
    let _ =
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| write!(file, "{}", std::process::id()));
    Ok(file)
}

fn journal(keep: &Path, root: &Path) -> Result<(Journal, Replay, Vec<Problem>)> {
    let root = root.to_string_lossy();
    let failed = |error: &std::io::Error| Error::disk("The bot's journal could not be opened", error);
    let mut replay = Replay::default();
    let broken = match Journal::open(keep, &root, |span, record| replay.hear(span, record)) {
        Ok(journal) => return Ok((journal, replay, Vec::new())),
        Err(BrokenJournal::Io(error)) => return Err(failed(&error)),
        Err(broken) => broken,
    };
    let aside = Journal::set_aside(keep, &broken).map_err(|error| failed(&error))?;
    let fresh = Journal::open(keep, &root, |_, _| Ok(()));
    let journal = fresh
        .map_err(|error| Error::new(Code::Disk, format!("The bot's journal could not be made: {error}.")))?;
    let at = Spot { file: MANIFEST_FILE.into(), ..Spot::default() };
    let message =
        format!("The journal of earlier changes could not be used, since {broken}; undo starts anew.");
    let help =
        format!("Nothing in the bot's folder was changed. The journal was kept as {}.", aside.display());
    let problem =
        Problem { severity: Severity::Warning, ..Problem::new(ProblemCode::Unreadable, at, message, help) };
    Ok((journal, Replay::default(), vec![problem]))
}

impl State {
    /// A file that the journal knows nothing of: what is on the disk counts.
    fn meet(&mut self, path: &FilePath, look: Look) {
        let Look { stamp, real, hash, found, .. } = look;
        let mut file = FileState { stamp, real, disk: hash, ..FileState::default() };
        match found {
            Is::Gone => return,
            Is::NoText => {
                self.skipped.extend(stamp.map(|stamp| (path.clone(), stamp)));
                return;
            }
            Is::Readable(reading) => {
                content::put(&mut self.bot, path, Some(reading.content));
                file.problems = reading.problems;
            }
            Is::Unreadable { reason, partial, problems } => {
                file.problems = problems;
                // The document and this content never agreed.
                file.disk = None;
                file.broken = Some(Broken { reason, partial, disk: hash });
            }
        }
        self.files.insert(path.clone(), file);
    }

    /// A file that was changed here before: what the journal says counts, unless another program wrote the file.
    fn meet_again(&mut self, path: &FilePath, look: Look, held: &Held) {
        let ours = text_hash(content::of(&self.bot, path).as_ref());
        let mut file = FileState {
            based: true,
            disk: held.disk,
            text: held.text,
            real: look.real,
            ..FileState::default()
        };
        let (mut happened, mut agrees) = (false, false);
        if look.hash == held.disk {
            (file.stamp, agrees) = (look.stamp, true);
        } else if held.saving == Some(look.hash) {
            (file.stamp, file.disk, file.text) = (look.stamp, look.hash, look.hash);
            (happened, agrees) = (true, true);
        } else {
            // The look that follows takes it in, whatever it is; it was not caught in the middle of anything.
            file.suspect = look.hash;
        }
        file.dirty = ours != file.text;
        if agrees && let Is::Readable(reading) = look.found {
            file.problems = reading.problems;
        }
        let (disk, text) = (file.disk, file.text);
        self.files.insert(path.clone(), file);
        if happened || held.saving.is_some() && look.hash == held.disk {
            let _ = self.journal.append(&Record::Agreed { file: path.clone(), disk, text });
        }
    }
}

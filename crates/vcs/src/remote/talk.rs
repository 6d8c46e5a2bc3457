//! Talking to a server that may be slow, silent or gone. The talk goes on in a thread of its own; the caller's side asks, shows and watches,
//! and can walk away at any moment: libgit2 has no time limits that safe code may set, and nobody should wait for a dead server.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::{Caller, Login, Progress, Wanted};

/// Set from anywhere to stop what goes on.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) enum Word {
    Progress(Progress),
    Login(Wanted, Sender<Option<Login>>),
}

/// What was learned on the way and tells why it went wrong.
#[derive(Default)]
pub(super) struct Noted {
    /// How often a login was wanted.
    pub wanted: usize,
    /// Some login was tried.
    pub tried: bool,
    /// Nobody had a login to offer.
    pub nobody: bool,
    /// The key file that a passphrase was given for last.
    pub unlocked: Option<std::path::PathBuf>,
    /// The host that a login was wanted for, if it is not the one we talk to.
    pub elsewhere: Option<String>,
    pub host_key: Option<super::hosts::Key>,
    pub too_large: bool,
    /// What the server says to people.
    pub said: String,
    /// Branches that the server did not take, with its reason.
    pub turned_down: Vec<(String, String)>,
}

const RUNNING: u8 = 0;
/// The result is being written: this is not stopped any more.
const FINISHING: u8 = 1;
const GIVEN_UP: u8 = 2;

/// The thread's side.
#[derive(Clone)]
pub(super) struct Line {
    words: Sender<Word>,
    state: Arc<AtomicU8>,
    noted: Arc<Mutex<Noted>>,
}

impl Line {
    pub fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Says how far it is; false where nobody wants to know any more.
    pub fn progress(&self, progress: Progress) -> bool {
        self.words.send(Word::Progress(progress)).is_ok() && self.wanted()
    }

    pub fn wanted(&self) -> bool {
        self.state.load(Ordering::Acquire) != GIVEN_UP
    }

    pub fn login(&self, wanted: Wanted) -> Option<Login> {
        let (answer, answered) = channel();
        self.words.send(Word::Login(wanted, answer)).ok()?;
        answered.recv().ok().flatten().filter(|_| self.wanted())
    }

    /// From here on it is not stopped; false where it was stopped already.
    pub fn finish(&self) -> bool {
        self.state.compare_exchange(RUNNING, FINISHING, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

pub(super) enum Ended<T> {
    With(T),
    Stopped,
    /// Nothing was heard for as long as the caller is patient.
    Silent,
}

/// Looks this often whether to stop.
const TICK: Duration = Duration::from_millis(25);
/// What reacts at all does so in this time.
const GRACE: Duration = Duration::from_secs(1);

pub(super) fn talk<T: Send + 'static>(
    caller: &mut dyn Caller,
    stop: &Stop,
    job: impl FnOnce(&Line) -> T + Send + 'static,
) -> (Ended<T>, Arc<Mutex<Noted>>) {
    let (words, heard) = channel();
    let line = Line { words, state: Arc::default(), noted: Arc::default() };
    let (state, noted) = (line.state.clone(), line.noted.clone());
    let thread = std::thread::spawn(move || job(&line));
    let mut last = Instant::now();
    let ended = loop {
        match heard.recv_timeout(TICK) {
            Ok(Word::Progress(progress)) => {
                caller.progress(&progress);
                last = Instant::now();
            }
            Ok(Word::Login(wanted, answer)) => {
                let _ = answer.send(super::login::offered(caller, &wanted));
                last = Instant::now();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Ok(result) => break Ended::With(result),
                Err(panic) => resume_unwind(panic),
            },
        }
        let why = if stop.is_stopped() {
            Ended::Stopped
        } else if last.elapsed() > caller.patience() {
            Ended::Silent
        } else {
            continue;
        };
        let given_up = state.compare_exchange(RUNNING, GIVEN_UP, Ordering::AcqRel, Ordering::Acquire);
        if given_up.is_err() {
            // It is only finishing, which takes no server.
            last = Instant::now();
            continue;
        }
        wind_down(&heard);
        if thread.is_finished() {
            // How it ended does not matter; sending is stopped by a panic.
            let _ = thread.join();
        }
        break why;
    };
    (ended, noted)
}

/// Lets the thread notice that it is not wanted. One that hangs in a dead connection is left behind: it changes nothing any more.
fn wind_down(heard: &Receiver<Word>) {
    let until = Instant::now() + GRACE;
    loop {
        match heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Word::Login(_, answer)) => drop(answer),
            Ok(Word::Progress(_)) => {}
            Err(_) => return,
        }
    }
}

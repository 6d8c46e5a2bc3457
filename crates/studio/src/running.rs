//! Bots that run on their networks from here, as `nexus run` runs them: the same state, the same lock, the same secrets.
//!
//! One [`Run`] per open bot, for as long as the studio is there; what it is and what happens to it goes out as events.

mod view;
mod words;

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flow::Bot;
use runner::host::{self, Addresses, HostError, Plan};
use runner::live::{Live, News};
use store::{Store, StoreError};
use tokio::sync::broadcast::error::RecvError;
use vault::Redactor;

pub use self::view::{RunLine, RunNetwork, RunState, RunTone, RunView};
use self::words::{Said, said};
use crate::error::Error;
use crate::event::{Listeners, News as Told};
use crate::tasks::Tasks;

/// Bots by their handles.
#[derive(Default)]
pub struct Running(Mutex<HashMap<String, Arc<Run>>>);

pub struct Run {
    handle: String,
    listeners: Arc<Listeners>,
    /// One start or stop at a time.
    turn: tokio::sync::Mutex<Option<Alive>>,
    now: Mutex<Now>,
}

/// What a bot holds while it lives.
struct Alive {
    live: Live,
    store: Store,
    folder: PathBuf,
}

#[derive(Default)]
struct Now {
    view: RunView,
    /// The name of the program that runs.
    program: String,
    lines: VecDeque<RunLine>,
    told: u64,
    mask: Option<Redactor>,
}

/// What a run is made of.
pub struct Start {
    pub document: Arc<Bot>,
    /// Where its state is kept.
    pub folder: PathBuf,
    pub secrets: host::Secrets,
    pub mask: Redactor,
    pub assets: host::Assets,
    pub addresses: Addresses,
    pub take_over: bool,
    pub seed: u64,
}

/// Where a bot's state is kept, for whoever runs it from its folder.
pub fn state_folder(data: &Path, bot: &str) -> PathBuf {
    data.join("live").join(bot)
}

const MOST_LINES: usize = 200;
/// A bot that was just stopped lets go of its folder a moment later.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

impl Running {
    pub fn run(&self, handle: &str, listeners: &Arc<Listeners>) -> Arc<Run> {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Arc::new(Run::new(handle, Arc::clone(listeners)));
        Arc::clone(runs.entry(handle.to_owned()).or_insert_with(fresh))
    }

    /// Stops them all.
    pub fn end(&self, tasks: &Tasks) {
        let runs = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let alive: Vec<Arc<Run>> =
            runs.into_values().filter(|run| run.now().view.state != RunState::Stopped).collect();
        if alive.is_empty() {
            return;
        }
        let _ = tasks.wait(async move {
            // All at once: each may have something on its way out.
            let stop = |run: Arc<Run>| tokio::spawn(async move { run.stop().await });
            let stopping: Vec<_> = alive.into_iter().map(stop).collect();
            for one in stopping {
                let _ = one.await;
            }
        });
    }
}

impl Run {
    fn new(handle: &str, listeners: Arc<Listeners>) -> Run {
        Run { handle: handle.into(), listeners, turn: tokio::sync::Mutex::default(), now: Mutex::default() }
    }

    pub fn view(&self) -> RunView {
        self.now().view.clone()
    }

    pub fn lines(&self) -> Vec<RunLine> {
        self.now().lines.iter().cloned().collect()
    }

    /// Would the bot as it is now behave differently from the one that runs?
    pub fn differs(&self, bot: &Bot) -> bool {
        let now = self.now();
        now.view.state == RunState::Running && now.program != engine::compile(bot).0.hash.as_str()
    }

    /// From now on this is not said either.
    pub fn masks(&self, mask: Redactor) {
        self.now().mask = Some(mask);
    }

    /// Lets the bot live; the one that runs makes room for it. What keeps it from that is part of the answer.
    pub async fn start(self: Arc<Self>, start: Start) -> RunView {
        let mut turn = self.turn.lock().await;
        let before = turn.take();
        self.now().mask = Some(start.mask.clone());
        self.set(RunState::Connecting, Vec::new(), None);
        let kept = match before {
            Some(Alive { live, store, folder }) => {
                live.stop().await;
                (folder == start.folder).then_some(store)
            }
            None => None,
        };
        match self.raise(start, kept).await {
            Ok(alive) => *turn = Some(alive),
            Err(error) => {
                let error = self.masked(Error::from(error));
                self.say(said(RunTone::Error, error.message.clone()));
                self.set(RunState::Stopped, Vec::new(), Some(error));
            }
        }
        self.view()
    }

    async fn raise(self: &Arc<Self>, start: Start, kept: Option<Store>) -> Result<Alive, HostError> {
        let id = start.document.manifest.id().to_owned();
        // What is wrong with the bot itself is said before a folder is made for it.
        let program = host::compiled(&id, &start.document, start.seed)?.program.hash.to_string();
        let store = match kept {
            Some(store) => store,
            None => opened(&start.folder).await?,
        };
        let plan = Plan {
            id,
            document: start.document,
            secrets: start.secrets,
            assets: start.assets,
            reach: host::Reach::anywhere(),
            addresses: start.addresses,
            telegram: host::Hearing::Polls { take_over: start.take_over },
            seed: start.seed,
        };
        let live = host::raise(plan, &store).await?;
        let mut news = live.news();
        self.now().program = program;
        self.set(RunState::Running, Vec::new(), None);
        for (network, state) in live.states() {
            self.hear(&News::Network(network, state));
        }
        let run = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                let one = news.recv().await;
                let Some(run) = run.upgrade() else { return };
                match one {
                    Ok(one) => run.hear(&one),
                    Err(RecvError::Lagged(missed)) => {
                        run.say(said(RunTone::Quiet, format!("{missed} lines were left out.")));
                    }
                    Err(RecvError::Closed) => return,
                }
            }
        });
        Ok(Alive { live, store, folder: start.folder })
    }

    /// Hears no more; what is on its way out is waited for.
    pub async fn stop(&self) -> RunView {
        let mut turn = self.turn.lock().await;
        if let Some(alive) = turn.take() {
            self.set(RunState::Stopping, self.view().networks, None);
            alive.live.stop().await;
            drop(alive);
            self.say(said(RunTone::Plain, "Stopped."));
        }
        self.set(RunState::Stopped, Vec::new(), None);
        self.view()
    }

    fn hear(&self, news: &News) {
        if let News::Network(network, state) = news {
            let mut found = RunNetwork::of(*network, state.clone());
            {
                let mut now = self.now();
                if now.view.state != RunState::Running || now.view.networks.contains(&found) {
                    return;
                }
                found.why = found.why.map(|why| now.masked(&why));
                match now.view.networks.iter_mut().find(|known| known.network == found.network) {
                    Some(known) => *known = found,
                    None => now.view.networks.push(found),
                }
                self.tell_view(&now);
            }
        }
        self.say(words::of(news));
    }

    fn set(&self, state: RunState, networks: Vec<RunNetwork>, trouble: Option<Error>) {
        let mut now = self.now();
        now.view = RunView { state, networks, trouble };
        self.tell_view(&now);
    }

    fn say(&self, said: Said) {
        let mut now = self.now();
        now.told += 1;
        let (flow, node) = said.at.unzip();
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let line = RunLine {
            seq: now.told,
            at: u64::try_from(at).unwrap_or_default(),
            tone: said.tone,
            text: now.masked(&said.text),
            flow,
            node,
        };
        if now.lines.len() == MOST_LINES {
            now.lines.pop_front();
        }
        now.lines.push_back(line.clone());
        self.listeners.tell(&self.handle, Told::RunLine { line });
    }

    fn masked(&self, error: Error) -> Error {
        let now = self.now();
        Error { message: now.masked(&error.message), ..error }
    }

    /// Told under the lock, so that views go out in their order.
    fn tell_view(&self, now: &Now) {
        self.listeners.tell(&self.handle, Told::Run { run: now.view.clone() });
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Now {
    fn masked(&self, text: &str) -> String {
        match &self.mask {
            Some(mask) => mask.redact(text).into_owned(),
            None => text.to_owned(),
        }
    }
}

async fn opened(folder: &Path) -> Result<Store, StoreError> {
    for _ in 0..LOCK_TRIES {
        match Store::open(folder).await {
            Err(StoreError::Locked(_)) => tokio::time::sleep(LOCK_PAUSE).await,
            other => return other,
        }
    }
    Store::open(folder).await
}

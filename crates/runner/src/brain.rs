//! The one that thinks for a bot: takes what has come in, round by round. One round is one commit; while the disk works on it, the next is
//! thought of. So there is one writer per conversation, and no step ever waits for another one's lock.
//!
//! What is in memory is ahead of the disk by the rounds in flight. They are a chain: where one cannot be written, none of those after it
//! is, and all are taken back together.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use engine::recording::Files;
use engine::{Done, EffectError, Event, Key, Program, Spot};
use flow::Time;
use smol_str::SmolStr;
use store::{Chain, Commit, Kept, Store, StoreError, Writing};
use tokio::sync::{mpsc, oneshot};

use crate::debug::{Ask, Desk};
use crate::keep::{Keep, Tidying};
use crate::line::Line;
use crate::memory::Memory;
use crate::outbox::{Lane, Outbox, Starting};
use crate::round::{Round, SCHEDULES};
use crate::{Bot, Heard, World, programs};

/// What comes in.
pub enum Said {
    Event {
        id: String,
        event: Box<Event>,
        done: Option<oneshot::Sender<Result<Heard, StoreError>>>,
    },
    /// An effect was performed, or could not be.
    Done {
        conversation: SmolStr,
        lane: Lane,
        key: Key,
        result: Result<Done, EffectError>,
        /// What is told on the event bus with it.
        raises: Option<Box<Event>>,
        /// What is written to the bot's own store with it.
        keeps: Vec<Kept>,
    },
}

impl Said {
    pub fn id(&self) -> Option<&str> {
        match self {
            Said::Event { id, .. } => Some(id),
            Said::Done { .. } => None,
        }
    }
}

pub struct Brain {
    pub(crate) id: String,
    pub(crate) program: Arc<Program>,
    pub(crate) older: Vec<Arc<Program>>,
    pub(crate) store: Store,
    pub(crate) memory: Memory,
    /// What waits for conversations that are paused.
    pub(crate) line: Line,
    /// Those who look, and where they want to stop; only while there are any.
    pub(crate) desk: Option<Box<Desk>>,
    /// How many were ever attached.
    pub(crate) clients: u64,
    pub(crate) name: String,
    /// What the steps of this round raised.
    pub(crate) raising: VecDeque<Event>,
    pub(crate) next_timer: Option<Time>,
    schedules: Vec<(Time, Spot)>,
    pub(crate) outbox: Outbox,
    pub(crate) keep: Keep,
    pub(crate) tidying: Tidying,
    /// The latest moment that there was: the clock never goes back.
    pub(crate) last: Time,
    /// What could not be written, to be taken again.
    pub(crate) again: Vec<Said>,
    /// Rounds that are being written, the earliest first.
    flights: VecDeque<Flight>,
    chain: Chain,
}

struct Flight {
    said: Vec<Said>,
    round: Round,
    starting: Option<Starting>,
    writing: Writing,
}

/// One is at the disk, one waits for it, and what comes meanwhile gathers.
const MOST_FLIGHTS: usize = 2;
/// So much is taken into one round.
const MOST: usize = 256;
const PAUSE: Duration = Duration::from_secs(1);

impl Brain {
    pub async fn wake(
        bot: Bot,
        store: Store,
        world: Arc<dyn World>,
        say: mpsc::WeakSender<Said>,
    ) -> Result<Brain, StoreError> {
        let Bot { id, program, files, seed, keep } = bot;
        let last = now();
        let older = programs::wake(&store, &id, &program, &files, last).await?;
        let cursor = store.cursor(&id, SCHEDULES).await?.and_then(|at| at.parse().ok()).map(Time);
        if cursor.is_none() {
            // From now on a schedule that comes due while nothing runs is missed.
            let cursors = vec![(SCHEDULES.into(), last.0.to_string())];
            store.commit(Commit { bot: id.clone(), cursors, ..Commit::default() }).await?;
        }
        let mut brain = Brain {
            memory: Memory::new(&id, seed, store.clone()),
            line: Line::read(&store, &id).await?,
            desk: None,
            clients: 0,
            name: name_of(&files),
            raising: VecDeque::new(),
            next_timer: store.next_due(&id).await?.map(Time),
            schedules: missed(&program, cursor, last),
            outbox: Outbox::new(id.clone(), world, store.clone(), say),
            keep,
            tidying: Tidying::default(),
            last,
            again: Vec::new(),
            flights: VecDeque::new(),
            chain: Chain::default(),
            id,
            program,
            older,
            store,
        };
        brain.again = brain.outbox.read().await?;
        Ok(brain)
    }

    pub async fn run(mut self, mut hears: mpsc::Receiver<Said>, mut asks: mpsc::UnboundedReceiver<Ask>) {
        // What waited on disk goes out.
        let again = std::mem::take(&mut self.again);
        self.turn(again).await;
        let mut said = Vec::with_capacity(MOST);
        let mut asked = Vec::new();
        let mut can_ask = true;
        loop {
            let wake = self.sleep();
            let has_room = self.flights.len() < MOST_FLIGHTS;
            let first = self.flights.front_mut();
            tokio::select! {
                // What is written is acknowledged before more is taken in.
                biased;
                written = written(first) => {
                    self.landed(written).await;
                    continue;
                }
                count = asks.recv_many(&mut asked, MOST), if can_ask => can_ask = count > 0,
                count = hears.recv_many(&mut said, MOST), if has_room => if count == 0 { break },
                () = tokio::time::sleep(wake) => {}
            }
            let alone = !asked.is_empty() || self.looks_at_disk();
            if alone {
                self.land().await;
            }
            let mut all = std::mem::take(&mut self.again);
            all.append(&mut said);
            self.hear_asks(&mut asked);
            self.set_out(all).await;
            if alone {
                self.land().await;
                self.tidy().await;
            }
        }
        self.land().await;
    }

    /// The next round needs what the disk knows, or somebody looks on: then nothing may be in flight.
    fn looks_at_disk(&self) -> bool {
        let at = self.last.max(now());
        let is_due = |due: Option<Time>| due.is_some_and(|due| due <= at);
        !self.again.is_empty()
            || self.desk.is_some()
            || self.line.is_stale
            || !self.line.is_empty()
            || self.outbox.is_stale
            || is_due(self.next_timer)
            || is_due(self.schedules.first().map(|(due, _)| *due))
            || self.should_tidy()
    }

    /// How long there is nothing to do by oneself.
    fn sleep(&self) -> Duration {
        if !self.again.is_empty() || self.line.is_stale {
            return PAUSE;
        }
        if self.can_go_on() {
            return Duration::ZERO;
        }
        let schedule = self.schedules.first().map(|(due, _)| *due);
        let next = [self.next_timer, schedule].into_iter().flatten().min();
        // A clock that was set is noticed in a while.
        let longest = Duration::from_secs(30);
        next.map_or(longest, |due| {
            Duration::from_millis((due.0 - now().0).max(0).cast_unsigned()).min(longest)
        })
    }

    /// A whole round, on disk at its end.
    pub(crate) async fn turn(&mut self, said: Vec<Said>) {
        self.set_out(said).await;
        self.land().await;
    }

    /// Thinks a round through, and sends it on its way to the disk.
    pub(crate) async fn set_out(&mut self, said: Vec<Said>) {
        self.last = self.last.max(now());
        match self.round(&said, self.last).await {
            Ok(mut round) => {
                let starting = self.sort(&said, &mut round);
                let commit = std::mem::take(&mut round.commit);
                let writing = self.store.begin(commit, &self.chain).await;
                self.flights.push_back(Flight { said, round, starting, writing });
            }
            Err(error) => {
                // Those before it do not stand on it.
                self.land().await;
                self.take_back(said, &error);
            }
        }
    }

    /// What the round means for what is on its way out, and what goes out with it.
    fn sort(&mut self, said: &[Said], round: &mut Round) -> Option<Starting> {
        for one in said {
            if let Said::Done { lane, key, .. } = one {
                self.outbox.settled(lane, *key);
            }
        }
        self.outbox.drop_all(&round.dropped);
        for (conversation, request) in round.asked.drain(..) {
            self.outbox.add(conversation, request);
        }
        let starting = self.outbox.next();
        round.commit.begun.extend(starting.iter().flat_map(Starting::begun).map(|key| key.to_string()));
        starting
    }

    /// Waits for all that is in flight.
    pub(crate) async fn land(&mut self) {
        while let Some(first) = self.flights.front_mut() {
            let written = first.writing.done().await;
            self.landed(written).await;
        }
    }

    /// The earliest round is on disk, or cannot be.
    async fn landed(&mut self, written: Result<(), StoreError>) {
        let Some(flight) = self.flights.pop_front() else { return };
        match written {
            Ok(()) => self.settle(flight).await,
            Err(error) => {
                let mut said = flight.said;
                for mut later in std::mem::take(&mut self.flights) {
                    // None of a chain is written after one that is not; the writer has to have said so before it begins anew.
                    let _ = later.writing.done().await;
                    said.append(&mut later.said);
                }
                self.chain = Chain::default();
                self.take_back(said, &error);
            }
        }
    }

    /// It is on disk: acknowledge it, and let what was asked for go out.
    async fn settle(&mut self, flight: Flight) {
        let Flight { said, mut round, starting, .. } = flight;
        for one in said {
            if let Said::Event { done, .. } = one {
                let became = round.heard.pop_front().unwrap_or(Heard::Ignored);
                // Who said it may have gone.
                done.map(|done| done.send(Ok(became)));
            }
        }
        self.outbox.died(&round.dead);
        if let Some(starting) = starting {
            self.outbox.go(starting);
        }
        if let Some(at) = round.looked {
            self.next_timer = match self.store.next_due(&self.id).await {
                Ok(next) => next.map(Time),
                // Looked for again soon.
                Err(_) => Some(at.after(1000)),
            };
            if self.schedules.first().is_some_and(|(due, _)| *due <= at) {
                self.schedules = self.program.schedules(at);
            }
        } else if let Some(timer) = round.timer {
            self.next_timer = Some(self.next_timer.map_or(timer, |known| known.min(timer)));
        }
        if self.flights.is_empty() {
            self.memory.trim();
        }
        if let Some(desk) = &mut self.desk {
            desk.settle();
        }
        self.desk.take_if(|desk| desk.is_deserted());
    }

    /// It is not on disk, so it did not happen. Whoever said it hears so; results are kept and tried again.
    pub(crate) fn take_back(&mut self, said: Vec<Said>, error: &StoreError) {
        tracing::error!(bot = self.id, %error, "a round could not be written");
        self.memory.clear();
        self.raising.clear();
        self.line.is_stale = true;
        if let Some(desk) = &mut self.desk {
            desk.take_back(&error.to_string());
        }
        for one in said {
            match one {
                Said::Event { done: Some(done), .. } => drop(done.send(Err(error.clone()))),
                kept => self.again.push(kept),
            }
        }
        self.outbox.clear(&self.again);
    }

    /// Those of these that a round in flight has heard: the disk may not know them yet.
    pub(crate) fn in_flight(&self, ids: &[String]) -> Vec<String> {
        let flying = self.flights.iter().flat_map(|flight| flight.said.iter().filter_map(Said::id));
        let flying: HashSet<&str> = flying.collect();
        ids.iter().filter(|id| flying.contains(id.as_str())).cloned().collect()
    }

    pub(crate) fn due_schedules(&self, at: Time) -> Vec<(Time, Spot)> {
        self.schedules.iter().take_while(|(due, _)| *due <= at).cloned().collect()
    }
}

/// Comes back when the round is on disk, or never where there is none.
async fn written(flight: Option<&mut Flight>) -> Result<(), StoreError> {
    match flight {
        Some(flight) => flight.writing.done().await,
        None => std::future::pending().await,
    }
}

/// The schedules to come; of those that were missed while nothing ran, one of each.
fn missed(program: &Program, cursor: Option<Time>, now: Time) -> Vec<(Time, Spot)> {
    let coming = program.schedules(now);
    let Some(cursor) = cursor else { return coming };
    let mut late = program.schedules(cursor);
    late.retain(|(due, _)| *due <= now);
    late.into_iter().chain(coming).collect()
}

fn name_of(files: &Files) -> String {
    let manifest = files.get(flow::change::MANIFEST_FILE).map(String::as_bytes).unwrap_or_default();
    flow::text::parse_manifest(manifest).value.name().to_string()
}

/// Plain data with text keys: it always has a JSON form.
pub fn text(of: &impl serde::Serialize) -> String {
    serde_json::to_string(of).unwrap_or_default()
}

pub fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

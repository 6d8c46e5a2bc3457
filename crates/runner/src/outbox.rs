//! What is asked of the world, on its way out. What one conversation says goes out in the order in which it was said; whatever else is asked
//! for does not wait for it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use engine::effect::{Keep, KeepDoes};
use engine::input::DeadLetter;
use engine::{Done, Effect, EffectError, ErrorKind, Event, Key, Request, What};
use flow::Data;
use smol_str::SmolStr;
use store::{Kept, Store, StoreError};
use tokio::sync::mpsc;

use crate::World;
use crate::brain::{Said, now};
use crate::doubt::{in_doubt, is_repeatable};

/// What goes one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// What a conversation shows.
    Chat(SmolStr),
    Alone(Key),
}

impl Lane {
    pub fn of(conversation: &SmolStr, request: &Request) -> Lane {
        match request.effect {
            Effect::Http(_)
            | Effect::Query(_)
            | Effect::Email(_)
            | Effect::Prompt(_)
            | Effect::Jq { .. }
            | Effect::Script { .. }
            | Effect::Sign(_)
            | Effect::Log { .. }
            // Each answers a call of its own, and all calls of a bot are one conversation.
            | Effect::Reply { .. }
            | Effect::Emit { .. } => Lane::Alone(request.key),
            _ => Lane::Chat(conversation.clone()),
        }
    }
}

pub struct Outbox {
    doer: Arc<Doer>,
    say: mpsc::WeakSender<Said>,
    lanes: HashMap<Lane, Queue>,
    /// Lanes in which something may begin.
    touched: Vec<Lane>,
    /// What is on its way, and has not come back.
    out: HashMap<Key, Lane>,
    /// A round failed: what is on disk counts.
    pub is_stale: bool,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(SmolStr, Request)>,
    going: Option<Key>,
}

/// What goes out as soon as the round that it belongs to is on disk.
pub struct Starting {
    say: mpsc::Sender<Said>,
    all: Vec<(SmolStr, Lane, Request)>,
}

impl Starting {
    /// Those of which it must be known afterwards that somebody had begun.
    pub fn begun(&self) -> impl Iterator<Item = Key> {
        let all = self.all.iter().filter(|(.., request)| !is_repeatable(&request.effect));
        all.map(|(.., request)| request.key)
    }
}

impl Outbox {
    pub fn new(bot: String, world: Arc<dyn World>, store: Store, say: mpsc::WeakSender<Said>) -> Outbox {
        Outbox {
            doer: Arc::new(Doer { bot, world, store }),
            say,
            lanes: HashMap::new(),
            touched: Vec::new(),
            out: HashMap::new(),
            is_stale: false,
        }
    }

    pub fn add(&mut self, conversation: SmolStr, request: Request) {
        let lane = Lane::of(&conversation, &request);
        self.touched.push(lane.clone());
        self.lanes.entry(lane).or_default().waiting.push_back((conversation, request));
    }

    pub fn settled(&mut self, lane: &Lane, key: Key) {
        self.out.remove(&key);
        if let Some(queue) = self.lanes.get_mut(lane)
            && queue.going == Some(key)
        {
            queue.going = None;
            self.touched.push(lane.clone());
        }
    }

    /// Nobody waits for these any more. What is on its way already goes on.
    pub fn drop_all(&mut self, keys: &[Key]) {
        if !keys.is_empty() {
            for queue in self.lanes.values_mut() {
                queue.waiting.retain(|(_, request)| !keys.contains(&request.key));
            }
        }
    }

    pub fn died(&self, letters: &[DeadLetter]) {
        letters.iter().for_each(|letter| self.doer.world.died(letter));
    }

    /// Takes whatever can begin out of its lane.
    pub fn next(&mut self) -> Option<Starting> {
        // Without anybody who listens the bot is coming to its end; what has not begun waits on disk.
        let say = self.say.upgrade()?;
        let mut all = Vec::new();
        for lane in std::mem::take(&mut self.touched) {
            let Some(queue) = self.lanes.get_mut(&lane) else { continue };
            if queue.going.is_some() {
                continue;
            }
            match queue.waiting.pop_front() {
                Some((conversation, request)) => {
                    queue.going = Some(request.key);
                    all.push((conversation, lane, request));
                }
                None => drop(self.lanes.remove(&lane)),
            }
        }
        (!all.is_empty()).then_some(Starting { say, all })
    }

    /// It is on disk: out with it.
    pub fn go(&mut self, starting: Starting) {
        let Starting { say, all } = starting;
        for (conversation, lane, request) in all {
            self.out.insert(request.key, lane.clone());
            let (doer, say) = (Arc::clone(&self.doer), say.clone());
            tokio::spawn(async move {
                let done = doer.perform(conversation, lane, request).await;
                // The brain may be gone; then this is in doubt or done again.
                let _ = say.send(done).await;
            });
        }
    }

    /// Forgets what waits, since it may not be on disk. What is on its way stays, and so does what has come back and is kept in `again`.
    pub fn clear(&mut self, again: &[Said]) {
        self.lanes.clear();
        self.touched.clear();
        for one in again {
            if let Said::Done { lane, key, .. } = one {
                self.out.insert(*key, lane.clone());
            }
        }
        for (key, lane) in &self.out {
            self.lanes.entry(lane.clone()).or_default().going = Some(*key);
        }
        self.is_stale = true;
    }

    /// Takes what is on disk. Tells of what was begun by somebody who is gone: it is in doubt.
    pub async fn read(&mut self) -> Result<Vec<Said>, StoreError> {
        let mut doubtful = Vec::new();
        for store::Open { asked, begun } in self.doer.store.outbox(&self.doer.bot).await? {
            let Ok(request) = serde_json::from_str::<Request>(&asked.body) else {
                tracing::error!(key = asked.key, "what was asked for cannot be read; it is left");
                continue;
            };
            if self.out.contains_key(&request.key) {
                continue;
            }
            let conversation = SmolStr::from(asked.conversation);
            if begun && !is_repeatable(&request.effect) {
                tracing::warn!(bot = self.doer.bot, key = %request.key, effect = request.effect.name(), "in doubt");
                let lane = Lane::of(&conversation, &request);
                let (key, result) = (request.key, Err(in_doubt()));
                let (raises, keeps) = (None, Vec::new());
                doubtful.push(Said::Done { conversation, lane, key, result, raises, keeps });
            } else {
                self.add(conversation, request);
            }
        }
        self.is_stale = false;
        Ok(doubtful)
    }
}

struct Doer {
    bot: String,
    world: Arc<dyn World>,
    store: Store,
}

impl Doer {
    async fn perform(&self, conversation: SmolStr, lane: Lane, request: Request) -> Said {
        let (key, mut raises, mut keeps) = (request.key, None, Vec::new());
        let result = match &request.effect {
            Effect::Jq { .. } | Effect::Script { .. } => computed(request.effect.clone()).await,
            Effect::Emit { name, data } => {
                raises = Some(Box::new(told(&request, name, data)));
                Ok(Done::Done)
            }
            Effect::Keep(keep) => self.keep(keep, &mut keeps).await,
            _ => self.world.perform(request).await,
        };
        Said::Done { conversation, lane, key, result, raises, keeps }
    }

    async fn keep(&self, keep: &Keep, keeps: &mut Vec<Kept>) -> Result<Done, EffectError> {
        let Keep { store, key, does } = keep;
        let now = now();
        let read = |error: StoreError| EffectError::new(ErrorKind::Unavailable, error.to_string());
        let mut put = |value: Option<String>, until: Option<i64>| {
            keeps.push(Kept { store: store.to_string(), key: key.to_string(), value, until });
            Ok(Done::Done)
        };
        match does {
            KeepDoes::Get => {
                let found = self.store.kept(&self.bot, store, key, now.0).await.map_err(read)?;
                let value = found.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
                Ok(Done::Value { value })
            }
            KeepDoes::List { most } => {
                let keys = self.store.kept_keys(&self.bot, store, key, now.0, *most).await.map_err(read)?;
                Ok(Done::Value { value: Data::list(keys.into_iter().map(Data::text)) })
            }
            KeepDoes::Put { value, lasts } => {
                put(serde_json::to_string(value).ok(), lasts.map(|lasts| now.after(lasts).0))
            }
            KeepDoes::Delete => put(None, None),
        }
    }
}

async fn computed(effect: Effect) -> Result<Done, EffectError> {
    let work = tokio::task::spawn_blocking(move || compute::performed(&effect));
    let nothing = || EffectError::new(ErrorKind::Invalid, "The script could not be run.");
    work.await.ok().flatten().unwrap_or_else(|| Err(nothing()))
}

/// Whoever listens can answer where it came from.
fn told(request: &Request, name: &SmolStr, data: &Data) -> Event {
    let origin = &request.origin;
    let chat = origin.chat.clone().map(|id| engine::event::Chat { id, ..Default::default() });
    let person = origin.person.clone().map(|id| engine::event::Person { id, ..Default::default() });
    let what = What::Custom { name: name.clone(), data: data.clone() };
    Event { channel: origin.channel.clone(), chat, person, what }
}

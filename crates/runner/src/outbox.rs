//! What is asked of the world, on its way out. What one conversation says goes out in the order in which it was said; whatever else is asked
//! for does not wait for it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use engine::effect::{Keep, KeepDoes};
use engine::input::DeadLetter;
use engine::{Done, Effect, EffectError, ErrorKind, Event, Key, Request, What};
use flow::Data;
use smol_str::SmolStr;
use store::{Commit, Kept, Store, StoreError};
use tokio::sync::mpsc;

use crate::World;
use crate::brain::{Said, now};
use crate::doubt::is_repeatable;

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
            | Effect::Emit { .. } => Lane::Alone(request.key),
            _ => Lane::Chat(conversation.clone()),
        }
    }
}

pub struct Outbox {
    doer: Arc<Doer>,
    say: mpsc::WeakSender<Said>,
    lanes: HashMap<Lane, Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(SmolStr, Request)>,
    going: Option<Key>,
}

impl Outbox {
    pub fn new(bot: String, world: Arc<dyn World>, store: Store, say: mpsc::WeakSender<Said>) -> Outbox {
        Outbox { doer: Arc::new(Doer { bot, world, store }), say, lanes: HashMap::new() }
    }

    pub fn add(&mut self, conversation: SmolStr, request: Request) {
        let queue = self.lanes.entry(Lane::of(&conversation, &request)).or_default();
        queue.waiting.push_back((conversation, request));
    }

    pub fn settled(&mut self, lane: &Lane, key: Key) {
        if let Some(queue) = self.lanes.get_mut(lane)
            && queue.going == Some(key)
        {
            queue.going = None;
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

    /// Begins whatever can begin.
    pub fn go(&mut self) {
        // Without anybody who listens the bot is coming to its end; what has not begun waits on disk.
        let Some(say) = self.say.upgrade() else { return };
        for (lane, queue) in &mut self.lanes {
            if queue.going.is_none()
                && let Some((conversation, request)) = queue.waiting.pop_front()
            {
                queue.going = Some(request.key);
                let (doer, lane, say) = (Arc::clone(&self.doer), lane.clone(), say.clone());
                tokio::spawn(async move {
                    let done = doer.perform(conversation, lane, request).await;
                    // The brain may be gone; then this is in doubt or done again.
                    let _ = say.send(done).await;
                });
            }
        }
        self.lanes.retain(|_, queue| queue.going.is_some() || !queue.waiting.is_empty());
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
            effect => {
                if !is_repeatable(effect) {
                    self.begin(key).await;
                }
                self.world.perform(request).await
            }
        };
        Said::Done { conversation, lane, key, result, raises, keeps }
    }

    /// Says on disk that it is begun; does not begin before that.
    async fn begin(&self, key: Key) {
        let mut pause = Duration::from_millis(50);
        loop {
            let commit = Commit { bot: self.bot.clone(), begun: vec![key.to_string()], ..Commit::default() };
            match self.store.commit(commit).await {
                Ok(()) => return,
                Err(error) => tracing::error!(bot = self.bot, %error, "what is asked for cannot begin yet"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
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

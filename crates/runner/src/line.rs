//! What waits in line: inputs of conversations that cannot have them yet, because somebody has paused them to look. Each is on disk before
//! it is acknowledged, so whatever happens to who looks, it is taken in the end, once and in order.

use std::collections::{BTreeMap, VecDeque};

use engine::effect::Origin;
use engine::{Body, Effect, Input, Key, Request, What};
use flow::Time;
use smol_str::SmolStr;
use store::{Held, Store, StoreError};
use xxhash_rust::xxh3::xxh3_128;

use crate::Heard;
use crate::brain::{Brain, text};
use crate::debug::News;
use crate::round::Round;

/// The lines as they are on disk, or will be with the round at hand.
pub struct Line {
    rows: BTreeMap<SmolStr, VecDeque<Waiting>>,
    /// The position of whatever comes next.
    next: i64,
    /// The conversation that takes what waited: what follows from that comes before the rest of its line.
    pub taking: Option<SmolStr>,
    /// A round failed: what is on disk counts.
    pub is_stale: bool,
}

pub struct Waiting {
    pub position: i64,
    pub id: SmolStr,
    /// When it came. It is taken later.
    pub at: Time,
    pub body: Body,
}

impl Line {
    pub async fn read(store: &Store, bot: &str) -> Result<Line, StoreError> {
        let mut line = Line { rows: BTreeMap::new(), next: 0, taking: None, is_stale: false };
        for Held { conversation, position, id, at, body } in store.held(bot).await? {
            line.next = line.next.max(position + 1);
            let Ok(body) = serde_json::from_str(&body) else {
                tracing::error!(bot, conversation, id, "what waits in line cannot be read; it is left");
                continue;
            };
            let waiting = Waiting { position, id: id.into(), at: Time(at), body };
            line.rows.entry(conversation.into()).or_default().push_back(waiting);
        }
        Ok(line)
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn len(&self, conversation: &str) -> usize {
        self.rows.get(conversation).map_or(0, VecDeque::len)
    }

    pub fn first(&self, conversation: &str) -> Option<&Waiting> {
        self.rows.get(conversation)?.front()
    }

    /// Conversations that something waits for.
    pub fn conversations(&self) -> impl Iterator<Item = &SmolStr> {
        self.rows.keys()
    }

    /// Puts an input in line: at the end, or before all others.
    pub fn add(
        &mut self,
        conversation: &SmolStr,
        id: &SmolStr,
        at: Time,
        body: &Body,
        is_first: bool,
    ) -> Held {
        let row = self.rows.entry(conversation.clone()).or_default();
        let front = row.front().map(|waiting| waiting.position - 1);
        let position = front.filter(|_| is_first).unwrap_or(self.next);
        self.next = self.next.max(position + 1);
        let waiting = Waiting { position, id: id.clone(), at, body: body.clone() };
        if is_first {
            row.push_front(waiting);
        } else {
            row.push_back(waiting);
        }
        Held {
            conversation: conversation.to_string(),
            position,
            id: id.to_string(),
            at: at.0,
            body: text(body),
        }
    }

    /// What a conversation has next.
    pub fn take(&mut self, conversation: &str) -> Option<Waiting> {
        let row = self.rows.get_mut(conversation)?;
        let waiting = row.pop_front();
        if row.is_empty() {
            self.rows.remove(conversation);
        }
        waiting
    }
}

/// So many inputs are taken out of line in one round.
const MOST: usize = 256;
/// So many may wait for one conversation. It goes on by itself when there are more.
pub const MOST_HELD: usize = if cfg!(test) { 300 } else { 10_000 };

impl Brain {
    /// Something is in front of what comes to this conversation now.
    pub(crate) fn is_held(&self, conversation: &SmolStr) -> bool {
        let is_paused = self.desk.as_ref().is_some_and(|desk| desk.pauses(conversation));
        is_paused || (self.line.len(conversation) > 0 && self.line.taking.as_ref() != Some(conversation))
    }

    /// Puts an input in line: behind what waits already, or, where it is the one that is paused in, before it.
    pub(crate) fn hold(&mut self, round: &mut Round, conversation: &SmolStr, input: &Input, is_first: bool) {
        let row = self.line.add(conversation, &input.id, input.at, &input.body, is_first);
        round.commit.held.push(row);
        if let Some(desk) = self.desk.as_mut().filter(|_| !is_first) {
            // The one that is paused in does not wait.
            let count = self.line.len(conversation) - 1;
            desk.news.push(News::Held { conversation: conversation.clone(), count });
            if count >= MOST_HELD && desk.hurries.insert(conversation.clone()) {
                tracing::warn!(bot = self.id, %conversation, "too much waits for a paused conversation; it goes on");
            }
        }
    }

    /// There is something in line that nobody holds any more.
    pub(crate) fn can_go_on(&self) -> bool {
        let mut waiting = self.line.conversations();
        match &self.desk {
            None => !self.line.is_empty(),
            Some(desk) => !desk.left_alone().is_empty() || waiting.any(|one| !desk.pauses(one)),
        }
    }

    /// Takes what waited, in order, as far as nobody holds it.
    pub(crate) async fn drain(&mut self, round: &mut Round, at: Time) -> Result<(), StoreError> {
        for _ in 0..MOST {
            let is_free = |one: &&SmolStr| self.desk.as_ref().is_none_or(|desk| !desk.pauses(one));
            let Some(conversation) = self.line.conversations().find(is_free).cloned() else { break };
            let Some(Waiting { position, id, body, .. }) = self.line.take(&conversation) else { break };
            round.commit.taken.push((conversation.to_string(), position));
            self.line.taking = Some(conversation.clone());
            let taken = self.take(round, at, &conversation, &id, body).await;
            self.line.taking = None;
            taken?;
            if let Some(desk) = self.desk.as_mut().filter(|_| self.line.len(&conversation) == 0) {
                desk.hurries.remove(&conversation);
            }
        }
        Ok(())
    }

    async fn take(
        &mut self,
        round: &mut Round,
        at: Time,
        conversation: &SmolStr,
        id: &SmolStr,
        body: Body,
    ) -> Result<(), StoreError> {
        let Body::Event { event, .. } = body else {
            return self.answer(round, conversation, id, at, body).await;
        };
        let is_press = matches!(event.what, What::Button(_));
        let origin = Origin::of(&event);
        // Who takes it is asked anew: much may have happened since it came.
        if self.event(round, id, at, event).await? == Heard::Ignored && is_press {
            confirm(round, conversation, id, origin);
        }
        Ok(())
    }
}

/// A press that nobody wanted in the end. Whoever brought it has been told that it was taken.
fn confirm(round: &mut Round, conversation: &SmolStr, id: &SmolStr, origin: Origin) {
    if origin.answer_to.is_none() {
        return;
    }
    let request = Request {
        key: Key(xxh3_128(format!("confirm {id}").as_bytes())),
        flow: SmolStr::default(),
        node: SmolStr::default(),
        attempt: 1,
        effect: Effect::Confirm { text: SmolStr::default(), alert: false },
        origin,
    };
    round.commit.asked.push(store::Asked {
        key: request.key.to_string(),
        conversation: conversation.to_string(),
        body: text(&request),
    });
    round.asked.push((conversation.clone(), request));
}

//! The queue of updates: long polling with its acknowledgement by offset, and the same queue pushed to a webhook.

use std::collections::{BTreeSet, VecDeque};

use frankenstein::methods::GetUpdatesParams;
use frankenstein::types::AllowedUpdate;
use frankenstein::updates::{Update, UpdateContent};
use serde_json::{Value, json};

use crate::fault::Disturb;

#[derive(Default)]
pub(crate) struct Queue {
    pub waiting: VecDeque<Waiting>,
    pub disturb: VecDeque<Disturb>,
    held: Option<Waiting>,
    pub allowed: Option<BTreeSet<String>>,
    next: u32,
    /// Which poller is the latest: an older one is sent away.
    pub poller: u64,
    pub webhook: Option<Webhook>,
    /// Chats with an update on its way to the webhook.
    pub busy: BTreeSet<i64>,
}

#[derive(Clone)]
pub(crate) struct Waiting {
    pub id: u32,
    pub chat: i64,
    pub update: Value,
    /// A late one must have been seen before an offset takes it away.
    is_late: bool,
    was_seen: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    pub most: usize,
    pub last_error: Option<(u64, String)>,
    /// Tells the deliverer of an older webhook to stop.
    pub generation: u64,
}

/// What is left out unless it is asked for.
const NOT_BY_DEFAULT: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

impl Queue {
    /// Queues an update, if the bot has asked for its kind; returns its id.
    pub fn push(&mut self, chat: i64, content: UpdateContent) -> Option<u32> {
        let update = Update { update_id: 700_000_000 + self.next, content };
        let value = serde_json::to_value(&update).expect("an update is JSON");
        let kind = value.as_object()?.keys().find(|key| *key != "update_id")?.clone();
        let is_wanted = match &self.allowed {
            Some(allowed) => allowed.contains(&kind),
            None => !NOT_BY_DEFAULT.contains(&kind.as_str()),
        };
        if !is_wanted {
            return None;
        }
        self.next += 1;
        let waiting = Waiting { id: update.update_id, chat, update: value, is_late: false, was_seen: false };
        match self.disturb.pop_front() {
            Some(Disturb::Twice) => self.waiting.extend([waiting.clone(), waiting]),
            Some(Disturb::Late) if self.held.is_none() => {
                self.held = Some(Waiting { is_late: true, ..waiting });
                return Some(update.update_id);
            }
            _ => self.waiting.push_back(waiting),
        }
        self.waiting.extend(self.held.take());
        Some(update.update_id)
    }

    pub fn allow(&mut self, kinds: Option<&Vec<AllowedUpdate>>) {
        let Some(kinds) = kinds else { return };
        let names = kinds.iter().map(|kind| json!(kind).as_str().unwrap_or_default().to_string());
        // An empty list means the default again.
        self.allowed = Some(names.collect::<BTreeSet<_>>()).filter(|names| !names.is_empty());
    }

    /// Takes away what the offset confirms.
    pub fn confirm(&mut self, offset: i64) {
        if offset < 0 {
            let keep = offset.unsigned_abs() as usize;
            self.waiting.drain(..self.waiting.len().saturating_sub(keep));
        } else {
            self.waiting
                .retain(|waiting| i64::from(waiting.id) >= offset || (waiting.is_late && !waiting.was_seen));
        }
    }

    pub fn batch(&mut self, params: &GetUpdatesParams) -> Vec<Value> {
        let most = params.limit.filter(|limit| (1..=100).contains(limit)).unwrap_or(100) as usize;
        let batch = self.waiting.iter_mut().take(most);
        batch
            .map(|waiting| {
                waiting.was_seen = true;
                waiting.update.clone()
            })
            .collect()
    }

    /// The next update that may go to the webhook: one at a time for a chat, as many at once as the webhook takes.
    pub fn next_to_push(&mut self) -> Option<Waiting> {
        let most = self.webhook.as_ref()?.most;
        if self.busy.len() >= most {
            return None;
        }
        let at = self.waiting.iter().position(|waiting| !self.busy.contains(&waiting.chat))?;
        let waiting = self.waiting.remove(at)?;
        self.busy.insert(waiting.chat);
        Some(waiting)
    }

    pub fn put_back(&mut self, waiting: Waiting) {
        self.waiting.push_front(waiting);
    }
}

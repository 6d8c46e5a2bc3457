//! What happened: every exchange as it was on the wire, and every effect in the order in which it was performed. An effect stands here
//! as often as it was performed, whether or not its answer arrived: a checker counts doubles by it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

/// What a bot did to the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Did {
    #[default]
    Sent,
    Edited,
    Deleted,
    Reacted,
    /// Showed that it is typing, or uploading.
    Typed,
    /// Answered a pressed button, a slash command, an inline query.
    Answered,
    /// Changed somebody's membership or roles: `call` says how.
    Changed,
    /// Set up its commands, its webhook.
    Configured,
}

/// One effect.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Act {
    /// Since the double was started.
    pub at: Duration,
    pub did: Did,
    /// `sendMessage`, or `POST /channels/7/messages`.
    pub call: String,
    pub chat: String,
    /// The message that was sent, edited, deleted; what was answered.
    pub message: String,
    /// As the bot wrote it, markup and all.
    pub text: String,
    pub buttons: Vec<Vec<Button>>,
    pub parse_mode: Option<String>,
    pub media: Vec<Media>,
    pub reply_to: Option<String>,
    pub person: Option<String>,
    /// Whatever else the call said, as it was understood.
    pub detail: Value,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Button {
    pub text: String,
    /// What the bot gets when it is pressed; none where pressing leads elsewhere.
    pub data: Option<String>,
    pub url: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    pub kind: String,
    pub name: String,
    /// Of an uploaded file; nothing is fetched from an address.
    pub bytes: Vec<u8>,
    pub url: Option<String>,
}

/// One request and what was answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exchange {
    pub at: Duration,
    pub method: String,
    pub path: String,
    pub body: Value,
    /// Names of uploaded parts.
    pub files: Vec<String>,
    /// 0 while there is no answer, and when the line was cut.
    pub status: u16,
    pub answer: Value,
}

pub struct Record {
    since: Instant,
    kept: Mutex<Kept>,
    changed: watch::Sender<usize>,
}

#[derive(Default)]
struct Kept {
    exchanges: Vec<Exchange>,
    acts: Vec<Act>,
    violations: Vec<String>,
}

impl Default for Record {
    fn default() -> Self {
        Record { since: Instant::now(), kept: Mutex::default(), changed: watch::Sender::new(0) }
    }
}

impl Record {
    /// What the bot did, in order.
    pub fn acts(&self) -> Vec<Act> {
        self.kept.lock().unwrap().acts.clone()
    }

    /// What went over the wire, in the order in which requests came.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.kept.lock().unwrap().exchanges.clone()
    }

    /// Requests that the platform's model does not know: a test of a bot ends with none.
    pub fn violations(&self) -> Vec<String> {
        self.kept.lock().unwrap().violations.clone()
    }

    /// Waits until what was done is as asked, and tells it; panics with what was done when that takes too long.
    pub async fn until(&self, within: Duration, mut is_so: impl FnMut(&[Act]) -> bool) -> Vec<Act> {
        let mut changed = self.changed.subscribe();
        let waiting = async {
            loop {
                changed.borrow_and_update();
                let acts = self.acts();
                if is_so(&acts) {
                    return acts;
                }
                // The sender lives as long as self. A burst of effects is looked at once.
                let _ = changed.changed().await;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        match tokio::time::timeout(within, waiting).await {
            Ok(acts) => acts,
            Err(_) => panic!(
                "not so within {within:?}; the bot did {:#?}\nviolations: {:#?}",
                self.acts(),
                self.violations()
            ),
        }
    }

    pub(crate) fn act(&self, mut act: Act) {
        act.at = self.since.elapsed();
        self.kept.lock().unwrap().acts.push(act);
        self.changed.send_modify(|count| *count += 1);
    }

    pub(crate) fn violation(&self, sentence: String) {
        self.kept.lock().unwrap().violations.push(sentence);
    }

    pub(crate) fn request(&self, mut exchange: Exchange) -> usize {
        exchange.at = self.since.elapsed();
        let mut kept = self.kept.lock().unwrap();
        kept.exchanges.push(exchange);
        kept.exchanges.len() - 1
    }

    pub(crate) fn answer(&self, request: usize, status: u16, answer: Value) {
        let exchange = &mut self.kept.lock().unwrap().exchanges[request];
        (exchange.status, exchange.answer) = (status, answer);
    }
}

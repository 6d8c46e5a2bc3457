//! The whole state of one conversation. Small as text, and all that is needed to go on: no other memory exists between steps.

use std::sync::Arc;

use flow::data::Fields;
use flow::{Data, Id, Time};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::effect::{Effect, Key, Origin};
use crate::event::Event;
use crate::input::{Body, Spot, TimerId, Write};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The form of this text.
    pub v: u32,
    /// Which conversation it is; part of the names of runs and effects.
    pub id: SmolStr,
    /// How many inputs it has seen.
    pub position: u64,
    /// The latest moment it has seen.
    pub last: Time,
    pub random: u64,
    pub begun: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// Events that wait for the running ones to end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queue: Vec<Queued>,
}

impl Default for Session {
    fn default() -> Session {
        Session::new("", 0)
    }
}

impl Session {
    pub fn new(id: impl Into<SmolStr>, seed: u64) -> Session {
        Session {
            v: 1,
            id: id.into(),
            position: 0,
            last: Time(0),
            random: seed,
            begun: 0,
            runs: Vec::new(),
            queue: Vec::new(),
        }
    }

    /// Nothing is going on in it.
    pub fn is_idle(&self) -> bool {
        self.runs.is_empty() && self.queue.is_empty()
    }

    /// The run that takes a result or a timer, where there is one.
    pub fn run_for(&self, body: &Body) -> Option<&Run> {
        let is_it = |token: &Token| match (body, &token.state) {
            (Body::Result { key, .. }, State::Effect(pending)) => pending.key == *key,
            (Body::Timer { id }, state) => state.alarm().is_some_and(|alarm| alarm.id == *id),
            _ => false,
        };
        self.runs.iter().find(|run| run.tokens.iter().any(is_it))
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        // Plain data with text keys: it always has a JSON form.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Session, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queued {
    pub event: Event,
    pub trigger: Spot,
}

/// Runs of a conversation are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub u32);

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    /// The program it began on.
    pub program: SmolStr,
    pub trigger: Spot,
    /// What began it.
    pub event: Arc<Event>,
    /// The latest event that it took, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Arc<Event>>,
    pub origin: Origin,
    pub tokens: Vec<Token>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forks: Vec<Fork>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<Transaction>,
    /// Counts forks and transactions.
    #[serde(default)]
    pub counter: u32,
    /// A debugger changed what it does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub altered: bool,
    /// A pressed button that nobody confirmed yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub press: Option<Box<Origin>>,
}

impl Run {
    /// What it is about now.
    pub fn latest(&self) -> &Arc<Event> {
        self.heard.as_ref().unwrap_or(&self.event)
    }
}

/// A place where a run stands. A run has several while branches of a Parallel are on their way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// Made of the way it came to be: of the run and the branches.
    pub id: u64,
    pub node: Id,
    pub state: State,
    pub frames: Vec<Frame>,
    /// What the node keeps for itself between its turns.
    #[serde(default, skip_serializing_if = "Data::is_null")]
    pub memo: Data,
    /// Counts what was asked of the world, for keys.
    #[serde(default)]
    pub asked: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork: Option<Branch>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    pub fork: u32,
    pub place: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum State {
    /// About to enter its node.
    #[default]
    Ready,
    /// Waits for an effect's result.
    Effect(Box<Pending>),
    /// Waits for something to happen in the conversation.
    Waits {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Alarm>,
    },
    /// Waits for a moment.
    Sleeps { until: Alarm },
    /// Waits for the other branches.
    Joins,
}

impl State {
    /// The moment that it waits for besides all else.
    pub fn alarm(&self) -> Option<Alarm> {
        match self {
            State::Effect(pending) => pending.until,
            State::Waits { until } => *until,
            State::Sleeps { until } => Some(*until),
            State::Ready | State::Joins => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    pub key: Key,
    pub effect: Effect,
    pub attempt: u32,
    /// When waiting for the result ends, or, between two tries, when the next one begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Alarm>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resting: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    pub id: TimerId,
    pub due: Time,
}

/// A flow that is being run, with its variables. The last frame of a token is the one it is in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub flow: Id,
    /// The node that called it, in the frame before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Id>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub vars: Arc<Fields>,
    /// What nodes gave last, by key.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub outputs: Arc<Fields>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<Inside>,
}

fn is_empty(fields: &Arc<Fields>) -> bool {
    fields.is_empty()
}

/// What a token is inside of, the innermost last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Inside {
    Loop {
        node: Id,
        /// What is gone through; empty for a loop that counts or looks at a condition.
        items: Data,
        /// How many rounds began.
        round: u32,
    },
    Transaction {
        id: u32,
    },
    /// Taking back what a transaction did, from the last thing to the first; then the failure goes on.
    Undo {
        rest: Vec<Id>,
        failed: Id,
        fault: crate::fault::Fault,
        /// What the variables were when the transaction began.
        vars: Arc<Fields>,
    },
}

/// A Parallel whose branches are on their way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fork {
    pub id: u32,
    /// The token that forked, as it was: variables to compare with, and what it is inside of itself.
    pub token: Token,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    pub id: u32,
    pub group: Id,
    /// How the frame that it lies in counts.
    pub vars: Arc<Fields>,
    pub outputs: Arc<Fields>,
    /// Written when it is left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writes: Vec<Write>,
    /// Nodes that were done and know how to be taken back, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<Id>,
    /// The fork that it began in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fork: Option<u32>,
}

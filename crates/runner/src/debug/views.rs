//! What the protocol shows of a bot that runs: where it is paused, what conversations and the past look like.

use std::collections::BTreeMap;

use engine::event::{Chat, Person};
use engine::input::End;
use engine::{Event, Key, RunId, Spot};
use flow::{Data, Time};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A value as far as there is room for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    Value(Data),
    /// What it is, how many bytes it has about, and how it begins.
    Cut {
        kind: SmolStr,
        bytes: usize,
        start: String,
    },
}

pub type Named = BTreeMap<SmolStr, Shown>;

/// What can be seen from where a run stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Variables {
    pub msg: Named,
    pub user: Named,
    pub chat: Named,
    pub bot: Named,
    pub flow: Named,
    /// What nodes of this flow gave last, by key.
    pub nodes: Named,
    pub now: Time,
}

/// Where a conversation is paused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopped {
    pub conversation: SmolStr,
    pub program: SmolStr,
    pub spot: Spot,
    /// The output that the node is being left by; nothing before it is entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<SmolStr>,
    pub run: RunId,
    pub token: String,
    /// How many nodes ran in this step before.
    pub tick: u32,
    /// The flows that called each other, the outermost first, with the node that each one is at.
    pub calls: Vec<Spot>,
    /// What it is paused in the middle of.
    pub input: Came,
    pub variables: Variables,
    /// Somebody changed something in this step.
    pub altered: bool,
    /// What others changed meanwhile led the run here instead.
    pub moved: bool,
}

/// What came to a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Came {
    Event { event: Box<Event> },
    Result { key: Key, ok: bool },
    Timer,
    Cancel,
    Switch { to: SmolStr },
    Begin { at: Spot },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub channel: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// When something last happened in it.
    pub at: Time,
    /// How many inputs it has seen.
    pub position: u64,
    pub paused: bool,
    /// How many inputs wait for it to go on.
    pub held: usize,
    /// Where its runs stand; none while nothing is going on.
    pub stands: Vec<Stand>,
}

/// A place where a run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stand {
    pub run: RunId,
    pub token: String,
    pub program: SmolStr,
    pub spot: Spot,
    pub altered: bool,
    pub waits: Waits,
    /// The flows that called each other, the outermost first, with the node that each one is at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Spot>,
    #[serde(default, skip_serializing_if = "Named::is_empty")]
    pub flow: Named,
    #[serde(default, skip_serializing_if = "Named::is_empty")]
    pub nodes: Named,
}

/// What a run waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "kebab-case")]
pub enum Waits {
    Person {
        until: Option<Time>,
    },
    Effect {
        name: SmolStr,
        key: Key,
        attempt: u32,
        until: Option<Time>,
        /// Between two tries.
        resting: bool,
    },
    Time {
        until: Time,
    },
    Branches,
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspected {
    pub conversation: Conversation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Stopped>,
    pub user: Named,
    pub chat: Named,
    pub bot: Named,
}

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    pub position: u64,
    pub at: Time,
    pub id: SmolStr,
    pub program: SmolStr,
    pub came: Came,
    /// Somebody changed something in it.
    pub altered: bool,
    /// Nothing was going on in the conversation before.
    pub first: bool,
}

/// An entry of the journal, seen again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visited {
    pub entry: Entered,
    /// Where runs stood before it.
    pub before: Vec<Stand>,
    /// Each moment in it.
    pub moments: Vec<Passed>,
    /// What was seen in it.
    pub records: Vec<Seen>,
    /// What it asked of the world.
    pub asked: Vec<Asked>,
    /// What was to be seen at the moment that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<Variables>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Shown>,
}

/// A run was about to enter a node, or to leave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passed {
    pub tick: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<SmolStr>,
    pub spot: Spot,
    pub run: RunId,
    pub token: String,
    pub depth: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub key: Key,
    pub name: SmolStr,
    pub spot: Spot,
    pub attempt: u32,
}

/// A line of the trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The how-manieth of its entry.
    pub number: u32,
    pub position: u64,
    pub at: Time,
    pub run: RunId,
    pub token: String,
    pub spot: Spot,
    pub saw: Saw,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Saw {
    Began,
    Entered,
    Left { port: SmolStr },
    Gave { value: Shown },
    Set { variable: SmolStr, value: Shown },
    Asked { key: Key, attempt: u32 },
    Answered { key: Key, ok: bool },
    Waits,
    Woke,
    Failed { code: SmolStr, message: String },
    RolledBack,
    Altered,
    Ended { how: End },
}

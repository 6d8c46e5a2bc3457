//! What a step is given, and what it gives back.

use flow::{Data, Id, Time};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::effect::{Done, EffectError, Key, Request};
use crate::event::Event;
use crate::session::{RunId, Session};

/// One thing that happens to a conversation. `at` is stamped once, by the host, and never goes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub id: SmolStr,
    pub at: Time,
    pub body: Body,
    /// What a debugger changed while this input was worked on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alters: Vec<Alter>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Body {
    Event {
        event: Event,
        /// The trigger that routing found for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trigger: Option<Spot>,
    },
    /// An effect was performed, or could not be.
    Result {
        key: Key,
        result: Result<Done, EffectError>,
    },
    Timer {
        id: TimerId,
    },
    /// Ends a run; without a name all of them.
    Cancel {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run: Option<RunId>,
    },
    /// Moves the conversation to another program.
    Switch {
        to: SmolStr,
    },
    /// Starts a run at a node, as a debugger does.
    Begin {
        at: Spot,
        event: Event,
    },
}

/// A node in its flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spot {
    pub flow: Id,
    pub node: Id,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimerId(pub u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timer {
    pub due: Time,
    pub id: TimerId,
}

/// An active change by a debugger, made when so many nodes were entered in the step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alter {
    pub tick: u32,
    pub how: How,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum How {
    Set {
        variable: SmolStr,
        value: Data,
    },
    /// The node is not run; the run goes on by one of its outputs.
    Leave {
        port: SmolStr,
    },
    /// The bot was changed while the run was stopped here.
    Edited,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub session: Session,
    /// Somebody took the input. An event that nobody took may be offered to another conversation.
    pub taken: bool,
    pub effects: Vec<Request>,
    /// Effects whose result nobody waits for any more.
    pub dropped: Vec<Key>,
    pub timers: Vec<Timer>,
    pub timers_off: Vec<TimerId>,
    /// Shared variables that were looked at: the step holds only if they are still what they were.
    pub reads: Vec<Variable>,
    pub writes: Vec<Write>,
    /// Events that the bot makes itself, to be routed before anything else: a failure, one that had to wait.
    pub raised: Vec<Event>,
    pub ended: Vec<Ended>,
    pub dead: Vec<DeadLetter>,
    /// How many nodes were entered.
    pub ticks: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VarScope {
    User,
    Chat,
    Bot,
}

impl VarScope {
    /// In the order of [`flow::bot::SCOPES`].
    pub const ALL: [VarScope; 3] = [VarScope::User, VarScope::Chat, VarScope::Bot];
}

/// Whose shared variables a step sees: of which person, of which chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owners {
    pub person: SmolStr,
    pub chat: SmolStr,
}

impl Owners {
    pub fn of(event: &Event) -> Owners {
        Owners {
            person: event.about().map(|person| person.id.clone()).unwrap_or_default(),
            chat: event.chat.as_ref().map(|chat| chat.id.clone()).unwrap_or_default(),
        }
    }

    /// Whose the variables of a scope are; those of the bot are nobody's.
    pub fn owner(&self, scope: VarScope) -> SmolStr {
        match scope {
            VarScope::User => self.person.clone(),
            VarScope::Chat => self.chat.clone(),
            VarScope::Bot => SmolStr::default(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Variable {
    pub scope: VarScope,
    /// Empty: all of them.
    pub name: SmolStr,
}

impl From<&flow::expr::SharedName> for Variable {
    fn from(name: &flow::expr::SharedName) -> Variable {
        Variable { scope: VarScope::ALL[name.scope], name: name.name.clone() }
    }
}

/// A change of a shared variable. Adding and appending need no reading, so many chats can do it at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Write {
    pub scope: VarScope,
    pub name: SmolStr,
    pub how: WriteHow,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WriteHow {
    Set(Data),
    Add(Data),
    Append(Data),
    /// Back to what it was before anybody set it.
    Unset,
}

impl WriteHow {
    /// What the variable is then; nothing where it is unset. The step has looked whether it fits: where somebody else has made it
    /// something that cannot be added to meanwhile, it stays as it is.
    pub fn applied(&self, before: Data) -> Option<Data> {
        match self {
            WriteHow::Set(value) => Some(value.clone()),
            WriteHow::Add(by) => Some(crate::node::added(&before, by).unwrap_or(before)),
            WriteHow::Append(item) => Some(crate::node::appended(&before, item).unwrap_or(before)),
            WriteHow::Unset => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    pub run: RunId,
    pub how: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    Finished,
    Failed,
    Cancelled,
}

/// A run that failed where nothing took care of it, with what is needed to understand it and to try again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    pub run: RunId,
    pub at: Time,
    pub spot: Spot,
    pub code: SmolStr,
    pub message: String,
    /// The event that began the run.
    pub event: Event,
    /// The effect that failed, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Box<Request>>,
    /// The run's variables when it failed.
    pub variables: Data,
    pub calls: Vec<Spot>,
}

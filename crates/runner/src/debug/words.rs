//! The words of the protocol: what is asked, answered and told. Plain values with a JSON form, which may get members and kinds that are not
//! known yet; what they show is in `views`.

use engine::Spot;
use engine::recording::Files;
use flow::{Data, Time};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::views::{Conversation, Entered, Inspected, Seen, Shown, Stopped, Visited};

/// The version of these words. A change that an older side would misunderstand raises it.
pub const PROTOCOL: u32 = 1;

/// What somebody who is attached may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Allows {
    /// Look: nothing is paused, nothing is changed.
    Observe,
    /// Everything.
    Debug,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Command {
    Hello,
    /// What a program was made of.
    Program {
        hash: SmolStr,
    },
    /// Conversations, those in which something happened last first.
    Conversations {
        #[serde(default)]
        before: Option<i64>,
        most: u32,
    },
    /// Everything there is to see of a conversation as it is now.
    Inspect {
        conversation: SmolStr,
    },
    /// Where something is paused.
    Paused,
    Break {
        point: Point,
    },
    Unbreak {
        id: u64,
    },
    Points,
    /// Stops nowhere, or stops again; for everybody.
    Mute {
        muted: bool,
    },
    /// Goes on from a pause.
    Go {
        conversation: SmolStr,
        how: Go,
    },
    /// To the moment before this one.
    Back {
        conversation: SmolStr,
    },
    /// What an expression gives where it is paused.
    Evaluate {
        conversation: SmolStr,
        expression: String,
    },
    /// Sets a variable where it is paused; the run is marked as altered.
    Set {
        conversation: SmolStr,
        variable: SmolStr,
        value: Data,
    },
    /// The node where it is paused is not run; the run goes on by this output, or by the only one that has a wire. It is marked as altered.
    Leave {
        conversation: SmolStr,
        #[serde(default)]
        port: Option<SmolStr>,
    },
    /// Goes on with a changed bot where it is paused. Only this conversation does; its runs are marked as altered.
    Edit {
        conversation: SmolStr,
        files: Files,
    },
    /// Tells of every node that runs, in all conversations or in one.
    Trace {
        on: bool,
        #[serde(default)]
        conversation: Option<SmolStr>,
    },
    /// What a conversation went through.
    Moments {
        conversation: SmolStr,
        #[serde(default)]
        from: u64,
        most: u32,
    },
    /// One entry of the journal again: what ran in it, or, with a tick, one moment of it and what an expression gives there.
    Visit {
        conversation: SmolStr,
        position: u64,
        #[serde(default)]
        tick: Option<u32>,
        #[serde(default)]
        port: Option<SmolStr>,
        #[serde(default)]
        expression: Option<String>,
    },
    /// A conversation in one text that opens anywhere, from this position on.
    Recording {
        conversation: SmolStr,
        #[serde(default)]
        from: u64,
    },
}

/// Where to stop, or what to note in passing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub spot: Spot,
    /// Where the node is left by this output, rather than where it is entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<SmolStr>,
    /// In this conversation only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<SmolStr>,
    /// Only where this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// At the so-manieth time only; 0 for each.
    #[serde(default)]
    pub hit: u32,
    /// Notes this text, and does not stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    #[serde(default)]
    pub off: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Go {
    /// To the next breakpoint.
    On,
    /// To the next node, also inside a called flow.
    Into,
    /// To the next node of this flow.
    Over,
    /// Back to the flow that called this one.
    Out,
    /// To this node.
    To(Spot),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Reply {
    Hello(Hello),
    Program {
        hash: SmolStr,
        files: Files,
    },
    Conversations {
        conversations: Vec<Conversation>,
        /// What to ask for next; nothing: these are all.
        before: Option<i64>,
    },
    Inspected(Box<Inspected>),
    Paused {
        paused: Vec<Stopped>,
    },
    Point {
        id: u64,
    },
    Points {
        points: Vec<Placed>,
        muted: bool,
    },
    /// It is paused here.
    Stopped(Box<Stopped>),
    /// It goes on without a stop for now.
    Went,
    Value {
        value: Shown,
    },
    Moments {
        moments: Vec<Entered>,
    },
    Visited(Box<Visited>),
    Recording {
        text: String,
    },
    Done,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub protocol: u32,
    pub bot: String,
    pub name: String,
    /// The program that new runs begin on.
    pub program: SmolStr,
    pub allows: Allows,
}

/// A breakpoint that is set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    pub id: u64,
    /// Whoever asks has set it.
    pub mine: bool,
    /// How often it was passed while its condition held.
    pub count: u32,
    pub point: Point,
}

/// What is told to everybody who is attached, as it happens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum News {
    Paused(Box<Stopped>),
    /// A conversation goes on.
    Resumed {
        conversation: SmolStr,
    },
    /// So many inputs wait for a conversation to go on.
    Held {
        conversation: SmolStr,
        count: usize,
    },
    /// What a breakpoint noted.
    Note {
        conversation: SmolStr,
        at: Time,
        spot: Spot,
        text: SmolStr,
        /// The text could not be made; it says why.
        failed: bool,
    },
    Trace {
        conversation: SmolStr,
        records: Vec<Seen>,
    },
    /// So much was told while this client did not listen, and is gone.
    Missed {
        count: u64,
    },
}

/// Why a command is not done. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{why}")]
pub struct Refused {
    pub code: Code,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// Whoever asks may only look.
    NotAllowed,
    NotPaused,
    /// What the command names is not there.
    NotThere,
    /// An expression or a value is not right.
    Wrong,
    /// The node has done its work already.
    TooLate,
    /// The changed bot does not fit where runs stand.
    DoesNotFit,
    /// The disk refused.
    NotWritten,
    /// The journal does not come out as it was.
    Parted,
    /// The bot is not running any more.
    Closed,
}

impl Refused {
    pub fn new(code: Code, why: impl Into<String>) -> Refused {
        Refused { code, why: why.into() }
    }

    pub(crate) fn not_paused(conversation: &str) -> Refused {
        Refused::new(Code::NotPaused, format!("The conversation `{conversation}` is not paused."))
    }

    pub(crate) fn closed() -> Refused {
        Refused::new(Code::Closed, "The bot is not running any more.")
    }
}

impl Command {
    /// What somebody needs to be allowed for it.
    pub fn needs(&self) -> Allows {
        match self {
            Command::Hello
            | Command::Program { .. }
            | Command::Conversations { .. }
            | Command::Inspect { .. }
            | Command::Paused
            | Command::Unbreak { .. }
            | Command::Points
            | Command::Evaluate { .. }
            | Command::Trace { .. }
            | Command::Moments { .. }
            | Command::Visit { .. }
            | Command::Recording { .. } => Allows::Observe,
            // What only notes does not get in anybody's way.
            Command::Break { point } if point.log.is_some() => Allows::Observe,
            Command::Break { .. }
            | Command::Mute { .. }
            | Command::Go { .. }
            | Command::Back { .. }
            | Command::Set { .. }
            | Command::Leave { .. }
            | Command::Edit { .. } => Allows::Debug,
        }
    }
}

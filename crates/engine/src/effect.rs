//! What a bot wants done outside. A closed list: simulator, mocks, tests and runner know every one of them, with what comes back.

mod ai;
mod message;
mod world;

use flow::data::Fields;
use flow::{Data, Time};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::event::Event;

pub use ai::*;
pub use message::*;
pub use world::*;

/// An effect's name for ever: whoever performs it can tell a repetition by it. Made of the run, the token, the node and the visit;
/// it does not depend on where steps end. Packed, so that what holds one needs no padding.
#[repr(Rust, packed(8))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub u128);

/// An effect on its way out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub key: Key,
    pub flow: SmolStr,
    pub node: SmolStr,
    /// 1 for the first try.
    pub attempt: u32,
    pub effect: Effect,
    /// Where the run takes place: the chat that is answered where the effect names none.
    pub origin: Origin,
}

/// The place of a run outside: where an answer goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub channel: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<SmolStr>,
    /// The message that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<SmolStr>,
    /// The slash command, press, query or call that waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_to: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Effect {
    // In the chat. `to` is another chat than the run's.
    Send(Send),
    Edit(Edit),
    Delete {
        message: SmolStr,
    },
    React {
        message: SmolStr,
        emoji: SmolStr,
    },
    /// 'is typing …'
    Typing,
    Poll(Poll),
    /// Confirms a pressed button: a short notice, or nothing to see. Where no node does, the engine does as soon as the run rests or ends;
    /// a press that no conversation took is confirmed by the host.
    Confirm {
        text: SmolStr,
        alert: bool,
    },
    AnswerInline {
        results: Vec<InlineResult>,
        cache: i64,
    },
    /// A form that the platform shows in front of the chat (Discord).
    Form(Form),

    // People.
    UserInfo {
        person: SmolStr,
    },
    Role {
        person: SmolStr,
        role: SmolStr,
        give: bool,
    },
    Kick {
        person: SmolStr,
        reason: SmolStr,
    },
    Ban {
        person: SmolStr,
        until: Option<Time>,
        reason: SmolStr,
    },
    /// A human takes the conversation over.
    HandOver {
        note: SmolStr,
        team: SmolStr,
    },

    // The world.
    Http(Http),
    /// The answer to the webhook that started the run.
    Reply {
        status: u16,
        headers: Vec<(SmolStr, SmolStr)>,
        body: SmolStr,
    },
    Query(Query),
    Email(Email),
    Emit {
        name: SmolStr,
        data: Data,
    },
    Keep(Keep),
    Log {
        level: Level,
        text: SmolStr,
    },

    /// A signature whose key may be a secret, which no step may hold.
    Sign(Sign),

    // Computing that only a sandbox bounds.
    Jq {
        program: SmolStr,
        input: Data,
    },
    Script {
        code: SmolStr,
        inputs: Fields,
        /// For `Math.random`; the clock of a script is the step's.
        random: u64,
        now: Time,
    },

    // AI.
    Prompt(Prompt),
}

/// A text that may be a secret: only its name travels; the host puts it in while it performs the effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Filled {
    Text(SmolStr),
    Secret(SmolStr),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Done {
    /// Nothing more to say than that it was done.
    Done,
    Sent {
        message: SmolStr,
    },
    Person {
        person: Fields,
    },
    Http {
        status: u16,
        headers: Fields,
        /// The text of the answer, parsed where it is JSON; for a file how to find it again.
        body: Data,
    },
    Rows {
        rows: Data,
        changed: i64,
    },
    Value {
        value: Data,
    },
    Answer(AiAnswer),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectError {
    pub kind: ErrorKind,
    /// For a person; the platform's own words where it gave some.
    pub message: SmolStr,
    /// Milliseconds after which it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
    /// What came with it: the answer's status and body.
    #[serde(default, skip_serializing_if = "Data::is_null")]
    pub detail: Data,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The other side understood and said no: too long, malformed, not allowed here.
    Refused,
    /// The bot may not do that: blocked by the person, no rights in the chat.
    Forbidden,
    /// A token or password is wrong.
    Unauthorized,
    NotFound,
    RateLimited,
    /// It could not be reached.
    Network,
    Timeout,
    /// It is down for the moment.
    Unavailable,
    /// The answer could not be understood, or a script threw.
    Invalid,
    /// A limit of ours: work, memory, size, quota.
    OverLimit,
    /// It may or may not have been done; nobody can know.
    InDoubt,
}

impl ErrorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Refused => "refused",
            ErrorKind::Forbidden => "forbidden",
            ErrorKind::Unauthorized => "unauthorized",
            ErrorKind::NotFound => "not-found",
            ErrorKind::RateLimited => "rate-limited",
            ErrorKind::Network => "network",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Invalid => "invalid",
            ErrorKind::OverLimit => "over-limit",
            ErrorKind::InDoubt => "in-doubt",
        }
    }

    /// What a status of HTTP that is not fine means.
    pub fn of_status(status: u16) -> ErrorKind {
        match status {
            401 | 407 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 | 410 => ErrorKind::NotFound,
            408 | 504 => ErrorKind::Timeout,
            429 => ErrorKind::RateLimited,
            500..=599 => ErrorKind::Unavailable,
            _ => ErrorKind::Refused,
        }
    }

    /// May the same thing go well a moment later?
    pub fn passes(self) -> bool {
        matches!(
            self,
            ErrorKind::RateLimited | ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Unavailable
        )
    }
}

impl Effect {
    /// Its name in tests, mocks and traces.
    pub fn name(&self) -> &'static str {
        match self {
            Effect::Send(_) => "send",
            Effect::Edit(_) => "edit",
            Effect::Delete { .. } => "delete",
            Effect::React { .. } => "react",
            Effect::Typing => "typing",
            Effect::Poll(_) => "poll",
            Effect::Confirm { .. } => "confirm",
            Effect::AnswerInline { .. } => "answer-inline",
            Effect::Form(_) => "form",
            Effect::UserInfo { .. } => "user-info",
            Effect::Role { .. } => "role",
            Effect::Kick { .. } => "kick",
            Effect::Ban { .. } => "ban",
            Effect::HandOver { .. } => "hand-over",
            Effect::Http(_) => "http",
            Effect::Reply { .. } => "reply",
            Effect::Query(_) => "query",
            Effect::Email(_) => "email",
            Effect::Emit { .. } => "emit",
            Effect::Keep(_) => "keep",
            Effect::Log { .. } => "log",
            Effect::Sign(_) => "sign",
            Effect::Jq { .. } => "jq",
            Effect::Script { .. } => "script",
            Effect::Prompt(_) => "prompt",
        }
    }

    /// The ways in which it can fail.
    pub fn errors(&self) -> &'static [ErrorKind] {
        use ErrorKind::*;
        match self {
            Effect::Emit { .. } | Effect::Log { .. } => &[],
            Effect::Jq { .. } | Effect::Script { .. } => &[Invalid, OverLimit],
            Effect::Keep(_) => &[OverLimit, Unavailable],
            Effect::Sign(_) => &[Unauthorized],
            Effect::Reply { .. } => &[NotFound],
            Effect::Query(_) => &[Refused, Unauthorized, Network, Timeout, Unavailable, OverLimit, InDoubt],
            Effect::Email(_) => &[Refused, Unauthorized, Network, Timeout, Unavailable, InDoubt],
            Effect::Http(_) => &[
                Refused,
                Forbidden,
                Unauthorized,
                NotFound,
                RateLimited,
                Network,
                Timeout,
                Unavailable,
                Invalid,
                OverLimit,
                InDoubt,
            ],
            Effect::Prompt(_) => &[
                Refused,
                Forbidden,
                Unauthorized,
                NotFound,
                RateLimited,
                Network,
                Timeout,
                Unavailable,
                Invalid,
                OverLimit,
            ],
            _ => &[
                Refused,
                Forbidden,
                Unauthorized,
                NotFound,
                RateLimited,
                Network,
                Timeout,
                Unavailable,
                InDoubt,
            ],
        }
    }
}

impl Origin {
    /// Where answers to an event go.
    pub fn of(event: &Event) -> Origin {
        Origin {
            channel: event.channel.clone(),
            chat: event.chat.as_ref().map(|chat| chat.id.clone()),
            person: event.about().map(|person| person.id.clone()),
            message: event.message().cloned(),
            answer_to: event.answer_to().cloned(),
        }
    }
}

impl EffectError {
    pub fn new(kind: ErrorKind, message: impl Into<SmolStr>) -> EffectError {
        EffectError { kind, message: message.into(), retry_after: None, detail: Data::Null }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", { self.0 })
    }
}

impl std::str::FromStr for Key {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Key, Self::Err> {
        u128::from_str_radix(text, 16).map(Key)
    }
}

impl Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Key, D::Error> {
        SmolStr::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

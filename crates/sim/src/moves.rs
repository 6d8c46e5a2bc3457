//! What people, callers and the clock do: plain data, so a conversation can be kept, played again and turned into a test.

use engine::event::FileKind;
use engine::{Done, EffectError, Key};
use flow::data::Fields;
use flow::{Data, Time};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::mock::Mock;

/// Who does it, and in which chat. Empty: the first person; the chat that the conversation is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Who {
    #[serde(skip_serializing_if = "SmolStr::is_empty")]
    pub by: SmolStr,
    #[serde(rename = "in", skip_serializing_if = "SmolStr::is_empty")]
    pub place: SmolStr,
}

/// One thing that happens to a bot from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Move {
    Says {
        #[serde(flatten)]
        who: Who,
        text: SmolStr,
        /// The message that is answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<SmolStr>,
    },
    Sends {
        #[serde(flatten)]
        who: Who,
        #[serde(flatten)]
        what: Sent,
    },
    /// By the button's label.
    Presses {
        #[serde(flatten)]
        who: Who,
        button: SmolStr,
        /// The message that it is at; else the latest that has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<SmolStr>,
    },
    /// Fills in the form that the bot showed.
    Fills {
        #[serde(flatten)]
        who: Who,
        values: Fields,
    },
    Reacts {
        #[serde(flatten)]
        who: Who,
        emoji: SmolStr,
        /// The message; else the latest of the bot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<SmolStr>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        removed: bool,
    },
    /// A slash command with typed options.
    Slash {
        #[serde(flatten)]
        who: Who,
        command: SmolStr,
        #[serde(default)]
        options: Fields,
    },
    /// Types `@bot query` in some chat.
    Asks {
        #[serde(flatten)]
        who: Who,
        query: SmolStr,
    },
    Joins {
        #[serde(flatten)]
        who: Who,
        /// Who brought them; else they came by themselves.
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        brought_by: SmolStr,
    },
    Leaves {
        #[serde(flatten)]
        who: Who,
    },
    Webhook {
        method: SmolStr,
        path: SmolStr,
        #[serde(default)]
        query: Fields,
        #[serde(default)]
        headers: Fields,
        #[serde(default)]
        body: Data,
    },
    /// From the event bus; of somebody where they are named.
    Event {
        #[serde(flatten)]
        who: Who,
        name: SmolStr,
        #[serde(default)]
        data: Data,
    },
    /// The bot is started.
    Starts,
    /// The clock jumps, and what comes due on the way happens in order. Milliseconds.
    After { millis: i64 },
    /// The clock jumps to a moment.
    Until { at: Time },
    /// The clock jumps to whatever comes due next.
    Next,
    /// A call that waits is answered by hand.
    Answers { key: Key, result: Result<Done, EffectError> },
    /// From now on the world answers by this rule first.
    Mocks { rule: Mock },
    /// Sets a shared variable, as a person at the controls does: `user.size`, `chat.cart of team`.
    Sets { variable: SmolStr, value: Data },
}

/// What a person sends that is no plain text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Sent {
    File {
        kind: FileKind,
        name: SmolStr,
        #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
        text: SmolStr,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<i64>,
    },
    Location {
        latitude: f64,
        longitude: f64,
    },
    Phone {
        phone: SmolStr,
    },
}

impl Move {
    pub fn who(&self) -> Option<&Who> {
        match self {
            Move::Says { who, .. }
            | Move::Sends { who, .. }
            | Move::Presses { who, .. }
            | Move::Fills { who, .. }
            | Move::Reacts { who, .. }
            | Move::Slash { who, .. }
            | Move::Asks { who, .. }
            | Move::Joins { who, .. }
            | Move::Leaves { who }
            | Move::Event { who, .. } => Some(who),
            Move::Webhook { .. }
            | Move::Starts
            | Move::After { .. }
            | Move::Until { .. }
            | Move::Next
            | Move::Answers { .. }
            | Move::Mocks { .. }
            | Move::Sets { .. } => None,
        }
    }
}

//! What is said between a runner and whoever is attached to one of its bots: JSON texts over a WebSocket.
//!
//! The words of debugging themselves (`ask`, `reply`, `refused`, `news`, `hello`) are carried as they are: `runner::debug` has them, and
//! nobody on the way reads them. Members are added, never changed; who reads passes over what it does not know.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What somebody who is attached sends. Asks are dealt with in the order in which they come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked<C> {
    /// Stands in the answer.
    pub id: u64,
    pub ask: C,
}

/// What a runner sends: `hello` first, then answers and news, `end` last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Of the ask that this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hello: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// Why the runner ends it. What was paused goes on, or waits on disk for the bot's next start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub because: Because,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// The bot was stopped.
    Stopped,
    /// Another version of the bot runs now; one can attach again.
    Switched,
    /// The runner itself ends.
    Leaving,
    /// The token was taken away.
    Revoked,
    /// A frame was too large, or none at all.
    Misspoken,
    /// The bot does not run any more, or something that is not known here.
    #[serde(other)]
    Over,
}

/// What the address of an attachment says besides the bot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attach {
    /// The version of the words. Where it is another one than the runner's, it refuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<u32>,
    /// Only to look, whatever the token would allow.
    #[serde(default)]
    pub observe: bool,
}

/// The largest frame that a runner takes.
pub const MOST_ASKED: usize = 8 << 20;
/// The largest frame that it sends.
pub const MOST_TOLD: usize = 64 << 20;
/// So often each side says that it is there,
pub const PING: std::time::Duration = std::time::Duration::from_secs(5);
/// and one of whom nothing was heard for so long is not.
pub const SILENCE: std::time::Duration = std::time::Duration::from_secs(15);

//! What chat networks tell becomes [`engine::Event`]s, what a bot asks for becomes their calls: wire forms and nothing else.
//!
//! The ways in are [`Telegram::connect`] and [`Discord::connect`]. A channel hears ([`Heard`], with an id by which the host hears a thing
//! once) and performs ([`engine::Request`] to [`engine::Done`] or a typed error). It keeps nothing that has to outlive the process and
//! tries nothing twice: what was heard, what was asked for and when it is tried again is the host's to know.
//!
//! Deliberately absent: storage, retries, timers, secrets (a token is handed in), a server for webhooks (bodies are handed in).

pub mod commands;
pub mod discord;
mod error;
mod files;
mod message_id;
pub mod telegram;

use smol_str::SmolStr;

pub use commands::{CommandSpec, commands};
pub use discord::Discord;
pub use error::ChannelError;
pub use files::{Fetching, Files};
pub use message_id::MessageId;
pub use telegram::Telegram;

/// Something that a channel heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The same whenever, and however often, the network tells it.
    pub id: SmolStr,
    pub event: engine::Event,
}

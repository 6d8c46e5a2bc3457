//! Doubles of the chat networks for tests: Telegram's Bot API and Discord's REST, gateway and HTTP interactions, over the real wire
//! protocol on loopback. They judge what a bot sends by models that are not ours (`frankenstein`, `twilight-model`) and know nothing of
//! the product's crates nor of the libraries that it talks through.
//!
//! The way in is [`Telegram::start`] and [`Discord::start`]. The other end of the line is played by the test: people say things, press
//! buttons, join; [`Record`] tells what the bot did, each effect once for each time that it was performed, even when its answer never
//! arrived; [`Faults`] breaks the line.
//!
//! Deliberately absent: rendering of markup, rights and roles beyond what the calls need, voice, payments beyond an invoice.

pub mod discord;
pub mod fault;
pub mod record;
mod strict;
pub mod telegram;
mod wire;

pub use discord::Discord;
pub use fault::{Disturb, Fault, Faults};
pub use record::{Act, Button, Did, Exchange, Media, Record};
pub use telegram::Telegram;

//! Doubles of the chat networks for tests: Telegram's Bot API over the real wire protocol on loopback. They judge what a bot sends by
//! models that are not ours (`frankenstein`, `twilight-model`) and know nothing of the product's crates nor of the libraries that it
//! talks through.
//!
//! The way in is [`telegram::Telegram::start`]. The other end of the line is played by the test: people say things, press buttons, join;
//! [`record::Record`] tells what the bot did, each effect once for each time that it was performed, even when its answer never arrived;
//! [`fault::Faults`] breaks the line.
//!
//! Deliberately absent: rendering of markup, rights and roles beyond what the calls need, voice, payments beyond an invoice.

pub mod fault;
pub mod record;
pub mod telegram;
mod wire;

pub use fault::{Fault, Faults};
pub use record::{Act, Button, Did, Exchange, Media, Record};
pub use telegram::Telegram;

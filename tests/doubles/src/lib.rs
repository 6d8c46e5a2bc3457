//! Doubles of the chat networks for tests: Telegram's Bot API and Discord's REST, gateway and HTTP interactions, over the real wire
//! protocol on loopback. They judge what a bot sends by models that are not ours (`frankenstein`, `twilight-model`) and know nothing of
//! the product's crates nor of the libraries that it talks through.
//!
//! The way in is [`Telegram::start`] and [`Discord::start`]. The other end of the line is played by the test: people say things, press
//! buttons, join; [`Record`] tells what the bot did, each effect once for each time that it was performed, even when its answer never
//! arrived; [`Faults`] breaks the line.
//!
//! ```no_run
//! # async fn test() {
//! use std::time::Duration;
//! use doubles::{Fault, Telegram};
//!
//! let telegram = Telegram::start().await;
//! // A bot is started on telegram.url() and telegram.token() here.
//! telegram.faults().add("sendMessage", Fault::CutAfter, 1);
//! let ada = telegram.person("Ada");
//! ada.says(ada.private(), "/start");
//! let acts = telegram.record().until(Duration::from_secs(5), |acts| !acts.is_empty()).await;
//! ada.presses(ada.private(), acts[0].message.parse().unwrap(), "Yes");
//! assert!(telegram.record().violations().is_empty());
//! # }
//! ```
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

//! Looking into a bot that runs, and taking a conversation step by step.
//!
//! The way in: [`crate::Runner::attach`] gives a [`Debugging`], which is asked in [`Command`]s and tells [`News`]; `words` and `views` are the whole
//! protocol, for whoever carries it further. A pause holds one conversation: what comes to it waits in line, on disk, and all others go on.
//! A pause is a moment inside a step that was not taken, so looking cannot change what the bot does, and a client that goes leaves nothing
//! stuck.

mod act;
mod client;
mod desk;
mod edit;
mod look;
mod past;
mod show;
mod views;
mod words;

pub use client::Debugging;
pub use views::*;
pub use words::*;

pub(crate) use client::Ask;
pub(crate) use desk::Desk;

//! A runner somewhere else: what is said between it and those who publish to it and watch it ([`wire`]), and a [`Client`] that says it.
//! [`Client::attach`] looks into a bot that runs there; [`frames`] is what is said then.
//!
//! `server` answers with the same types. Deliberately absent: bots, bundles, diffs, and the words of debugging. A bundle is bytes here, and
//! what is asked of a debugger is JSON that is carried: so whoever only publishes needs no engine, and new words need no change here.

mod attached;
mod client;
mod ear;
pub mod frames;
pub mod wire;

pub use attached::{Attached, Gone, Told};
pub use client::{Client, RemoteError};

//! A runner somewhere else: what is said between it and those who publish to it and watch it ([`wire`]), and a [`Client`] that says it.
//!
//! `server` answers with the same types. Deliberately absent: bots, bundles, diffs. A bundle is bytes here.

mod client;
pub mod wire;

pub use client::{Client, RemoteError};

//! What tests of several crates share.
//!
//! The ways in: [`generate`] for bots and edit scripts as proptest strategies, [`mutate`] for broken folders, [`folder`] for bots on
//! the disk, [`json`] for a reading and writing of JSON that owes nothing to the `flow` crate.

pub mod dice;
pub mod folder;
pub mod generate;
pub mod host;
pub mod json;
pub mod mutate;
pub mod nexus;

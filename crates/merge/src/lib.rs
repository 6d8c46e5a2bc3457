//! Semantic diff and three-way merge of bots.
//!
//! The ways in: [`merge`] for three states of a bot, [`open`] for what is open in one, [`resolve`] for the change that settles a
//! conflict. Pure; takes the node kinds as data. Knows nothing of git: that is `vcs`.

mod bots;
pub mod conflict;
pub mod diff;
mod flows;
mod lines;
mod order;
mod renames;
mod resolve;
mod three;
mod validity;
mod values;
mod words;

pub use bots::{Merged, merge, open, prepared};
pub use conflict::{Choice, Conflict, Kind};
pub use diff::{Diff, FileDiff, diff};
pub use flows::{Derived, Hint, Taken};
pub use resolve::{Refusal, resolve};
pub use values::Side;

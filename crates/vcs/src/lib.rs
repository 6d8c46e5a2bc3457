//! A bot's folder as a git repository, or as a part of one.
//!
//! The ways in: [`file::merge`] for the three texts that git's merge driver hands over, [`install`] to make plain git use it, and
//! [`Repo`] for everything that needs a repository. Flows changed on both sides always go through `merge`; libgit2's own merge
//! decides only about files that are no flows. Runs no hooks and no filters, takes paths, kinds and names as arguments.

mod begun;
mod commit;
mod error;
pub mod file;
mod finish;
mod folder;
mod history;
pub mod install;
mod merging;
mod names;
pub mod outline;
mod progress;
pub mod remote;
mod renamed;
mod replant;
mod repo;
mod restore;
mod state;
pub mod tree;
mod underway;

pub use error::Error;
pub use history::{Replayed, Step};
pub use merging::{Outcome, Who};
pub use replant::Planted;
pub use repo::Repo;
pub use state::{Doing, Head, State};

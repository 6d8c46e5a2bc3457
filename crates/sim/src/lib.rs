//! The simulated world of a bot, and the language of its tests.
//!
//! The ways in: a [`Stage`] is a bot ready to be played; a [`World`] on it takes [`Move`]s, one after the other, and shows what happened;
//! [`cases`] reads test files, runs them and says in words what did not go as expected; [`recorded`] plays a recording again, so that it
//! can be written down as such a test.
//!
//! Pure: no clock, no disk, no network, no threads. Time goes by only where a move says so, and the same moves give the same world, to
//! the byte.

pub mod cases;
pub mod cast;
pub mod chat;
mod debug;
mod happen;
mod journal;
pub mod mock;
pub mod moves;
mod perform;
pub mod platform;
pub mod recorded;
pub mod trail;
mod turn;
pub mod vars;
pub mod view;
mod world;

pub use cast::{Room, Setup, Somebody};
pub use chat::{Did, DidState, Happened, Line, Message};
pub use mock::{Answer, Mock, Pattern};
pub use moves::{Move, Sent, Who};
pub use trail::Trail;
pub use world::{Cannot, Stage, World};

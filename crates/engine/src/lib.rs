//! The engine: compiles a bot and steps its conversations, one input at a time.
//!
//! The ways in: [`compile`] makes a [`Program`] of a bot, [`route`] says which conversation an event belongs to, [`step`] takes one
//! conversation through one input. A node kind, descriptor and behaviour, is one file in `kinds/`; [`kinds`] is the table of them.
//!
//! Pure: no disk, no network, no clock, no randomness, no threads. What a bot wants done outside is an [`Effect`] in the outcome; what
//! comes back is an [`Input`]. The same inputs give the same outcome, to the byte.

pub mod build;
pub mod debug;
pub mod digest;
pub mod effect;
pub mod event;
pub mod fault;
mod formats;
pub mod input;
pub mod journal;
mod kinds;
pub mod node;
pub mod program;
pub mod recording;
mod route;
pub mod session;
mod source;
pub mod step;
pub mod switch;
pub mod trace;

pub use effect::{Done, Effect, EffectError, ErrorKind, Key, Request};
pub use event::{Event, What};
pub use fault::{Fault, FaultCode};
pub use input::{Body, Input, Outcome, Spot};
pub use kinds::kinds;
pub use program::{Program, compile};
pub use route::{Offer, conversation, route};
pub use session::{RunId, Session};
pub use source::Source;
pub use step::{Moment, Paused, Shared, Verdict, step, step_watched};
pub use trace::Trace;

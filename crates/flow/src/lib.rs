//! The document of a bot, and everything that can be said of it without running it.
//!
//! The ways in: [`text::parse_flow`] and [`text::print_flow`] for the text form, [`bot::Bot`] for the document in memory,
//! [`change::apply`] for every edit, [`check::check`] for what is wrong with it.
//!
//! Pure: knows no disk, no clock, no randomness, no other crate of this workspace. Node kinds come in as data
//! ([`descriptor::Kinds`]).

pub mod bot;
pub mod change;
pub mod check;
pub mod data;
pub mod descriptor;
pub mod expr;
mod json;
pub mod limits;
pub mod markup;
pub mod problem;
pub mod text;
pub mod time;
pub mod upgrade;
pub mod value;

pub use bot::{Bot, FilePath, Flow, Group, Id, Manifest, Node, Note, Place};
pub use change::{Change, Edit, Seg, apply};
pub use data::Data;
pub use descriptor::{Descriptor, Field, FieldType, Kinds, Port};
pub use json::{PathStep, Position, locate};
pub use problem::{Code, Problem, Severity, Spot};
pub use time::Time;
pub use value::{Map, Value, View};

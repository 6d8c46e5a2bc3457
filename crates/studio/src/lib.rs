//! What the IDE can do, whatever shows it: a window, a browser, a command line.
//!
//! The way in is [`Studio`]: [`Studio::call`] runs a command of the one table ([`commands`]), [`Studio::listen`] hears the one stream
//! of events. Bots live here while they are open; windows keep copies by the events.
//!
//! Blocking and host-neutral: knows no window and no HTTP. What waits for networks (`running`, `publishing`) has one runtime of its own. Paths,
//! the clock and randomness come in with [`Setup`].

mod assets;
mod bindings;
mod commands;
mod content;
pub mod disk;
mod document;
mod error;
mod event;
mod journal;
mod listing;
mod look;
mod needed;
pub mod publishing;
mod recent;
pub mod runners;
mod running;
mod settings;
mod setup;
mod studio;
mod table;
mod tasks;
mod trouble;
pub mod updates;
mod view;

pub use assets::{AssetsError, assets};
pub use bindings::bindings;
pub use commands::NAMES;
pub use error::{Code, Error};
pub use event::{Event, News};
pub use look::{Glance, Glimpse, glance};
pub use needed::{Needed, needed};
pub use running::state_folder;
pub use setup::{Pace, Setup};
pub use studio::{Studio, is_bot};

//! The simulated world and the test language.

mod bots;
mod docs;
mod language;
mod saving;
mod world;

//! The simulated world and the test language.

mod bots;
mod docs;
mod editing;
mod language;
mod recording;
mod saving;
mod world;

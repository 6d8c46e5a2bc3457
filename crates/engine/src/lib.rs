//! The node kinds, one file each, and the table of them.
//!
//! The way in is [`kinds`]. Pure: no disk, no network, no clock. What kinds do when they run is not here yet; a kind's behaviour will
//! stand in the same file as its descriptor.

mod kinds;

pub use kinds::kinds;

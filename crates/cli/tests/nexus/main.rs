//! The real program, as people start it.

mod check;
mod fmt;
mod kill;
mod recording;
mod render;
mod run;
mod secret;
mod sim;
mod test;

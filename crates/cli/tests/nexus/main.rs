//! The real program, as people start it.

mod check;
mod fmt;
mod kill;
mod recording;
mod run;
mod sim;
mod test;

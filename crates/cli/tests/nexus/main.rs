//! The real program, as people start it.

mod check;
mod fmt;
mod kill;
mod run;
mod sim;
mod test;

//! The engine by its own: bots as text, inputs one by one, what comes out.

mod cancelled;
mod debugging;
mod play;
mod presses;
mod runs;
mod smoke;
mod transactions;

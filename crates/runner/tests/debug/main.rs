//! Looking into a bot that runs: what is paused waits, nothing else does; nothing is lost, nothing is stuck, and looking changes nothing.

mod bench;
mod looking;
mod past;
mod pausing;
mod waiting;

//! Real repositories, made with the `git` command line, with our merge driver installed.

mod begun;
mod commits;
mod driver;
mod kill;
mod planted;
mod refusals;
mod remote;
mod same_bytes;
mod unreadable;
mod verbs;
mod world;

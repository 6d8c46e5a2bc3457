//! The studio as its hosts see it: commands in, events out, real files in between.

mod bindings;
mod clash;
mod desk;
mod history;
mod input;
mod journal;
mod outside;
mod repair;
mod run;
mod save;
mod updates;

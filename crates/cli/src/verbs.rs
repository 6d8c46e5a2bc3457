//! One file per verb.

pub mod check;
pub mod fmt;
mod sources;
pub mod studio;

//! One file per verb.

pub mod check;
pub mod fmt;
pub mod studio;
mod sources;

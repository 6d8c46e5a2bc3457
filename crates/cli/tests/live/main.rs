//! The real program against doubles of the networks: `nexus run`, `serve`, `publish` and what is around them.

mod errors;
mod kill;
mod nexus;
mod publish;
mod same;

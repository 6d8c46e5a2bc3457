//! The real program against doubles of the networks: `nexus run`, `serve`, `attach`, `publish` and what is around them.

mod attach;
mod attach_typed;
mod attach_wire;
mod attached;
mod errors;
mod kill;
mod nexus;
mod publish;
mod same;

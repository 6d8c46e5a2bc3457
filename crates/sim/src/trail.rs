//! Where runs went, node by node.

use engine::trace::Saw;
use engine::{RunId, Spot};
use flow::Time;
use serde::Serialize;
use smol_str::SmolStr;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trail {
    pub at: Time,
    pub conversation: SmolStr,
    pub run: RunId,
    pub spot: Spot,
    pub saw: Saw,
    /// The number of the move that led to it.
    pub by_move: usize,
}

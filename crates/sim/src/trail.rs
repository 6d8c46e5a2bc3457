//! Where runs went, node by node.

use engine::Spot;
use engine::trace::Saw;
use flow::Time;
use serde::Serialize;
use smol_str::SmolStr;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trail {
    pub at: Time,
    pub conversation: SmolStr,
    pub run: SmolStr,
    pub spot: Spot,
    pub saw: Saw,
    /// The number of the move that led to it.
    pub by_move: usize,
}

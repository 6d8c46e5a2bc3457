//! The same thing made twice: both sides added a node with the same content, each under an id of its own.

use std::collections::BTreeMap;

use flow::{Flow, Id, Node};
use smol_str::{SmolStr, format_smolstr};

use super::{Hint, Work};
use crate::words::called;

impl Work<'_> {
    /// Nothing is decided here; whoever made it once too often can take one away.
    pub(super) fn alike(&mut self) {
        let ours = self.new_in(self.ours, self.theirs);
        if ours.is_empty() {
            return;
        }
        let mut left: BTreeMap<String, Vec<&Id>> = BTreeMap::new();
        for (id, node) in ours {
            left.entry(content(node)).or_default().push(id);
        }
        let mut hints = Vec::new();
        for (id, node) in self.new_in(self.theirs, self.ours) {
            let Some(alike) = left.get_mut(&content(node)).filter(|alike| !alike.is_empty()) else {
                continue;
            };
            let mut ids = [alike.remove(0), id];
            ids.sort();
            let shown = called(ids[0], &self.flow.nodes[ids[0]], self.kinds);
            let what = format!("Both sides added {shown}, with the same content.");
            hints.push(Hint { places: ids.map(place).to_vec(), what });
        }
        self.hints = hints;
    }

    fn new_in<'w>(&'w self, side: &'w Flow, other: &Flow) -> Vec<(&'w Id, &'w Node)> {
        let new = side.nodes.iter().filter(|(id, node)| {
            let is_new = !other.nodes.contains_key(*id) && !self.base.nodes.contains_key(*id);
            // A node without content is like any other of its kind.
            is_new && !node.fields.is_empty() && self.flow.nodes.contains_key(*id)
        });
        new.map(|(id, node)| (id, node.as_ref())).collect()
    }
}

fn place(id: &Id) -> SmolStr {
    format_smolstr!("nodes.{id}")
}

/// What the node does and is called, wherever it stands and leads.
fn content(node: &Node) -> String {
    let bare = Node { group: None, next: BTreeMap::new(), key: None, ..node.clone() };
    serde_json::to_string(&bare).unwrap_or_default()
}

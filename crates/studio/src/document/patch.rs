//! What a change means to those who keep a copy of the bot: the new value of everything it reached.

use std::collections::{BTreeMap, BTreeSet};

use flow::change::{FlowProp, Touch};
use flow::{Change, Edit, FilePath};

use super::State;
use crate::event::{Parts, Patch};

impl State {
    pub fn patches(&self, change: &Change) -> Vec<Patch> {
        let touches = change.touches();
        let mut whole: BTreeSet<&FilePath> = touches
            .iter()
            .filter_map(|touch| match touch {
                Touch::Flow(path) => Some(path),
                _ => None,
            })
            .collect();
        // A merge's open conflicts are not among the parts.
        whole.extend(change.edits.iter().filter_map(|edit| match edit {
            Edit::FlowProp { flow, prop: FlowProp::Unresolved, .. } => Some(flow),
            _ => None,
        }));
        let mut patches: Vec<Patch> = whole
            .iter()
            .map(|path| Patch::Flow { path: (*path).clone(), view: self.flow_view(path).map(Box::new) })
            .collect();
        let mut parts: BTreeMap<&FilePath, Parts> = BTreeMap::new();
        for touch in &touches {
            match touch {
                Touch::Manifest => patches.push(Patch::Manifest { manifest: self.bot.manifest.clone() }),
                Touch::File(path) => {
                    patches
                        .push(Patch::File { path: path.clone(), exists: self.bot.texts.contains_key(path) });
                }
                Touch::Flow(path)
                | Touch::FlowProps(path)
                | Touch::Node(path, _)
                | Touch::Place(path, _)
                | Touch::Group(path, _)
                | Touch::Note(path, _) => {
                    if !whole.contains(path) {
                        self.add_part(parts.entry(path).or_default(), path, touch);
                    }
                }
            }
        }
        patches.extend(
            parts
                .into_iter()
                .map(|(path, parts)| Patch::Parts { path: path.clone(), parts: Box::new(parts) }),
        );
        patches
    }

    fn add_part(&self, parts: &mut Parts, path: &FilePath, touch: &Touch) {
        let Some(flow) = self.bot.flows.get(path) else { return };
        match touch {
            Touch::FlowProps(_) => {
                parts.id = Some(flow.id.clone());
                parts.name = Some(flow.name.to_string());
                parts.inputs = Some(flow.inputs.clone());
                parts.outputs = Some(flow.outputs.clone());
            }
            Touch::Node(_, id) => drop(parts.nodes.insert(id.clone(), flow.nodes.get(id).cloned())),
            Touch::Place(_, id) => drop(parts.layout.insert(id.clone(), flow.layout.get(id).copied())),
            Touch::Group(_, id) => drop(parts.groups.insert(id.clone(), flow.groups.get(id).cloned())),
            Touch::Note(_, id) => drop(parts.notes.insert(id.clone(), flow.notes.get(id).cloned())),
            Touch::Flow(_) | Touch::Manifest | Touch::File(_) => {}
        }
    }
}

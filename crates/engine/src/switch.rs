//! Going on with a changed bot: sound where everything a run stands at is still there and of the same kind.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::input::Spot;
use crate::program::Program;
use crate::session::{Inside, Session};

/// Why a conversation cannot go on with another program: each place with what is wrong.
pub fn obstacles(old: &Program, new: &Program, session: &Session) -> Vec<(Spot, String)> {
    let mut places: BTreeSet<Spot> = BTreeSet::new();
    for run in session.runs.iter().filter(|run| run.program == old.hash) {
        let forked = run.forks.iter().map(|fork| &fork.token);
        for token in run.tokens.iter().chain(forked) {
            let mut node = Some(token.node.clone());
            for frame in token.frames.iter().rev() {
                let here = |node: &SmolStr| Spot { flow: frame.flow.clone(), node: node.clone() };
                places.extend(node.as_ref().map(here));
                places.extend(frame.inside.iter().filter_map(|inside| match inside {
                    Inside::Loop { node, .. } => Some(here(node)),
                    _ => None,
                }));
                node = frame.from.clone();
            }
        }
    }
    let wrong = |spot: Spot| {
        let was = old.node(&spot)?;
        let name = was.key.as_deref().unwrap_or(&was.id);
        let why = match new.node(&spot) {
            None => format!("`{name}` was deleted, and a run stands there."),
            Some(is) if is.descriptor.kind != was.descriptor.kind => {
                format!("`{name}` is another kind of node now, and a run stands there.")
            }
            Some(is) => {
                let lost = was.next.iter().find(|(port, _)| is.wire(port).is_none())?;
                format!("`{name}` lost the wire from `{}`, by which a run would go on.", lost.0)
            }
        };
        Some((spot, why))
    };
    places.into_iter().filter_map(wrong).collect()
}

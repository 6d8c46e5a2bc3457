//! Going on with a changed bot: sound where everything a run stands at is still there and of the same kind.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::input::Spot;
use crate::program::Program;
use crate::session::{Inside, Run, Session, Token};

/// Why a conversation cannot go on with another program: each place with what is wrong.
pub fn obstacles(old: &Program, new: &Program, session: &Session) -> Vec<(Spot, String)> {
    let mut places: BTreeSet<Spot> = BTreeSet::new();
    for run in session.runs.iter().filter(|run| run.program == old.hash) {
        let forked = run.forks.iter().map(|fork| &fork.token);
        for token in run.tokens.iter().chain(forked) {
            stands_at(run, token, &mut places);
        }
    }
    places.into_iter().filter_map(|spot| Some((spot.clone(), obstacle(old, new, &spot)?))).collect()
}

/// Where a token stands, loops in, was called from, and what it may have to take back.
fn stands_at(run: &Run, token: &Token, places: &mut BTreeSet<Spot>) {
    let mut node = Some(token.node.clone());
    for frame in token.frames.iter().rev() {
        let here = |node: &SmolStr| Spot { flow: frame.flow.clone(), node: node.clone() };
        places.extend(node.as_ref().map(here));
        for inside in &frame.inside {
            match inside {
                Inside::Loop { node, .. } => drop(places.insert(here(node))),
                Inside::Transaction { id } => {
                    let done = run.transactions.iter().filter(|one| one.id == *id).flat_map(|one| &one.done);
                    places.extend(done.map(here));
                }
                Inside::Undo { rest, failed, .. } => places.extend(rest.iter().chain([failed]).map(here)),
            }
        }
        node = frame.from.clone();
    }
}

/// Why a run that stands at a node cannot go on with another program.
pub fn obstacle(old: &Program, new: &Program, spot: &Spot) -> Option<String> {
    let was = old.node(spot)?;
    let name = was.key.as_deref().unwrap_or(&was.id);
    match new.node(spot) {
        None => Some(format!("`{name}` was deleted, and a run stands there.")),
        Some(is) if is.descriptor.kind != was.descriptor.kind => {
            Some(format!("`{name}` is another kind of node now, and a run stands there."))
        }
        Some(is) => {
            let lost = was.next.iter().find(|(port, _)| is.wire(port).is_none())?;
            Some(format!("`{name}` lost the wire from `{}`, by which a run would go on.", lost.0))
        }
    }
}

//! Resolving: a choice is a plain change, so it can be undone, saved and shared like any other.

use flow::change::{self, FlowProp, MANIFEST_FILE};
use flow::{Bot, Change, Edit, Seg};
use smol_str::SmolStr;

use crate::conflict::{self, Choice, MEMBER, Open};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing is open there (any more).
    NotOpen,
    /// The conflict does not offer this choice.
    NotOffered,
    /// The edits of the choice do not fit the bot as it is.
    DoesNotFit(String),
}

/// The change that resolves one conflict by a choice. What the choice needs comes along: a wire's end, a group.
pub fn resolve(bot: &Bot, file: &str, place: &str, choice: &Choice) -> Result<Change, Refusal> {
    let mut open = open_in(bot, file).ok_or(Refusal::NotOpen)?;
    let one = open.remove(place).ok_or(Refusal::NotOpen)?;
    let path = SmolStr::new(file);
    let edits = one.edits(choice, &path).ok_or(Refusal::NotOffered)?;
    // What the meantime took away (an element that another choice deleted) needs no order and no wire.
    let edits = edits.into_iter().map(|edit| without_loose_ends(bot, &path, edit));
    let mut tried = bot.clone();
    let mut fitting = Vec::with_capacity(edits.len() + 1);
    for edit in edits {
        match change::apply(&mut tried, &edit.clone().into()) {
            Ok(_) => fitting.push(edit),
            Err(_) if matches!(edit, Edit::Move { .. }) => {}
            Err(refusal) if matches!(choice, Choice::Custom(_)) => {
                return Err(Refusal::DoesNotFit(refusal.to_string()));
            }
            Err(_) => {}
        }
    }
    fitting.push(written(file, &open));
    Ok(Change { edits: fitting })
}

/// A node comes with the wires that lead somewhere.
fn without_loose_ends(bot: &Bot, path: &SmolStr, mut edit: Edit) -> Edit {
    if let (Edit::Node { id, node: Some(node), .. }, Some(flow)) = (&mut edit, bot.flows.get(path)) {
        node.next.retain(|_, target| target == id || flow.nodes.contains_key(target));
    }
    edit
}

fn open_in(bot: &Bot, file: &str) -> Option<Open> {
    if file == MANIFEST_FILE {
        return Some(conflict::open_in_manifest(&bot.manifest));
    }
    Some(conflict::open_in_flow(bot.flows.get(file)?))
}

fn written(file: &str, open: &Open) -> Edit {
    let value = conflict::write(open);
    if file == MANIFEST_FILE {
        return Edit::Manifest { path: vec![Seg::from(MEMBER)], value };
    }
    Edit::FlowProp { flow: file.into(), prop: FlowProp::Unresolved, value }
}

//! Resolving: a choice is a plain change, so it can be undone, saved and shared like any other.

use std::collections::BTreeSet;

use flow::change::{self, FlowProp, MANIFEST_FILE, NodeProp};
use flow::{Bot, Change, Edit, Flow, Group, Id, Node, Seg};
use smol_str::SmolStr;

use crate::conflict::{self, Choice, Conflict, MEMBER, Open};

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
    // A wire may lead to what another open conflict could still bring; whoever settles that one drops it if not.
    let offered: BTreeSet<Id> = open.values().flat_map(|other| nodes_of(other, true)).collect();
    let asked: BTreeSet<Id> = nodes_of(&one, false).collect();
    // What the meantime took away (an element that another choice deleted) needs no order and no wire.
    let mut tried = bot.clone();
    let mut fitting = Vec::with_capacity(edits.len() + 1);
    for edit in edits {
        let edit = without_loose_ends(&tried, &offered, edit);
        match change::apply(&mut tried, &edit.clone().into()) {
            Ok(_) => fitting.push(edit),
            Err(_) if matches!(edit, Edit::Move { .. }) => {}
            Err(refusal) if matches!(choice, Choice::Custom(_)) => {
                return Err(Refusal::DoesNotFit(refusal.to_string()));
            }
            Err(_) => {}
        }
    }
    fitting.extend(follow_up(bot, &tried, &offered, &asked));
    // A choice may delete the flow that it was open in.
    if file == MANIFEST_FILE || tried.flows.contains_key(file) {
        fitting.push(written(file, &open));
    }
    Ok(Change { edits: fitting })
}

/// What led to something that the choice took away, or belonged to it, goes with it.
fn follow_up(before: &Bot, after: &Bot, offered: &BTreeSet<Id>, asked: &BTreeSet<Id>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (path, flow) in &after.flows {
        let Some(was) = before.flows.get(path).filter(|was| *was != flow) else { continue };
        let here = || path.clone();
        for (id, node) in &flow.nodes {
            for (port, target) in &node.next {
                let old = was.nodes.get(id);
                let is_new = old.is_none_or(|old| old.next.get(port) != Some(target));
                let is_gone = !flow.nodes.contains_key(target) && !offered.contains(target);
                let is_loose =
                    is_gone && (is_new || was.nodes.contains_key(target) || asked.contains(target));
                let lost_output = old.is_some_and(|old| has_element(old, port) && !has_element(node, port));
                if is_loose || lost_output {
                    edits.push(Edit::Wire { flow: here(), node: id.clone(), port: port.clone(), to: None });
                }
            }
            if node.group.as_ref().is_some_and(|group| is_lost(group, was, flow)) {
                edits.push(Edit::Prop { flow: here(), node: id.clone(), prop: NodeProp::Group, value: None });
            }
        }
        for (id, group) in &flow.groups {
            if group.parent.as_ref().is_some_and(|parent| is_lost(parent, was, flow)) {
                let group = Some(Group { parent: None, ..group.clone() });
                edits.push(Edit::Group { flow: here(), id: id.clone(), group });
            }
        }
    }
    edits
}

fn is_lost(group: &Id, before: &Flow, after: &Flow) -> bool {
    before.groups.contains_key(group) && !after.groups.contains_key(group)
}

/// Outputs of a node may stand for the elements of a list.
fn has_element(node: &Node, id: &str) -> bool {
    let lists = node.fields.iter().filter_map(|(_, value)| value.as_array());
    lists.flatten().any(|item| item.id() == Some(id))
}

/// The nodes that a conflict is about; or only those that it could bring.
fn nodes_of(one: &Conflict, brought: bool) -> impl Iterator<Item = Id> {
    let edits = one.ours.iter().chain(&one.theirs).chain(one.both.iter().flatten());
    edits.filter_map(move |edit| match edit {
        Edit::Node { id, node, .. } if node.is_some() || !brought => Some(id.clone()),
        _ => None,
    })
}

/// A node comes with the wires that lead somewhere.
fn without_loose_ends(bot: &Bot, offered: &BTreeSet<Id>, mut edit: Edit) -> Edit {
    if let Edit::Node { flow: path, id, node: Some(node) } = &mut edit
        && let Some(flow) = bot.flows.get(path)
    {
        let is_there =
            |target: &Id| target == id || flow.nodes.contains_key(target) || offered.contains(target);
        node.next.retain(|_, target| is_there(target));
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

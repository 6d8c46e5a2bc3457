//! Resolving: a choice is a plain change, so it can be undone, saved and shared like any other.

use std::collections::BTreeSet;

use flow::change::{self, FlowProp, MANIFEST_FILE, NodeProp};
use flow::{Bot, Change, Edit, FilePath, Flow, Group, Id, Node, Seg};
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
    let mut open = conflict::open_in_file(bot, file).ok_or(Refusal::NotOpen)?;
    let one = open.remove(place).ok_or(Refusal::NotOpen)?;
    let path = SmolStr::new(file);
    let edits = one.edits(choice, &path).ok_or(Refusal::NotOffered)?;
    // A wire may lead to what another open conflict could still bring; whoever settles that one drops it if not.
    let others = crate::open(bot).into_iter().filter(|(at, name, _)| (at, name.as_str()) != (&path, place));
    let offered: Nodes = others.flat_map(|(at, _, other)| nodes_of(&other, &at, true)).collect();
    let asked: Nodes = nodes_of(&one, &path, false).into_iter().collect();
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
fn follow_up(before: &Bot, after: &Bot, offered: &Nodes, asked: &Nodes) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (path, flow) in &after.flows {
        let is_asked = asked.iter().any(|(at, _)| at == path);
        let Some(was) = before.flows.get(path).filter(|was| is_asked || *was != flow) else { continue };
        let here = || path.clone();
        for (id, node) in &flow.nodes {
            for (port, target) in &node.next {
                let old = was.nodes.get(id);
                let is_new = old.is_none_or(|old| old.next.get(port) != Some(target));
                let here_is = |nodes: &Nodes| nodes.contains(&(path.clone(), target.clone()));
                let is_gone = !flow.nodes.contains_key(target) && !here_is(offered);
                let is_loose = is_gone && (is_new || was.nodes.contains_key(target) || here_is(asked));
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

/// Nodes, each with its flow's file.
type Nodes = BTreeSet<(FilePath, Id)>;

/// The nodes that a conflict is about; or only those that it could bring.
fn nodes_of(one: &Conflict, file: &FilePath, brought: bool) -> Vec<(FilePath, Id)> {
    let edits = one.ours.iter().chain(&one.theirs).chain(one.both.iter().flatten());
    let nodes = edits.filter_map(|edit| match edit {
        Edit::Node { flow, id, node } if node.is_some() || !brought => {
            Some((if flow.is_empty() { file.clone() } else { flow.clone() }, id.clone()))
        }
        _ => None,
    });
    nodes.collect()
}

/// A node comes with the wires that lead somewhere.
fn without_loose_ends(bot: &Bot, offered: &Nodes, mut edit: Edit) -> Edit {
    if let Edit::Node { flow: path, id, node: Some(node) } = &mut edit
        && let Some(flow) = bot.flows.get(path)
    {
        node.next.retain(|_, target| {
            let is_there = target == id || flow.nodes.contains_key(target);
            is_there || offered.contains(&(path.clone(), target.clone()))
        });
    }
    edit
}

fn written(file: &str, open: &Open) -> Edit {
    let value = conflict::write(open);
    if file == MANIFEST_FILE {
        return Edit::Manifest { path: vec![Seg::from(MEMBER)], value };
    }
    Edit::FlowProp { flow: file.into(), prop: FlowProp::Unresolved, value }
}

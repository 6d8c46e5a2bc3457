//! What is wrong with flows as wholes, and between them.

use std::collections::{BTreeMap, HashMap, HashSet};

use smol_str::SmolStr;

use super::known::{Claim, Known, KnownNode};
use crate::bot::{Bot, FilePath, Flow, Id, Node, SCOPES};
use crate::change::{Change, Edit, FlowProp, MANIFEST_FILE, NodeProp, Seg};
use crate::expr;
use crate::problem::{Code, Problem, Spot};
use crate::value::{Map, Value};

/// The flow itself: its id, its keys, its groups.
pub(super) fn flow_itself(path: &FilePath, flow: &Flow, nodes: &[KnownNode], problems: &mut Vec<Problem>) {
    let at = || Spot { file: path.clone(), ..Spot::default() };
    if flow.unresolved.is_some() {
        let help = "Resolve the conflicts of this flow, or abort the merge.";
        let at = Spot { field: Some(vec!["unresolved".into()]), ..at() };
        problems.push(Problem::new(Code::Unresolved, at, "A merge of this flow is not finished.", help));
    }
    if !is_plain_id(&flow.id) {
        let message = format!("The flow's id {:?} is empty or has odd characters.", flow.id.as_str());
        let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".flow.json")).unwrap_or("flow");
        let value = Some(Value::text(plain_id(stem)));
        let fix = Edit::FlowProp { flow: path.clone(), prop: FlowProp::Id, value };
        let help = "Use letters, digits, `-` and `_`.";
        problems.push(
            Problem::new(Code::OddId, at(), message, help).fixed_by("Name it after its file", fix.into()),
        );
    }
    let mut keys: HashMap<&str, &Id> = HashMap::new();
    for (id, node) in &flow.nodes {
        if !is_plain_id(id) {
            problems.push(odd_id(path, flow, nodes, id));
        }
        if let Some(group) = &node.group
            && !flow.groups.contains_key(group)
        {
            let edit =
                Edit::Prop { flow: path.clone(), node: id.clone(), prop: NodeProp::Group, value: None };
            let at = Spot { node: Some(id.clone()), ..at() };
            let message = format!("This node belongs to the group `{group}`, which does not exist.");
            problems.push(
                Problem::new(Code::BadGroup, at, message, "Take it out of the group.")
                    .fixed_by("Take it out of the group", edit.into()),
            );
        }
        let Some(key) = &node.key else { continue };
        let at = Spot { node: Some(id.clone()), ..at() };
        let set = |key: Option<String>| {
            let value = key.map(Value::text);
            Change::from(Edit::Prop { flow: path.clone(), node: id.clone(), prop: NodeProp::Key, value })
        };
        if !expr::is_identifier(key) {
            let message = format!("`{key}` cannot be used in expressions.");
            let help = "A key is made of letters, digits and `_`, and does not start with a digit.";
            problems
                .push(Problem::new(Code::BadKey, at, message, help).fixed_by("Remove the key", set(None)));
        } else if let Some(other) = keys.insert(key, id) {
            let free = (2..)
                .map(|n| format!("{key}_{n}"))
                .find(|free| flow.nodes.values().all(|n| n.key.as_deref() != Some(free)));
            let message = format!("The node `{other}` has the key `{key}` too.");
            let help = "Give one of them another key, so that expressions know which is meant.";
            let fix = set(free.clone());
            let label = format!("Change the key to {}", free.unwrap_or_default());
            problems.push(Problem::new(Code::DuplicateKeyName, at, message, help).fixed_by(label, fix));
        }
    }
    let ends = ways_up(flow);
    for (id, group) in &flow.groups {
        let sick = match &group.parent {
            Some(_) if !ends.contains(id) => Some("Groups contain each other in a circle here."),
            Some(parent) if !flow.groups.contains_key(parent) => {
                Some("This group lies in a group that does not exist.")
            }
            _ => None,
        };
        if let Some(message) = sick {
            let free = crate::bot::Group { parent: None, ..group.clone() };
            let edit = Edit::Group { flow: path.clone(), id: id.clone(), group: Some(free) };
            let at = Spot { node: Some(id.clone()), ..at() };
            let help = "Take this group out of the one it lies in.";
            problems
                .push(Problem::new(Code::BadGroup, at, message, help).fixed_by("Take it out", edit.into()));
        }
    }
}

/// The groups from which the way up, from parent to parent, comes to an end.
fn ways_up(flow: &Flow) -> HashSet<&Id> {
    let mut ends = HashSet::new();
    let mut seen = HashSet::new();
    for id in flow.groups.keys() {
        let mut way = Vec::new();
        let mut at = Some(id);
        let ended = loop {
            match at {
                Some(id) if ends.contains(id) => break true,
                // Came by on this way, or on one that went round.
                Some(id) if !seen.insert(id) => break false,
                Some(id) => {
                    way.push(id);
                    at = flow.groups.get(id).and_then(|group| group.parent.as_ref());
                }
                None => break true,
            }
        };
        if ended {
            ends.extend(way);
        }
    }
    ends
}

fn odd_id(path: &FilePath, flow: &Flow, nodes: &[KnownNode], id: &Id) -> Problem {
    let at = Spot { file: path.clone(), node: Some(id.clone()), ..Spot::default() };
    let mut new = plain_id(id);
    while flow.nodes.contains_key(new.as_str()) {
        new.push('x');
    }
    let new = SmolStr::from(new);
    let mut edits = vec![Edit::Node { flow: path.clone(), id: id.clone(), node: None }];
    if let Some(node) = flow.nodes.get(id) {
        let mut node = Node::clone(node);
        node.next.values_mut().filter(|target| *target == id).for_each(|target| *target = new.clone());
        edits.push(Edit::Node { flow: path.clone(), id: new.clone(), node: Some(node) });
    }
    if let Some(place) = flow.layout.get(id) {
        edits.push(Edit::Place { flow: path.clone(), id: id.clone(), place: None });
        edits.push(Edit::Place { flow: path.clone(), id: new.clone(), place: Some(*place) });
    }
    for (other, node) in flow.nodes.iter().filter(|(other, _)| *other != id) {
        for (port, _) in node.next.iter().filter(|(_, target)| *target == id) {
            let to = Some(new.clone());
            edits.push(Edit::Wire { flow: path.clone(), node: other.clone(), port: port.clone(), to });
        }
    }
    for other in nodes.iter().filter(|other| other.id != *id) {
        for (field, _) in other.facts.jumps.iter().filter(|(_, target)| target == id) {
            let (node, place, value) = (other.id.clone(), field.clone(), Some(Value::String(new.clone())));
            edits.push(Edit::Field { flow: path.clone(), node, path: place, value });
        }
    }
    Problem::new(
        Code::OddId,
        at,
        format!("The node id {:?} is empty, too long or has odd characters.", id.as_str()),
        "Ids are made of letters, digits, `-` and `_`, at most 64 of them.",
    )
    .fixed_by(format!("Change the id to {new}"), Change { edits })
}

fn is_plain_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        // Not names that JavaScript objects bring along.
        && !id.starts_with("__")
}

fn plain_id(text: &str) -> String {
    let kept: String =
        text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-')).take(32).collect();
    if kept.is_empty() { "x1".into() } else { kept }
}

pub(super) fn duplicate_flows(bot: &Bot, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, &FilePath> = HashMap::new();
    for (path, flow) in &bot.flows {
        if let Some(first) = seen.get(flow.id.as_str()) {
            let free = (2..)
                .map(|n| format!("{}-{n}", flow.id))
                .find(|id| bot.flow_by_id(id).is_none())
                .unwrap_or_default();
            let edit = Edit::FlowProp {
                flow: path.clone(),
                prop: FlowProp::Id,
                value: Some(Value::text(free.as_str())),
            };
            problems.push(
                Problem::new(
                    Code::DuplicateFlow,
                    Spot { file: path.clone(), ..Spot::default() },
                    format!("{first} has the id `{}` too, so a call cannot tell them apart.", flow.id),
                    "Give one of them another id.",
                )
                .fixed_by(format!("Change the id to {free}"), edit.into()),
            );
        } else {
            seen.insert(&flow.id, path);
        }
    }
}

/// Variables of bot.json that no node names, and no other text of the bot either.
pub(super) fn unused_variables(bot: &Bot, flows: &BTreeMap<FilePath, Known>, problems: &mut Vec<Problem>) {
    for scope in SCOPES {
        for (name, _) in bot.manifest.variables(scope).into_iter().flat_map(Map::iter) {
            let whole = format!("{scope}.{name}");
            if flows.values().any(|flow| flow.may_use(scope, &whole))
                || bot.texts.values().any(|text| text.contains(&whole))
            {
                continue;
            }
            let place: Vec<Seg> = vec!["variables".into(), scope.into(), name.into()];
            let at = Spot { file: MANIFEST_FILE.into(), field: Some(place.clone()), ..Spot::default() };
            let edit = Edit::Manifest { path: place, value: None };
            let message = format!("Nothing uses the variable `{whole}`.");
            problems.push(
                Problem::new(Code::UnusedVariable, at, message, "Remove it, or use it.")
                    .fixed_by(format!("Remove {whole}"), edit.into()),
            );
        }
    }
}

pub(super) fn duplicate_claims(flows: &BTreeMap<FilePath, Known>, problems: &mut Vec<Problem>) {
    let mut owners: BTreeMap<&Claim, Vec<(&FilePath, &Id)>> = BTreeMap::new();
    for (path, known) in flows {
        for (claim, id) in &known.claims {
            owners.entry(claim).or_default().push((path, id));
        }
    }
    for ((_, claim), owners) in owners.iter().filter(|(_, owners)| owners.len() > 1) {
        for (i, (path, id)) in owners.iter().enumerate() {
            let (other_path, other) = owners[usize::from(i == 0)];
            let whose =
                if other_path == *path { format!("`{other}`") } else { format!("`{other}` in {other_path}") };
            let at = Spot { file: (*path).clone(), node: Some((*id).clone()), ..Spot::default() };
            let message =
                format!("Two triggers wait for the same thing ({claim}); the other one is {whose}.");
            let help = "Only one of them could start. Change one, or join their flows.";
            problems.push(Problem::new(Code::DuplicateTrigger, at, message, help));
        }
    }
}

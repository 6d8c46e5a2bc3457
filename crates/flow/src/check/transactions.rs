//! Groups that happen whole or not at all: one way in, nobody to wait for, and nothing to take back outside of them.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::graph;
use super::known::KnownNode;
use crate::bot::{FilePath, Flow, Group, Id, Node};
use crate::change::{Edit, NodeProp, Seg};
use crate::descriptor::Role;
use crate::problem::{Code, Problem, Severity, Spot};
use crate::value::Value;

/// A wire, or a field, that leads into a group from outside.
struct Entry<'a> {
    node: &'a Id,
    port: Option<&'a SmolStr>,
    field: Option<&'a Vec<Seg>>,
    to: usize,
}

pub(super) fn check(path: &FilePath, flow: &Flow, nodes: &[KnownNode], problems: &mut Vec<Problem>) {
    let at = |node: &Id| Spot { file: path.clone(), node: Some(node.clone()), ..Spot::default() };
    for one in nodes {
        needless(path, flow, one, at(&one.id), problems);
    }
    for (id, group) in flow.groups.iter().filter(|(_, group)| group.is_transaction()) {
        let inside: Vec<bool> = nodes.iter().map(|one| lies_in(flow, &one.node, id)).collect();
        let outer = around(flow, group);
        let title = if group.title.is_empty() { id } else { &group.title };
        for (one, _) in nodes.iter().zip(&inside).filter(|(_, inside)| **inside) {
            let (message, help) = if one.facts.trigger {
                let message = format!("A run would begin in the middle of the transaction `{title}`.");
                (message, "Put the trigger in front of the group.")
            } else if one.facts.waits {
                let message = format!(
                    "This node waits for people, and the transaction `{title}` may not: what it holds back would be held back for as long."
                );
                (message, "Ask before the group, or after it.")
            } else {
                continue;
            };
            let value = outer.clone().map(Value::String);
            let out = Edit::Prop { flow: path.clone(), node: one.id.clone(), prop: NodeProp::Group, value };
            problems.push(
                Problem::new(Code::BadTransaction, at(&one.id), message, help)
                    .fixed_by("Take it out of the group", out.into()),
            );
        }
        for entry in entries(nodes, &inside) {
            let Entry { node, port, field, to } = entry.wire;
            let message = format!(
                "This leads into the transaction `{title}` at `{}`; it begins at `{}`.",
                nodes[to].id, nodes[entry.begins].id
            );
            let help = "Lead it to where the transaction begins, or make a transaction of its own.";
            let spot = Spot { port: port.cloned(), field: field.cloned(), ..at(node) };
            problems.push(Problem::new(Code::BadTransaction, spot, message, help));
        }
    }
}

/// A way to take back what no transaction will ever take back.
fn needless(path: &FilePath, flow: &Flow, one: &KnownNode, at: Spot, problems: &mut Vec<Problem>) {
    let ports = one.facts.ports.iter().filter(|port| port.role == Role::Compensate);
    for port in ports.filter(|port| one.node.next.contains_key(&port.id)) {
        if flow.groups.iter().any(|(id, group)| group.is_transaction() && lies_in(flow, &one.node, id)) {
            continue;
        }
        let message =
            "This says how to take the node back, but it is in no transaction, so nothing ever does.";
        let help = "Put the node into a transaction group, or remove the wire.";
        let wire = Edit::Wire { flow: path.clone(), node: one.id.clone(), port: port.id.clone(), to: None };
        let spot = Spot { port: Some(port.id.clone()), ..at.clone() };
        let mut problem =
            Problem::new(Code::BadTransaction, spot, message, help).fixed_by("Remove the wire", wire.into());
        problem.severity = Severity::Warning;
        problems.push(problem);
    }
}

struct Astray<'a> {
    wire: Entry<'a>,
    begins: usize,
}

/// The wires into a group that lead elsewhere than most of them do.
fn entries<'a>(nodes: &'a [KnownNode], inside: &[bool]) -> Vec<Astray<'a>> {
    let mut wires = Vec::new();
    for (one, _) in nodes.iter().zip(inside).filter(|(_, inside)| !**inside) {
        // A trigger takes no wires at all, which is told elsewhere.
        let leads_in = |to: &usize| inside[*to] && !nodes[*to].facts.trigger;
        for (port, to) in one.node.next.keys().zip(&one.targets) {
            let into = to.map(|to| to as usize).filter(leads_in);
            wires.extend(into.map(|to| Entry { node: &one.id, port: Some(port), field: None, to }));
        }
        for (field, target) in &one.facts.jumps {
            let into = graph::find(nodes, target).filter(leads_in);
            wires.extend(into.map(|to| Entry { node: &one.id, port: None, field: Some(field), to }));
        }
    }
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for wire in &wires {
        *counts.entry(wire.to).or_default() += 1;
    }
    // Of two that are as many, the first by name.
    let most = counts.iter().max_by_key(|(to, count)| (**count, std::cmp::Reverse(**to)));
    let Some(begins) = most.map(|(to, _)| *to) else { return Vec::new() };
    wires.into_iter().filter(|wire| wire.to != begins).map(|wire| Astray { wire, begins }).collect()
}

/// The first group around a group that is no transaction.
fn around(flow: &Flow, group: &Group) -> Option<Id> {
    let mut at = group.parent.as_ref();
    for _ in 0..=flow.groups.len() {
        match flow.groups.get_key_value(at?)? {
            (_, outer) if outer.is_transaction() => at = outer.parent.as_ref(),
            (id, _) => return Some(id.clone()),
        }
    }
    None
}

/// Does the node lie in the group, or in one inside of it?
fn lies_in(flow: &Flow, node: &Node, group: &Id) -> bool {
    let mut at = node.group.as_ref();
    // Groups may contain each other in a circle.
    for _ in 0..=flow.groups.len() {
        match at {
            Some(id) if id == group => return true,
            Some(id) => at = flow.groups.get(id).and_then(|group| group.parent.as_ref()),
            None => return false,
        }
    }
    false
}

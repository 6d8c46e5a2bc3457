//! Questions about the wires of one flow: what is reached, what ends, what goes round for ever.

use std::collections::{HashMap, HashSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;
use smol_str::SmolStr;

use super::known::KnownNode;
use crate::bot::{FilePath, Flow, Id};
use crate::change::{Change, Edit, Seg};
use crate::descriptor::Role;
use crate::problem::{Code, Problem, Severity, Spot};

/// What the wires say; kept until a wire, a kind or a port changes.
#[derive(Default)]
pub(super) struct Graph {
    findings: Vec<Finding>,
    starts: bool,
}

type Wires = DiGraph<(), ()>;

enum Finding {
    ToNowhere {
        node: Id,
        port: SmolStr,
        target: Id,
    },
    IntoTrigger {
        node: Id,
        port: SmolStr,
        target: Id,
    },
    UnknownPort {
        node: Id,
        port: SmolStr,
    },
    JumpToTrigger {
        node: Id,
        field: Vec<Seg>,
        target: Id,
    },
    Unreachable {
        node: Id,
    },
    /// A trigger that leads nowhere.
    IdleTrigger {
        node: Id,
    },
    OpenPort {
        node: Id,
        port: SmolStr,
        label: SmolStr,
    },
    Endless {
        nodes: Vec<Id>,
        exits: bool,
    },
}

impl Graph {
    pub fn of(nodes: &[KnownNode]) -> Graph {
        let mut findings = Vec::new();
        let mut graph: Wires = DiGraph::with_capacity(nodes.len(), nodes.len());
        for _ in nodes {
            graph.add_node(());
        }
        for (place, one) in nodes.iter().enumerate() {
            for ((port, target), to) in one.node.next.iter().zip(&one.targets) {
                let wire = || (one.id.clone(), port.clone(), target.clone());
                if one.facts.known_kind && !one.facts.ports.iter().any(|known| known.id == *port) {
                    findings.push(Finding::UnknownPort { node: one.id.clone(), port: port.clone() });
                }
                match to {
                    None => {
                        let (node, port, target) = wire();
                        findings.push(Finding::ToNowhere { node, port, target });
                    }
                    Some(to) if nodes[*to as usize].facts.trigger => {
                        let (node, port, target) = wire();
                        findings.push(Finding::IntoTrigger { node, port, target });
                    }
                    Some(to) => {
                        graph.add_edge(NodeIndex::new(place), NodeIndex::new(*to as usize), ());
                    }
                }
            }
            for (field, target) in &one.facts.jumps {
                // What is not there is told where names are looked up.
                let Some(to) = find(nodes, target) else { continue };
                if nodes[to].facts.trigger {
                    let (node, field, target) = (one.id.clone(), field.clone(), target.clone());
                    findings.push(Finding::JumpToTrigger { node, field, target });
                } else {
                    graph.add_edge(NodeIndex::new(place), NodeIndex::new(to), ());
                }
            }
        }
        let bodies = bodies(nodes, &graph);
        for (place, one) in nodes.iter().enumerate() {
            // A way that ends in the body of a loop goes on with the next round.
            open_ports(one, bodies.contains(&place), &mut findings);
        }
        let starts = nodes.iter().any(|one| one.facts.trigger);
        if starts {
            unreached(nodes, &graph, &mut findings);
        }
        rounds(nodes, &mut findings);
        Graph { findings, starts }
    }

    pub fn problems(&self, path: &FilePath, flow: &Flow, problems: &mut Vec<Problem>) {
        let at = |node: &Id| Spot { file: path.clone(), node: Some(node.clone()), ..Spot::default() };
        let at_port = |node: &Id, port: &SmolStr| Spot { port: Some(port.clone()), ..at(node) };
        let unwire = |node: &Id, port: &SmolStr| {
            Edit::Wire { flow: path.clone(), node: node.clone(), port: port.clone(), to: None }.into()
        };
        if !self.starts && !flow.nodes.is_empty() {
            let spot = Spot { file: path.clone(), ..Spot::default() };
            let help = "Add a trigger, such as a command or a message.";
            problems.push(Problem::new(
                Code::NoTrigger,
                spot,
                "Nothing starts this flow: it has no trigger.",
                help,
            ));
        }
        let arriving = self.arriving_at_unreached(flow);
        problems.extend(self.findings.iter().map(|finding| match finding {
            Finding::ToNowhere { node, port, target } => {
                let message =
                    format!("The wire from `{port}` leads to the node `{target}`, which does not exist.");
                Problem::new(
                    Code::WireToNowhere,
                    at_port(node, port),
                    message,
                    "Connect it to another node, or remove it.",
                )
                .fixed_by("Remove the wire", unwire(node, port))
            }
            Finding::IntoTrigger { node, port, target } => {
                let message = format!(
                    "The wire from `{port}` leads into the trigger `{target}`, which only starts runs."
                );
                let help = "Connect it to the node after the trigger.";
                Problem::new(Code::WireIntoTrigger, at_port(node, port), message, help)
                    .fixed_by("Remove the wire", unwire(node, port))
            }
            Finding::UnknownPort { node, port } => {
                let message = format!("A wire starts at the output `{port}`, which this node does not have.");
                Problem::new(
                    Code::UnknownPort,
                    at_port(node, port),
                    message,
                    "Connect another output, or remove the wire.",
                )
                .fixed_by("Remove the wire", unwire(node, port))
            }
            Finding::JumpToTrigger { node, field, target } => {
                let message = format!("The trigger `{target}` only starts runs; none can go on there.");
                let help = "Choose the node after the trigger.";
                let spot = Spot { field: Some(field.clone()), ..at(node) };
                let edit =
                    Edit::Field { flow: path.clone(), node: node.clone(), path: field.clone(), value: None };
                Problem::new(Code::WireIntoTrigger, spot, message, help)
                    .fixed_by("Leave it empty", edit.into())
            }
            Finding::Unreachable { node } => {
                let message = "No trigger leads to this node, so it never runs.";
                Problem::new(Code::Unreachable, at(node), message, "Connect it, or remove it.")
                    .fixed_by("Delete the node", without(path, flow, node, &arriving))
            }
            Finding::IdleTrigger { node } => {
                let help = "Connect it to what should happen.";
                Problem::new(Code::DeadEnd, at(node), "This trigger leads nowhere, so it does nothing.", help)
            }
            Finding::OpenPort { node, port, label } => {
                let message = format!("Nothing follows when `{label}` is chosen.");
                Problem::new(Code::DeadEnd, at_port(node, port), message, "Connect it to what should happen.")
            }
            Finding::Endless { nodes, exits } => {
                let others = nodes.len() - 1;
                let round = if others == 0 {
                    "This node leads to itself".into()
                } else {
                    format!("This node and {others} more lead round")
                };
                let (message, help) = if *exits {
                    (
                        format!("{round} without ever waiting."),
                        "Make sure that it ends, or let it wait for a person or a time.",
                    )
                } else {
                    (
                        format!("{round} for ever, with no way out."),
                        "Add a way out, or let it wait for a person or a time.",
                    )
                };
                let mut problem = Problem::new(Code::EndlessLoop, at(&nodes[0]), message, help);
                if *exits {
                    problem.severity = Severity::Warning;
                }
                problem
            }
        }));
    }
}

/// Wires by the node they lead to.
type Arriving<'a> = HashMap<&'a Id, Vec<(&'a Id, &'a SmolStr)>>;

impl Graph {
    /// The wires that lead to nodes which nothing reaches; mostly there are no such nodes, and nothing is looked for.
    fn arriving_at_unreached<'a>(&'a self, flow: &'a Flow) -> Arriving<'a> {
        let unreached = self.findings.iter().filter_map(|finding| match finding {
            Finding::Unreachable { node } => Some((node, Vec::new())),
            _ => None,
        });
        let mut arriving: Arriving = unreached.collect();
        if arriving.is_empty() {
            return arriving;
        }
        for (id, node) in &flow.nodes {
            for (port, target) in &node.next {
                if let Some(wires) = arriving.get_mut(target) {
                    wires.push((id, port));
                }
            }
        }
        arriving
    }
}

/// The flow without a node, the wires to it and its place.
fn without(path: &FilePath, flow: &Flow, id: &Id, arriving: &Arriving) -> Change {
    let wires = arriving.get(id).into_iter().flatten().filter(|(from, _)| *from != id);
    let mut edits: Vec<Edit> = wires
        .map(|(from, port)| Edit::Wire {
            flow: path.clone(),
            node: (*from).clone(),
            port: (*port).clone(),
            to: None,
        })
        .collect();
    if flow.layout.contains_key(id) {
        edits.push(Edit::Place { flow: path.clone(), id: id.clone(), place: None });
    }
    edits.push(Edit::Node { flow: path.clone(), id: id.clone(), node: None });
    Change { edits }
}

pub(super) fn find(nodes: &[KnownNode], id: &Id) -> Option<usize> {
    nodes.binary_search_by(|one| one.id.cmp(id)).ok()
}

/// Choices that lead nowhere, while others of the same node do.
fn open_ports(one: &KnownNode, in_body: bool, findings: &mut Vec<Finding>) {
    if one.facts.trigger {
        if one.node.next.is_empty() && !one.facts.ports.is_empty() {
            findings.push(Finding::IdleTrigger { node: one.id.clone() });
        }
        return;
    }
    for port in one.facts.ports.iter().filter(|_| !in_body) {
        if port.each && port.role == Role::Flow && !one.node.next.contains_key(&port.id) {
            let (port, label) = (port.id.clone(), port.label.clone());
            findings.push(Finding::OpenPort { node: one.id.clone(), port, label });
        }
    }
}

/// Nodes that a round of some loop comes by before it is back at the loop.
fn bodies(nodes: &[KnownNode], graph: &Wires) -> HashSet<usize> {
    let mut inside = HashSet::new();
    for (place, one) in nodes.iter().enumerate() {
        let Some(first) = one.facts.rounds.and_then(|port| target(one, port)) else { continue };
        let mut walk = Dfs::new(graph, NodeIndex::new(first as usize));
        // The loop itself is where the walk turns back.
        walk.discovered.insert(place);
        while let Some(at) = walk.next(graph) {
            inside.insert(at.index());
        }
    }
    inside
}

/// Where an output leads.
fn target(one: &KnownNode, port: &str) -> Option<u32> {
    one.node.next.keys().zip(&one.targets).find(|(id, _)| *id == port).and_then(|(_, to)| *to)
}

fn unreached(nodes: &[KnownNode], graph: &Wires, findings: &mut Vec<Finding>) {
    let mut walk = Dfs::empty(graph);
    for (place, _) in nodes.iter().enumerate().filter(|(_, one)| one.facts.trigger) {
        walk.move_to(NodeIndex::new(place));
        while walk.next(graph).is_some() {}
    }
    let unreached = nodes.iter().enumerate().filter(|(place, _)| !walk.discovered.contains(*place));
    findings.extend(unreached.map(|(_, one)| Finding::Unreachable { node: one.id.clone() }));
}

/// Rounds among the nodes where no run ever rests. The rounds of a loop have an end, so the way of its body is none of them.
fn rounds(nodes: &[KnownNode], findings: &mut Vec<Finding>) {
    let rests = |one: &KnownNode| one.facts.waits || one.facts.sleeps;
    let mut restless: Wires = DiGraph::with_capacity(nodes.len(), nodes.len());
    for _ in nodes {
        restless.add_node(());
    }
    for (place, one) in nodes.iter().enumerate().filter(|(_, one)| !rests(one)) {
        for to in ways(nodes, one).filter(|to| !rests(&nodes[*to])) {
            restless.add_edge(NodeIndex::new(place), NodeIndex::new(to), ());
        }
    }
    for members in tarjan_scc(&restless) {
        let first = members[0];
        if members.len() == 1 && !restless.contains_edge(first, first) {
            continue;
        }
        let inside: HashSet<usize> = members.iter().map(|at| at.index()).collect();
        let exits = inside.iter().any(|&at| {
            let one = &nodes[at];
            let leaves = ways(nodes, one).any(|to| !inside.contains(&to));
            let open = one.facts.ports.iter().any(|port| {
                port.role == Role::Flow
                    && one.facts.rounds != Some(port.id.as_str())
                    && !one.node.next.contains_key(&port.id)
            });
            leaves || open || !one.facts.known_kind
        });
        let mut ids: Vec<Id> = members.iter().map(|at| nodes[at.index()].id.clone()).collect();
        ids.sort();
        findings.push(Finding::Endless { nodes: ids, exits });
    }
}

/// Where a run may go on after a node, but for the rounds of a loop.
fn ways<'a>(nodes: &'a [KnownNode], one: &'a KnownNode) -> impl Iterator<Item = usize> + 'a {
    let wires = one.node.next.keys().zip(&one.targets);
    let wires = wires.filter(|(port, _)| one.facts.rounds != Some(port.as_str()));
    let jumps = one.facts.jumps.iter().filter_map(|(_, target)| find(nodes, target));
    let to = wires.filter_map(|(_, to)| to.map(|to| to as usize)).chain(jumps);
    to.filter(|to| !nodes[*to].facts.trigger)
}

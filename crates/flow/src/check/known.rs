//! What is known of one flow since the last look. Only what changed is looked at again, and only what depends on it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use smol_str::SmolStr;

use super::facts::{Facts, facts};
use super::graph::Graph;
use super::names::Names;
use super::{Around, transactions, whole};
use crate::bot::{FilePath, Flow, Group, Id, Node};
use crate::descriptor::Kinds;
use crate::problem::{Code, Problem};
use crate::value::Map;

#[derive(Default)]
pub(super) struct Known {
    /// In the order of their ids.
    nodes: Vec<KnownNode>,
    graph: Option<Graph>,
    ids: HashSet<Id>,
    keys: HashSet<SmolStr>,
    /// The run's variables: inputs, and what nodes of the flow set.
    run: HashSet<SmolStr>,
    pub claims: Vec<(Claim, Id)>,
    /// How many nodes of the flow name a variable: `user.total`, and `user` for one that is worked out.
    used: HashMap<SmolStr, u32>,
    frame: Frame,
    of_frame: Vec<Problem>,
    of_transactions: Vec<Problem>,
}

/// A kind and the values by which a node of it claims something in the whole bot.
pub(super) type Claim = (SmolStr, SmolStr);

pub(super) struct KnownNode {
    pub id: Id,
    pub node: Arc<Node>,
    pub facts: Facts,
    /// The places in the list that the wires lead to, in the order of `node.next`.
    pub targets: Vec<Option<u32>>,
    problems: Vec<Problem>,
}

/// What the flow is besides its nodes.
#[derive(Default, PartialEq)]
struct Frame {
    id: Id,
    unresolved: bool,
    inputs: Map,
    groups: BTreeMap<Id, Group>,
}

/// What the changed nodes changed for others.
#[derive(Default)]
struct Stale {
    nodes: Vec<usize>,
    /// Nodes came or went.
    numbers: bool,
    wires: bool,
    keys: bool,
    groups: bool,
    run: bool,
    claims: bool,
}

fn count(used: &mut HashMap<SmolStr, u32>, facts: &Facts, comes: bool) {
    for name in facts.used() {
        if comes {
            *used.entry(name).or_default() += 1;
        } else if let Some(times) = used.get_mut(&name) {
            *times -= 1;
            if *times == 0 {
                used.remove(&name);
            }
        }
    }
}

fn handles_failure(node: &Node) -> bool {
    node.next.contains_key("error")
}

impl Known {
    pub fn refresh(&mut self, path: &FilePath, flow: &Flow, kinds: &Kinds, around: &Around, elsewhere: bool) {
        let stale = self.refresh_nodes(flow, kinds, around);
        if stale.numbers {
            self.find_all_targets();
        } else {
            stale.nodes.iter().for_each(|&place| self.find_targets(place));
        }
        if stale.numbers || stale.wires {
            self.graph = Some(Graph::of(&self.nodes));
        }
        if stale.numbers {
            self.ids = self.nodes.iter().map(|one| one.id.clone()).collect();
        }
        let frame = Frame {
            id: flow.id.clone(),
            unresolved: flow.unresolved.is_some(),
            inputs: flow.inputs.clone(),
            groups: flow.groups.clone(),
        };
        let reframed = frame != self.frame;
        self.frame = frame;
        // The mending of an odd id moves the node with its wires and place, whatever they are by now.
        let odd = self.of_frame.iter().any(|problem| problem.code == Code::OddId);
        if stale.numbers || stale.keys || stale.groups || reframed || odd {
            self.of_frame.clear();
            whole::flow_itself(path, flow, &self.nodes, &mut self.of_frame);
        }
        if stale.numbers || stale.wires || stale.groups || reframed {
            self.of_transactions.clear();
            transactions::check(path, flow, &self.nodes, &mut self.of_transactions);
        }
        if stale.numbers || stale.keys {
            self.keys = self.nodes.iter().filter_map(|one| one.node.key.clone()).collect();
        }
        if stale.numbers || stale.run || reframed {
            let set = self.nodes.iter().flat_map(|one| &one.facts.variables);
            let set = set.filter_map(|(_, name)| name.strip_prefix("flow.")).map(SmolStr::new);
            // The engine says there what went wrong, before it goes on by an error output.
            let set = set.chain([SmolStr::new_static("error")]);
            self.run = flow.inputs.iter().map(|(name, _)| SmolStr::new(name)).chain(set).collect();
            // Where a failure is taken care of, the run knows what it was.
            if self.nodes.iter().any(|one| handles_failure(&one.node)) {
                self.run.insert("error".into());
            }
        }
        if stale.numbers || stale.claims {
            let claims = |one: &KnownNode| {
                let owner = |claim: &SmolStr| ((one.node.kind.clone(), claim.clone()), one.id.clone());
                one.facts.claims.iter().map(owner).collect::<Vec<_>>()
            };
            self.claims = self.nodes.iter().flat_map(claims).collect();
        }
        let names = Names::of(around, &self.ids, &self.keys, &self.run, &self.frame.inputs);
        let look = |one: &mut KnownNode| {
            one.problems.clear();
            one.problems.extend(one.facts.problems.iter().map(|problem| problem.at(path, &one.id)));
            names.check(path, &one.id, &one.node, &one.facts, &mut one.problems);
        };
        if elsewhere || reframed || stale.numbers || stale.keys || stale.run {
            self.nodes.iter_mut().for_each(look);
        } else {
            stale.nodes.iter().for_each(|&place| look(&mut self.nodes[place]));
        }
    }

    pub fn problems(&self, path: &FilePath, flow: &Flow, problems: &mut Vec<Problem>) {
        problems.extend_from_slice(&self.of_frame);
        problems.extend_from_slice(&self.of_transactions);
        for one in &self.nodes {
            problems.extend_from_slice(&one.problems);
        }
        if let Some(graph) = &self.graph {
            graph.problems(path, flow, problems);
        }
    }

    /// Both lists are sorted by id, so one walk finds what changed.
    fn refresh_nodes(&mut self, flow: &Flow, kinds: &Kinds, around: &Around) -> Stale {
        let mut stale = Stale { numbers: self.graph.is_none(), ..Stale::default() };
        let mut old = std::mem::take(&mut self.nodes).into_iter().peekable();
        self.nodes.reserve(flow.nodes.len());
        for (id, node) in &flow.nodes {
            while let Some(known) = old.next_if(|known| known.id < *id) {
                count(&mut self.used, &known.facts, false);
                stale.numbers = true;
            }
            let before = match old.next_if(|known| known.id == *id) {
                Some(known) if Arc::ptr_eq(&known.node, node) => {
                    self.nodes.push(known);
                    continue;
                }
                before => before,
            };
            let facts = facts(node, kinds.get(&node.kind).map(Arc::as_ref), &around.channels);
            if let Some(before) = &before {
                count(&mut self.used, &before.facts, false);
            }
            count(&mut self.used, &facts, true);
            match before {
                None => stale.numbers = true,
                Some(before) => {
                    stale.wires |= before.node.next != node.next || before.facts.ports != facts.ports;
                    stale.wires |= before.facts.jumps != facts.jumps;
                    stale.wires |= before.node.kind != node.kind;
                    stale.keys |= before.node.key != node.key;
                    stale.groups |= before.node.group != node.group;
                    stale.run |= before.facts.variables != facts.variables
                        || handles_failure(&before.node) != handles_failure(node);
                    stale.claims |= before.facts.claims != facts.claims || before.node.kind != node.kind;
                }
            }
            stale.nodes.push(self.nodes.len());
            let (id, node) = (id.clone(), node.clone());
            self.nodes.push(KnownNode { id, node, facts, targets: Vec::new(), problems: Vec::new() });
        }
        for known in old {
            count(&mut self.used, &known.facts, false);
            stale.numbers = true;
        }
        stale
    }

    /// Does any node name the variable, or might one that is not understood here?
    pub fn may_use(&self, scope: &str, variable: &str) -> bool {
        self.used.contains_key(variable)
            || self.used.contains_key(scope)
            || self.nodes.iter().any(|one| !one.facts.understood)
    }

    fn find_all_targets(&mut self) {
        let places: HashMap<Id, u32> =
            self.nodes.iter().zip(0..).map(|(one, place)| (one.id.clone(), place)).collect();
        for one in &mut self.nodes {
            one.targets = one.node.next.values().map(|target| places.get(target).copied()).collect();
        }
    }

    fn find_targets(&mut self, place: usize) {
        let find =
            |target: &Id| self.nodes.binary_search_by(|one| one.id.cmp(target)).ok().map(|at| at as u32);
        self.nodes[place].targets = self.nodes[place].node.next.values().map(find).collect();
    }
}

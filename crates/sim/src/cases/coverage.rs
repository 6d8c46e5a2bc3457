//! Which nodes ran, and by which outputs runs went on.

use std::collections::{BTreeMap, BTreeSet};

use engine::Spot;
use engine::trace::Saw;
use flow::{Bot, Id};
use serde::Serialize;
use smol_str::SmolStr;

use crate::world::World;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    pub nodes: BTreeSet<Spot>,
    /// Outputs that runs went on by.
    pub ports: BTreeSet<(Spot, SmolStr)>,
}

/// How much of a flow was reached. Only outputs with a wire count: others lead nowhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FlowCoverage {
    pub flow: Id,
    pub name: SmolStr,
    pub nodes: usize,
    pub nodes_run: usize,
    pub ports: usize,
    pub ports_run: usize,
    /// By id.
    pub not_run: Vec<Id>,
    pub ports_not_run: Vec<(Id, SmolStr)>,
}

impl Coverage {
    pub fn of(world: &World) -> Coverage {
        let mut coverage = Coverage::default();
        for one in world.trail() {
            match &one.saw {
                Saw::Entered => drop(coverage.nodes.insert(one.spot.clone())),
                Saw::Left { port } => drop(coverage.ports.insert((one.spot.clone(), port.clone()))),
                _ => {}
            }
        }
        coverage
    }

    pub fn add(&mut self, other: Coverage) {
        self.nodes.extend(other.nodes);
        self.ports.extend(other.ports);
    }

    pub fn flows(&self, bot: &Bot) -> Vec<FlowCoverage> {
        let mut seen: BTreeMap<&Id, ()> = BTreeMap::new();
        let flows = bot.flows.values().filter(|flow| seen.insert(&flow.id, ()).is_none());
        flows
            .map(|flow| {
                let mut of = FlowCoverage {
                    flow: flow.id.clone(),
                    name: flow.name.clone(),
                    ..FlowCoverage::default()
                };
                for (id, node) in &flow.nodes {
                    let spot = Spot { flow: flow.id.clone(), node: id.clone() };
                    of.nodes += 1;
                    if self.nodes.contains(&spot) {
                        of.nodes_run += 1;
                    } else {
                        of.not_run.push(id.clone());
                    }
                    for (port, to) in &node.next {
                        of.ports += 1;
                        // What takes something back is not left by a run, but begun at.
                        let target = Spot { flow: flow.id.clone(), node: to.clone() };
                        let is_undone = port == "compensate" && self.nodes.contains(&target);
                        if is_undone || self.ports.contains(&(spot.clone(), port.clone())) {
                            of.ports_run += 1;
                        } else {
                            of.ports_not_run.push((id.clone(), port.clone()));
                        }
                    }
                }
                of
            })
            .collect()
    }
}

//! Wires: each output by itself, then those whose ends are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use flow::{Edit, Flow, Id, Node, Seg, Value};
use smol_str::{SmolStr, format_smolstr};

use super::{Derived, HERE, Work, path_text};
use crate::conflict::{Conflict, Kind};
use crate::three::{Three, same, side_by_side, three};
use crate::values::Side;
use crate::words::{called, called_in, output, sentence};

type Next = BTreeMap<SmolStr, Id>;

fn same_next(one: &Arc<Node>, other: &Arc<Node>) -> bool {
    Arc::ptr_eq(one, other) || one.next == other.next
}

impl<'a> Work<'a> {
    pub(super) fn wires(&mut self) {
        self.merge_wires();
        self.hold_for_elements();
        self.hold_for_contested();
        self.lost_targets();
        self.bring_along();
        self.lost_ports();
    }

    fn merge_wires(&mut self) {
        for (id, states) in side_by_side([self.base, self.ours, self.theirs].map(|flow| &flow.nodes)) {
            let [Some(base), Some(ours), Some(theirs)] = states else { continue };
            if same_next(base, ours) && same_next(base, theirs) || self.contested.contains_key(id) {
                continue;
            }
            let ports: BTreeSet<&SmolStr> =
                [base, ours, theirs].into_iter().flat_map(|node| node.next.keys()).collect();
            let mut next = Next::new();
            for port in ports {
                let target = self.wire(id, port, [base, ours, theirs].map(|node| node.next.get(port)));
                next.extend(target.map(|target| (port.clone(), target)));
            }
            self.rewire(id, next);
        }
    }

    fn wire(&mut self, id: &Id, port: &SmolStr, [base, ours, theirs]: [Option<&Id>; 3]) -> Option<Id> {
        let place = wire_place(id, port);
        match three(&base, &ours, &theirs, self.is_unsettled(&place)) {
            Three::Same(target) => target.cloned(),
            Three::Took(target, side) => {
                self.took(place, side);
                target.cloned()
            }
            Three::Open => {
                // A wire that only went with its target leaves the field to the side that led it elsewhere.
                if let Some(base) = base {
                    let implied =
                        |target: Option<&Id>, flow: &Flow| target.is_none() && !flow.nodes.contains_key(base);
                    let moved = match (implied(ours, self.ours), implied(theirs, self.theirs)) {
                        (true, false) => theirs.map(|target| (target, Side::Theirs)),
                        (false, true) => ours.map(|target| (target, Side::Ours)),
                        _ => None,
                    };
                    if let Some((target, side)) = moved {
                        if target == base {
                            return Some(target.clone());
                        }
                        let cause = format!(
                            "The wire led to {}, which one side deleted; the other had led it elsewhere already.",
                            called_in(base, [self.base], self.kinds)
                        );
                        self.derived.push(Derived { place: place.clone(), cause });
                        self.took(place, side);
                        return Some(target.clone());
                    }
                }
                let show = |target: &Id| called_in(target, [self.ours, self.theirs], self.kinds);
                let wire = self.wire_words(id, port);
                let (kind, what) = match (ours, theirs) {
                    (Some(ours), Some(theirs)) => {
                        let what = format!(
                            "{wire} leads to {} on one side and to {} on the other.",
                            show(ours),
                            show(theirs)
                        );
                        (Kind::WiredTwice, what)
                    }
                    (one, other) => {
                        let target = one.or(other).map(show).unwrap_or_default();
                        let what =
                            format!("{wire} was removed on one side and led to {target} on the other.");
                        (Kind::RewiredAndRemoved, what)
                    }
                };
                let mut new = Conflict::new(kind, Some(id), what);
                new.ours = self.brought(ours, self.ours);
                new.theirs = self.brought(theirs, self.theirs);
                new.ours.push(wire_edit(id, port, ours));
                new.theirs.push(wire_edit(id, port, theirs));
                self.conflict(place, new);
                base.cloned()
            }
        }
    }

    fn wire_words(&self, id: &Id, port: &SmolStr) -> String {
        let flows = [self.base, self.ours, self.theirs];
        let node = flows.iter().filter_map(|flow| flow.nodes.get(id));
        let with_wire = node.clone().find(|node| node.next.contains_key(port)).or(node.clone().next());
        let shown = called_in(id, flows, self.kinds);
        format!("The wire from {} of {shown}", output(port, with_wire.map(AsRef::as_ref), self.kinds))
    }

    /// While it is open whether a button or case is there, the wire from it is open with it.
    fn hold_for_elements(&mut self) {
        let mut held: Vec<(SmolStr, Id, SmolStr)> = Vec::new();
        for (place, open) in &self.open {
            let Some(id) = &open.node else { continue };
            let elements = open.ours.iter().chain(&open.theirs).find_map(|edit| match edit {
                Edit::Field { path, .. } => match path.as_slice() {
                    [_, Seg::Item { item }] => Some(vec![item.clone()]),
                    [list] => Some(self.elements_not_everywhere(id, list)),
                    _ => None,
                },
                Edit::Insert { path, item, .. } if path.len() == 1 => Some(vec![item.id()?.into()]),
                _ => None,
            });
            held.extend(elements.into_iter().flatten().map(|port| (place.clone(), id.clone(), port)));
        }
        for (place, id, port) in held {
            let states = [self.base, self.ours, self.theirs].map(|flow| flow.nodes.get(&id));
            let [base, ours, theirs] = states.map(|node| node.and_then(|node| node.next.get(&port)).cloned());
            if ours == theirs {
                continue;
            }
            let wire = wire_place(&id, &port);
            self.open.remove(&wire);
            self.taken.retain(|taken| taken.place != wire);
            let standing = base.filter(|base| self.flow.nodes.contains_key(base));
            let mut next = self.flow.nodes[&id].next.clone();
            match &standing {
                Some(target) => drop(next.insert(port.clone(), target.clone())),
                None => drop(next.remove(&port)),
            }
            self.rewire(&id, next);
            let brought =
                [self.brought(ours.as_ref(), self.ours), self.brought(theirs.as_ref(), self.theirs)];
            let Some(open) = self.open.get_mut(&place) else { continue };
            let sides = [(&mut open.ours, ours), (&mut open.theirs, theirs)];
            for ((edits, wanted), brought) in sides.into_iter().zip(brought) {
                if wanted != standing {
                    edits.extend(brought);
                    edits.push(wire_edit(&id, &port, wanted.as_ref()));
                }
            }
            self.held_wires.insert((id, port));
        }
    }

    /// One side deleted the output; what that means for the wire comes later.
    fn lost_output(&self, id: &Id, port: &str) -> bool {
        let has = |flow: &Flow| {
            let node = flow.nodes.get(id)?;
            Some(self.kinds.get(&node.kind)?.has_port(node, port))
        };
        has(&self.flow) == Some(false) && [self.ours, self.theirs].iter().any(|flow| has(flow) == Some(true))
    }

    /// Elements of a list that is open as a whole, which one of the states has not.
    fn elements_not_everywhere(&self, id: &Id, list: &Seg) -> Vec<SmolStr> {
        let states = [self.base, self.ours, self.theirs].map(|flow| {
            let node = flow.nodes.get(id);
            let list = node.and_then(|node| flow::change::get(&node.fields, std::slice::from_ref(list)));
            let items = list.and_then(Value::as_array).unwrap_or_default();
            items.iter().filter_map(Value::id).map(SmolStr::new).collect::<BTreeSet<SmolStr>>()
        });
        let all: BTreeSet<SmolStr> = states.iter().flatten().cloned().collect();
        all.into_iter().filter(|id| !states.iter().all(|ids| ids.contains(id))).collect()
    }

    /// A target that is gone comes back for the wire that somebody wants to it.
    fn brought(&self, wanted: Option<&Id>, side: &Flow) -> Vec<Edit> {
        let gone =
            wanted.filter(|id| !self.flow.nodes.contains_key(*id) && !self.contested.contains_key(*id));
        let known = gone.and_then(|id| side.nodes.get_key_value(id));
        known.map(|(id, node)| self.revive(id, node, side)).unwrap_or_default()
    }

    /// While it is open whether a node is there, the wires to it are open with it.
    fn hold_for_contested(&mut self) {
        if self.contested.is_empty() {
            return;
        }
        let contested = self.contested.clone();
        let ids: Vec<Id> = self.flow.nodes.keys().cloned().collect();
        for id in ids.iter().filter(|id| !contested.contains_key(*id)) {
            let states = [self.base, self.ours, self.theirs].map(|flow| flow.nodes.get(id));
            let merged = self.flow.nodes[id].next.clone();
            let ports: BTreeSet<SmolStr> =
                states.iter().flatten().flat_map(|node| node.next.keys()).cloned().collect();
            let mut next = merged.clone();
            for port in &ports {
                let is_held = self.held_wires.contains(&(id.clone(), port.clone()));
                if is_held || self.open.contains_key(&wire_place(id, port)) {
                    continue;
                }
                let [base, ours, theirs] = states.map(|node| node.and_then(|node| node.next.get(port)));
                let mut targets = [base, ours, theirs].into_iter().flatten();
                let Some(node) = targets.find(|target| contested.contains_key(*target)) else { continue };
                if self.flow.nodes.contains_key(node) && (ours == theirs || self.lost_output(id, port)) {
                    continue;
                }
                // It stands as before, if that is possible.
                let standing = base.filter(|base| self.flow.nodes.contains_key(*base));
                match standing {
                    Some(target) => drop(next.insert(port.clone(), target.clone())),
                    None => drop(next.remove(port)),
                }
                let place = format_smolstr!("nodes.{node}");
                let revived = [self.brought(ours, self.ours), self.brought(theirs, self.theirs)];
                if let Some(open) = self.open.get_mut(&place) {
                    let sides = [(&mut open.ours, ours), (&mut open.theirs, theirs)];
                    for ((edits, wanted), revived) in sides.into_iter().zip(revived) {
                        if wanted != standing {
                            edits.extend(revived);
                            edits.push(wire_edit(id, port, wanted));
                        }
                    }
                    for both in &mut open.both {
                        let wanted = ours.or(theirs);
                        both.push(wire_edit(id, port, wanted));
                    }
                }
            }
            if next != merged {
                self.rewire(id, next);
            }
        }
    }

    /// Wires to nodes that the other side deleted.
    fn lost_targets(&mut self) {
        let mut lost: Vec<(Id, SmolStr, Id)> = Vec::new();
        // What is open stands as in the base, whose wires may lead to where no side has anything.
        let any = !self.contested.is_empty() || !self.open.is_empty();
        if !any && self.gone.is_empty() {
            return;
        }
        let is_lost = |target: &Id| {
            if any { !self.flow.nodes.contains_key(target) } else { self.gone.contains(target) }
        };
        for (id, node) in &self.flow.nodes {
            for (port, target) in &node.next {
                if is_lost(target) {
                    lost.push((id.clone(), port.clone(), target.clone()));
                }
            }
        }
        for (id, port, target) in lost {
            let [base, ours, theirs] = [self.base, self.ours, self.theirs];
            // A side whose own wire led nowhere has this problem without the merge.
            let leads =
                |flow: &Flow| flow.nodes.get(&id).and_then(|node| node.next.get(&port)) == Some(&target);
            let dangles = |flow: &Flow| leads(flow) && !flow.nodes.contains_key(&target);
            if dangles(ours) || dangles(theirs) {
                continue;
            }
            // The whole node is open and stands as it was; whatever is chosen brings its own wires.
            if self.contested.contains_key(&id) || !(leads(ours) || leads(theirs)) {
                let mut next = self.flow.nodes[&id].next.clone();
                next.remove(&port);
                self.rewire(&id, next);
                continue;
            }
            let standing = base.nodes.get(&id).and_then(|node| node.next.get(&port));
            let standing = standing.filter(|standing| self.flow.nodes.contains_key(*standing)).cloned();
            let mut next = self.flow.nodes[&id].next.clone();
            match &standing {
                Some(standing) => drop(next.insert(port.clone(), standing.clone())),
                None => drop(next.remove(&port)),
            }
            self.rewire(&id, next);
            let side = if leads(ours) { ours } else { theirs };
            let Some(gone) = side.nodes.get(&target) else { continue };
            let what = format!(
                "{} leads to {} on one side, which the other side deleted.",
                self.wire_words(&id, &port),
                called(&target, gone, self.kinds)
            );
            let mut new = Conflict::new(Kind::WireToDeleted, Some(&id), what);
            let revive = self.revive(&target, gone, side);
            let own = |flow: &Flow| flow.nodes.get(&id).and_then(|node| node.next.get(&port)).cloned();
            for (edits, flow) in [(&mut new.ours, ours), (&mut new.theirs, theirs)] {
                if leads(flow) {
                    edits.extend(revive.clone());
                }
                let wanted = own(flow).filter(|wanted| leads(flow) || self.flow.nodes.contains_key(wanted));
                edits.push(wire_edit(&id, &port, wanted.as_ref()));
            }
            self.conflict(wire_place(&id, &port), new);
        }
    }

    /// Who chooses an open node chooses where it leads.
    fn bring_along(&mut self) {
        let contested: Vec<Id> = self.contested.keys().cloned().collect();
        for id in contested {
            let place = format_smolstr!("nodes.{id}");
            let lost = |flow: &Flow| {
                let targets = flow.nodes.get(&id).into_iter().flat_map(|node| node.next.values());
                let gone: BTreeSet<&Id> = targets
                    .filter(|target| {
                        !self.flow.nodes.contains_key(*target) && !self.contested.contains_key(*target)
                    })
                    .collect();
                let known = gone.into_iter().filter_map(|target| flow.nodes.get_key_value(target));
                known.flat_map(|(target, gone)| self.revive(target, gone, flow)).collect::<Vec<Edit>>()
            };
            let [ours, theirs] = [lost(self.ours), lost(self.theirs)];
            let Some(open) = self.open.get_mut(&place) else { continue };
            for both in &mut open.both {
                both.splice(0..0, ours.iter().chain(&theirs).cloned());
            }
            open.ours.splice(0..0, ours);
            open.theirs.splice(0..0, theirs);
        }
    }

    /// The node comes back, with the nodes that went with it where it leads.
    fn revive(&self, id: &Id, node: &Arc<Node>, from: &Flow) -> Vec<Edit> {
        let mut edits = self.revive_one(id, node, from);
        let mut seen: BTreeSet<&Id> = [id].into();
        let mut left = vec![(id, node)];
        let mut wires = Vec::new();
        while let Some((id, node)) = left.pop() {
            for (port, target) in &node.next {
                if self.flow.nodes.contains_key(target) || self.contested.contains_key(target) {
                    continue;
                }
                let Some(gone) = from.nodes.get_key_value(target) else { continue };
                wires.push(wire_edit(id, port, Some(target)));
                if seen.insert(gone.0) {
                    edits.extend(self.revive_one(gone.0, gone.1, from));
                    left.push(gone);
                }
            }
        }
        edits.extend(wires);
        edits
    }

    /// With the wires that still lead somewhere.
    fn revive_one(&self, id: &Id, node: &Arc<Node>, from: &Flow) -> Vec<Edit> {
        let mut node = Node::clone(node);
        node.next.retain(|_, target| target == id || self.flow.nodes.contains_key(target));
        if node.group.as_ref().is_some_and(|group| !self.flow.groups.contains_key(group)) {
            node.group = node.group.filter(|group| {
                from.groups.contains_key(group)
                    && self.ours.groups.contains_key(group)
                    && self.theirs.groups.contains_key(group)
            });
        }
        let place = from.layout.get(id).copied();
        vec![
            Edit::Node { flow: HERE, id: id.clone(), node: Some(node) },
            Edit::Place { flow: HERE, id: id.clone(), place },
        ]
    }

    /// Wires from outputs that the other side deleted.
    fn lost_ports(&mut self) {
        let states = side_by_side([&self.flow.nodes, &self.ours.nodes, &self.theirs.nodes]);
        let merged = states.filter_map(|(id, [node, ours, theirs])| {
            let (node, ours, theirs) = (node?, ours?, theirs?);
            let is_one_side = same(ours, node) || same(theirs, node);
            (!is_one_side).then(|| (id.clone(), node.clone(), ours.clone(), theirs.clone()))
        });
        for (id, node, ours, theirs) in merged.collect::<Vec<_>>() {
            let Some(descriptor) = self.kinds.get(&node.kind).cloned() else { continue };
            for port in node.next.clone().into_keys() {
                if descriptor.has_port(&node, &port) {
                    continue;
                }
                // A side that wired what it has not has this problem without the merge.
                let own = |side: &Node| side.next.contains_key(&port) && !descriptor.has_port(side, &port);
                if own(&ours) || own(&theirs) {
                    continue;
                }
                // Without the output on either side, it is the wire alone that the sides speak of.
                let with_it = [&ours, &theirs].into_iter().find(|side| descriptor.has_port(side, &port));
                let Some(with_it) = with_it else { continue };
                let mut next = self.flow.nodes[&id].next.clone();
                next.remove(&port);
                self.rewire(&id, next);
                let what = sentence(&format!(
                    "the output {} of {} was wired on one side and deleted on the other.",
                    output(&port, Some(with_it), self.kinds),
                    called(&id, &node, self.kinds)
                ));
                // The list may be open as a whole; then it is that conflict which brings the output.
                let list = element(with_it, &port).map(|(field, ..)| field);
                let list = list.map(|field| format_smolstr!("nodes.{id}.fields.{}", path_text(&[field])));
                let held = list.filter(|list| self.open.contains_key(list));
                let mut new = Conflict::new(Kind::WireToDeleted, Some(&id), what);
                for (edits, side) in [(&mut new.ours, &ours), (&mut new.theirs, &theirs)] {
                    if descriptor.has_port(side, &port) {
                        let missing = element(side, &port).filter(|_| held.is_none());
                        edits.extend(missing.map(|(field, item, before)| Edit::Insert {
                            flow: HERE,
                            node: id.clone(),
                            path: vec![field],
                            item,
                            before,
                        }));
                        edits.push(wire_edit(&id, &port, side.next.get(&port)));
                    }
                }
                // What was open about this wire is open here now.
                self.open.remove(&wire_place(&id, &port));
                self.conflict(held.unwrap_or_else(|| wire_place(&id, &port)), new);
            }
        }
    }

    fn rewire(&mut self, id: &Id, next: Next) {
        let same = |flow: &'a Flow| flow.nodes.get(id);
        let Some(node) = self.flow.nodes.get_mut(id) else { return };
        if node.next == next {
            return;
        }
        Arc::make_mut(node).next = next;
        // One of the sides' own nodes is as good as a copy, and is known to be the same.
        if let Some(known) =
            [self.base, self.ours, self.theirs].into_iter().filter_map(same).find(|known| **known == *node)
        {
            *node = known.clone();
        }
    }
}

/// The list element that an output stands for, and the one after it.
fn element(node: &Node, port: &str) -> Option<(Seg, Value, Option<Id>)> {
    node.fields.iter().find_map(|(name, value)| {
        let list = value.as_array()?;
        let place = list.iter().position(|item| item.id() == Some(port))?;
        let next = list.get(place + 1).and_then(Value::id).map(Id::new);
        Some((Seg::from(name), list[place].clone(), next))
    })
}

pub(super) fn wire_place(id: &Id, port: &SmolStr) -> SmolStr {
    format_smolstr!("nodes.{id}.next.{port}")
}

fn wire_edit(id: &Id, port: &SmolStr, to: Option<&Id>) -> Edit {
    Edit::Wire { flow: HERE, node: id.clone(), port: port.clone(), to: to.cloned() }
}

//! Nodes: who is there, and what each holds.

use std::sync::Arc;

use flow::change::NodeProp;
use flow::{Edit, Id, Map, Node, Seg, Value};
use smol_str::{SmolStr, format_smolstr};

use super::{HERE, Work, path_text};
use crate::conflict::{self, Conflict, Kind};
use crate::three::{Three, same, side_by_side, three};
use crate::values::{self, Grain, Report, Side, Sides};
use crate::words::{called, called_in, sentence};

impl Work<'_> {
    pub(super) fn nodes(&mut self) {
        let tables = [self.base, self.ours, self.theirs].map(|flow| &flow.nodes);
        let mut kept = Vec::with_capacity(self.base.nodes.len());
        for (id, [base, ours, theirs]) in side_by_side(tables) {
            let node = match (base, ours, theirs) {
                (Some(base), Some(ours), Some(theirs)) if same(base, ours) && same(base, theirs) => {
                    Some(base.clone())
                }
                _ => self.node(id, base, ours, theirs),
            };
            match node {
                Some(node) => kept.push((id.clone(), node)),
                None => drop(self.gone.insert(id.clone())),
            }
        }
        self.flow.nodes = kept.into_iter().collect();
    }

    fn node(
        &mut self,
        id: &Id,
        base: Option<&Arc<Node>>,
        ours: Option<&Arc<Node>>,
        theirs: Option<&Arc<Node>>,
    ) -> Option<Arc<Node>> {
        let place = format_smolstr!("nodes.{id}");
        let unsettled = self.is_unsettled(&place);
        match (base, ours, theirs) {
            (None, None, None) => None,
            (None, Some(one), None) | (None, None, Some(one)) if !unsettled => {
                self.took(place, if ours.is_some() { Side::Ours } else { Side::Theirs });
                Some(one.clone())
            }
            (Some(_), None, None) => {
                self.took(place, Side::Both);
                None
            }
            (None, Some(ours), Some(theirs)) if ours == theirs => {
                self.took(place, Side::Both);
                Some(ours.clone())
            }
            (None, Some(ours), Some(theirs)) => {
                self.added_twice(id, place, ours, theirs);
                None
            }
            (Some(base), Some(ours), Some(theirs)) => Some(self.both_have(id, place, base, ours, theirs)),
            (Some(base), None, Some(kept)) | (Some(base), Some(kept), None)
                if !unsettled
                    && same_but_for_lost_wires(
                        base,
                        kept,
                        if ours.is_none() { self.theirs } else { self.ours },
                    ) =>
            {
                self.took(place, if ours.is_none() { Side::Ours } else { Side::Theirs });
                None
            }
            (base, ours, theirs) => {
                // One side deleted it, the other changed it.
                let (deleter, kept) = match (ours, theirs) {
                    (None, kept) => (Side::Ours, kept),
                    (kept, _) => (Side::Theirs, kept),
                };
                let kept = kept?;
                self.contested.insert(id.clone(), Some(deleter));
                let how = if base == Some(kept) { "kept" } else { "changed" };
                let what = format!("One side deleted {}, the other {how} it.", called(id, kept, self.kinds));
                let mut new = Conflict::new(Kind::EditedAndDeleted, Some(id), what);
                let put = |node: Option<&Arc<Node>>| Edit::Node {
                    flow: HERE,
                    id: id.clone(),
                    node: node.map(|n| Node::clone(n)),
                };
                new.ours.push(put(ours));
                new.theirs.push(put(theirs));
                self.conflict(place, new);
                base.cloned()
            }
        }
    }

    fn added_twice(&mut self, id: &Id, place: SmolStr, ours: &Arc<Node>, theirs: &Arc<Node>) {
        self.contested.insert(id.clone(), None);
        let shown = [ours, theirs].map(|node| called(id, node, self.kinds));
        let what = match shown[0] == shown[1] {
            true => format!("Both sides added {}, but not the same.", shown[0]),
            false => format!("Both sides added a node with the id `{id}`: {} and {}.", shown[0], shown[1]),
        };
        let mut new = Conflict::new(Kind::AddedTwice, Some(id), what);
        let put = |id: &Id, node: &Arc<Node>| Edit::Node {
            flow: HERE,
            id: id.clone(),
            node: Some(Node::clone(node)),
        };
        let at = |id: &Id, flow: &flow::Flow| {
            let place = flow.layout.get(id).copied();
            Edit::Place { flow: HERE, id: id.clone(), place }
        };
        new.ours.extend([put(id, ours), at(id, self.ours)]);
        new.theirs.extend([put(id, theirs), at(id, self.theirs)]);
        let other = self.free_id(id);
        let second = |node: &Arc<Node>, flow: &flow::Flow| {
            let place =
                flow.layout.get(id).map(|place| flow::Place { x: place.x + 24, y: place.y + 24, ..*place });
            [put(&other, node), Edit::Place { flow: HERE, id: other.clone(), place }]
        };
        let mut first = new.ours.clone();
        first.extend(second(theirs, self.theirs));
        let mut last = new.theirs.clone();
        last.extend(second(ours, self.ours));
        new.both = vec![first, last];
        self.conflict(place, new);
    }

    /// An id that none of the three flows uses.
    fn free_id(&self, id: &Id) -> Id {
        let taken =
            |id: &Id| [self.base, self.ours, self.theirs].iter().any(|flow| flow.nodes.contains_key(id));
        (2..).map(|n| format_smolstr!("{id}-{n}")).find(|id| !taken(id)).unwrap_or_default()
    }

    fn both_have(
        &mut self,
        id: &Id,
        place: SmolStr,
        base: &Arc<Node>,
        ours: &Arc<Node>,
        theirs: &Arc<Node>,
    ) -> Arc<Node> {
        if self.unsettled.is_empty() {
            if ours == theirs || base == theirs {
                self.took(place, if ours == theirs { Side::Both } else { Side::Ours });
                return ours.clone();
            }
            if base == ours {
                self.took(place, Side::Theirs);
                return theirs.clone();
            }
        }
        if ours != theirs && self.is_unsettled(&place) {
            return self.settled_differently(id, place, base, ours, theirs);
        }
        let kind = |node: &Arc<Node>| (node.kind.clone(), node.v);
        let (mut merged, descriptor) = match three(&kind(base), &kind(ours), &kind(theirs), false) {
            Three::Same((kind, v)) | Three::Took((kind, v), Side::Both | Side::Mixed) => {
                let descriptor = self.kinds.get(&kind).cloned();
                (Node { kind, v, ..Node::default() }, descriptor)
            }
            Three::Took((kind, v), side) => {
                let other = if side == Side::Ours { theirs } else { ours };
                if other.fields != base.fields || other.next != base.next || other.extra != base.extra {
                    return self.kind_changed(id, place, base, ours, theirs);
                }
                self.took(format_smolstr!("{place}.kind"), side);
                let descriptor = self.kinds.get(&kind).cloned();
                (Node { kind, v, ..Node::default() }, descriptor)
            }
            Three::Open => return self.kind_changed(id, place, base, ours, theirs),
        };
        merged.key = self.prop(id, NodeProp::Key, "key", [&base.key, &ours.key, &theirs.key]);
        merged.name = self.prop(id, NodeProp::Name, "name", [&base.name, &ours.name, &theirs.name]);
        merged.group = self.prop(id, NodeProp::Group, "group", [&base.group, &ours.group, &theirs.group]);
        let extra = self.plain_map(&format!("{place}.extra"), [&base.extra, &ours.extra, &theirs.extra]);
        if extra.open {
            let edit = |map: &Map| {
                let value = Some(Value::Object(map.clone()));
                Edit::Prop { flow: HERE, node: id.clone(), prop: NodeProp::Extra, value }
            };
            let mut new = Conflict::new(
                Kind::Edited,
                Some(id),
                "Members that this version does not know were changed differently.",
            );
            new.ours.push(edit(&extra.ours));
            new.theirs.push(edit(&extra.theirs));
            self.conflict(format_smolstr!("{place}.extra"), new);
        }
        merged.extra = extra.standing;
        let mut report = Fields { work: self, id, place: &place };
        let fields = [&base.fields, &ours.fields, &theirs.fields];
        merged.fields = values::members(&mut report, &mut Vec::new(), fields, |name| {
            descriptor.as_ref().and_then(|known| known.field(name)).map_or(Grain::Plain, Grain::Field)
        });
        // Wires come next, when it is known which nodes there are.
        merged.next = base.next.clone();
        if merged == **base {
            return base.clone();
        }
        Arc::new(merged)
    }

    /// Both sides made an end to an open conflict about the node, and not the same one.
    fn settled_differently(
        &mut self,
        id: &Id,
        place: SmolStr,
        base: &Arc<Node>,
        ours: &Arc<Node>,
        theirs: &Arc<Node>,
    ) -> Arc<Node> {
        let what = format!(
            "A conflict about {} was settled differently on each side.",
            called(id, base, self.kinds)
        );
        self.whole(Kind::Edited, what, id, place, [base, ours, theirs])
    }

    fn kind_changed(
        &mut self,
        id: &Id,
        place: SmolStr,
        base: &Arc<Node>,
        ours: &Arc<Node>,
        theirs: &Arc<Node>,
    ) -> Arc<Node> {
        let shown = called(id, base, self.kinds);
        let is_newer = |node: &Arc<Node>| self.kinds.get(&node.kind).is_some_and(|known| known.v < node.v);
        let (kind, what) = if [base, ours, theirs].into_iter().any(is_newer) {
            let what = format!("{shown} was changed on both sides, on one of them by a newer Nexus Bots.");
            (Kind::Version, sentence(&what))
        } else {
            let what = format!("One side made {shown} another kind of node, the other changed it too.");
            (Kind::KindChanged, what)
        };
        self.whole(kind, what, id, place, [base, ours, theirs])
    }

    /// The node is taken whole from one side.
    fn whole(
        &mut self,
        kind: Kind,
        what: String,
        id: &Id,
        place: SmolStr,
        [base, ours, theirs]: [&Arc<Node>; 3],
    ) -> Arc<Node> {
        let mut new = Conflict::new(kind, Some(id), what);
        let put = |node: &Arc<Node>| Edit::Node { flow: HERE, id: id.clone(), node: Some(Node::clone(node)) };
        new.ours.push(put(ours));
        new.theirs.push(put(theirs));
        self.conflict(place, new);
        self.contested.insert(id.clone(), None);
        base.clone()
    }

    fn prop(
        &mut self,
        id: &Id,
        prop: NodeProp,
        name: &str,
        [base, ours, theirs]: [&Option<SmolStr>; 3],
    ) -> Option<SmolStr> {
        let place = format_smolstr!("nodes.{id}.{name}");
        match three(base, ours, theirs, self.is_unsettled(&place)) {
            Three::Same(value) => value,
            Three::Took(value, side) => {
                self.took(place, side);
                value
            }
            Three::Open => {
                let kind = if prop == NodeProp::Group { Kind::Groups } else { Kind::Edited };
                let shown = called_in(id, [self.base, self.ours], self.kinds);
                let title =
                    |group: &Id, flow: &flow::Flow| crate::words::group(group, flow.groups.get(group));
                let show = |value: &Option<SmolStr>, flow: &flow::Flow| match value {
                    Some(group) if prop == NodeProp::Group => title(group, flow),
                    Some(value) => format!("`{value}`"),
                    None if prop == NodeProp::Group => "no group".into(),
                    None => "none".into(),
                };
                let (our, their) = (show(ours, self.ours), show(theirs, self.theirs));
                let what = match prop {
                    NodeProp::Group => {
                        format!("{shown} was put into {our} on one side and into {their} on the other.")
                    }
                    _ => format!("The {name} of {shown} became {our} on one side and {their} on the other."),
                };
                let what = sentence(&what);
                let mut new = Conflict::new(kind, Some(id), what);
                let edit = |value: &Option<SmolStr>| Edit::Prop {
                    flow: HERE,
                    node: id.clone(),
                    prop,
                    value: value.clone().map(Value::String),
                };
                new.ours.push(edit(ours));
                new.theirs.push(edit(theirs));
                self.conflict(place, new);
                base.clone()
            }
        }
    }
}

/// Wires that only went with their targets are no change of the node.
fn same_but_for_lost_wires(base: &Arc<Node>, kept: &Arc<Node>, side: &flow::Flow) -> bool {
    if base == kept {
        return true;
    }
    let mut bare = Node::clone(base);
    bare.next.retain(|port, target| kept.next.contains_key(port) || side.nodes.contains_key(target));
    bare == **kept
}

struct Fields<'w, 'a> {
    work: &'w mut Work<'a>,
    id: &'w Id,
    place: &'w SmolStr,
}

impl Fields<'_, '_> {
    fn place(&self, path: &[Seg]) -> SmolStr {
        format_smolstr!("{}.fields.{}", self.place, path_text(path))
    }

    fn shown(&self) -> String {
        called_in(self.id, [self.work.base, self.work.ours, self.work.theirs], self.work.kinds)
    }

    /// The field by its label, and the element by its place in the list.
    fn words(&self, path: &[Seg]) -> String {
        let sides = [self.work.base, self.work.ours, self.work.theirs];
        let node = sides.into_iter().find_map(|flow| flow.nodes.get(self.id));
        let Some(Seg::Key(name)) = path.first() else { return "Something".into() };
        let label = node
            .and_then(|node| self.work.kinds.get(&node.kind))
            .and_then(|kind| kind.field(name))
            .map_or_else(|| name.to_string(), |field| field.label.to_string());
        let inside: Vec<&str> = path[1..]
            .iter()
            .filter_map(|seg| match seg {
                Seg::Key(key) if key != "$t" => Some(key.as_str()),
                Seg::Item { item } => Some(item.as_str()),
                _ => None,
            })
            .collect();
        if inside.is_empty() { format!("*{label}*") } else { format!("*{label}* ({})", inside.join(", ")) }
    }

    /// An element that was not there before, where the side has it.
    fn insert(&self, path: &[Seg], item: Option<&Value>, side: &flow::Flow) -> Option<Edit> {
        let (Seg::Item { item: id }, list_path) = path.split_last()? else { return None };
        let list = flow::change::get(&side.nodes.get(self.id)?.fields, list_path)?.as_array()?;
        let place = list.iter().position(|one| one.id() == Some(id))?;
        let before = list.get(place + 1).and_then(Value::id).map(SmolStr::new);
        let (node, path) = (self.id.clone(), list_path.to_vec());
        Some(Edit::Insert { flow: HERE, node, path, item: item?.clone(), before })
    }
}

impl Report for Fields<'_, '_> {
    fn took(&mut self, path: &[Seg], side: Side) {
        let place = self.place(path);
        self.work.took(place, side);
    }

    fn open(&mut self, path: &[Seg], sides: Sides<'_>) {
        let how = match (sides.ours, sides.theirs) {
            _ if sides.base.is_none() => "was added on both sides, but not the same",
            (Some(_), Some(_)) => "was changed differently on both sides",
            _ => "was deleted on one side and changed on the other",
        };
        let what = format!("{} of {} {how}.", self.words(path), self.shown());
        let mut new = Conflict::new(Kind::Edited, Some(self.id), what);
        let edit = |value: Option<&Value>| Edit::Field {
            flow: HERE,
            node: self.id.clone(),
            path: path.to_vec(),
            value: value.cloned(),
        };
        if let (Some(Seg::Item { .. }), None) = (path.last(), sides.base) {
            new.ours.extend(self.insert(path, sides.ours, self.work.ours));
            new.theirs.extend(self.insert(path, sides.theirs, self.work.theirs));
        } else {
            new.ours.push(edit(sides.ours));
            new.theirs.push(edit(sides.theirs));
        }
        if let (Some(Value::String(ours)), Some(Value::String(theirs))) = (sides.ours, sides.theirs)
            && sides
                .base
                .is_none_or(|base| base.as_str().is_some_and(|base| base.contains('\n') || base.is_empty()))
        {
            let both = |a: &str, b: &str| vec![edit(Some(&Value::text(format!("{a}\n{b}"))))];
            new.both = vec![both(ours, theirs), both(theirs, ours)];
        }
        let place = self.place(path);
        self.work.conflict(place, new);
    }

    fn order(&mut self, path: &[Seg], ours: &[SmolStr], theirs: &[SmolStr]) {
        let shared = |list: &[SmolStr], other: &[SmolStr]| {
            list.iter().filter(|id| other.contains(id)).cloned().collect::<Vec<SmolStr>>()
        };
        let (list, shown) = (self.words(path), self.shown());
        let what = if shared(ours, theirs) == shared(theirs, ours) {
            format!("Both sides added to {list} of {shown}, at the same place.")
        } else {
            format!("{list} of {shown} stand in another order on each side.")
        };
        let mut new = Conflict::new(Kind::Order, Some(self.id), what);
        // Each element to the end, one after the other: then they stand in this order, whatever else is there.
        let sorted = |ids: &mut dyn Iterator<Item = &SmolStr>| {
            let to_end = |item: &SmolStr| {
                let mut path = path.to_vec();
                path.push(Seg::Item { item: item.clone() });
                Edit::Move { flow: HERE, node: self.id.clone(), path, before: None }
            };
            ids.map(to_end).collect::<Vec<Edit>>()
        };
        let missing = |first: &[SmolStr], second: &[SmolStr]| woven(first, second);
        new.ours = sorted(&mut missing(ours, theirs).iter());
        new.theirs = sorted(&mut missing(theirs, ours).iter());
        let place = format_smolstr!("{}.order", self.place(path));
        self.work.conflict(place, new);
    }

    fn is_unsettled(&self, path: &[Seg]) -> bool {
        !self.work.unsettled.is_empty() && self.work.unsettled.contains(&self.place(path))
    }

    fn is_unsettled_within(&self, path: &[Seg]) -> bool {
        conflict::is_within(&self.work.unsettled, || self.place(path))
    }
}

/// The first order, with what only the second has before the neighbour that follows it there: in one gap, the first comes first.
fn woven(first: &[SmolStr], second: &[SmolStr]) -> Vec<SmolStr> {
    let mut woven = first.to_vec();
    for (place, id) in second.iter().enumerate() {
        if woven.contains(id) {
            continue;
        }
        let next = second[place + 1..].iter().find_map(|one| woven.iter().position(|other| other == one));
        woven.insert(next.unwrap_or(woven.len()), id.clone());
    }
    woven
}

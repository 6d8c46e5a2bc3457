//! A bot taken apart into single facts, and what of them an edit reaches: the terms in which laws speak of 'everything'.

use std::collections::{BTreeMap, BTreeSet};

use flow::change::{FlowProp, NodeProp};
use flow::{Bot, Edit, FilePath, Flow, Group, Id, Map, Node, Note, Seg, Value};
use merge::Derived;
use smol_str::{SmolStr, format_smolstr};

/// Where a fact is. Begins with one of [`BOT`], [`FILE`], or [`FLOW`] and two steps that say which.
pub type Place = Vec<SmolStr>;

pub const BOT: &str = "bot.json";
pub const FILE: &str = "file";
pub const FLOW: &str = "flow";
/// A list's members `order`, `a` and `b` say which of two elements comes first.
pub const ORDER: &str = "\0order";

#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    Is(Value),
    /// There is something, with members of its own.
    Thing,
    /// The first of the two comes first.
    First(bool),
}

pub type Facts = BTreeMap<Place, Fact>;

/// Two flows with one id, which the check calls an error.
pub fn shares_ids(bot: &Bot) -> bool {
    let ids: BTreeSet<&Id> = bot.flows.values().map(|flow| &flow.id).collect();
    ids.len() < bot.flows.len()
}

/// Ids that a node and a group or a note have at once: their one place on the canvas stands for both.
pub fn of_two_things<'b>(bots: impl IntoIterator<Item = &'b Bot>) -> BTreeSet<Id> {
    let mut tables: BTreeMap<Id, BTreeSet<u8>> = BTreeMap::new();
    for flow in bots.into_iter().flat_map(|bot| bot.flows.values()) {
        let nodes = flow.nodes.keys().map(|id| (id, 0));
        let groups = flow.groups.keys().map(|id| (id, 1));
        let notes = flow.notes.keys().map(|id| (id, 2));
        for (id, table) in nodes.chain(groups).chain(notes) {
            tables.entry(id.clone()).or_default().insert(table);
        }
    }
    tables.into_iter().filter(|(_, tables)| tables.len() > 1).map(|(id, _)| id).collect()
}

pub fn without_places(bot: &Bot, ids: &BTreeSet<Id>) -> Bot {
    let mut bot = bot.clone();
    bot.flows.values_mut().for_each(|flow| flow.layout.retain(|id, _| !ids.contains(id)));
    bot
}

/// How the flows of several states are told apart: by id; where one state has an id twice, by path as well.
#[derive(Clone)]
pub struct Names {
    twice: BTreeSet<Id>,
    /// Flows of the result that had to leave their path to another, with that path.
    moved: BTreeMap<FilePath, FilePath>,
}

impl Names {
    pub fn of(states: [&Bot; 3], derived: &[(FilePath, Derived)]) -> Names {
        let mut twice = BTreeSet::new();
        for bot in states {
            let mut seen = BTreeSet::new();
            twice
                .extend(bot.flows.values().filter(|flow| !seen.insert(&flow.id)).map(|flow| flow.id.clone()));
        }
        let moved = derived.iter().filter(|(_, one)| one.place == "file").filter_map(|(file, _)| {
            let (stem, _) = file.rsplit_once('-')?;
            Some((file.clone(), format_smolstr!("{stem}.flow.json")))
        });
        Names { twice, moved: moved.collect() }
    }

    pub fn flow(&self, path: &FilePath, flow: &Flow) -> Place {
        let path =
            if self.twice.contains(&flow.id) { self.moved.get(path).unwrap_or(path).as_str() } else { "" };
        vec![FLOW.into(), flow.id.clone(), path.into()]
    }

    /// Wires that leave by no output of their node or lead to no node, and members of groups that are not there.
    pub fn loose_ends(&self, bot: &Bot) -> BTreeSet<Place> {
        let kinds = crate::kinds();
        let mut loose = BTreeSet::new();
        for (path, flow) in &bot.flows {
            let lost =
                |group: &Option<Id>| group.as_ref().is_some_and(|group| !flow.groups.contains_key(group));
            let children = flow.groups.iter().filter(|(_, group)| lost(&group.parent));
            loose.extend(children.map(|(id, _)| with(&self.flow(path, flow), ["groups", id, "parent"])));
            let members = flow.nodes.iter().filter(|(_, node)| lost(&node.group));
            loose.extend(members.map(|(id, _)| with(&self.flow(path, flow), ["nodes", id, "group"])));
            for (id, node) in &flow.nodes {
                let has_port = |port: &str| match kinds.get(&node.kind) {
                    Some(kind) => kind.has_port(node, port),
                    // Of a kind that nobody knows, an output may be called like an element that was there.
                    None => false,
                };
                let wires = node.next.iter();
                let wires = wires.filter(|(port, to)| !has_port(port) || !flow.nodes.contains_key(*to));
                loose
                    .extend(wires.map(|(port, _)| with(&self.flow(path, flow), ["nodes", id, "next", port])));
            }
        }
        loose
    }

    pub fn facts(&self, bot: &Bot) -> Facts {
        let mut facts = Facts::new();
        let mut at = vec![SmolStr::new(BOT)];
        for (key, one) in bot.manifest.0.iter() {
            at.push(key.into());
            match (key, one.as_array()) {
                ("channels" | "locales", Some(list)) if list.iter().all(|name| name.as_str().is_some()) => {
                    put(&mut facts, &at, Fact::Thing);
                    let names = list.iter().filter_map(Value::as_str);
                    names.for_each(|name| put(&mut facts, &with(&at, [name]), Fact::Thing));
                }
                _ => value(&mut facts, &mut at, one),
            }
            at.pop();
        }
        for (path, text) in &bot.texts {
            let text = Fact::Is(Value::text(text.to_string()));
            put(&mut facts, &[FILE.into(), path.clone()], text);
        }
        for (path, flow) in &bot.flows {
            let here = self.flow(path, flow);
            self::flow(&mut facts, &here, path, flow);
        }
        facts
    }
}

fn put(facts: &mut Facts, at: &[SmolStr], fact: Fact) {
    facts.insert(at.to_vec(), fact);
}

pub fn with<const N: usize>(at: &[SmolStr], more: [&str; N]) -> Place {
    at.iter().cloned().chain(more.map(SmolStr::new)).collect()
}

/// A word that is always there; empty, it says nothing.
fn said(facts: &mut Facts, at: &[SmolStr], text: &str) {
    if !text.is_empty() {
        put(facts, at, word(text));
    }
}

fn word(text: &str) -> Fact {
    Fact::Is(Value::String(text.into()))
}

fn flow(facts: &mut Facts, here: &[SmolStr], path: &FilePath, flow: &Flow) {
    put(facts, here, Fact::Thing);
    put(facts, &with(here, ["file"]), word(path));
    said(facts, &with(here, ["name"]), &flow.name);
    for (name, map) in [("inputs", &flow.inputs), ("outputs", &flow.outputs), ("extra", &flow.extra)] {
        members(facts, &mut with(here, [name]), map);
    }
    for (id, one) in &flow.nodes {
        node(facts, &with(here, ["nodes", id]), one);
    }
    for (id, Group { title, color, parent, extra }) in &flow.groups {
        let at = with(here, ["groups", id]);
        put(facts, &at, Fact::Thing);
        said(facts, &with(&at, ["title"]), title);
        for (name, value) in [("color", color), ("parent", parent)] {
            value.iter().for_each(|value| put(facts, &with(&at, [name]), word(value)));
        }
        members(facts, &mut with(&at, ["extra"]), extra);
    }
    for (id, Note { text, color, extra }) in &flow.notes {
        let at = with(here, ["notes", id]);
        put(facts, &at, Fact::Thing);
        said(facts, &with(&at, ["text"]), text);
        color.iter().for_each(|color| put(facts, &with(&at, ["color"]), word(color)));
        members(facts, &mut with(&at, ["extra"]), extra);
    }
    for (id, place) in &flow.layout {
        put(facts, &with(here, ["layout", id]), word(&format!("{place:?}")));
    }
}

fn node(facts: &mut Facts, at: &[SmolStr], node: &Node) {
    put(facts, at, Fact::Thing);
    put(facts, &with(at, ["kind"]), word(&format_smolstr!("{} {}", node.kind, node.v)));
    for (name, value) in [("key", &node.key), ("name", &node.name), ("group", &node.group)] {
        value.iter().for_each(|value| put(facts, &with(at, [name]), word(value)));
    }
    members(facts, &mut with(at, ["fields"]), &node.fields);
    members(facts, &mut with(at, ["extra"]), &node.extra);
    for (port, target) in &node.next {
        put(facts, &with(at, ["next", port]), word(target));
    }
}

fn members(facts: &mut Facts, at: &mut Place, map: &Map) {
    for (key, one) in map.iter() {
        at.push(key.into());
        value(facts, at, one);
        at.pop();
    }
}

fn value(facts: &mut Facts, at: &mut Place, one: &Value) {
    match one {
        Value::Object(map) => {
            put(facts, at, Fact::Thing);
            members(facts, at, map);
        }
        Value::Array(list) => match ids(list) {
            Some(ids) => {
                put(facts, at, Fact::Thing);
                for (place, (id, element)) in ids.iter().zip(list).enumerate() {
                    at.push((*id).into());
                    value(facts, at, element);
                    at.pop();
                    for later in &ids[place + 1..] {
                        let pair = [ORDER, id.min(later), id.max(later)];
                        put(facts, &with(at, pair), Fact::First(id < later));
                    }
                }
            }
            None => put(facts, at, Fact::Is(one.clone())),
        },
        _ => put(facts, at, Fact::Is(one.clone())),
    }
}

fn ids(list: &[Value]) -> Option<Vec<&str>> {
    let ids: Vec<&str> = list.iter().map(Value::id).collect::<Option<_>>()?;
    let distinct: BTreeSet<&&str> = ids.iter().collect();
    (distinct.len() == ids.len()).then_some(ids)
}

/// The place of which the edit decides, and everything inside.
pub fn reach(edit: &Edit, flow_at: impl Fn(&FilePath) -> Option<Place>, names: &Names) -> Option<Place> {
    let inside = |flow: &FilePath, more: &[&str]| {
        let mut place = flow_at(flow)?;
        place.extend(more.iter().map(SmolStr::new));
        Some(place)
    };
    let node_path = |flow: &FilePath, node: &Id, path: &[Seg]| {
        let mut place = inside(flow, &["nodes", node, "fields"])?;
        place.extend(path.iter().map(step));
        Some(place)
    };
    match edit {
        Edit::Node { flow, id, .. } => inside(flow, &["nodes", id]),
        Edit::Prop { flow, node, prop, .. } => {
            let name = match prop {
                NodeProp::Kind | NodeProp::V => "kind",
                NodeProp::Key => "key",
                NodeProp::Name => "name",
                NodeProp::Group => "group",
                NodeProp::Extra => "extra",
            };
            inside(flow, &["nodes", node, name])
        }
        Edit::Field { flow, node, path, .. } => node_path(flow, node, path),
        Edit::Insert { flow, node, path, item, .. } => {
            let mut place = node_path(flow, node, path)?;
            place.push(item.id()?.into());
            Some(place)
        }
        Edit::Move { flow, node, path, .. } => {
            let (_, list) = path.split_last()?;
            let mut place = node_path(flow, node, list)?;
            place.push(ORDER.into());
            Some(place)
        }
        Edit::Wire { flow, node, port, .. } => inside(flow, &["nodes", node, "next", port]),
        Edit::Place { flow, id, .. } => inside(flow, &["layout", id]),
        Edit::Group { flow, id, .. } => inside(flow, &["groups", id]),
        Edit::Note { flow, id, .. } => inside(flow, &["notes", id]),
        Edit::Flow { flow, value } => match value {
            Some(value) => Some(names.flow(flow, value)),
            None => inside(flow, &[]),
        },
        Edit::FlowProp { flow, prop, .. } => inside(
            flow,
            match prop {
                FlowProp::Id => &[],
                FlowProp::Name => &["name"],
                FlowProp::Inputs => &["inputs"],
                FlowProp::Outputs => &["outputs"],
                FlowProp::Unresolved => return None,
                FlowProp::Extra => &["extra"],
            },
        ),
        Edit::Manifest { path, .. } => {
            Some(std::iter::once(SmolStr::new(BOT)).chain(path.iter().map(step)).collect())
        }
        Edit::File { path, .. } => Some(vec![FILE.into(), path.clone()]),
    }
}

pub fn step(seg: &Seg) -> SmolStr {
    match seg {
        Seg::Key(key) => key.clone(),
        Seg::Item { item } => item.clone(),
        Seg::Index(place) => format_smolstr!("{place}"),
    }
}

/// One is inside the other.
pub fn meets(one: &Place, other: &Place) -> bool {
    one.iter().zip(other).all(|(a, b)| a == b)
}

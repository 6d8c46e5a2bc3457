//! Changes: every edit puts something into one slot of the bot, so its inverse puts back what was there.

pub(crate) mod act;
mod path;
pub(crate) mod texts;
mod usages;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use self::act::{Act, plan};
pub use self::path::{Seg, get, steps};
pub use self::usages::{Named, Usage, usages};
use crate::bot::{Bot, FilePath, Flow, Group, Id, Node, Note, Place};
use crate::text::{FLOW_MEMBERS, GROUP_MEMBERS, MAX_COORDINATE, NODE_MEMBERS, NOTE_MEMBERS};
use crate::value::{MAX_DEPTH, MAX_OPEN_DEPTH, Map, Value};

/// An atomic list of edits: all of them happen or none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Change.ts"))]
pub struct Change {
    pub edits: Vec<Edit>,
}

/// One slot and what to put there; without a value the slot becomes empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Edit.ts", optional_fields))]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Edit {
    Node {
        flow: FilePath,
        id: Id,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<Node>,
    },
    Prop {
        flow: FilePath,
        node: Id,
        prop: NodeProp,
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "crate::value::present"
        )]
        value: Option<Value>,
    },
    /// A field, or a place inside one.
    Field {
        flow: FilePath,
        node: Id,
        path: Vec<Seg>,
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "crate::value::present"
        )]
        value: Option<Value>,
    },
    /// A new element of a list whose elements have ids.
    Insert {
        flow: FilePath,
        node: Id,
        path: Vec<Seg>,
        item: Value,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Id>,
    },
    /// The element at the path gets another place in its list.
    Move {
        flow: FilePath,
        node: Id,
        path: Vec<Seg>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Id>,
    },
    Wire {
        flow: FilePath,
        node: Id,
        port: SmolStr,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Id>,
    },
    /// Where a node, note or group stands.
    Place {
        flow: FilePath,
        id: Id,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    Group {
        flow: FilePath,
        id: Id,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<Group>,
    },
    Note {
        flow: FilePath,
        id: Id,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Note>,
    },
    /// A whole flow file.
    Flow {
        flow: FilePath,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Box<Flow>>,
    },
    FlowProp {
        flow: FilePath,
        prop: FlowProp,
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "crate::value::present"
        )]
        value: Option<Value>,
    },
    /// A place in bot.json.
    Manifest {
        path: Vec<Seg>,
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "crate::value::present"
        )]
        value: Option<Value>,
    },
    /// Any other text file.
    File {
        path: FilePath,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Arc<str>>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "NodeProp.ts"))]
#[serde(rename_all = "snake_case")]
pub enum NodeProp {
    Kind,
    V,
    Key,
    Name,
    Group,
    /// The members that this version does not know, as one object.
    Extra,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "FlowProp.ts"))]
#[serde(rename_all = "snake_case")]
pub enum FlowProp {
    Id,
    Name,
    Inputs,
    Outputs,
    Unresolved,
    Extra,
}

/// Why a change could not be applied; the bot is as it was.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("the flow {0} does not exist any more")]
    NoFlow(FilePath),
    #[error("the node {0} does not exist any more")]
    NoNode(Id),
    #[error("there is nothing at {0}")]
    NoPlace(String),
    #[error("an element with the id {0} is there already")]
    Twice(Id),
    #[error("{0}")]
    Wrong(&'static str),
}

/// A part of the bot that an edit reaches, for those who keep a copy of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touch {
    Flow(FilePath),
    FlowProps(FilePath),
    Node(FilePath, Id),
    Place(FilePath, Id),
    Group(FilePath, Id),
    Note(FilePath, Id),
    Manifest,
    File(FilePath),
}

/// The path of bot.json, as the file that a manifest edit changes.
pub const MANIFEST_FILE: &str = "bot.json";

impl Change {
    pub fn new(edits: impl IntoIterator<Item = Edit>) -> Change {
        Change { edits: edits.into_iter().collect() }
    }

    pub fn touches(&self) -> BTreeSet<Touch> {
        self.edits.iter().map(Edit::touch).collect()
    }

    /// The files that a save after this change has to write.
    pub fn files(&self) -> BTreeSet<FilePath> {
        self.edits.iter().map(|edit| edit.file().clone()).collect()
    }
}

impl From<Edit> for Change {
    fn from(edit: Edit) -> Change {
        Change { edits: vec![edit] }
    }
}

impl Edit {
    pub fn file(&self) -> &FilePath {
        static MANIFEST: FilePath = SmolStr::new_static(MANIFEST_FILE);
        match self {
            Edit::Node { flow, .. }
            | Edit::Prop { flow, .. }
            | Edit::Field { flow, .. }
            | Edit::Insert { flow, .. }
            | Edit::Move { flow, .. }
            | Edit::Wire { flow, .. }
            | Edit::Place { flow, .. }
            | Edit::Group { flow, .. }
            | Edit::Note { flow, .. }
            | Edit::Flow { flow, .. }
            | Edit::FlowProp { flow, .. } => flow,
            Edit::Manifest { .. } => &MANIFEST,
            Edit::File { path, .. } => path,
        }
    }

    /// The flow that it is an edit of, to make it one of another.
    pub fn flow_mut(&mut self) -> Option<&mut FilePath> {
        match self {
            Edit::Node { flow, .. }
            | Edit::Prop { flow, .. }
            | Edit::Field { flow, .. }
            | Edit::Insert { flow, .. }
            | Edit::Move { flow, .. }
            | Edit::Wire { flow, .. }
            | Edit::Place { flow, .. }
            | Edit::Group { flow, .. }
            | Edit::Note { flow, .. }
            | Edit::Flow { flow, .. }
            | Edit::FlowProp { flow, .. } => Some(flow),
            Edit::Manifest { .. } | Edit::File { .. } => None,
        }
    }

    fn touch(&self) -> Touch {
        match self.clone() {
            Edit::Node { flow, id, .. } => Touch::Node(flow, id),
            Edit::Prop { flow, node, .. }
            | Edit::Field { flow, node, .. }
            | Edit::Insert { flow, node, .. }
            | Edit::Move { flow, node, .. }
            | Edit::Wire { flow, node, .. } => Touch::Node(flow, node),
            Edit::Place { flow, id, .. } => Touch::Place(flow, id),
            Edit::Group { flow, id, .. } => Touch::Group(flow, id),
            Edit::Note { flow, id, .. } => Touch::Note(flow, id),
            Edit::Flow { flow, .. } => Touch::Flow(flow),
            Edit::FlowProp { flow, .. } => Touch::FlowProps(flow),
            Edit::Manifest { .. } => Touch::Manifest,
            Edit::File { path, .. } => Touch::File(path),
        }
    }
}

/// Applies a change and returns the change that takes it back. On a refusal the bot is as it was.
pub fn apply(bot: &mut Bot, change: &Change) -> Result<Change, Refusal> {
    let mut inverse = Vec::with_capacity(change.edits.len());
    for edit in &change.edits {
        match apply_edit(bot, edit) {
            Ok(back) => inverse.push(back),
            Err(refusal) => {
                for back in inverse.iter().rev() {
                    // What was just done can be taken back.
                    let undone = apply_edit(bot, back);
                    debug_assert!(undone.is_ok(), "the inverse of an applied edit applies: {undone:?}");
                }
                return Err(refusal);
            }
        }
    }
    inverse.reverse();
    Ok(Change { edits: inverse })
}

fn apply_edit(bot: &mut Bot, edit: &Edit) -> Result<Edit, Refusal> {
    match edit {
        Edit::Node { flow: path, id, node } => {
            if let Some(node) = node {
                printable(node)?;
            }
            let node = node.clone().map(|mut node| {
                join_lines(&mut node);
                Arc::new(node)
            });
            let old = put(&mut flow(bot, path)?.nodes, id, node);
            Ok(Edit::Node { flow: path.clone(), id: id.clone(), node: old.map(Arc::unwrap_or_clone) })
        }
        Edit::Prop { flow: path, node: id, prop, value } => {
            let node = node(bot, path, id)?;
            let old = put_prop(node, *prop, value.as_ref())?;
            Ok(Edit::Prop { flow: path.clone(), node: id.clone(), prop: *prop, value: old })
        }
        Edit::Field { flow, node: id, path, value } => {
            let fields = &mut node(bot, flow, id)?.fields;
            let back = joined(fields, path, value.as_ref(), |fields| path::set(fields, path, value.clone()))?;
            Ok(field_edit(flow, id, back))
        }
        Edit::Insert { flow, node: id, path, item, before } => {
            let fields = &mut node(bot, flow, id)?.fields;
            let insert = |fields: &mut Map| path::insert(fields, path, item.clone(), before.as_ref());
            let back = joined(fields, path, Some(item), insert)?;
            Ok(field_edit(flow, id, back))
        }
        Edit::Move { flow, node: id, path, before } => {
            let fields = &mut node(bot, flow, id)?.fields;
            let back = joined(fields, path, None, |fields| path::shift(fields, path, before.as_ref()))?;
            Ok(field_edit(flow, id, back))
        }
        Edit::Wire { flow, node: id, port, to } => {
            let old = put(&mut node(bot, flow, id)?.next, port, to.clone());
            Ok(Edit::Wire { flow: flow.clone(), node: id.clone(), port: port.clone(), to: old })
        }
        Edit::Place { flow: path, id, place } => {
            if let Some(place) = place {
                on_canvas(place)?;
            }
            let old = put(&mut flow(bot, path)?.layout, id, *place);
            Ok(Edit::Place { flow: path.clone(), id: id.clone(), place: old })
        }
        Edit::Group { flow: path, id, group } => {
            if let Some(group) = group {
                unknown_only(&group.extra, &GROUP_MEMBERS)?;
            }
            let old = put(&mut flow(bot, path)?.groups, id, group.clone());
            Ok(Edit::Group { flow: path.clone(), id: id.clone(), group: old })
        }
        Edit::Note { flow: path, id, note } => {
            if let Some(note) = note {
                unknown_only(&note.extra, &NOTE_MEMBERS)?;
            }
            let old = put(&mut flow(bot, path)?.notes, id, note.clone());
            Ok(Edit::Note { flow: path.clone(), id: id.clone(), note: old })
        }
        Edit::Flow { flow, value } => {
            if !is_flow_path(flow) {
                return Err(Refusal::Wrong("a flow's file is flows/<name>.flow.json"));
            }
            if let Some(flow) = value {
                printable_flow(flow)?;
            }
            let value = value.as_deref().cloned().map(|mut flow| {
                for node in flow
                    .nodes
                    .values_mut()
                    .filter(|node| node.fields.iter().any(|(_, value)| value.has_lines()))
                {
                    join_lines(Arc::make_mut(node));
                }
                flow
            });
            let old = put(&mut bot.flows, flow, value);
            Ok(Edit::Flow { flow: flow.clone(), value: old.map(Box::new) })
        }
        Edit::FlowProp { flow: path, prop, value } => {
            let old = put_flow_prop(flow(bot, path)?, *prop, value.as_ref())?;
            Ok(Edit::FlowProp { flow: path.clone(), prop: *prop, value: old })
        }
        Edit::Manifest { path, value } => {
            if path.first() == Some(&Seg::Key("nexus".into())) {
                return Err(Refusal::Wrong("the version of bot.json's form is not edited"));
            }
            // Lists of bot.json have no elements with ids.
            if path.iter().any(|seg| matches!(seg, Seg::Item { .. })) {
                return Err(Refusal::Wrong("lists of bot.json are set as a whole"));
            }
            if let ([Seg::Key(member)], Some(open)) = (path.as_slice(), value)
                && member == "unresolved"
            {
                not_bottomless(open)?;
                let old = bot.manifest.0.insert(member.clone(), open.clone());
                return Ok(Edit::Manifest { path: path.clone(), value: old });
            }
            match path::set(&mut bot.manifest.0, path, value.clone())? {
                path::Back::Set { path, value } => Ok(Edit::Manifest { path, value }),
                _ => Err(Refusal::Wrong("lists of bot.json are set as a whole")),
            }
        }
        Edit::File { path, text } => {
            if is_flow_path(path) || path == MANIFEST_FILE {
                return Err(Refusal::Wrong("flows and bot.json are not edited as text"));
            }
            let inside = |part: &str| !matches!(part, "" | "." | "..");
            if !path.split('/').all(inside) || path.contains(['\\', '\0']) {
                return Err(Refusal::Wrong("a file of the bot lies in the bot's folder"));
            }
            let old = put(&mut bot.texts, path, text.clone());
            Ok(Edit::File { path: path.clone(), text: old })
        }
    }
}

/// `flows/<name>.flow.json`; a name of plain characters, so that it works on every system.
pub fn is_flow_path(path: &str) -> bool {
    path.strip_prefix("flows/")
        .and_then(|rest| rest.strip_suffix(".flow.json"))
        .is_some_and(|name| !name.is_empty() && !name.contains(['/', '\\', ':', '\0']))
}

/// Runs an edit of one field and keeps the field as a file would be read: `$lines` are texts, except below `$raw`. Where tags may
/// come or go with the edit, the whole field is what is put back.
fn joined(
    fields: &mut Map,
    path: &[Seg],
    new: Option<&Value>,
    edit: impl FnOnce(&mut Map) -> Result<path::Back, Refusal>,
) -> Result<path::Back, Refusal> {
    let Some(Seg::Key(name)) = path.first() else { return edit(fields) };
    let lines = path.iter().any(|seg| *seg == Seg::Key("$lines".into()))
        || new.is_some_and(Value::has_lines)
        || fields.get(name).is_some_and(Value::has_lines);
    if !lines {
        return edit(fields);
    }
    let before = fields.get(name).cloned();
    edit(fields)?;
    if let Some(field) = fields.get_mut(name) {
        field.join_lines();
    }
    Ok(path::Back::Set { path: vec![Seg::Key(name.clone())], value: before })
}

fn join_lines(node: &mut Node) {
    node.fields.values_mut().for_each(Value::join_lines);
}

fn on_canvas(place: &Place) -> Result<(), Refusal> {
    let numbers = [Some(place.x), Some(place.y), place.w, place.h];
    if numbers.into_iter().flatten().any(|n| n.unsigned_abs() > MAX_COORDINATE.unsigned_abs()) {
        return Err(Refusal::Wrong("the canvas ends a million away from its middle"));
    }
    if place.w.is_some() != place.h.is_some() {
        return Err(Refusal::Wrong("a place has a width and a height or neither"));
    }
    Ok(())
}

fn field_edit(flow: &FilePath, node: &Id, back: path::Back) -> Edit {
    let (flow, node) = (flow.clone(), node.clone());
    match back {
        path::Back::Set { path, value } => Edit::Field { flow, node, path, value },
        path::Back::Insert { path, item, before } => Edit::Insert { flow, node, path, item, before },
        path::Back::Move { path, before } => Edit::Move { flow, node, path, before },
    }
}

fn put<T>(table: &mut BTreeMap<SmolStr, T>, id: &SmolStr, value: Option<T>) -> Option<T> {
    match (table.entry(id.clone()), value) {
        (Entry::Occupied(mut slot), Some(value)) => Some(slot.insert(value)),
        (Entry::Occupied(slot), None) => Some(slot.remove()),
        (Entry::Vacant(slot), Some(value)) => {
            slot.insert(value);
            None
        }
        (Entry::Vacant(_), None) => None,
    }
}

fn flow<'a>(bot: &'a mut Bot, path: &FilePath) -> Result<&'a mut Flow, Refusal> {
    bot.flows.get_mut(path).ok_or_else(|| Refusal::NoFlow(path.clone()))
}

fn node<'a>(bot: &'a mut Bot, path: &FilePath, id: &Id) -> Result<&'a mut Node, Refusal> {
    let node = flow(bot, path)?.nodes.get_mut(id).ok_or_else(|| Refusal::NoNode(id.clone()))?;
    Ok(Arc::make_mut(node))
}

/// What was printed must read back as it was.
fn printable(node: &Node) -> Result<(), Refusal> {
    unknown_only(&node.extra, &NODE_MEMBERS)?;
    shallow(&node.fields)
}

fn printable_flow(flow: &Flow) -> Result<(), Refusal> {
    flow.nodes.values().try_for_each(|node| printable(node))?;
    flow.groups.values().try_for_each(|group| unknown_only(&group.extra, &GROUP_MEMBERS))?;
    flow.notes.values().try_for_each(|note| unknown_only(&note.extra, &NOTE_MEMBERS))?;
    flow.layout.values().try_for_each(on_canvas)?;
    [&flow.inputs, &flow.outputs].into_iter().try_for_each(shallow)?;
    flow.unresolved.as_ref().map_or(Ok(()), not_bottomless)?;
    unknown_only(&flow.extra, &FLOW_MEMBERS)
}

fn unknown_only(extra: &Map, known: &[&str]) -> Result<(), Refusal> {
    if known.iter().any(|name| extra.contains(name)) {
        return Err(Refusal::Wrong("a known member is not set as an unknown one"));
    }
    shallow(extra)
}

fn shallow(map: &Map) -> Result<(), Refusal> {
    map.iter().try_for_each(|(_, value)| shallow_value(value))
}

/// The same for what is unresolved.
fn not_bottomless(unresolved: &Value) -> Result<(), Refusal> {
    if unresolved.depth() > MAX_OPEN_DEPTH {
        return Err(Refusal::Wrong("values nest too deeply"));
    }
    Ok(())
}

fn shallow_value(value: &Value) -> Result<(), Refusal> {
    if value.depth() >= MAX_DEPTH {
        return Err(Refusal::Wrong("values nest too deeply"));
    }
    Ok(())
}

fn put_prop(node: &mut Node, prop: NodeProp, value: Option<&Value>) -> Result<Option<Value>, Refusal> {
    let text = |value: Option<&Value>| match value {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refusal::Wrong("this property is a text")),
    };
    let slot = match prop {
        NodeProp::Kind => {
            let kind = text(value)?.ok_or(Refusal::Wrong("a node has a kind"))?;
            return Ok(Some(Value::String(std::mem::replace(&mut node.kind, kind))));
        }
        NodeProp::V => {
            let v = match value {
                Some(Value::Number(literal)) => literal.parse().ok(),
                _ => None,
            };
            let v: u32 = v.ok_or(Refusal::Wrong("a kind's version is a whole number"))?;
            return Ok(Some(Value::int(std::mem::replace(&mut node.v, v).into())));
        }
        NodeProp::Extra => return put_object(&mut node.extra, value, &NODE_MEMBERS),
        NodeProp::Key => &mut node.key,
        NodeProp::Name => &mut node.name,
        NodeProp::Group => &mut node.group,
    };
    Ok(std::mem::replace(slot, text(value)?).map(Value::String))
}

fn put_flow_prop(flow: &mut Flow, prop: FlowProp, value: Option<&Value>) -> Result<Option<Value>, Refusal> {
    match prop {
        FlowProp::Id | FlowProp::Name => {
            let Some(Value::String(text)) = value else {
                return Err(Refusal::Wrong("this property is a text"));
            };
            let slot = if prop == FlowProp::Id { &mut flow.id } else { &mut flow.name };
            Ok(Some(Value::String(std::mem::replace(slot, text.clone()))))
        }
        FlowProp::Inputs => put_object(&mut flow.inputs, value, &[]),
        FlowProp::Outputs => put_object(&mut flow.outputs, value, &[]),
        FlowProp::Extra => put_object(&mut flow.extra, value, &FLOW_MEMBERS),
        FlowProp::Unresolved => {
            value.map_or(Ok(()), not_bottomless)?;
            Ok(std::mem::replace(&mut flow.unresolved, value.cloned()))
        }
    }
}

fn put_object(slot: &mut Map, value: Option<&Value>, known: &[&str]) -> Result<Option<Value>, Refusal> {
    let Some(Value::Object(map)) = value else { return Err(Refusal::Wrong("this property is an object")) };
    unknown_only(map, known)?;
    Ok(Some(Value::Object(std::mem::replace(slot, map.clone()))))
}

//! Acts: what a person does in one stroke that takes the whole bot to work out. Each is planned into a plain change.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{Change, Edit, NodeProp, Refusal, Seg};
use crate::bot::{Bot, FilePath, Flow, Id, SCOPES, is_given};
use crate::descriptor::{Descriptor, FieldType, Kinds};
use crate::expr::{self, Mode};
use crate::value::{Value, View};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Act.ts"))]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Removes nodes, notes and groups with the wires that lead to them; `heal` joins what they stood between.
    Remove {
        flow: FilePath,
        ids: Vec<Id>,
        heal: bool,
    },
    /// Gives a node another key and rewrites the expressions that use it.
    RenameKey {
        flow: FilePath,
        node: Id,
        to: SmolStr,
    },
    RenameVariable {
        scope: SmolStr,
        from: SmolStr,
        to: SmolStr,
    },
}

/// The change that does it to this bot.
pub fn plan(bot: &Bot, kinds: &Kinds, act: &Act) -> Result<Change, Refusal> {
    match act {
        Act::Remove { flow: path, ids, heal } => {
            let flow = bot.flows.get(path).ok_or_else(|| Refusal::NoFlow(path.clone()))?;
            Ok(remove(flow, path, ids, *heal, kinds))
        }
        Act::RenameKey { flow: path, node, to } => {
            let flow = bot.flows.get(path).ok_or_else(|| Refusal::NoFlow(path.clone()))?;
            rename_key(flow, path, node, to, kinds)
        }
        Act::RenameVariable { scope, from, to } => rename_variable(bot, kinds, scope, from, to),
    }
}

fn remove(flow: &Flow, path: &FilePath, ids: &[Id], heal: bool, kinds: &Kinds) -> Change {
    let gone: BTreeSet<&Id> = ids.iter().collect();
    let mut edits = Vec::new();
    for (id, node) in &flow.nodes {
        if gone.contains(id) {
            continue;
        }
        for (port, target) in &node.next {
            if gone.contains(target) {
                // Joining a node to itself would heal nothing.
                let to = if heal { beyond(flow, &gone, target).filter(|to| to != id) } else { None };
                edits.push(Edit::Wire { flow: path.clone(), node: id.clone(), port: port.clone(), to });
            }
        }
        if let Some(descriptor) = kinds.get(&node.kind) {
            each_text(descriptor, node, &mut |at, target, role| {
                if role == TextRole::Node && gone.contains(&SmolStr::new(target)) {
                    let to = if heal { beyond(flow, &gone, &target.into()) } else { None };
                    let value = to.map(Value::String);
                    edits.push(Edit::Field {
                        flow: path.clone(),
                        node: id.clone(),
                        path: at.to_vec(),
                        value,
                    });
                }
            });
        }
        if node.group.as_ref().is_some_and(|group| gone.contains(group) && flow.groups.contains_key(group)) {
            edits.push(Edit::Prop {
                flow: path.clone(),
                node: id.clone(),
                prop: NodeProp::Group,
                value: None,
            });
        }
    }
    for (id, group) in &flow.groups {
        if !gone.contains(id) && group.parent.as_ref().is_some_and(|parent| gone.contains(parent)) {
            let group = crate::bot::Group { parent: None, ..group.clone() };
            edits.push(Edit::Group { flow: path.clone(), id: id.clone(), group: Some(group) });
        }
    }
    for id in gone {
        let (flow_path, id) = (path.clone(), id.clone());
        if flow.layout.contains_key(&id) {
            edits.push(Edit::Place { flow: flow_path.clone(), id: id.clone(), place: None });
        }
        if flow.nodes.contains_key(&id) {
            edits.push(Edit::Node { flow: flow_path, id, node: None });
        } else if flow.notes.contains_key(&id) {
            edits.push(Edit::Note { flow: flow_path, id, note: None });
        } else if flow.groups.contains_key(&id) {
            edits.push(Edit::Group { flow: flow_path, id, group: None });
        }
    }
    Change { edits }
}

/// The first node that stays, following the single wire of each one that goes.
fn beyond(flow: &Flow, gone: &BTreeSet<&Id>, from: &Id) -> Option<Id> {
    let mut at = from;
    for _ in 0..=gone.len() {
        let mut targets = flow.nodes.get(at)?.next.values();
        let target = targets.next()?;
        if targets.next().is_some() {
            return None;
        }
        if !gone.contains(target) {
            return flow.nodes.contains_key(target).then(|| target.clone());
        }
        at = target;
    }
    None
}

fn rename_key(flow: &Flow, path: &FilePath, id: &Id, to: &SmolStr, kinds: &Kinds) -> Result<Change, Refusal> {
    let node = flow.nodes.get(id).ok_or_else(|| Refusal::NoNode(id.clone()))?;
    if !to.is_empty() && !expr::is_identifier(to) {
        return Err(Refusal::Wrong(
            "a key is made of letters, digits and _, and does not start with a digit",
        ));
    }
    if flow.nodes.iter().any(|(other, node)| other != id && node.key.as_ref() == Some(to)) {
        return Err(Refusal::Wrong("another node of this flow has this key"));
    }
    let value = (!to.is_empty()).then(|| Value::String(to.clone()));
    let mut edits = vec![Edit::Prop { flow: path.clone(), node: id.clone(), prop: NodeProp::Key, value }];
    if let (Some(from), false) = (&node.key, to.is_empty()) {
        rename_in(flow, path, kinds, &["nodes", from], to, &mut edits);
    }
    Ok(Change { edits })
}

fn rename_variable(
    bot: &Bot,
    kinds: &Kinds,
    scope: &str,
    from: &str,
    to: &SmolStr,
) -> Result<Change, Refusal> {
    if !SCOPES.contains(&scope) {
        return Err(Refusal::Wrong("a variable belongs to user, chat or bot"));
    }
    if !expr::is_identifier(to) {
        return Err(Refusal::Wrong(
            "a variable's name is made of letters, digits and _, and does not start with a digit",
        ));
    }
    if is_given(scope, to) {
        return Err(Refusal::Wrong("the platform gives a value of this name; choose another one"));
    }
    let declared = bot.manifest.variables(scope);
    if declared.is_some_and(|variables| variables.contains(to)) {
        return Err(Refusal::Wrong("a variable of this name is there already"));
    }
    let mut edits = Vec::new();
    if let Some(declaration) = declared.and_then(|variables| variables.get(from)) {
        let place = |name: &str| vec!["variables".into(), scope.into(), name.into()];
        edits.push(Edit::Manifest { path: place(to), value: Some(declaration.clone()) });
        edits.push(Edit::Manifest { path: place(from), value: None });
    }
    for (path, flow) in &bot.flows {
        rename_in(flow, path, kinds, &[scope, from], to, &mut edits);
    }
    Ok(Change { edits })
}

/// Rewrites a name in all expressions of a flow, and in fields that hold a variable's name.
fn rename_in(flow: &Flow, path: &FilePath, kinds: &Kinds, name: &[&str], to: &str, edits: &mut Vec<Edit>) {
    for (id, node) in &flow.nodes {
        let Some(descriptor) = kinds.get(&node.kind) else { continue };
        each_text(descriptor, node, &mut |at, text, role| {
            let renamed = match role {
                TextRole::Expression(mode) => expr::rename(text, mode, name, to),
                TextRole::Node => None,
                TextRole::Variable => (text == name.join(".")).then(|| format!("{}.{to}", name[0])),
            };
            if let Some(renamed) = renamed {
                let value = Some(Value::text(renamed));
                edits.push(Edit::Field { flow: path.clone(), node: id.clone(), path: at.to_vec(), value });
            }
        });
    }
}

/// What a text of a field is to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextRole {
    Expression(Mode),
    /// A variable with its scope.
    Variable,
    /// The id of another node.
    Node,
}

/// Visits every text of a node that can name something, with its place.
pub(crate) fn each_text(
    descriptor: &Descriptor,
    node: &crate::bot::Node,
    visit: &mut dyn FnMut(&[Seg], &str, TextRole),
) {
    for field in &descriptor.fields {
        if let Some(value) = node.fields.get(field.name) {
            let mut at = vec![Seg::from(field.name)];
            visit_field(field, value, &mut at, visit);
        }
    }
}

fn visit_field(
    field: &crate::descriptor::Field,
    value: &Value,
    at: &mut Vec<Seg>,
    visit: &mut dyn FnMut(&[Seg], &str, TextRole),
) {
    match value.view() {
        View::Expr(text) => {
            at.push("$expr".into());
            visit(at, text, TextRole::Expression(Mode::Bare));
            at.pop();
        }
        View::Secret(_) | View::Raw(_) => {}
        View::Locales(texts) => {
            at.push("$t".into());
            for (locale, text) in texts.iter() {
                at.push(locale.into());
                visit_field(field, text, at, visit);
                at.pop();
            }
            at.pop();
        }
        View::Plain(value) => match (&field.kind, value) {
            (FieldType::Expr, Value::String(text)) => visit(at, text, TextRole::Expression(Mode::Bare)),
            (FieldType::Variable, Value::String(text)) => visit(at, text, TextRole::Variable),
            (FieldType::Node, Value::String(id)) => visit(at, id, TextRole::Node),
            (FieldType::List { item, .. }, Value::Array(elements)) => {
                let mut seen = BTreeSet::new();
                for (place, element) in elements.iter().enumerate() {
                    let id = element.id().filter(|id| seen.insert(*id));
                    let Some(members) = element.as_object() else { continue };
                    at.push(match id {
                        Some(id) => Seg::Item { item: id.into() },
                        None => Seg::Index(place as u32),
                    });
                    for inner in item {
                        if let Some(value) = members.get(inner.name) {
                            at.push(inner.name.into());
                            visit_field(inner, value, at, visit);
                            at.pop();
                        }
                    }
                    at.pop();
                }
            }
            (FieldType::Map { value: inner }, Value::Object(members)) => {
                for (key, value) in members.iter() {
                    at.push(key.into());
                    visit_field(inner, value, at, visit);
                    at.pop();
                }
            }
            (_, value) if field.template => visit_templates(value, at, visit),
            _ => {}
        },
    }
}

/// Templates may stand anywhere in a JSON field.
fn visit_templates(value: &Value, at: &mut Vec<Seg>, visit: &mut dyn FnMut(&[Seg], &str, TextRole)) {
    match value {
        Value::String(text) => visit(at, text, TextRole::Expression(Mode::Template)),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                at.push(Seg::Index(place as u32));
                visit_templates(item, at, visit);
                at.pop();
            }
        }
        Value::Object(members) => match value.view() {
            // An expression may stand for any part of a JSON value.
            View::Expr(text) => {
                at.push("$expr".into());
                visit(at, text, TextRole::Expression(Mode::Bare));
                at.pop();
            }
            View::Plain(_) => {
                for (key, inner) in members.iter() {
                    at.push(key.into());
                    visit_templates(inner, at, visit);
                    at.pop();
                }
            }
            _ => {}
        },
        _ => {}
    }
}

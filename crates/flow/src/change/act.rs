//! Acts: what a person does in one stroke that takes the whole bot to work out. Each is planned into a plain change.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::texts::{TextRole, each_text};
use super::{Change, Edit, FlowProp, NodeProp, Refusal};
use crate::bot::{Bot, FilePath, Flow, Id, SCOPES, is_given};
use crate::descriptor::Kinds;
use crate::expr;
use crate::value::Value;

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
    /// Gives a secret another name in bot.json and wherever it is used; its value stays in the vault under the old one.
    RenameSecret {
        from: SmolStr,
        to: SmolStr,
    },
    /// Gives a flow another id and makes those who call it call that.
    RenameFlow {
        flow: FilePath,
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
        Act::RenameSecret { from, to } => rename_secret(bot, kinds, from, to),
        Act::RenameFlow { flow, to } => rename_flow(bot, kinds, flow, to),
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

fn rename_secret(bot: &Bot, kinds: &Kinds, from: &str, to: &SmolStr) -> Result<Change, Refusal> {
    if !is_plain_name(to) {
        return Err(Refusal::Wrong("a secret's name is made of letters, digits, - and _"));
    }
    let declared = bot.manifest.0.get("secrets").and_then(Value::as_object);
    if declared.is_some_and(|secrets| secrets.contains(to)) {
        return Err(Refusal::Wrong("a secret of this name is there already"));
    }
    let mut edits = Vec::new();
    if let Some(declaration) = declared.and_then(|secrets| secrets.get(from)) {
        let place = |name: &str| vec!["secrets".into(), name.into()];
        edits.push(Edit::Manifest { path: place(to), value: Some(declaration.clone()) });
        edits.push(Edit::Manifest { path: place(from), value: None });
    }
    point_elsewhere(bot, kinds, TextRole::Secret, from, to, &mut edits);
    Ok(Change { edits })
}

fn rename_flow(bot: &Bot, kinds: &Kinds, path: &FilePath, to: &SmolStr) -> Result<Change, Refusal> {
    let flow = bot.flows.get(path).ok_or_else(|| Refusal::NoFlow(path.clone()))?;
    if !is_plain_name(to) {
        return Err(Refusal::Wrong("a flow's id is made of letters, digits, - and _"));
    }
    if bot.flows.iter().any(|(other, flow)| other != path && flow.id == *to) {
        return Err(Refusal::Wrong("another flow has this id"));
    }
    let value = Some(Value::String(to.clone()));
    let mut edits = vec![Edit::FlowProp { flow: path.clone(), prop: FlowProp::Id, value }];
    // Which of two flows with one id is called, nobody can tell; the calls stay with the other.
    if !flow.id.is_empty() && bot.flows.values().filter(|other| other.id == flow.id).count() == 1 {
        point_elsewhere(bot, kinds, TextRole::Flow, &flow.id, to, &mut edits);
    }
    Ok(Change { edits })
}

/// Makes all fields that name one thing name another.
fn point_elsewhere(
    bot: &Bot,
    kinds: &Kinds,
    role: TextRole,
    from: &str,
    to: &SmolStr,
    edits: &mut Vec<Edit>,
) {
    for (path, flow) in &bot.flows {
        for (id, node) in &flow.nodes {
            let Some(descriptor) = kinds.get(&node.kind) else { continue };
            each_text(descriptor, node, &mut |at, text, its| {
                if its == role && text == from {
                    let value = Some(Value::String(to.clone()));
                    edits.push(Edit::Field {
                        flow: path.clone(),
                        node: id.clone(),
                        path: at.to_vec(),
                        value,
                    });
                }
            });
        }
    }
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        // Not names that JavaScript objects bring along.
        && !name.starts_with("__")
}

/// Rewrites a name in all expressions of a flow, and in fields that hold a variable's name.
fn rename_in(flow: &Flow, path: &FilePath, kinds: &Kinds, name: &[&str], to: &str, edits: &mut Vec<Edit>) {
    for (id, node) in &flow.nodes {
        let Some(descriptor) = kinds.get(&node.kind) else { continue };
        each_text(descriptor, node, &mut |at, text, role| {
            let renamed = match role {
                TextRole::Expression(mode) => expr::rename(text, mode, name, to),
                TextRole::Node | TextRole::Flow | TextRole::Secret => None,
                TextRole::Variable => (text == name.join(".")).then(|| format!("{}.{to}", name[0])),
            };
            if let Some(renamed) = renamed {
                let value = Some(Value::text(renamed));
                edits.push(Edit::Field { flow: path.clone(), node: id.clone(), path: at.to_vec(), value });
            }
        });
    }
}

//! The texts of a node that can name something, each with its place: what renaming, finding uses and the checks walk.

use std::collections::BTreeSet;

use super::Seg;
use crate::descriptor::{Descriptor, FieldType};
use crate::expr::Mode;
use crate::value::{Value, View};

/// What a text of a field is to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextRole {
    Expression(Mode),
    /// A variable with its scope.
    Variable,
    /// The id of another node.
    Node,
    /// The id of a flow.
    Flow,
    /// The name of a secret.
    Secret,
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
        View::Expr(text) => visit_tagged("$expr", text, TextRole::Expression(Mode::Bare), at, visit),
        View::Secret(name) => visit_tagged("$secret", name, TextRole::Secret, at, visit),
        View::Raw(_) => {}
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
            (FieldType::Flow, Value::String(id)) => visit(at, id, TextRole::Flow),
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

fn visit_tagged(
    tag: &str,
    text: &str,
    role: TextRole,
    at: &mut Vec<Seg>,
    visit: &mut dyn FnMut(&[Seg], &str, TextRole),
) {
    at.push(tag.into());
    visit(at, text, role);
    at.pop();
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
            View::Expr(text) => visit_tagged("$expr", text, TextRole::Expression(Mode::Bare), at, visit),
            View::Secret(name) => visit_tagged("$secret", name, TextRole::Secret, at, visit),
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

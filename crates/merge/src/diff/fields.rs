//! What changed inside values, as deep as it can be named.

use std::collections::BTreeSet;

use flow::{Descriptor, Edit, Field, FieldType, FilePath, Id, Map, Seg, Value};
use smol_str::SmolStr;

use super::What;

/// How a value may be taken apart.
#[derive(Clone, Copy)]
pub enum Grain<'a> {
    Field(&'a Field),
    Fields(&'a [Field]),
    Plain,
}

#[derive(Default)]
pub struct Found {
    pub changes: Vec<Difference>,
}

/// One change at a path.
pub struct Difference {
    pub path: Vec<Seg>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// The list's elements in their new order, where that is the change.
    pub order: Option<Vec<Id>>,
}

pub fn members<'f>(
    before: &Map,
    after: &Map,
    at: &mut Vec<Seg>,
    grain: &dyn Fn(&str) -> Grain<'f>,
    found: &mut Found,
) {
    let keys: BTreeSet<&str> = before.iter().chain(after.iter()).map(|(key, _)| key).collect();
    for key in keys {
        at.push(key.into());
        value(before.get(key), after.get(key), at, grain(key), found);
        at.pop();
    }
}

fn value(before: Option<&Value>, after: Option<&Value>, at: &mut Vec<Seg>, grain: Grain, found: &mut Found) {
    if before == after {
        return;
    }
    let unit = matches!(grain, Grain::Field(field) if field.unit);
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new)))
            if !unit && !old.has_tags() && !new.has_tags() =>
        {
            members(old, new, at, &|key| inner(grain, key), found);
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => match grain {
            Grain::Field(Field { kind: FieldType::List { item, .. }, .. })
                if ids(old).is_some() && ids(new).is_some() =>
            {
                elements(old, new, at, item, found);
            }
            _ => found.put(at, before, after),
        },
        _ => found.put(at, before, after),
    }
}

fn inner<'f>(grain: Grain<'f>, key: &str) -> Grain<'f> {
    match grain {
        Grain::Fields(fields) => {
            fields.iter().find(|field| field.name == key).map_or(Grain::Plain, Grain::Field)
        }
        Grain::Field(Field { kind: FieldType::Map { value }, .. }) => Grain::Field(value),
        _ => Grain::Plain,
    }
}

fn elements(old: &[Value], new: &[Value], at: &mut Vec<Seg>, fields: &[Field], found: &mut Found) {
    let (old_ids, new_ids) = (ids(old).unwrap_or_default(), ids(new).unwrap_or_default());
    let find = |list: &'_ [Value], id: &Id| list.iter().position(|one| one.id() == Some(id));
    // As the list stands once the changes so far are made: new elements come at the end.
    let mut standing: Vec<Id> = Vec::new();
    for id in &old_ids {
        at.push(Seg::Item { item: id.clone() });
        let after = find(new, id).map(|place| &new[place]);
        value(find(old, id).map(|place| &old[place]), after, at, Grain::Fields(fields), found);
        at.pop();
        if after.is_some() {
            standing.push(id.clone());
        }
    }
    for id in new_ids.iter().filter(|id| !old_ids.contains(id)) {
        at.push(Seg::Item { item: id.clone() });
        found.put(at, None, find(new, id).map(|place| &new[place]));
        at.pop();
        standing.push(id.clone());
    }
    if standing != new_ids {
        found.changes.push(Difference { path: at.clone(), before: None, after: None, order: Some(new_ids) });
    }
}

/// The ids of a list, if each element has one of its own.
fn ids(list: &[Value]) -> Option<Vec<SmolStr>> {
    let ids: Vec<SmolStr> = list.iter().map(|one| one.id().map(SmolStr::new)).collect::<Option<_>>()?;
    let distinct: BTreeSet<&SmolStr> = ids.iter().collect();
    (distinct.len() == ids.len()).then_some(ids)
}

impl Found {
    fn put(&mut self, at: &[Seg], before: Option<&Value>, after: Option<&Value>) {
        self.changes.push(Difference {
            path: at.to_vec(),
            before: before.cloned(),
            after: after.cloned(),
            order: None,
        });
    }
}

impl Difference {
    pub fn edits(self, flow: &FilePath, node: &Id) -> Vec<Edit> {
        let (flow, node) = (flow.clone(), node.clone());
        if let Some(order) = self.order {
            let to_end = |item: Id| {
                let mut path = self.path.clone();
                path.push(Seg::Item { item });
                Edit::Move { flow: flow.clone(), node: node.clone(), path, before: None }
            };
            return order.into_iter().map(to_end).collect();
        }
        match (self.path.split_last(), self.before.is_none(), self.after) {
            (Some((Seg::Item { .. }, list)), true, Some(item)) => {
                vec![Edit::Insert { flow, node, path: list.to_vec(), item, before: None }]
            }
            (_, _, value) => vec![Edit::Field { flow, node, path: self.path, value }],
        }
    }

    pub fn words(&self, descriptor: Option<&Descriptor>, before: &Map, after: &Map) -> (What, String) {
        let field = match self.path.first() {
            Some(Seg::Key(name)) => name.as_str(),
            _ => "",
        };
        let known = descriptor.and_then(|descriptor| descriptor.field(field));
        let label = known.map_or_else(|| field.to_string(), |field| field.label.to_lowercase());
        if self.order.is_some() {
            return (What::OrderChanged, format!("{label} put in another order"));
        }
        let element = self.path.iter().enumerate().find_map(|(place, seg)| match seg {
            Seg::Item { item } => {
                let path = &self.path[..=place];
                Some(shown(after, path).or_else(|| shown(before, path)).unwrap_or_else(|| item.to_string()))
            }
            _ => None,
        });
        let whole = matches!(self.path.last(), Some(Seg::Item { .. }));
        match (element, whole, &self.before, &self.after) {
            (Some(element), true, None, _) => (What::ElementAdded, format!("`{element}` added to {label}")),
            (Some(element), true, _, None) => {
                (What::ElementRemoved, format!("`{element}` removed from {label}"))
            }
            (Some(element), ..) => (What::FieldChanged, format!("`{element}` changed in {label}")),
            (None, _, Some(Value::String(_)), Some(Value::String(_))) => {
                let word = if known.is_some_and(|field| matches!(field.kind, FieldType::Text { .. })) {
                    "reworded"
                } else {
                    "changed"
                };
                (What::FieldChanged, if label == "text" { word.into() } else { format!("{label} {word}") })
            }
            _ => (What::FieldChanged, format!("{label} changed")),
        }
    }
}

/// What a person sees of an element: the first text that is not its id.
fn shown(fields: &Map, path: &[Seg]) -> Option<String> {
    let element = flow::change::get(fields, path)?.as_object()?;
    let preferred = ["label", "variable", "when", "name"].into_iter().filter_map(|name| element.get(name));
    preferred.filter_map(Value::as_str).map(str::to_string).next()
}

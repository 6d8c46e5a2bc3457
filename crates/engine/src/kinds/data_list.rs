//! Changes a list that a variable holds.

use std::cmp::Ordering;
use std::sync::Arc;

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{base, example, json, variable};
use crate::build::{Broken, Build, Place};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{does} {list}",
        help: "Changes a list that is kept in a variable; one that was never set is empty. Places count from 1, and from the end when they \
               are below zero: -1 is the last one.\n\n\
               `nodes.<key>` has the new `list`, its `count`, and the `item` that was taken out; nothing where there was none.",
        synonyms: &[
            "array",
            "queue",
            "stack",
            "cart",
            "append",
            "push",
            "pop",
            "sort",
            "shuffle",
            "filter",
            "collection",
            "items",
        ],
        fields: vec![
            variable("list", "List").required().placeholder("user.cart"),
            Field::choice(
                "does",
                "What to do",
                &[
                    ("add", "Add at the end"),
                    ("insert", "Insert at a place"),
                    ("remove", "Remove a value"),
                    ("remove-at", "Remove at a place"),
                    ("first", "Take the first"),
                    ("last", "Take the last"),
                    ("sort", "Sort"),
                    ("reverse", "Turn round"),
                    ("unique", "Keep one of each"),
                    ("shuffle", "Shuffle"),
                    ("slice", "Keep a part"),
                    ("clear", "Empty"),
                ],
            ),
            json("value", "Value").required().placeholder("Tea").when("does", &["add", "insert", "remove"]),
            json("place", "Place").required().placeholder("1").when("does", &["insert", "remove-at"]),
            Field::word("by", "By")
                .placeholder("price")
                .help("The member of the items to look at; empty for the items themselves.")
                .when("does", &["sort", "unique"]),
            Field::choice("order", "Order", &[("up", "Smallest first"), ("down", "Largest first")])
                .when("does", &["sort"]),
            json("from", "From").placeholder("1").when("does", &["slice"]),
            json("to", "To").placeholder("-1").help("This one stays too.").when("does", &["slice"]),
        ],
        ..base("data.list", Family::Data, "Change a list", "list")
    };
    it.example = example(&it, r#"{"list": "user.cart", "does": "add", "value": "{{ msg.text }}"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let place =
        of.place("list")?.ok_or_else(|| Broken::new("It does not say which list.").at("list"))?;
    let does = match of.word("does").as_str() {
        "insert" => Does::Insert { value: of.source("value")?, place: of.source("place")? },
        "remove" => Does::Remove(of.source("value")?),
        "remove-at" => Does::RemoveAt(of.source("place")?),
        "first" => Does::First,
        "last" => Does::Last,
        "sort" => Does::Sort { by: of.word("by"), down: of.word("order") == "down" },
        "reverse" => Does::Reverse,
        "unique" => Does::Unique { by: of.word("by") },
        "shuffle" => Does::Shuffle,
        "slice" => Does::Slice { from: of.source("from")?, to: of.source("to")? },
        "clear" => Does::Clear,
        _ => Does::Add(of.source("value")?),
    };
    Ok(Box::new(List { place, does }))
}

#[derive(Debug)]
struct List {
    place: Place,
    does: Does,
}

#[derive(Debug)]
enum Does {
    Add(Source),
    Insert { value: Source, place: Source },
    Remove(Source),
    RemoveAt(Source),
    First,
    Last,
    Sort { by: SmolStr, down: bool },
    Reverse,
    Unique { by: SmolStr },
    Shuffle,
    Slice { from: Source, to: Source },
    Clear,
}

impl Behaviour for List {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let mut items = match at.get(&self.place) {
            Data::Null => Vec::new(),
            Data::List(items) => items.to_vec(),
            other => {
                let message = format!("`{}` holds {}, not a list.", self.place.name, other.kind());
                return Err(Fault::wrong_type(message).at("list"));
            }
        };
        let mut taken = Data::Null;
        match &self.does {
            Does::Add(value) => {
                let value = at.value(value).map_err(|fault| fault.at("value"))?;
                // Said as adding, so that what others add at the same time stays.
                at.append(&self.place, value.clone())?;
                items.push(value);
                return gone_on(at, items, taken);
            }
            Does::Insert { value, place } => {
                let value = at.value(value).map_err(|fault| fault.at("value"))?;
                // Behind the last one is a place too.
                let index =
                    index(whole(at, place, "place")?, items.len() + 1).ok_or_else(|| beyond(&items))?;
                items.insert(index, value);
            }
            Does::Remove(value) => {
                let value = at.value(value).map_err(|fault| fault.at("value"))?;
                taken = items.iter().find(|item| **item == value).cloned().unwrap_or_default();
                items.retain(|item| *item != value);
            }
            Does::RemoveAt(place) => {
                if let Some(index) = index(whole(at, place, "place")?, items.len()) {
                    taken = items.remove(index);
                }
            }
            Does::First if !items.is_empty() => taken = items.remove(0),
            Does::First => {}
            Does::Last => taken = items.pop().unwrap_or_default(),
            Does::Sort { by, down } => items.sort_by(|a, b| {
                let order = compare(member(a, by), member(b, by));
                if *down { order.reverse() } else { order }
            }),
            Does::Reverse => items.reverse(),
            Does::Unique { by } => {
                let mut kept: Vec<Data> = Vec::with_capacity(items.len());
                let mut seen = std::collections::BTreeSet::new();
                for item in items {
                    // As JSON, values are equal exactly where their texts are.
                    if seen.insert(member(&item, by).to_string()) {
                        kept.push(item);
                    }
                }
                items = kept;
            }
            Does::Shuffle => {
                for place in (1..items.len()).rev() {
                    items.swap(place, at.random_below(place as u64 + 1) as usize);
                }
            }
            Does::Slice { from, to } => {
                let bound = |at: &At<'_>, source: &Source, name, usual| match source.is_empty() {
                    true => Ok(usual),
                    false => whole(at, source, name),
                };
                let (from, to) = (bound(at, from, "from", 1)?, bound(at, to, "to", -1)?);
                items = sliced(items, from, to);
            }
            Does::Clear => items.clear(),
        }
        at.set(&self.place, Data::list(items.iter().cloned()))?;
        gone_on(at, items, taken)
    }
}

fn gone_on(at: &mut At<'_>, items: Vec<Data>, taken: Data) -> Turn {
    let count = Data::Int(items.len() as i64);
    let list = Data::List(Arc::new(items.into_iter().collect()));
    at.give(Data::object([("list", list), ("count", count), ("item", taken)]));
    Next::out()
}

fn whole(at: &At<'_>, source: &Source, name: &'static str) -> Result<i64, Fault> {
    let value = at.value(source).map_err(|fault| fault.at(name))?;
    let whole = match &value {
        Data::Text(text) => text.trim().parse().ok(),
        other => other.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as i64),
    };
    let wrong =
        || Fault::wrong_type(format!("{value} is no place in a list; the first is 1, the last is -1."));
    whole.filter(|place| *place != 0).ok_or_else(wrong).map_err(|fault| fault.at(name))
}

/// Of a place that a person counts, among so many.
fn index(place: i64, count: usize) -> Option<usize> {
    let index = if place > 0 { place - 1 } else { count as i64 + place };
    usize::try_from(index).ok().filter(|index| *index < count)
}

fn beyond(items: &[Data]) -> Fault {
    Fault::wrong_type(format!("The list has {} items, and that place is beyond them.", items.len()))
        .at("place")
}

/// What lies between two places; they may lie beyond the list.
fn sliced(items: Vec<Data>, from: i64, to: i64) -> Vec<Data> {
    let count = items.len() as i64;
    let counted = |place: i64| if place > 0 { place - 1 } else { count.saturating_add(place) };
    let (from, to) = (counted(from).max(0), counted(to).min(count - 1));
    if from > to {
        return Vec::new();
    }
    items.into_iter().skip(from as usize).take((to - from + 1) as usize).collect()
}

fn member<'a>(item: &'a Data, name: &str) -> &'a Data {
    const NOTHING: &Data = &Data::Null;
    if name.is_empty() { item } else { item.get(name).unwrap_or(NOTHING) }
}

/// Numbers by size, texts by letters whatever their case; what is of another sort comes after, nothing comes last.
fn compare(a: &Data, b: &Data) -> Ordering {
    let sort = |data: &Data| match data {
        Data::Int(_) | Data::Float(_) => 0,
        Data::Text(_) => 1,
        Data::Bool(_) => 2,
        Data::List(_) | Data::Object(_) => 3,
        Data::Null => 4,
    };
    match (a, b) {
        (Data::Int(a), Data::Int(b)) => a.cmp(b),
        (Data::Text(a), Data::Text(b)) => a.to_lowercase().cmp(&b.to_lowercase()).then_with(|| a.cmp(b)),
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            _ => sort(a).cmp(&sort(b)),
        },
    }
}

//! Places inside values, and what it takes to put back what was there.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Refusal;
use crate::bot::Id;
use crate::json::PathStep;
use crate::value::{MAX_DEPTH, Map, Value};

/// One step of a path: an object's member, a list's element by its `id`, or by its place where elements have no ids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Seg.ts"))]
#[serde(untagged)]
pub enum Seg {
    Key(SmolStr),
    Item { item: Id },
    Index(u32),
}

impl From<&str> for Seg {
    fn from(key: &str) -> Seg {
        Seg::Key(key.into())
    }
}

/// The change that undoes one; the whole list where single elements cannot be named.
#[derive(Debug)]
pub(super) enum Back {
    Set { path: Vec<Seg>, value: Option<Value> },
    Insert { path: Vec<Seg>, item: Value, before: Option<Id> },
    Move { path: Vec<Seg>, before: Option<Id> },
}

pub fn get<'a>(root: &'a Map, path: &[Seg]) -> Option<&'a Value> {
    let (Seg::Key(first), rest) = path.split_first()? else { return None };
    rest.iter().try_fold(root.get(first)?, |value, seg| match (seg, value) {
        (Seg::Key(key), Value::Object(map)) => map.get(key),
        (Seg::Item { item }, Value::Array(items)) => items.iter().find(|one| one.id() == Some(item)),
        (Seg::Index(place), Value::Array(items)) => items.get(*place as usize),
        _ => None,
    })
}

/// The path as the reader's `locate` takes it.
pub fn steps(path: &[Seg]) -> impl Iterator<Item = PathStep<'_>> {
    path.iter().map(|seg| match seg {
        Seg::Key(key) => PathStep::Key(key),
        Seg::Item { item } => PathStep::Item(item),
        Seg::Index(place) => PathStep::Index(*place as usize),
    })
}

/// Puts a value, making the objects on the way to it.
pub(super) fn set(root: &mut Map, path: &[Seg], value: Option<Value>) -> Result<Back, Refusal> {
    if path.len() + value.as_ref().map_or(0, Value::depth) > MAX_DEPTH {
        return Err(Refusal::Wrong("values nest too deeply"));
    }
    // Else the path of the inverse would lead nowhere.
    if let [.., Seg::Item { item }, Seg::Key(key)] = path
        && key == "id"
        && value.as_ref().and_then(Value::as_str) != Some(item)
    {
        return Err(Refusal::Wrong("an element keeps its id"));
    }
    set_in_map(root, path, 0, value)
}

/// `path[depth..]` leads on from here; what undoes the edit is named from the root.
fn set_in(at: &mut Value, path: &[Seg], depth: usize, value: Option<Value>) -> Result<Back, Refusal> {
    match at {
        Value::Object(map) => set_in_map(map, path, depth, value),
        Value::Array(list) => set_in_list(list, path, depth, value),
        _ => Err(nothing_at(path)),
    }
}

fn set_in_map(map: &mut Map, path: &[Seg], depth: usize, value: Option<Value>) -> Result<Back, Refusal> {
    let Some(Seg::Key(key)) = path.get(depth) else { return Err(nothing_at(path)) };
    let here = &path[..=depth];
    if here.len() == path.len() {
        let old = match value {
            Some(value) => map.insert(key.clone(), value),
            None => map.remove(key),
        };
        return Ok(Back::Set { path: path.to_vec(), value: old });
    }
    if let Some(inner) = map.get_mut(key) {
        return set_in(inner, path, depth + 1, value);
    }
    if value.is_some() {
        map.insert(key.clone(), wrap(&path[depth + 1..], value)?);
    }
    Ok(Back::Set { path: here.to_vec(), value: None })
}

fn set_in_list(
    list: &mut Vec<Value>,
    path: &[Seg],
    depth: usize,
    value: Option<Value>,
) -> Result<Back, Refusal> {
    let last = depth + 1 == path.len();
    let place = match path.get(depth) {
        Some(Seg::Item { item }) => list.iter().position(|one| one.id() == Some(item)),
        Some(Seg::Index(place)) => {
            Some(*place as usize).filter(|&at| at < list.len() || (last && at == list.len()))
        }
        _ => None,
    };
    let place = place.ok_or_else(|| nothing_at(path))?;
    if !last {
        return set_in(&mut list[place], path, depth + 1, value);
    }
    if let (Seg::Item { item }, Some(value)) = (&path[depth], &value)
        && value.id() != Some(item)
    {
        return Err(Refusal::Wrong("an element keeps its id"));
    }
    if !is_keyed(list) || matches!(path[depth], Seg::Index(_)) {
        let old = list.clone();
        match value {
            Some(value) if place == list.len() => list.push(value),
            Some(value) => list[place] = value,
            None if place == list.len() => {}
            None => drop(list.remove(place)),
        }
        return Ok(Back::Set { path: path[..depth].to_vec(), value: Some(Value::Array(old)) });
    }
    Ok(match value {
        Some(value) => {
            let old = std::mem::replace(&mut list[place], value);
            Back::Set { path: path.to_vec(), value: Some(old) }
        }
        None => {
            let item = list.remove(place);
            let before = list.get(place).and_then(Value::id).map(SmolStr::new);
            Back::Insert { path: path[..depth].to_vec(), item, before }
        }
    })
}

/// Adds an element; an absent list is made.
pub(super) fn insert(
    root: &mut Map,
    path: &[Seg],
    item: Value,
    before: Option<&Id>,
) -> Result<Back, Refusal> {
    let id: Id = item.id().ok_or(Refusal::Wrong("an element of this list has an id"))?.into();
    if path.len() + 1 + item.depth() > MAX_DEPTH {
        return Err(Refusal::Wrong("values nest too deeply"));
    }
    match get(root, path) {
        None => return set(root, path, Some(Value::Array(vec![item]))),
        Some(Value::Array(_)) => {}
        Some(_) => return Err(nothing_at(path)),
    }
    let list = list_at(root, path)?;
    if list.iter().any(|one| one.id() == Some(&id)) {
        return Err(Refusal::Twice(id));
    }
    let keyed = is_keyed(list);
    let old = (!keyed).then(|| list.clone());
    let place = place_of(list, before);
    list.insert(place, item);
    Ok(match old {
        Some(old) => Back::Set { path: path.to_vec(), value: Some(Value::Array(old)) },
        None => Back::Set { path: joined(path, vec![Seg::Item { item: id }]), value: None },
    })
}

/// Moves the element that the path ends in.
pub(super) fn shift(root: &mut Map, path: &[Seg], before: Option<&Id>) -> Result<Back, Refusal> {
    let Some((Seg::Item { item }, list_path)) = path.split_last() else { return Err(nothing_at(path)) };
    let list = list_at(root, list_path)?;
    if !is_keyed(list) {
        return Err(Refusal::Wrong("elements of this list have no ids of their own"));
    }
    let from = list.iter().position(|one| one.id() == Some(item)).ok_or_else(|| nothing_at(path))?;
    let next = list.get(from + 1).and_then(Value::id).map(SmolStr::new);
    let element = list.remove(from);
    let to = if before == Some(item) { from } else { place_of(list, before) };
    list.insert(to, element);
    Ok(Back::Move { path: path.to_vec(), before: next })
}

/// At the end when the neighbour is gone.
fn place_of(list: &[Value], before: Option<&Id>) -> usize {
    before.and_then(|before| list.iter().position(|one| one.id() == Some(before))).unwrap_or(list.len())
}

fn list_at<'a>(root: &'a mut Map, path: &[Seg]) -> Result<&'a mut Vec<Value>, Refusal> {
    let (Seg::Key(first), rest) = path.split_first().ok_or_else(|| nothing_at(path))? else {
        return Err(nothing_at(path));
    };
    let mut value = root.get_mut(first).ok_or_else(|| nothing_at(path))?;
    for seg in rest {
        value = match (seg, value) {
            (Seg::Key(key), Value::Object(map)) => map.get_mut(key),
            (Seg::Item { item }, Value::Array(items)) => items.iter_mut().find(|one| one.id() == Some(item)),
            (Seg::Index(place), Value::Array(items)) => items.get_mut(*place as usize),
            _ => None,
        }
        .ok_or_else(|| nothing_at(path))?;
    }
    match value {
        Value::Array(items) => Ok(items),
        _ => Err(nothing_at(path)),
    }
}

fn is_keyed(list: &[Value]) -> bool {
    let mut ids: Vec<&str> = list.iter().filter_map(Value::id).collect();
    ids.sort_unstable();
    ids.len() == list.len() && ids.windows(2).all(|pair| pair[0] != pair[1])
}

/// The objects that lead to a value.
fn wrap(path: &[Seg], value: Option<Value>) -> Result<Value, Refusal> {
    let mut value = value.unwrap_or_default();
    for seg in path.iter().rev() {
        let Seg::Key(key) = seg else { return Err(nothing_at(path)) };
        value = Value::Object(Map::from_iter([(key.clone(), value)]));
    }
    Ok(value)
}

fn joined(head: &[Seg], tail: Vec<Seg>) -> Vec<Seg> {
    let mut path = head.to_vec();
    path.extend(tail);
    path
}

fn nothing_at(path: &[Seg]) -> Refusal {
    let text: Vec<String> = path
        .iter()
        .map(|seg| match seg {
            Seg::Key(key) => key.to_string(),
            Seg::Item { item } => format!("[{item}]"),
            Seg::Index(place) => format!("[{place}]"),
        })
        .collect();
    Refusal::NoPlace(text.join("."))
}

//! Merging what a node, a group or bot.json holds: member by member, element by element, texts line by line.

use std::collections::BTreeSet;

use flow::descriptor::Field;
use flow::{FieldType, Map, Seg, Value, View};
use smol_str::SmolStr;

use crate::lines;
use crate::order::{self, Merged};

/// Where merged values come from and where open ones go.
pub trait Report {
    /// One side changed the value at the path; the merge took it.
    fn took(&mut self, path: &[Seg], side: Side);
    /// Both sides changed it, and differently. In the meantime it stands as it was.
    fn open(&mut self, path: &[Seg], sides: Sides<'_>);
    /// The sides contradict each other in the order of a list.
    fn order(&mut self, path: &[Seg], ours: &[SmolStr], theirs: &[SmolStr]);
    /// The base itself is open here, so it is equal to nothing.
    fn is_unsettled(&self, path: &[Seg]) -> bool;
    /// Here, or somewhere inside.
    fn is_unsettled_within(&self, path: &[Seg]) -> bool;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Ours,
    Theirs,
    /// Both did the same.
    Both,
    /// Put together from both: lines of a text.
    Mixed,
}

#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    pub base: Option<&'a Value>,
    pub ours: Option<&'a Value>,
    pub theirs: Option<&'a Value>,
}

/// How a value may be taken apart.
#[derive(Clone, Copy)]
pub enum Grain<'a> {
    Field(&'a Field),
    /// An object of fields: an element of a list.
    Fields(&'a [Field]),
    /// Nothing is known of it: objects by member, lists as a whole.
    Plain,
    /// A list of names, without meaning in their order.
    Names,
    /// An object of things by their names; where there is none, it is empty. This many more such objects stand inside.
    Table(u8),
}

/// The members of an object, each merged by its grain.
pub fn members<'f>(
    report: &mut impl Report,
    at: &mut Vec<Seg>,
    [base, ours, theirs]: [&Map; 3],
    grain: impl Fn(&str) -> Grain<'f>,
) -> Map {
    let keys: BTreeSet<&str> =
        [base, ours, theirs].into_iter().flat_map(Map::iter).map(|(key, _)| key).collect();
    let mut merged = Map::new();
    for key in keys {
        at.push(key.into());
        let sides = Sides { base: base.get(key), ours: ours.get(key), theirs: theirs.get(key) };
        if let Some(value) = value(report, at, sides, grain(key)) {
            merged.insert(key, value);
        }
        at.pop();
    }
    merged
}

/// One value; nothing where the merge has none.
pub fn value(report: &mut impl Report, at: &mut Vec<Seg>, sides: Sides, grain: Grain) -> Option<Value> {
    let Sides { base, ours, theirs } = sides;
    let unsettled = report.is_unsettled_within(at);
    if ours == theirs {
        if ours != base {
            report.took(at, Side::Both);
        }
        return ours.cloned();
    }
    if base == ours && !unsettled {
        report.took(at, Side::Theirs);
        return theirs.cloned();
    }
    if base == theirs && !unsettled {
        report.took(at, Side::Ours);
        return ours.cloned();
    }
    if let (Some(ours), Some(theirs)) = (ours, theirs)
        && let Some(merged) = within(report, at, base, ours, theirs, grain)
    {
        // What both added and nothing of which is settled is not there yet.
        let is_nothing =
            base.is_none() && merged.as_object().is_some_and(|merged| merged.iter().next().is_none());
        return (!is_nothing).then_some(merged);
    }
    report.open(at, sides);
    base.cloned()
}

/// Both sides hold something: look inside, where the grain allows it.
fn within(
    report: &mut impl Report,
    at: &mut Vec<Seg>,
    base: Option<&Value>,
    ours: &Value,
    theirs: &Value,
    grain: Grain,
) -> Option<Value> {
    let unit = matches!(grain, Grain::Field(field) if field.unit);
    match (ours, theirs) {
        _ if unit || report.is_unsettled(at) => None,
        (Value::String(ours), Value::String(theirs)) => {
            let base = base?.as_str()?;
            let long = [base, ours, theirs].iter().all(|text| text.contains('\n'));
            let merged = lines::merge(base, ours, theirs).filter(|_| long)?;
            report.took(at, Side::Mixed);
            Some(Value::text(merged))
        }
        (Value::Object(our_map), Value::Object(their_map)) => {
            let locales = [ours, theirs].iter().all(|value| matches!(value.view(), View::Locales(_)));
            if !locales && (our_map.has_tags() || their_map.has_tags()) {
                return None;
            }
            let empty = Map::new();
            let base_map = match base {
                Some(value) if locales != matches!(value.view(), View::Locales(_)) => return None,
                Some(Value::Object(map)) if locales || !map.has_tags() => map,
                None => &empty,
                Some(_) => return None,
            };
            // Made by both and not alike, a thing is open as a whole; half a thing in the meantime helps nobody.
            if base.is_none() && !matches!(grain, Grain::Table(_)) {
                let mut probe = Probe { is_open: false };
                members(&mut probe, at, [base_map, our_map, their_map], |key| inner(grain, key));
                if probe.is_open {
                    return None;
                }
            }
            let merged = members(report, at, [base_map, our_map, their_map], |key| inner(grain, key));
            Some(Value::Object(merged))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            let base = match base {
                Some(Value::Array(base)) => base.as_slice(),
                None => &[],
                Some(_) => return None,
            };
            match grain {
                Grain::Field(Field { kind: FieldType::List { item, ordered }, .. }) => {
                    elements(report, at, [base, ours, theirs], item, *ordered)
                }
                Grain::Names => names(base, ours, theirs),
                _ => None,
            }
        }
        _ => None,
    }
}

fn inner<'f>(grain: Grain<'f>, key: &str) -> Grain<'f> {
    match grain {
        Grain::Fields(fields) => {
            fields.iter().find(|field| field.name == key).map_or(Grain::Plain, Grain::Field)
        }
        Grain::Field(Field { kind: FieldType::Map { value }, .. }) => Grain::Field(value),
        Grain::Table(deeper @ 1..) => Grain::Table(deeper - 1),
        _ => Grain::Plain,
    }
}

/// Would anything be open?
struct Probe {
    is_open: bool,
}

impl Report for Probe {
    fn took(&mut self, _: &[Seg], _: Side) {}

    fn open(&mut self, _: &[Seg], _: Sides<'_>) {
        self.is_open = true;
    }

    fn order(&mut self, _: &[Seg], _: &[SmolStr], _: &[SmolStr]) {
        self.is_open = true;
    }

    fn is_unsettled(&self, _: &[Seg]) -> bool {
        false
    }

    fn is_unsettled_within(&self, _: &[Seg]) -> bool {
        false
    }
}

/// A list whose elements have ids.
fn elements(
    report: &mut impl Report,
    at: &mut Vec<Seg>,
    [base, ours, theirs]: [&[Value]; 3],
    fields: &[Field],
    ordered: bool,
) -> Option<Value> {
    let lists = [ids(base)?, ids(ours)?, ids(theirs)?];
    let all: BTreeSet<&SmolStr> = lists.iter().flatten().collect();
    let find = |list: &'_ [Value], id: &SmolStr| list.iter().position(|one| one.id() == Some(id));
    let mut kept: std::collections::BTreeMap<SmolStr, Value> = Default::default();
    for id in all {
        let [base, ours, theirs] = [base, ours, theirs].map(|list| find(list, id).map(|place| &list[place]));
        at.push(Seg::Item { item: id.clone() });
        if let Some(element) = value(report, at, Sides { base, ours, theirs }, Grain::Fields(fields)) {
            kept.insert(id.clone(), element);
        }
        at.pop();
    }
    let surviving: BTreeSet<SmolStr> = kept.keys().cloned().collect();
    let [base_ids, our_ids, their_ids] = &lists;
    let sorted = match order::merge(base_ids, our_ids, their_ids, &surviving, ordered) {
        Merged::Clean(sorted) if !(ordered && our_ids != their_ids && is_unsettled_order(report, at)) => {
            sorted
        }
        Merged::Clean(standing) | Merged::Open(standing) => {
            report.order(at, our_ids, their_ids);
            standing
        }
    };
    Some(Value::Array(sorted.iter().filter_map(|id| kept.remove(id)).collect()))
}

fn is_unsettled_order(report: &impl Report, at: &mut Vec<Seg>) -> bool {
    at.push("order".into());
    let unsettled = report.is_unsettled(at);
    at.pop();
    unsettled
}

/// The ids of a list, if each element has one of its own.
pub(crate) fn ids(list: &[Value]) -> Option<Vec<SmolStr>> {
    let ids: Vec<SmolStr> = list.iter().map(|one| one.id().map(SmolStr::new)).collect::<Option<_>>()?;
    let distinct: BTreeSet<&SmolStr> = ids.iter().collect();
    (distinct.len() == ids.len()).then_some(ids)
}

/// A list of distinct names: each is there or not.
fn names(base: &[Value], ours: &[Value], theirs: &[Value]) -> Option<Value> {
    let texts =
        |list: &[Value]| list.iter().map(|one| one.as_str().map(SmolStr::new)).collect::<Option<Vec<_>>>();
    let [base, ours, theirs] = [texts(base)?, texts(ours)?, texts(theirs)?];
    let kept = base.iter().chain(&ours).chain(&theirs).filter(|name| {
        let (b, o, t) = (base.contains(name), ours.contains(name), theirs.contains(name));
        if b { o && t } else { o || t }
    });
    let surviving = kept.cloned().collect();
    let (Merged::Clean(sorted) | Merged::Open(sorted)) =
        order::merge(&base, &ours, &theirs, &surviving, false);
    Some(Value::Array(sorted.into_iter().map(Value::String).collect()))
}

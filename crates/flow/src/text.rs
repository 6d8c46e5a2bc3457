//! The text form of flows and of bot.json: `parse` never fails, `print` knows one form only.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::bot::{Flow, Group, Manifest, Node, Note, Place};
use crate::json::{Position, Printer, Reader, Stop};
use crate::problem::{Code, ReadProblem};
use crate::upgrade;
use crate::value::{Map, Value};

/// The version of the document's form that is written.
pub const SCHEMA: i64 = 1;
/// Larger files are shown as too large rather than read.
pub const MAX_BYTES: u64 = 64 << 20;

/// The members that are known; all others are kept as `extra`.
pub(crate) const FLOW_MEMBERS: [&str; 10] =
    ["nexus", "id", "name", "inputs", "outputs", "nodes", "groups", "notes", "layout", "unresolved"];
pub(crate) const NODE_MEMBERS: [&str; 7] = ["kind", "v", "key", "name", "group", "fields", "next"];
pub(crate) const GROUP_MEMBERS: [&str; 3] = ["title", "color", "parent"];
pub(crate) const NOTE_MEMBERS: [&str; 2] = ["text", "color"];

/// What could be read, and what could not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed<T> {
    pub value: T,
    pub problems: Vec<ReadProblem>,
}

impl<T> Parsed<T> {
    /// Something of the text is missing in `value`: it must not be saved over the text.
    pub fn lossy(&self) -> bool {
        self.problems.iter().any(|problem| problem.lossy)
    }
}

pub fn parse_flow(bytes: &[u8]) -> Parsed<Flow> {
    read(bytes, |reader| {
        let mut flow = Flow::default();
        let mut schema = None;
        reader.document(|reader| read_flow(reader, &mut flow, &mut schema));
        upgrade::flow(&mut flow, schema, reader);
        flow
    })
}

pub fn parse_manifest(bytes: &[u8]) -> Parsed<Manifest> {
    read(bytes, |reader| {
        let mut members = Members::of(&["nexus"]);
        let mut schema = None;
        reader.document(|reader| {
            reader.object(|reader, key, at| {
                if !members.first(reader, &key, at) {
                    return reader.value().map(drop);
                }
                match key.as_str() {
                    "nexus" => schema = Some((at, reader.value()?)),
                    "unresolved" => {
                        let open = reader.unresolved()?;
                        members.put(key, at, open);
                    }
                    _ => return members.keep(reader, key, at),
                }
                Ok(())
            })
        });
        upgrade::manifest(schema, reader);
        Manifest(members.extra(reader))
    })
}

fn read<T: Default>(bytes: &[u8], read: impl FnOnce(&mut Reader) -> T) -> Parsed<T> {
    if bytes.len() as u64 > MAX_BYTES {
        return Parsed { value: T::default(), problems: vec![too_large()] };
    }
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::new(&text);
    if let Err(error) = std::str::from_utf8(bytes) {
        reader.note(error.valid_up_to(), Code::BadText, true, "This file is not UTF-8 text from here on.");
    }
    let value = read(&mut reader);
    Parsed { value, problems: reader.problems }
}

/// What to say of a file that is not even read.
pub fn too_large() -> ReadProblem {
    ReadProblem {
        code: Code::TooLarge,
        position: Position { line: 1, column: 1 },
        lossy: true,
        message: "This file is larger than 64 MiB and was not read.".into(),
    }
}

fn read_flow(reader: &mut Reader, flow: &mut Flow, schema: &mut Option<(usize, Value)>) -> Result<(), Stop> {
    let mut members = Members::of(&FLOW_MEMBERS);
    let outcome = reader.object(|reader, key, at| {
        if !members.first(reader, &key, at) {
            return reader.value().map(drop);
        }
        match key.as_str() {
            "nexus" => *schema = Some((at, reader.value()?)),
            "id" => flow.id = text(reader, "id")?.unwrap_or_default(),
            "name" => flow.name = text(reader, "name")?.unwrap_or_default(),
            "inputs" => flow.inputs = map(reader, "inputs")?,
            "outputs" => flow.outputs = map(reader, "outputs")?,
            "nodes" => {
                return read_table(reader, &mut flow.nodes, |reader| {
                    let mut node = Node { v: 1, ..Node::default() };
                    let outcome = read_node(reader, &mut node);
                    (Arc::new(node), outcome)
                });
            }
            "groups" => {
                return read_table(reader, &mut flow.groups, |reader| {
                    let mut group = Group::default();
                    let outcome = read_group(reader, &mut group);
                    (group, outcome)
                });
            }
            "notes" => {
                return read_table(reader, &mut flow.notes, |reader| {
                    let mut note = Note::default();
                    let outcome = read_note(reader, &mut note);
                    (note, outcome)
                });
            }
            "layout" => {
                return read_table(reader, &mut flow.layout, |reader| match read_place(reader) {
                    Ok(place) => (place, Ok(())),
                    Err(stop) => (Place::default(), Err(stop)),
                });
            }
            "unresolved" => flow.unresolved = Some(reader.unresolved()?),
            _ => return members.keep(reader, key, at),
        }
        Ok(())
    });
    flow.extra = members.extra(reader);
    outcome
}

/// An object whose members are all of one type; ids in any order.
fn read_table<T>(
    reader: &mut Reader,
    into: &mut BTreeMap<SmolStr, T>,
    mut read: impl FnMut(&mut Reader) -> (T, Result<(), Stop>),
) -> Result<(), Stop> {
    if !reader.is_object() {
        return skip_misshapen(reader, "an object");
    }
    let mut rows: Vec<(SmolStr, T)> = Vec::new();
    let mut places = Vec::new();
    let outcome = reader.object(|reader, key, at| {
        let (row, outcome) = read(reader);
        rows.push((key, row));
        places.push(at);
        outcome
    });
    if rows.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        for (row, at) in rows.drain(..).zip(places) {
            match into.entry(row.0) {
                Entry::Occupied(_) => twice(reader, at),
                Entry::Vacant(slot) => drop(slot.insert(row.1)),
            }
        }
    } else {
        *into = rows.into_iter().collect();
    }
    outcome
}

fn read_node(reader: &mut Reader, node: &mut Node) -> Result<(), Stop> {
    if !reader.is_object() {
        return skip_misshapen(reader, "an object with a `kind`");
    }
    let mut members = Members::of(&NODE_MEMBERS);
    let outcome = reader.object(|reader, key, at| {
        if !members.first(reader, &key, at) {
            return reader.value().map(drop);
        }
        match key.as_str() {
            "kind" => node.kind = text(reader, "kind")?.unwrap_or_default(),
            "v" => match reader.value()? {
                Value::Number(literal) if literal.parse::<u32>().is_ok() => {
                    node.v = literal.parse().unwrap_or(1)
                }
                _ => misshapen(reader, at, "`v` is a whole number, the version of the node's kind."),
            },
            "key" => node.key = text(reader, "key")?,
            "name" => node.name = text(reader, "name")?,
            "group" => node.group = text(reader, "group")?,
            "fields" => {
                if !reader.is_object() {
                    return skip_misshapen(reader, "an object");
                }
                if let Value::Object(fields) = reader.value_with_lines()? {
                    node.fields = fields;
                }
            }
            "next" => {
                return read_table(reader, &mut node.next, |reader| match text(reader, "a wire") {
                    Ok(target) => (target.unwrap_or_default(), Ok(())),
                    Err(stop) => (SmolStr::default(), Err(stop)),
                });
            }
            _ => return members.keep(reader, key, at),
        }
        Ok(())
    });
    node.extra = members.extra(reader);
    outcome
}

fn read_group(reader: &mut Reader, group: &mut Group) -> Result<(), Stop> {
    if !reader.is_object() {
        return skip_misshapen(reader, "an object with a `title`");
    }
    let mut members = Members::of(&GROUP_MEMBERS);
    let outcome = reader.object(|reader, key, at| {
        if !members.first(reader, &key, at) {
            return reader.value().map(drop);
        }
        match key.as_str() {
            "title" => group.title = text(reader, "title")?.unwrap_or_default(),
            "color" => group.color = text(reader, "color")?,
            "parent" => group.parent = text(reader, "parent")?,
            _ => return members.keep(reader, key, at),
        }
        Ok(())
    });
    group.extra = members.extra(reader);
    outcome
}

fn read_note(reader: &mut Reader, note: &mut Note) -> Result<(), Stop> {
    if !reader.is_object() {
        return skip_misshapen(reader, "an object with a `text`");
    }
    let mut members = Members::of(&NOTE_MEMBERS);
    let outcome = reader.object(|reader, key, at| {
        if !members.first(reader, &key, at) {
            return reader.value().map(drop);
        }
        match key.as_str() {
            "text" => {
                let mut value = reader.value()?;
                value.join_lines();
                match value {
                    Value::String(text) => note.text = text,
                    _ => misshapen(reader, at, "A note's `text` is a text or `$lines`."),
                }
            }
            "color" => note.color = text(reader, "color")?,
            _ => return members.keep(reader, key, at),
        }
        Ok(())
    });
    note.extra = members.extra(reader);
    outcome
}

fn read_place(reader: &mut Reader) -> Result<Place, Stop> {
    let at = reader.offset();
    if !reader.is_array() {
        skip_misshapen(reader, "a list `[x, y]`")?;
        return Ok(Place::default());
    }
    let mut numbers = [None; 4];
    let mut count = 0;
    reader.array(|reader| {
        let number = reader.value()?.as_f64().filter(|n| n.abs() <= f64::from(MAX_COORDINATE));
        if let Some(slot) = numbers.get_mut(count) {
            *slot = number.map(|n| n.round() as i32);
        }
        count += 1;
        Ok(())
    })?;
    match (numbers, count) {
        ([Some(x), Some(y), None, None], 2) => Ok(Place { x, y, w: None, h: None }),
        ([Some(x), Some(y), Some(w), Some(h)], 4) => Ok(Place { x, y, w: Some(w), h: Some(h) }),
        _ => {
            misshapen(
                reader,
                at,
                "A place is `[x, y]` or `[x, y, width, height]`, whole numbers up to a million.",
            );
            Ok(Place::default())
        }
    }
}

/// The canvas ends here.
pub const MAX_COORDINATE: i32 = 1_000_000;

/// The members of one object: which of the known ones came by already, and the unknown ones.
struct Members {
    known: &'static [&'static str],
    seen: u32,
    extra: Vec<(SmolStr, Value)>,
    places: Vec<usize>,
}

impl Members {
    fn of(known: &'static [&'static str]) -> Members {
        Members { known, seen: 0, extra: Vec::new(), places: Vec::new() }
    }

    /// False for the second coming of a known name.
    fn first(&mut self, reader: &mut Reader, key: &str, at: usize) -> bool {
        let Some(place) = self.known.iter().position(|known| *known == key) else { return true };
        let again = self.seen & (1 << place) != 0;
        self.seen |= 1 << place;
        if again {
            twice(reader, at);
        }
        !again
    }

    fn keep(&mut self, reader: &mut Reader, key: SmolStr, at: usize) -> Result<(), Stop> {
        let value = reader.member()?;
        self.put(key, at, value);
        Ok(())
    }

    fn put(&mut self, key: SmolStr, at: usize, value: Value) {
        self.extra.push((key, value));
        self.places.push(at);
    }

    fn extra(self, reader: &mut Reader) -> Map {
        if self.extra.is_empty() {
            return Map::new();
        }
        let (map, again) = Map::from_read(self.extra);
        for place in again {
            twice(reader, self.places[place]);
        }
        map
    }
}

fn twice(reader: &mut Reader, at: usize) {
    reader.note(
        at,
        Code::DuplicateKey,
        true,
        "This name stands twice in one object; only the first is shown.",
    );
}

fn misshapen(reader: &mut Reader, at: usize, message: &str) {
    reader.note(at, Code::BadShape, true, message);
}

fn skip_misshapen(reader: &mut Reader, wanted: &str) -> Result<(), Stop> {
    let at = reader.offset();
    reader.value()?;
    misshapen(reader, at, &format!("Expected {wanted} here."));
    Ok(())
}

fn text(reader: &mut Reader, what: &str) -> Result<Option<SmolStr>, Stop> {
    let at = reader.offset();
    match reader.value()? {
        Value::String(s) => Ok(Some(s)),
        _ => {
            misshapen(reader, at, &format!("Expected a text for {what}."));
            Ok(None)
        }
    }
}

fn map(reader: &mut Reader, what: &str) -> Result<Map, Stop> {
    let at = reader.offset();
    match reader.value()? {
        Value::Object(map) => Ok(map),
        _ => {
            misshapen(reader, at, &format!("Expected an object for `{what}`."));
            Ok(Map::new())
        }
    }
}

pub fn print_flow(flow: &Flow) -> String {
    let mut out = Printer::with_capacity(256 + flow.nodes.len() * 320);
    out.open(b'{');
    member(&mut out, "nexus", |out| out.int(SCHEMA));
    member(&mut out, "id", |out| out.string(&flow.id));
    member(&mut out, "name", |out| out.string(&flow.name));
    for (key, map) in [("inputs", &flow.inputs), ("outputs", &flow.outputs)] {
        if !map.is_empty() {
            member(&mut out, key, |out| out.table(map, false));
        }
    }
    print_table(&mut out, "nodes", &flow.nodes, |out, node| print_node(out, node));
    print_table(&mut out, "groups", &flow.groups, |out, group| {
        out.open(b'{');
        member(out, "title", |out| out.string(&group.title));
        optional(out, "color", &group.color);
        optional(out, "parent", &group.parent);
        out.members(&group.extra, false);
        out.close(b'}');
    });
    print_table(&mut out, "notes", &flow.notes, |out, note| {
        out.open(b'{');
        member(out, "text", |out| out.field(&Value::String(note.text.clone())));
        optional(out, "color", &note.color);
        out.members(&note.extra, false);
        out.close(b'}');
    });
    out.members(&flow.extra, false);
    if let Some(unresolved) = &flow.unresolved {
        member(&mut out, "unresolved", |out| out.value(unresolved));
    }
    print_table(&mut out, "layout", &flow.layout, |out, place| {
        out.raw(b"[");
        out.int(place.x.into());
        for number in [Some(place.y), place.w, place.h].into_iter().flatten() {
            out.raw(b", ");
            out.int(number.into());
        }
        out.raw(b"]");
    });
    out.close(b'}');
    out.finish()
}

/// The members of bot.json in the order a person reads them; what is not known comes after, sorted.
const MANIFEST_ORDER: [&str; 7] = ["id", "name", "channels", "locales", "secrets", "variables", "settings"];

pub fn print_manifest(manifest: &Manifest) -> String {
    let mut out = Printer::with_capacity(1024);
    out.open(b'{');
    member(&mut out, "nexus", |out| out.int(SCHEMA));
    for key in MANIFEST_ORDER {
        if let Some(value) = manifest.0.get(key) {
            member(&mut out, key, |out| match value {
                // One declaration a line, so that two people can add one each.
                Value::Object(map) if !map.is_empty() => out.table(map, false),
                value => out.value(value),
            });
        }
    }
    for (key, value) in manifest.0.iter().filter(|(key, _)| !MANIFEST_ORDER.contains(key)) {
        member(&mut out, key, |out| out.value(value));
    }
    out.close(b'}');
    out.finish()
}

fn print_node(out: &mut Printer, node: &Node) {
    out.open(b'{');
    member(out, "kind", |out| out.string(&node.kind));
    out.next_inline();
    out.key("v");
    out.int(node.v.into());
    for (key, value) in [("key", &node.key), ("name", &node.name), ("group", &node.group)] {
        if let Some(value) = value {
            out.next_inline();
            out.key(key);
            out.string(value);
        }
    }
    out.members(&node.extra, false);
    if !node.fields.is_empty() {
        member(out, "fields", |out| out.table(&node.fields, true));
    }
    print_table(out, "next", &node.next, |out, target| out.string(target));
    out.close(b'}');
}

fn print_table<T>(
    out: &mut Printer,
    key: &str,
    rows: &BTreeMap<SmolStr, T>,
    print: impl Fn(&mut Printer, &T),
) {
    if rows.is_empty() {
        return;
    }
    member(out, key, |out| {
        out.open(b'{');
        for (id, row) in rows {
            member(out, id, |out| print(out, row));
        }
        out.close(b'}');
    });
}

fn optional(out: &mut Printer, key: &str, value: &Option<SmolStr>) {
    if let Some(value) = value {
        member(out, key, |out| out.string(value));
    }
}

fn member(out: &mut Printer, key: &str, print: impl FnOnce(&mut Printer)) {
    out.next();
    out.key(key);
    print(out);
}

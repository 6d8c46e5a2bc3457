//! JSON as serde_json reads it, and a writer that orders and formats it in any way but the canonical one.

use flow::{Flow, Node, Value as Flowing};
use serde_json::{Map, Value};

use crate::dice::Dice;

/// A value of the document as plain JSON, its number literals kept apart: each becomes a text that no string of the generators has.
pub fn of(value: &Flowing) -> Value {
    match value {
        Flowing::Null => Value::Null,
        Flowing::Bool(b) => Value::Bool(*b),
        Flowing::Number(literal) => Value::String(format!("{NUMBER}{literal}")),
        Flowing::String(s) => Value::String(s.to_string()),
        Flowing::Array(items) => Value::Array(items.iter().map(of).collect()),
        Flowing::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.to_string(), of(value))).collect())
        }
    }
}

/// A flow member by member, as any program might write it.
pub fn of_flow(flow: &Flow) -> Value {
    let mut root = vec![("nexus", number(1)), ("id", text(&flow.id)), ("name", text(&flow.name))];
    root.extend(filled("inputs", &flow.inputs).into_iter().chain(filled("outputs", &flow.outputs)));
    root.push(("nodes", flow.nodes.iter().map(|(id, node)| (id.to_string(), of_node(node))).collect()));
    root.push((
        "groups",
        object(flow.groups.iter().map(|(id, group)| {
            let mut members = vec![("title", text(&group.title))];
            members.extend(given("color", &group.color).into_iter().chain(given("parent", &group.parent)));
            (id, with(members, &group.extra))
        })),
    ));
    root.push((
        "notes",
        object(flow.notes.iter().map(|(id, note)| {
            let mut members = vec![("text", text(&note.text))];
            members.extend(given("color", &note.color));
            (id, with(members, &note.extra))
        })),
    ));
    root.push((
        "layout",
        object(flow.layout.iter().map(|(id, place)| {
            let numbers = [Some(place.x), Some(place.y), place.w, place.h].into_iter().flatten();
            (id, numbers.map(|n| number(n.into())).collect())
        })),
    ));
    root.extend(flow.unresolved.iter().map(|value| ("unresolved", of(value))));
    with(root, &flow.extra)
}

fn of_node(node: &Node) -> Value {
    let mut members = vec![("kind", text(&node.kind)), ("v", number(node.v.into()))];
    for (name, value) in [("key", &node.key), ("name", &node.name), ("group", &node.group)] {
        members.extend(given(name, value));
    }
    members.extend(filled("fields", &node.fields));
    members.push(("next", object(node.next.iter().map(|(port, to)| (port, text(to))))));
    with(members, &node.extra)
}

fn with(members: Vec<(&str, Value)>, extra: &flow::Map) -> Value {
    let extra = extra.iter().map(|(name, value)| (name.to_string(), of(value)));
    members.into_iter().map(|(name, value)| (name.to_string(), value)).chain(extra).collect()
}

fn object<'a>(rows: impl Iterator<Item = (&'a smol_str::SmolStr, Value)>) -> Value {
    rows.map(|(id, row)| (id.to_string(), row)).collect()
}

fn filled(name: &'static str, map: &flow::Map) -> Option<(&'static str, Value)> {
    (!map.is_empty()).then(|| (name, of(&Flowing::Object(map.clone()))))
}

fn given(name: &'static str, value: &Option<smol_str::SmolStr>) -> Option<(&'static str, Value)> {
    value.as_ref().map(|value| (name, text(value)))
}

fn text(s: &str) -> Value {
    Value::String(s.into())
}

fn number(n: i64) -> Value {
    Value::String(format!("{NUMBER}{n}"))
}

/// Stands before a number literal in a [`Value::String`] that [`write`] shall write without quotes.
pub const NUMBER: &str = "\u{f8ff}number ";

/// Writes members in random order with random spaces and escapes.
pub fn write(value: &Value, dice: &mut Dice) -> String {
    let mut out = String::new();
    space(&mut out, dice);
    write_into(value, dice, &mut out);
    space(&mut out, dice);
    out
}

fn write_into(value: &Value, dice: &mut Dice, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => out.push_str(&n.to_string()),
        Value::String(s) => match s.strip_prefix(NUMBER) {
            Some(literal) => out.push_str(literal),
            None => string(s, dice, out),
        },
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                space(out, dice);
                write_into(item, dice, out);
                space(out, dice);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            dice.shuffle(&mut members);
            out.push('{');
            for (i, (key, value)) in members.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                space(out, dice);
                string(key, dice, out);
                space(out, dice);
                out.push(':');
                space(out, dice);
                write_into(value, dice, out);
                space(out, dice);
            }
            out.push('}');
        }
    }
}

fn space(out: &mut String, dice: &mut Dice) {
    let space = &["", "", " ", "\n", "\t", "\r\n  "];
    out.push_str(dice.pick::<&str>(space));
}

fn string(s: &str, dice: &mut Dice, out: &mut String) {
    out.push('"');
    for c in s.chars() {
        let must = matches!(c, '"' | '\\' | '\0'..='\x1f');
        match c {
            '\n' if dice.one_in(2) => out.push_str("\\n"),
            '/' if dice.one_in(2) => out.push_str("\\/"),
            '"' if dice.one_in(2) => out.push_str("\\\""),
            _ if must || dice.one_in(8) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&if dice.one_in(2) {
                        format!("\\u{unit:04x}")
                    } else {
                        format!("\\u{unit:04X}")
                    });
                }
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// What a text says once everything is put aside that saving may put right: `$lines` joined, places rounded, usual values and empty
/// tables taken out.
pub fn meaning(text: &Value, what: What) -> Value {
    let mut value = text.clone();
    let Value::Object(root) = &mut value else { return value };
    root.remove("nexus");
    if what == What::Manifest {
        return value;
    }
    usual(root, "id", "");
    usual(root, "name", "");
    for table in ["inputs", "outputs", "nodes", "groups", "notes", "layout"] {
        if root.get(table).is_some_and(|table| table.as_object().is_some_and(Map::is_empty)) {
            root.remove(table);
        }
    }
    for node in rows(root, "nodes") {
        if node.get("v").and_then(Value::as_f64) == Some(1.0) {
            node.remove("v");
        }
        usual(node, "kind", "");
        for table in ["fields", "next"] {
            if node.get(table).is_some_and(|table| table.as_object().is_some_and(Map::is_empty)) {
                node.remove(table);
            }
        }
        if let Some(Value::Object(fields)) = node.get_mut("fields") {
            fields.values_mut().for_each(join_lines);
        }
    }
    for group in rows(root, "groups") {
        usual(group, "title", "");
    }
    for note in rows(root, "notes") {
        usual(note, "text", "");
        if let Some(text) = note.get_mut("text") {
            join_lines(text);
        }
    }
    if let Some(Value::Object(layout)) = root.get_mut("layout") {
        for number in layout.values_mut().filter_map(Value::as_array_mut).flatten() {
            if let Some(n) = number.as_f64() {
                *number = Value::from(n.round() as i64);
            }
        }
    }
    value
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Flow,
    Manifest,
}

fn usual(map: &mut Map<String, Value>, member: &str, usual: &str) {
    if map.get(member).and_then(Value::as_str) == Some(usual) {
        map.remove(member);
    }
}

fn rows<'a>(
    root: &'a mut Map<String, Value>,
    table: &str,
) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    root.get_mut(table)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(|table| table.values_mut())
        .filter_map(Value::as_object_mut)
}

/// Inner ones first, nothing below `$raw`.
fn join_lines(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(join_lines),
        Value::Object(map) if map.len() == 1 && map.contains_key("$raw") => {}
        Value::Object(map) => {
            map.values_mut().for_each(join_lines);
            if let (1, Some(Value::Array(lines))) = (map.len(), map.get("$lines"))
                && let Some(lines) = lines.iter().map(Value::as_str).collect::<Option<Vec<_>>>()
            {
                *value = Value::String(lines.join("\n"));
            }
        }
        _ => {}
    }
}

//! A flow in lines that people compare: what `git diff` shows instead of the text in the file.

use std::fmt::Write as _;

use flow::text::{parse_flow, parse_manifest, print_manifest};
use flow::{Flow, Node, Value};

use crate::file::{Form, form};

/// The outline of a file; its own text where it is none of ours or cannot be read whole.
pub fn of_text(path: &str, text: &[u8]) -> Vec<u8> {
    // Git hands over a temporary file whose name ends like the real one's; by its content it is known better.
    let guess = form(path).unwrap_or(Form::Flow);
    match guess {
        Form::Manifest => {
            let parsed = parse_manifest(text);
            if parsed.lossy() { text.to_vec() } else { print_manifest(&parsed.value).into_bytes() }
        }
        Form::Flow => {
            let parsed = parse_flow(text);
            if parsed.lossy() { text.to_vec() } else { of_flow(&parsed.value).into_bytes() }
        }
    }
}

pub fn of_flow(flow: &Flow) -> String {
    let mut out = String::new();
    let mut line = |indent: usize, text: &str| {
        let _ = writeln!(out, "{:indent$}{text}", "");
    };
    line(0, &format!("flow {} ({})", flow.name, flow.id));
    for (what, map) in [("input", &flow.inputs), ("output", &flow.outputs), ("member", &flow.extra)] {
        for (name, value) in map.iter() {
            line(2, &format!("{what} {name}: {}", shown(value)));
        }
    }
    for (id, node) in &flow.nodes {
        line(0, &format!("node {}", title(id, node)));
        if let Some(group) = &node.group {
            line(2, &format!("in the group {}", flow.groups.get(group).map_or(group, |group| &group.title)));
        }
        for (name, value) in node.fields.iter().chain(node.extra.iter()) {
            match value {
                Value::String(text) if text.contains('\n') => {
                    line(2, &format!("{name}:"));
                    text.split('\n').for_each(|text| line(4, text));
                }
                _ => line(2, &format!("{name}: {}", shown(value))),
            }
        }
        for (port, to) in &node.next {
            let target = flow.nodes.get(to).map_or_else(|| to.to_string(), |node| title(to, node));
            line(2, &format!("{port} → {target}"));
        }
    }
    for (id, group) in &flow.groups {
        let parent = group.parent.as_ref().map(|parent| format!(" in {parent}")).unwrap_or_default();
        line(0, &format!("group {} ({id}){parent}", group.title));
    }
    for (id, note) in &flow.notes {
        line(0, &format!("note {id}"));
        note.text.split('\n').for_each(|text| line(2, text));
    }
    for (id, place) in &flow.layout {
        line(0, &format!("place of {id}: {}, {}{}", place.x, place.y, size(place)));
    }
    for (place, one) in merge::conflict::open_in_flow(flow) {
        line(0, &format!("open conflict at {place}: {}", one.what));
    }
    out
}

fn size(place: &flow::Place) -> String {
    match (place.w, place.h) {
        (Some(w), Some(h)) => format!(", {w} × {h}"),
        _ => String::new(),
    }
}

fn title(id: &str, node: &Node) -> String {
    match node.name.as_ref().or(node.key.as_ref()) {
        Some(name) => format!("{name} ({}, {id})", node.kind),
        None => format!("{} ({id})", node.kind),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

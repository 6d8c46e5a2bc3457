//! The chain of upgrades: of the document's form (`nexus`), and of a node's kind (`v`).

use crate::bot::{Flow, Node};
use crate::descriptor::Descriptor;
use crate::json::Reader;
use crate::problem::Code;
use crate::text::SCHEMA;
use crate::value::Value;

/// Step N turns a flow read from form N + 1 into form N + 2. The first form is 1, so the chain is empty until there is a second.
const FLOW_STEPS: &[fn(&mut Flow)] = &[];

pub(crate) fn flow(flow: &mut Flow, schema: Option<(usize, Value)>, reader: &mut Reader) {
    let from = version(schema, reader);
    for step in FLOW_STEPS.iter().skip(from.saturating_sub(1)) {
        step(flow);
    }
}

pub(crate) fn manifest(schema: Option<(usize, Value)>, reader: &mut Reader) {
    version(schema, reader);
}

fn version(schema: Option<(usize, Value)>, reader: &mut Reader) -> usize {
    let Some((at, value)) = schema else { return SCHEMA as usize };
    match value.as_f64() {
        Some(n) if n.fract() == 0.0 && (1.0..=SCHEMA as f64).contains(&n) => n as usize,
        Some(n) if n > SCHEMA as f64 => {
            let message = format!(
                "This file was written by a newer Nexus Bots (form {n}; this version knows up to {SCHEMA})."
            );
            reader.note(at, Code::NewerSchema, true, message);
            SCHEMA as usize
        }
        _ => {
            reader.note(
                at,
                Code::BadShape,
                true,
                "`nexus` is the version of the file's form, a whole number from 1.",
            );
            SCHEMA as usize
        }
    }
}

/// The node as its kind's current version has it; nothing if it is current, newer, or the chain has a gap.
pub fn node(node: &Node, descriptor: &Descriptor) -> Option<Node> {
    if node.v >= descriptor.v {
        return None;
    }
    let mut upgraded = node.clone();
    for from in node.v..descriptor.v {
        let step = descriptor.upgrades.iter().find(|step| step.from == from)?;
        (step.apply)(&mut upgraded);
        upgraded.v = from + 1;
    }
    Some(upgraded)
}

//! Runs another flow and comes back.

use flow::descriptor::{Descriptor, Family, Field, FieldType};

use super::parts::{ERROR, OUT, base, example, json};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "Runs {flow}",
        help: "Runs another flow of this bot with the given inputs, and goes on when it returns. Its outputs are in `nodes.<key>`.",
        synonyms: &["sub-flow", "function", "run flow", "reuse", "jump"],
        ports: vec![OUT, ERROR],
        fields: vec![
            Field::new("flow", "Flow", FieldType::Flow).required(),
            Field::map("inputs", "Inputs", json("value", "Value")),
        ],
        ..base("logic.call", Family::Logic, "Call flow", "corner-down-right")
    };
    it.example = example(&it, r#"{"flow": "checkout"}"#);
    it
}

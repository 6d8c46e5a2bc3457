//! Ends a called flow with its outputs.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example, json};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "Goes back to the caller",
        help: "Ends this flow and goes back to the one that called it, with outputs by name. In a flow that nobody called it ends the run.",
        synonyms: &["end", "output", "result", "finish", "stop"],
        ends: true,
        ports: Vec::new(),
        fields: vec![Field::map("outputs", "Outputs", json("value", "Value"))],
        ..base("logic.return", Family::Logic, "Return", "corner-up-left")
    };
    it.example = example(&it, r#"{"outputs": {"total": {"$expr": "bot.total"}}}"#);
    it
}

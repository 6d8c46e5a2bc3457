//! Runs JavaScript in a sandbox.

use flow::descriptor::{Descriptor, Family, Field, FieldType};

use super::parts::{ERROR, OUT, base, example, json};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{code}",
        help: "Runs JavaScript without network, disk or clock. The inputs are there by name; what `return` gives is in `nodes.<key>`.",
        synonyms: &["code", "javascript", "js", "function", "compute"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: vec![
            Field::new("code", "Code", FieldType::Code { language: "javascript" }).required().placeholder("return a + b;"),
            Field::map("inputs", "Inputs", json("value", "Value")),
        ],
        ..base("data.script", Family::Data, "Script", "square-code")
    };
    it.example = example(&it, r#"{"code": "return Math.round(total * 1.19);", "inputs": {"total": {"$expr": "bot.total"}}}"#);
    it
}

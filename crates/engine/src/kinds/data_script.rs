//! Runs JavaScript in a sandbox.

use flow::descriptor::{Descriptor, Family, Field, FieldType};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, example, json, with_effect};
use crate::build::Build;
use crate::effect::{Done, Effect};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{code}",
        help: "Runs JavaScript without network, disk or clock. The inputs are there by name; what `return` gives is in `nodes.<key>`.",
        synonyms: &["code", "javascript", "js", "function", "compute"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("", vec![
            Field::new("code", "Code", FieldType::Code { language: "javascript" }).required().placeholder("return a + b;"),
            Field::map("inputs", "Inputs", json("value", "Value")),
        ]),
        ..base("data.script", Family::Data, "Script", "square-code")
    };
    it.example = example(&it, r#"{"code": "return Math.round(total * 1.19);", "inputs": {"total": {"$expr": "bot.total"}}}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Script { code: of.word("code"), inputs: of.map("inputs")? }))
}

#[derive(Debug)]
struct Script {
    code: SmolStr,
    inputs: Vec<(SmolStr, Source)>,
}

impl Behaviour for Script {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let inputs = at.fields(&self.inputs)?;
        let (random, now) = (at.random(), at.now());
        Ok(Next::Do(Box::new(Effect::Script { code: self.code.clone(), inputs, random, now })))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Value { value } = done {
            at.give(value.clone());
        }
        Next::out()
    }
}

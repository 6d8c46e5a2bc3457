//! Runs another flow and comes back.

use flow::Id;
use flow::descriptor::{Descriptor, Family, Field, FieldType};
use smol_str::SmolStr;

use super::parts::{COMPENSATE, ERROR, OUT, base, example, json};
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "Runs {flow}",
        help: "Runs another flow of this bot with the given inputs, and goes on when it returns. Its outputs are in `nodes.<key>`.",
        synonyms: &["sub-flow", "function", "run flow", "reuse", "jump"],
        // The flow that is called may do something outside.
        ports: vec![OUT, ERROR, COMPENSATE],
        fields: vec![
            Field::new("flow", "Flow", FieldType::Flow).required(),
            Field::map("inputs", "Inputs", json("value", "Value")),
        ],
        ..base("logic.call", Family::Logic, "Call flow", "corner-down-right")
    };
    it.example = example(&it, r#"{"flow": "checkout"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Call { flow: of.flow("flow")?, inputs: of.map("inputs")? }))
}

#[derive(Debug)]
struct Call {
    flow: Id,
    inputs: Vec<(SmolStr, Source)>,
}

impl Behaviour for Call {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Call { flow: self.flow.clone(), inputs: at.fields(&self.inputs)? })
    }
}

//! Ends a called flow with its outputs.

use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{base, example, json};
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

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

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Return { outputs: of.map("outputs")? }))
}

#[derive(Debug)]
struct Return {
    outputs: Vec<(SmolStr, Source)>,
}

impl Behaviour for Return {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Return(at.fields(&self.outputs)?))
    }
}

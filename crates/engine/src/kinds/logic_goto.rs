//! Goes on at another node of the flow, without a wire.

use flow::Id;
use flow::descriptor::{Descriptor, Family, Field, FieldType};

use super::parts::{base, example};
use crate::build::{Broken, Build};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "Goes on at {to}",
        help: "Goes on at another node of this flow, as a wire would, without one across the whole picture. Inside a loop the round goes on \
               there; to leave the loop take *Stop*.",
        synonyms: &["jump", "link", "wire", "back", "again", "restart", "continue at"],
        ends: true,
        ports: Vec::new(),
        fields: vec![Field::new("to", "Node", FieldType::Node).required()],
        ..base("logic.goto", Family::Logic, "Go to", "corner-down-left")
    };
    it.example = example(&it, r#"{"to": "ask"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let to = of.word("to");
    if to.is_empty() {
        return Err(Broken::new("It does not say where to go on.").at("to"));
    }
    Ok(Box::new(Goto { to }))
}

#[derive(Debug)]
struct Goto {
    to: Id,
}

impl Behaviour for Goto {
    fn enter(&self, _: &mut At<'_>) -> Turn {
        Ok(Next::Jump(self.to.clone()))
    }
}

//! Goes on in several branches at once.

use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{base, each, example};
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "",
        help: "Goes on in all branches at once. Each works on its own copy of the run's variables; a *Join* brings them together again.",
        synonyms: &["fork", "split", "at once", "concurrent", "branches"],
        ports: vec![each("branches", "label")],
        fields: vec![
            Field::list("branches", "Branches", vec![Field::word("label", "Label").required().placeholder("Fetch prices")]).required(),
        ],
        ..base("logic.parallel", Family::Logic, "Parallel", "split")
    };
    it.example =
        example(&it, r#"{"branches": [{"id": "a", "label": "Fetch prices"}, {"id": "b", "label": "Fetch stock"}]}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Parallel { branches: of.each("branches", |_, id| Ok(id))? }))
}

#[derive(Debug)]
struct Parallel {
    branches: Vec<SmolStr>,
}

impl Behaviour for Parallel {
    fn enter(&self, _: &mut At<'_>) -> Turn {
        Ok(Next::Fork(self.branches.clone()))
    }
}

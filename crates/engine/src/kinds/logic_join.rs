//! Waits for branches to come together.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example};
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "Waits for {wait}",
        help: "Waits for the branches of a *Parallel* and goes on once. When branches set the same variable differently, the rule decides.",
        synonyms: &["merge", "wait for all", "gather", "together"],
        fields: vec![
            Field::choice("wait", "Wait for", &[("all", "All branches"), ("first", "The first branch")]),
            Field::choice(
                "rule",
                "Same variable set twice",
                &[("error", "Is an error"), ("first", "First branch wins"), ("last", "Last branch wins")],
            )
            .help("First and last are by the order of the branches, not by time."),
        ],
        ..base("logic.join", Family::Logic, "Join", "merge")
    };
    it.example = example(&it, r#"{"wait": "all", "rule": "last"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Join { first: of.word("wait") == "first" }))
}

#[derive(Debug)]
struct Join {
    first: bool,
}

impl Behaviour for Join {
    fn enter(&self, _: &mut At<'_>) -> Turn {
        Ok(Next::Join { first: self.first })
    }
}

//! Goes on by the first condition that holds.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, each, example, port};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "",
        help: "Goes on by the first case whose condition holds, from top to bottom; by *Otherwise* when none does.",
        synonyms: &["if", "condition", "branch", "case", "decide", "route"],
        ports: vec![each("cases", "when"), port("else", "Otherwise")],
        fields: vec![
            Field::list("cases", "Cases", vec![Field::expr("when", "When").required().placeholder("bot.total > 100")]).required(),
        ],
        ..base("logic.switch", Family::Logic, "Switch", "git-fork")
    };
    it.example = example(
        &it,
        r#"{"cases": [{"id": "big", "when": "bot.total > 100"}, {"id": "some", "when": "bot.total > 0"}]}"#,
    );
    it
}

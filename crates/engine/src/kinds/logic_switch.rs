//! Goes on by the first condition that holds.

use flow::descriptor::{Descriptor, Family, Field};
use flow::expr::Formula;
use smol_str::SmolStr;

use super::parts::{base, each, example, port};
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

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

pub fn build(of: &mut Build<'_>) -> Built {
    let cases = of.each("cases", |case, id| Ok((id, case.formula("when")?)))?;
    Ok(Box::new(Switch { cases }))
}

#[derive(Debug)]
struct Switch {
    cases: Vec<(SmolStr, Option<Formula>)>,
}

impl Behaviour for Switch {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        for (id, when) in &self.cases {
            if let Some(when) = when
                && at.holds(when).map_err(|fault| fault.at(format!("cases.{id}.when")))?
            {
                return Ok(Next::Go(id.clone()));
            }
        }
        Next::go("else")
    }
}

//! Asks one question of the values at hand.

use flow::descriptor::{Descriptor, Family, Field};
use flow::expr::Formula;

use super::parts::{base, example, port};
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{when}",
        help: "Goes on by *Yes* when the condition holds, and by *No* when it does not. Nothing, zero and what is empty do not hold.\n\n\
               For more than two ways, take a *Switch*.",
        synonyms: &["condition", "check", "compare", "whether", "decide", "yes or no", "then else"],
        ports: vec![port("yes", "Yes"), port("no", "No")],
        fields: vec![
            Field::expr("when", "Condition")
                .required()
                .placeholder("bot.total > 100")
                .help("Compare with `==`, `!=`, `<`, `>`; join conditions with `and`, `or`, `not`. Texts stand in quotes."),
        ],
        ..base("logic.if", Family::Logic, "If", "git-branch")
    };
    it.example = example(&it, r#"{"when": "bot.total > 100"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(If { when: of.formula("when")? }))
}

#[derive(Debug)]
struct If {
    when: Option<Formula>,
}

impl Behaviour for If {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let holds = match &self.when {
            Some(when) => at.holds(when).map_err(|fault| fault.at("when"))?,
            None => false,
        };
        Next::go(if holds { "yes" } else { "no" })
    }
}

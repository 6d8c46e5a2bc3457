//! Puts a person out of the group.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{ERROR, OUT, base, example, with_effect};
use super::saying::{Who, who_field};
use crate::build::Build;
use crate::effect::Effect;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{person}",
        help: "Puts a person out of the group or the server. They may come back; *Ban* keeps them out. The bot needs the right to do so.",
        synonyms: &["remove", "throw out", "moderate", "expel", "member"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "30s",
            vec![
                who_field(),
                Field::text("reason", "Why").placeholder("Spam").help("Discord keeps it in the audit log."),
            ],
        ),
        ..base("people.kick", Family::People, "Kick", "corner-up-left")
    };
    it.example = example(&it, r#"{"reason": "Spam"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Kick { who: Who::build(of)?, reason: of.source("reason")? }))
}

#[derive(Debug)]
struct Kick {
    who: Who,
    reason: Source,
}

impl Behaviour for Kick {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let reason = at.text(&self.reason).map_err(|fault| fault.at("reason"))?;
        Ok(Next::Do(Box::new(Effect::Kick { person: self.who.id(at)?, reason })))
    }
}

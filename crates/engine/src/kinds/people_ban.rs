//! Keeps a person out of the group.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{ERROR, OUT, base, duration, example, with_effect};
use super::saying::{Who, who_field};
use crate::build::Build;
use crate::effect::{Done, Effect};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{person}",
        help: "Puts a person out of the group or the server and keeps them out, for a while or for ever. The bot needs the right to do so. \
               When it ends is in `nodes.<key>.until`.",
        synonyms: &["block", "exclude", "moderate", "expel", "forbid", "spam"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "30s",
            vec![
                who_field(),
                duration("for", "For")
                    .placeholder("7d")
                    .help("Left empty, for ever. Telegram takes less than 30 seconds and more than 366 days for ever."),
                Field::text("reason", "Why").placeholder("Spam").help("Discord keeps it in the audit log."),
            ],
        ),
        ..base("people.ban", Family::People, "Ban", "square")
    };
    it.example = example(&it, r#"{"for": "7d", "reason": "Spam"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Ban { who: Who::build(of)?, lasts: of.duration("for")?, reason: of.source("reason")? }))
}

#[derive(Debug)]
struct Ban {
    who: Who,
    lasts: Option<Source>,
    reason: Source,
}

impl Behaviour for Ban {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let until =
            self.lasts.as_ref().map(|lasts| at.after(lasts)).transpose().map_err(|fault| fault.at("for"))?;
        let reason = at.text(&self.reason).map_err(|fault| fault.at("reason"))?;
        at.keep(until.map(|until| until.text()).into());
        Ok(Next::Do(Box::new(Effect::Ban { person: self.who.id(at)?, until, reason })))
    }

    fn done(&self, at: &mut At<'_>, _: &Done) -> Turn {
        at.give(Data::object([("until", at.memo().clone())]));
        Next::out()
    }
}

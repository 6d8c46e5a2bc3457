//! A person asks the bot from within any chat (Telegram).

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Platform;

use super::parts::{base, example, with_trigger};
use crate::build::Build;
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "@bot {begins}",
        help: "Starts a run when a person writes `@yourbot` and a few words in any chat of Telegram. What they wrote is in `msg.text`; \
               send them something to choose from with *Answer inline*.\n\n\
               Ask @BotFather to turn inline mode on for your bot.",
        synonyms: &["inline", "search", "query", "mention", "lookup", "share"],
        platforms: vec![Platform::Telegram],
        trigger: true,
        fields: with_trigger(
            "beside",
            vec![
                Field::word("begins", "Begins with")
                    .placeholder("weather")
                    .help("Upper and lower case are the same. Left empty, any words will do."),
            ],
        ),
        ..base("trigger.inline", Family::Trigger, "Inline query", "radio")
    };
    it.example = example(&it, r#"{"begins": "weather"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Inline { begins: of.word("begins").trim().to_lowercase() }))
}

#[derive(Debug)]
struct Inline {
    begins: String,
}

impl Behaviour for Inline {
    fn hears(&self, event: &Event) -> Option<Fit> {
        let What::Inline(inline) = &event.what else { return None };
        match self.begins.is_empty() {
            true => Some(Fit::Any),
            false => {
                inline.query.trim_start().to_lowercase().starts_with(&self.begins).then_some(Fit::Pattern)
            }
        }
    }

    fn enter(&self, _: &mut At<'_>) -> Turn {
        Next::out()
    }
}

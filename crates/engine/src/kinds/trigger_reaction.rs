//! A person reacts to a message.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{base, example, with_trigger};
use crate::build::Build;
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{emoji}",
        help: "Starts a run when a person puts an emoji to a message, or takes it away. The emoji is in `msg.emoji`, the message's id in `msg.id`.",
        synonyms: &["emoji", "like", "thumbs up", "vote", "react", "heart"],
        trigger: true,
        fields: with_trigger(
            "beside",
            vec![
                Field::word("emoji", "Which emoji")
                    .placeholder("👍 ❤️")
                    .help("Several with spaces between them. Left empty, any emoji will do."),
                Field::choice(
                    "when",
                    "When it is",
                    &[("added", "Put there"), ("removed", "Taken away"), ("both", "Either")],
                ),
            ],
        ),
        ..base("trigger.reaction", Family::Trigger, "Reaction", "smile")
    };
    it.example = example(&it, r#"{"emoji": "👍"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let emoji = of.word("emoji").split_whitespace().map(bare).collect();
    let (added, removed) = match of.word("when").as_str() {
        "removed" => (false, true),
        "both" => (true, true),
        _ => (true, false),
    };
    Ok(Box::new(Reaction { emoji, added, removed }))
}

/// One emoji has two forms, with and without the mark that it is to be drawn in colour.
fn bare(emoji: &str) -> SmolStr {
    emoji.chars().filter(|c| *c != '\u{fe0f}').collect::<String>().into()
}

#[derive(Debug)]
struct Reaction {
    emoji: Vec<SmolStr>,
    added: bool,
    removed: bool,
}

impl Behaviour for Reaction {
    fn hears(&self, event: &Event) -> Option<Fit> {
        let What::Reaction(reaction) = &event.what else { return None };
        if !(if reaction.removed { self.removed } else { self.added }) {
            return None;
        }
        match self.emoji.is_empty() {
            true => Some(Fit::Any),
            false => self.emoji.contains(&bare(&reaction.emoji)).then_some(Fit::Exact),
        }
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        if let What::Reaction(reaction) = &at.event.what {
            at.give(Data::object([
                ("emoji", Data::from(reaction.emoji.clone())),
                ("message", reaction.message.clone().into()),
                ("removed", reaction.removed.into()),
            ]));
        }
        Next::out()
    }
}

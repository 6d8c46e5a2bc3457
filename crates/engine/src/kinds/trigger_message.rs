//! A message arrives.

use flow::descriptor::{Descriptor, Family, Field};
use regex::{Regex, RegexBuilder};

use super::parts::{base, example, with_trigger};
use crate::build::{Broken, Build};
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{match} {text}",
        help: "Starts a run when a person writes something. Choose *any* message, or only those that are, contain or match a text.\n\n\
               Commands and pressed buttons have triggers of their own and do not come here.",
        synonyms: &["text", "receive", "says", "incoming", "hears", "keyword"],
        trigger: true,
        fields: with_trigger(
            "beside",
            vec![
                Field::choice(
                    "match",
                    "Which messages",
                    &[
                        ("any", "Any message"),
                        ("contains", "Contains"),
                        ("exact", "Is exactly"),
                        ("pattern", "Matches a pattern"),
                    ],
                ),
                Field::word("text", "Text")
                    .required()
                    .placeholder("price")
                    .help("Upper and lower case are the same. A pattern is a regular expression.")
                    .when("match", &["contains", "exact", "pattern"]),
            ],
        ),
        ..base("trigger.message", Family::Trigger, "Message", "message-circle")
    };
    it.example = example(&it, r#"{"match": "contains", "text": "price"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let text = of.word("text");
    let which = match of.word("match").as_str() {
        "contains" => Which::Contains(text.to_lowercase()),
        "exact" => Which::Exact(text.trim().to_lowercase()),
        "pattern" => {
            let pattern = RegexBuilder::new(&text).case_insensitive(true).size_limit(1 << 20).build();
            let wrong =
                |error: regex::Error| Broken::new(format!("The pattern cannot be read: {error}.")).at("text");
            Which::Pattern(pattern.map_err(wrong)?)
        }
        _ => Which::Any,
    };
    Ok(Box::new(Message { which }))
}

#[derive(Debug)]
struct Message {
    which: Which,
}

#[derive(Debug)]
enum Which {
    Any,
    Contains(String),
    Exact(String),
    Pattern(Regex),
}

impl Behaviour for Message {
    fn hears(&self, event: &Event) -> Option<Fit> {
        let What::Message(message) = &event.what else { return None };
        let text = &message.text;
        match &self.which {
            Which::Any => Some(Fit::Any),
            Which::Contains(part) => text.to_lowercase().contains(part).then_some(Fit::Contains),
            Which::Exact(whole) => (text.trim().to_lowercase() == *whole).then_some(Fit::Exact),
            Which::Pattern(pattern) => pattern.is_match(text).then_some(Fit::Pattern),
        }
    }

    fn enter(&self, _: &mut At<'_>) -> Turn {
        Next::out()
    }
}

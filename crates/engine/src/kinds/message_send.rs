//! Sends a text.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{ERROR, OUT, base, example, format, formatting, with_effect};
use super::saying::{Way, sent, with_way};
use crate::build::Build;
use crate::effect::{Done, Effect, Format, Send};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let fields = vec![
        Field::long_text("text", "Text")
            .required()
            .placeholder("Hi {{ user.first_name }}, how can I help?")
            .limit(Limit::MessageText),
        formatting(),
        Field::bool("preview", "Preview links", true).advanced(),
    ];
    let mut it = Descriptor {
        summary: "{text}",
        help: "Sends a message to the chat. `{{ user.first_name }}` and the like are filled in. \
               The message's id is in `nodes.<key>.message`, to edit or delete it later.",
        synonyms: &["reply", "say", "text", "answer", "write"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", with_way(fields)),
        ..base("message.send", Family::Message, "Send message", "send")
    };
    it.example = example(&it, r#"{"text": "Hi {{ user.first_name }}!", "format": "plain"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(SendText {
        text: of.source("text")?,
        format: format(&of.word("format")),
        preview: of.flag("preview"),
        way: Way::build(of)?,
    }))
}

#[derive(Debug)]
struct SendText {
    text: Source,
    format: Format,
    preview: bool,
    way: Way,
}

impl Behaviour for SendText {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Send(Send {
            text: at.text(&self.text).map_err(|fault| fault.at("text"))?,
            format: self.format,
            no_preview: !self.preview,
            ..self.way.message(at)?
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        sent(at, done)
    }
}

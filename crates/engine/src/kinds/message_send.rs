//! Sends a text.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{ERROR, OUT, base, example, with_effect};
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::effect::{Done, Effect, Format, Send};
use crate::source::Source;
use flow::Data;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text}",
        help: "Sends a message to the chat. `{{ user.first_name }}` and the like are filled in.",
        synonyms: &["reply", "say", "text", "answer", "write"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", vec![
            Field::long_text("text", "Text").required().placeholder("Hi {{ user.first_name }}, how can I help?").limit(Limit::MessageText),
            Field::choice("format", "Formatting", &[("plain", "Plain"), ("markdown", "Markdown"), ("html", "HTML")]),
            Field::bool("reply", "Reply to the message", false).advanced(),
            Field::bool("silent", "Without sound", false).advanced(),
            Field::bool("preview", "Preview links", true).advanced(),
        ]),
        ..base("message.send", Family::Message, "Send message", "send")
    };
    it.example = example(&it, r#"{"text": "Hi {{ user.first_name }}!", "format": "plain"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(SendText {
        text: of.source("text")?,
        format: super::parts::format(&of.word("format")),
        reply: of.flag("reply"),
        silent: of.flag("silent"),
        preview: of.flag("preview"),
    }))
}

#[derive(Debug)]
struct SendText {
    text: Source,
    format: Format,
    reply: bool,
    silent: bool,
    preview: bool,
}

impl Behaviour for SendText {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Send(Send {
            text: at.text(&self.text).map_err(|fault| fault.at("text"))?,
            format: self.format,
            reply_to: at.origin.message.clone().filter(|_| self.reply),
            silent: self.silent,
            no_preview: !self.preview,
            ..Send::default()
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Sent { message } = done {
            at.give(Data::object([("message", Data::from(message.clone()))]));
        }
        Next::out()
    }
}

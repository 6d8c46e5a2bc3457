//! Sends a message with buttons that stay.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{ERROR, OUT, base, example, format, formatting, with_effect};
use super::saying::{Buttons, Way, buttons_field, sent, with_way};
use crate::build::Build;
use crate::effect::{Done, Effect, Format, Keyboard, Send};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let fields = vec![
        Field::long_text("text", "Text")
            .required()
            .placeholder("What shall it be?")
            .limit(Limit::MessageText),
        buttons_field().required(),
        formatting().advanced(),
    ];
    let mut it = Descriptor {
        summary: "{text}",
        help: "Sends a message with buttons that stay, and goes on at once. A pressed button starts *Button pressed* with the same data, \
               or leads on a *Wait for a button*; one with an address opens it. To ask and wait in one, use *Ask with buttons*.",
        synonyms: &["menu", "inline keyboard", "link", "url button", "callback", "choices", "options"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", with_way(fields)),
        ..base("message.buttons", Family::Message, "Buttons", "list-checks")
    };
    it.example = example(
        &it,
        r#"{"text": "What shall it be?", "buttons": [{"id": "b", "label": "Buy", "does": "data", "data": "buy:7"}, {"id": "m", "label": "More", "does": "url", "url": "https://example.com", "beside": true}]}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Menu {
        text: of.source("text")?,
        format: format(&of.word("format")),
        buttons: Buttons::build(of)?,
        way: Way::build(of)?,
    }))
}

#[derive(Debug)]
struct Menu {
    text: Source,
    format: Format,
    buttons: Buttons,
    way: Way,
}

impl Behaviour for Menu {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Send(Send {
            text: at.text(&self.text).map_err(|fault| fault.at("text"))?,
            format: self.format,
            keyboard: Keyboard::Inline(self.buttons.rows(at)?),
            ..self.way.message(at)?
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        sent(at, done)
    }
}

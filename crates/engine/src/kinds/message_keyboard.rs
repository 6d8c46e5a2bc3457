//! Puts keys in place of the person's keyboard, or takes them away (Telegram).

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::{Limit, Platform};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, example, format, formatting, with_effect};
use super::saying::{Way, beside, rows, sent, some, with_way};
use crate::build::{Broken, Build};
use crate::effect::{Asks, Done, Effect, Format, Keyboard, ReplyButton, Send};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let key = vec![
        Field::text("label", "Label").required().placeholder("Menu").limit(Limit::ButtonLabel),
        Field::choice(
            "asks",
            "When pressed",
            &[
                ("text", "Writes its label"),
                ("phone", "Sends the phone number"),
                ("location", "Sends the location"),
            ],
        ),
        beside(),
    ];
    let fields = vec![
        Field::choice("does", "What", &[("show", "Show keys"), ("remove", "Take the keys away")]),
        Field::long_text("text", "Text").required().placeholder("How can I help?").limit(Limit::MessageText),
        Field::list("keys", "Keys", key).required().limit(Limit::KeyboardButtons).when("does", &["show"]),
        Field::bool("once", "Only until one is pressed", false),
        formatting().advanced(),
    ];
    let mut it = Descriptor {
        summary: "{text}",
        help: "Sends a message and puts keys in place of the person's keyboard. A pressed key writes its label, as if the person had; \
               it can also send their phone number or where they are. The keys stay until they are taken away.",
        synonyms: &[
            "reply keyboard",
            "keys",
            "menu",
            "phone",
            "contact",
            "location",
            "share",
            "hide keyboard",
        ],
        platforms: vec![Platform::Telegram],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", with_way(fields)),
        ..base("message.keyboard", Family::Message, "Keyboard", "keyboard")
    };
    it.example = example(
        &it,
        r#"{"does": "show", "text": "How can I help?", "keys": [{"id": "m", "label": "Menu"}, {"id": "p", "label": "Call me", "asks": "phone", "beside": true}], "once": true}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let keys = of.each("keys", |key, id| {
        let asks = match key.word("asks").as_str() {
            "phone" => Some(Asks::Phone),
            "location" => Some(Asks::Location),
            _ => None,
        };
        Ok(Key { id, label: key.source("label")?, asks, beside: key.flag("beside") })
    })?;
    let remove = of.word("does") == "remove";
    if keys.is_empty() && !remove {
        return Err(Broken::new("There are no keys to show.").at("keys"));
    }
    Ok(Box::new(Keys {
        text: of.source("text")?,
        format: format(&of.word("format")),
        keys,
        remove,
        once: of.flag("once"),
        way: Way::build(of)?,
    }))
}

#[derive(Debug)]
struct Keys {
    text: Source,
    format: Format,
    keys: Vec<Key>,
    remove: bool,
    once: bool,
    way: Way,
}

#[derive(Debug)]
struct Key {
    id: SmolStr,
    label: Source,
    asks: Option<Asks>,
    beside: bool,
}

impl Behaviour for Keys {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let key = |key: &Key| {
            let label = some(at, &key.label, || format!("keys.{}.label", key.id))?;
            Ok((key.beside, ReplyButton { label, asks: key.asks }))
        };
        let keyboard = match self.remove {
            true => Keyboard::Remove,
            false => {
                let keys = self.keys.iter().map(key).collect::<Result<Vec<_>, Fault>>()?;
                Keyboard::Reply { rows: rows(keys), once: self.once }
            }
        };
        Ok(Next::Do(Box::new(Effect::Send(Send {
            text: at.text(&self.text).map_err(|fault| fault.at("text"))?,
            format: self.format,
            keyboard,
            ..self.way.message(at)?
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        sent(at, done)
    }
}

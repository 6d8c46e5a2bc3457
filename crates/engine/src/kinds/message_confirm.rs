//! Answers a pressed button with a notice.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{ERROR, OUT, base, example, with_effect};
use crate::build::Build;
use crate::effect::Effect;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text}",
        help: "Shows a short notice to the person who has just pressed a button, such as *Saved*. It is not a message: it is gone after a moment. \
               Put it before the bot waits for anything; a press can be answered once. Where no button was pressed, it does nothing.",
        synonyms: &["toast", "notice", "alert", "popup", "answer callback", "acknowledge", "hint"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "10s",
            vec![
                Field::text("text", "Notice").required().placeholder("Saved").limit(Limit::Notice),
                Field::bool("alert", "In a window that has to be closed", false),
            ],
        ),
        ..base("message.confirm", Family::Message, "Notice", "bell")
    };
    it.example = example(&it, r#"{"text": "Saved"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Confirm { text: of.source("text")?, alert: of.flag("alert") }))
}

#[derive(Debug)]
struct Confirm {
    text: Source,
    alert: bool,
}

impl Behaviour for Confirm {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        if !at.is_pressed() {
            return Next::out();
        }
        let text = at.text(&self.text).map_err(|fault| fault.at("text"))?;
        Ok(Next::Do(Box::new(Effect::Confirm { text, alert: self.alert })))
    }
}

//! Asks with buttons and waits.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;
use smol_str::SmolStr;

use super::parts::{ERROR, base, duration, each, example, port, variable, with_effect};
use super::saying::stacked;
use crate::build::{Build, Place};
use crate::effect::{Button, ButtonDoes, Done, Effect, Format, Send};
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text}",
        help: "Sends a question with buttons and waits. Each button leads on by its own output; what else a person writes goes to \
               *Anything else*, and *No answer* follows when the time is over.",
        synonyms: &["question", "buttons", "choice", "menu", "keyboard", "options", "poll"],
        effect: true,
        waits: true,
        ports: vec![
            each("buttons", "label"),
            port("other", "Anything else"),
            port("timeout", "No answer"),
            ERROR,
        ],
        fields: with_effect(
            "30s",
            vec![
                Field::long_text("text", "Question")
                    .required()
                    .placeholder("Which size?")
                    .limit(Limit::MessageText),
                Field::list(
                    "buttons",
                    "Buttons",
                    vec![
                        Field::text("label", "Label").required().placeholder("Yes").limit(Limit::ButtonLabel),
                    ],
                )
                .required()
                .limit(Limit::ButtonCount),
                variable("save", "Save the answer as"),
                duration("timeout", "Wait at most").help("Without it, the question waits for ever."),
                Field::choice(
                    "format",
                    "Formatting",
                    &[("plain", "Plain"), ("markdown", "Markdown"), ("html", "HTML")],
                )
                .advanced(),
            ],
        ),
        ..base("message.ask", Family::Message, "Ask with buttons", "circle-help")
    };
    it.example = example(
        &it,
        r#"{"text": "Which size?", "buttons": [{"id": "s", "label": "Small"}, {"id": "l", "label": "Large"}], "save": "user.size", "timeout": "10m"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Ask {
        text: of.source("text")?,
        format: super::parts::format(&of.word("format")),
        buttons: of.each("buttons", |button, id| Ok((id, button.source("label")?)))?,
        save: of.place("save")?,
        timeout: of.duration("timeout")?,
    }))
}

#[derive(Debug)]
struct Ask {
    text: Source,
    format: Format,
    buttons: Vec<(SmolStr, Source)>,
    save: Option<Place>,
    timeout: Option<Source>,
}

impl Behaviour for Ask {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let mut buttons = Vec::with_capacity(self.buttons.len());
        for (id, label) in &self.buttons {
            let label = at.text(label).map_err(|fault| fault.at(format!("buttons.{id}.label")))?;
            buttons.push(Button { label, does: ButtonDoes::Data(at.tag(id)) });
        }
        Ok(Next::Do(Box::new(Effect::Send(Send {
            text: at.text(&self.text).map_err(|fault| fault.at("text"))?,
            format: self.format,
            keyboard: stacked(&at.origin.channel, buttons),
            ..Send::default()
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        let Done::Sent { message } = done else { return Ok(Next::Wait(None)) };
        at.keep(message.clone().into());
        Ok(Next::Wait(self.timeout.as_ref().map(|timeout| at.after(timeout)).transpose()?))
    }

    fn event(&self, at: &mut At<'_>, event: &Event) -> Option<Turn> {
        match &event.what {
            What::Button(pressed) => {
                let (id, label) =
                    self.buttons.iter().find(|(id, _)| at.pressed(&pressed.data) == Some(id))?;
                let label = match at.text(label) {
                    Ok(label) => label,
                    Err(fault) => return Some(Err(fault)),
                };
                Some(self.answered(at, id.clone(), label))
            }
            // A label that is written is as good as one that is pressed.
            What::Message(message) => {
                let said = message.text.trim().to_lowercase();
                let is_it =
                    |label: &Source| at.text(label).is_ok_and(|label| label.trim().to_lowercase() == said);
                let chosen = self.buttons.iter().find(|(_, label)| !said.is_empty() && is_it(label));
                let port = chosen.map_or(SmolStr::new_static("other"), |(id, _)| id.clone());
                Some(self.answered(at, port, message.text.clone()))
            }
            _ => None,
        }
    }

    fn due(&self, _: &mut At<'_>) -> Turn {
        Next::go("timeout")
    }
}

impl Ask {
    fn answered(&self, at: &mut At<'_>, port: SmolStr, answer: SmolStr) -> Turn {
        if let Some(place) = &self.save {
            at.set(place, answer.clone().into())?;
        }
        let message = at.memo().clone();
        at.give(Data::object([
            ("answer", answer.into()),
            ("button", port.clone().into()),
            ("message", message),
        ]));
        Ok(Next::Go(port))
    }
}

//! Waits until a button of an earlier message is pressed.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{Pattern, base, duration, each, example, port};
use crate::build::{Broken, Build};
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let button = vec![
        Field::word("data", "Data")
            .required()
            .placeholder("buy:*")
            .help("A `*` at the end stands for anything."),
    ];
    let mut it = Descriptor {
        summary: "",
        help: "Waits until the person presses a button that *Buttons* sent before, and goes on by its output. \
               The data is in `nodes.<key>.data`; what follows its colon is in `msg.args`.",
        synonyms: &["press", "click", "tap", "callback", "choice", "inline button"],
        waits: true,
        ports: vec![each("buttons", "data"), port("timeout", "No answer")],
        fields: vec![
            Field::list("buttons", "Buttons", button).required(),
            Field::text("message", "Only at this message")
                .placeholder("{{ nodes.menu.message }}")
                .help("Left empty, a button with the data counts wherever it is.")
                .advanced(),
            duration("timeout", "Wait at most").help("Left empty, it waits for ever."),
        ],
        ..base("message.wait_button", Family::Message, "Wait for a button", "mouse-pointer-click")
    };
    it.example = example(
        &it,
        r#"{"buttons": [{"id": "b", "data": "buy:*"}, {"id": "n", "data": "no"}], "timeout": "1h"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let buttons = of.each("buttons", |one, id| Ok((id, Pattern::new(&one.word("data")))))?;
    if buttons.is_empty() {
        return Err(Broken::new("Say which buttons it waits for.").at("buttons"));
    }
    Ok(Box::new(Wait { buttons, message: of.source("message")?, timeout: of.duration("timeout")? }))
}

#[derive(Debug)]
struct Wait {
    buttons: Vec<(SmolStr, Pattern)>,
    message: Source,
    timeout: Option<Source>,
}

impl Behaviour for Wait {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let message = at.text(&self.message).map_err(|fault| fault.at("message"))?;
        at.keep(message.into());
        let until = self.timeout.as_ref().map(|timeout| at.after(timeout)).transpose();
        Ok(Next::Wait(until.map_err(|fault| fault.at("timeout"))?))
    }

    fn event(&self, at: &mut At<'_>, event: &Event) -> Option<Turn> {
        let What::Button(pressed) = &event.what else { return None };
        let only = at.memo().as_str().unwrap_or_default();
        if !only.is_empty() && *only != pressed.message {
            return None;
        }
        // The one that fits most exactly.
        let fits = self.buttons.iter().filter_map(|(id, data)| Some((data.fit(&pressed.data)?, id)));
        let (_, id) = fits.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        at.give(Data::object([
            ("data", Data::from(pressed.data.clone())),
            ("button", id.clone().into()),
            ("message", pressed.message.clone().into()),
        ]));
        Some(Ok(Next::Go(id.clone())))
    }

    fn due(&self, _: &mut At<'_>) -> Turn {
        Next::go("timeout")
    }
}

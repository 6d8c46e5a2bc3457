//! A button with fixed data is pressed.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{Pattern, base, example, with_trigger};
use crate::build::{Broken, Build};
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{data}",
        help: "Starts a run when a person presses a button that tells the bot this data. *Buttons* sends such buttons; they work for as long \
               as the message is there.\n\n\
               Write `buy:*` for all data that begins with `buy:`; what follows the colon is in `msg.args`. The data as a whole is in \
               `msg.button`.",
        synonyms: &["click", "press", "tap", "callback", "inline button", "menu", "data"],
        trigger: true,
        fields: with_trigger(
            "beside",
            vec![
                Field::word("data", "Data")
                    .required()
                    .placeholder("buy:*")
                    .help("What the button carries. A `*` at the end stands for anything."),
            ],
        ),
        unique: &["data"],
        ..base("trigger.button", Family::Trigger, "Button pressed", "mouse-pointer-click")
    };
    it.example = example(&it, r#"{"data": "buy:*"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let data = of.word("data");
    if data.is_empty() {
        return Err(Broken::new("Say which data the button carries; `*` stands for any.").at("data"));
    }
    Ok(Box::new(Button { data: Pattern::new(&data) }))
}

#[derive(Debug)]
struct Button {
    data: Pattern,
}

impl Behaviour for Button {
    fn hears(&self, event: &Event) -> Option<Fit> {
        match &event.what {
            What::Button(pressed) => self.data.fit(&pressed.data),
            _ => None,
        }
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        if let What::Button(pressed) = &at.event.what {
            at.give(Data::object([
                ("data", Data::from(pressed.data.clone())),
                ("message", pressed.message.clone().into()),
            ]));
        }
        Next::out()
    }
}

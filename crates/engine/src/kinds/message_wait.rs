//! Waits for what the person sends next.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{OUT, base, duration, example, port, variable};
use crate::build::{Build, Place};
use crate::event::{Event, File, Message, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{for}",
        help: "Waits for the next message of the person, without sending anything. What they write is in `nodes.<key>.text`, files are in \
               `nodes.<key>.files`. Use it after a message of your own; *Question* asks and looks whether the answer fits.",
        synonyms: &["reply", "answer", "listen", "receive", "next message", "input", "pause"],
        waits: true,
        ports: vec![OUT, port("timeout", "No answer")],
        fields: vec![
            Field::choice(
                "for",
                "For",
                &[("any", "Any message"), ("text", "A text"), ("file", "A photo or file")],
            )
            .help("What is something else is not taken; other triggers may hear it."),
            variable("save", "Save the text as"),
            duration("timeout", "Wait at most").help("Left empty, it waits for ever."),
        ],
        ..base("message.wait", Family::Message, "Wait for a reply", "pause")
    };
    it.example = example(&it, r#"{"for": "text", "save": "user.size", "timeout": "1h"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let wants = match of.word("for").as_str() {
        "text" => Wants::Text,
        "file" => Wants::File,
        _ => Wants::Any,
    };
    Ok(Box::new(Wait { wants, save: of.place("save")?, timeout: of.duration("timeout")? }))
}

#[derive(Debug)]
struct Wait {
    wants: Wants,
    save: Option<Place>,
    timeout: Option<Source>,
}

#[derive(Debug)]
enum Wants {
    Any,
    Text,
    File,
}

impl Behaviour for Wait {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let until = self.timeout.as_ref().map(|timeout| at.after(timeout)).transpose();
        Ok(Next::Wait(until.map_err(|fault| fault.at("timeout"))?))
    }

    fn event(&self, at: &mut At<'_>, event: &Event) -> Option<Turn> {
        let What::Message(message) = &event.what else { return None };
        let fits = match self.wants {
            Wants::Any => true,
            Wants::Text => !message.text.is_empty(),
            Wants::File => !message.files.is_empty(),
        };
        fits.then(|| self.take(at, message))
    }

    fn due(&self, _: &mut At<'_>) -> Turn {
        Next::go("timeout")
    }
}

impl Wait {
    fn take(&self, at: &mut At<'_>, message: &Message) -> Turn {
        if let Some(place) = &self.save {
            at.set(place, message.text.clone().into())?;
        }
        at.give(Data::object([
            ("text", Data::from(message.text.clone())),
            ("files", Data::list(message.files.iter().map(File::data))),
            ("message", message.id.clone().into()),
        ]));
        Next::out()
    }
}

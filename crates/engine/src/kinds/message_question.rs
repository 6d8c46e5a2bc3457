//! Asks, and waits for an answer of a certain kind.

use flow::descriptor::{Descriptor, Family, Field, FieldType};
use flow::limits::{Limit, Platform};
use flow::{Data, Value};
use smol_str::SmolStr;

use super::answers::{Choices, Wants};
use super::parts::{
    ERROR, OUT, base, duration, example, format, formatting, port, variable, with_effect, words,
};
use super::saying::{some, stacked};
use crate::build::{Build, Place};
use crate::effect::{Asks, Button, ButtonDoes, Done, Effect, Format, Keyboard, ReplyButton, Send};
use crate::event::{Event, Message, What};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let number =
        |name, label| Field::new(name, label, FieldType::Number { integer: false, min: None, max: None });
    let choice = vec![
        Field::text("label", "Label").required().placeholder("Large").limit(Limit::ButtonLabel),
        Field::text("value", "Value")
            .placeholder("l")
            .help("What the answer is then. Left empty, it is the label."),
    ];
    let fields = vec![
        Field::long_text("text", "Question")
            .required()
            .placeholder("What is your email address?")
            .limit(Limit::MessageText),
        Field::choice(
            "type",
            "The answer is",
            &[
                ("text", "A text"),
                ("number", "A number"),
                ("email", "An email address"),
                ("phone", "A phone number"),
                ("date", "A date"),
                ("choice", "One of a list"),
                ("file", "A photo or file"),
                ("location", "A location"),
            ],
        ),
        Field::whole("shortest", "At least so many characters", 0, 4096).when("type", &["text"]),
        Field::whole("longest", "At most so many characters", 1, 4096).when("type", &["text"]),
        Field::word("pattern", "Pattern")
            .placeholder("[A-Z]{2}[0-9]{4}")
            .help("A regular expression that the whole answer fits.")
            .when("type", &["text"])
            .advanced(),
        Field::bool("whole", "Only whole numbers", false).when("type", &["number"]),
        number("least", "At least").when("type", &["number"]),
        number("most", "At most").when("type", &["number"]),
        Field::choice(
            "order",
            "Written as",
            &[
                ("day", "31.12.2026 (day, month, year)"),
                ("month", "12/31/2026 (month, day, year)"),
                ("year", "2026-12-31 (year, month, day)"),
            ],
        )
        .help("With points, dashes or strokes. A date that begins with a year is always understood.")
        .when("type", &["date"]),
        Field::text("earliest", "Not before").placeholder("2026-01-01").when("type", &["date"]),
        Field::text("latest", "Not after").placeholder("2026-12-31").when("type", &["date"]),
        Field::list("choices", "Choices", choice).limit(Limit::ButtonCount).when("type", &["choice"]),
        Field::expr("choices_from", "Choices out of a list")
            .placeholder("nodes.search.json")
            .help("Texts, or objects with `label` and `value`. They are shown in place of those above.")
            .when("type", &["choice"])
            .advanced(),
        Field::choice(
            "file",
            "Which",
            &[
                ("any", "Any file"),
                ("photo", "A photo"),
                ("video", "A video"),
                ("audio", "Music"),
                ("voice", "A voice message"),
                ("document", "A document"),
            ],
        )
        .when("type", &["file"]),
        Field::text("share", "Key to share it")
            .placeholder("Share my number")
            .limit(Limit::ButtonLabel)
            .help("On Telegram the person can then press this key instead of typing.")
            .when("type", &["phone", "location"]),
        Field::long_text("again", "When it does not fit")
            .placeholder("That is no email address. Please try again.")
            .help("Left empty, the question is asked again.")
            .limit(Limit::MessageText),
        Field::whole("most_tries", "Ask at most so often", 1, 20).default(Value::int(3)),
        Field::word("cancel", "Words that cancel")
            .default("cancel, /cancel")
            .help("With commas between them."),
        variable("save", "Save the answer as"),
        duration("timeout", "Wait at most")
            .help("Counted anew each time that it is asked. Left empty, the question waits for ever."),
        formatting().advanced(),
    ];
    let mut it = Descriptor {
        summary: "{text}",
        help: "Asks something and waits for an answer of the kind you choose. What does not fit is asked again, and after so many tries it \
               goes on by *Did not fit*. The answer is in `nodes.<key>.answer`: a number is a number, a date is written as `2026-12-31`.",
        synonyms: &[
            "ask", "input", "prompt", "form", "validate", "number", "email", "phone", "date", "file",
            "location", "survey",
        ],
        effect: true,
        waits: true,
        ports: vec![
            OUT,
            port("invalid", "Did not fit"),
            port("cancelled", "Cancelled"),
            port("timeout", "No answer"),
            ERROR,
        ],
        fields: with_effect("30s", fields),
        ..base("message.question", Family::Message, "Question", "message-circle-question")
    };
    it.example = example(
        &it,
        r#"{"text": "What size?", "type": "text", "longest": 20, "again": "Please write it shorter.", "save": "user.size", "timeout": "1h"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Question {
        text: of.source("text")?,
        again: of.source("again")?,
        format: format(&of.word("format")),
        wants: Wants::build(of)?,
        share: of.source("share")?,
        most_tries: of.whole("most_tries").unwrap_or(3),
        cancel: words(&of.word("cancel")),
        save: of.place("save")?,
        timeout: of.duration("timeout")?,
    }))
}

#[derive(Debug)]
struct Question {
    text: Source,
    again: Source,
    format: Format,
    wants: Wants,
    share: Source,
    most_tries: i64,
    cancel: Vec<String>,
    save: Option<Place>,
    timeout: Option<Source>,
}

impl Behaviour for Question {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let choices = self.wants.choices(at)?;
        at.keep(Memo { message: Data::Null, tries: 0, choices }.data());
        self.ask(at, &self.text, "text")
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Sent { message } = done {
            at.keep(Memo { message: message.clone().into(), ..Memo::of(at) }.data());
        }
        Ok(Next::Wait(self.timeout.as_ref().map(|timeout| at.after(timeout)).transpose()?))
    }

    fn event(&self, at: &mut At<'_>, event: &Event) -> Option<Turn> {
        match &event.what {
            What::Command(command) => {
                let said = format!("/{}", command.name.to_lowercase());
                self.cancel.contains(&said).then(|| Next::go("cancelled"))
            }
            What::Button(pressed) => {
                let place: usize = at.pressed(&pressed.data)?.parse().ok()?;
                let (label, value) = Memo::of(at).choices.into_iter().nth(place)?;
                Some(self.answered(at, value, label))
            }
            What::Message(message) => Some(self.said(at, message)),
            _ => None,
        }
    }

    fn due(&self, _: &mut At<'_>) -> Turn {
        Next::go("timeout")
    }
}

impl Question {
    fn ask(&self, at: &mut At<'_>, text: &Source, field: &'static str) -> Turn {
        let text = some(at, text, || field.into())?;
        Ok(Next::Do(Box::new(Effect::Send(Send {
            text,
            format: self.format,
            keyboard: self.keyboard(at)?,
            ..Send::default()
        }))))
    }

    fn keyboard(&self, at: &At<'_>) -> Result<Keyboard, Fault> {
        let asks = match self.wants {
            Wants::Choice { .. } => {
                let button = |(place, (label, _)): (usize, (SmolStr, Data))| Button {
                    label,
                    does: ButtonDoes::Data(at.tag(&place.to_string())),
                };
                let buttons = Memo::of(at).choices.into_iter().enumerate().map(button).collect();
                return Ok(stacked(&at.origin.channel, buttons));
            }
            Wants::Phone => Asks::Phone,
            Wants::Location => Asks::Location,
            _ => return Ok(Keyboard::None),
        };
        // Only there is such a key.
        if at.origin.channel != Platform::Telegram.name() {
            return Ok(Keyboard::None);
        }
        let label = at.some_text(&self.share).map_err(|fault| fault.at("share"))?;
        Ok(label.map_or(Keyboard::None, |label| Keyboard::Reply {
            rows: vec![vec![ReplyButton { label, asks: Some(asks) }]],
            once: true,
        }))
    }

    fn said(&self, at: &mut At<'_>, message: &Message) -> Turn {
        if self.cancel.contains(&message.text.trim().to_lowercase()) {
            return Next::go("cancelled");
        }
        let memo = Memo::of(at);
        match self.wants.read(at, &memo.choices, message)? {
            Some(answer) => self.answered(at, answer, message.text.clone()),
            None => {
                let tries = memo.tries + 1;
                if tries >= self.most_tries {
                    at.give(Data::object([
                        ("text", Data::from(message.text.clone())),
                        ("tries", tries.into()),
                    ]));
                    return Next::go("invalid");
                }
                at.keep(Memo { tries, ..memo }.data());
                match self.again.is_empty() {
                    true => self.ask(at, &self.text, "text"),
                    false => self.ask(at, &self.again, "again"),
                }
            }
        }
    }

    fn answered(&self, at: &mut At<'_>, answer: Data, text: SmolStr) -> Turn {
        if let Some(place) = &self.save {
            at.set(place, answer.clone())?;
        }
        let memo = Memo::of(at);
        at.give(Data::object([
            ("answer", answer),
            ("text", text.into()),
            ("message", memo.message),
            ("tries", (memo.tries + 1).into()),
        ]));
        Next::out()
    }
}

/// What the node keeps while it waits: the message of the question, how many answers did not fit, what can be chosen.
struct Memo {
    message: Data,
    tries: i64,
    choices: Choices,
}

impl Memo {
    fn of(at: &At<'_>) -> Memo {
        let memo = at.memo();
        let choices = memo.get("choices").and_then(Data::as_list).unwrap_or_default();
        let choice =
            |one: &Data| Some((SmolStr::new(one.get("label")?.as_str()?), one.get("value")?.clone()));
        Memo {
            message: memo.get("message").cloned().unwrap_or_default(),
            tries: memo.get("tries").and_then(Data::as_int).unwrap_or_default(),
            choices: choices.iter().filter_map(choice).collect(),
        }
    }

    fn data(self) -> Data {
        let choice =
            |(label, value): (SmolStr, Data)| Data::object([("label", label.into()), ("value", value)]);
        Data::object([
            ("message", self.message),
            ("tries", self.tries.into()),
            ("choices", Data::list(self.choices.into_iter().map(choice))),
        ])
    }
}

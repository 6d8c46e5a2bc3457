//! Shows a form with lines to fill in, and waits (Discord).

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::{Limit, Platform};
use smol_str::SmolStr;

use super::parts::{ERROR, OUT, base, duration, example, port, variable, with_effect};
use super::saying::some;
use crate::build::{Broken, Build, Place};
use crate::effect::{Done, Effect, Form, FormInput};
use crate::event::{Event, Pressed, What};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

/// The button by which the answers find back.
const SUBMIT: &str = "form";

pub fn descriptor() -> Descriptor {
    let input = vec![
        Field::word("name", "Name")
            .required()
            .placeholder("address")
            .help("The answer is in `nodes.<key>.<name>`."),
        Field::text("label", "Label").required().placeholder("Where do you live?").limit(Limit::InputLabel),
        Field::text("placeholder", "Hint").placeholder("Street and number").limit(Limit::InputPlaceholder),
        Field::bool("long", "Several lines", false),
        Field::bool("required", "Has to be filled in", true),
        variable("save", "Save it as"),
    ];
    let mut it = Descriptor {
        summary: "{title}",
        help: "Shows a form in front of the chat and waits until it is sent. Discord shows forms only as the answer to a slash command or a pressed \
               button, so nothing else may be sent before it. Nobody tells the bot when a form is closed: *No answer* follows when the time is over.",
        synonyms: &["modal", "dialog", "input", "popup", "fields", "discord", "survey"],
        platforms: vec![Platform::Discord],
        effect: true,
        waits: true,
        ports: vec![OUT, port("timeout", "No answer"), ERROR],
        fields: with_effect(
            "10s",
            vec![
                Field::text("title", "Title").required().placeholder("Your order").limit(Limit::FormTitle),
                Field::list("inputs", "Inputs", input).required().limit(Limit::FormInputs),
                duration("timeout", "Wait at most").default("15m"),
            ],
        ),
        ..base("message.form", Family::Message, "Form", "file-text")
    };
    it.example = example(
        &it,
        r#"{"title": "Your order", "inputs": [{"id": "s", "name": "size", "label": "Which size?", "save": "user.size"}, {"id": "w", "name": "wishes", "label": "Anything else?", "long": true, "required": false}]}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let inputs = of.each("inputs", |one, id| {
        let name = one.word("name");
        if !flow::expr::is_identifier(&name) {
            let message = format!("`{name}` is no name for an answer: use letters, digits and `_`.");
            return Err(Broken::new(message).at(&format!("inputs.{id}.name")));
        }
        Ok(Input {
            id,
            name,
            label: one.source("label")?,
            placeholder: one.source("placeholder")?,
            long: one.flag("long"),
            required: one.flag("required"),
            save: one.place("save")?,
        })
    })?;
    if inputs.is_empty() {
        return Err(Broken::new("There is nothing to fill in.").at("inputs"));
    }
    Ok(Box::new(Ask { title: of.source("title")?, inputs, timeout: of.duration("timeout")? }))
}

#[derive(Debug)]
struct Ask {
    title: Source,
    inputs: Vec<Input>,
    timeout: Option<Source>,
}

#[derive(Debug)]
struct Input {
    id: SmolStr,
    name: SmolStr,
    label: Source,
    placeholder: Source,
    long: bool,
    required: bool,
    save: Option<Place>,
}

impl Behaviour for Ask {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        if at.origin.answer_to.is_none() {
            let message = "A form can only answer a slash command or a pressed button, and there was none. Ask with a button first.";
            return Err(Fault::wrong_type(message));
        }
        let input = |one: &Input| {
            Ok(FormInput {
                id: one.name.clone(),
                label: some(at, &one.label, || format!("inputs.{}.label", one.id))?,
                placeholder: at.text(&one.placeholder)?,
                required: one.required,
                long: one.long,
            })
        };
        Ok(Next::Do(Box::new(Effect::Form(Form {
            data: at.tag(SUBMIT),
            title: some(at, &self.title, || "title".into())?,
            inputs: self.inputs.iter().map(input).collect::<Result<_, Fault>>()?,
        }))))
    }

    fn done(&self, at: &mut At<'_>, _: &Done) -> Turn {
        let until = self.timeout.as_ref().map(|timeout| at.after(timeout)).transpose();
        Ok(Next::Wait(until.map_err(|fault| fault.at("timeout"))?))
    }

    fn event(&self, at: &mut At<'_>, event: &Event) -> Option<Turn> {
        match &event.what {
            What::Button(pressed) if at.pressed(&pressed.data) == Some(SUBMIT) => {
                Some(self.sent(at, pressed))
            }
            _ => None,
        }
    }

    fn due(&self, _: &mut At<'_>) -> Turn {
        Next::go("timeout")
    }
}

impl Ask {
    fn sent(&self, at: &mut At<'_>, pressed: &Pressed) -> Turn {
        // What was left empty is an empty text.
        let answer = |name: &SmolStr| pressed.values.get(name).cloned().unwrap_or_else(|| "".into());
        for input in &self.inputs {
            if let Some(place) = &input.save {
                at.set(place, answer(&input.name))?;
            }
        }
        at.give(Data::object(self.inputs.iter().map(|input| (input.name.clone(), answer(&input.name)))));
        Next::out()
    }
}

//! A slash command of Discord, with typed options.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::{Limit, Platform};
use smol_str::SmolStr;

use super::parts::{base, example, with_trigger};
use crate::build::{Broken, Build};
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let choice = vec![
        Field::word("label", "Label").required().placeholder("Large").limit(Limit::ChoiceName),
        Field::word("value", "Value")
            .placeholder("l")
            .help("Left empty, it is the label.")
            .limit(Limit::ChoiceValue),
    ];
    let option = vec![
        Field::word("name", "Name").required().placeholder("size").limit(Limit::OptionName),
        Field::choice(
            "type",
            "Takes",
            &[
                ("text", "A text"),
                ("whole", "A whole number"),
                ("number", "A number"),
                ("bool", "Yes or no"),
                ("person", "A person"),
                ("channel", "A channel"),
                ("choice", "One of a list"),
            ],
        ),
        Field::word("description", "Description")
            .required()
            .placeholder("How large it shall be")
            .limit(Limit::OptionDescription),
        Field::bool("required", "Has to be given", false),
        Field::list("choices", "List", choice).required().limit(Limit::ChoiceCount).when("type", &["choice"]),
    ];
    let mut it = Descriptor {
        summary: "/{command}",
        help: "Starts a run when a person sends this command on Discord, which helps them to fill in its options. An option is in \
               `nodes.<key>.<name>`, and is empty when it was not given; `msg.options.<name>` is there only for those that were.\n\n\
               On other platforms use *Command*. A bot may have both for one command: on Discord this one is taken.",
        synonyms: &["command", "discord", "options", "arguments", "parameters", "application command"],
        platforms: vec![Platform::Discord],
        trigger: true,
        fields: with_trigger(
            "interrupt",
            vec![
                Field::word("command", "Command")
                    .required()
                    .placeholder("order")
                    .help("Without the slash, in small letters.")
                    .limit(Limit::CommandName),
                Field::word("description", "Description")
                    .required()
                    .placeholder("Order something")
                    .help("Discord shows it beside the command.")
                    .limit(Limit::CommandDescription),
                Field::list("options", "Options", option).limit(Limit::OptionCount),
            ],
        ),
        unique: &["command"],
        ..base("trigger.slash", Family::Trigger, "Slash command", "slash")
    };
    it.example = example(
        &it,
        r#"{"command": "order", "description": "Order a pizza", "options": [{"id": "s", "name": "size", "type": "choice", "description": "How large", "required": true, "choices": [{"id": "l", "label": "Large", "value": "l"}, {"id": "m", "label": "Medium", "value": "m"}]}]}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let command = of.word("command").trim_start_matches('/').to_lowercase();
    let options = of.each("options", |option, id| {
        let name = option.word("name");
        if !flow::expr::is_identifier(&name) {
            let message = format!("`{name}` is no name for an option: use letters, digits and `_`.");
            return Err(Broken::new(message).at(&format!("options.{id}.name")));
        }
        Ok(name)
    })?;
    Ok(Box::new(Slash { command, options }))
}

#[derive(Debug)]
struct Slash {
    command: String,
    options: Vec<SmolStr>,
}

impl Behaviour for Slash {
    fn hears(&self, event: &Event) -> Option<Fit> {
        match &event.what {
            What::Command(said) => {
                (said.slash && said.name.eq_ignore_ascii_case(&self.command)).then_some(Fit::Typed)
            }
            _ => None,
        }
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        if let What::Command(said) = &at.event.what {
            let given = |name: &SmolStr| said.options.get(name).cloned().unwrap_or_default();
            at.give(Data::object(self.options.iter().map(|name| (name.clone(), given(name)))));
        }
        Next::out()
    }
}

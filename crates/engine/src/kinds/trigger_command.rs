//! A person sends a command such as /start.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{base, example, with_trigger};
use crate::build::Build;
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "/{command}",
        help: "Starts a run when a person sends a command such as `/start`. What follows the command is in `msg.args`.\n\n\
               Each command can have one trigger in the whole bot.",
        synonyms: &["start", "slash", "menu", "begin"],
        trigger: true,
        fields: with_trigger(
            "interrupt",
            vec![
                Field::word("command", "Command")
                    .required()
                    .placeholder("start")
                    .help("Without the slash.")
                    .limit(Limit::CommandName),
                Field::word("description", "Description")
                    .help("Shown in the platform's list of commands.")
                    .placeholder("Say hello")
                    .limit(Limit::CommandDescription),
            ],
        ),
        unique: &["command"],
        ..base("trigger.command", Family::Trigger, "Command", "terminal")
    };
    it.example = example(&it, r#"{"command": "order", "description": "Order something"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let command = of.word("command").trim_start_matches('/').to_lowercase();
    Ok(Box::new(Command { command }))
}

#[derive(Debug)]
struct Command {
    command: String,
}

impl Behaviour for Command {
    fn hears(&self, event: &Event) -> Option<Fit> {
        match &event.what {
            What::Command(said) => said.name.eq_ignore_ascii_case(&self.command).then_some(Fit::Named),
            _ => None,
        }
    }

    fn enter(&self, _: &mut At<'_>) -> Turn {
        Next::out()
    }
}

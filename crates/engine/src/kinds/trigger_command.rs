//! A person sends a command such as /start.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{base, example};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "/{command}",
        help: "Starts a run when a person sends a command such as `/start`. What follows the command is in `msg.args`.\n\n\
               Each command can have one trigger in the whole bot.",
        synonyms: &["start", "slash", "menu", "begin"],
        trigger: true,
        fields: vec![
            Field::word("command", "Command")
                .required()
                .placeholder("start")
                .help("Without the slash.")
                .limit(Limit::CommandName),
            Field::word("description", "Description").help("Shown in the platform's list of commands.").placeholder("Say hello"),
        ],
        unique: &["command"],
        ..base("trigger.command", Family::Trigger, "Command", "terminal")
    };
    it.example = example(&it, r#"{"command": "order", "description": "Order something"}"#);
    it
}

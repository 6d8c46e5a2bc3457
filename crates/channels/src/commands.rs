//! What a bot offers by name: its commands, for the lists that the networks show while somebody types.

use flow::Bot;
use flow::value::{Map, Value};
use smol_str::SmolStr;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandSpec {
    /// Without the slash, in small letters.
    pub name: SmolStr,
    pub description: SmolStr,
    /// Of a slash command with typed options; those that have to be given come first.
    pub options: Vec<OptionSpec>,
    /// A slash command of its own, which Discord alone has.
    pub is_slash: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionSpec {
    pub name: SmolStr,
    pub description: SmolStr,
    pub kind: OptionKind,
    pub required: bool,
    /// What is shown and what comes back.
    pub choices: Vec<(SmolStr, SmolStr)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OptionKind {
    #[default]
    Text,
    Whole,
    Number,
    Bool,
    Person,
    Channel,
}

/// All commands of a bot, by name. Where a name is both a command and a slash command, both are there.
pub fn commands(bot: &Bot) -> Vec<CommandSpec> {
    let nodes = bot.flows.values().flat_map(|flow| flow.nodes.values());
    let specs = nodes.filter_map(|node| match node.kind.as_str() {
        "trigger.command" => Some(spec(&node.fields, false)),
        "trigger.slash" => Some(spec(&node.fields, true)),
        _ => None,
    });
    let mut specs: Vec<CommandSpec> = specs.filter(|spec| !spec.name.is_empty()).collect();
    specs.sort_by(|a, b| (&a.name, a.is_slash).cmp(&(&b.name, b.is_slash)));
    specs.dedup_by(|later, first| (&later.name, later.is_slash) == (&first.name, first.is_slash));
    specs
}

fn spec(fields: &Map, is_slash: bool) -> CommandSpec {
    let name: SmolStr = word(fields, "command").trim_start_matches('/').to_lowercase().into();
    let given = fields.get("options").and_then(Value::as_array).unwrap_or_default();
    let mut options: Vec<OptionSpec> = given.iter().filter_map(Value::as_object).map(option).collect();
    options.sort_by_key(|option| !option.required);
    CommandSpec { description: or(word(fields, "description"), &name), name, options, is_slash }
}

fn option(fields: &Map) -> OptionSpec {
    let name: SmolStr = word(fields, "name").to_lowercase().into();
    let kind = match word(fields, "type") {
        "whole" => OptionKind::Whole,
        "number" => OptionKind::Number,
        "bool" => OptionKind::Bool,
        "person" => OptionKind::Person,
        "channel" => OptionKind::Channel,
        _ => OptionKind::Text,
    };
    let choices = match word(fields, "type") {
        "choice" => fields.get("choices").and_then(Value::as_array).unwrap_or_default(),
        _ => &[],
    };
    let choice = |choice: &Map| {
        let label = word(choice, "label");
        (SmolStr::from(label), or(word(choice, "value"), label))
    };
    OptionSpec {
        description: or(word(fields, "description"), &name),
        name,
        kind,
        required: fields.get("required").and_then(Value::as_bool).unwrap_or(false),
        choices: choices.iter().filter_map(Value::as_object).map(choice).collect(),
    }
}

fn word<'a>(fields: &'a Map, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn or(text: &str, otherwise: &str) -> SmolStr {
    if text.is_empty() { otherwise.into() } else { text.into() }
}

#[test]
fn a_bots_commands_are_found() {
    let text = r#"{"nexus": 1, "id": "main", "name": "M", "nodes": {
        "a1": {"kind": "trigger.command", "v": 1, "fields": {"command": "/Start", "description": "Begin"}},
        "b1": {"kind": "trigger.slash", "v": 1, "fields": {"command": "order", "description": "Order", "options": [
            {"id": "c", "name": "count", "type": "whole"},
            {"id": "s", "name": "size", "type": "choice", "description": "How large", "required": true,
                "choices": [{"id": "l", "label": "Large", "value": "l"}, {"id": "m", "label": "Medium"}]}]}},
        "c1": {"kind": "message.send", "v": 1, "fields": {"text": "hi"}}
    }}"#;
    let flow = flow::text::parse_flow(text.as_bytes()).value;
    let mut bot = Bot::default();
    bot.flows.insert("flows/main.flow.json".into(), flow);
    let found = commands(&bot);
    let names: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.is_slash)).collect();
    assert_eq!(names, [("order", true), ("start", false)]);
    let size = &found[0].options[0];
    assert_eq!((size.name.as_str(), size.required, size.kind), ("size", true, OptionKind::Text));
    assert_eq!(size.choices, [("Large".into(), "l".into()), ("Medium".into(), "Medium".into())]);
    assert_eq!(
        (found[0].options[1].kind, found[0].options[1].description.as_str()),
        (OptionKind::Whole, "count")
    );
}

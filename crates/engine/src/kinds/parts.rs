//! What descriptors have in common: usual ports and fields, and a short way to write examples.

use flow::descriptor::{Family, Role};
use flow::{Descriptor, Field, FieldType, Map, Node, Port, Value};
use smol_str::SmolStr;

use crate::effect::Format;
use crate::kinds::{BUSY, PAUSE, PRIORITY, SCOPE, TRIES, WITHIN};
use crate::node::Fit;

/// A descriptor with the usual answers; a kind overrides what differs.
pub fn base(kind: &'static str, family: Family, title: &'static str, icon: &'static str) -> Descriptor {
    Descriptor {
        kind,
        v: 1,
        title,
        family,
        icon,
        summary: "",
        help: "",
        synonyms: &[],
        example: Node { kind: kind.into(), v: 1, ..Node::default() },
        platforms: Vec::new(),
        trigger: false,
        waits: false,
        sleeps: false,
        rounds: None,
        effect: false,
        ends: false,
        ports: vec![OUT],
        fields: Vec::new(),
        unique: &[],
        upgrades: Vec::new(),
    }
}

pub const OUT: Port = Port::Fixed { id: "out", label: "Next", role: Role::Flow };
pub const ERROR: Port = Port::Fixed { id: "error", label: "On error", role: Role::Error };

/// How a transaction takes the node back.
pub const COMPENSATE: Port =
    Port::Fixed { id: "compensate", label: "To take it back", role: Role::Compensate };

/// What all kinds of a sort have: whatever does something outside may say how it is taken back.
pub fn whole(mut descriptor: Descriptor) -> Descriptor {
    if descriptor.effect {
        descriptor.ports.push(COMPENSATE);
    }
    descriptor
}

pub const fn port(id: &'static str, label: &'static str) -> Port {
    Port::Fixed { id, label, role: Role::Flow }
}

/// One port per element of a list.
pub fn each(field: &'static str, label: &'static str) -> Port {
    Port::Each { field, label, role: Role::Flow }
}

pub fn duration(name: &'static str, label: &'static str) -> Field {
    Field::new(name, label, FieldType::Duration).placeholder("10m")
}

pub fn variable(name: &'static str, label: &'static str) -> Field {
    Field::new(name, label, FieldType::Variable).placeholder("user.answer")
}

/// The time zone in which days and hours are meant.
pub fn zone() -> Field {
    Field::text("zone", "Time zone").default("UTC").placeholder("Europe/Berlin").advanced()
}

pub fn digests() -> Field {
    Field::choice(
        "algorithm",
        "How",
        &[("sha256", "SHA-256"), ("sha512", "SHA-512"), ("sha1", "SHA-1 (old)"), ("md5", "MD5 (old)")],
    )
}

pub fn spellings() -> Field {
    Field::choice("as", "Written as", &[("hex", "Hexadecimal"), ("base64", "Base64")])
}

/// A node of this kind with fields, written as JSON text.
pub fn example(descriptor: &Descriptor, fields: &str) -> Node {
    let text = format!(
        r#"{{"nodes": {{"n": {{"kind": "{}", "v": {}, "fields": {fields}}}}}}}"#,
        descriptor.kind, descriptor.v
    );
    let parsed = flow::text::parse_flow(text.as_bytes());
    debug_assert!(parsed.problems.is_empty(), "{}: {:?}", descriptor.kind, parsed.problems);
    parsed.value.nodes.get("n").map(|node| Node::clone(node)).unwrap_or_default()
}

/// A JSON value in which `{{ … }}` is filled in.
pub fn json(name: &'static str, label: &'static str) -> Field {
    Field { template: true, ..Field::new(name, label, FieldType::Json) }
}

pub fn empty_object() -> Value {
    Value::Object(Map::new())
}

/// The fields of a trigger, with those that all triggers have. `busy` is what usually happens to a run that waits for a person.
pub fn with_trigger(busy: &'static str, mut fields: Vec<Field>) -> Vec<Field> {
    fields.push(
        Field::choice(
            SCOPE,
            "One run for",
            &[("person", "Each person"), ("chat", "The whole chat"), ("bot", "The whole bot")],
        )
        .help("Whose answers the run waits for, and whose variables it sees.")
        .advanced(),
    );
    with_bot_trigger(busy, fields)
}

/// The fields of a trigger whose runs are the bot's own, since no person is there.
pub fn with_bot_trigger(busy: &'static str, mut fields: Vec<Field>) -> Vec<Field> {
    let busy_field = Field::choice(
        BUSY,
        "While a run waits for an answer",
        &[
            ("interrupt", "It ends"),
            ("beside", "Both go on"),
            ("queue", "Begin when it is over"),
            ("ignore", "Do not begin"),
        ],
    );
    fields.extend([
        Field { default: Some(busy.into()), ..busy_field.advanced() },
        Field::whole(PRIORITY, "Priority", -100, 100)
            .default(Value::int(0))
            .help(
                "Where two triggers fit, the higher one wins; between equals the one that fits more exactly.",
            )
            .advanced(),
    ]);
    fields
}

/// How a text is marked up.
pub fn formatting() -> Field {
    Field::choice("format", "Formatting", &[("plain", "Plain"), ("markdown", "Markdown"), ("html", "HTML")])
}

/// The fields of a node that does something outside, with how it is tried. `within`: when to give up usually; empty for never.
pub fn with_effect(within: &'static str, mut fields: Vec<Field>) -> Vec<Field> {
    let give_up = duration(WITHIN, "Give up after").advanced();
    fields.extend([
        if within.is_empty() { give_up } else { give_up.default(within) },
        Field::whole(TRIES, "Tries", 1, 20)
            .default(Value::int(1))
            .help("Again after what passes: no connection, too many requests, a service that is down.")
            .advanced(),
        duration(PAUSE, "Pause between tries").default("1s").help("Doubles each time.").advanced(),
    ]);
    fields
}

pub fn format(word: &str) -> Format {
    match word {
        "markdown" => Format::Markdown,
        "html" => Format::Html,
        _ => Format::Plain,
    }
}

/// Words with commas between them, as they are compared with what people write.
pub fn words(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect()
}

/// A text, or all texts that begin so.
#[derive(Debug)]
pub struct Pattern {
    text: SmolStr,
    open: bool,
}

impl Pattern {
    pub fn new(text: &str) -> Pattern {
        let begins = text.strip_suffix('*');
        Pattern { text: begins.unwrap_or(text).into(), open: begins.is_some() }
    }

    pub fn fit(&self, text: &str) -> Option<Fit> {
        match self.open {
            false => (text == self.text).then_some(Fit::Exact),
            true if self.text.is_empty() => Some(Fit::Any),
            true => text.starts_with(self.text.as_str()).then_some(Fit::Pattern),
        }
    }
}

//! What a node kind says of itself: the one source for palette, inspector, checks, merge and docs. Pure data.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use smol_str::SmolStr;

use crate::bot::Node;
use crate::limits::{Limit, Platform};
use crate::value::Value;

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Descriptor.ts"))]
pub struct Descriptor {
    pub kind: &'static str,
    /// The version of the kind's behaviour; older nodes are upgraded by `upgrades`.
    pub v: u32,
    pub title: &'static str,
    #[cfg_attr(feature = "ts", ts(rename = "group"))]
    #[serde(rename = "group")]
    pub family: Family,
    /// A lucide icon's name.
    pub icon: &'static str,
    /// What a card says, with fields in braces: `Says {text}`.
    pub summary: &'static str,
    /// Markdown.
    pub help: &'static str,
    pub synonyms: &'static [&'static str],
    pub example: Node,
    /// Empty: works everywhere.
    pub platforms: Vec<Platform>,
    /// Starts runs, so nothing leads into it.
    pub trigger: bool,
    /// A run rests here until something happens outside.
    pub waits: bool,
    /// A run rests here for a time.
    #[serde(skip)]
    pub sleeps: bool,
    /// The output by which rounds begin: what follows it comes back here by itself when it ends.
    #[serde(skip)]
    pub rounds: Option<&'static str>,
    /// Does something outside the bot.
    pub effect: bool,
    /// A run ends here by design.
    pub ends: bool,
    pub ports: Vec<Port>,
    pub fields: Vec<Field>,
    /// Fields that name together what this node claims for itself in the whole bot: no other node of the kind may claim the same.
    pub unique: &'static [&'static str],
    #[serde(skip)]
    pub upgrades: Vec<Upgrade>,
}

/// One step of a kind's upgrade chain.
#[derive(Clone, Debug)]
pub struct Upgrade {
    pub from: u32,
    pub apply: fn(&mut Node),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Family.ts"))]
#[serde(rename_all = "lowercase")]
pub enum Family {
    Trigger,
    Message,
    Logic,
    Data,
    World,
    People,
    Ai,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Port.ts"))]
#[serde(tag = "at", rename_all = "lowercase")]
pub enum Port {
    Fixed {
        id: &'static str,
        label: &'static str,
        role: Role,
    },
    /// One port per element of a list field; the port's id is the element's.
    Each {
        field: &'static str,
        /// The element's field that is shown as the port's label.
        label: &'static str,
        role: Role,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Role.ts"))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Flow,
    Error,
    Compensate,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Field.ts", optional_fields))]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub help: &'static str,
    #[serde(rename = "type")]
    #[cfg_attr(feature = "ts", ts(rename = "type"))]
    pub kind: FieldType,
    pub required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// `{{ … }}` is filled in.
    pub template: bool,
    /// May hold `$secret`.
    pub secret: bool,
    pub advanced: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<&'static str>,
    /// Shown, and required, only when another field has one of these values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// What a platform limits here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// A merge takes the value whole from one side.
    pub unit: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "When.ts"))]
pub struct When {
    pub field: &'static str,
    pub is: Vec<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "FieldType.ts", optional_fields))]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum FieldType {
    Text {
        multiline: bool,
    },
    Number {
        integer: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    Bool,
    Choice {
        options: Vec<Choice>,
    },
    /// A bare expression.
    Expr,
    Json,
    Code {
        language: &'static str,
    },
    /// Elements with an `id` each.
    List {
        item: Vec<Field>,
        /// The order means something: a merge must not choose one silently.
        ordered: bool,
    },
    /// Names a person chooses, each with a value.
    Map {
        value: Box<Field>,
    },
    /// The id of a flow of this bot.
    Flow,
    /// A text under `prompts/`, without folder and ending.
    Prompt,
    /// The id of a node of the same flow; a run may go on there.
    Node,
    /// A variable with its scope: `bot.total`.
    Variable,
    /// `90s`, `5m`, `2h`, `3d`.
    Duration,
    /// The name of a secret.
    Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Choice.ts"))]
pub struct Choice {
    pub value: &'static str,
    pub label: &'static str,
}

impl Descriptor {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The output ports of one node, in the order they are drawn.
    pub fn ports_of(&self, node: &Node) -> Vec<SmolStr> {
        let mut ports = Vec::new();
        for port in &self.ports {
            match port {
                Port::Fixed { id, .. } => ports.push(SmolStr::new_static(id)),
                Port::Each { field, .. } => {
                    let items = node.fields.get(field).and_then(Value::as_array).unwrap_or_default();
                    ports.extend(items.iter().filter_map(Value::id).map(SmolStr::new));
                }
            }
        }
        ports
    }

    pub fn has_port(&self, node: &Node, id: &str) -> bool {
        self.ports.iter().any(|port| match port {
            Port::Fixed { id: fixed, .. } => *fixed == id,
            Port::Each { field, .. } => {
                let items = node.fields.get(field).and_then(Value::as_array).unwrap_or_default();
                items.iter().any(|item| item.id() == Some(id))
            }
        })
    }
}

/// The kinds that are known, by name.
#[derive(Clone, Debug, Default)]
pub struct Kinds(BTreeMap<&'static str, Arc<Descriptor>>);

impl Kinds {
    pub fn new(descriptors: impl IntoIterator<Item = Descriptor>) -> Kinds {
        Kinds(descriptors.into_iter().map(|descriptor| (descriptor.kind, Arc::new(descriptor))).collect())
    }

    pub fn get(&self, kind: &str) -> Option<&Arc<Descriptor>> {
        self.0.get(kind)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Descriptor>> {
        self.0.values()
    }
}

// Fields are declared by a name, a label and a type, and then refined.
impl Field {
    pub fn new(name: &'static str, label: &'static str, kind: FieldType) -> Field {
        Field {
            name,
            label,
            help: "",
            kind,
            required: false,
            default: None,
            template: false,
            secret: false,
            advanced: false,
            placeholder: None,
            when: None,
            limit: None,
            unit: false,
        }
    }

    /// One line of text in which `{{ … }}` is filled in.
    pub fn text(name: &'static str, label: &'static str) -> Field {
        Field { template: true, ..Field::new(name, label, FieldType::Text { multiline: false }) }
    }

    pub fn long_text(name: &'static str, label: &'static str) -> Field {
        Field { template: true, ..Field::new(name, label, FieldType::Text { multiline: true }) }
    }

    /// A text taken as it is.
    pub fn word(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, FieldType::Text { multiline: false })
    }

    pub fn expr(name: &'static str, label: &'static str) -> Field {
        Field::new(name, label, FieldType::Expr)
    }

    pub fn bool(name: &'static str, label: &'static str, default: bool) -> Field {
        Field { default: Some(Value::Bool(default)), ..Field::new(name, label, FieldType::Bool) }
    }

    pub fn whole(name: &'static str, label: &'static str, min: i64, max: i64) -> Field {
        let kind = FieldType::Number { integer: true, min: Some(min as f64), max: Some(max as f64) };
        Field::new(name, label, kind)
    }

    /// A choice; the first option is the default.
    pub fn choice(
        name: &'static str,
        label: &'static str,
        options: &[(&'static str, &'static str)],
    ) -> Field {
        let options: Vec<Choice> = options.iter().map(|&(value, label)| Choice { value, label }).collect();
        let default = options.first().map(|first| Value::from(first.value));
        Field { default, unit: true, ..Field::new(name, label, FieldType::Choice { options }) }
    }

    pub fn list(name: &'static str, label: &'static str, item: Vec<Field>) -> Field {
        Field::new(name, label, FieldType::List { item, ordered: true })
    }

    pub fn map(name: &'static str, label: &'static str, value: Field) -> Field {
        Field::new(name, label, FieldType::Map { value: Box::new(value) })
    }

    pub fn help(self, help: &'static str) -> Field {
        Field { help, ..self }
    }

    pub fn required(self) -> Field {
        Field { required: true, ..self }
    }

    pub fn default(self, default: impl Into<Value>) -> Field {
        Field { default: Some(default.into()), ..self }
    }

    pub fn advanced(self) -> Field {
        Field { advanced: true, ..self }
    }

    pub fn secret(self) -> Field {
        Field { secret: true, ..self }
    }

    pub fn placeholder(self, placeholder: &'static str) -> Field {
        Field { placeholder: Some(placeholder), ..self }
    }

    pub fn when(self, field: &'static str, is: &[&'static str]) -> Field {
        let is = is.iter().map(|&value| Value::from(value)).collect();
        Field { when: Some(When { field, is }), ..self }
    }

    pub fn limit(self, limit: Limit) -> Field {
        Field { limit: Some(limit), ..self }
    }
}

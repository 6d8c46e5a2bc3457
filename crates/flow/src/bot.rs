//! The bot in memory: typed where the structure matters, plain values where a kind decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::value::{Map, Value};

/// A file's path inside the bot's folder, with `/` between its parts: `flows/main.flow.json`.
pub type FilePath = SmolStr;
/// Random words that never change. Nodes, groups and notes of one flow share one space of ids.
pub type Id = SmolStr;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bot {
    pub manifest: Manifest,
    pub flows: BTreeMap<FilePath, Flow>,
    /// The other text files: tests, prompts.
    pub texts: BTreeMap<FilePath, Arc<str>>,
}

impl Group {
    /// What happens in it happens whole or not at all: the member `"transaction": true`.
    pub fn is_transaction(&self) -> bool {
        self.extra.get("transaction") == Some(&Value::Bool(true))
    }
}

impl Bot {
    pub fn flow_by_id(&self, id: &str) -> Option<(&FilePath, &Flow)> {
        self.flows.iter().find(|(_, flow)| flow.id == id)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Flow.ts", optional_fields))]
pub struct Flow {
    pub id: Id,
    pub name: SmolStr,
    /// The parameters of a flow that others call, by name.
    #[serde(default)]
    pub inputs: Map,
    #[serde(default)]
    pub outputs: Map,
    #[serde(default)]
    pub nodes: BTreeMap<Id, Arc<Node>>,
    #[serde(default)]
    pub groups: BTreeMap<Id, Group>,
    #[serde(default)]
    pub notes: BTreeMap<Id, Note>,
    /// Where nodes, groups and notes stand; never means anything to a run.
    #[serde(default)]
    pub layout: BTreeMap<Id, Place>,
    /// The open conflicts of a merge, base, ours and theirs of each.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::value::present")]
    pub unresolved: Option<Value>,
    /// Members that this version does not know; kept.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Map>"))]
    pub extra: Map,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Node.ts", optional_fields))]
pub struct Node {
    pub kind: SmolStr,
    /// The version of the kind's behaviour that the node was made for.
    pub v: u32,
    /// The node's name in expressions: `nodes.<key>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Id>,
    #[serde(default)]
    pub fields: Map,
    /// Wires: output port to node.
    #[serde(default)]
    pub next: BTreeMap<SmolStr, Id>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Map>"))]
    pub extra: Map,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Group.ts", optional_fields))]
pub struct Group {
    #[serde(default)]
    pub title: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Map>"))]
    pub extra: Map,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Note.ts", optional_fields))]
pub struct Note {
    #[serde(default)]
    pub text: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Map>"))]
    pub extra: Map,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Place.ts", optional_fields))]
pub struct Place {
    pub x: i32,
    pub y: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub w: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub h: Option<i32>,
}

/// bot.json. Held as the value it is; these are the ways to look at it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Manifest.ts"))]
#[serde(transparent)]
pub struct Manifest(pub Map);

/// The scopes that bot.json declares variables in.
pub const SCOPES: [&str; 3] = ["user", "chat", "bot"];

/// What a scope has besides the variables of bot.json.
pub(crate) const GIVEN: [(&str, &[&str]); 3] = [
    ("user", &["id", "first_name", "last_name", "name", "username", "language"]),
    ("chat", &["id", "title", "type"]),
    ("bot", &["id", "name"]),
];

/// Is this a value that the platform gives, and no variable of the bot?
pub fn is_given(scope: &str, name: &str) -> bool {
    GIVEN.iter().any(|(given, names)| *given == scope && names.contains(&name))
}

impl Manifest {
    pub fn id(&self) -> &str {
        self.text("id")
    }

    pub fn name(&self) -> &str {
        self.text("name")
    }

    pub fn channels(&self) -> impl Iterator<Item = &str> {
        self.0.get("channels").and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_str)
    }

    /// The names of the secrets the bot needs.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.object("secrets").into_iter().flat_map(Map::iter).map(|(name, _)| name)
    }

    /// Settings that are not secret: `env.<name>`.
    pub fn settings(&self) -> Option<&Map> {
        self.object("settings")
    }

    pub fn variables(&self, scope: &str) -> Option<&Map> {
        self.object("variables")?.get(scope)?.as_object()
    }

    fn text(&self, member: &str) -> &str {
        self.0.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    fn object(&self, member: &str) -> Option<&Map> {
        self.0.get(member)?.as_object()
    }
}

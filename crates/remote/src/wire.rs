//! The forms of `/api/v1`. Members are added, never changed; who reads passes over what it does not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    pub name: String,
    pub version: String,
    pub api: u32,
}

/// A version of a bot, as it was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub number: u32,
    /// The bundle's name.
    pub hash: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The key that signed it.
    pub signer: String,
    /// The name of the token it came with.
    pub by: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    #[default]
    Stopped,
    /// It is to run, and cannot for the moment.
    Trouble,
    Running,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bot {
    pub id: String,
    pub name: String,
    pub state: State,
    /// Why, where there is trouble.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The version that runs, or would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<u32>,
    #[serde(default)]
    pub versions: Vec<Version>,
    #[serde(default)]
    pub networks: Vec<Network>,
    /// Secrets that it needs and that are not set.
    #[serde(default)]
    pub missing: Vec<String>,
    #[serde(default)]
    pub tally: Tally,
    /// How many dead letters lie there.
    #[serde(default)]
    pub dead: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    pub name: String,
    pub listening: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub taken: u64,
    pub ignored: u64,
    pub before: u64,
    /// By `effect result`.
    #[serde(default)]
    pub effects: BTreeMap<String, u64>,
}

/// What a runner says of a bundle before it takes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    pub bot: String,
    pub hash: String,
    /// What keeps it from running.
    pub problems: Vec<String>,
    pub missing: Vec<String>,
    /// The version that it would take the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<Version>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    pub version: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    pub seq: u64,
    pub at: i64,
    pub level: String,
    pub text: String,
}

/// A run that failed, with what is needed to try it again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dead {
    pub id: i64,
    pub at: i64,
    pub conversation: String,
    pub flow: String,
    pub node: String,
    pub code: String,
    pub message: String,
    /// All of it, as the engine wrote it down.
    #[serde(default)]
    pub letter: serde_json::Value,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretValue {
    pub value: String,
}

/// A secret's name, never its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    pub name: String,
    pub is_set: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Looking: bots, versions, logs, metrics.
    Read,
    /// Watching bots run, without stopping them.
    Observe,
    /// Breakpoints and all that changes a run.
    Debug,
    /// Versions, switching, stopping, dead letters, secrets.
    Publish,
    /// Everything, tokens too.
    Admin,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenAsked {
    pub name: String,
    pub scopes: Vec<Scope>,
    /// For these bots alone; for all where none is named.
    #[serde(default)]
    pub bots: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub name: String,
    pub scopes: Vec<Scope>,
    #[serde(default)]
    pub bots: Vec<String>,
    pub at: i64,
    /// Said once, when it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Why not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub code: Code,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The request makes no sense, or what it brings is not fit.
    #[default]
    Bad,
    /// No token, or one that nobody knows.
    Unauthorized,
    /// The token is not for this.
    Forbidden,
    NotFound,
    TooLarge,
    /// Not as things stand.
    Conflict,
    /// The runner itself cannot, for the moment or at all.
    Failed,
}

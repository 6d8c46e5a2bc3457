//! What the bot asks of services.

use flow::Data;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Filled;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Http {
    pub method: SmolStr,
    pub url: SmolStr,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(SmolStr, Filled)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(SmolStr, Filled)>,
    #[serde(default)]
    pub auth: Auth,
    #[serde(default)]
    pub body: Body,
    /// Where the pages after the first one are; they come back as one list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Pages>,
    /// The answer is a file rather than a text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub file: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    #[default]
    None,
    Basic {
        user: Filled,
        password: Filled,
    },
    Bearer(Filled),
    Header {
        name: SmolStr,
        value: Filled,
    },
    Query {
        name: SmolStr,
        value: Filled,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    #[default]
    None,
    Json(Data),
    Form(Vec<(SmolStr, Filled)>),
    Text(SmolStr),
    /// A file of the bot's folder.
    File(SmolStr),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pages {
    /// Where in the answer the items are: `data.items`; empty for the whole.
    pub items: SmolStr,
    pub next: NextPage,
    pub most: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NextPage {
    /// The `Link` header with `rel="next"`.
    Link,
    /// A member of the answer that holds the next address.
    Address(SmolStr),
    /// A number in the query that counts up.
    Count(SmolStr),
    /// A member of the answer that goes into the query: (`next_cursor`, `cursor`).
    Cursor(SmolStr, SmolStr),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The secret that holds the address of the database, or the name of a file of the bot's own data.
    pub database: Filled,
    pub sql: SmolStr,
    pub values: Vec<Data>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Email {
    /// The name of the secret that holds the mail server's address.
    pub server: SmolStr,
    pub from: SmolStr,
    pub to: Vec<SmolStr>,
    pub cc: Vec<SmolStr>,
    pub reply_to: SmolStr,
    pub subject: SmolStr,
    pub text: SmolStr,
    pub html: SmolStr,
    pub attachments: Vec<SmolStr>,
}

/// [`crate::digest::sign`] with the key filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sign {
    pub algorithm: crate::digest::Algorithm,
    pub spelling: crate::digest::Spelling,
    pub key: Filled,
    pub text: SmolStr,
}

/// The bot's own small store, apart from variables: many keys, looked up one at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keep {
    pub store: SmolStr,
    pub key: SmolStr,
    pub does: KeepDoes,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeepDoes {
    Get,
    /// For so many milliseconds, where given.
    Put {
        value: Data,
        lasts: Option<i64>,
    },
    Delete,
    /// The keys that begin with the key.
    List {
        most: u32,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Debug,
    #[default]
    Info,
    Warning,
    Error,
}

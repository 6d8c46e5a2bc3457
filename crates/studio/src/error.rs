//! What a command answers when it cannot do what was asked.

use serde::Serialize;

/// Closed: one for each way in which a window behaves differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS)]
#[ts(export_to = "Code.ts")]
#[serde(rename_all = "snake_case")]
pub enum Code {
    BadRequest,
    NotFound,
    NotABot,
    ReadOnly,
    /// What was asked does not fit the bot as it is now.
    Refused,
    /// Another process has the bot open.
    Busy,
    Disk,
    /// A token is missing, or is not known where it was shown.
    Unauthorized,
    /// Telegram sends the bot's messages to a webhook, which can be taken away.
    Webhook,
    /// Somebody elsewhere does not answer; trying again may help.
    Network,
    Internal,
}

#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error, ts_rs::TS)]
#[ts(export_to = "Error.ts", optional_fields)]
#[error("{message}")]
pub struct Error {
    pub code: Code,
    /// A sentence for a person.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error { code, message: message.into(), hint: None }
    }

    pub fn hint(self, hint: impl Into<String>) -> Error {
        Error { hint: Some(hint.into()), ..self }
    }

    /// A failure of the disk, said as what could not be done.
    pub fn disk(what: impl std::fmt::Display, error: &std::io::Error) -> Error {
        Error::new(Code::Disk, format!("{what}: {}.", crate::disk::reason(error)))
            .hint(crate::disk::advice(error))
    }
}

/// As a sentence begins and ends.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

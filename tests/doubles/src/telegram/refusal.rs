//! How Telegram says no, in its own words.

use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub code: u16,
    pub words: String,
    pub retry_after: Option<u64>,
    /// The request itself is not one of the Bot API; a bot's maker wants to hear of it.
    pub is_violation: bool,
}

impl Refusal {
    pub fn bad(words: &str) -> Refusal {
        Refusal { code: 400, words: format!("Bad Request: {words}"), retry_after: None, is_violation: false }
    }

    pub fn unparsed(why: String) -> Refusal {
        Refusal { is_violation: true, ..Refusal::bad(&format!("can't parse parameters: {why}")) }
    }

    pub fn forbidden(words: &str) -> Refusal {
        Refusal { code: 403, words: format!("Forbidden: {words}"), ..Refusal::bad("") }
    }

    pub fn conflict(words: &str) -> Refusal {
        Refusal { code: 409, words: format!("Conflict: {words}"), ..Refusal::bad("") }
    }

    pub fn unauthorized() -> Refusal {
        Refusal { code: 401, words: "Unauthorized".into(), ..Refusal::bad("") }
    }

    pub fn not_found() -> Refusal {
        Refusal { code: 404, words: "Not Found".into(), ..Refusal::bad("") }
    }

    pub fn too_many(retry_after: u64) -> Refusal {
        let words = format!("Too Many Requests: retry after {retry_after}");
        Refusal { code: 429, words, retry_after: Some(retry_after), is_violation: false }
    }

    pub fn body(&self) -> Value {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.words});
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({"retry_after": seconds});
        }
        body
    }
}

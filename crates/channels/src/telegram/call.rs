//! One call of the Bot API: a payload of teloxide's, by JSON or, where a file goes with it, by a form.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Telegram;
use crate::error::{Failed, Refusal, answer};

/// A payload that is written as JSON; those with files name them by `attach://`.
pub(super) trait Payload: teloxide::requests::Payload + Serialize {}
impl<P: teloxide::requests::Payload + Serialize> Payload for P {}

/// A file that goes with a call.
pub(super) struct Upload {
    /// The part that `attach://` names.
    pub part: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    result: Option<Value>,
    error_code: Option<u16>,
    description: Option<String>,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

impl Telegram {
    pub(super) async fn call<P: Payload>(&self, payload: &P, patience: Duration) -> Result<Value, Failed> {
        self.send(self.request::<P>(patience).json(&json!(payload))).await
    }

    pub(super) async fn upload<P: Payload>(
        &self,
        payload: &P,
        uploads: Vec<Upload>,
        patience: Duration,
    ) -> Result<Value, Failed> {
        if uploads.is_empty() {
            return self.call(payload, patience).await;
        }
        let mut form = Form::new();
        let fields = json!(payload);
        for (name, value) in fields.as_object().into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
            form = form.text(name.clone(), text);
        }
        for Upload { part, name, bytes } in uploads {
            form = form.part(part, Part::bytes(bytes).file_name(name));
        }
        self.send(self.request::<P>(patience).multipart(form)).await
    }

    fn request<P: Payload>(&self, patience: Duration) -> RequestBuilder {
        // teloxide tells calls about inline messages apart by their names; Telegram does not.
        let method = P::NAME.trim_end_matches("Inline");
        self.client.post(format!("{}/{method}", self.base)).timeout(patience)
    }

    /// The bytes of a file at the path that Telegram told.
    pub(super) async fn fetch(&self, path: &str) -> Result<Vec<u8>, Failed> {
        let request = self.client.get(format!("{}/{path}", self.files)).timeout(super::PATIENCE * 4);
        let (status, bytes) = answer(request).await?;
        match status {
            200 => Ok(bytes),
            status => Err(read(status, &bytes).err().unwrap_or_else(|| broken(status))),
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, Failed> {
        let (status, body) = answer(request).await?;
        read(status, &body)
    }
}

fn read(status: u16, body: &[u8]) -> Result<Value, Failed> {
    let answer = match serde_json::from_slice::<Answer>(body) {
        Ok(answer) => answer,
        Err(error) if status == 200 => return Err(Failed::Unread(error.to_string())),
        Err(_) => return Err(broken(status)),
    };
    if answer.ok {
        return answer.result.ok_or_else(|| Failed::Unread("there is no result".into()));
    }
    let status = answer.error_code.unwrap_or(status);
    let words = answer.description.unwrap_or_default();
    match status {
        500.. => Err(Failed::Broken { status, why: words }),
        // A path without a bot is a token that nobody has.
        404 if words == "Not Found" => {
            Err(Failed::Refused(Refusal { status: 401, code: 404, words, retry_after: None }))
        }
        _ => Err(Failed::Refused(Refusal {
            status,
            code: status.into(),
            words,
            retry_after: answer.parameters.retry_after.map(Duration::from_secs),
        })),
    }
}

/// Something in front of Telegram answered in its place.
fn broken(status: u16) -> Failed {
    Failed::Broken { status, why: format!("Telegram's servers answered with status {status}") }
}

#[test]
fn answers_are_told_apart() {
    let refused = |status, words: &str, after: Option<u64>| {
        let retry_after = after.map(Duration::from_secs);
        Err(Failed::Refused(Refusal { status, code: status.into(), words: words.into(), retry_after }))
    };
    let cases = [
        (200, r#"{"ok": true, "result": 7}"#, Ok(json!(7))),
        (
            400,
            r#"{"ok": false, "error_code": 400, "description": "Bad Request: x"}"#,
            refused(400, "Bad Request: x", None),
        ),
        (
            429,
            r#"{"ok": false, "error_code": 429, "description": "w", "parameters": {"retry_after": 3}}"#,
            refused(429, "w", Some(3)),
        ),
        (502, "<html>", Err(broken(502))),
        (
            500,
            r#"{"ok": false, "error_code": 500, "description": "w"}"#,
            Err(Failed::Broken { status: 500, why: "w".into() }),
        ),
    ];
    for (status, body, expected) in cases {
        assert_eq!(read(status, body.as_bytes()), expected, "{body}");
    }
    assert!(matches!(read(200, b"<html>"), Err(Failed::Unread(_))));
}

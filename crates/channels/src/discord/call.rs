//! One call of the REST API.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::Account;
use crate::error::{Failed, Refusal, answer};

const PATIENCE: Duration = Duration::from_secs(30);
const UPLOAD: Duration = Duration::from_secs(300);

/// A file that goes with a message, in the order in which it is shown.
#[derive(Clone)]
pub(super) struct Upload {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Account {
    pub(super) async fn get(&self, path: &str) -> Result<Value, Failed> {
        self.send(self.request(Method::GET, path)).await
    }

    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        uploads: Vec<Upload>,
    ) -> Result<Value, Failed> {
        let request = self.request(method, path);
        if uploads.is_empty() {
            return self.send(if body.is_null() { request } else { request.json(body) }).await;
        }
        let mut form = Form::new().text("payload_json", body.to_string());
        for (at, Upload { name, bytes }) in uploads.into_iter().enumerate() {
            form = form.part(format!("files[{at}]"), Part::bytes(bytes).file_name(name));
        }
        self.send(request.multipart(form).timeout(UPLOAD)).await
    }

    /// A call that stands in the audit log with its reason.
    pub(super) async fn call_because(
        &self,
        method: Method,
        path: &str,
        reason: &str,
    ) -> Result<Value, Failed> {
        let request = self.request(method, path);
        if reason.is_empty() {
            return self.send(request).await;
        }
        let reason = percent_encoding::utf8_percent_encode(reason, percent_encoding::NON_ALPHANUMERIC);
        self.send(request.header("X-Audit-Log-Reason", reason.to_string())).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.api)).timeout(PATIENCE);
        request.header("Authorization", format!("Bot {}", self.token))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, Failed> {
        let (status, body) = answer(request).await?;
        read(status, &body)
    }
}

fn read(status: u16, body: &[u8]) -> Result<Value, Failed> {
    if status == 204 {
        return Ok(Value::Null);
    }
    let answer = serde_json::from_slice::<Value>(body);
    match (status, answer) {
        (200..300, Ok(answer)) => Ok(answer),
        (200..300, Err(error)) => Err(Failed::Unread(error.to_string())),
        (400..500, Ok(answer)) => {
            let after = answer["retry_after"].as_f64().filter(|_| status == 429);
            Err(Failed::Refused(Refusal {
                status,
                code: answer["code"].as_i64().unwrap_or_default(),
                words: words(&answer),
                retry_after: after.map(|seconds| Duration::from_secs_f64(seconds.clamp(0., 86_400.))),
            }))
        }
        (status, _) => {
            Err(Failed::Broken { status, why: format!("Discord's servers answered with status {status}") })
        }
    }
}

/// Discord's own words, with the first thing that is wrong and its place.
fn words(answer: &Value) -> String {
    let message = answer["message"].as_str().unwrap_or("It gave no reason.");
    let mut path = String::new();
    match first(&answer["errors"], &mut path) {
        Some((code, words)) => format!("{message}\n{path}[{code}]: {words}"),
        None => message.into(),
    }
}

fn first<'a>(errors: &'a Value, path: &mut String) -> Option<(&'a str, &'a str)> {
    if let Some(one) = errors["_errors"].get(0) {
        return Some((one["code"].as_str()?, one["message"].as_str()?));
    }
    let (name, inner) = errors.as_object()?.iter().next()?;
    match name.parse::<u32>() {
        Ok(place) => path.push_str(&format!("[{place}]")),
        Err(_) if path.is_empty() => path.push_str(name),
        Err(_) => path.push_str(&format!(".{name}")),
    }
    first(inner, path)
}

#[test]
fn refusals_are_told_with_their_place() {
    let body = r#"{"message": "Invalid Form Body", "code": 50035, "errors": {"embeds": {"0": {"title": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}]}}}}}"#;
    let Err(Failed::Refused(refusal)) = read(400, body.as_bytes()) else { panic!() };
    assert_eq!(
        refusal.words,
        "Invalid Form Body\nembeds[0].title[BASE_TYPE_MAX_LENGTH]: Must be 256 or fewer in length."
    );
    let Err(Failed::Refused(refusal)) = read(429, br#"{"message": "slow", "retry_after": 0.5}"#) else {
        panic!()
    };
    assert_eq!(refusal.retry_after, Some(Duration::from_millis(500)));
    assert!(matches!(read(502, b"<html>"), Err(Failed::Broken { status: 502, .. })));
    assert_eq!(read(204, b""), Ok(Value::Null));
}

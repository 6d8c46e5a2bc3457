//! Google's Gemini.

use std::time::Duration;

use engine::effect::{Model, Prompt, Speaker};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Asking, Said, base};
use crate::retry_after::millis;

/// Why it stopped, when it did not want to go on.
const UNWILLING: [&str; 6] = ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE"];

pub fn asking(model: &Model, prompt: &Prompt, key: &str) -> Asking {
    // `models/x` is how it calls them itself.
    let name = model.name.strip_prefix("models/").unwrap_or(&model.name);
    let name =
        utf8_percent_encode(name, NON_ALPHANUMERIC).to_string().replace("%2D", "-").replace("%2E", ".");
    let url = format!(
        "{}/models/{name}:generateContent",
        base(model, "https://generativelanguage.googleapis.com/v1beta")
    );
    let contents = prompt.turns.iter().map(|turn| {
        let role = if turn.from == Speaker::Person { "user" } else { "model" };
        json!({"role": role, "parts": [{"text": turn.text}]})
    });
    let mut body = json!({"contents": contents.collect::<Vec<_>>()});
    if !prompt.system.is_empty() {
        body["systemInstruction"] = json!({"parts": [{"text": prompt.system}]});
    }
    if let Some(temperature) = prompt.temperature {
        body["generationConfig"]["temperature"] = temperature.into();
    }
    if let Some(most) = prompt.most_tokens {
        body["generationConfig"]["maxOutputTokens"] = most.into();
    }
    if let Some(schema) = &prompt.schema {
        body["generationConfig"]["responseMimeType"] = "application/json".into();
        body["generationConfig"]["responseJsonSchema"] = json!(schema);
    }
    let headers = if key.is_empty() { Vec::new() } else { vec![("x-goog-api-key", key.to_string())] };
    Asking { url, headers, bodies: vec![body] }
}

pub fn read(answer: &Value) -> Option<Said> {
    let usage = &answer["usageMetadata"];
    let count = |name: &str| usage[name].as_i64().unwrap_or_default();
    let mut said = Said {
        tokens_in: count("promptTokenCount"),
        tokens_out: count("candidatesTokenCount") + count("thoughtsTokenCount"),
        ..Said::default()
    };
    if let Some(reason) = answer["promptFeedback"]["blockReason"].as_str() {
        said.refusal = Some(reason.to_string());
        return Some(said);
    }
    let candidate = answer["candidates"].get(0)?;
    let reason = candidate["finishReason"].as_str().unwrap_or_default();
    said.is_cut = reason == "MAX_TOKENS";
    said.refusal = UNWILLING.contains(&reason).then(|| reason.to_string());
    let parts = candidate["content"]["parts"].as_array().into_iter().flatten();
    // What it thinks to itself is not the answer.
    let parts = parts.filter(|part| part["thought"] != true);
    said.text = parts.filter_map(|part| part["text"].as_str()).collect();
    Some(said)
}

/// A wrong key is a wrong argument like any other to it.
pub fn is_key_wrong(error: &Value) -> bool {
    error["details"]
        .as_array()
        .is_some_and(|details| details.iter().any(|detail| detail["reason"] == "API_KEY_INVALID"))
}

/// `"retryDelay": "30s"`
pub fn retry_delay(error: &Value) -> Option<i64> {
    let details = error["details"].as_array()?;
    let delay = details.iter().find_map(|detail| detail["retryDelay"].as_str())?;
    let seconds = delay.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().map(millis)
}

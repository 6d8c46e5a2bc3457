//! Anthropic's messages.

use engine::effect::{Model, Prompt, Speaker};
use serde_json::{Value, json};

use super::schema::closed;
use super::{Asking, Said, base};

/// It has to be told how long an answer may be.
const MOST_TOKENS: u32 = 4_096;

const VERSION: &str = "2023-06-01";

pub fn asking(model: &Model, prompt: &Prompt, key: &str) -> Asking {
    let url = format!("{}/messages", base(model, "https://api.anthropic.com/v1"));
    let messages = prompt.turns.iter().map(|turn| {
        let role = if turn.from == Speaker::Person { "user" } else { "assistant" };
        json!({"role": role, "content": turn.text})
    });
    let mut plain = json!({
        "model": model.name,
        "max_tokens": prompt.most_tokens.unwrap_or(MOST_TOKENS),
        "messages": messages.collect::<Vec<_>>(),
    });
    if !prompt.system.is_empty() {
        plain["system"] = prompt.system.as_str().into();
    }
    let mut full = plain.clone();
    if let Some(schema) = &prompt.schema {
        full["output_config"] = json!({"format": {"type": "json_schema", "schema": closed(&json!(schema))}});
    }
    let mut bodies = Vec::new();
    if let Some(temperature) = prompt.temperature {
        // Newer models do not want to be told.
        let mut full = full.clone();
        full["temperature"] = temperature.min(1.0).into();
        bodies.push(full);
    }
    bodies.push(full);
    if let Some(schema) = &prompt.schema {
        // Older models know no schemas, and answer in a form by calling what they take for a tool.
        let tool = json!({"name": "answer", "description": "Takes the answer.", "input_schema": schema});
        plain["tools"] = json!([tool]);
        plain["tool_choice"] = json!({"type": "tool", "name": "answer"});
        bodies.push(plain);
    }
    let mut headers = vec![("anthropic-version", VERSION.to_string())];
    if !key.is_empty() {
        headers.push(("x-api-key", key.to_string()));
    }
    Asking { url, headers, bodies }
}

pub fn read(answer: &Value) -> Option<Said> {
    let content = answer["content"].as_array()?;
    let texts = content.iter().filter(|part| part["type"] == "text").filter_map(|part| part["text"].as_str());
    let data = content.iter().find(|part| part["type"] == "tool_use").map(|part| part["input"].clone());
    let usage = &answer["usage"];
    let count = |name: &str| usage[name].as_i64().unwrap_or_default();
    Some(Said {
        text: texts.collect(),
        data,
        tokens_in: count("input_tokens")
            + count("cache_creation_input_tokens")
            + count("cache_read_input_tokens"),
        tokens_out: count("output_tokens"),
        is_cut: answer["stop_reason"] == "max_tokens",
        refusal: (answer["stop_reason"] == "refusal").then(String::new),
    })
}

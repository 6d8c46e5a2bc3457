//! OpenAI's chat completions, and the many services that speak like it.

use engine::effect::{Model, Prompt, Speaker};
use serde_json::{Value, json};

use super::schema::is_complete;
use super::{Asking, Said, base};

pub fn asking(model: &Model, prompt: &Prompt, key: &str) -> Asking {
    let url = format!("{}/chat/completions", base(model, "https://api.openai.com/v1"));
    let is_own = model.url.trim().is_empty();
    let mut messages = Vec::new();
    let mut system = prompt.system.to_string();
    if let (Some(schema), false) = (&prompt.schema, is_own) {
        // Not every service that speaks like it knows schemas.
        system.push_str(&format!("\n\nAnswer with nothing but JSON of this schema: {schema}"));
    }
    if !system.is_empty() {
        messages.push(json!({"role": "system", "content": system}));
    }
    messages.extend(prompt.turns.iter().map(|turn| {
        let role = if turn.from == Speaker::Person { "user" } else { "assistant" };
        json!({"role": role, "content": turn.text})
    }));
    let mut plain = json!({"model": model.name, "messages": messages});
    if let Some(most) = prompt.most_tokens {
        // The newer name, which other services do not know.
        plain[if is_own { "max_completion_tokens" } else { "max_tokens" }] = most.into();
    }
    let mut full = plain.clone();
    if let Some(schema) = &prompt.schema {
        let schema = json!(schema);
        let format = json!({"name": "answer", "strict": is_complete(&schema), "schema": schema});
        full["response_format"] = json!({"type": "json_schema", "json_schema": format});
    }
    let mut bodies = Vec::new();
    if let Some(temperature) = prompt.temperature {
        // Models that think do not want to be told.
        let mut full = full.clone();
        full["temperature"] = temperature.into();
        bodies.push(full);
    }
    bodies.push(full);
    if prompt.schema.is_some() && !is_own {
        bodies.push(plain);
    }
    let headers = match key.is_empty() {
        true => Vec::new(),
        false => vec![("authorization", format!("Bearer {key}"))],
    };
    Asking { url, headers, bodies }
}

pub fn read(answer: &Value) -> Option<Said> {
    let choice = answer["choices"].get(0)?;
    let message = &choice["message"];
    let refusal = message["refusal"].as_str().filter(|refusal| !refusal.is_empty()).map(str::to_string);
    let is_filtered = choice["finish_reason"] == "content_filter";
    Some(Said {
        text: message["content"].as_str().unwrap_or_default().to_string(),
        data: None,
        tokens_in: answer["usage"]["prompt_tokens"].as_i64().unwrap_or_default(),
        tokens_out: answer["usage"]["completion_tokens"].as_i64().unwrap_or_default(),
        is_cut: choice["finish_reason"] == "length",
        refusal: refusal.or_else(|| is_filtered.then(String::new)),
    })
}

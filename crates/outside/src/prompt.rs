//! A question to a language model; the models are tried in order until one answers.

mod anthropic;
mod gemini;
mod openai;
mod schema;

use std::time::SystemTime;

use engine::effect::{AiAnswer, Model, Prompt, Provider};
use engine::{Done, EffectError, ErrorKind};
use flow::Data;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::time::Instant;

use crate::filling::Filling;
use crate::line::{Call, Line, address};
use crate::retry_after::retry_after;

/// How a provider is asked.
struct Asking {
    url: String,
    headers: Vec<(&'static str, String)>,
    /// The question in the forms that models of the provider may want: after a form that is refused comes the next.
    bodies: Vec<Value>,
}

/// What a provider said.
#[derive(Debug, Default)]
struct Said {
    text: String,
    /// Structured already.
    data: Option<Value>,
    tokens_in: i64,
    tokens_out: i64,
    /// It had more to say than it was allowed to.
    is_cut: bool,
    /// It does not want to talk about it.
    refusal: Option<String>,
}

/// Why a model did not answer.
enum No {
    /// It, or its provider, does not want to talk about it; another one is not to be talked into it.
    Unwilling(EffectError),
    Failed(EffectError),
}

pub async fn perform(
    line: &Line,
    filling: &mut Filling<'_>,
    prompt: &Prompt,
    until: Instant,
) -> Result<Done, EffectError> {
    let mut failed: Option<EffectError> = None;
    for (at, model) in prompt.models.iter().enumerate() {
        // Those that are left share what is left of the time, or one that hangs would leave none to the next.
        let left = u32::try_from(prompt.models.len() - at).unwrap_or(u32::MAX);
        let now = Instant::now();
        let until = now + until.saturating_duration_since(now) / left;
        match ask(line, filling, prompt, model, until).await {
            Ok(answer) => return Ok(Done::Answer(answer)),
            Err(No::Unwilling(error)) => return Err(error),
            Err(No::Failed(error)) => {
                tracing::info!(model = %model.name, code = error.kind.as_str(), "a model did not answer");
                // What may pass is worth another try, so it is told rather than what does not.
                let keeps =
                    failed.as_ref().is_some_and(|failed| failed.kind.passes() && !error.kind.passes());
                failed = if keeps { failed } else { Some(error) };
            }
        }
    }
    Err(failed.unwrap_or_else(|| EffectError::new(ErrorKind::Refused, "There is no model to ask.")))
}

async fn ask(
    line: &Line,
    filling: &mut Filling<'_>,
    prompt: &Prompt,
    model: &Model,
    until: Instant,
) -> Result<AiAnswer, No> {
    let key = match model.key.is_empty() {
        true => String::new(),
        false => filling.secret(&model.key).map_err(No::Failed)?,
    };
    let (asking, read): (Asking, fn(&Value) -> Option<Said>) = match model.provider {
        Provider::OpenAi => (openai::asking(model, prompt, &key), openai::read),
        Provider::Anthropic => (anthropic::asking(model, prompt, &key), anthropic::read),
        Provider::Gemini => (gemini::asking(model, prompt, &key), gemini::read),
    };
    let answer = answer(line, &asking, &model.name, until).await.map_err(No::Failed)?;
    let unread = || {
        let words = format!("What `{}` answered cannot be understood.", model.name);
        No::Failed(EffectError::new(ErrorKind::Invalid, words))
    };
    let said = read(&answer).ok_or_else(unread)?;
    if let Some(refusal) = said.refusal {
        let words = match refusal.is_empty() {
            true => format!("`{}` does not want to answer this.", model.name),
            false => format!("`{}` does not want to answer this: {}", model.name, cut(&refusal)),
        };
        return Err(No::Unwilling(EffectError::new(ErrorKind::Refused, words)));
    }
    let data = match (&prompt.schema, said.data) {
        (None, _) => Data::Null,
        (Some(_), Some(data)) => data_of(&data),
        (Some(_), None) => structured(&said.text).ok_or_else(|| {
            let words = match said.is_cut {
                true => {
                    format!("`{}` had to stop before its answer was whole; allow it more tokens.", model.name)
                }
                false => format!("`{}` did not answer in the form that was asked for.", model.name),
            };
            let kind = if said.is_cut { ErrorKind::OverLimit } else { ErrorKind::Invalid };
            let detail = Data::object([("text", Data::text(cut(&said.text)))]);
            No::Failed(EffectError { detail, ..EffectError::new(kind, words) })
        })?,
    };
    let text = if said.text.is_empty() && !data.is_null() { data.to_string() } else { said.text };
    Ok(AiAnswer {
        text: text.into(),
        data,
        model: model.name.clone(),
        tokens_in: said.tokens_in,
        tokens_out: said.tokens_out,
        // Prices change by the month, and nobody tells them along with an answer.
        cost: 0,
    })
}

/// The first answer that is fine, of the forms in which the question can be put.
async fn answer(line: &Line, asking: &Asking, name: &str, until: Instant) -> Result<Value, EffectError> {
    let mut last = EffectError::new(ErrorKind::Invalid, format!("There is no way to ask `{name}`."));
    for body in &asking.bodies {
        let (status, headers, body) = exchange(line, asking, body, until).await?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        if (200..300).contains(&status) {
            return Ok(body);
        }
        last = refusal(name, status, &headers, &body);
        // Models differ in what they want to be told, and say so with this status alone.
        if !matches!(status, 400 | 422) || last.kind == ErrorKind::Unauthorized {
            break;
        }
    }
    Err(last)
}

async fn exchange(
    line: &Line,
    asking: &Asking,
    body: &Value,
    until: Instant,
) -> Result<(u16, HeaderMap, Vec<u8>), EffectError> {
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    for (name, value) in &asking.headers {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            EffectError::new(
                ErrorKind::Unauthorized,
                "The key has a sign that no key has; copy it again from the provider.",
            )
        })?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_static(name), value);
    }
    let body = Some(body.to_string().into_bytes());
    let call = Call { method: Method::POST, url: address(&asking.url)?, headers, body };
    let begun = line.send(call, until).await.map_err(|failed| failed.error)?;
    let (status, headers) = (begun.status, begun.headers.clone());
    let body = begun.body(line.limits.most_bytes).await.map_err(|failed| failed.error)?;
    Ok((status, headers, body))
}

/// What a provider says when it does not answer. All of them say it in much the same form.
fn refusal(name: &str, status: u16, headers: &HeaderMap, body: &Value) -> EffectError {
    let error = &body["error"];
    let said = error["message"].as_str().or(error.as_str()).or(body["message"].as_str()).unwrap_or_default();
    let kind = match status {
        _ if gemini::is_key_wrong(error) => ErrorKind::Unauthorized,
        // Payment is wanted: for the bot no other than a key that does not work.
        402 => ErrorKind::Unauthorized,
        status => ErrorKind::of_status(status),
    };
    let message = match said.is_empty() {
        true => format!("`{name}` was asked, and the answer was {status}."),
        false => format!("`{name}` was asked, and the answer was {status}: {}", cut(said)),
    };
    let retry_after = retry_after(headers, SystemTime::now()).or_else(|| gemini::retry_delay(error));
    let detail = Data::object([("status", Data::Int(status.into()))]);
    EffectError { retry_after, detail, ..EffectError::new(kind, message) }
}

/// JSON, though some models cannot help putting a frame around it.
fn structured(text: &str) -> Option<Data> {
    let text = text.trim();
    let inner = text.strip_prefix("```").and_then(|text| text.strip_suffix("```"));
    let inner = inner.map_or(text, |inner| inner.strip_prefix("json").unwrap_or(inner));
    serde_json::from_str(inner).ok()
}

fn data_of(value: &Value) -> Data {
    serde_json::from_str(&value.to_string()).unwrap_or_default()
}

/// The provider's own address, or the one that was given.
fn base<'a>(model: &'a Model, own: &'a str) -> &'a str {
    let given = model.url.trim().trim_end_matches('/');
    if given.is_empty() { own } else { given }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(300).map_or(text, |(end, _)| &text[..end])
}

#[test]
fn frames_are_taken_off() {
    let expected = Some(Data::object([("a", Data::Int(1))]));
    for text in ["{\"a\": 1}", "```json\n{\"a\": 1}\n```", " ```\n{\"a\":1}``` "] {
        assert_eq!(structured(text), expected, "{text}");
    }
    assert_eq!(structured("Sure! {\"a\": 1}"), None);
}

//! Scripts and jq as effects of the engine: what a host does with them, and what it answers.

use engine::{Done, Effect, EffectError, ErrorKind};
use flow::Data;
use serde_json::Value;

use crate::{Error, Kind, Limits, Seed, jq, script};

/// What a script or jq program gives; nothing for other effects.
pub fn performed(effect: &Effect) -> Option<Result<Done, EffectError>> {
    let limits = Limits::default();
    let value = match effect {
        Effect::Script { code, inputs, random, now } => {
            let inputs = inputs.iter().map(|(name, value)| (name.to_string(), json(value))).collect();
            script(code, &inputs, Seed { now_ms: now.0, random: *random }, &limits).result
        }
        Effect::Jq { program, input } => {
            // One result is itself, several are a list.
            jq(program, &json(input), &limits).map(|mut results| match results.len() {
                1 => results.remove(0),
                _ => Value::Array(results),
            })
        }
        _ => return None,
    };
    Some(value.map(|value| Done::Value { value: data(value) }).map_err(|error| failed(&error)))
}

fn json(data: &Data) -> Value {
    // Plain data always has a JSON form.
    serde_json::to_value(data).unwrap_or_default()
}

fn data(value: Value) -> Data {
    serde_json::from_value(value).unwrap_or_default()
}

fn failed(error: &Error) -> EffectError {
    let kind = match error.kind {
        Kind::OverLimit => ErrorKind::OverLimit,
        Kind::Syntax | Kind::Threw | Kind::NotData => ErrorKind::Invalid,
    };
    let place = |n: Option<u32>| n.map(|n| Data::Int(n.into())).unwrap_or_default();
    let detail = Data::object([("line", place(error.line)), ("column", place(error.column))]);
    EffectError { detail, ..EffectError::new(kind, error.message.as_str()) }
}

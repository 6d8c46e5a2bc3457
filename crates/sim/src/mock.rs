//! How the world answers what a bot asks of it: rules, of which the first that fits counts.

use engine::effect::AiAnswer;
use engine::{Done, Effect, EffectError, ErrorKind};
use flow::Data;
use flow::data::Fields;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::view::{View, view};

/// Which effects: by name, by a text with `*` in it, by parts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    pub effect: SmolStr,
    /// Nothing: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "no_fields")]
    pub parts: Fields,
}

/// A rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mock {
    #[serde(flatten)]
    pub on: Pattern,
    #[serde(default)]
    pub answer: Answer,
    /// So often; then the next rule that fits. Nothing: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Milliseconds until the answer comes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub takes: i64,
}

fn no_fields(fields: &Fields) -> bool {
    fields.is_empty()
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It is done, and nothing more to say.
    #[default]
    Well,
    Gives(Fields),
    Fails(EffectError),
}

impl Pattern {
    pub fn fits(&self, view: &View) -> bool {
        self.effect == view.name
            && self.main.as_ref().is_none_or(|main| glob(main, &view.main))
            && self.parts.iter().all(|(name, part)| view.parts.get(name).is_some_and(|is| has(is, part)))
    }
}

/// Does a text fit a pattern in which `*` stands for anything?
pub fn glob(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(last)
}

/// Does a value have what is expected of it? Objects by the members that are named, all else exactly; `*` in a text stands for anything.
pub fn has(is: &Data, expected: &Data) -> bool {
    match (is, expected) {
        (Data::Object(is), Data::Object(expected)) => {
            expected.iter().all(|(name, part)| match is.get(name) {
                Some(is) => has(is, part),
                None => part.is_null(),
            })
        }
        (Data::List(is), Data::List(expected)) => {
            is.len() == expected.len() && is.iter().zip(expected.iter()).all(|(is, part)| has(is, part))
        }
        (Data::Text(is), Data::Text(expected)) if expected.contains('*') => glob(expected, is),
        (Data::Int(_) | Data::Float(_), Data::Int(_) | Data::Float(_)) => is.as_f64() == expected.as_f64(),
        // What a form carries are texts, and people write numbers.
        (Data::Text(is), Data::Int(_) | Data::Float(_) | Data::Bool(_)) => *is == expected.shown(),
        _ => is == expected,
    }
}

/// Equal, whichever way numbers are written.
pub fn same(a: &Data, b: &Data) -> bool {
    match (a, b) {
        (Data::Int(_) | Data::Float(_), Data::Int(_) | Data::Float(_)) => a.as_f64() == b.as_f64(),
        (Data::List(a), Data::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b))
        }
        (Data::Object(a), Data::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// The members that an answer of an effect can have.
pub fn members_of(effect: &str) -> &'static [&'static str] {
    match effect {
        "http" => &["status", "headers", "json", "text", "file"],
        "query" => &["rows", "changed"],
        "prompt" => &["text", "data", "model", "tokens_in", "tokens_out", "cost"],
        "user-info" => &["id", "first_name", "last_name", "name", "username", "language"],
        "keep" | "sign" | "jq" | "script" => &["value"],
        "send" | "poll" => &["message"],
        _ => &[],
    }
}

impl Answer {
    /// What comes back for an effect.
    pub fn to(&self, effect: &Effect) -> Result<Done, EffectError> {
        let none = Fields::default();
        let gives = match self {
            Answer::Fails(error) => return Err(error.clone()),
            Answer::Gives(gives) => gives,
            Answer::Well => &none,
        };
        let text = |name: &str| {
            gives.get(name).map(|value| SmolStr::from(value.shown().as_str())).unwrap_or_default()
        };
        let int = |name: &str| gives.get(name).and_then(Data::as_int).unwrap_or_default();
        Ok(match effect {
            Effect::Http(_) => {
                let status = gives.get("status").and_then(Data::as_int).unwrap_or(200);
                let status = u16::try_from(status).unwrap_or(500);
                let headers = gives.get("headers").and_then(Data::as_object).cloned().unwrap_or_default();
                let body = match (gives.get("json"), gives.get("text"), gives.get("file")) {
                    (Some(json), ..) => json.clone(),
                    (_, Some(text), _) => {
                        let text = text.shown();
                        serde_json::from_str(&text).unwrap_or(Data::Text(text))
                    }
                    (_, _, Some(file)) => file.clone(),
                    _ => Data::Null,
                };
                Done::Http { status, headers, body }
            }
            Effect::Query(_) => {
                let rows = gives.get("rows").cloned().unwrap_or_else(|| Data::list([]));
                Done::Rows { rows, changed: int("changed") }
            }
            Effect::Prompt(prompt) => Done::Answer(AiAnswer {
                text: match (gives.get("text"), gives.get("data")) {
                    (None, Some(data)) => SmolStr::from(data.to_string()),
                    _ => text("text"),
                },
                data: gives.get("data").cloned().unwrap_or_default(),
                model: match gives.contains_key("model") {
                    true => text("model"),
                    false => prompt.models.first().map(|model| model.name.clone()).unwrap_or_default(),
                },
                tokens_in: int("tokens_in"),
                tokens_out: int("tokens_out"),
                cost: int("cost"),
            }),
            Effect::UserInfo { .. } => Done::Person { person: gives.clone() },
            Effect::Keep(_) | Effect::Sign(_) | Effect::Jq { .. } | Effect::Script { .. } => {
                Done::Value { value: gives.get("value").cloned().unwrap_or_default() }
            }
            _ => Done::Done,
        })
    }
}

/// The kind of a failure by its word.
pub fn error_kind(word: &str) -> Option<ErrorKind> {
    KINDS.into_iter().find(|kind| kind.as_str() == word)
}

pub const KINDS: [ErrorKind; 11] = [
    ErrorKind::Refused,
    ErrorKind::Forbidden,
    ErrorKind::Unauthorized,
    ErrorKind::NotFound,
    ErrorKind::RateLimited,
    ErrorKind::Network,
    ErrorKind::Timeout,
    ErrorKind::Unavailable,
    ErrorKind::Invalid,
    ErrorKind::OverLimit,
    ErrorKind::InDoubt,
];

/// The usual words of a failure.
pub fn words(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Refused => "The other side said no.",
        ErrorKind::Forbidden => "The bot may not do that.",
        ErrorKind::Unauthorized => "A token or password is wrong.",
        ErrorKind::NotFound => "It is not there.",
        ErrorKind::RateLimited => "Too many requests.",
        ErrorKind::Network => "It could not be reached.",
        ErrorKind::Timeout => "It took too long.",
        ErrorKind::Unavailable => "It is down for the moment.",
        ErrorKind::Invalid => "The answer could not be understood.",
        ErrorKind::OverLimit => "It is over a limit.",
        ErrorKind::InDoubt => "It may or may not have been done.",
    }
}

/// The rules with how often each was used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mocks {
    rules: Vec<(Mock, u32)>,
}

impl Mocks {
    pub fn new(rules: &[Mock]) -> Mocks {
        Mocks { rules: rules.iter().map(|rule| (rule.clone(), 0)).collect() }
    }

    /// Before all others.
    pub fn first(&mut self, rule: Mock) {
        self.rules.insert(0, (rule, 0));
    }

    pub fn rules(&self) -> impl Iterator<Item = &Mock> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// The answer of the first rule that fits, and after how many milliseconds.
    pub fn answer(&mut self, effect: &Effect) -> Option<(Answer, i64)> {
        if self.rules.is_empty() {
            return None;
        }
        let view = view(effect);
        let fits = |(rule, used): &&mut (Mock, u32)| {
            rule.times.is_none_or(|times| *used < times) && rule.on.fits(&view)
        };
        let (rule, used) = self.rules.iter_mut().find(fits)?;
        *used += 1;
        Some((rule.answer.clone(), rule.takes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "abc", true),
            ("a*b*c", "a1b2c", true),
            ("a*bc*c", "abc", false),
            ("*", "", true),
            ("**", "x", true),
            ("*b", "a", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} on {text}");
        }
    }
}

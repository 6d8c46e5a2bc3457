//! What kinds that call web addresses have in common: how they say who they are, and which answers they take.

use flow::Data;
use flow::data::Fields;
use flow::descriptor::Field;
use smol_str::SmolStr;

use crate::build::{Broken, Build};
use crate::effect::{Auth, EffectError, ErrorKind, Filled};
use crate::fault::Fault;
use crate::node::At;
use crate::source::Source;

/// How the bot says who it is.
pub fn auth_fields() -> Vec<Field> {
    let secret = |name, label| Field::text(name, label).required().secret();
    vec![
        Field::choice(
            "auth",
            "Sign in",
            &[
                ("none", "Not needed"),
                ("bearer", "With a token"),
                ("basic", "With name and password"),
                ("header", "With a header"),
                ("query", "With a part of the address"),
            ],
        ),
        secret("token", "Token").when("auth", &["bearer"]),
        secret("user", "Name").when("auth", &["basic"]),
        secret("password", "Password").when("auth", &["basic"]),
        Field::word("auth_name", "Called")
            .required()
            .placeholder("X-API-Key")
            .when("auth", &["header", "query"]),
        secret("auth_value", "Value").when("auth", &["header", "query"]),
    ]
}

#[derive(Debug)]
pub enum SignIn {
    None,
    Bearer(Source),
    Basic { user: Source, password: Source },
    Header { name: SmolStr, value: Source },
    Query { name: SmolStr, value: Source },
}

impl SignIn {
    pub fn build(of: &mut Build<'_>) -> Result<SignIn, Broken> {
        Ok(match of.word("auth").as_str() {
            "bearer" => SignIn::Bearer(of.source("token")?),
            "basic" => SignIn::Basic { user: of.source("user")?, password: of.source("password")? },
            "header" => SignIn::Header { name: of.word("auth_name"), value: of.source("auth_value")? },
            "query" => SignIn::Query { name: of.word("auth_name"), value: of.source("auth_value")? },
            _ => SignIn::None,
        })
    }

    pub fn filled(&self, at: &At<'_>) -> Result<Auth, Fault> {
        let fill = |source: &Source, name| at.filled(source).map_err(|fault| fault.at(name));
        Ok(match self {
            SignIn::None => Auth::None,
            SignIn::Bearer(token) => Auth::Bearer(fill(token, "token")?),
            SignIn::Basic { user, password } => {
                Auth::Basic { user: fill(user, "user")?, password: fill(password, "password")? }
            }
            SignIn::Header { name, value } => {
                Auth::Header { name: name.clone(), value: fill(value, "auth_value")? }
            }
            SignIn::Query { name, value } => {
                Auth::Query { name: name.clone(), value: fill(value, "auth_value")? }
            }
        })
    }
}

pub fn filled(
    at: &At<'_>,
    sources: &[(SmolStr, Source)],
    field: &str,
) -> Result<Vec<(SmolStr, Filled)>, Fault> {
    let fill = |(name, source): &(SmolStr, Source)| {
        let value = at.filled(source).map_err(|fault| fault.at(format!("{field}.{name}")))?;
        Ok((name.clone(), value))
    };
    sources.iter().map(fill).collect()
}

/// The statuses that are fine, each from one to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statuses(Vec<(u16, u16)>);

impl Statuses {
    /// `2xx, 404, 500-503`
    pub fn read(text: &str) -> Option<Statuses> {
        let one = |part: &str| {
            let part = part.trim();
            if let Some(hundreds) = part.strip_suffix("xx").or_else(|| part.strip_suffix("XX")) {
                let first = hundreds.parse::<u16>().ok().filter(|n| (1..=5).contains(n))? * 100;
                return Some((first, first + 99));
            }
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let status = |text: &str| text.trim().parse().ok().filter(|n| (100..=599).contains(n));
            Some((status(from)?, status(to)?))
        };
        text.split(',').map(one).collect::<Option<Vec<_>>>().map(Statuses)
    }

    pub fn has(&self, status: u16) -> bool {
        self.0.iter().any(|(from, to)| (*from..=*to).contains(&status))
    }
}

/// What an answer of this status is as a failure. The one place where it is decided; hosts give every answer as it came.
pub fn refusal(status: u16, headers: &Fields, body: &Data) -> EffectError {
    let said = ["message", "error", "detail", "title", "description"]
        .into_iter()
        .filter_map(|name| body.get(name)?.as_str())
        .find(|said| !said.is_empty());
    let message = match said {
        Some(said) => format!("The answer was {status}: {}", cut(said)),
        None => format!("The answer was {status}."),
    };
    // In seconds; a date is for calendars that this does not look at.
    let header = |name: &str| {
        headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let seconds = header("retry-after").and_then(|value| value.shown().trim().parse::<u32>().ok());
    EffectError {
        retry_after: seconds.map(|seconds| i64::from(seconds) * 1_000),
        detail: Data::object([
            ("status", Data::Int(status.into())),
            ("headers", Data::Object(headers.clone().into())),
            ("body", body.clone()),
        ]),
        ..EffectError::new(ErrorKind::of_status(status), message)
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(200).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read() {
        let has = |text: &str, status| Statuses::read(text).map(|statuses| statuses.has(status));
        assert_eq!(has("2xx", 204), Some(true));
        assert_eq!(has("2xx, 404", 404), Some(true));
        assert_eq!(has("200-202", 203), Some(false));
        for wrong in ["", "ok", "9xx", "2xx,", "20"] {
            assert_eq!(Statuses::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_a_status_means() {
        let headers = Fields::from_iter([("Retry-After", Data::text("7"))]);
        let error = refusal(429, &headers, &Data::object([("error", Data::text("slow down"))]));
        assert_eq!(error.kind, ErrorKind::RateLimited);
        assert_eq!(error.retry_after, Some(7_000));
        assert_eq!(error.message, "The answer was 429: slow down");
        assert_eq!(refusal(503, &Fields::default(), &Data::Null).kind, ErrorKind::Unavailable);
        assert_eq!(refusal(418, &Fields::default(), &Data::Null).kind, ErrorKind::Refused);
    }
}

//! An effect as a test speaks of it: its name, the text that tells it from others of its kind, and its parts.

use engine::Effect;
use engine::effect::{Auth, Body, Filled, Http};
use flow::Data;
use flow::data::Fields;
use smol_str::{SmolStr, format_smolstr};

#[derive(Clone, Debug, PartialEq)]
pub struct View {
    pub name: &'static str,
    /// `GET https://…`, the SQL, the last turn of a prompt.
    pub main: SmolStr,
    pub parts: Fields,
}

/// The names of all effects.
pub const NAMES: [&str; 25] = [
    "send",
    "edit",
    "delete",
    "react",
    "typing",
    "poll",
    "confirm",
    "answer-inline",
    "form",
    "user-info",
    "role",
    "kick",
    "ban",
    "hand-over",
    "http",
    "reply",
    "query",
    "email",
    "emit",
    "keep",
    "log",
    "sign",
    "jq",
    "script",
    "prompt",
];

/// Nobody has to mention these.
pub fn is_quiet(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Typing
            | Effect::Confirm { .. }
            | Effect::Log { .. }
            | Effect::Keep(_)
            | Effect::Sign(_)
            | Effect::Jq { .. }
            | Effect::Script { .. }
            | Effect::UserInfo { .. }
            | Effect::Emit { .. }
    )
}

/// It is seen in a chat, so a test speaks of it with `bot:`.
pub fn is_seen(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Send(_)
            | Effect::Edit(_)
            | Effect::Delete { .. }
            | Effect::React { .. }
            | Effect::Poll(_)
            | Effect::AnswerInline { .. }
            | Effect::Form(_)
    )
}

/// Nothing but the other side can know what comes back: without a mock it waits for an answer.
pub fn is_asking(effect: &Effect) -> bool {
    matches!(effect, Effect::Http(_) | Effect::Query(_) | Effect::Prompt(_))
}

pub fn view(effect: &Effect) -> View {
    let (main, parts) = match effect {
        Effect::Http(http) => return http_view(http),
        Effect::Send(send) => (send.text.clone(), None),
        Effect::Edit(edit) => (edit.text.clone().unwrap_or_default(), None),
        Effect::Delete { message } => (message.clone(), None),
        Effect::React { emoji, .. } => (emoji.clone(), None),
        Effect::Typing => (SmolStr::default(), None),
        Effect::Poll(poll) => (poll.question.clone(), None),
        Effect::Confirm { text, .. } => (text.clone(), None),
        Effect::AnswerInline { results, .. } => {
            (results.first().map(|one| one.title.clone()).unwrap_or_default(), None)
        }
        Effect::Form(form) => (form.title.clone(), None),
        Effect::UserInfo { person } | Effect::Kick { person, .. } | Effect::Ban { person, .. } => {
            (person.clone(), None)
        }
        Effect::Role { role, .. } => (role.clone(), None),
        Effect::HandOver { note, .. } => (note.clone(), None),
        Effect::Reply { status, headers, body } => {
            let headers = headers.iter().map(|(name, value)| (name.clone(), value.clone().into()));
            let mut parts = Fields::from_iter([
                ("status", Data::Int((*status).into())),
                ("headers", Data::Object(headers.collect::<Fields>().into())),
                ("body", body.clone().into()),
            ]);
            if let Ok(json) = serde_json::from_str::<Data>(body) {
                parts.insert("json".into(), json);
            }
            (format_smolstr!("{status}"), Some(parts))
        }
        Effect::Query(query) => {
            let parts = Fields::from_iter([
                ("database", filled(&query.database)),
                ("sql", query.sql.clone().into()),
                ("values", Data::list(query.values.iter().cloned())),
            ]);
            (query.sql.clone(), Some(parts))
        }
        Effect::Email(email) => (email.to.first().cloned().unwrap_or_default(), None),
        Effect::Emit { name, .. } => (name.clone(), None),
        Effect::Keep(keep) => (keep.key.clone(), None),
        Effect::Log { text, .. } => (text.clone(), None),
        Effect::Sign(sign) => (sign.text.clone(), None),
        Effect::Jq { program, .. } => (program.clone(), None),
        Effect::Script { code, .. } => (code.clone(), None),
        Effect::Prompt(prompt) => {
            let last = prompt.turns.last().map_or(&prompt.system, |turn| &turn.text);
            (last.clone(), None)
        }
    };
    View { name: effect.name(), main, parts: parts.unwrap_or_else(|| plain(effect)) }
}

/// The parts as the effect itself is written down.
fn plain(effect: &Effect) -> Fields {
    let value = serde_json::to_value(effect).ok().and_then(|value| serde_json::from_value(value).ok());
    let mut parts = match value {
        Some(Data::Object(parts)) => Fields::clone(&parts),
        _ => Fields::default(),
    };
    parts.remove("do");
    parts
}

fn http_view(http: &Http) -> View {
    let pairs = |pairs: &[(SmolStr, Filled)]| {
        let fields: Fields = pairs.iter().map(|(name, value)| (name.clone(), filled(value))).collect();
        Data::Object(fields.into())
    };
    let mut parts = Fields::from_iter([
        ("method", Data::from(http.method.clone())),
        ("url", http.url.clone().into()),
        ("query", pairs(&http.query)),
        ("headers", pairs(&http.headers)),
    ]);
    let (name, body) = match &http.body {
        Body::None => ("", Data::Null),
        Body::Json(json) => ("json", json.clone()),
        Body::Form(form) => ("form", pairs(form)),
        Body::Text(text) => ("text", text.clone().into()),
        Body::File(file) => ("file", file.clone().into()),
    };
    if !name.is_empty() {
        parts.insert(name.into(), body);
    }
    let auth = match &http.auth {
        Auth::None => Data::Null,
        Auth::Basic { user, password } => {
            Data::object([("user", filled(user)), ("password", filled(password))])
        }
        Auth::Bearer(token) => Data::object([("bearer", filled(token))]),
        Auth::Header { name, value } => {
            Data::object([("header", name.clone().into()), ("value", filled(value))])
        }
        Auth::Query { name, value } => {
            Data::object([("query", name.clone().into()), ("value", filled(value))])
        }
    };
    if !auth.is_null() {
        parts.insert("auth".into(), auth);
    }
    View { name: "http", main: format_smolstr!("{} {}", http.method, http.url), parts }
}

/// A secret is shown by its name; nobody here knows more.
fn filled(text: &Filled) -> Data {
    match text {
        Filled::Text(text) => text.clone().into(),
        Filled::Secret(name) => Data::object([("$secret", Data::from(name.clone()))]),
    }
}

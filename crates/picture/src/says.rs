//! What a card says: the sentence of its kind with the values filled in, as the studio says it (`ui/src/flow/summary.ts`).

use flow::descriptor::{Field, FieldType};
use flow::{Descriptor, Map, Node, Value, View};

/// Words of the kind, or what the person typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub text: String,
    pub own: bool,
}

/// What a value that names something is called.
pub type Names<'a> = &'a dyn Fn(&FieldType, &str) -> Option<String>;

const LONGEST: usize = 160;
pub const NO_KIND: &str = "This kind is not installed. It is kept as it is.";

pub fn sentence(node: &Node, kind: Option<&Descriptor>, names: Names<'_>) -> Vec<Piece> {
    let Some(kind) = kind else { return vec![Piece { text: NO_KIND.into(), own: false }] };
    if let Some(told) = told(node) {
        return vec![Piece { text: shortened(&told), own: true }];
    }
    if kind.summary.is_empty() {
        return listed(node, kind);
    }
    let mut pieces = Vec::new();
    let mut rest = kind.summary;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        said(&mut pieces, before);
        rest = after;
        let field = kind.field(name);
        if field.is_some_and(|field| !applies(field, node, kind)) {
            continue;
        }
        let value = node.fields.get(name).or_else(|| field?.default.as_ref());
        let text = value.map(|value| readable(value, field, names)).unwrap_or_default();
        match text.trim() {
            "" => {
                let label = field.map_or(name, |field| field.label).to_lowercase();
                pieces.push(Piece { text: format!("‹{label}›"), own: false });
            }
            text => pieces.push(Piece { text: shortened(text), own: true }),
        }
    }
    said(&mut pieces, rest);
    pieces
}

fn said(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece { text: text.into(), own: false });
    }
}

fn applies(field: &Field, node: &Node, kind: &Descriptor) -> bool {
    let Some(when) = &field.when else { return true };
    let value = node.fields.get(when.field).or_else(|| kind.field(when.field)?.default.as_ref());
    when.is.contains(value.unwrap_or(&Value::Null))
}

/// A kind without a sentence is told by its list: one line for each element that has no port of its own.
fn listed(node: &Node, kind: &Descriptor) -> Vec<Piece> {
    let ported = |field: &str| {
        kind.ports.iter().any(|port| matches!(port, flow::Port::Each { field: of, .. } if *of == field))
    };
    let list = kind.fields.iter().find_map(|field| match &field.kind {
        FieldType::List { item, .. } if !ported(field.name) => Some((field.name, item)),
        _ => None,
    });
    let Some((name, item)) = list else { return Vec::new() };
    let none: Names<'_> = &|_, _| None;
    let line = |values: &Map| {
        let words = item.iter().filter_map(|inner| {
            let value = values.get(inner.name).or(inner.default.as_ref())?;
            let text = readable(value, Some(inner), none);
            let text =
                if matches!(inner.kind, FieldType::Choice { .. }) { text.to_lowercase() } else { text };
            (!text.is_empty()).then_some(text)
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let lines: Vec<String> = items(node, name).map(|(_, values)| line(values)).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    vec![Piece { text: shortened(&lines.join("\n")), own: true }]
}

/// The elements of a list, with their ids.
pub fn items<'a>(node: &'a Node, field: &str) -> impl Iterator<Item = (&'a str, &'a Map)> {
    let list = node.fields.get(field).and_then(Value::as_array).unwrap_or_default();
    list.iter().filter_map(|item| Some((item.id()?, item.as_object()?)))
}

fn readable(value: &Value, field: Option<&Field>, names: Names<'_>) -> String {
    let Some(field) = field else { return plain(value) };
    match (&field.kind, value) {
        (FieldType::Choice { options }, _) => {
            let chosen = options.iter().find(|option| value.as_str() == Some(option.value));
            chosen.map_or_else(|| plain(value), |option| option.label.into())
        }
        (FieldType::List { .. }, Value::Array(list)) => {
            format!("{} {}", list.len(), field.label.to_lowercase())
        }
        (FieldType::Expr, _) => condition(&plain(value)),
        (FieldType::Code { .. }, _) => {
            let text = plain(value);
            text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().into()
        }
        (kind, Value::String(text)) => names(kind, text).unwrap_or_else(|| text.to_string()),
        _ => plain(value),
    }
}

/// A value as a person would read it: never JSON where a word will do.
pub fn plain(value: &Value) -> String {
    match value.view() {
        View::Expr(text) => text.into(),
        View::Secret(name) => format!("secret {name}"),
        View::Locales(map) => map.iter().next().map(|(_, text)| plain(text)).unwrap_or_default(),
        View::Raw(value) | View::Plain(value) => match value {
            Value::Null => String::new(),
            Value::Bool(true) => "yes".into(),
            Value::Bool(false) => "no".into(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.to_string(),
            Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
            Value::Object(map) => {
                let pairs = map.iter().map(|(name, value)| format!("{name}: {}", plain(value)));
                pairs.collect::<Vec<_>>().join(", ")
            }
        },
    }
}

/// Where filling in a sentence would not read well.
fn told(node: &Node) -> Option<String> {
    let text = |name: &str| node.fields.get(name).map(plain).filter(|text| !text.is_empty());
    match (node.kind.as_str(), text(if node.kind == "logic.loop" { "over" } else { "until" }).as_deref()) {
        ("trigger.schedule", _) => schedule(node),
        ("logic.delay", Some("clock")) => Some(format!("Waits until {}", text("clock")?)),
        ("logic.delay", Some("moment")) => Some(format!("Waits until {}", text("moment")?)),
        ("logic.delay", _) => Some(format!("Waits {}", text("for")?)),
        ("logic.loop", Some("times")) => Some(format!("{} times", text("times")?)),
        ("logic.loop", Some("while")) => Some(format!("While {}", condition(&text("while")?))),
        ("logic.loop", _) => Some(format!("For each of {}", text("list")?)),
        _ => None,
    }
}

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn schedule(node: &Node) -> Option<String> {
    let text = |name: &str| node.fields.get(name).map(plain).filter(|text| !text.is_empty());
    let at = |said: &str| {
        let zone = text("zone").unwrap_or_else(|| "UTC".into());
        let city = zone.rsplit('/').next().unwrap_or_default().replace('_', " ");
        Some(format!("{said} {} {city}", text("at").unwrap_or_else(|| "09:00".into())))
    };
    match text("when").as_deref() {
        Some("interval") => Some(format!("Every {}", text("every")?)),
        Some("cron") => text("cron"),
        Some("workday") => at("Monday to Friday"),
        Some("week") => {
            let day = text("weekday").and_then(|day| day.parse::<usize>().ok()).unwrap_or(1);
            at(&format!("Every {}", DAYS.get(day).unwrap_or(&"Monday")))
        }
        Some("month") => at(&format!("Every month on day {}", text("day").unwrap_or_else(|| "1".into()))),
        _ => at("Every day"),
    }
}

const WORDS: [(&str, &str); 6] = [
    ("==", "is"),
    ("!=", "is not"),
    (">=", "is at least"),
    ("<=", "is at most"),
    (">", "is more than"),
    ("<", "is less than"),
];

/// An expression in words: comparisons are said, texts in quotes and all else stand as they are.
fn condition(expr: &str) -> String {
    let mut said = String::new();
    let mut rest = expr;
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' {
            let end = closing(rest, first);
            let inside = rest.get(1..end).unwrap_or_default();
            said.push_str(&format!("“{inside}”"));
            rest = rest.get(end + 1..).unwrap_or_default();
            continue;
        }
        let sign = WORDS.iter().find(|(sign, _)| rest.starts_with(sign));
        let (words, taken) = match sign {
            Some((sign, word)) => (format!(" {word} "), sign.len()),
            None => (first.to_string(), first.len_utf8()),
        };
        said.push_str(&words);
        rest = &rest[taken..];
    }
    let words: Vec<&str> = said.split_whitespace().collect();
    words.join(" ")
}

fn closing(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !escaped {
            return at;
        }
        escaped = letter == '\\' && !escaped;
    }
    text.len()
}

fn shortened(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
    let tidy = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    match tidy.char_indices().nth(LONGEST) {
        Some(_) => format!("{}…", tidy.chars().take(LONGEST - 1).collect::<String>()),
        None => tidy,
    }
}

#[cfg(test)]
mod tests {
    use super::condition;

    #[test]
    fn conditions_are_said_in_words() {
        let check = |expr: &str, said: &str| assert_eq!(condition(expr), said);
        check("total > 100", "total is more than 100");
        check("user.name=='A > B'", "user.name is “A > B”");
        check("a >= 1 and b != \"x\"", "a is at least 1 and b is not “x”");
        check("text == \"open", "text is “open”");
    }
}

//! Values in the forms that services speak.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::super::eval::MOST_TEXT;
use super::{Answer, Args, Filter, cut, text_of};
use crate::data::Data;

pub(super) const FILTERS: &[Filter] = &[
    Filter::new(
        "json",
        &["indent"],
        json,
        [
            "json(indent=2)",
            "A value as JSON, in one line or indented.",
            "{\"a\": [1, none]} | json",
            "{\"a\":[1,null]}",
        ],
    ),
    Filter::new(
        "from_json",
        &[],
        from_json,
        [
            "from_json",
            "The value that a JSON text holds.",
            "'{\"a\": [1, 2]}' | from_json",
            "{\"a\": [1, 2]}",
        ],
    ),
    Filter::new(
        "urlencode",
        &[],
        urlencode,
        [
            "urlencode",
            "A text as a part of an address; an object as the query after `?`.",
            "{\"q\": \"a b&c\", \"page\": 2} | urlencode",
            "page=2&q=a%20b%26c",
        ],
    ),
    Filter::new(
        "base64",
        &["safe"],
        base64,
        [
            "base64(safe=false)",
            "The text's bytes as Base64; `safe` for the form that fits into addresses.",
            "\"hé\" | base64",
            "aMOp",
        ],
    ),
    Filter::new(
        "unbase64",
        &[],
        unbase64,
        ["unbase64", "The text that Base64 holds, in either form.", "\"aMOp\" | unbase64", "hé"],
    ),
];

fn json(value: &Data, args: &Args) -> Answer {
    let indent = args.count("indent")?;
    if indent.is_some_and(|indent| indent > 16) {
        return Err("indents by at most 16".into());
    }
    let mut out = String::new();
    match write(value, indent, 0, &mut out) {
        true => Ok(Data::text(out)),
        false => Err(format!("would make a text of more than {MOST_TEXT} bytes")),
    }
}

/// False once it is too long.
fn write(value: &Data, indent: Option<usize>, depth: usize, out: &mut String) -> bool {
    let line = |depth: usize, out: &mut String| {
        if let Some(indent) = indent {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent * depth));
        }
    };
    // Writing into a text cannot fail.
    let (open, close, empty) = match value {
        Data::List(items) => ('[', ']', items.is_empty()),
        Data::Object(members) => ('{', '}', members.is_empty()),
        leaf => {
            let _ = write!(out, "{leaf}");
            return out.len() <= MOST_TEXT;
        }
    };
    out.push(open);
    let mut fits = true;
    let mut element = |name: Option<&str>, item: &Data, first: bool, out: &mut String| {
        if !first {
            out.push(',');
        }
        line(depth + 1, out);
        if let Some(name) = name {
            let _ = write!(out, "{}:", Data::text(name));
            if indent.is_some() {
                out.push(' ');
            }
        }
        fits = fits && write(item, indent, depth + 1, out);
        fits
    };
    match value {
        Data::List(items) => {
            items.iter().enumerate().all(|(place, item)| element(None, item, place == 0, out));
        }
        Data::Object(members) => {
            members
                .iter()
                .enumerate()
                .all(|(place, (name, item))| element(Some(name), item, place == 0, out));
        }
        _ => {}
    }
    if !empty {
        line(depth, out);
    }
    out.push(close);
    fits
}

fn from_json(value: &Data, _: &Args) -> Answer {
    let text = text_of(value)?;
    let mut reader = crate::json::Reader::new(&text);
    let read = reader.document(|reader| reader.value());
    match (read, reader.problems.first()) {
        (Some(value), None) => Ok(Data::from(&value)),
        (_, Some(problem)) => Err(format!(
            "cannot read the JSON at line {}, column {}: {}",
            problem.position.line,
            problem.position.column,
            // What follows is advice for files.
            problem.message.trim_end_matches('.').split(';').next().unwrap_or_default()
        )),
        (None, None) => Err("cannot read the JSON".into()),
    }
}

fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
}

fn urlencode(value: &Data, _: &Args) -> Answer {
    let mut out = String::new();
    let Data::Object(members) = value else {
        encode(&text_of(value)?, &mut out);
        return Ok(Data::text(out));
    };
    for (place, (name, value)) in members.iter().enumerate() {
        if place > 0 {
            out.push('&');
        }
        encode(name, &mut out);
        out.push('=');
        encode(&text_of(value)?, &mut out);
    }
    Ok(Data::text(out))
}

fn base64(value: &Data, args: &Args) -> Answer {
    let text = text_of(value)?;
    Ok(Data::text(if args.flag("safe")? { URL_SAFE_NO_PAD.encode(&text) } else { STANDARD.encode(&text) }))
}

fn unbase64(value: &Data, _: &Args) -> Answer {
    let text: String = text_of(value)?.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = text.trim_end_matches('=');
    let bytes = STANDARD_NO_PAD.decode(bare).or_else(|_| URL_SAFE_NO_PAD.decode(bare));
    let bytes = bytes.map_err(|_| format!("cannot read `{}` as Base64", cut(value)))?;
    String::from_utf8(bytes).map(Data::text).map_err(|_| "found bytes that are no text".into())
}

//! The shapes in which a value turns up in texts: in addresses, in JSON, in headers.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter ones turn up everywhere.
pub(crate) const SHORTEST: usize = 4;
/// A line of a longer value, as logs and `$lines` tell it apart.
const SHORTEST_LINE: usize = 8;
/// A piece of base64 around a value, as in `user:password`.
const SHORTEST_PIECE: usize = 6;

/// What is left as it is besides letters and digits when a text is put into an address: by RFC 3986, by forms, by JavaScript's two
/// functions, and by browsers in names and passwords, paths and queries.
const LEFT_ALONE: [&str; 7] = [
    "-_.~",
    "-_.*",
    "-_.!~*'()",
    "-_.!~*'();/?:@&=+$,#",
    "-_.~!$%&'()*+,",
    "-_.~!$%&'()*+,/:;=@[\\]^|",
    "-_.~!$%&'()*+,/:;=@[\\]^|?`{}",
];

pub(crate) fn forms(value: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    if value.len() < SHORTEST {
        return forms;
    }
    let lines = value.lines().filter(|line| line.len() >= SHORTEST_LINE);
    for text in std::iter::once(value).chain(lines) {
        forms.insert(text.to_owned());
        let json = json(text);
        forms.extend([json.replace('/', "\\/"), ascii(&json), self::json(&json), json]);
    }
    for left_alone in LEFT_ALONE {
        for upper in [true, false] {
            let percent = percent(value, left_alone, upper);
            forms.insert(percent.replace("%20", "+"));
            forms.insert(percent);
        }
    }
    forms.extend(base64(value));
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// As inside of a JSON string.
fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

fn percent(text: &str, left_alone: &str, upper: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            _ if byte.is_ascii_alphanumeric() || left_alone.as_bytes().contains(&byte) => {
                out.push(byte.into())
            }
            _ if upper => out.push_str(&format!("%{byte:02X}")),
            _ => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out
}

/// By itself, and inside of a longer text, where it can begin at three places of a group: then without the letters at its edges, which its
/// neighbours have a part in.
fn base64(value: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        forms.push(engine.encode(value));
        for before in 0..3 {
            let mut bytes = vec![0; before];
            bytes.extend_from_slice(value.as_bytes());
            let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
            let piece = &engine.encode(bytes)[first..end];
            if piece.len() >= SHORTEST_PIECE {
                forms.push(piece.to_owned());
            }
        }
    }
    forms
}

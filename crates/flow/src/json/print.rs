//! The printer of canonical text: two spaces a level, one member a line, except that a short value made of leaves stays on its line.

use crate::value::{Map, Value};

/// A value that would end past this column is broken into lines.
const WIDTH: usize = 100;

pub(crate) struct Printer {
    out: Vec<u8>,
    indent: usize,
    line_start: usize,
    first: bool,
}

impl Printer {
    pub fn with_capacity(bytes: usize) -> Printer {
        Printer { out: Vec::with_capacity(bytes), indent: 0, line_start: 0, first: true }
    }

    pub fn finish(mut self) -> String {
        self.out.push(b'\n');
        // Only whole strings and ASCII were written.
        String::from_utf8(self.out).unwrap_or_default()
    }

    pub fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.indent += 1;
        self.first = true;
    }

    pub fn close(&mut self, bracket: u8) {
        self.indent -= 1;
        if !self.first {
            self.newline();
        }
        self.out.push(bracket);
        self.first = false;
    }

    /// Starts the next member or element on a line of its own.
    pub fn next(&mut self) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
        self.newline();
    }

    /// Starts the next member on the same line.
    pub fn next_inline(&mut self) {
        self.out.extend_from_slice(b", ");
    }

    pub fn key(&mut self, key: &str) {
        write_string(&mut self.out, key);
        self.out.extend_from_slice(b": ");
    }

    pub fn string(&mut self, s: &str) {
        write_string(&mut self.out, s);
    }

    pub fn int(&mut self, n: i64) {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = n.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if n < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(&digits[at..]);
    }

    pub fn raw(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    /// A value as it stands, strings with newlines included.
    pub fn value(&mut self, value: &Value) {
        self.print(value, false);
    }

    /// A field's value: a text with newlines becomes `$lines`, except below `$raw`.
    pub fn field(&mut self, value: &Value) {
        self.print(value, true);
    }

    /// The members of an object, each on a line of its own.
    pub fn members(&mut self, map: &Map, lines: bool) {
        for (key, value) in reading_order(map) {
            self.next();
            self.key(key);
            self.print(value, lines);
        }
    }

    /// An object that is never put on one line.
    pub fn table(&mut self, map: &Map, lines: bool) {
        self.open(b'{');
        self.members(map, lines);
        self.close(b'}');
    }

    fn print(&mut self, value: &Value, lines: bool) {
        match value {
            Value::Null => self.raw(b"null"),
            Value::Bool(true) => self.raw(b"true"),
            Value::Bool(false) => self.raw(b"false"),
            Value::Number(literal) => self.raw(literal.as_bytes()),
            Value::String(s) if lines && s.contains('\n') => self.print_lines(s),
            Value::String(s) => write_string(&mut self.out, s),
            Value::Array(items) if items.is_empty() => self.raw(b"[]"),
            Value::Object(map) if map.is_empty() => self.raw(b"{}"),
            Value::Array(items) => {
                if items.iter().all(is_leaf) && self.fits(value, lines) {
                    return;
                }
                self.open(b'[');
                for item in items {
                    self.next();
                    self.print(item, lines);
                }
                self.close(b']');
            }
            Value::Object(map) => {
                let lines = lines && value.tag().is_none_or(|(tag, _)| tag != "$raw");
                if map.iter().all(|(_, v)| is_leaf(v) || is_leaf_list(v)) && self.fits(value, lines) {
                    return;
                }
                self.table(map, lines);
            }
        }
    }

    fn print_lines(&mut self, text: &str) {
        let start = self.out.len();
        self.raw(b"{ \"$lines\": [");
        let mut fits = true;
        for (i, line) in text.split('\n').enumerate() {
            self.raw(if i > 0 { b", " } else { b"" });
            fits = self.column() + line.len() + 4 <= WIDTH;
            if !fits {
                break;
            }
            write_string(&mut self.out, line);
        }
        self.raw(b"] }");
        if fits && self.column() <= WIDTH {
            return;
        }
        self.out.truncate(start);
        self.open(b'{');
        self.next();
        self.key("$lines");
        self.open(b'[');
        for line in text.split('\n') {
            self.next();
            self.string(line);
        }
        self.close(b']');
        self.close(b'}');
    }

    /// Prints the value on this line if it ends within the width; prints nothing otherwise.
    fn fits(&mut self, value: &Value, lines: bool) -> bool {
        let start = self.out.len();
        let lone = value.tag().is_some_and(|(_, inner)| !matches!(inner, Value::Array(_) | Value::Object(_)));
        if self.inline(value, lines, lone) && (lone || self.column() <= WIDTH) {
            return true;
        }
        self.out.truncate(start);
        false
    }

    fn inline(&mut self, value: &Value, lines: bool, lone: bool) -> bool {
        match value {
            Value::String(s) if lines && s.contains('\n') => false,
            Value::String(s) if !lone && self.column() + s.len() > WIDTH => false,
            Value::Array(items) if !items.is_empty() => {
                self.raw(b"[");
                for (i, item) in items.iter().enumerate() {
                    self.raw(if i > 0 { b", " } else { b"" });
                    if self.column() > WIDTH || !self.inline(item, lines, false) {
                        return false;
                    }
                }
                self.raw(b"]");
                true
            }
            Value::Object(map) if !map.is_empty() => {
                let mut first = true;
                for (key, inner) in reading_order(map) {
                    self.raw(if first { b"{ " } else { b", " });
                    first = false;
                    self.key(key);
                    if (!lone && self.column() > WIDTH) || !self.inline(inner, lines, lone) {
                        return false;
                    }
                }
                self.raw(b" }");
                true
            }
            leaf => {
                self.print(leaf, lines);
                true
            }
        }
    }

    fn column(&self) -> usize {
        self.out.len() - self.line_start
    }

    fn newline(&mut self) {
        const SPACES: &[u8; 64] = &[b' '; 64];
        self.out.push(b'\n');
        self.line_start = self.out.len();
        let mut left = self.indent * 2;
        while left > 0 {
            let n = left.min(SPACES.len());
            self.out.extend_from_slice(&SPACES[..n]);
            left -= n;
        }
    }
}

/// Sorted, but an element's `id` comes first: that is what a person looks for.
fn reading_order(map: &Map) -> impl Iterator<Item = (&str, &Value)> {
    let id = map.get("id").map(|id| ("id", id));
    id.into_iter().chain(map.iter().filter(|(key, _)| *key != "id"))
}

/// Scalars, empty containers, and tagged scalars (`{"$expr": …}`).
fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => {
            map.is_empty()
                || value.tag().is_some_and(|(_, inner)| !matches!(inner, Value::Array(_) | Value::Object(_)))
        }
        _ => true,
    }
}

fn is_leaf_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(is_leaf))
}

fn write_string(out: &mut Vec<u8>, s: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let bytes = s.as_bytes();
    let mut run = 0;
    for (i, &b) in bytes.iter().enumerate() {
        if !ESCAPED[b as usize] {
            continue;
        }
        out.extend_from_slice(&bytes[run..i]);
        run = i + 1;
        match b {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => out.extend_from_slice(&[
                b'\\',
                b'u',
                b'0',
                b'0',
                HEX[(b >> 4) as usize],
                HEX[(b & 15) as usize],
            ]),
        }
    }
    out.extend_from_slice(&bytes[run..]);
    out.push(b'"');
}

const ESCAPED: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 0x20 {
        table[b] = true;
        b += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

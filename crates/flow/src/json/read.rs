//! The reader: typed callers pull members out of it; what it cannot read it notes and leaves out.

use smol_str::SmolStr;

use crate::problem::{Code, ReadProblem};
use crate::value::{MAX_DEPTH, MAX_OPEN_DEPTH, Map, Value};

/// A place in a text, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

impl Position {
    pub fn of(text: &str, offset: usize) -> Position {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Position {
            line: 1 + before.bytes().filter(|&b| b == b'\n').count() as u32,
            column: 1 + before[line_start..].chars().count() as u32,
        }
    }
}

/// The text cannot be read further from here; the reason was noted.
#[derive(Debug)]
pub(crate) struct Stop;

pub(crate) struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    pub problems: Vec<ReadProblem>,
}

/// More problems than this help nobody.
const MOST_PROBLEMS: usize = 100;

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Reader<'a> {
        Reader { text, bytes: text.as_bytes(), at: 0, problems: Vec::new() }
    }

    /// Where the next token starts.
    pub fn offset(&mut self) -> usize {
        self.skip_space();
        self.at
    }

    pub fn note(&mut self, at: usize, code: Code, lossy: bool, message: impl Into<String>) {
        // A lossy problem must be kept however many there are: it is what protects the file.
        if self.problems.len() < MOST_PROBLEMS || (lossy && !self.problems.iter().any(|p| p.lossy)) {
            let position = Position::of(self.text, at);
            self.problems.push(ReadProblem { code, position, lossy, message: message.into() });
        }
    }

    fn stop(&mut self, at: usize, message: impl Into<String>) -> Stop {
        self.note(at, Code::Syntax, true, message);
        Stop
    }

    /// Reads the one value of the text with `read`, then makes sure nothing follows.
    pub fn document<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Option<T> {
        if self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        let value = read(self).ok()?;
        self.skip_space();
        if self.at < self.bytes.len() {
            self.stop(self.at, "There is more text after the end of the document.");
        }
        Some(value)
    }

    /// Calls `member` with each key; it must read the value. Ends at the closing brace.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, SmolStr, usize) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.expect(b'{', "an object, which starts with `{`")?;
        if self.skip(b'}') {
            return Ok(());
        }
        loop {
            self.skip_space();
            let key_at = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a name in double quotes"));
            }
            let key = self.string()?;
            self.expect(b':', "`:` after the name")?;
            self.skip_space();
            member(self, key, key_at)?;
            if self.skip(b',') {
                if self.trailing(b'}') {
                    return Ok(());
                }
                continue;
            }
            if self.skip(b'}') {
                return Ok(());
            }
            return Err(self.unexpected("`,` or `}`"));
        }
    }

    pub fn array(&mut self, mut item: impl FnMut(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        self.expect(b'[', "a list, which starts with `[`")?;
        if self.skip(b']') {
            return Ok(());
        }
        loop {
            self.skip_space();
            item(self)?;
            if self.skip(b',') {
                if self.trailing(b']') {
                    return Ok(());
                }
                continue;
            }
            if self.skip(b']') {
                return Ok(());
            }
            return Err(self.unexpected("`,` or `]`"));
        }
    }

    pub fn is_object(&mut self) -> bool {
        self.skip_space();
        self.peek() == Some(b'{')
    }

    pub fn is_array(&mut self) -> bool {
        self.skip_space();
        self.peek() == Some(b'[')
    }

    pub fn value(&mut self) -> Result<Value, Stop> {
        self.value_within(MAX_DEPTH)
    }

    /// A value that is to stand in an object: it leaves room for that.
    pub fn member(&mut self) -> Result<Value, Stop> {
        self.value_within(MAX_DEPTH - 1)
    }

    /// The open conflicts of a merge.
    pub fn unresolved(&mut self) -> Result<Value, Stop> {
        self.value_within(MAX_OPEN_DEPTH)
    }

    /// A value whose texts may be `$lines`, which are two levels deeper than the text they stand for.
    pub fn value_with_lines(&mut self) -> Result<Value, Stop> {
        let at = self.offset();
        let mut value = self.value_within(MAX_DEPTH + 2)?;
        if let Value::Object(fields) = &mut value {
            fields.values_mut().for_each(Value::join_lines);
        }
        if value.depth() > MAX_DEPTH { Err(self.too_deep(at)) } else { Ok(value) }
    }

    fn too_deep(&mut self, at: usize) -> Stop {
        self.stop(at, format!("Values nest deeper than {MAX_DEPTH} levels here."))
    }

    fn value_within(&mut self, depth: usize) -> Result<Value, Stop> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{' | b'[') if depth == 0 => Err(self.too_deep(start)),
            Some(b'{') => {
                let mut members = Vec::new();
                let mut places = Vec::new();
                self.object(|reader, key, key_at| {
                    let value = reader.value_within(depth - 1)?;
                    members.push((key, value));
                    places.push(key_at);
                    Ok(())
                })?;
                let (map, twice) = Map::from_read(members);
                for place in twice {
                    self.note(
                        places[place],
                        Code::DuplicateKey,
                        true,
                        "This name stands twice in one object; only the first is shown.",
                    );
                }
                Ok(Value::Object(map))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.array(|reader| {
                    items.push(reader.value_within(depth - 1)?);
                    Ok(())
                })?;
                Ok(Value::Array(items))
            }
            Some(b'-' | b'0'..=b'9') => match super::number_length(&self.bytes[start..]) {
                Some(length) if !self.continues_word(start + length) => {
                    self.at += length;
                    Ok(Value::Number(SmolStr::new(&self.text[start..self.at])))
                }
                _ => Err(self.stop(start, "This is not a number that JSON knows.")),
            },
            _ if self.word("true") => Ok(Value::Bool(true)),
            _ if self.word("false") => Ok(Value::Bool(false)),
            _ if self.word("null") => Ok(Value::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// A string; without escapes it is taken as it stands.
    pub fn string(&mut self) -> Result<SmolStr, Stop> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let s = SmolStr::new(&self.text[start..self.at]);
                    self.at += 1;
                    return Ok(s);
                }
                Some(b'\\') | Some(0..=0x1f) => return self.escaped_string(open, start),
                Some(_) => self.at += 1,
                None => {
                    return Err(
                        self.stop(open, "This text has no closing quote; the file seems to be cut off.")
                    );
                }
            }
        }
    }

    #[cold]
    fn escaped_string(&mut self, open: usize, start: usize) -> Result<SmolStr, Stop> {
        let mut out = self.text[start..self.at].to_string();
        loop {
            let run = self.at;
            while self.bytes.get(self.at).is_some_and(|&b| b != b'"' && b != b'\\' && b > 0x1f) {
                self.at += 1;
            }
            out.push_str(&self.text[run..self.at]);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out.into());
                }
                Some(b'\\') => self.escape(&mut out)?,
                Some(&control) => {
                    let at = self.at;
                    self.note(
                        at,
                        Code::ControlCharacter,
                        false,
                        "A control character stands bare in a text; saving writes it as an escape.",
                    );
                    out.push(control as char);
                    self.at += 1;
                }
                None => {
                    return Err(
                        self.stop(open, "This text has no closing quote; the file seems to be cut off.")
                    );
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Stop> {
        let at = self.at;
        self.at += 2;
        out.push(match self.bytes.get(at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let high = self.hex4(at)?;
                if (0xd800..0xdc00).contains(&high) && self.bytes[self.at..].starts_with(b"\\u") {
                    let before = self.at;
                    self.at += 2;
                    let low = self.hex4(at)?;
                    if (0xdc00..0xe000).contains(&low) {
                        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                        return Ok(());
                    }
                    self.at = before;
                }
                match char::from_u32(high) {
                    Some(c) => c,
                    None => {
                        self.note(
                            at,
                            Code::BadText,
                            true,
                            "Half of a surrogate pair stands here; it is no character.",
                        );
                        '\u{fffd}'
                    }
                }
            }
            _ => return Err(self.stop(at, "JSON knows no such escape.")),
        });
        Ok(())
    }

    fn hex4(&mut self, at: usize) -> Result<u32, Stop> {
        let digits = self.bytes.get(self.at..self.at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else { return Err(self.stop(at, "`\\u` needs four hexadecimal digits.")) };
        self.at += 4;
        let text = std::str::from_utf8(digits).unwrap_or("0");
        Ok(u32::from_str_radix(text, 16).unwrap_or(0))
    }

    fn word(&mut self, word: &str) -> bool {
        let fits =
            self.bytes[self.at..].starts_with(word.as_bytes()) && !self.continues_word(self.at + word.len());
        if fits {
            self.at += word.len();
        }
        fits
    }

    fn continues_word(&self, at: usize) -> bool {
        self.bytes
            .get(at)
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'+' | b'-'))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// After a comma: a closing bracket here means the comma was one too many.
    fn trailing(&mut self, close: u8) -> bool {
        let comma = self.at - 1;
        let found = self.skip(close);
        if found {
            self.note(comma, Code::TrailingComma, false, "There is a comma too many; saving removes it.");
        }
        found
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), Stop> {
        if self.skip(byte) { Ok(()) } else { Err(self.unexpected(what)) }
    }

    #[cold]
    fn unexpected(&mut self, what: &str) -> Stop {
        let at = self.at;
        let rest = &self.text[at..];
        let line_start = self.text[..at].rfind('\n').map_or(0, |i| i + 1);
        let line = &self.text[line_start..];
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
            return self.stop(at, "Git's conflict markers stand here: a merge was left unfinished. Finish it, or restore the file.");
        }
        match rest.chars().next() {
            None => self.stop(at, format!("The file ends where {what} should come; it seems to be cut off.")),
            Some('/') => self
                .stop(at, format!("Expected {what}; a flow cannot hold comments, use a note on the canvas.")),
            Some(c) => self.stop(at, format!("Expected {what}, found `{}`.", c.escape_debug())),
        }
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }
}

/// Where the value at a path of member names and list places starts in a text; the deepest place that exists, if not all do.
pub fn locate(text: &str, path: &[PathStep<'_>]) -> Position {
    let mut reader = Reader::new(text);
    let mut found = 0;
    let _ = reader.document(|reader| seek(reader, path, &mut found));
    Position::of(text, found)
}

/// One step of a path for [`locate`].
#[derive(Clone, Copy, Debug)]
pub enum PathStep<'a> {
    Key(&'a str),
    Index(usize),
    Item(&'a str),
}

fn seek(reader: &mut Reader, path: &[PathStep<'_>], found: &mut usize) -> Result<(), Stop> {
    let Some((step, rest)) = path.split_first() else { return reader.value_within(MAX_DEPTH * 2).map(drop) };
    match step {
        PathStep::Key(name) if reader.is_object() => reader.object(|reader, key, key_at| {
            if key == *name {
                *found = key_at;
                return seek(reader, rest, found);
            }
            reader.value_within(MAX_DEPTH * 2).map(drop)
        }),
        PathStep::Index(_) | PathStep::Item(_) if reader.is_array() => {
            let mut place = 0;
            reader.array(|reader| {
                let at = reader.offset();
                let hit = match step {
                    PathStep::Index(wanted) => place == *wanted,
                    PathStep::Item(id) => {
                        let mut ahead =
                            Reader { text: reader.text, bytes: reader.bytes, at, problems: Vec::new() };
                        ahead.value_within(MAX_DEPTH * 2).is_ok_and(|item| item.id() == Some(id))
                    }
                    PathStep::Key(_) => false,
                };
                place += 1;
                if hit {
                    *found = at;
                    return seek(reader, rest, found);
                }
                reader.value_within(MAX_DEPTH * 2).map(drop)
            })
        }
        _ => reader.value_within(MAX_DEPTH * 2).map(drop),
    }
}

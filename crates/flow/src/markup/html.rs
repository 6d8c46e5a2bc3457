//! Telegram's HTML, with the refusals of its API server and their byte offsets.

use super::{Marked, Style, Unmarked, Writer, links};

const TAGS: [&str; 17] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "tg-time",
    "span",
    "pre",
    "code",
    "blockquote",
];

struct Open {
    tag: String,
    /// What its attributes say: an address, a language, an emoji, a format.
    argument: String,
    unix: String,
    number: usize,
    start: u32,
    written: usize,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    out: Writer,
    open: Vec<Open>,
    /// The language of the code that closed last: a block around it takes it over.
    language: Option<String>,
    half: bool,
}

fn refused(at: usize, message: String) -> Unmarked {
    Unmarked { message, at: Some(at) }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\0' | '\x0b')
}

pub(super) fn read(text: &str) -> Result<Marked, Unmarked> {
    let mut reader =
        Reader { text, at: 0, out: Writer::default(), open: Vec::new(), language: None, half: false };
    while let Some(c) = reader.peek() {
        match c {
            '<' if reader.rest()[1..].starts_with('/') => reader.end_tag()?,
            '<' => reader.start_tag()?,
            c => {
                let c = reader.character(c);
                reader.out.push(c);
            }
        }
    }
    if let Some(open) = reader.open.last() {
        let message = format!("Can't find end tag corresponding to start tag \"{}\"", open.tag);
        return Err(Unmarked { message, at: None });
    }
    if reader.half {
        let message = "Text contains invalid Unicode characters after decoding HTML entities, \
                       check for unmatched surrogate code units";
        return Err(Unmarked { message: message.into(), at: None });
    }
    Ok(reader.out.finish())
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes on while it holds, and gives what was passed.
    fn pass(&mut self, holds: impl Fn(char) -> bool) -> &'t str {
        let begun = self.at;
        let rest = self.rest();
        self.at += rest.find(|c| !holds(c)).unwrap_or(rest.len());
        &self.text[begun..self.at]
    }

    /// The next character, which `&…;` may stand for.
    fn character(&mut self, c: char) -> char {
        if c == '&'
            && let Some((code, length)) = reference(self.rest())
        {
            self.at += length;
            return char::from_u32(code).unwrap_or_else(|| {
                self.half = true;
                char::REPLACEMENT_CHARACTER
            });
        }
        self.at += c.len_utf8();
        c
    }

    fn start_tag(&mut self) -> Result<(), Unmarked> {
        let begun = self.at;
        self.at += 1;
        let tag = self.pass(|c| !is_space(c) && c != '>').to_ascii_lowercase();
        if self.peek().is_none() {
            return Err(refused(begun, format!("Unclosed start tag at byte offset {begun}")));
        }
        if !TAGS.contains(&tag.as_str()) {
            return Err(refused(begun, format!("Unsupported start tag \"{tag}\" at byte offset {begun}")));
        }
        let mut open = Open {
            tag,
            argument: String::new(),
            unix: String::new(),
            number: 0,
            start: self.out.units,
            written: self.out.text.len(),
        };
        loop {
            self.pass(is_space);
            match self.peek() {
                Some('>') => break,
                _ => self.attribute(&mut open, begun)?,
            }
        }
        self.at += 1;
        if open.tag == "span" && open.argument != "spoiler" {
            let message = format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begun}");
            return Err(refused(begun, message));
        }
        open.number = self.out.open();
        self.open.push(open);
        Ok(())
    }

    fn attribute(&mut self, open: &mut Open, begun: usize) -> Result<(), Unmarked> {
        let unclosed =
            |tag: &str| refused(begun, format!("Unclosed start tag \"{tag}\" at byte offset {begun}"));
        let name = self.pass(|c| !is_space(c) && !"=>/\"'".contains(c)).to_owned();
        if name.is_empty() {
            let message = format!("Empty attribute name in the tag \"{}\" at byte offset {begun}", open.tag);
            return Err(refused(begun, message));
        }
        self.pass(is_space);
        if self.peek() != Some('=') {
            if self.peek().is_none() {
                return Err(unclosed(&open.tag));
            }
            if open.tag == "blockquote" && name == "expandable" {
                open.argument = "1".into();
            }
            return Ok(());
        }
        self.at += 1;
        self.pass(is_space);
        let value = match self.peek() {
            None => return Err(unclosed(&open.tag)),
            Some(quote @ ('"' | '\'')) => {
                self.at += 1;
                let mut value = String::new();
                while let Some(c) = self.peek().filter(|c| *c != quote) {
                    let c = self.character(c);
                    value.push(c);
                }
                self.at += usize::from(self.peek().is_some());
                value
            }
            Some(_) => {
                let from = self.at;
                let value =
                    self.pass(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-').to_ascii_lowercase();
                if self.peek().is_some_and(|c| !is_space(c) && c != '>') {
                    return Err(refused(from, format!("Unexpected end of name token at byte offset {from}")));
                }
                value
            }
        };
        if self.peek().is_none() {
            return Err(refused(begun, format!("Unclosed start tag at byte offset {begun}")));
        }
        match (open.tag.as_str(), name.as_str()) {
            ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format") => open.argument = value,
            ("code", "class") => {
                if let Some(language) = value.strip_prefix("language-") {
                    open.argument = language.to_owned();
                }
            }
            ("span", "class") => {
                if let Some(class) = value.strip_prefix("tg-") {
                    open.argument = class.to_owned();
                }
            }
            ("blockquote", "expandable") => open.argument = "1".into(),
            ("tg-time", "unix") => open.unix = value,
            _ => {}
        }
        Ok(())
    }

    fn end_tag(&mut self) -> Result<(), Unmarked> {
        let begun = self.at;
        let Some(open) = self.open.pop() else {
            return Err(refused(begun, format!("Unexpected end tag at byte offset {begun}")));
        };
        self.at += 2;
        let tag = self.pass(|c| !is_space(c) && c != '>').to_ascii_lowercase();
        self.pass(is_space);
        if self.peek() != Some('>') {
            return Err(refused(begun, format!("Unclosed end tag at byte offset {begun}")));
        }
        self.at += 1;
        if !tag.is_empty() && tag != open.tag {
            let expected = &open.tag;
            let message = format!(
                "Unmatched end tag at byte offset {begun}, expected \"</{expected}>\", found \"</{tag}>\""
            );
            return Err(refused(begun, message));
        }
        if open.start == self.out.units {
            return Ok(());
        }
        let language = self.language.take();
        if let Some(style) = self.style(&open, language)? {
            self.out.close(open.number, open.start, style);
        }
        Ok(())
    }

    fn style(&mut self, open: &Open, language: Option<String>) -> Result<Option<Style>, Unmarked> {
        let last = self.out.closed.last().map(|(_, span)| span);
        let same = last.is_some_and(|last| last.start == open.start && last.end == self.out.units);
        Ok(Some(match open.tag.as_str() {
            "b" | "strong" => Style::Bold,
            "i" | "em" => Style::Italic,
            "u" | "ins" => Style::Underline,
            "s" | "strike" | "del" => Style::Strike,
            "tg-spoiler" | "span" => Style::Spoiler,
            "blockquote" => Style::Quote { folded: !open.argument.is_empty() },
            "a" if open.argument.is_empty() => return Ok(links::linked(&self.out.text[open.written..])),
            "a" => return Ok(links::linked(&open.argument)),
            "tg-emoji" => match open.argument.parse::<i64>() {
                Ok(id) if id != 0 => Style::Emoji { id: id.to_string() },
                _ => {
                    return Err(Unmarked {
                        message: "Invalid custom emoji identifier specified".into(),
                        at: None,
                    });
                }
            },
            "tg-time" if !links::is_date_format(&open.argument) => {
                return Err(Unmarked { message: "Invalid date format used".into(), at: None });
            }
            "tg-time" => return Ok(links::date(&open.unix, &open.argument)),
            // A block with nothing but code of a language in it, or the other way round, is one block of that language.
            "pre" if same && language.is_some() => {
                self.out.closed.pop();
                Style::Pre { language }
            }
            "pre" => Style::Pre { language: None },
            _ if same
                && !open.argument.is_empty()
                && matches!(last, Some(last) if last.style == Style::Pre { language: None }) =>
            {
                self.out.closed.pop();
                Style::Pre { language: Some(open.argument.clone()) }
            }
            _ => {
                self.language = Some(open.argument.clone()).filter(|language| !language.is_empty());
                Style::Code
            }
        }))
    }
}

/// What `&…;` at the beginning stands for, with its length; the semicolon may be missing.
fn reference(text: &str) -> Option<(u32, usize)> {
    let rest = text.strip_prefix('&')?;
    let (code, mut length) = match rest.strip_prefix('#') {
        Some(number) => {
            let (digits, radix, before) = match number.strip_prefix('x') {
                Some(digits) => (digits, 16, 3),
                None => (number, 10, 2),
            };
            let count = digits.chars().take_while(|c| c.is_digit(radix)).count();
            let code = u32::from_str_radix(&digits[..count], radix).ok()?;
            if code == 0 || code >= 0x10_ffff || before + count >= 10 {
                return None;
            }
            (code, before + count)
        }
        None => {
            let count = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            let c = match &rest[..count] {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                _ => return None,
            };
            (u32::from(c), 1 + count)
        }
    };
    length += usize::from(text[length..].starts_with(';'));
    Some((code, length))
}

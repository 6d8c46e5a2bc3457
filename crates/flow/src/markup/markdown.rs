//! Telegram's MarkdownV2, with the refusals of its API server and their byte offsets.

use super::{Marked, Style, Unmarked, Writer, links};

/// A part that began and has not ended yet.
struct Open {
    kind: Kind,
    number: usize,
    /// Where it starts in what is written.
    start: u32,
    written: usize,
    /// Where it began in the source.
    at: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bold,
    Italic,
    Underline,
    Strike,
    Spoiler,
    Code,
    Pre,
    /// With a language.
    PreCode,
    Link,
    Special,
    Quote,
}

impl Kind {
    /// As Telegram calls it in a refusal.
    fn name(self) -> &'static str {
        match self {
            Kind::Bold => "Bold",
            Kind::Italic => "Italic",
            Kind::Underline => "Underline",
            Kind::Strike => "Strikethrough",
            Kind::Spoiler => "Spoiler",
            Kind::Code => "Code",
            Kind::Pre => "Pre",
            Kind::PreCode => "PreCode",
            Kind::Link => "TextUrl",
            Kind::Special => "CustomEmoji",
            Kind::Quote => "BlockQuote",
        }
    }

    fn is_code(self) -> bool {
        matches!(self, Kind::Code | Kind::Pre | Kind::PreCode)
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    out: Writer,
    open: Vec<Open>,
    language: Option<String>,
    in_quote: bool,
    /// Only here a quote can begin.
    at_line: bool,
}

pub(super) fn read(text: &str) -> Result<Marked, Unmarked> {
    let mut reader = Reader {
        text,
        at: 0,
        out: Writer::default(),
        open: Vec::new(),
        language: None,
        in_quote: false,
        at_line: true,
    };
    while let Some(c) = reader.rest().chars().next() {
        reader.step(c)?;
    }
    reader.end()?;
    Ok(reader.out.finish())
}

/// The character behind a backslash, if it can be escaped.
fn escaped(rest: &str) -> Option<char> {
    rest.strip_prefix('\\')?.chars().next().filter(|c| (1..=126).contains(&(*c as u32)))
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn step(&mut self, c: char) -> Result<(), Unmarked> {
        if let Some(c) = escaped(self.rest()) {
            self.at += 2;
            self.write(c);
            return Ok(());
        }
        let in_code = self.open.last().is_some_and(|open| open.kind.is_code());
        let reserved = if in_code { c == '`' } else { c == '\n' || "_*[]()~`>#+-=|{}.!".contains(c) };
        if !reserved {
            self.at += c.len_utf8();
            self.write(c);
            return Ok(());
        }
        match self.open.last().map(|open| open.kind) {
            Some(kind) if self.ends(kind, c) => self.close(c),
            _ => self.begin(c),
        }
    }

    fn write(&mut self, c: char) {
        self.out.push(c);
        if c != '\r' {
            self.at_line = c == '\n';
        }
    }

    fn ends(&self, kind: Kind, c: char) -> bool {
        let rest = self.rest();
        if self.in_quote && c == '\n' && !rest[1..].starts_with('>') {
            return true;
        }
        match kind {
            Kind::Bold => c == '*',
            Kind::Italic => c == '_' && !rest.starts_with("__"),
            Kind::Underline => rest.starts_with("__"),
            Kind::Strike => c == '~',
            Kind::Spoiler => rest.starts_with("||"),
            Kind::Code => c == '`',
            Kind::Pre | Kind::PreCode => rest.starts_with("```"),
            Kind::Link | Kind::Special => c == ']',
            Kind::Quote => false,
        }
    }

    fn begin(&mut self, c: char) -> Result<(), Unmarked> {
        let begun = self.at;
        let rest = self.rest();
        let (kind, width) = match c {
            '_' if rest.starts_with("__") => (Kind::Underline, 2),
            '_' => (Kind::Italic, 1),
            '*' => (Kind::Bold, 1),
            '~' => (Kind::Strike, 1),
            '|' if rest.starts_with("||") => (Kind::Spoiler, 2),
            '[' => (Kind::Link, 1),
            '!' if rest.starts_with("![") => (Kind::Special, 2),
            '`' if rest.starts_with("```") => (self.block(), 0),
            '`' => (Kind::Code, 1),
            '\n' => {
                self.at += 1;
                self.write('\n');
                return Ok(());
            }
            '>' if self.at_line && self.in_quote => {
                self.at += 1;
                return Ok(());
            }
            '>' if self.at_line => {
                self.in_quote = true;
                (Kind::Quote, 1)
            }
            c => {
                let message =
                    format!("Character '{c}' is reserved and must be escaped with the preceding '\\'");
                return Err(Unmarked { message, at: Some(begun) });
            }
        };
        self.at += width;
        let (start, written) = (self.out.units, self.out.text.len());
        let number = self.out.open();
        self.open.push(Open { kind, number, start, written, at: begun });
        Ok(())
    }

    /// Past the beginning of a block of code, with its language and one line break.
    fn block(&mut self) -> Kind {
        self.at += 3;
        let rest = self.rest();
        let space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\0' | '\x0b');
        let length = rest.find(|c| space(c) || c == '`').unwrap_or(rest.len());
        let follows = rest[length..].chars().next();
        self.language = None;
        if length > 0 && follows.is_some_and(|c| c != '`') {
            self.language = Some(rest[..length].to_owned());
            self.at += length;
        }
        let rest = self.rest();
        self.at += match rest.as_bytes() {
            [b'\n', b'\r', ..] | [b'\r', b'\n', ..] => 2,
            [b'\n' | b'\r', ..] => 1,
            _ => 0,
        };
        if self.language.is_some() { Kind::PreCode } else { Kind::Pre }
    }

    fn unended(open: &Open) -> Unmarked {
        let message = format!("Can't find end of {} entity at byte offset {}", open.kind.name(), open.at);
        Unmarked { message, at: Some(open.at) }
    }

    fn close(&mut self, c: char) -> Result<(), Unmarked> {
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        let mut folded = false;
        if c == '\n' && open.kind != Kind::Quote {
            // `||` at the very end of a quote folds it; anything else should have ended before.
            let since = self.at - open.at;
            let folds = since == 2 || (since == 3 && self.out.text.ends_with('\r'));
            if open.kind != Kind::Spoiler || !folds {
                return Err(Reader::unended(&open));
            }
            match self.open.pop() {
                Some(quote) if quote.kind == Kind::Quote => open = quote,
                other => return Err(Reader::unended(&other.unwrap_or(open))),
            }
            folded = true;
        }
        self.at += match open.kind {
            Kind::Underline | Kind::Spoiler => 2,
            Kind::Pre | Kind::PreCode => 3,
            _ => 1,
        };
        let style = match open.kind {
            Kind::Bold => Some(Style::Bold),
            Kind::Italic => Some(Style::Italic),
            Kind::Underline => Some(Style::Underline),
            Kind::Strike => Some(Style::Strike),
            Kind::Spoiler => Some(Style::Spoiler),
            Kind::Code => Some(Style::Code),
            Kind::Pre | Kind::PreCode => Some(Style::Pre { language: self.language.take() }),
            Kind::Link => match self.address()? {
                Some(url) => links::linked(&url),
                None => links::linked(&self.out.text[open.written..]),
            },
            Kind::Special => {
                let odd = |message: &str| Unmarked { message: message.into(), at: Some(open.at) };
                let url = self
                    .address()?
                    .ok_or_else(|| odd("The entity must contain a tg://emoji or tg://time URL"))?;
                Some(
                    links::special(&url)
                        .ok_or_else(|| odd("Invalid tg://emoji or tg://time URL specified"))?,
                )
            }
            Kind::Quote => {
                // The line break belongs to the quote.
                self.in_quote = false;
                self.write(c);
                Some(Style::Quote { folded })
            }
        };
        if let Some(style) = style {
            self.out.close(open.number, open.start, style);
        }
        Ok(())
    }

    /// What stands in round brackets behind a text, if they follow.
    fn address(&mut self) -> Result<Option<String>, Unmarked> {
        if !self.rest().starts_with('(') {
            return Ok(None);
        }
        self.at += 1;
        let begun = self.at;
        let mut url = String::new();
        while let Some(c) = self.rest().chars().next() {
            if let Some(c) = escaped(self.rest()) {
                url.push(c);
                self.at += 2;
                continue;
            }
            self.at += c.len_utf8();
            if c == ')' {
                return Ok(Some(url));
            }
            url.push(c);
        }
        Err(Unmarked { message: format!("Can't find end of a URL at byte offset {begun}"), at: Some(begun) })
    }

    /// A quote ends with the text, and may be folded there too.
    fn end(&mut self) -> Result<(), Unmarked> {
        if self.in_quote {
            let folds = |open: &Open| open.kind == Kind::Spoiler && open.at + 2 == self.text.len();
            let folded = self.open.last().is_some_and(folds);
            if folded {
                self.open.pop();
            }
            if self.open.last().is_some_and(|open| open.kind == Kind::Quote)
                && let Some(open) = self.open.pop()
            {
                self.out.close(open.number, open.start, Style::Quote { folded });
            }
        }
        self.open.last().map_or(Ok(()), |open| Err(Reader::unended(open)))
    }
}

//! Discord's markdown. Nothing is refused: what is no markup is text. Mentions, emojis and moments stay as they are written, with a
//! span over them, since what people see in their place only the platform knows.

use super::{Marked, Mentioned, Style, Writer};

/// Deeper than anybody writes; what is deeper is text.
const MOST_DEPTH: usize = 16;

pub(super) fn read(text: &str) -> Marked {
    let mut out = Writer::default();
    Walk { out: &mut out, depth: 0, in_quote: false }.walk(text, true);
    out.finish()
}

struct Walk<'w> {
    out: &'w mut Writer,
    depth: usize,
    in_quote: bool,
}

/// What is marked on both sides alike, the longer marks first.
const PAIRS: [(&str, Style); 6] = [
    ("**", Style::Bold),
    ("__", Style::Underline),
    ("~~", Style::Strike),
    ("||", Style::Spoiler),
    ("*", Style::Italic),
    ("_", Style::Italic),
];

impl Walk<'_> {
    fn walk(&mut self, text: &str, mut at_line: bool) {
        let mut at = 0;
        let mut before = None;
        // Once a mark finds no end, none further on does.
        let mut endless = [false; PAIRS.len()];
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let passed = if self.depth >= MOST_DEPTH {
                0
            } else if at_line {
                self.block(rest)
            } else {
                0
            };
            let passed = if passed > 0 || self.depth >= MOST_DEPTH {
                passed
            } else {
                self.special(rest, before, &mut endless)
            };
            if passed > 0 {
                before = text[..at + passed].chars().next_back();
                at += passed;
            } else {
                self.out.push(c);
                before = Some(c);
                at += c.len_utf8();
            }
            at_line = before == Some('\n');
        }
    }

    fn inside(&mut self, text: &str, style: Style, at_line: bool) {
        let (number, start) = (self.out.open(), self.out.units);
        self.depth += 1;
        self.walk(text, at_line);
        self.depth -= 1;
        self.out.close(number, start, style);
    }

    /// As it is, without looking for markup in it.
    fn literal(&mut self, text: &str, style: Style) {
        let (number, start) = (self.out.open(), self.out.units);
        self.out.push_str(text);
        self.out.close(number, start, style);
    }

    /// What means something at the beginning of a line; how many bytes it took.
    fn block(&mut self, rest: &str) -> usize {
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        for (mark, level) in [("# ", 1), ("## ", 2), ("### ", 3)] {
            if let Some(title) = line.strip_prefix(mark).filter(|title| !title.trim().is_empty()) {
                self.inside(title.trim_end_matches('\n'), Style::Heading { level }, false);
                return self.line_end(line);
            }
        }
        if let Some(small) = line.strip_prefix("-# ").filter(|small| !small.trim().is_empty()) {
            self.inside(small.trim_end_matches('\n'), Style::Small, false);
            return self.line_end(line);
        }
        if self.in_quote {
            return 0;
        }
        if let Some(quoted) = rest.strip_prefix(">>> ") {
            self.quote(quoted);
            return rest.len();
        }
        let lines: Vec<&str> = rest.split_inclusive('\n').take_while(|line| line.starts_with("> ")).collect();
        if lines.is_empty() {
            return 0;
        }
        let quoted: String = lines.iter().map(|line| &line[2..]).collect();
        self.quote(&quoted);
        lines.iter().map(|line| line.len()).sum()
    }

    fn quote(&mut self, quoted: &str) {
        self.in_quote = true;
        self.inside(quoted, Style::Quote { folded: false }, true);
        self.in_quote = false;
    }

    fn line_end(&mut self, line: &str) -> usize {
        if line.ends_with('\n') {
            self.out.push('\n');
        }
        line.len()
    }

    /// What means something anywhere; how many bytes it took.
    fn special(&mut self, rest: &str, before: Option<char>, endless: &mut [bool; PAIRS.len()]) -> usize {
        match rest.as_bytes()[0] {
            b'\\' => match rest[1..].chars().next().filter(char::is_ascii_punctuation) {
                Some(c) => {
                    self.out.push(c);
                    2
                }
                None => 0,
            },
            b'`' => self.code(rest),
            b'[' => self.link(rest),
            b'<' => self.tag(rest),
            b'@' => {
                let word = ["@everyone", "@here"].into_iter().find(|word| rest.starts_with(word));
                let Some(word) = word else { return 0 };
                self.literal(word, Style::Mention { of: Mentioned::Everyone });
                word.len()
            }
            b'h' if !before.is_some_and(char::is_alphanumeric) => {
                let Some(url) = address(rest) else { return 0 };
                self.literal(url, Style::Link { url: url.to_owned() });
                url.len()
            }
            b'*' | b'_' | b'~' | b'|' => self.pair(rest, before, endless),
            _ => 0,
        }
    }

    fn pair(&mut self, rest: &str, before: Option<char>, endless: &mut [bool; PAIRS.len()]) -> usize {
        for (place, (mark, style)) in PAIRS.into_iter().enumerate() {
            if endless[place] || !rest.starts_with(mark) {
                continue;
            }
            if mark == "_" && before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            let inner = &rest[mark.len()..];
            if mark == "*" && inner.starts_with(char::is_whitespace) {
                continue;
            }
            match closing(inner, mark) {
                Some(0) => {}
                Some(end) => {
                    self.inside(&inner[..end], style, false);
                    return mark.len() * 2 + end;
                }
                None => endless[place] = true,
            }
        }
        0
    }

    fn code(&mut self, rest: &str) -> usize {
        if let Some(inner) = rest.strip_prefix("```")
            && let Some(end) = inner.find("```").filter(|end| !inner[..*end].trim().is_empty())
        {
            let block = &inner[..end];
            let named = |name: &str| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._#".contains(&b))
            };
            let (language, code) = match block.split_once('\n') {
                Some((name, code)) if named(name) => (Some(name.to_owned()), code),
                _ => (None, block.strip_prefix('\n').unwrap_or(block)),
            };
            self.literal(code.trim_end_matches('\n'), Style::Pre { language });
            return end + 6;
        }
        let ticks = rest.bytes().take_while(|b| *b == b'`').count();
        let mark = &rest[..ticks];
        let mut from = ticks;
        // As many at the end as at the beginning.
        while let Some(end) = rest[from..].find(mark).map(|end| from + end) {
            let more = rest[end..].bytes().take_while(|b| *b == b'`').count();
            if more == ticks {
                let code = &rest[ticks..end];
                let padded = code.starts_with(' ') && code.ends_with(' ') && code.trim().contains('`');
                self.literal(if padded { &code[1..code.len() - 1] } else { code }, Style::Code);
                return end + ticks;
            }
            from = end + more;
        }
        self.out.push_str(mark);
        ticks
    }

    /// `[text](https://…)`, with `<…>` around the address or not.
    fn link(&mut self, rest: &str) -> usize {
        let Some(end) = closing(&rest[1..], "]").filter(|end| *end > 0) else { return 0 };
        let label = &rest[1..1 + end];
        let Some(target) = rest[2 + end..].strip_prefix('(') else { return 0 };
        let Some(close) = target.find(')') else { return 0 };
        let bare = target[..close].trim();
        let bare = bare.strip_prefix('<').and_then(|bare| bare.strip_suffix('>')).unwrap_or(bare);
        if address(bare) != Some(bare) || label.trim().is_empty() {
            return 0;
        }
        self.inside(label, Style::Link { url: bare.to_owned() }, false);
        end + close + 4
    }

    /// `<@1>`, `<@&1>`, `<#1>`, `<:name:1>`, `<t:1:R>`, `<https://…>`.
    fn tag(&mut self, rest: &str) -> usize {
        let Some(end) = rest.find('>').filter(|end| *end > 1) else { return 0 };
        let inner = &rest[1..end];
        let number = |text: &str| (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let id = |beginning: &str| inner.strip_prefix(beginning).filter(|id| number(id)).map(str::to_owned);
        let parts: Vec<&str> = inner.splitn(4, ':').collect();
        let style = if let Some(id) = id("@!").or_else(|| id("@")) {
            Style::Mention { of: Mentioned::User(id) }
        } else if let Some(id) = id("@&") {
            Style::Mention { of: Mentioned::Role(id) }
        } else if let Some(id) = id("#") {
            Style::Mention { of: Mentioned::Channel(id) }
        } else if let ["" | "a", name, id] = parts[..]
            && !name.is_empty()
            && number(id)
        {
            Style::Emoji { id: id.to_owned() }
        } else if let ["t", unix] | ["t", unix, ""] = parts[..]
            && number(unix.trim_start_matches('-'))
        {
            Style::Date { unix: unix.to_owned(), format: String::new() }
        } else if let ["t", unix, format] = parts[..]
            && number(unix.trim_start_matches('-'))
            && matches!(format, "t" | "T" | "d" | "D" | "f" | "F" | "s" | "S" | "R")
        {
            Style::Date { unix: unix.to_owned(), format: format.to_owned() }
        } else if address(inner) == Some(inner) {
            self.literal(inner, Style::Link { url: inner.to_owned() });
            return end + 1;
        } else {
            return 0;
        };
        self.literal(&rest[..=end], style);
        end + 1
    }
}

/// The address at the beginning, without the punctuation of the sentence around it.
fn address(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let end = text.find(|c: char| c.is_whitespace() || "<>".contains(c)).unwrap_or(text.len());
    let url =
        text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '"', '\'', ')', ']', '*', '|', '~', '`']);
    (url.len() > scheme.len()).then_some(url)
}

/// Where a mark ends what it began: not behind a backslash, not in code, and not followed by more of itself.
fn closing(text: &str, mark: &str) -> Option<usize> {
    let first = mark.chars().next()?;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            at += 1 + escaped.chars().next().map_or(0, char::len_utf8);
            continue;
        }
        if c == '`' {
            let ticks = rest.bytes().take_while(|b| *b == b'`').count();
            at += ticks + rest[ticks..].find(&rest[..ticks]).map_or(0, |end| end + ticks);
            continue;
        }
        if let Some(after) = rest.strip_prefix(mark) {
            let more = after.starts_with(first);
            let single = mark.len() == 1 && mark != "]";
            if single && more {
                // A pair of them is another mark.
                at += rest.bytes().take_while(|b| char::from(*b) == first).count().min(2);
                continue;
            }
            let spaced = mark == "*" && text[..at].ends_with(char::is_whitespace);
            let in_word = mark == "_" && after.starts_with(char::is_alphanumeric);
            if (!more || mark == "||") && !spaced && !in_word {
                return Some(at);
            }
        }
        at += c.len_utf8();
    }
    None
}

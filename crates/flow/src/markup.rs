//! Marked-up texts as the platforms read them: for previews, for the simulator, for counting. [`read`] gives the text that people see
//! and which parts of it are styled how, or why the platform refuses it.

mod discord;
mod html;
mod links;
mod markdown;

use std::cmp::Reverse;
use std::ops::Range;

use serde::Serialize;

/// How a text is marked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notation {
    #[default]
    Plain,
    /// Telegram's `MarkdownV2`.
    Markdown,
    /// Telegram's `HTML`.
    Html,
    Discord,
}

/// A text without its markup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Marked.ts"))]
pub struct Marked {
    pub text: String,
    /// By where they start, longer ones first: of two that overlap, one holds the other.
    pub spans: Vec<Span>,
}

/// A styled part. Places count UTF-16 units, as Telegram and the window do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Span.ts"))]
pub struct Span {
    pub start: u32,
    pub end: u32,
    pub style: Style,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Style.ts", optional_fields))]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Style {
    Bold,
    Italic,
    Underline,
    Strike,
    Spoiler,
    Code,
    Pre {
        #[serde(skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    Link {
        url: String,
    },
    Mention {
        of: Mentioned,
    },
    Quote {
        /// Shown shortened until somebody opens it.
        folded: bool,
    },
    /// A picture of the platform's own.
    Emoji {
        id: String,
    },
    /// A moment that everybody sees in their own time zone.
    Date {
        /// Seconds since 1970, as text, since they may be many.
        unix: String,
        format: String,
    },
    /// From 1, the largest.
    Heading {
        level: u8,
    },
    Small,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "Mentioned.ts"))]
#[serde(tag = "who", content = "id", rename_all = "lowercase")]
pub enum Mentioned {
    User(String),
    Role(String),
    Channel(String),
    Everyone,
}

/// Why a text cannot be read, in Telegram's words: [`crate::limits::unparsed`] makes the refusal of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unmarked {
    pub message: String,
    /// The byte of the source that it is about.
    pub at: Option<usize>,
}

/// Reads a text as its platform would. Only Telegram refuses any.
pub fn read(text: &str, notation: Notation) -> Result<Marked, Unmarked> {
    match notation {
        Notation::Plain => Ok(Marked { text: text.to_owned(), spans: Vec::new() }),
        Notation::Markdown => markdown::read(text),
        Notation::Html => html::read(text),
        Notation::Discord => Ok(discord::read(text)),
    }
}

impl Marked {
    /// As Telegram sends it: without space at the end, and without blanks and empty lines before the first styled part.
    pub fn trimmed(mut self) -> Marked {
        self.text.truncate(self.text.trim_end().len());
        let end = length(&self.text);
        self.spans.retain(|span| span.start < end);
        let styled = self.spans.iter().map(|span| span.start).min().unwrap_or(end);
        let blanks = self.text.bytes().take_while(|byte| matches!(byte, b' ' | b'\n')).count();
        let cut = blanks.min(styled as usize);
        self.text.drain(..cut);
        for span in &mut self.spans {
            span.start -= cut as u32;
            span.end = span.end.min(end) - cut as u32;
        }
        // What was cut short may be as long as what it held.
        self.spans.sort_by_key(|span| (span.start, Reverse(span.end)));
        self
    }

    /// The bytes of the text that a span covers.
    pub fn bytes(&self, span: &Span) -> Range<usize> {
        let mut units = 0;
        let (mut start, mut end) = (self.text.len(), self.text.len());
        for (at, c) in self.text.char_indices() {
            if units >= span.start {
                start = start.min(at);
            }
            if units >= span.end {
                end = at;
                break;
            }
            units += c.len_utf16() as u32;
        }
        start.min(end)..end
    }
}

/// In UTF-16 units.
fn length(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
}

/// What is written while a text is read.
#[derive(Default)]
struct Writer {
    text: String,
    units: u32,
    /// As they close, each with when it opened.
    closed: Vec<(usize, Span)>,
    opened: usize,
}

impl Writer {
    fn push(&mut self, c: char) {
        self.text.push(c);
        self.units += c.len_utf16() as u32;
    }

    fn push_str(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    /// The number of one that opens now.
    fn open(&mut self) -> usize {
        self.opened += 1;
        self.opened
    }

    /// What is empty is not there.
    fn close(&mut self, number: usize, start: u32, style: Style) {
        if start < self.units {
            self.closed.push((number, Span { start, end: self.units, style }));
        }
    }

    fn finish(mut self) -> Marked {
        self.closed.sort_by_key(|(number, span)| (span.start, Reverse(span.end), *number));
        Marked { text: self.text, spans: self.closed.into_iter().map(|(_, span)| span).collect() }
    }
}

#[cfg(test)]
mod tests;

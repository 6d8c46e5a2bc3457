//! Texts put into other texts without being taken for markup.

use super::{Answer, Args, Filter, text_of};
use crate::data::Data;

pub(super) const FILTERS: &[Filter] = &[
    Filter::new(
        "escape_markdown",
        &["inside"],
        escape_markdown,
        [
            "escape_markdown(inside=\"text\")",
            "For Telegram's MarkdownV2: nothing in the text is markup. Inside `code`, or inside the address of a `link`, other rules hold.",
            "\"1.5 * 2\" | escape_markdown",
            "1\\.5 \\* 2",
        ],
    ),
    Filter::new(
        "escape_html",
        &[],
        escape_html,
        [
            "escape_html",
            "For Telegram's HTML: nothing in the text is a tag.",
            "\"a < b & c\" | escape_html",
            "a &lt; b &amp; c",
        ],
    ),
    Filter::new(
        "escape_discord",
        &[],
        escape_discord,
        [
            "escape_discord",
            "For Discord: nothing in the text is markup, and nobody is mentioned.",
            "\"*hi* @everyone\" | escape_discord",
            "\\*hi\\* @\u{200b}everyone",
        ],
    ),
];

fn behind(text: &str, special: impl Fn(char) -> bool) -> Data {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special(c) {
            out.push('\\');
        }
        out.push(c);
    }
    Data::text(out)
}

/// The characters that MarkdownV2 reserves everywhere.
pub(crate) const RESERVED: &str = "_*[]()~`>#+-=|{}.!";

fn escape_markdown(value: &Data, args: &Args) -> Answer {
    let text = text_of(value)?;
    Ok(match args.text_or("inside", "text")? {
        "text" => behind(&text, |c| c == '\\' || RESERVED.contains(c)),
        "code" => behind(&text, |c| matches!(c, '\\' | '`')),
        "link" => behind(&text, |c| matches!(c, '\\' | ')')),
        other => return Err(format!("knows no place `{other}`; there are text, code and link")),
    })
}

fn escape_html(value: &Data, _: &Args) -> Answer {
    let mut out = String::new();
    for c in text_of(value)?.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    Ok(Data::text(out))
}

fn escape_discord(value: &Data, _: &Args) -> Answer {
    let text = text_of(value)?;
    let mut out = String::with_capacity(text.len());
    for (place, line) in text.split('\n').enumerate() {
        if place > 0 {
            out.push('\n');
        }
        // At the beginning of a line, some more means something: headings, lists, quotes, `1.`.
        let start = line.len() - line.trim_start().len();
        let digits = line[start..].bytes().take_while(u8::is_ascii_digit).count();
        for (at, c) in line.char_indices() {
            let first = at == start && matches!(c, '#' | '-' | '+');
            let numbered = digits > 0 && at == start + digits && c == '.';
            if first || numbered || matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '[' | ']') {
                out.push('\\');
            }
            out.push(c);
            let rest = &line[at + c.len_utf8()..];
            if c == '@' && (rest.starts_with("everyone") || rest.starts_with("here")) {
                // A character without width keeps the word from being a mention.
                out.push('\u{200b}');
            }
        }
    }
    Ok(Data::text(out))
}

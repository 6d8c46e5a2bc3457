use proptest::prelude::*;

use super::*;

/// The text, then the spans: `bold 0..4`.
fn told(marked: &Marked) -> String {
    let mut out = format!("{:?}", marked.text);
    for Span { start, end, style } in &marked.spans {
        let style = match style {
            Style::Pre { language: Some(language) } => format!("pre {language}"),
            Style::Pre { language: None } => "pre".into(),
            Style::Link { url } => format!("link {url}"),
            Style::Mention { of: Mentioned::Everyone } => "everyone".into(),
            Style::Mention { of: Mentioned::User(id) } => format!("user {id}"),
            Style::Mention { of: Mentioned::Role(id) } => format!("role {id}"),
            Style::Mention { of: Mentioned::Channel(id) } => format!("channel {id}"),
            Style::Quote { folded: false } => "quote".into(),
            Style::Quote { folded: true } => "folded".into(),
            Style::Emoji { id } => format!("emoji {id}"),
            Style::Date { unix, format } => format!("date {unix} {format}"),
            Style::Heading { level } => format!("heading{level}"),
            plain => format!("{plain:?}").to_lowercase(),
        };
        out += &format!(" {style} {start}..{end}");
    }
    out
}

#[track_caller]
fn check(notation: Notation, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let found = match read(text, notation) {
            Ok(marked) => told(&marked),
            Err(error) => format!("! {error}"),
        };
        assert_eq!(found, *expected, "{text:?}");
    }
}

#[test]
fn markdown_is_read_as_telegram_reads_it() {
    check(
        Notation::Markdown,
        &[
            ("", r#""""#),
            (
                "*a* _b_ __c__ ~d~ ||e||",
                r#""a b c d e" bold 0..1 italic 2..3 underline 4..5 strike 6..7 spoiler 8..9"#,
            ),
            ("🏟 _🏟 *🏟*_", r#""🏟 🏟 🏟" italic 3..8 bold 6..8"#),
            ("_🏟 __🏟___", r#""🏟 🏟" italic 0..5 underline 3..5"#),
            ("1\\.5 \\* 2\\\\", r#""1.5 * 2\\""#),
            ("**", r#""""#),
            ("`a*b\\`c`", r#""a*b`c" code 0..5"#),
            ("```rust\nlet x;```", r#""let x;" pre rust 0..6"#),
            ("```\na```", r#""a" pre 0..1"#),
            ("[site](https://Example.com/a\\)b)", r#""site" link https://example.com/a)b 0..4"#),
            ("[telegram\\.org]", r#""telegram.org" link http://telegram.org/ 0..12"#),
            ("[a](nothing)", r#""a""#),
            ("[me](tg://user?id=42)", r#""me" user 42 0..2"#),
            ("![👍](tg://emoji?id=25)", r#""👍" emoji 25 0..2"#),
            ("![now](tg://time?unix=25&format=dt)", r#""now" date 25 dt 0..3"#),
            (">a\n>b\nc", r#""a\nb\nc" quote 0..4"#),
            (">a\n>b||", r#""a\nb" folded 0..3"#),
            (">a||\nb", r#""a\nb" folded 0..2"#),
            (">*bold*\n", r#""bold\n" quote 0..5 bold 0..4"#),
            ("*>abcd\n*", r#""abcd\n" bold 0..5 quote 0..5"#),
            (">\n**>2", r#""\n2" quote 0..1 quote 1..2"#),
        ],
    );
}

#[test]
fn markdown_is_refused_as_telegram_refuses_it() {
    check(
        Notation::Markdown,
        &[
            ("a.b", "! Character '.' is reserved and must be escaped with the preceding '\\'"),
            ("Hi!", "! Character '!' is reserved and must be escaped with the preceding '\\'"),
            ("a|b", "! Character '|' is reserved and must be escaped with the preceding '\\'"),
            ("a>", "! Character '>' is reserved and must be escaped with the preceding '\\'"),
            ("🏟 🏟_a", "! Can't find end of Italic entity at byte offset 9"),
            ("🏟 🏟_abac * asd _", "! Can't find end of Italic entity at byte offset 21"),
            ("🏟 🏟```a ", "! Can't find end of PreCode entity at byte offset 9"),
            ("🏟 🏟![👍", "! Can't find end of CustomEmoji entity at byte offset 9"),
            ("[telegram\\.org](asd\\)", "! Can't find end of a URL at byte offset 16"),
            ("🏟 🏟![👍]", "! The entity must contain a tg://emoji or tg://time URL"),
            ("![👍](tg://emoji?id=025)", "! Invalid tg://emoji or tg://time URL specified"),
            (">*b\nld*", "! Can't find end of Bold entity at byte offset 1"),
            (">asd\n>q||ew\n||asdad", "! Can't find end of Spoiler entity at byte offset 7"),
        ],
    );
    assert_eq!(read("ab.", Notation::Markdown).unwrap_err().at, Some(2));
}

#[test]
fn html_is_read_as_telegram_reads_it() {
    check(
        Notation::Html,
        &[
            ("<b>a</b> <I>b</i> <ins>c</ins>", r#""a b c" bold 0..1 italic 2..3 underline 4..5"#),
            ("<b>🏟<del>x</del></b>", r#""🏟x" bold 0..3 strike 2..3"#),
            ("&lt;&gt;&amp;&quot;&laquo;&#65;&#x42;&lt", r#""<>&\"&laquo;AB<""#),
            ("<a href=\"https://x.org/?a&amp;b\">x</a>", r#""x" link https://x.org/?a&b 0..1"#),
            ("<a href='tg://user?id=7'>x</a>", r#""x" user 7 0..1"#),
            ("<a>telegram.org</a>", r#""telegram.org" link http://telegram.org/ 0..12"#),
            ("<span class=\"tg-spoiler\">x</span><tg-spoiler>y</>", r#""xy" spoiler 0..1 spoiler 1..2"#),
            ("<pre><code class=\"language-rust\">x</code></pre>", r#""x" pre rust 0..1"#),
            ("<code class=\"language-rust\"><pre>x</pre></code>", r#""x" pre rust 0..1"#),
            ("<pre> <code class=\"language-rust\">x</code></pre>", r#"" x" pre 0..2 code 1..2"#),
            ("<pre>x</pre><code>y</code>", r#""xy" pre 0..1 code 1..2"#),
            ("<blockquote expandable>x</blockquote>", r#""x" folded 0..1"#),
            ("<tg-emoji emoji-id=\"5\">x</tg-emoji>", r#""x" emoji 5 0..1"#),
            ("<tg-time unix=\"25\" format=\"D\">x</tg-time>", r#""x" date 25 D 0..1"#),
            ("<b></b>", r#""""#),
        ],
    );
}

#[test]
fn html_is_refused_as_telegram_refuses_it() {
    check(
        Notation::Html,
        &[
            ("🏟 🏟&lt;<abacaba", "! Unclosed start tag at byte offset 13"),
            ("a<br>", "! Unsupported start tag \"br\" at byte offset 1"),
            ("<b />", "! Empty attribute name in the tag \"b\" at byte offset 0"),
            ("<i aba>", "! Can't find end tag corresponding to start tag \"i\""),
            ("<i aba = ", "! Unclosed start tag \"i\" at byte offset 0"),
            ("<i a=1,", "! Unexpected end of name token at byte offset 5"),
            ("<i a='x>", "! Unclosed start tag at byte offset 0"),
            ("a</b>", "! Unexpected end tag at byte offset 1"),
            ("<i>a</i  ", "! Unclosed end tag at byte offset 4"),
            ("<i>a</em   >", "! Unmatched end tag at byte offset 4, expected \"</i>\", found \"</em>\""),
            ("<span>a</span>", "! Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
            ("<tg-time unix=\"5\" format=\"rt\">x</tg-time>", "! Invalid date format used"),
            (
                "&#xDFDF;",
                "! Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units",
            ),
        ],
    );
}

#[test]
fn discord_refuses_nothing() {
    check(
        Notation::Discord,
        &[
            (
                "**a** *b* _c_ __d__ ~~e~~ ||f||",
                r#""a b c d e f" bold 0..1 italic 2..3 italic 4..5 underline 6..7 strike 8..9 spoiler 10..11"#,
            ),
            (
                "***both*** **bold *and***",
                r#""both bold and" bold 0..4 italic 0..4 bold 5..13 italic 10..13"#,
            ),
            ("snake_case_name 2 * 3 * 4 **open", r#""snake_case_name 2 * 3 * 4 **open""#),
            ("\\*a\\* `**b**` ``c`d``", r#""*a* **b** c`d" code 4..9 code 10..13"#),
            ("```rs\nlet x;\n```", r#""let x;" pre rs 0..6"#),
            ("# Big\n## Less\n-# fine", r#""Big\nLess\nfine" heading1 0..3 heading2 4..8 small 9..13"#),
            ("> a\n> **b**\nc", r#""a\nb\nc" quote 0..4 bold 2..3"#),
            (">>> a\nb", r#""a\nb" quote 0..3"#),
            (
                "[x](https://x.org) <https://y.org> https://z.org.",
                r#""x https://y.org https://z.org." link https://x.org 0..1 link https://y.org 2..15 link https://z.org 16..29"#,
            ),
            (
                "<@1> <@&2> <#3> @everyone <:ok:4> <t:5:R>",
                r#""<@1> <@&2> <#3> @everyone <:ok:4> <t:5:R>" user 1 0..4 role 2 5..10 channel 3 11..15 everyone 16..25 emoji 4 26..33 date 5 R 34..41"#,
            ),
            ("a < b > c [x](y)", r#""a < b > c [x](y)""#),
        ],
    );
}

#[test]
fn what_is_sent_has_no_space_around_it() {
    for (text, expected) in [
        ("  hi  \n", r#""hi""#),
        (" \n*hi *", r#""hi" bold 0..2"#),
        ("* hi*", r#"" hi" bold 0..3"#),
        ("* * ", r#""""#),
    ] {
        assert_eq!(told(&read(text, Notation::Markdown).unwrap().trimmed()), expected, "{text:?}");
    }
    let marked = read("ü😀*b😀*", Notation::Markdown).unwrap();
    assert_eq!(&marked.text[marked.bytes(&marked.spans[0])], "b😀");
}

/// Of two spans that overlap, one holds the other; and all are within the text, between its characters.
fn well_formed(marked: &Marked) {
    let end = length(&marked.text);
    let mut open: Vec<&Span> = Vec::new();
    let mut last = 0;
    for span in &marked.spans {
        assert!(span.start < span.end && span.end <= end && span.start >= last, "{marked:?}");
        last = span.start;
        open.retain(|outer| outer.end > span.start);
        assert!(open.iter().all(|outer| outer.end >= span.end), "{marked:?}");
        open.push(span);
        let bytes = marked.bytes(span);
        assert_eq!(length(&marked.text[bytes]), span.end - span.start, "{marked:?}");
    }
}

proptest! {
    #[test]
    fn whatever_is_read_is_well_formed(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "*", "**", "_", "__", "~", "~~", "|", "||", "`", "```", "[", "]", "(", ")", "!", ">", "> ", ">>> ", "\n", "\r", "\\", "#",
                "# ", "-# ", "a", "b c", " ", "ü", "😀", "<b>", "</b>", "<i>", "</i>", "</>", "<pre>", "</pre>", "<code class=\"language-x\">", "</code>",
                "<a href=\"x.org\">", "</a>", "<blockquote>", "</blockquote>", "&lt;", "&#128512;", "&", "<", "<@1>", "<t:1:R>", "](https://x.org)",
                "https://x.org", "@everyone", "tg://user?id=1", "1.", "=",
            ]),
            0..40,
        ),
    ) {
        let text = parts.concat();
        for notation in [Notation::Plain, Notation::Markdown, Notation::Html, Notation::Discord] {
            if let Ok(marked) = read(&text, notation) {
                well_formed(&marked);
                well_formed(&marked.trimmed());
            }
        }
    }

    #[test]
    fn no_text_breaks_it(text in any::<String>()) {
        for notation in [Notation::Markdown, Notation::Html, Notation::Discord] {
            if let Ok(marked) = read(&text, notation) {
                well_formed(&marked);
            }
        }
    }

    /// What is escaped for a notation is read back as it was.
    #[test]
    fn escaped_texts_are_plain(text in "[ -~üß😀]{0,40}") {
        let markdown: String = text.chars().map(|c| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.into() }).collect();
        prop_assert_eq!(read(&markdown, Notation::Markdown).unwrap(), Marked { text: text.clone(), spans: vec![] });
        prop_assert_eq!(&read(&markdown, Notation::Discord).unwrap().text, &text);
    }
}

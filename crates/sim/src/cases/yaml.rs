//! YAML as a tree in which every value knows where it stands.

use flow::Data;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use smol_str::SmolStr;

use super::Wrong;

/// A place in a text, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct At {
    pub line: u32,
    pub column: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub at: At,
    /// Characters of the text, for writing something else there.
    pub span: (usize, usize),
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A text; plain ones may be numbers, true or nothing.
    Scalar {
        text: SmolStr,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Member>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub at: At,
    pub name: SmolStr,
    pub value: Node,
}

const MOST_DEPTH: usize = 64;
const MOST_NODES: usize = 200_000;

/// Reads a text of one document.
pub fn read(text: &str) -> Result<Node, Wrong> {
    let mut tree = Tree { text: text.chars().collect(), ..Tree::default() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = At { line: error.marker().line() as u32, column: error.marker().col() as u32 + 1 };
            Wrong::new(at, format!("This is no YAML: {}.", error.info()))
        })?;
        tree.take(event, span)?;
    }
    let empty = Node { at: At { line: 1, column: 1 }, span: (0, 0), what: What::Map(Vec::new()) };
    Ok(tree.root.unwrap_or(empty))
}

#[derive(Default)]
struct Tree {
    text: Vec<char>,
    root: Option<Node>,
    open: Vec<(Open, usize)>,
    anchors: Vec<(usize, Node)>,
    count: usize,
}

struct Open {
    node: Node,
    /// A member's name that waits for its value.
    name: Option<(At, SmolStr)>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Wrong> {
        let at = place(&span);
        let node = |what| Node { at, span: (span.start.index(), span.end.index()), what };
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Wrong::new(at, "A test file is one document: take the `---` out."))
            }
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let mut node = node(What::Scalar { text: SmolStr::from(&*text), plain });
                node.span = self.written(node.span, style);
                self.add(node, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(node(What::List(Vec::new())), anchor),
            Event::MappingStart(anchor, _) => self.begin(node(What::Map(Vec::new())), anchor),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((open, anchor)) = self.open.pop() else { return Ok(()) };
                let mut done = open.node;
                done.span.1 = span.end.index();
                self.add(done, anchor)
            }
            Event::Alias(anchor) => match self.anchors.iter().rev().find(|(id, _)| *id == anchor) {
                Some((_, known)) => {
                    let copy = Node { at, ..known.clone() };
                    self.count += weight(&copy);
                    self.add(copy, 0)
                }
                None => Err(Wrong::new(at, "This refers to something that is not there yet.")),
            },
            _ => Ok(()),
        }
    }

    /// Where a scalar is written, with all that makes it one.
    fn written(&self, (from, to): (usize, usize), style: ScalarStyle) -> (usize, usize) {
        let before = &self.text[..from.min(self.text.len())];
        match style {
            // The `|` of a block stands before it; it ends where its last line does.
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let all = &self.text[..to.min(self.text.len())];
                let end = all.iter().rposition(|c| !c.is_whitespace()).map_or(to, |last| last + 1);
                (before.iter().rposition(|c| matches!(c, '|' | '>')).unwrap_or(from), end)
            }
            // Nothing at all is told before the colon.
            _ if from == to && self.text.get(from) == Some(&':') => (from + 1, to + 1),
            _ => (from, to),
        }
    }

    fn begin(&mut self, node: Node, anchor: usize) -> Result<(), Wrong> {
        if self.open.len() >= MOST_DEPTH {
            return Err(Wrong::new(node.at, "This lies too deep in other lists and members."));
        }
        self.open.push((Open { node, name: None }, anchor));
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Wrong> {
        self.count += 1;
        if self.count > MOST_NODES {
            return Err(Wrong::new(node.at, "This file is too large for a test; split it."));
        }
        if anchor > 0 {
            self.anchors.push((anchor, node.clone()));
        }
        let Some((open, _)) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.node.what {
            What::List(items) => items.push(node),
            What::Map(members) => match open.name.take() {
                Some((at, name)) => members.push(Member { at, name, value: node }),
                None => match node.what {
                    What::Scalar { text, .. } => {
                        if members.iter().any(|member| member.name == text) {
                            return Err(Wrong::new(node.at, format!("`{text}` stands here twice.")));
                        }
                        open.name = Some((node.at, text));
                    }
                    _ => return Err(Wrong::new(node.at, "The name of a member is a word.")),
                },
            },
            What::Scalar { .. } => {}
        }
        Ok(())
    }
}

fn place(span: &Span) -> At {
    At { line: span.start.line() as u32, column: span.start.col() as u32 + 1 }
}

fn weight(node: &Node) -> usize {
    1 + match &node.what {
        What::Scalar { .. } => 0,
        What::List(items) => items.iter().map(weight).sum(),
        What::Map(members) => members.iter().map(|member| weight(&member.value)).sum(),
    }
}

impl Node {
    pub fn is_nothing(&self) -> bool {
        self.data().is_null()
    }

    /// Any scalar as the text it is written with.
    pub fn word(&self) -> Option<&SmolStr> {
        match &self.what {
            What::Scalar { text, .. } if !self.is_nothing() => Some(text),
            _ => None,
        }
    }

    pub fn data(&self) -> Data {
        match &self.what {
            What::Scalar { text, plain: false } => text.clone().into(),
            What::Scalar { text, plain: true } => plain(text),
            What::List(items) => Data::list(items.iter().map(Node::data)),
            What::Map(members) => {
                Data::object(members.iter().map(|member| (member.name.clone(), member.value.data())))
            }
        }
    }

    /// The same with something else for each `<name>` in its texts.
    pub fn filled(&self, row: &[(SmolStr, Node)]) -> Node {
        let what = match &self.what {
            What::Scalar { text, plain } => {
                // All of the text: the value with its type.
                let whole = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
                if let Some((_, value)) = whole.and_then(|name| row.iter().find(|(known, _)| known == name)) {
                    return Node { at: self.at, span: (0, 0), what: value.what.clone() };
                }
                What::Scalar { text: fill(text, row), plain: *plain }
            }
            What::List(items) => What::List(items.iter().map(|item| item.filled(row)).collect()),
            What::Map(members) => What::Map(
                members
                    .iter()
                    .map(|member| Member {
                        at: member.at,
                        name: fill(&member.name, row),
                        value: member.value.filled(row),
                    })
                    .collect(),
            ),
        };
        let span = if what == self.what { self.span } else { (0, 0) };
        Node { at: self.at, span, what }
    }
}

fn fill(text: &SmolStr, row: &[(SmolStr, Node)]) -> SmolStr {
    if !text.contains('<') {
        return text.clone();
    }
    row.iter().fold(text.clone(), |text, (name, value)| {
        SmolStr::from(text.replace(&format!("<{name}>"), &value.data().shown()))
    })
}

/// What a plain scalar means, by the core schema of YAML 1.2.
fn plain(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Bool(true),
        "false" | "False" | "FALSE" => return Data::Bool(false),
        _ => {}
    }
    if let Ok(n) = text.parse() {
        return Data::Int(n);
    }
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
    let number = is_number.then(|| text.parse::<f64>().ok()).flatten().filter(|n| n.is_finite());
    number.map_or_else(|| Data::text(text), Data::Float)
}

/// A text as it is written inside of `{ … }`: plain where that reads back as the same text.
pub fn written(text: &str) -> SmolStr {
    // These would end it there.
    if text.contains([',', '[', ']', '{', '}']) { quoted(text) } else { line(text) }
}

/// A text as it is written on a line of its own.
pub fn line(text: &str) -> SmolStr {
    let is_plain = !text.is_empty()
        && text.trim() == text
        && !text.contains(odd)
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && !text.starts_with([
            '-', '?', ':', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', '#', '<', ',', '[', ']', '{',
            '}',
        ])
        && plain(text) == Data::text(text);
    if is_plain { text.into() } else { quoted(text) }
}

/// A text of several lines as a block, where it reads back so; else on one line.
pub fn block(text: &str, indent: usize) -> String {
    let fits = text.contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.ends_with('\n')
        && !text.contains(|c: char| c != '\n' && odd(c));
    if !fits {
        return line(text).to_string();
    }
    let indent = " ".repeat(indent);
    let shown = |line: &str| if line.is_empty() { "\n".to_string() } else { format!("\n{indent}{line}") };
    format!("|-{}", text.split('\n').map(shown).collect::<String>())
}

fn odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

fn quoted(text: &str) -> SmolStr {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if odd(c) && (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if odd(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_types_and_places() {
        let text = "a: 1\nb: [x, '2', 2.5, yes, true, ~]\nc:\n  d: |\n    two\n    lines\n  e: *no\n";
        assert_eq!(read(text).unwrap_err().at, At { line: 7, column: 6 });
        let node = read(&text.replace("  e: *no\n", "  e: &x {k: v}\n  f: *x\n")).unwrap();
        assert_eq!(
            node.data().to_string(),
            r#"{"a": 1, "b": ["x", "2", 2.5, "yes", true, null], "c": {"d": "two\nlines\n", "e": {"k": "v"}, "f": {"k": "v"}}}"#
        );
        let What::Map(members) = &node.what else { panic!() };
        assert_eq!(members[2].value.at, At { line: 4, column: 3 });
    }

    #[test]
    fn bad_texts_are_told() {
        for (text, part) in [
            ("a: [", "no YAML"),
            ("a: 1\na: 2", "twice"),
            ("--- 1\n--- 2", "one document"),
            ("? [a]\n: b", "a word"),
            (&"[".repeat(100), "deep"),
        ] {
            let wrong = read(text).unwrap_err();
            assert!(wrong.message.contains(part), "{text}: {}", wrong.message);
        }
    }

    #[test]
    fn written_texts_read_back() {
        for text in [
            "hello",
            "",
            " a",
            "12",
            "true",
            "~",
            "- x",
            "a: b",
            "a #b",
            "#b",
            "it's \"so\"",
            "two\nlines\t",
            "👍",
            "[x]",
            "a, b",
            "*x",
            "\u{1}\u{2028}\\",
            "x:",
            "<in>",
            "2026-01-01",
            "...",
            "---",
            "{{ x }}",
            "= 1",
            "null",
        ] {
            for around in [format!("- a: {}", line(text)), format!("- {{ a: {} }}", written(text))] {
                let What::List(items) = read(&around).unwrap().what else { panic!("{around}") };
                assert_eq!(items[0].data().get("a"), Some(&Data::text(text)), "{around}");
            }
        }
    }

    #[test]
    fn rows_fill_in() {
        let row = read("{in: Large, out: 12}").unwrap();
        let What::Map(members) = row.what else { panic!() };
        let row: Vec<_> = members.into_iter().map(|member| (member.name, member.value)).collect();
        let filled = read("[<in>, 'costs <out> EUR', <out>, <other>]").unwrap().filled(&row);
        assert_eq!(filled.data().to_string(), r#"["Large", "costs 12 EUR", 12, "<other>"]"#);
    }
}

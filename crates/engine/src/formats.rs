//! Texts of other services, read as data: JSON, XML, CSV. What cannot be read says where.

mod csv;
mod xml;

use std::fmt;

use flow::Data;

pub(crate) use self::csv::{Table, read as csv};
pub(crate) use self::xml::read as xml;

/// Why a text cannot be read, and where; both counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// No text that is read is longer.
pub(crate) const MOST_TEXT: usize = 4 << 20;
/// So many values may come out of one text.
const MOST_VALUES: usize = 200_000;
/// So deeply may they lie in each other.
const MOST_DEPTH: usize = 100;

impl Unread {
    /// Where a byte of the text stands.
    fn at(text: &str, byte: usize, message: impl Into<String>) -> Unread {
        let before = text.get(..byte.min(text.len())).unwrap_or(text);
        let line_begin = before.rfind('\n').map_or(0, |at| at + 1);
        Unread {
            line: before.matches('\n').count() + 1,
            column: before[line_begin..].chars().count() + 1,
            message: message.into(),
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}, column {}: {}.", self.line, self.column, self.message)
    }
}

pub(crate) fn json(text: &str) -> Result<Data, Unread> {
    bounded(text)?;
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        // It says the place too, in its own words.
        let message = message.split(" at line ").next().unwrap_or_default();
        Unread { line: error.line().max(1), column: error.column().max(1), message: message.into() }
    })
}

fn bounded(text: &str) -> Result<(), Unread> {
    if text.len() > MOST_TEXT {
        let message = format!("the text is longer than {} MiB, which is not read", MOST_TEXT >> 20);
        return Err(Unread { line: 1, column: 1, message });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: Result<Data, Unread>, expected: &str) {
        let shown = match read {
            Ok(data) => data.to_string(),
            Err(unread) => unread.to_string(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn json_says_where() {
        check(json(r#"{"a": [1, 2.5, null]}"#), r#"{"a": [1, 2.5, null]}"#);
        check(json("{\n  \"a\": 1,\n}"), "Line 3, column 1: trailing comma.");
        check(json(""), "Line 1, column 1: EOF while parsing a value.");
        assert!(json(&"[".repeat(10_000)).is_err());
    }

    #[test]
    fn xml_becomes_objects() {
        let shop = "<?xml version=\"1.0\"?>\n<!-- all of it -->\n<shop open=\"yes\"><item>Tea &amp; <![CDATA[<jam>]]></item><item n=\"2\">B&#246;rek</item><none/></shop>";
        check(
            xml(shop),
            r##"{"shop": {"@open": "yes", "item": ["Tea & <jam>", {"#text": "Börek", "@n": "2"}], "none": ""}}"##,
        );
        check(xml("<a>\n  <b>\n</a>"), "Line 3, column 1: `b` is closed by `a`.");
        check(xml("<a>"), "Line 1, column 4: `a` is never closed.");
        check(xml("<a>&me;</a>"), "Line 1, column 4: `&me;` is not known.");
        check(xml("plain"), "Line 1, column 1: this is outside of all elements.");
        check(xml(""), "Line 1, column 1: there is no element in it.");
        check(xml("<a/><b/>"), "Line 1, column 5: there is a second element beside the first.");
        assert!(xml(&"<a>".repeat(1_000)).unwrap_err().message.contains("deep"));
    }

    #[test]
    fn csv_becomes_rows() {
        let table = |separator, header, numbers| Table { separator, header, numbers };
        let prices = "name;price;code\nTea;2.50;007\n\"Jam; red\";3;\n";
        check(
            csv(prices, &table(None, true, true)),
            r#"[{"code": "007", "name": "Tea", "price": 2.5}, {"code": "", "name": "Jam; red", "price": 3}]"#,
        );
        check(csv("a,b\n1,2", &table(None, false, false)), r#"[["a", "b"], ["1", "2"]]"#);
        check(csv("", &table(None, true, true)), "[]");
        check(
            csv("a,b\n1,2\n3", &table(Some(b','), true, true)),
            "Line 3, column 1: this line has 1 cells, the first has 2.",
        );
        check(csv("a,a\n1,2", &table(None, true, true)), "Line 1, column 1: two columns are called `a`.");
    }
}

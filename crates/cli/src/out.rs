//! What the command says: to people, in colour where that is wanted, and to programs.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};

/// Who cannot be written to any more, as after `| head`, is not written to.
pub struct Out {
    colour: bool,
    moves: bool,
}

pub const ERROR: Style = AnsiColor::Red.on_default().bold();
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub const HINT: Style = AnsiColor::Cyan.on_default().bold();
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
pub const STRONG: Style = Style::new().bold();
pub const FAINT: Style = Style::new().dimmed();

impl Out {
    pub fn to_terminal() -> Out {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let is_terminal = std::io::stdout().is_terminal();
        let moves = is_terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Out { colour: wanted && is_terminal, moves }
    }

    /// The cursor can be moved.
    pub fn moves(&self) -> bool {
        self.moves
    }

    /// What was asked for.
    pub fn line(&mut self, text: impl Display) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    pub fn json(&mut self, value: &serde_json::Value) {
        let _ = writeln!(std::io::stdout().lock(), "{value:#}");
    }

    /// One of many, each on a line of its own.
    pub fn json_line(&mut self, value: &serde_json::Value) {
        self.line(value);
    }

    /// Lines above the one that somebody is typing, which stays as it is.
    pub fn above(&mut self, lines: &[String]) {
        let mut to = std::io::stdout().lock();
        let _ = to.write_all(put_above(lines).as_bytes());
        let _ = to.flush();
    }

    /// What is not a line of text of ours, as it is.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let _ = std::io::stdout().lock().write_all(bytes);
    }

    /// A question, whose answer stands on the same line.
    pub fn ask(&mut self, text: impl Display) {
        let mut to = std::io::stdout().lock();
        let _ = write!(to, "{text}");
        let _ = to.flush();
    }

    /// Said beside what was asked for.
    pub fn note(&mut self, text: impl Display) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// Why it could not be done.
    pub fn error(&mut self, message: impl Display, hint: Option<&str>) {
        let mut err = std::io::stderr().lock();
        let _ = writeln!(err, "error: {message}");
        if let Some(hint) = hint {
            let _ = writeln!(err, "  help: {hint}");
        }
    }

    pub fn paint(&self, style: Style, text: impl Display) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

/// Each line: room for one more below (which scrolls at the end of the screen), a line put in where the cursor is, and the cursor back to
/// where it was, which is one further down now. What is too long is cut rather than written over what is being typed.
fn put_above(lines: &[String]) -> String {
    let line = |text: &String| format!("\x1bD\x1b[A\x1b7\r\x1b[L\x1b[?7l{text}\x1b[?7h\x1b8\x1b[B");
    lines.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::put_above;

    /// What a terminal makes of it: rows of text, and where the cursor is.
    fn shown(
        mut rows: Vec<String>,
        (mut row, mut column): (usize, usize),
        text: &str,
    ) -> (Vec<String>, usize, usize) {
        let (height, mut kept) = (rows.len(), (0, 0));
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let sequence = ["\x1bD", "\x1b[A", "\x1b7", "\x1b[L", "\x1b[?7l", "\x1b[?7h", "\x1b8", "\x1b[B"];
            let found = sequence.into_iter().find(|one| rest.starts_with(one));
            match found {
                Some("\x1bD") if row + 1 == height => {
                    rows.remove(0);
                    rows.push(String::new());
                }
                Some("\x1bD" | "\x1b[B") => row += 1,
                Some("\x1b[A") => row -= 1,
                Some("\x1b7") => kept = (row, column),
                Some("\x1b8") => (row, column) = kept,
                Some("\x1b[L") => {
                    rows.insert(row, String::new());
                    rows.pop();
                }
                Some(_) => {}
                None if c == '\r' => column = 0,
                None => {
                    rows[row].push(c);
                    column += 1;
                }
            }
            rest = &rest[found.map_or(c.len_utf8(), str::len)..];
        }
        (rows, row, column)
    }

    #[test]
    fn what_is_being_typed_stays_as_it_is() {
        let news = put_above(&["one".into(), "two".into()]);
        let rows = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        let at_top = shown(rows(&["ada> hel", "", "", ""]), (0, 8), &news);
        assert_eq!(at_top, (rows(&["one", "two", "ada> hel", ""]), 2, 8));
        let at_end = shown(rows(&["a", "b", "c", "ada> hel"]), (3, 8), &news);
        assert_eq!(at_end, (rows(&["c", "one", "two", "ada> hel"]), 3, 8));
    }
}

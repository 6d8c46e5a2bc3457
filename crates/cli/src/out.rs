//! What the command says: to people, in colour where that is wanted, and to programs.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};

/// Who cannot be written to any more, as after `| head`, is not written to.
pub struct Out {
    colour: bool,
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
        Out { colour: wanted && std::io::stdout().is_terminal() }
    }

    /// What was asked for.
    pub fn line(&mut self, text: impl Display) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    pub fn json(&mut self, value: &serde_json::Value) {
        let _ = writeln!(std::io::stdout().lock(), "{value:#}");
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

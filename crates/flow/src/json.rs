//! JSON text: a reader that never fails and a printer that knows one form only.

mod print;
mod read;

pub(crate) use print::Printer;
pub use read::{PathStep, Position, locate};
pub(crate) use read::{Reader, Stop};

/// Is this text a number by JSON's grammar?
pub(crate) fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    number_length(bytes) == Some(bytes.len())
}

/// The length of the number that starts here.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    match bytes.get(at)? {
        b'0' => at += 1,
        b'1'..=b'9' => at += digits(at),
        _ => return None,
    }
    if bytes.get(at) == Some(&b'.') {
        match digits(at + 1) {
            0 => return None,
            n => at += 1 + n,
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        match digits((at + 1 + sign).min(bytes.len())) {
            0 => return None,
            n => at += 1 + sign + n,
        }
    }
    Some(at)
}

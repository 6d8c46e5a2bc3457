//! Results as one line, so that cases can be written down.

use compute::{Error, Kind};

pub fn said<T: ToString>(result: Result<T, Error>) -> String {
    match result {
        Ok(value) => value.to_string(),
        Err(error) => failure(&error),
    }
}

pub fn failure(error: &Error) -> String {
    let kind = match error.kind {
        Kind::Syntax => "syntax",
        Kind::Threw => "threw",
        Kind::OverLimit => "over",
        Kind::NotData => "not data",
    };
    match (error.line, error.column) {
        (Some(line), Some(column)) => format!("{kind} {line}:{column}: {error}"),
        _ => format!("{kind}: {error}"),
    }
}

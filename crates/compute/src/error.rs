/// What went wrong, in the terms of whoever wrote the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub kind: Kind,
    /// What is wrong and, where that is not plain, what to do.
    pub message: String,
    /// From 1, in the program's text, where the place is known.
    pub line: Option<u32>,
    pub column: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The program cannot be read.
    Syntax,
    /// The program ran and failed, by its own word or by a wrong step.
    Threw,
    /// The program was stopped at one of its limits.
    OverLimit,
    /// The result is something that JSON cannot say.
    NotData,
}

impl Error {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), line: None, column: None }
    }

    pub(crate) fn over(message: impl Into<String>) -> Error {
        Error::new(Kind::OverLimit, message)
    }
}

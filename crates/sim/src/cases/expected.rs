//! What a message of the bot is to be like.

use engine::event::FileKind;
use flow::Data;
use regex::Regex;
use smol_str::SmolStr;

use super::At;

/// What is expected of the next thing that the bot does in a chat. What is not named may be anything.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    pub how: How,
    /// The chat by name, where it is not the usual one.
    pub place: Option<SmolStr>,
    pub text: Vec<TextRule>,
    /// Labels, row by row; one row: in whatever rows.
    pub buttons: Option<Vec<Vec<SmolStr>>>,
    pub embed: Option<Data>,
    pub file: Option<(Option<FileKind>, Option<SmolStr>)>,
    pub poll: Option<Data>,
    pub reply_to: Option<SmolStr>,
    pub silent: Option<bool>,
    pub only: Option<bool>,
    pub form: Option<Data>,
    pub inline: Option<Vec<SmolStr>>,
    /// Where the one exact text stands in the file, to write another.
    pub written: Option<Written>,
}

/// Characters of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub from: usize,
    pub to: usize,
    /// It is all of the step, so a text of several lines can stand there as a block.
    pub whole: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    #[default]
    Says,
    Edits,
    Deletes,
    Reacts,
    Form,
    Inline,
    /// Whatever it is: to be written by `--update`.
    Open,
}

#[derive(Clone, Debug)]
pub enum TextRule {
    Is(SmolStr),
    Contains(SmolStr),
    Matches(Box<Regex>),
}

impl PartialEq for TextRule {
    fn eq(&self, other: &TextRule) -> bool {
        match (self, other) {
            (TextRule::Is(a), TextRule::Is(b)) | (TextRule::Contains(a), TextRule::Contains(b)) => a == b,
            (TextRule::Matches(a), TextRule::Matches(b)) => a.as_str() == b.as_str(),
            _ => false,
        }
    }
}

impl Expected {
    pub fn new(how: How) -> Expected {
        Expected {
            how,
            place: None,
            text: Vec::new(),
            buttons: None,
            embed: None,
            file: None,
            poll: None,
            reply_to: None,
            silent: None,
            only: None,
            form: None,
            inline: None,
            written: None,
        }
    }
}

impl TextRule {
    pub fn fits(&self, text: &str) -> bool {
        match self {
            TextRule::Is(is) => is.trim_end_matches('\n') == text.trim_end_matches('\n'),
            TextRule::Contains(part) => text.contains(part.as_str()),
            TextRule::Matches(pattern) => pattern.is_match(text),
        }
    }
}

/// Reads a pattern.
pub fn pattern(at: At, text: &str) -> Result<TextRule, super::Wrong> {
    let pattern = Regex::new(text);
    pattern.map(|pattern| TextRule::Matches(Box::new(pattern))).map_err(|error| {
        let short = error.to_string().lines().last().unwrap_or_default().to_string();
        super::Wrong::new(at, format!("This pattern cannot be read: {short}."))
    })
}

//! What is to be seen: messages as they stand now, and the lines of what happened, in order.

use engine::effect::{ButtonDoes, Embed, Form, Format, InlineResult, Keyboard, Media, Poll, Request};
use engine::event::{File, Location};
use engine::input::DeadLetter;
use engine::{Done, EffectError, Spot};
use flow::Time;
use serde::Serialize;
use smol_str::SmolStr;

/// A message in a chat.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    pub id: SmolStr,
    /// The chat, by its name.
    pub place: SmolStr,
    /// A person by name; nobody: the bot.
    pub by: Option<SmolStr>,
    pub at: Time,
    pub text: SmolStr,
    pub format: Format,
    pub files: Vec<File>,
    pub media: Vec<Media>,
    pub location: Option<Location>,
    pub phone: Option<SmolStr>,
    pub embed: Option<Embed>,
    pub keyboard: Keyboard,
    pub poll: Option<Poll>,
    pub reply_to: Option<SmolStr>,
    pub silent: bool,
    /// Seen by one person alone.
    pub only: Option<SmolStr>,
    pub edited: bool,
    pub deleted: bool,
    /// Who reacted, and how; nobody: the bot.
    pub reactions: Vec<(Option<SmolStr>, SmolStr)>,
    /// The node that sent it.
    pub from: Option<From>,
}

/// The place in a bot that something came from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct From {
    pub conversation: SmolStr,
    pub spot: Spot,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    pub at: Time,
    /// The number of the move that led to it.
    pub by_move: usize,
    pub what: Happened,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Happened {
    /// A move from outside; with the message that it brought.
    Moved { message: Option<SmolStr> },
    /// Nothing in the bot took it.
    Ignored,
    /// The bot asked for something.
    Did(Box<Did>),
    /// A run failed, and nothing took care of it.
    Died(Box<DeadLetter>),
}

/// An effect with what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Did {
    pub request: Request,
    pub conversation: SmolStr,
    /// The message that it brought, changed or took away.
    pub message: Option<SmolStr>,
    /// The text that stood there before, for what is changed or taken away.
    pub before: Option<SmolStr>,
    pub state: DidState,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DidState {
    /// Waits for an answer: nothing answers it by itself.
    Open,
    /// The answer is on its way.
    Later(Time),
    Done(Result<Done, EffectError>),
    /// Nobody waits for the answer any more.
    Dropped,
}

/// A form in front of the chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    pub place: SmolStr,
    pub form: Form,
}

/// The answers to an inline query that are shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Offered {
    pub query: SmolStr,
    pub results: Vec<InlineResult>,
}

/// A button as a person sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pressable {
    pub label: SmolStr,
    pub press: Press,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Press {
    Data(SmolStr),
    Url(SmolStr),
    /// It writes its label.
    Writes,
    Phone,
    Location,
}

impl Message {
    /// Its buttons, row by row.
    pub fn rows(&self) -> Vec<Vec<Pressable>> {
        match &self.keyboard {
            Keyboard::None | Keyboard::Remove => Vec::new(),
            Keyboard::Inline(rows) => rows
                .iter()
                .map(|row| {
                    row.iter()
                        .map(|button| Pressable {
                            label: button.label.clone(),
                            press: match &button.does {
                                ButtonDoes::Data(data) => Press::Data(data.clone()),
                                ButtonDoes::Url(url) => Press::Url(url.clone()),
                            },
                        })
                        .collect()
                })
                .collect(),
            Keyboard::Reply { rows, .. } => rows
                .iter()
                .map(|row| {
                    row.iter()
                        .map(|button| Pressable {
                            label: button.label.clone(),
                            press: match button.asks {
                                None => Press::Writes,
                                Some(engine::effect::Asks::Phone) => Press::Phone,
                                Some(engine::effect::Asks::Location) => Press::Location,
                            },
                        })
                        .collect()
                })
                .collect(),
        }
    }

    pub fn buttons(&self) -> Vec<Pressable> {
        self.rows().into_iter().flatten().collect()
    }
}

//! What goes wrong between us and a network, before it becomes a sentence for a maker or an error of an effect.

use std::time::Duration;

use engine::{EffectError, ErrorKind};
use flow::Data;
use thiserror::Error;

/// Why a channel cannot listen, or be set up. Each is one plain sentence.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ChannelError {
    #[error("{0} does not know this token. Copy it again from where the bot was made.")]
    Unauthorized(&'static str),
    /// A webhook gets the bot's updates.
    #[error("A webhook gets this bot's updates; delete it, or serve the bot there.")]
    Webhook,
    /// Somebody else listens in the bot's place.
    #[error("{0}")]
    Conflict(String),
    #[error("{network} asks to wait for {} s before the next call.", after.as_secs_f32().ceil())]
    RateLimited { network: &'static str, after: Duration },
    #[error("{network} cannot be reached: {why}.")]
    Network { network: &'static str, why: String },
    /// It is down for the moment, or something in between is.
    #[error("{network} does not work for the moment: {why}.")]
    Unavailable { network: &'static str, why: String },
    #[error("{network} refused: {why}")]
    Refused { network: &'static str, why: String },
    #[error("{network} answered what cannot be understood: {why}.")]
    Invalid { network: &'static str, why: String },
}

impl ChannelError {
    /// Does somebody else hear what is meant for the bot?
    pub fn is_taken(&self) -> bool {
        matches!(self, ChannelError::Webhook | ChannelError::Conflict(_))
    }

    /// May the same go well a moment later?
    pub fn passes(&self) -> bool {
        matches!(
            self,
            ChannelError::RateLimited { .. }
                | ChannelError::Network { .. }
                | ChannelError::Unavailable { .. }
        )
    }
}

/// Sends a request and reads the whole answer, whatever it says.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), Failed> {
    let response = request.send().await.map_err(Failed::of)?;
    let status = response.status().as_u16();
    let body = response.bytes().await.map_err(Failed::of)?;
    Ok((status, body.into()))
}

/// How a call to a network failed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failed {
    /// It never left: no name, no route, no connection.
    Unsent(String),
    /// It left, and no whole answer came.
    Cut(String),
    /// It left, and no answer came in time.
    Late,
    /// The network, or something in front of it, is broken.
    Broken { status: u16, why: String },
    /// The answer says that it went well, but cannot be read.
    Unread(String),
    /// The network understood and said no.
    Refused(Refusal),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Refusal {
    pub status: u16,
    /// The network's own number.
    pub code: i64,
    pub words: String,
    pub retry_after: Option<Duration>,
}

impl Failed {
    /// Of the client that both networks are called with.
    pub fn of(error: reqwest::Error) -> Failed {
        // An address may hold the token.
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
            Failed::Unsent(reason(&error))
        } else if error.is_timeout() {
            Failed::Late
        } else {
            Failed::Cut(reason(&error))
        }
    }

    /// To a bot. What can be done twice without harm is never in doubt: it may be tried again.
    pub fn effect(self, network: &'static str, is_repeatable: bool) -> EffectError {
        let doubt = |otherwise| if is_repeatable { otherwise } else { ErrorKind::InDoubt };
        let error = |kind, words: String| EffectError::new(kind, words);
        match self {
            Failed::Unsent(why) => {
                error(ErrorKind::Network, format!("{network} could not be reached: {why}."))
            }
            Failed::Cut(why) => error(
                doubt(ErrorKind::Network),
                format!("The connection to {network} broke before the answer: {why}."),
            ),
            Failed::Late => error(doubt(ErrorKind::Timeout), format!("{network} did not answer in time.")),
            // It was turned away at the door.
            Failed::Broken { status: 503, why } => error(ErrorKind::Unavailable, why),
            Failed::Broken { why, .. } => error(doubt(ErrorKind::Unavailable), why),
            Failed::Unread(why) => error(
                doubt(ErrorKind::Invalid),
                format!("The answer of {network} cannot be understood: {why}."),
            ),
            Failed::Refused(refusal) => refusal.effect(),
        }
    }

    pub fn channel(self, network: &'static str) -> ChannelError {
        match self {
            Failed::Unsent(why) | Failed::Cut(why) => ChannelError::Network { network, why },
            Failed::Late => ChannelError::Network { network, why: "no answer came in time".into() },
            Failed::Broken { why, .. } => ChannelError::Unavailable { network, why },
            Failed::Unread(why) => ChannelError::Invalid { network, why },
            Failed::Refused(refusal) => match refusal {
                Refusal { status: 401, .. } => ChannelError::Unauthorized(network),
                Refusal { retry_after: Some(after), .. } => ChannelError::RateLimited { network, after },
                Refusal { words, .. } => ChannelError::Refused { network, why: words },
            },
        }
    }
}

impl Refusal {
    fn effect(self) -> EffectError {
        let kind = match self.status {
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::RateLimited,
            _ => ErrorKind::Refused,
        };
        EffectError {
            retry_after: self.retry_after.map(|after| i64::try_from(after.as_millis()).unwrap_or(i64::MAX)),
            detail: Data::object([("status", Data::Int(self.status.into())), ("code", Data::Int(self.code))]),
            ..EffectError::new(kind, self.words)
        }
    }
}

/// The innermost reason, which is the plainest.
fn reason(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

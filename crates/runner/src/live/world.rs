//! The whole world of a living bot: each effect goes to the network it belongs to, or to whoever performs the rest.

use std::sync::Arc;
use std::time::Duration;

use channels::Files;
use engine::effect::Origin;
use engine::input::DeadLetter;
use engine::{Done, Effect, EffectError, ErrorKind, Event, Key, Request, What};
use smol_str::SmolStr;

use super::Networks;
use super::board::{Board, Network, News};
use super::calls::Calls;
use crate::{Performing, World};

pub(crate) struct Joined {
    pub bot: String,
    pub networks: Arc<Networks>,
    pub files: Arc<dyn Files>,
    pub rest: Arc<dyn World>,
    pub calls: Arc<Calls>,
    pub board: Arc<Board>,
}

/// What a network did not do for the moment (too many calls, no connection, down) is tried again for so long.
const PATIENCE: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_millis(500);

impl World for Joined {
    fn perform(&self, request: Request) -> Performing<'_> {
        Box::pin(async move {
            let (name, key) = (request.effect.name(), request.key);
            let began = std::time::Instant::now();
            let result = self.performed(request).await;
            self.board.performed(name, &result);
            let took = began.elapsed().as_millis();
            match &result {
                Ok(_) => tracing::debug!(bot = self.bot, %key, effect = name, took, "performed"),
                Err(error) => {
                    tracing::info!(bot = self.bot, %key, effect = name, took, code = error.kind.as_str(), "not performed")
                }
            }
            result
        })
    }

    fn died(&self, letter: &DeadLetter) {
        self.calls.died(&letter.event);
        self.board.tell(News::Died(Box::new(letter.clone())));
    }
}

impl Joined {
    async fn performed(&self, request: Request) -> Result<Done, EffectError> {
        match &request.effect {
            Effect::Http(_) | Effect::Query(_) | Effect::Email(_) | Effect::Prompt(_) | Effect::Sign(_) => {
                self.rest.perform(request).await
            }
            Effect::Reply { status, headers, body } => {
                self.calls.answer(&request.origin, *status, headers, body)
            }
            Effect::Log { level, text } => {
                // What a bot says about itself may be about people.
                tracing::debug!(bot = self.bot, ?level, %text, "log");
                self.board.tell(News::Log { level: *level, text: text.to_string() });
                Ok(Done::Done)
            }
            Effect::HandOver { note, team } => {
                tracing::info!(bot = self.bot, key = %request.key, "a human is asked for");
                self.board.tell(News::HandOver { team: team.to_string(), note: note.to_string() });
                Ok(Done::Done)
            }
            _ => self.chat(&request).await,
        }
    }

    async fn chat(&self, request: &Request) -> Result<Done, EffectError> {
        let Networks { telegram, discord } = &*self.networks;
        let network = network(request).or(match (telegram, discord) {
            (Some(_), None) => Some(Network::Telegram),
            (None, Some(_)) => Some(Network::Discord),
            _ => None,
        });
        let mut pause = FIRST_PAUSE;
        let mut left = PATIENCE;
        loop {
            let result = match (network, telegram, discord) {
                (Some(Network::Telegram), Some(telegram), _) => telegram.perform(request, &*self.files).await,
                (Some(Network::Discord), _, Some(discord)) => discord.perform(request, &*self.files).await,
                (Some(network), ..) => {
                    let why = format!("The bot is not on {network} at the moment.");
                    Err(EffectError::new(ErrorKind::NotFound, why))
                }
                (None, ..) => {
                    Err(EffectError::new(ErrorKind::NotFound, "No chat is named, and the run is in none."))
                }
            };
            let rest = match &result {
                Err(error) if error.kind.passes() => {
                    let asked = error.retry_after.map_or(0, |after| after.max(0).cast_unsigned());
                    pause.max(Duration::from_millis(asked))
                }
                _ => return result,
            };
            // Longer than that a run should not be kept in the dark: what then, its node says.
            let Some(after) = left.checked_sub(rest) else { return result };
            tokio::time::sleep(rest).await;
            (left, pause) = (after, pause * 2);
        }
    }
}

/// Which network an effect belongs to: the one of the chat that it names, else the run's.
fn network(request: &Request) -> Option<Network> {
    let named = match &request.effect {
        Effect::Send(send) => send.to.as_ref(),
        Effect::Edit(edit) => Some(&edit.message),
        Effect::Delete { message } | Effect::React { message, .. } => Some(message),
        _ => None,
    };
    let by_chat =
        named.and_then(|named| of_chat(named.rsplit_once(':').map_or(named.as_str(), |(chat, _)| chat)));
    let origin = &request.origin;
    // A message's number alone is one of the run's chat.
    let is_number =
        named.is_some_and(|named| !named.contains(':')) && !matches!(request.effect, Effect::Send(_));
    match origin.channel.as_str() {
        "telegram" if by_chat.is_none() || is_number => Some(Network::Telegram),
        "discord" if by_chat.is_none() || is_number => Some(Network::Discord),
        _ => by_chat,
    }
}

/// Discord's numbers have 17 digits and more, Telegram's are below 2^52 and so have 16 at most.
fn of_chat(chat: &str) -> Option<Network> {
    let digits = chat.strip_prefix('-').unwrap_or(chat);
    if chat.starts_with('@') {
        return Some(Network::Telegram);
    }
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(if digits.len() >= 17 { Network::Discord } else { Network::Telegram })
}

/// The answer to a press that no conversation takes.
pub(crate) fn confirmation(event: &Event) -> Option<Request> {
    let What::Button(_) = &event.what else { return None };
    Some(Request {
        key: Key::default(),
        flow: SmolStr::default(),
        node: SmolStr::default(),
        attempt: 1,
        effect: Effect::Confirm { text: SmolStr::default(), alert: false },
        origin: Origin::of(event),
    })
}

/// A confirmation that comes late is of no use to anybody.
const SOON: Duration = Duration::from_secs(10);

pub(crate) async fn confirm(networks: &Networks, press: &Request) -> Result<Done, EffectError> {
    let confirming = async {
        match (press.origin.channel.as_str(), &networks.telegram, &networks.discord) {
            ("telegram", Some(telegram), _) => telegram.perform(press, &NoFiles).await,
            ("discord", _, Some(discord)) => discord.perform(press, &NoFiles).await,
            _ => Ok(Done::Done),
        }
    };
    let late = || EffectError::new(ErrorKind::Timeout, "no answer came in time");
    tokio::time::timeout(SOON, confirming).await.unwrap_or_else(|_| Err(late()))
}

/// A confirmation carries no files.
struct NoFiles;

impl Files for NoFiles {
    fn asset(&self, _: &str) -> Result<Vec<u8>, EffectError> {
        Err(EffectError::new(ErrorKind::NotFound, "there are no files here"))
    }

    fn fetch<'a>(&'a self, _: &'a str) -> channels::Fetching<'a> {
        Box::pin(async { Err(EffectError::new(ErrorKind::NotFound, "there are no files here")) })
    }
}

#[test]
fn a_chat_tells_its_network() {
    let cases = [
        ("424242", Some(Network::Telegram)),
        ("-1001234567890", Some(Network::Telegram)),
        ("@news", Some(Network::Telegram)),
        ("4503599627370495", Some(Network::Telegram)),
        ("41771983423143937", Some(Network::Discord)),
        ("1234567890123456789", Some(Network::Discord)),
        ("someone", None),
        ("", None),
    ];
    for (chat, expected) in cases {
        assert_eq!(of_chat(chat), expected, "{chat}");
    }
}

//! Telegram: teloxide's types and payloads over a client of our own, which waits for nothing and tells what is in doubt.
//!
//! teloxide's own client sleeps for ten seconds when Telegram is broken and forgets whether a request had left.

mod call;
mod hear;
mod keyboards;
mod media;
mod perform;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use engine::EffectError;
use reqwest::{Client, Url};
use serde_json::Value;
use smol_str::SmolStr;
use teloxide::payloads::{
    DeleteWebhook, GetFile, GetMe, GetUpdates, GetUpdatesSetters, SetMyCommands, SetWebhook,
    SetWebhookSetters,
};
use teloxide::types::{AllowedUpdate, BotCommand, FileId, InlineKeyboardMarkup};

use crate::commands::CommandSpec;
use crate::error::{ChannelError, Failed, Refusal};
use crate::{Heard, MessageId};

const NETWORK: &str = "Telegram";
const API: &str = "https://api.telegram.org";
/// What a call may take besides what it is asked to wait.
const PATIENCE: Duration = Duration::from_secs(30);

const IDLE: Duration = Duration::from_secs(20);

/// The header in which Telegram repeats the secret of [`Telegram::set_webhook`].
pub const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

/// The kinds of updates that become events.
const HEARS: [AllowedUpdate; 6] = [
    AllowedUpdate::Message,
    AllowedUpdate::ChannelPost,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MessageReaction,
    AllowedUpdate::ChatMember,
    AllowedUpdate::InlineQuery,
];

/// A bot's account on Telegram.
pub struct Telegram {
    client: Client,
    /// Up to and with the token.
    base: String,
    files: String,
    pub id: u64,
    pub username: SmolStr,
    keyboards: Mutex<Keyboards>,
}

/// What one update comes to: often one event, sometimes none or several.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The offset that confirms it, and all before it.
    pub next: i64,
    pub heard: Vec<Heard>,
    /// It was of a kind, or a form, that is not known here: what it was.
    pub unknown: Option<Value>,
}

impl Telegram {
    /// Asks Telegram whose token this is.
    pub async fn connect(token: &str, api_url: Option<&Url>) -> Result<Telegram, ChannelError> {
        let api = api_url.map_or(API, Url::as_str).trim_end_matches('/');
        let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '-');
        if token.is_empty() || !token.chars().all(is_token) {
            return Err(ChannelError::Unauthorized(NETWORK));
        }
        // A connection that was left alone for long may be closed under a request, which would then be in doubt.
        let client =
            Client::builder().connect_timeout(Duration::from_secs(10)).pool_idle_timeout(IDLE).build();
        let client = client.map_err(|error| Failed::of(error).channel(NETWORK))?;
        let mut it = Telegram {
            client,
            base: format!("{api}/bot{token}"),
            files: format!("{api}/file/bot{token}"),
            id: 0,
            username: SmolStr::default(),
            keyboards: Mutex::default(),
        };
        let me = it.call(&GetMe::new(), PATIENCE).await.map_err(|failed| failed.channel(NETWORK))?;
        it.id = me["id"].as_u64().unwrap_or_default();
        it.username = me["username"].as_str().unwrap_or_default().into();
        Ok(it)
    }

    /// One long poll for updates from `offset` on; whoever asks with the next offset confirms them, so commit first.
    pub async fn poll(&self, offset: i64, wait: Duration) -> Result<Vec<Update>, ChannelError> {
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(50).min(50);
        let mut payload = GetUpdates::new().timeout(seconds).allowed_updates(HEARS);
        // Telegram gives out numbers of 31 bits.
        payload.offset = i32::try_from(offset).ok().filter(|offset| *offset != 0);
        let answer = self.call(&payload, PATIENCE + wait).await;
        let answer = answer.map_err(|failed| match failed {
            Failed::Refused(Refusal { status: 409, words, .. }) => taken(&words),
            failed => failed.channel(NETWORK),
        })?;
        match answer {
            Value::Array(updates) => {
                Ok(updates.iter().filter_map(|update| self.hear(&update.to_string())).collect())
            }
            _ => Err(Failed::Unread("updates are not a list".into()).channel(NETWORK)),
        }
    }

    /// The same for what Telegram posts to a webhook; nothing where that is no update at all.
    pub fn read(&self, body: &[u8]) -> Option<Update> {
        self.hear(std::str::from_utf8(body).ok()?)
    }

    /// From now on updates are posted there, with the secret in [`SECRET_HEADER`].
    pub async fn set_webhook(&self, url: &Url, secret: &str) -> Result<(), ChannelError> {
        let payload = SetWebhook::new(url.clone()).secret_token(secret).allowed_updates(HEARS);
        self.set(&payload).await
    }

    /// From now on updates are polled for; those that wait are kept.
    pub async fn delete_webhook(&self) -> Result<(), ChannelError> {
        self.set(&DeleteWebhook::new()).await
    }

    /// The commands that Telegram offers while somebody types; what it has no such names for is left out.
    pub async fn set_commands(&self, commands: &[CommandSpec]) -> Result<(), ChannelError> {
        let fits =
            |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let shown = commands.iter().filter(|one| !one.is_slash && one.name.len() <= 32 && fits(&one.name));
        let shown = shown.map(|one| BotCommand::new(one.name.as_str(), one.description.as_str()));
        self.set(&SetMyCommands::new(shown)).await
    }

    /// A file that somebody sent, by its id.
    pub async fn download(&self, file: &str) -> Result<Vec<u8>, EffectError> {
        let getting = async {
            let known = self.call(&GetFile::new(FileId(file.into())), PATIENCE).await?;
            let path = known["file_path"].as_str().ok_or_else(|| Failed::Unread("no path".into()))?;
            self.fetch(path).await
        };
        getting.await.map_err(|failed| failed.effect(NETWORK, true))
    }

    async fn set<P: call::Payload>(&self, payload: &P) -> Result<(), ChannelError> {
        self.call(payload, PATIENCE).await.map(drop).map_err(|failed| failed.channel(NETWORK))
    }
}

/// Why somebody else hears the updates.
fn taken(words: &str) -> ChannelError {
    if words.contains("webhook") {
        return ChannelError::Webhook;
    }
    ChannelError::Conflict("Another program listens with this bot's token; only one can.".into())
}

impl fmt::Debug for Telegram {
    /// The token is nobody's to see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// The buttons of the latest messages. An edit of the text alone would take them away, and Telegram tells nobody what stands at a
/// message; what was forgotten comes back with the next press.
#[derive(Default)]
struct Keyboards(VecDeque<(MessageId, InlineKeyboardMarkup)>);

const MOST_KEYBOARDS: usize = 2_000;

impl Keyboards {
    fn keep(&mut self, message: MessageId, keyboard: Option<InlineKeyboardMarkup>) {
        self.0.retain(|(known, _)| *known != message);
        if let Some(keyboard) = keyboard.filter(|keyboard| !keyboard.inline_keyboard.is_empty()) {
            self.0.push_back((message, keyboard));
        }
        if self.0.len() > MOST_KEYBOARDS {
            self.0.pop_front();
        }
    }

    fn at(&self, message: &MessageId) -> Option<InlineKeyboardMarkup> {
        let found = self.0.iter().rev().find(|(known, _)| known == message)?;
        Some(found.1.clone())
    }
}

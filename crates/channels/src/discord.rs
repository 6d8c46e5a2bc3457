//! Discord: serenity's builders for what is written and its check of signatures; calls, the gateway and what is heard by hand.
//!
//! serenity's client loses `retry_after`, passes over events that it cannot read, and keeps its place on the gateway to itself, which a
//! host has to commit with what it heard.

mod answers;
mod body;
mod call;
mod gateway;
mod hear;
mod perform;

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::{Client, Method, Url};
use serde_json::Value;
use serenity::interactions_endpoint::Verifier;
use smol_str::SmolStr;

use crate::commands::CommandSpec;
use crate::error::{ChannelError, Failed};
pub use gateway::{Listener, Place, Told};
pub use hear::Posted;

const NETWORK: &str = "Discord";
const API: &str = "https://discord.com";

/// A bot's account on Discord. Clones are the same.
#[derive(Clone)]
pub struct Discord(Arc<Account>);

pub struct Account {
    client: Client,
    api: String,
    token: String,
    /// The bot as a person.
    pub id: SmolStr,
    pub username: SmolStr,
    pub application: SmolStr,
    verifier: Option<Verifier>,
    answers: answers::Answers,
    private: answers::Private,
    known: Mutex<Known>,
}

/// What Discord told of guilds and their channels; it can be asked again.
#[derive(Debug, Default)]
struct Known {
    channels: HashMap<SmolStr, Channel>,
    /// Of a guild, the channel that greets newcomers, if that is known.
    greets: HashMap<SmolStr, Option<SmolStr>>,
}

#[derive(Clone, Debug, Default)]
struct Channel {
    guild: Option<SmolStr>,
    name: Option<SmolStr>,
}

impl Discord {
    /// Asks Discord whose token this is. `api_url` stands in the place of `https://discord.com`.
    pub async fn connect(token: &str, api_url: Option<&Url>) -> Result<Discord, ChannelError> {
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
            return Err(ChannelError::Unauthorized(NETWORK));
        }
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .pool_idle_timeout(Duration::from_secs(20))
            .user_agent("DiscordBot (https://github.com/nexus-bots/nexus-bots, 0.1)");
        let client = client.build().map_err(|error| Failed::of(error).channel(NETWORK))?;
        let mut it = Account {
            client,
            api: format!("{}/api/v10", api_url.map_or(API, Url::as_str).trim_end_matches('/')),
            token: token.into(),
            id: SmolStr::default(),
            username: SmolStr::default(),
            application: SmolStr::default(),
            verifier: None,
            answers: answers::Answers::default(),
            private: answers::Private::default(),
            known: Mutex::default(),
        };
        let me = it.get("/users/@me").await.map_err(|failed| failed.channel(NETWORK))?;
        let application = it.get("/applications/@me").await.map_err(|failed| failed.channel(NETWORK))?;
        let word = |value: &Value, name: &str| SmolStr::from(value[name].as_str().unwrap_or_default());
        (it.id, it.username, it.application) =
            (word(&me, "id"), word(&me, "username"), word(&application, "id"));
        it.verifier = verifier(&word(&application, "verify_key"));
        Ok(Discord(Arc::new(it)))
    }

    /// Hears what happens, from where a host left off.
    pub fn listen(&self, from: Option<Place>) -> Listener {
        Listener::start(self.clone(), from)
    }

    /// Puts these commands in the place of those that Discord offers while somebody types. Of a name that is twice, the slash command counts.
    pub async fn set_commands(&self, commands: &[CommandSpec]) -> Result<(), ChannelError> {
        let mut shown: Vec<&CommandSpec> = Vec::new();
        for command in commands {
            shown.retain(|known| known.name != command.name);
            shown.push(command);
        }
        let shown: Vec<_> = shown.into_iter().map(body::command).collect();
        let path = format!("/applications/{}/commands", self.application);
        let done = self.call(Method::PUT, &path, &serde_json::json!(shown), Vec::new()).await;
        done.map(drop).map_err(|failed| failed.channel(NETWORK))
    }

    /// Did Discord sign what was posted? By the headers `X-Signature-Ed25519` and `X-Signature-Timestamp`.
    pub fn is_signed(&self, signature: &str, timestamp: &str, body: &[u8]) -> bool {
        self.verifier.as_ref().is_some_and(|key| key.verify(signature, timestamp, body).is_ok())
    }
}

impl Account {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Discord {
    type Target = Account;
    fn deref(&self) -> &Account {
        &self.0
    }
}

impl fmt::Debug for Discord {
    /// The token is nobody's to see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discord")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

fn verifier(key: &str) -> Option<Verifier> {
    let mut bytes = [0; 32];
    if key.len() != 64 || !key.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&key[at * 2..][..2], 16).ok()?;
    }
    Verifier::try_new(bytes).ok()
}

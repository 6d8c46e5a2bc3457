//! From a bot's files to a bot that lives: compiled, connected, and set going. What keeps it from that is one plain sentence.

mod rest;

use std::sync::Arc;
use std::time::Duration;

use channels::{ChannelError, Discord, Telegram};
use engine::{EffectError, ErrorKind};
use flow::{Bot as Document, Problem, Severity};
use store::{Store, StoreError};
use url::Url;

use crate::Bot;
use crate::live::{Live, Network, Setup};
pub use outside::{Assets, Reach};
use rest::Rest;

/// A secret's value, by its name.
pub type Secrets = Arc<dyn Fn(&str) -> Result<Option<String>, String> + Send + Sync>;

/// A bot that is to live.
pub struct Plan {
    /// Its name in the store.
    pub id: String,
    pub document: Arc<Document>,
    pub secrets: Secrets,
    pub assets: Assets,
    /// Which addresses the bot may reach.
    pub reach: Reach,
    pub addresses: Addresses,
    pub telegram: Hearing,
    /// Where chance comes from, for conversations that begin.
    pub seed: u64,
}

/// Where the networks are; nowhere means where they are for everybody.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    pub telegram: Option<Url>,
    pub discord: Option<Url>,
}

/// A server that is named where it makes no sense.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{variable} is no address: {text}")]
pub struct BadAddress {
    variable: &'static str,
    text: String,
}

impl Addresses {
    /// `NEXUS_TELEGRAM_API` and `NEXUS_DISCORD_API` name servers that stand in the place of the public ones.
    pub fn from_env() -> Result<Addresses, BadAddress> {
        let named = |variable: &'static str| match std::env::var(variable) {
            Ok(text) if !text.is_empty() => match Url::parse(&text).ok().filter(|url| url.has_host()) {
                Some(url) => Ok(Some(url)),
                None => Err(BadAddress { variable, text }),
            },
            _ => Ok(None),
        };
        Ok(Addresses { telegram: named("NEXUS_TELEGRAM_API")?, discord: named("NEXUS_DISCORD_API")? })
    }
}

/// How Telegram's updates come.
#[derive(Clone, Debug)]
pub enum Hearing {
    /// We ask for them. With `take_over`, a webhook that gets them is taken away first.
    Polls { take_over: bool },
    /// They are posted to an address of ours, with a word that only Telegram knows.
    Posts { url: Url, word: String },
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum HostError {
    /// The bot itself is not fit to run.
    #[error("the bot has {} that must be put right first: {}", count(.0.len()), first(.0))]
    Broken(Vec<Problem>),
    #[error("the bot is on {network}, and there is no secret `{secret}` with its token")]
    NoToken { network: Network, secret: String },
    #[error("{0}")]
    Vault(String),
    #[error(transparent)]
    Channel(#[from] ChannelError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn count(count: usize) -> String {
    if count == 1 { "a mistake".into() } else { format!("{count} mistakes") }
}

/// Where and what the first one is.
fn first(problems: &[Problem]) -> String {
    let Some(Problem { at, message, .. }) = problems.first() else { return String::new() };
    let node = at.node.as_ref().map_or_else(String::new, |node| format!(" at {node}"));
    format!("{}{node}: {message}", at.file)
}

/// The name of the secret that holds a network's token.
pub fn token_name(network: Network) -> String {
    format!("{}_token", network.as_str())
}

/// What is said of a file that the bot does not have.
pub fn no_file(path: &str) -> EffectError {
    EffectError::new(ErrorKind::NotFound, format!("The bot has no file `{path}`."))
}

/// The networks that a bot is made for, and that it can live on here.
pub fn networks(document: &Document) -> impl Iterator<Item = Network> {
    let on = |network: &Network| document.manifest.channels().any(|channel| channel == network.as_str());
    [Network::Telegram, Network::Discord].into_iter().filter(on)
}

/// Does nothing in the bot keep it from running? The bot, compiled.
pub fn compiled(id: &str, document: &Document, seed: u64) -> Result<Bot, HostError> {
    let problems = flow::check::check(document, &engine::kinds());
    let errors: Vec<Problem> =
        problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    if !errors.is_empty() {
        return Err(HostError::Broken(errors));
    }
    let (bot, problems) = Bot::new(id, document, seed);
    let errors: Vec<Problem> =
        problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(bot) } else { Err(HostError::Broken(errors)) }
}

/// Connects the bot to those of its networks that there is a token for, and lets it live.
pub async fn raise(plan: Plan, store: &Store) -> Result<Live, HostError> {
    let bot = compiled(&plan.id, &plan.document, plan.seed)?;
    let (mut telegram, mut discord) = (None, None);
    let mut missing = None;
    for network in networks(&plan.document) {
        let secret = token_name(network);
        let Some(token) = (plan.secrets)(&secret).map_err(HostError::Vault)? else {
            tracing::warn!(bot = plan.id, %network, secret, "there is no token; the bot is not there");
            missing.get_or_insert(HostError::NoToken { network, secret });
            continue;
        };
        match network {
            Network::Telegram => {
                telegram = Some(Telegram::connect(&token, plan.addresses.telegram.as_ref()).await?)
            }
            Network::Discord => {
                discord = Some(Discord::connect(&token, plan.addresses.discord.as_ref()).await?)
            }
        }
    }
    if let (None, None, Some(missing)) = (&telegram, &discord, missing) {
        return Err(missing);
    }
    if let Some(telegram) = &telegram {
        match &plan.telegram {
            Hearing::Polls { take_over } => {
                if *take_over {
                    telegram.delete_webhook().await?;
                }
                // Does somebody else hear the updates? This question takes none of them away. Other trouble passes while it lives.
                if let Err(error) = telegram.poll(0, Duration::ZERO).await
                    && error.is_taken()
                {
                    return Err(error.into());
                }
            }
            Hearing::Posts { url, word } => telegram.set_webhook(url, word).await?,
        }
    }
    let rest = Arc::new(Rest::of(&plan));
    let setup = Setup {
        bot,
        document: plan.document,
        telegram,
        discord,
        telegram_posts: matches!(plan.telegram, Hearing::Posts { .. }),
        files: rest.clone(),
        rest,
    };
    Ok(Live::start(setup, store.clone()).await?)
}

impl HostError {
    /// May the same go well a moment later?
    pub fn passes(&self) -> bool {
        match self {
            HostError::Channel(error) => error.passes() || error.is_taken(),
            HostError::Store(error) => {
                !matches!(error, StoreError::Newer { .. } | StoreError::Damaged { .. })
            }
            HostError::Broken(_) | HostError::NoToken { .. } | HostError::Vault(_) => false,
        }
    }
}

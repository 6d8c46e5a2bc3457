//! Performs what bots ask of the rest of the world: HTTP, e-mail, language models, signatures; guards which addresses may be reached.
//!
//! The way in is [`Outside`]: [`Outside::perform`] takes one effect as the engine asks for it and gives what came of it, once. It keeps
//! nothing but connections and, per host, how it did lately. It knows no chat, no database and no store, tries nothing twice, and knows a
//! secret only for as long as an effect needs it: no error, no answer and no line of a log has one.

mod breaker;
mod data_url;
mod email;
mod filling;
mod http;
mod line;
mod prompt;
mod reach;
mod retry_after;
mod trouble;
mod veil;

use std::sync::Arc;
use std::time::Duration;

use engine::{Done, Effect, EffectError, ErrorKind};
use tokio::time::Instant;

use filling::Filling;
use line::Line;

pub use reach::{NoPlace, Reach};

/// A secret's value by its name.
pub type Secrets = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A file of the bot's folder.
pub type Assets = Arc<dyn Fn(&str) -> Result<Vec<u8>, EffectError> + Send + Sync>;

/// How long and how much.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For one effect, whatever it takes: redirects, pages, one model after the other.
    pub patience: Duration,
    /// To find a host, to reach it and to agree on how to speak.
    pub connecting: Duration,
    /// Of an answer, with all its pages.
    pub most_bytes: usize,
    /// Of a file that has to travel in the bot's own state, since no address alone leads to it.
    pub most_carried: usize,
    /// A host that failed so often in a row is left alone.
    pub failures: u32,
    /// For so long, before it is tried once more.
    pub rest: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            patience: Duration::from_secs(60),
            connecting: Duration::from_secs(10),
            most_bytes: 8 << 20,
            most_carried: 512 << 10,
            failures: 5,
            rest: Duration::from_secs(30),
        }
    }
}

/// The rest of the world, as one bot may see it.
pub struct Outside {
    line: Line,
    secrets: Secrets,
    assets: Assets,
}

impl Outside {
    pub fn new(reach: Reach, secrets: Secrets, assets: Assets, limits: Limits) -> Outside {
        Outside { line: Line::new(reach, limits), secrets, assets }
    }

    pub async fn perform(&self, request: &engine::Request) -> Result<Done, EffectError> {
        let until = self.until();
        let mut filling = Filling::new(&self.secrets);
        let result = match &request.effect {
            Effect::Http(http) => {
                http::perform(&self.line, &mut filling, &self.assets, http, request.key, until).await
            }
            Effect::Email(email) => {
                email::perform(&self.line, &mut filling, &self.assets, email, request.key, until).await
            }
            Effect::Prompt(prompt) => prompt::perform(&self.line, &mut filling, prompt, until).await,
            Effect::Sign(sign) => filling.fill(&sign.key).map(|key| {
                let text = sign.text.as_bytes();
                let value = engine::digest::sign(sign.algorithm, sign.spelling, key.as_bytes(), text);
                Done::Value { value: value.into() }
            }),
            other => {
                let words = format!("`{}` is nothing that can be done by web, mail or model.", other.name());
                Err(EffectError::new(ErrorKind::Refused, words))
            }
        };
        filling.veiled(result)
    }

    /// A file at an address.
    pub async fn fetch(&self, url: &str) -> Result<Vec<u8>, EffectError> {
        match data_url::read(url) {
            Some(bytes) => bytes,
            None => http::fetch(&self.line, url, self.until()).await,
        }
    }

    fn until(&self) -> Instant {
        Instant::now() + self.line.limits.patience
    }
}

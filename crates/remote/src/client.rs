//! Asks a runner.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::{
    Bot, Checked, Code, Dead, Hello, LogLine, Refusal, Secret, SecretValue, Switch, Token, TokenAsked,
    Version,
};

/// Where a runner is, and the token it is asked with.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: String,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum RemoteError {
    #[error("`{0}` is no address of a runner; write it as https://bots.example.com")]
    BadAddress(String),
    #[error("{address} cannot be reached: {why}")]
    Network { address: String, why: String },
    /// Whoever answered is no runner.
    #[error("{address} answered, but not as a runner does ({why})")]
    NotARunner { address: String, why: String },
    #[error("{}", .0.message)]
    Refused(Refusal),
}

const PATIENCE: Duration = Duration::from_secs(60);

impl Client {
    pub fn new(address: &str, token: &str) -> Result<Client, RemoteError> {
        let bad = || RemoteError::BadAddress(address.into());
        let mut base = Url::parse(address).map_err(|_| bad())?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(bad());
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let http =
            reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).timeout(PATIENCE).build();
        let http =
            http.map_err(|error| RemoteError::Network { address: address.into(), why: reason(&error) })?;
        Ok(Client { http, base, token: token.into() })
    }

    pub fn address(&self) -> &Url {
        &self.base
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    pub async fn hello(&self) -> Result<Hello, RemoteError> {
        self.ask(Method::GET, &[], None::<&()>).await
    }

    pub async fn bots(&self) -> Result<Vec<Bot>, RemoteError> {
        self.ask(Method::GET, &["bots"], None::<&()>).await
    }

    pub async fn bot(&self, bot: &str) -> Result<Bot, RemoteError> {
        self.ask(Method::GET, &["bots", bot], None::<&()>).await
    }

    /// What would happen if this bundle were published.
    pub async fn check(&self, bot: &str, bundle: Vec<u8>) -> Result<Checked, RemoteError> {
        let request = self.request(Method::POST, &["bots", bot, "check"])?.body(bundle);
        self.answer(request).await
    }

    /// Uploads a version. It does not run before [`Client::switch`].
    pub async fn upload(&self, bot: &str, bundle: Vec<u8>) -> Result<Version, RemoteError> {
        let request = self.request(Method::POST, &["bots", bot, "versions"])?.body(bundle);
        self.answer(request).await
    }

    pub async fn bundle(&self, bot: &str, version: u32) -> Result<Vec<u8>, RemoteError> {
        let request =
            self.request(Method::GET, &["bots", bot, "versions", &version.to_string(), "bundle"])?;
        let response = self.sent(request).await?;
        Ok(response.bytes().await.map_err(|error| self.network(&error))?.into())
    }

    /// From now on this version runs.
    pub async fn switch(&self, bot: &str, version: u32) -> Result<Bot, RemoteError> {
        self.ask(Method::PUT, &["bots", bot, "live"], Some(&Switch { version })).await
    }

    pub async fn stop(&self, bot: &str) -> Result<Bot, RemoteError> {
        self.ask(Method::DELETE, &["bots", bot, "live"], None::<&()>).await
    }

    /// The key of whoever publishes next is taken.
    pub async fn forget_signer(&self, bot: &str) -> Result<(), RemoteError> {
        self.ask(Method::DELETE, &["bots", bot, "signer"], None::<&()>).await
    }

    pub async fn logs(&self, bot: &str, after: u64) -> Result<Vec<LogLine>, RemoteError> {
        let mut request = self.request(Method::GET, &["bots", bot, "logs"])?;
        request = request.query(&[("after", after)]);
        self.answer(request).await
    }

    pub async fn dead(&self, bot: &str) -> Result<Vec<Dead>, RemoteError> {
        self.ask(Method::GET, &["bots", bot, "dead"], None::<&()>).await
    }

    /// Lets what began the run happen again, and puts the letter away.
    pub async fn replay(&self, bot: &str, letter: i64) -> Result<(), RemoteError> {
        self.ask(Method::POST, &["bots", bot, "dead", &letter.to_string(), "replay"], None::<&()>).await
    }

    pub async fn drop_dead(&self, bot: &str, letter: i64) -> Result<(), RemoteError> {
        self.ask(Method::DELETE, &["bots", bot, "dead", &letter.to_string()], None::<&()>).await
    }

    pub async fn secrets(&self, bot: &str) -> Result<Vec<Secret>, RemoteError> {
        self.ask(Method::GET, &["bots", bot, "secrets"], None::<&()>).await
    }

    pub async fn set_secret(&self, bot: &str, name: &str, value: &str) -> Result<(), RemoteError> {
        let value = SecretValue { value: value.into() };
        self.ask(Method::PUT, &["bots", bot, "secrets", name], Some(&value)).await
    }

    pub async fn remove_secret(&self, bot: &str, name: &str) -> Result<(), RemoteError> {
        self.ask(Method::DELETE, &["bots", bot, "secrets", name], None::<&()>).await
    }

    pub async fn tokens(&self) -> Result<Vec<Token>, RemoteError> {
        self.ask(Method::GET, &["tokens"], None::<&()>).await
    }

    pub async fn make_token(&self, asked: &TokenAsked) -> Result<Token, RemoteError> {
        self.ask(Method::POST, &["tokens"], Some(asked)).await
    }

    pub async fn remove_token(&self, name: &str) -> Result<(), RemoteError> {
        self.ask(Method::DELETE, &["tokens", name], None::<&()>).await
    }

    fn request(&self, method: Method, path: &[&str]) -> Result<RequestBuilder, RemoteError> {
        let mut url = self.base.clone();
        // Each part is escaped: a bot's id cannot lead anywhere else.
        let parts = url.path_segments_mut();
        parts
            .map_err(|()| RemoteError::BadAddress(self.base.to_string()))?
            .pop_if_empty()
            .extend(["api", "v1"])
            .extend(path);
        Ok(self.http.request(method, url).bearer_auth(&self.token))
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&impl Serialize>,
    ) -> Result<T, RemoteError> {
        let mut request = self.request(method, path)?;
        if let Some(body) = body {
            request = request.json(body);
        }
        self.answer(request).await
    }

    async fn answer<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, RemoteError> {
        let response = self.sent(request).await?;
        let body = response.bytes().await.map_err(|error| self.network(&error))?;
        serde_json::from_slice(&body).map_err(|error| self.stranger(error.to_string()))
    }

    async fn sent(&self, request: RequestBuilder) -> Result<reqwest::Response, RemoteError> {
        let response = request.send().await.map_err(|error| self.network(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = response.bytes().await.map_err(|error| self.network(&error))?;
        Err(match serde_json::from_slice::<Refusal>(&body) {
            Ok(refusal) => RemoteError::Refused(refusal),
            Err(_) if status == StatusCode::PAYLOAD_TOO_LARGE => RemoteError::Refused(Refusal {
                code: Code::TooLarge,
                message: "That is more than the runner takes.".into(),
                hint: None,
            }),
            Err(_) => self.stranger(format!("status {}", status.as_u16())),
        })
    }

    fn network(&self, error: &reqwest::Error) -> RemoteError {
        RemoteError::Network { address: shown(&self.base), why: reason(error) }
    }

    fn stranger(&self, why: String) -> RemoteError {
        RemoteError::NotARunner { address: shown(&self.base), why }
    }
}

fn shown(base: &Url) -> String {
    base.as_str().trim_end_matches('/').into()
}

/// The innermost reason, which is the plainest.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer came in time".into();
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

//! One request and its answer: through the guard, past the breaker, within the limits.

use std::sync::Arc;

use engine::{EffectError, ErrorKind};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue, USER_AGENT,
};
use reqwest::{Client, Method, Response, Url};
use tokio::time::Instant;
use url::Host;

use crate::Limits;
use crate::breaker::Breaker;
use crate::reach::{Astray, Door, Reach, Resolver, host_named};
use crate::retry_after::millis;
use crate::trouble;

/// A connection that was not used for so long may be dead already, which only the next request would find out.
const IDLE: std::time::Duration = std::time::Duration::from_secs(15);

const NAME: &str = concat!("NexusBots/", env!("CARGO_PKG_VERSION"));

pub struct Line {
    pub limits: Limits,
    pub reach: Arc<Reach>,
    pub breaker: Breaker,
    /// Nothing where the machine gives nothing to make one of.
    guarded: Option<Client>,
    open: Option<Client>,
}

#[derive(Debug)]
pub struct Call {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
}

/// An answer has begun.
#[derive(Debug)]
pub struct Begun {
    pub status: u16,
    pub headers: HeaderMap,
    pub url: Url,
    response: Response,
}

/// What went wrong, and whether the other side may have heard of it.
#[derive(Debug)]
pub struct Failed {
    pub error: EffectError,
    pub left: bool,
}

impl Failed {
    /// Nothing went out.
    pub fn before(error: EffectError) -> Failed {
        Failed { error, left: false }
    }

    /// For something that is not to be done twice: what may have been done, and would otherwise be tried again, is in doubt.
    pub fn of_deed(self) -> EffectError {
        match self.left && self.error.kind.passes() {
            true => {
                let words = format!("{} It may have been done or not.", self.error.message);
                EffectError { detail: self.error.detail, ..EffectError::new(ErrorKind::InDoubt, words) }
            }
            false => self.error,
        }
    }
}

impl Line {
    pub fn new(reach: Reach, limits: Limits) -> Line {
        let reach = Arc::new(reach);
        let client = |door| {
            let headers = HeaderMap::from_iter([
                (USER_AGENT, HeaderValue::from_static(NAME)),
                // Nothing here unpacks.
                (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
            ]);
            let resolver = Resolver { reach: Arc::clone(&reach), door };
            Client::builder()
                .default_headers(headers)
                .dns_resolver(Arc::new(resolver))
                // Each hop is looked at first.
                .redirect(reqwest::redirect::Policy::none())
                // A proxy would resolve names behind the guard's back.
                .no_proxy()
                .referer(false)
                // Before the whole runs out, so that it is known that nothing left.
                .connect_timeout(limits.connecting.min(limits.patience / 2))
                .pool_idle_timeout(IDLE)
                .build()
                .inspect_err(|error| tracing::error!(%error, "no client for HTTP"))
                .ok()
        };
        let breaker = Breaker::new(limits.failures, limits.rest);
        Line { guarded: client(Door::Guarded), open: client(Door::Open), limits, reach, breaker }
    }

    pub async fn send(&self, call: Call, until: Instant) -> Result<Begun, Failed> {
        let (host, port) = place(&call.url).map_err(Failed::before)?;
        let name = host.to_string();
        let door = self.reach.door(&host, port).map_err(|astray| Failed::before(astray.error(&name)))?;
        let client = if door == Door::Open { &self.open } else { &self.guarded };
        let none = || {
            Failed::before(EffectError::new(ErrorKind::Unavailable, "This machine cannot call the web now."))
        };
        let client = client.as_ref().ok_or_else(none)?;
        let at = format!("{name}:{port}");
        let start = Instant::now();
        self.may_ask(&at, &name, start).map_err(Failed::before)?;
        let mut request = client.request(call.method, call.url.clone()).headers(call.headers);
        request = request.timeout(until.saturating_duration_since(start));
        if let Some(body) = call.body {
            request = request.body(body);
        }
        let sent = request.send().await;
        let ms = start.elapsed().as_millis();
        match sent {
            Ok(response) => {
                let status = response.status().as_u16();
                tracing::debug!(host = name, status, ms, "answered");
                match status {
                    500.. => self.breaker.failed(&at, Instant::now()),
                    _ => self.breaker.went_well(&at),
                }
                Ok(Begun { status, headers: response.headers().clone(), url: call.url, response })
            }
            Err(error) => {
                let failed = failed(error, &name);
                tracing::debug!(host = name, code = failed.error.kind.as_str(), ms, "not answered");
                // What the bot asked for wrongly says nothing about the host.
                if failed.error.kind.passes() {
                    self.breaker.failed(&at, Instant::now());
                }
                Err(failed)
            }
        }
    }

    /// For others that speak to a host in their own way.
    pub fn may_ask(&self, at: &str, name: &str, now: Instant) -> Result<(), EffectError> {
        self.breaker.ask(at, now).map_err(|wait| EffectError {
            retry_after: Some(millis(wait)),
            ..EffectError::new(
                ErrorKind::Unavailable,
                format!("`{name}` failed several times in a row and is left alone for a moment."),
            )
        })
    }
}

impl Begun {
    /// The rest of the answer.
    pub async fn body(mut self, most: usize) -> Result<Vec<u8>, Failed> {
        let after = |error| Failed { error, left: true };
        let name = self.url.host_str().unwrap_or_default().to_string();
        let coding = self
            .headers
            .get(CONTENT_ENCODING)
            .filter(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
        if coding.is_some() {
            let words = format!("The answer of `{name}` is packed, though it was asked not to be.");
            return Err(after(EffectError::new(ErrorKind::Invalid, words)));
        }
        let announced =
            self.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        let too_much = || {
            let words = format!("The answer of `{name}` is larger than {}.", shown(most));
            after(EffectError::new(ErrorKind::OverLimit, words))
        };
        // The answer to HEAD announces what another one would bring.
        let mut bytes = Vec::new();
        while let Some(chunk) = self.response.chunk().await.map_err(|error| after(broken(error, &name)))? {
            if announced.is_some_and(|announced| announced > most) || bytes.len() + chunk.len() > most {
                return Err(too_much());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

/// The host and port of an address that can be called.
pub fn place(url: &Url) -> Result<(Host, u16), EffectError> {
    let wrong =
        || EffectError::new(ErrorKind::Refused, "Only addresses with http:// or https:// can be called.");
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong());
    }
    let host = url.host_str().and_then(host_named).ok_or_else(wrong)?;
    Ok((host, url.port_or_known_default().ok_or_else(wrong)?))
}

/// An address as a bot names it.
pub fn address(text: &str) -> Result<Url, EffectError> {
    let wrong = || {
        let words = "This is not a web address; it should look like https://example.com/path.";
        EffectError::new(ErrorKind::Refused, words)
    };
    let mut url = Url::parse(text.trim()).map_err(|_| wrong())?;
    url.set_fragment(None);
    place(&url)?;
    Ok(url)
}

fn failed(error: reqwest::Error, name: &str) -> Failed {
    // An address may hold a secret.
    let error = error.without_url();
    if let Some(astray) = trouble::find::<Astray>(&error) {
        return Failed::before(astray.error(name));
    }
    if error.is_builder() {
        let words = "This request cannot be sent: something in its address or headers is not allowed there.";
        return Failed::before(EffectError::new(ErrorKind::Refused, words));
    }
    if error.is_connect() {
        let why = if error.is_timeout() { "it took too long".into() } else { trouble::why(&error) };
        let words = format!("`{name}` cannot be reached: {why}.");
        return Failed::before(EffectError::new(ErrorKind::Network, words));
    }
    Failed { error: broken(error, name), left: true }
}

/// The line was there, and then it was not.
fn broken(error: reqwest::Error, name: &str) -> EffectError {
    let error = error.without_url();
    if error.is_timeout() {
        return EffectError::new(ErrorKind::Timeout, format!("`{name}` did not answer in time."));
    }
    let words =
        format!("The connection to `{name}` broke before the whole answer came: {}.", trouble::why(&error));
    EffectError::new(ErrorKind::Network, words)
}

/// So many bytes, as a person counts them.
pub fn shown(bytes: usize) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

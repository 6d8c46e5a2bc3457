//! What bots ask of the rest of the world, done over real sockets on loopback.

mod guard;
mod http;
mod mail;
mod models;
mod pages;
mod secrets;
mod web;

use std::sync::Arc;
use std::time::Duration;

use engine::effect::Http;
use engine::{Done, Effect, EffectError, ErrorKind, Key, Request};
use flow::Data;
use outside::{Limits, Outside, Reach};

pub const CANARY: &str = "c4nary/+sécret&42";

pub fn outside(reach: Reach, limits: Limits) -> Outside {
    let secrets = |name: &str| match name {
        "key" => Some(CANARY.to_string()),
        _ => name.strip_prefix("is:").map(str::to_string),
    };
    let assets = |path: &str| match path {
        "assets/menu.pdf" => Ok(b"%PDF \xff\x00menu".to_vec()),
        _ => Err(EffectError::new(ErrorKind::NotFound, format!("There is no file `{path}`."))),
    };
    Outside::new(reach, Arc::new(secrets), Arc::new(assets), limits)
}

pub fn anywhere() -> Outside {
    outside(Reach::anywhere(), Limits { patience: Duration::from_secs(5), ..Limits::default() })
}

/// What gives up soon.
pub fn hasty() -> Outside {
    outside(Reach::anywhere(), Limits { patience: Duration::from_millis(300), ..Limits::default() })
}

pub fn request(effect: Effect) -> Request {
    let (flow, node) = ("main".into(), "n".into());
    Request { key: Key(0xabc), flow, node, attempt: 1, effect, origin: Default::default() }
}

pub fn get(url: impl AsRef<str>) -> Http {
    Http {
        method: "GET".into(),
        url: url.as_ref().into(),
        query: Vec::new(),
        headers: Vec::new(),
        auth: Default::default(),
        body: Default::default(),
        pages: None,
        file: false,
    }
}

pub fn post(url: impl AsRef<str>) -> Http {
    Http { method: "POST".into(), ..get(url) }
}

pub async fn call(outside: &Outside, http: Http) -> Result<(u16, Data, Data), EffectError> {
    match outside.perform(&request(Effect::Http(http))).await? {
        Done::Http { status, headers, body } => Ok((status, Data::Object(headers.into()), body)),
        other => panic!("not an answer to HTTP: {other:?}"),
    }
}

pub async fn fails(outside: &Outside, http: Http) -> EffectError {
    let error = call(outside, http).await.expect_err("it should fail");
    assert!(error.message.ends_with('.'), "no sentence: {}", error.message);
    error
}

pub fn json(text: &str) -> Data {
    serde_json::from_str(text).expect("JSON")
}

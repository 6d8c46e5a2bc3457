//! What the world tells bots: other programs at `/hooks` and `/events`, Telegram and Discord at addresses of their own. Answered when it is on
//! disk.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use axum::{Json, Router};
use flow::Data;
use flow::data::Fields;
use hmac::{Hmac, KeyInit, Mac};
use remote::wire::Code;
use runner::Heard;
use runner::live::{Answer, Call, DiscordPost, Live, TELEGRAM_WORD};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;
use smol_str::SmolStr;

use super::answer::No;
use super::house::{House, nobody};
use super::said::Raw;
use crate::gate::same;

type Shared = State<Arc<House>>;

pub fn router() -> Router<Arc<House>> {
    Router::new()
        .route("/hooks/{bot}", any(call))
        .route("/hooks/{bot}/{*path}", any(call_at))
        .route("/events", post(event))
        .route("/telegram/{bot}", post(telegram))
        .route("/discord/{bot}", post(discord))
        .layer(DefaultBodyLimit::max(MOST_BODY))
}

/// Of a call, an event, an update.
const MOST_BODY: usize = 1 << 20;
/// A bot that is being switched comes back in so long.
const SOON: Duration = Duration::from_secs(10);
/// The secret with which events are signed.
const EVENTS_KEY: &str = "events_key";
const SIGNATURE: &str = "x-nexus-signature";

async fn living(house: &House, bot: &str) -> Result<Arc<Live>, No> {
    let slot = house.slot(bot).ok_or_else(|| nobody(bot))?;
    if let Some(live) = slot.live() {
        return Ok(live);
    }
    if !house.is_wanted(bot) {
        return Err(No::new(Code::Failed, format!("The bot `{bot}` is stopped.")));
    }
    slot.soon(SOON)
        .await
        .ok_or_else(|| No::new(Code::Failed, format!("The bot `{bot}` does not run for the moment.")))
}

async fn call(
    house: Shared,
    method: Method,
    Path(bot): Path<String>,
    query: RawQuery,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Response, No> {
    answered(house, method, bot, String::new(), query, headers, body).await
}

async fn call_at(
    house: Shared,
    method: Method,
    Path((bot, path)): Path<(String, String)>,
    query: RawQuery,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Response, No> {
    answered(house, method, bot, path, query, headers, body).await
}

async fn answered(
    State(house): Shared,
    method: Method,
    bot: String,
    path: String,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, No> {
    let live = living(&house, &bot).await?;
    let id = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(String::from);
    let call = Call {
        id,
        method: method.to_string(),
        path: format!("/{path}"),
        query: pairs(query.unwrap_or_default().as_bytes()),
        body: read(&headers, &body),
        headers: shown(&headers),
    };
    Ok(match live.call(call).await? {
        Answer::Told { status, headers, body } => told(status, &headers, body.to_string()),
        Answer::Taken => (StatusCode::ACCEPTED, Json(json!({"taken": true}))).into_response(),
        Answer::Failed => {
            let body = json!({"code": "failed", "message": "The bot could not do that."});
            (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
        }
        Answer::Before => Json(json!({"taken": true, "before": true})).into_response(),
        Answer::Nobody => {
            No::new(Code::NotFound, format!("The bot `{bot}` does not listen there.")).into_response()
        }
    })
}

fn told(status: u16, headers: &[(SmolStr, SmolStr)], body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    for (name, value) in headers {
        let parsed = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()));
        if let (Ok(name), Ok(value)) = parsed {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// JSON and forms as what they say, all else as text.
fn read(headers: &HeaderMap, body: &[u8]) -> Data {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if body.is_empty() {
        return Data::Null;
    }
    if kind == "application/x-www-form-urlencoded" {
        return Data::Object(Arc::new(pairs(body)));
    }
    if (kind.is_empty() || kind == "application/json" || kind.ends_with("+json"))
        && let Ok(data) = serde_json::from_slice(body)
    {
        return data;
    }
    Data::text(String::from_utf8_lossy(body))
}

fn pairs(text: &[u8]) -> Fields {
    form_urlencoded::parse(text).map(|(name, value)| (SmolStr::from(name), Data::text(value))).collect()
}

/// What lets its bearer in somewhere is not for a bot's variables and traces.
const HIDDEN: [HeaderName; 3] = [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];

fn shown(headers: &HeaderMap) -> Fields {
    let named = headers.iter().filter(|(name, _)| !HIDDEN.contains(name));
    named
        .filter_map(|(name, value)| Some((SmolStr::from(name.as_str()), Data::text(value.to_str().ok()?))))
        .collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    bot: String,
    name: String,
    #[serde(default)]
    data: Data,
    /// A second event of this name is not heard again.
    id: Option<String>,
}

async fn event(State(house): Shared, headers: HeaderMap, Raw(body): Raw) -> Result<Response, No> {
    // Who asked is told nothing about bots before the signature was looked at.
    let unsigned = || {
        No::new(Code::Unauthorized, "The event is not signed as this runner expects it.").hint(
            "Send `X-Nexus-Signature: sha256=<HMAC-SHA256 of the body in hex>`, made with the bot's secret `events_key`.",
        )
    };
    let said = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).ok_or_else(unsigned)?;
    let said = unhex(said.strip_prefix("sha256=").unwrap_or(said)).ok_or_else(unsigned)?;
    let bad = |why: String| {
        No::new(Code::Bad, why)
            .hint(r#"An event is {"bot": "…", "name": "order.paid", "data": {…}, "id": "…"}."#)
    };
    let told: Told =
        serde_json::from_slice(&body).map_err(|error| bad(format!("This is no event: {error}.")))?;
    let key =
        house.vault.get(&told.bot, EVENTS_KEY).map_err(|error| No::new(Code::Failed, error.to_string()))?;
    let key = key.ok_or_else(unsigned)?;
    let mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes());
    let mut mac = mac.map_err(|_| unsigned())?;
    mac.update(&body);
    mac.verify_slice(&said).map_err(|_| unsigned())?;
    let live = living(&house, &told.bot).await?;
    let id = format!("event:{}", told.id.unwrap_or_else(|| live.unheard_name()));
    let became = match live.tell(id, &told.name, told.data).await? {
        Heard::Taken => "taken",
        Heard::Ignored => "ignored",
        Heard::Before => "before",
    };
    Ok((StatusCode::ACCEPTED, Json(json!({"became": became}))).into_response())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

async fn telegram(
    State(house): Shared,
    Path(bot): Path<String>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<StatusCode, No> {
    let word = house.entry(&bot).map(|entry| entry.word).unwrap_or_default();
    let said = headers.get(TELEGRAM_WORD).map(HeaderValue::as_bytes).unwrap_or_default();
    if word.is_empty() || !same(said, word.as_bytes()) {
        return Err(No::new(Code::Unauthorized, "This is not from Telegram."));
    }
    living(&house, &bot).await?.telegram_posted(&body).await?;
    // What is no update is not worth Telegram's coming back with it.
    Ok(StatusCode::OK)
}

async fn discord(
    State(house): Shared,
    Path(bot): Path<String>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Response, No> {
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let live = living(&house, &bot).await?;
    let became =
        live.discord_posted(word("x-signature-ed25519"), word("x-signature-timestamp"), &body).await?;
    Ok(match became {
        DiscordPost::Ping => Json(json!({"type": 1})).into_response(),
        DiscordPost::Taken => StatusCode::ACCEPTED.into_response(),
        DiscordPost::Unknown => StatusCode::BAD_REQUEST.into_response(),
        DiscordPost::Unsigned => No::new(Code::Unauthorized, "This is not from Discord.").into_response(),
        DiscordPost::Nobody => {
            No::new(Code::NotFound, format!("The bot `{bot}` is not on Discord.")).into_response()
        }
    })
}

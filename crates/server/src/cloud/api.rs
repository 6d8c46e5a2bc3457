//! `/api/v1`: publishing, watching and stopping bots, with a token.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use remote::wire::{self, Code, Scope};
use serde::Deserialize;

use super::answer::{Answer, No};
use super::gate::By;
use super::house::{House, nobody};
use super::said::{Raw, Said};
use super::slot::Slot;

type Shared = State<Arc<House>>;

pub fn router(house: &Arc<House>) -> Router<Arc<House>> {
    let bundles = Router::new()
        .route("/api/v1/bots/{bot}/check", post(check))
        .route("/api/v1/bots/{bot}/versions", post(upload))
        .layer(DefaultBodyLimit::max(bundle::MOST_BYTES))
        .layer(middleware::from_fn(not_too_large));
    Router::new()
        .route("/api/v1", get(hello))
        .route("/api/v1/bots", get(bots))
        .route("/api/v1/bots/{bot}", get(bot))
        .route("/api/v1/bots/{bot}/versions/{version}/bundle", get(bundle_of))
        .route("/api/v1/bots/{bot}/live", put(switch).delete(stop))
        .route("/api/v1/bots/{bot}/signer", delete(forget_signer))
        .route("/api/v1/bots/{bot}/logs", get(logs))
        .route("/api/v1/bots/{bot}/dead", get(dead))
        .route("/api/v1/bots/{bot}/dead/{letter}", delete(drop_dead))
        .route("/api/v1/bots/{bot}/dead/{letter}/replay", post(replay))
        .route("/api/v1/bots/{bot}/secrets", get(secrets))
        .route("/api/v1/bots/{bot}/secrets/{name}", put(set_secret).delete(remove_secret))
        .route("/api/v1/tokens", get(tokens).post(make_token))
        .route("/api/v1/tokens/{name}", delete(remove_token))
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .merge(bundles)
        .with_state(Arc::clone(house))
}

/// Of all that is no bundle.
const MOST_BODY: usize = 1 << 20;

/// Said before all of it has come.
async fn not_too_large(request: axum::extract::Request, next: Next) -> Response {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    match length {
        Some(length) if length > bundle::MOST_BYTES => {
            No::from(bundle::BundleError::TooLarge(length)).into_response()
        }
        _ => next.run(request).await,
    }
}

async fn hello() -> Json<wire::Hello> {
    Json(wire::Hello { name: "nexus".into(), version: env!("CARGO_PKG_VERSION").into(), api: 1 })
}

async fn bots(by: By, State(house): Shared) -> Answer<Vec<wire::Bot>> {
    let mut bots = Vec::new();
    for bot in house.bots() {
        if by.may(Scope::Read, Some(&bot)).is_ok()
            && let Some(slot) = house.slot(&bot)
        {
            bots.push(told(&house, &slot).await?);
        }
    }
    Ok(Json(bots))
}

async fn bot(by: By, State(house): Shared, Path(bot): Path<String>) -> Answer<wire::Bot> {
    by.may(Scope::Read, Some(&bot))?;
    let slot = house.slot(&bot).ok_or_else(|| nobody(&bot))?;
    Ok(Json(told(&house, &slot).await?))
}

async fn told(house: &House, slot: &Slot) -> Result<wire::Bot, No> {
    let entry = house.entry(&slot.id).unwrap_or_default();
    let document = slot.document();
    let live = slot.live();
    let state = match (&live, entry.running) {
        (Some(_), _) => wire::State::Running,
        (None, true) => wire::State::Trouble,
        (None, false) => wire::State::Stopped,
    };
    let networks = live.iter().flat_map(|live| live.states()).map(|(network, state)| {
        let (listening, why) = match state {
            runner::live::State::Listening => (true, None),
            runner::live::State::Trouble(why) | runner::live::State::Ended(why) => (false, Some(why)),
        };
        wire::Network { name: network.as_str().into(), listening, why }
    });
    let tally = live.as_ref().map(|live| live.tally()).unwrap_or_default();
    let effects =
        tally.effects.iter().map(|((effect, result), count)| (format!("{effect} {result}"), *count));
    Ok(wire::Bot {
        id: slot.id.clone(),
        name: document.as_ref().map(|document| document.manifest.name().to_string()).unwrap_or_default(),
        state,
        why: slot.why(),
        live: entry.live,
        versions: entry.versions,
        networks: networks.collect(),
        missing: match &document {
            Some(document) => house.missing(&slot.id, document)?,
            None => Vec::new(),
        },
        tally: wire::Tally {
            taken: tally.taken,
            ignored: tally.ignored,
            before: tally.before,
            effects: effects.collect(),
        },
        dead: house.store.dead_count(&slot.id).await?,
    })
}

async fn check(
    by: By,
    State(house): Shared,
    Path(bot): Path<String>,
    Raw(body): Raw,
) -> Answer<wire::Checked> {
    by.may(Scope::Publish, Some(&bot))?;
    Ok(Json(house.checked(&bot, &body)?.1))
}

async fn upload(
    by: By,
    State(house): Shared,
    Path(bot): Path<String>,
    Raw(body): Raw,
) -> Answer<wire::Version> {
    by.may(Scope::Publish, Some(&bot))?;
    let name = by.0.name;
    let keeping = tokio::task::spawn_blocking(move || house.keep(&bot, &body, &name));
    let kept = keeping.await.unwrap_or_else(|_| Err(No::new(Code::Failed, "The runner is about to stop.")));
    kept.map(Json)
}

async fn bundle_of(
    by: By,
    State(house): Shared,
    Path((bot, version)): Path<(String, u32)>,
) -> Result<impl IntoResponse, No> {
    by.may(Scope::Read, Some(&bot))?;
    let bytes = house.bundle_bytes(&bot, version)?;
    Ok(([(header::CONTENT_TYPE, "application/x-tar")], bytes))
}

async fn switch(
    by: By,
    State(house): Shared,
    Path(bot): Path<String>,
    Said(asked): Said<wire::Switch>,
) -> Answer<wire::Bot> {
    by.may(Scope::Publish, Some(&bot))?;
    let slot = house.slot(&bot).ok_or_else(|| nobody(&bot))?;
    // Goes on when the asker hangs up: a bot is never left in between.
    let switching = {
        let (house, slot) = (Arc::clone(&house), Arc::clone(&slot));
        tokio::spawn(async move { house.switch(&slot, asked.version).await })
    };
    switching.await.unwrap_or_else(|_| Err(No::new(Code::Failed, "The runner is about to stop.")))?;
    slot.log.add("info", format!("Version {} was switched to by {}.", asked.version, by.0.name));
    Ok(Json(told(&house, &slot).await?))
}

async fn stop(by: By, State(house): Shared, Path(bot): Path<String>) -> Answer<wire::Bot> {
    by.may(Scope::Publish, Some(&bot))?;
    let slot = house.slot(&bot).ok_or_else(|| nobody(&bot))?;
    house.stop(&slot).await?;
    Ok(Json(told(&house, &slot).await?))
}

async fn forget_signer(by: By, State(house): Shared, Path(bot): Path<String>) -> Answer<()> {
    by.may(Scope::Admin, None)?;
    house.forget_signer(&bot).map(Json)
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn logs(
    by: By,
    State(house): Shared,
    Path(bot): Path<String>,
    Query(asked): Query<After>,
) -> Answer<Vec<wire::LogLine>> {
    by.may(Scope::Read, Some(&bot))?;
    let slot = house.slot(&bot).ok_or_else(|| nobody(&bot))?;
    Ok(Json(slot.log.after(asked.after)))
}

async fn dead(by: By, State(house): Shared, Path(bot): Path<String>) -> Answer<Vec<wire::Dead>> {
    by.may(Scope::Read, Some(&bot))?;
    let letters = house.store.dead(&bot).await?;
    Ok(Json(letters.into_iter().map(dead_letter).collect()))
}

/// A letter of the store, as it is told.
pub fn dead_letter(letter: store::DeadLetter) -> wire::Dead {
    let body: serde_json::Value = serde_json::from_str(&letter.body).unwrap_or_default();
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
    wire::Dead {
        id: letter.id,
        at: letter.at,
        conversation: letter.conversation,
        flow: word(&body["spot"]["flow"]),
        node: word(&body["spot"]["node"]),
        code: word(&body["code"]),
        message: word(&body["message"]),
        letter: body,
    }
}

async fn replay(by: By, State(house): Shared, Path((bot, letter)): Path<(String, i64)>) -> Answer<()> {
    by.may(Scope::Publish, Some(&bot))?;
    let slot = house.slot(&bot).ok_or_else(|| nobody(&bot))?;
    let stopped = || No::new(Code::Conflict, format!("The bot `{bot}` does not run; start it first."));
    let live = slot.live().ok_or_else(stopped)?;
    if !live.replay(letter).await? {
        return Err(No::new(Code::NotFound, format!("There is no dead letter {letter}.")));
    }
    Ok(Json(()))
}

async fn drop_dead(by: By, State(house): Shared, Path((bot, letter)): Path<(String, i64)>) -> Answer<()> {
    by.may(Scope::Publish, Some(&bot))?;
    house.slot(&bot).ok_or_else(|| nobody(&bot))?;
    if !house.store.dead(&bot).await?.iter().any(|known| known.id == letter) {
        return Err(No::new(Code::NotFound, format!("There is no dead letter {letter}.")));
    }
    house.store.commit(store::Commit { bot, buried: vec![letter], ..store::Commit::default() }).await?;
    Ok(Json(()))
}

async fn secrets(by: By, State(house): Shared, Path(bot): Path<String>) -> Answer<Vec<wire::Secret>> {
    by.may(Scope::Read, Some(&bot))?;
    let known = house.vault.list(&bot).map_err(|error| No::new(Code::Failed, error.to_string()))?;
    let mut secrets: Vec<wire::Secret> =
        known.into_iter().map(|one| wire::Secret { name: one.name, is_set: true }).collect();
    if let Some(document) = house.slot(&bot).and_then(|slot| slot.document()) {
        let missing = house.missing(&bot, &document)?;
        secrets.extend(missing.into_iter().map(|name| wire::Secret { name, is_set: false }));
    }
    Ok(Json(secrets))
}

async fn set_secret(
    by: By,
    State(house): Shared,
    Path((bot, name)): Path<(String, String)>,
    Said(value): Said<wire::SecretValue>,
) -> Answer<()> {
    by.may(Scope::Publish, Some(&bot))?;
    let set = house.vault.set(&bot, &name, &vault::Secret::new(value.value));
    set.map_err(|error| No::new(Code::Bad, error.to_string()))?;
    Ok(Json(()))
}

async fn remove_secret(
    by: By,
    State(house): Shared,
    Path((bot, name)): Path<(String, String)>,
) -> Answer<()> {
    by.may(Scope::Publish, Some(&bot))?;
    house.vault.remove(&bot, &name).map_err(|error| No::new(Code::NotFound, error.to_string()))?;
    Ok(Json(()))
}

async fn tokens(by: By, State(house): Shared) -> Answer<Vec<wire::Token>> {
    by.may(Scope::Admin, None)?;
    let told = house.tokens().into_iter().map(|known| wire::Token {
        name: known.name,
        scopes: known.scopes,
        bots: known.bots,
        at: known.at,
        token: None,
    });
    Ok(Json(told.collect()))
}

async fn make_token(
    by: By,
    State(house): Shared,
    Said(asked): Said<wire::TokenAsked>,
) -> Answer<wire::Token> {
    by.may(Scope::Admin, None)?;
    house.make_token(asked).map(Json)
}

async fn remove_token(by: By, State(house): Shared, Path(name): Path<String>) -> Answer<()> {
    by.may(Scope::Admin, None)?;
    house.remove_token(&name).map(Json)
}

//! How the runner is, for machines that ask: alive, ready, and in numbers (Prometheus' text form).

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use remote::wire::Scope;

use super::answer::No;
use super::gate::By;
use super::house::House;

pub fn router() -> Router<Arc<House>> {
    Router::new().route("/health", get(health)).route("/ready", get(ready)).route("/metrics", get(metrics))
}

/// The process answers.
async fn health() -> &'static str {
    "ok\n"
}

/// Every bot that is to live does.
async fn ready(State(house): State<Arc<House>>) -> impl IntoResponse {
    let waiting = house.bots().into_iter().filter(|bot| {
        let wanted = house.entry(bot).is_some_and(|entry| entry.running);
        wanted && house.slot(bot).is_none_or(|slot| slot.live().is_none())
    });
    match waiting.count() {
        0 => (StatusCode::OK, "ready\n".to_string()),
        1 => (StatusCode::SERVICE_UNAVAILABLE, "1 bot does not run yet\n".to_string()),
        many => (StatusCode::SERVICE_UNAVAILABLE, format!("{many} bots do not run yet\n")),
    }
}

async fn metrics(by: By, State(house): State<Arc<House>>) -> Result<impl IntoResponse, No> {
    by.may(Scope::Read, None)?;
    let mut text = String::new();
    let mut events =
        Family::new("nexus_events_total", "counter", "Events that bots heard, by what became of them.");
    let mut effects =
        Family::new("nexus_effects_total", "counter", "What bots asked for, by what came of it.");
    let mut up = Family::new("nexus_bot_up", "gauge", "1 while the bot runs.");
    let mut dead = Family::new("nexus_dead_letters", "gauge", "Runs that failed and wait to be looked at.");
    let mut outbox = Family::new("nexus_outbox", "gauge", "What was asked for and is not done.");
    for bot in house.bots() {
        let Some(slot) = house.slot(&bot) else { continue };
        let live = slot.live();
        up.add(&[("bot", &bot)], u64::from(live.is_some()));
        dead.add(&[("bot", &bot)], house.store.dead_count(&bot).await?);
        outbox.add(&[("bot", &bot)], house.store.outbox_count(&bot).await?);
        let Some(live) = live else { continue };
        let tally = live.tally();
        for (became, count) in [("taken", tally.taken), ("ignored", tally.ignored), ("before", tally.before)]
        {
            events.add(&[("bot", &bot), ("became", became)], count);
        }
        for ((effect, result), count) in tally.effects {
            effects.add(&[("bot", &bot), ("effect", effect), ("result", result)], count);
        }
    }
    for family in [up, events, effects, outbox, dead] {
        text.push_str(&family.0);
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}

struct Family(String, &'static str);

impl Family {
    fn new(name: &'static str, kind: &str, help: &str) -> Family {
        Family(format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"), name)
    }

    fn add(&mut self, labels: &[(&str, &str)], value: u64) {
        let Family(text, name) = self;
        text.push_str(name);
        for (place, (label, value)) in labels.iter().enumerate() {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(text, "{}{label}=\"{value}\"", if place == 0 { '{' } else { ',' });
        }
        let _ = writeln!(text, "}} {value}");
    }
}

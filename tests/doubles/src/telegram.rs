//! Telegram's Bot API. `/bot<token>/<Method>` in any letter case takes JSON, forms and multipart bodies; updates are fetched by long
//! polling or pushed to a webhook. A chat's people are played through [`Person`].

mod attach;
mod edit;
mod methods;
mod parse;
mod people;
mod person;
mod polling;
mod refusal;
mod send;
mod updates;
mod webhook;
mod world;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::watch;

pub use person::{Person, Sends};

use crate::fault::{Disturb, Fault, Faults};
use crate::record::{Act, Exchange, Record};
use crate::wire::{self, Cut, Server, Shown};
use methods::Call;
use refusal::Refusal;
use world::World;

/// A running double. It stops when its last clone and its last [`Person`] are gone.
#[derive(Clone)]
pub struct Telegram(Arc<Running>);

struct Running {
    shared: Arc<Shared>,
    server: Server,
}

pub(crate) struct Shared {
    token: String,
    world: Mutex<World>,
    record: Record,
    faults: Faults,
    /// Something happened in the queue of updates.
    news: watch::Sender<u64>,
    client: reqwest::Client,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    fn tell(&self) {
        self.news.send_modify(|count| *count += 1);
    }
}

impl Telegram {
    pub async fn start() -> Telegram {
        let bot = 424_242;
        let shared = Arc::new(Shared {
            token: format!("{bot}:AAE-a-token-that-only-the-double-knows"),
            world: Mutex::new(World::new(bot)),
            record: Record::default(),
            faults: Faults::default(),
            news: watch::Sender::new(0),
            client: reqwest::Client::new(),
        });
        let asked = shared.clone();
        let server = wire::serve(move |request, cut| answer(asked.clone(), request, cut)).await;
        Telegram(Arc::new(Running { shared, server }))
    }

    /// Where the API is, without a slash at the end: `<url>/bot<token>/<Method>`.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.server.address)
    }

    pub fn token(&self) -> &str {
        &self.0.shared.token
    }

    pub fn bot_id(&self) -> u64 {
        self.0.shared.world().bot.id
    }

    pub fn record(&self) -> &Record {
        &self.0.shared.record
    }

    /// What the bot did, in order.
    pub fn transcript(&self) -> Vec<Act> {
        self.record().acts()
    }

    pub fn requests(&self) -> Vec<Exchange> {
        self.record().exchanges()
    }

    /// Faults of calls, by their method: `sendMessage`, `send*`, `getUpdates`, `file`.
    pub fn faults(&self) -> &Faults {
        &self.0.shared.faults
    }

    /// The next update that is queued is disturbed on its way; called again, the one after it.
    pub fn disturb(&self, how: Disturb) {
        self.0.shared.world().queue.disturb.push_back(how);
    }

    /// How many updates the bot has not confirmed.
    pub fn unconfirmed(&self) -> usize {
        let world = self.0.shared.world();
        world.queue.waiting.len() + world.queue.busy.len()
    }

    /// A message as it stands now, as Telegram tells of it.
    pub fn message(&self, chat: i64, message: i32) -> Option<Value> {
        let world = self.0.shared.world();
        world.rooms.get(&chat)?.messages.get(&message).map(|kept| json!(kept.message))
    }

    /// How the bot answered a pressed button or an inline query, if it did.
    pub fn answer_to(&self, query: &str) -> Option<Value> {
        let world = self.0.shared.world();
        world.presses.get(query).or_else(|| world.inline.get(query))?.clone()
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }
}

async fn answer(shared: Arc<Shared>, request: Request, cut: Cut) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_string());
    let read = wire::read(request).await;
    let mut exchange = Exchange { method, path: path.clone(), ..Exchange::default() };
    if let Ok((_, sent)) = &read {
        exchange.body = sent.shown();
        exchange.files = sent.files.keys().cloned().collect();
    }
    let at = shared.record.request(exchange);
    let (call, is_ours) = called(&path, &shared.token);
    let fault = shared.faults.take(&call);
    let words = |fault: Fault| {
        refused(match fault {
            Fault::TooMany { retry_after } => Refusal::too_many(retry_after.ceil() as u64),
            _ => Refusal::unauthorized(),
        })
    };
    let answering = async {
        if !is_ours {
            return refused(if call.is_empty() { Refusal::not_found() } else { Refusal::unauthorized() });
        }
        if call == "file" {
            return download(&shared, &path);
        }
        let done = match read {
            Ok((_, sent)) => perform(&shared, &call, &sent).await,
            Err(why) => Err(Refusal::unparsed(why)),
        };
        match done {
            Ok(result) => wire::json(200, json!({"ok": true, "result": result})),
            Err(refusal) => {
                if refusal.is_violation {
                    shared.record.violation(format!("{call}: {}", refusal.words));
                }
                refused(refusal)
            }
        }
    };
    let response = wire::under(fault, &cut, words, answering).await;
    if !cut.is_cut() {
        let words = response.extensions().get::<Shown>().map(|shown| shown.0.clone());
        shared.record.answer(at, response.status().as_u16(), words.unwrap_or_default());
    }
    response
}

fn refused(refusal: Refusal) -> Response {
    wire::json(refusal.code, refusal.body())
}

/// The method that a path asks for (`file` for downloads), and whether it bears our token.
fn called(path: &str, token: &str) -> (String, bool) {
    let (rest, is_file) = match path.strip_prefix("/file/bot") {
        Some(rest) => (Some(rest), true),
        None => (path.strip_prefix("/bot"), false),
    };
    let Some((given, method)) = rest.and_then(|rest| rest.split_once('/')) else {
        return (String::new(), false);
    };
    let method = if is_file { "file" } else { method };
    // Clients may escape the colon.
    let is_ours = percent_encoding::percent_decode_str(given).decode_utf8_lossy() == token;
    (method.to_string(), is_ours)
}

async fn perform(shared: &Arc<Shared>, call: &str, sent: &wire::Sent) -> Result<Value, Refusal> {
    match call.to_ascii_lowercase().as_str() {
        "getupdates" => polling::get_updates(shared, sent).await,
        "setwebhook" => webhook::set(shared, sent),
        "deletewebhook" => webhook::delete(shared, sent),
        "getwebhookinfo" => webhook::info(shared, sent),
        _ => {
            let name = methods::canonical(call)
                .ok_or_else(|| Refusal { is_violation: true, ..Refusal::not_found() })?;
            methods::perform(&mut shared.world(), &Call { name, sent, record: &shared.record })
        }
    }
}

fn download(shared: &Shared, path: &str) -> Response {
    let wanted = path.trim_start_matches("/file/bot").split_once('/').map_or("", |(_, wanted)| wanted);
    let wanted = percent_encoding::percent_decode_str(wanted).decode_utf8_lossy();
    let world = shared.world();
    match world.files.values().find(|file| file.path == wanted) {
        Some(file) => {
            ([(CONTENT_TYPE, "application/octet-stream")], file.upload.bytes.clone()).into_response()
        }
        None => refused(Refusal::not_found()),
    }
}

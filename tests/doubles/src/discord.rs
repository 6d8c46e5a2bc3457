//! Discord: the REST API under `/api/v10`, the gateway over WebSocket with JSON, and interactions over HTTP. Guilds' people are played
//! through [`Person`].

mod endpoint;
mod gateway;
mod interactions;
mod limits;
mod messages;
mod person;
mod refusal;
mod rest;
mod socket;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, WebSocketUpgrade};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, UPGRADE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

pub use person::{Ask, Person, Place};

use crate::fault::{Disturb, Fault, Faults};
use crate::record::{Act, Exchange, Record};
use crate::wire::{self, Cut, Fields, Sent, Server, Shown};
use gateway::Order;
use refusal::Refusal;
use rest::Call;
use world::World;

/// A running double. It stops when its last clone and its last [`Person`] are gone.
#[derive(Clone)]
pub struct Discord(Arc<Running>);

struct Running {
    shared: Arc<Shared>,
    _server: Server,
}

pub(crate) struct Shared {
    token: String,
    url: String,
    world: Mutex<World>,
    record: Record,
    faults: Faults,
    keys: endpoint::Keys,
    client: reqwest::Client,
    /// How long an interaction waits for its answer.
    patience: Mutex<Duration>,
    heartbeat: Mutex<Duration>,
    /// Open connections to the gateway, identified or not.
    lines: Mutex<Vec<(u64, UnboundedSender<Order>)>>,
    connections: AtomicU64,
    /// Every frame that came over the gateway.
    heard: Mutex<Vec<Value>>,
    news: watch::Sender<u64>,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    fn tell(&self) {
        self.news.send_modify(|count| *count += 1);
    }

    fn is_token(&self, given: &str) -> bool {
        given.strip_prefix("Bot ").unwrap_or(given) == self.token
    }
}

impl Discord {
    pub async fn start() -> Discord {
        let cell: Arc<OnceLock<Arc<Shared>>> = Arc::default();
        let asked = cell.clone();
        let server =
            wire::serve(move |request, cut| answer(asked.get().expect("set below").clone(), request, cut))
                .await;
        let (keys, mut world) = (endpoint::Keys::new(), World::new());
        world.gateway.public_key = keys.public();
        let shared = Arc::new(Shared {
            token: "MTE0.double.a-token-that-only-the-double-knows".into(),
            url: format!("http://{}", server.address),
            world: Mutex::new(world),
            record: Record::default(),
            faults: Faults::default(),
            keys,
            client: reqwest::Client::new(),
            patience: Mutex::new(Duration::from_secs(3)),
            heartbeat: Mutex::new(Duration::from_millis(41_250)),
            lines: Mutex::default(),
            connections: AtomicU64::default(),
            heard: Mutex::default(),
            news: watch::Sender::new(0),
        });
        assert!(cell.set(shared.clone()).is_ok());
        Discord(Arc::new(Running { shared, _server: server }))
    }

    /// What stands in the place of `https://discord.com`, without a slash at the end.
    pub fn url(&self) -> String {
        self.shared().url.clone()
    }

    /// Without `Bot `.
    pub fn token(&self) -> &str {
        &self.0.shared.token
    }

    pub fn application_id(&self) -> u64 {
        self.shared().world().app
    }

    /// By which interactions over HTTP are verified, in hexadecimal.
    pub fn public_key(&self) -> String {
        self.shared().keys.public()
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

    /// Frames that the bot sent over the gateway.
    pub fn frames(&self) -> Vec<Value> {
        self.shared().heard.lock().unwrap().clone()
    }

    /// Faults of calls, such as `POST /channels/*/messages`; the upgrade to the gateway's protocol is called `gateway`.
    pub fn faults(&self) -> &Faults {
        &self.0.shared.faults
    }

    /// The next event is disturbed on its way; called again, the one after it.
    pub fn disturb(&self, how: Disturb) {
        self.shared().world().gateway.disturb.push_back(how);
    }

    /// A message as it stands now, as Discord shows it.
    pub fn message(&self, channel: u64, message: u64) -> Option<Value> {
        self.shared().world().channels.get(&channel)?.messages.get(&message).cloned()
    }

    /// The body of the answer to an interaction, if there was one.
    pub fn answer_to(&self, ask: &Ask) -> Option<Value> {
        self.shared().world().asked.get(&ask.id)?.answer.clone()
    }

    /// Three seconds, unless a test says otherwise.
    pub fn set_patience(&self, patience: Duration) {
        *self.shared().patience.lock().unwrap() = patience;
    }

    /// As if the time for an interaction and its token were over.
    pub fn expires(&self, ask: &Ask) {
        if let Some(asked) = self.shared().world().asked.get_mut(&ask.id) {
            asked.is_expired = true;
        }
    }

    /// Has all interactions posted to this address from now on, after the checks that Discord makes.
    pub async fn set_endpoint(&self, url: &str) -> Result<(), String> {
        endpoint::verify(self.shared(), url).await?;
        self.shared().world().gateway.endpoint = Some(url.into());
        Ok(())
    }

    /// Between heartbeats, for connections that are opened from now on. Who misses two is closed with 4009.
    pub fn set_heartbeat(&self, pause: Duration) {
        *self.shared().heartbeat.lock().unwrap() = pause;
    }

    /// Who asks for these intents is closed with 4014.
    pub fn refuse_intents(&self, bits: u64) {
        self.shared().world().gateway.refused_intents = bits;
    }

    /// How many sessions are connected now.
    pub fn connected(&self) -> usize {
        self.shared().world().gateway.sessions.iter().filter(|session| session.line.is_some()).count()
    }

    /// Waits for a bot that has identified or resumed on the gateway.
    pub async fn until_connected(&self, within: Duration) {
        let mut news = self.shared().news.subscribe();
        let waiting = async {
            while self.connected() == 0 {
                // The sender lives as long as self.
                let _ = news.changed().await;
            }
        };
        tokio::time::timeout(within, waiting)
            .await
            .unwrap_or_else(|_| panic!("no bot connected within {within:?}"));
    }

    /// All connections break without a word; sessions can be resumed.
    pub fn drop_connections(&self) {
        self.order(&Order::Drop);
    }

    /// Op 7: asks everybody to connect again and resume.
    pub fn ask_to_reconnect(&self) {
        self.order(&Order::Tell(json!({"op": 7, "s": null, "t": null, "d": null})));
    }

    /// Op 9. If the sessions are not resumable, they are forgotten.
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.order(&Order::Tell(json!({"op": 9, "s": null, "t": null, "d": resumable})));
        if !resumable {
            self.shared().world().gateway.sessions.clear();
        }
    }

    /// Forgets sessions without telling: who resumes is told then.
    pub fn forget_sessions(&self) {
        self.shared().world().gateway.sessions.clear();
    }

    pub fn close_connections(&self, code: u16) {
        self.order(&Order::Close(code, "Closed by the test."));
    }

    fn order(&self, order: &Order) {
        for (_, line) in self.shared().lines.lock().unwrap().iter() {
            let _ = line.send(order.clone());
        }
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }
}

async fn answer(shared: Arc<Shared>, request: Request, cut: Cut) -> Response {
    if request.headers().contains_key(UPGRADE) {
        return upgrade(shared, request, cut).await;
    }
    let (method, full) = (request.method().to_string(), request.uri().path().to_string());
    let read = wire::read(request).await;
    let mut exchange = Exchange { method: method.clone(), path: full.clone(), ..Exchange::default() };
    if let Ok((_, sent)) = &read {
        exchange.body = payload(sent).unwrap_or_else(|_| sent.shown());
        exchange.files = sent.files.keys().cloned().collect();
    }
    let at = shared.record.request(exchange);
    let path = full.strip_prefix("/api/v10").map(str::to_string);
    let name = format!("{method} {}", path.as_deref().unwrap_or(&full));
    let fault = shared.faults.take(&name);
    let words = |fault: Fault| match fault {
        Fault::TooMany { retry_after } => too_many(retry_after),
        _ => refused(Refusal::unauthorized()),
    };
    let answering = async {
        let Some(path) = path else { return download(&shared, &full) };
        let done = match read {
            Err(why) => Err(Refusal::unparsed(&why)),
            Ok((parts, sent)) => {
                let token = parts
                    .headers
                    .get(AUTHORIZATION)
                    .and_then(|token| token.to_str().ok())
                    .unwrap_or_default();
                let is_ours = token.starts_with("Bot ") && shared.is_token(token);
                if rest::needs_token(&path) && !is_ours {
                    Err(Refusal::unauthorized())
                } else {
                    let query = parts.uri.query().unwrap_or_default().to_string();
                    payload(&sent).and_then(|data| {
                        let (record, url) = (&shared.record, shared.url.as_str());
                        let call = Call { method, path, query, data, sent: &sent, record, url };
                        let patience = *shared.patience.lock().unwrap();
                        rest::perform(&mut shared.world(), &call, patience)
                    })
                }
            }
        };
        match done {
            Ok(Value::Null) => StatusCode::NO_CONTENT.into_response(),
            Ok(value) => limited(wire::json(200, value)),
            Err(refusal) => {
                if refusal.is_violation {
                    shared.record.violation(format!("{name}: {}", refusal.body));
                }
                refused(refusal)
            }
        }
    };
    let response = wire::under(fault, &cut, words, answering).await;
    if !cut.is_cut() {
        let shown = response.extensions().get::<Shown>().map(|shown| shown.0.clone());
        shared.record.answer(at, response.status().as_u16(), shown.unwrap_or_default());
    }
    response
}

/// The JSON of a request: its body, or the part for it where files come along.
fn payload(sent: &Sent) -> Result<Value, Refusal> {
    match &sent.fields {
        Fields::Json(value) => Ok(value.clone()),
        Fields::Form(fields) => match fields.get("payload_json") {
            Some(text) => serde_json::from_str(text)
                .map_err(|error| Refusal::unparsed(&format!("payload_json: {error}"))),
            None => Ok(Value::Null),
        },
    }
}

fn refused(refusal: Refusal) -> Response {
    wire::json(refusal.status, refusal.body)
}

/// Discord tells with every answer how much is left; these doubles never run out by themselves.
fn limited(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from_static("50"));
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("49"));
    headers.insert("x-ratelimit-reset-after", HeaderValue::from_static("1.000"));
    response
}

fn too_many(retry_after: f64) -> Response {
    let mut response = refused(Refusal::too_many(retry_after));
    let headers = response.headers_mut();
    let number = |seconds: f64| HeaderValue::from_str(&seconds.to_string()).expect("a number is plain text");
    headers.insert("retry-after", number(retry_after.ceil()));
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
    headers.insert("x-ratelimit-reset-after", number(retry_after));
    headers.insert("x-ratelimit-scope", HeaderValue::from_static("user"));
    headers.insert("via", HeaderValue::from_static("1.1 google"));
    response
}

fn download(shared: &Shared, path: &str) -> Response {
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    match shared.world().files.get(path.as_ref()) {
        Some(upload) => ([(CONTENT_TYPE, "application/octet-stream")], upload.bytes.clone()).into_response(),
        None => refused(Refusal::no_route()),
    }
}

async fn upgrade(shared: Arc<Shared>, request: Request, cut: Cut) -> Response {
    let fault = shared.faults.take("gateway");
    let words = |fault: Fault| match fault {
        Fault::TooMany { retry_after } => too_many(retry_after),
        _ => refused(Refusal::unauthorized()),
    };
    let connecting = async {
        let (mut parts, _) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default().to_string();
        // JSON is what is spoken unless a client asks for something else.
        let asks = wire::form(&query);
        let is_json = asks.get("encoding").is_none_or(|encoding| encoding == "json");
        if asks.get("v").map(String::as_str) != Some("10") || !is_json || asks.contains_key("compress") {
            shared
                .record
                .violation(format!("the gateway speaks version 10 in plain JSON here, not `{query}`"));
        }
        let connection = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
        match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            Ok(upgrade) => {
                let shared = shared.clone();
                upgrade.on_upgrade(move |socket| socket::converse(shared, socket, connection))
            }
            Err(refused) => refused.into_response(),
        }
    };
    wire::under(fault, &cut, words, connecting).await
}

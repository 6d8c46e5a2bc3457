//! A bot on the bench: a store, a world that writes down what is sent, and those who look.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::event::{Chat, Message, Person, What};
use engine::journal::Entry;
use engine::{Done, Effect, EffectError, ErrorKind, Event, Request, Spot};
use flow::{Bot as Document, Data};
use runner::debug::{Allows, Command, Debugging, Go, News, Point, Refused, Reply, Stopped};
use runner::{Bot, Heard, Performing, Runner, World};
use store::{Store, StoreError};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// `hello` counts and asks; any other answer ends it. `fetch` calls an address, beside all else.
pub const NODES: &str = r#"{
    "t": {"kind": "trigger.message", "v": 1, "fields": {"match": "contains", "text": "hello"}, "next": {"out": "n"}},
    "n": {"kind": "data.counter", "v": 1, "fields": {"counter": "bot.count", "does": "add"}, "next": {"out": "s"}},
    "s": {"kind": "data.set", "v": 1, "fields": {"set": [{"id": "1", "variable": "flow.twice", "value": {"$expr": "bot.count * 2"}}]}, "next": {"out": "q"}},
    "q": {"kind": "message.ask", "v": 1, "key": "size", "fields": {"text": "Number {{ bot.count }}: which size?", "timeout": "1h"},
          "next": {"other": "r"}},
    "r": {"kind": "message.send", "v": 1, "fields": {"text": "{{ msg.text }} it is, {{ user.first_name }}"}},
    "f": {"kind": "trigger.message", "v": 1, "fields": {"match": "contains", "text": "fetch"}, "next": {"out": "h"}},
    "h": {"kind": "world.http", "v": 1, "key": "page", "fields": {"method": "POST", "url": "https://example.org/"}, "next": {"out": "g", "error": "e"}},
    "g": {"kind": "message.send", "v": 1, "fields": {"text": "fetched {{ nodes.page.status }}"}},
    "e": {"kind": "message.send", "v": 1, "fields": {"text": "{{ flow.error.code }}"}},
    "w": {"kind": "trigger.message", "v": 1, "fields": {"match": "contains", "text": "remind"}, "next": {"out": "d"}},
    "d": {"kind": "logic.delay", "v": 1, "fields": {"for": "1s"}, "next": {"out": "z"}},
    "z": {"kind": "message.send", "v": 1, "fields": {"text": "time is up"}}
}"#;

pub fn bot_of(nodes: &str) -> Bot {
    let (bot, problems) = Bot::new("b", &document(nodes), 1);
    assert!(problems.is_empty(), "{problems:?}");
    bot
}

pub fn document(nodes: &str) -> Document {
    let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {nodes}}}"#);
    let manifest = r#"{"id": "b", "name": "Sizes", "channels": ["telegram"], "variables": {"bot": {"count": {"type": "number", "default": 0}}}}"#;
    Document {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), flow::text::parse_flow(text.as_bytes()).value)].into(),
        ..Document::default()
    }
}

#[derive(Default)]
pub struct Chats {
    sent: Mutex<Vec<String>>,
    /// Calls wait for this.
    pub calls: Notify,
    pub called: Mutex<u32>,
}

impl World for Chats {
    fn perform(&self, request: Request) -> Performing<'_> {
        Box::pin(async move {
            match &request.effect {
                Effect::Send(send) => {
                    let chat = request.origin.chat.as_deref().unwrap_or_default();
                    let mut sent = self.sent.lock().unwrap();
                    sent.push(format!("{chat}: {}", send.text));
                    Ok(Done::Sent { message: sent.len().to_string().into() })
                }
                Effect::Confirm { .. } => {
                    self.sent.lock().unwrap().push("confirmed".into());
                    Ok(Done::Done)
                }
                Effect::Http(_) => {
                    *self.called.lock().unwrap() += 1;
                    self.calls.notified().await;
                    let headers = flow::data::Fields::default();
                    Ok(Done::Http { status: 200, headers, body: Data::text("ok") })
                }
                _ => Err(EffectError::new(ErrorKind::Refused, "not here")),
            }
        })
    }
}

impl Chats {
    pub fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }

    pub async fn until(&self, count: usize) -> Vec<String> {
        until(|| self.sent().len() >= count).await;
        self.sent()
    }
}

pub async fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..2000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not come to that");
}

pub struct Bench {
    pub folder: TempDir,
    pub world: Arc<Chats>,
    pub runner: Runner,
    pub task: JoinHandle<()>,
    pub store: Store,
}

impl Bench {
    pub async fn new() -> Bench {
        Bench::with(bot_of(NODES)).await
    }

    pub async fn with(bot: Bot) -> Bench {
        let folder = TempDir::new().unwrap();
        Bench::on(folder, Arc::new(Chats::default()), bot).await
    }

    async fn on(folder: TempDir, world: Arc<Chats>, bot: Bot) -> Bench {
        let store = loop {
            match Store::open(folder.path()).await {
                Err(StoreError::Locked(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
                other => break other.expect("it opens"),
            }
        };
        let (runner, task) = Runner::start(bot, store.clone(), world.clone()).await.expect("it starts");
        Bench { folder, world, runner, task, store }
    }

    /// Stops it as a kill does, and starts it again.
    pub async fn killed(self) -> Bench {
        let Bench { folder, world, runner, task, store } = self;
        task.abort();
        let _ = task.await;
        drop((runner, store));
        world.calls.notify_one();
        Bench::on(folder, world, bot_of(NODES)).await
    }

    pub async fn hear(&self, id: &str, chat: &str, text: &str) {
        let heard = self.runner.hear(id, says(chat, text)).await.unwrap();
        assert_eq!(heard, Heard::Taken, "{id}");
    }

    pub async fn debugs(&self) -> Debugging {
        self.runner.attach(Allows::Debug).await.unwrap()
    }

    pub async fn journal(&self, chat: &str) -> Vec<store::Entry> {
        self.store.journal("b", &talk(chat), 0).await.unwrap()
    }

    pub async fn entries(&self, chat: &str) -> Vec<Entry> {
        let rows = self.journal(chat).await;
        assert!(rows.windows(2).all(|pair| pair[0].position + 1 == pair[1].position));
        let entries: Vec<Entry> = rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect();
        assert!(entries.windows(2).all(|pair| pair[0].input.at <= pair[1].input.at), "time went back");
        entries
    }

    /// Waits until nothing is to be done outside.
    pub async fn rests(&self) {
        while !self.store.outbox("b").await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until nothing is to be done outside but what is held back.
    pub async fn rests_but_one(&self) {
        while self.store.outbox("b").await.unwrap().len() > *self.world.called.lock().unwrap() as usize {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Every entry comes out again as it did, with nobody looking.
    pub async fn replays(&self, chat: &str) {
        let debug = self.debugs().await;
        let reply = debug.ask(Command::Recording { conversation: talk(chat).into(), from: 0 }).await.unwrap();
        let Reply::Recording { text } = reply else { panic!("{reply:?}") };
        let mut timeline = engine::recording::Recording::from_text(&text).unwrap().open().unwrap();
        assert_eq!(timeline.entries().len(), self.journal(chat).await.len());
        assert_eq!(timeline.verify(), Ok(()));
    }
}

/// The name of a chat's conversation.
pub fn talk(chat: &str) -> String {
    format!("person:telegram:{chat}:p{chat}")
}

pub fn says(chat: &str, text: &str) -> Event {
    let id = chat.into();
    Event {
        channel: "telegram".into(),
        chat: Some(Chat { id, ..Chat::default() }),
        person: Some(Person {
            id: format!("p{chat}").into(),
            first_name: Some("Ada".into()),
            ..Person::default()
        }),
        what: What::Message(Message { id: "1".into(), text: text.into(), ..Message::default() }),
    }
}

pub fn spot(node: &str) -> Spot {
    Spot { flow: "main".into(), node: node.into() }
}

pub fn at(node: &str) -> Point {
    Point { spot: spot(node), ..Point::default() }
}

pub async fn stop_at(debug: &Debugging, point: Point) -> u64 {
    match debug.ask(Command::Break { point }).await.unwrap() {
        Reply::Point { id } => id,
        other => panic!("{other:?}"),
    }
}

pub async fn go(debug: &Debugging, chat: &str, how: Go) -> Result<Reply, Refused> {
    debug.ask(Command::Go { conversation: talk(chat).into(), how }).await
}

/// On to the next stop: its node, or nothing where there is none for now.
pub async fn step(debug: &Debugging, chat: &str, how: Go) -> Option<Stopped> {
    match go(debug, chat, how).await.unwrap() {
        Reply::Stopped(stopped) => Some(*stopped),
        Reply::Went => None,
        other => panic!("{other:?}"),
    }
}

pub async fn evaluate(debug: &Debugging, chat: &str, expression: &str) -> Data {
    let command = Command::Evaluate { conversation: talk(chat).into(), expression: expression.into() };
    match debug.ask(command).await.unwrap() {
        Reply::Value { value: runner::debug::Shown::Value(value) } => value,
        other => panic!("{other:?}"),
    }
}

pub async fn news(debug: &Debugging) -> News {
    tokio::time::timeout(Duration::from_secs(10), debug.news()).await.expect("news").expect("it runs")
}

/// The next pause that is told.
pub async fn pause(debug: &Debugging) -> Stopped {
    loop {
        if let News::Paused(stopped) = news(debug).await {
            return *stopped;
        }
    }
}

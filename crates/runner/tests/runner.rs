//! A bot that runs: heard, stepped, written down, performed; stopped at any point and begun again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::event::{Chat, Message, Person, What};
use engine::{Done, Effect, EffectError, ErrorKind, Event, Request};
use flow::Bot as Document;
use runner::{Bot, Heard, Performing, Runner, World};
use store::{Store, StoreError};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

const NODES: &str = r#"{
    "t": {"kind": "trigger.message", "v": 1, "fields": {"match": "contains", "text": "hello"}, "next": {"out": "n"}},
    "n": {"kind": "data.counter", "v": 1, "fields": {"counter": "bot.count", "does": "add"}, "next": {"out": "q"}},
    "q": {"kind": "message.ask", "v": 1, "key": "size", "fields": {"text": "Number {{ bot.count }}: which size?", "timeout": "1s"},
          "next": {"other": "r", "timeout": "late", "error": "wrong"}},
    "r": {"kind": "message.send", "v": 1, "fields": {"text": "{{ msg.text }} it is, {{ user.first_name }}"}},
    "late": {"kind": "message.send", "v": 1, "fields": {"text": "Are you still there?"}},
    "wrong": {"kind": "message.send", "v": 1, "fields": {"text": "{{ flow.error.code }}"}}
}"#;

fn bot() -> Bot {
    let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {NODES}}}"#);
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"], "variables": {"bot": {"count": {"type": "number", "default": 0}}}}"#;
    let bot = Document {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), flow::text::parse_flow(text.as_bytes()).value)].into(),
        ..Document::default()
    };
    let (program, problems) = engine::compile(&bot);
    assert!(problems.is_empty(), "{problems:?}");
    Bot { id: "b".into(), program: Arc::new(program), older: Vec::new(), seed: 1 }
}

/// Writes down what is sent, and holds it back where told to.
#[derive(Default)]
struct Chats {
    sent: Mutex<Vec<String>>,
    held: Mutex<Option<Arc<Notify>>>,
}

impl World for Chats {
    fn perform(&self, request: Request) -> Performing<'_> {
        Box::pin(async move {
            let Effect::Send(send) = &request.effect else {
                return Err(EffectError::new(ErrorKind::Refused, "not here"));
            };
            let text = format!("{}: {}", request.origin.chat.as_deref().unwrap_or_default(), send.text);
            let count = {
                let mut sent = self.sent.lock().unwrap();
                sent.push(text);
                sent.len()
            };
            let held = self.held.lock().unwrap().clone();
            if let Some(held) = held {
                held.notified().await;
            }
            Ok(Done::Sent { message: count.to_string().into() })
        })
    }
}

impl Chats {
    async fn until(&self, count: usize) -> Vec<String> {
        for _ in 0..2000 {
            let sent = self.sent.lock().unwrap().clone();
            if sent.len() >= count {
                return sent;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("only {:?}", self.sent.lock().unwrap());
    }
}

fn says(chat: &str, text: &str) -> Event {
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

async fn start(folder: &TempDir, world: &Arc<Chats>) -> (Runner, JoinHandle<()>, Store) {
    let store = loop {
        match Store::open(folder.path()).await {
            Err(StoreError::Locked(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
            other => break other.expect("it opens"),
        }
    };
    let (runner, task) = Runner::start(bot(), store.clone(), world.clone()).await.expect("it starts");
    (runner, task, store)
}

#[tokio::test]
async fn a_conversation_goes_on_after_a_stop() {
    let folder = TempDir::new().unwrap();
    let world = Arc::new(Chats::default());
    let (runner, task, store) = start(&folder, &world).await;
    assert_eq!(runner.hear("u1", says("7", "hello")).await.unwrap(), Heard::Taken);
    assert_eq!(runner.hear("u1", says("7", "hello")).await.unwrap(), Heard::Before);
    assert_eq!(runner.hear("u2", says("8", "hello")).await.unwrap(), Heard::Taken);
    assert_eq!(runner.hear("u3", says("9", "what?")).await.unwrap(), Heard::Ignored);
    let sent = world.until(2).await;
    assert_eq!(sent, ["7: Number 1: which size?", "8: Number 2: which size?"]);
    while !store.outbox("b").await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop((runner, store));
    task.await.unwrap();

    let (runner, _task, store) = start(&folder, &world).await;
    assert_eq!(runner.hear("u4", says("7", "large")).await.unwrap(), Heard::Taken);
    assert!(world.until(3).await.contains(&"7: large it is, Ada".to_string()));
    // The other one waits for a second, whoever stopped in between.
    assert!(world.until(4).await.contains(&"8: Are you still there?".to_string()));
    assert!(store.dead("b").await.unwrap().is_empty());
    // Every step of the way is in the journal.
    let journal = store.journal("b", "person:telegram:7:p7", 0).await.unwrap();
    assert!(journal.len() >= 3 && journal.windows(2).all(|pair| pair[0].position + 1 == pair[1].position));
}

#[tokio::test]
async fn what_was_begun_when_it_stopped_is_in_doubt_and_not_done_again() {
    let folder = TempDir::new().unwrap();
    let held = Arc::new(Chats { held: Mutex::new(Some(Arc::new(Notify::new()))), ..Chats::default() });
    let (runner, task, store) = start(&folder, &held).await;
    runner.hear("u1", says("7", "hello")).await.unwrap();
    held.until(1).await;
    // As a kill does: nobody hears what comes of it.
    task.abort();
    let _ = task.await;
    drop((runner, store));

    let world = Arc::new(Chats::default());
    // The first one still holds its store until the answer that never comes is given up.
    held.held.lock().unwrap().take().unwrap().notify_waiters();
    let (_runner, _task, store) = start(&folder, &world).await;
    assert_eq!(world.until(1).await, ["7: in-doubt"]);
    assert!(store.dead("b").await.unwrap().is_empty());
}

#[tokio::test]
async fn many_at_once_lose_no_count() {
    let folder = TempDir::new().unwrap();
    let world = Arc::new(Chats::default());
    let (runner, _task, store) = start(&folder, &world).await;
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let runner = runner.clone();
            tokio::spawn(async move { runner.hear(format!("u{n}"), says(&n.to_string(), "hello")).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), Heard::Taken);
    }
    let variables = store.variables("b", &[(2, String::new())]).await.unwrap();
    assert_eq!(variables, [(2, String::new(), "count".into(), "200".into())]);
    world.until(200).await;
}

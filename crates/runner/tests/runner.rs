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
    bot_of(NODES)
}

fn bot_of(nodes: &str) -> Bot {
    let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {nodes}}}"#);
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"], "variables": {"bot": {"count": {"type": "number", "default": 0}}}}"#;
    let bot = Document {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), flow::text::parse_flow(text.as_bytes()).value)].into(),
        ..Document::default()
    };
    let (bot, problems) = Bot::new("b", &bot, 1);
    assert!(problems.is_empty(), "{problems:?}");
    bot
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
    start_as(bot(), folder, world).await
}

async fn start_as(bot: Bot, folder: &TempDir, world: &Arc<Chats>) -> (Runner, JoinHandle<()>, Store) {
    let store = loop {
        match Store::open(folder.path()).await {
            Err(StoreError::Locked(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
            other => break other.expect("it opens"),
        }
    };
    let (runner, task) = Runner::start(bot, store.clone(), world.clone()).await.expect("it starts");
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

#[tokio::test]
async fn a_run_finishes_on_the_bot_that_it_began_on() {
    let newer = NODES.replace("hello", "hey").replace("which size?", "how large?").replace("it is", "then");
    // Long enough for a slow machine.
    let [older, newer] = [NODES, &newer].map(|nodes| bot_of(&nodes.replace("1s", "1h")));
    let hash = older.program.hash.to_string();
    let folder = TempDir::new().unwrap();
    let world = Arc::new(Chats::default());
    let (runner, task, store) = start_as(older, &folder, &world).await;
    runner.hear("u1", says("7", "hello")).await.unwrap();
    world.until(1).await;
    while !store.outbox("b").await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop((runner, store));
    task.await.unwrap();

    let (runner, task, store) = start_as(newer, &folder, &world).await;
    assert_eq!(runner.hear("u2", says("8", "hey")).await.unwrap(), Heard::Taken);
    assert_eq!(world.until(2).await[1], "8: Number 2: how large?");
    assert_eq!(runner.hear("u3", says("7", "large")).await.unwrap(), Heard::Taken);
    assert_eq!(world.until(3).await[2], "7: large it is, Ada");
    assert_eq!(runner.hear("u4", says("8", "small")).await.unwrap(), Heard::Taken);
    assert_eq!(world.until(4).await[3], "8: small then, Ada");
    assert!(store.dead("b").await.unwrap().is_empty());
    while !store.outbox("b").await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Nobody is on the older one any more, but the journal tells of it.
    assert!(store.standing("b").await.unwrap().is_empty());
    assert!(store.program("b", &hash).await.unwrap().is_some());
    drop((runner, store));
    task.await.unwrap();
}

#[tokio::test]
async fn what_is_old_is_let_go() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let entry = |conversation: &str, at| store::Entry {
        conversation: conversation.into(),
        position: 1,
        at,
        body: String::new(),
        first: Some(String::new()),
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    let ago = |days: i64| now - days * 24 * 60 * 60 * 1000;
    store
        .commit(store::Commit {
            bot: "b".into(),
            heard: vec![("long ago".into(), ago(8)), ("lately".into(), ago(6))],
            journal: vec![entry("old", ago(31)), entry("young", ago(29))],
            ..store::Commit::default()
        })
        .await
        .unwrap();
    let (runner, _task) = Runner::start(bot(), store.clone(), Arc::new(Chats::default())).await.unwrap();
    runner.hear("u1", says("9", "what?")).await.unwrap();
    while !store.journal("b", "old", 0).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(store.journal("b", "young", 0).await.unwrap().len(), 1);
    assert_eq!(runner.hear("lately", says("9", "what?")).await.unwrap(), Heard::Before);
    assert_eq!(runner.hear("long ago", says("9", "what?")).await.unwrap(), Heard::Ignored);
}

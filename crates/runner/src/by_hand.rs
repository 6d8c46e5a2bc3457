//! A brain that is turned by hand, for what is hard to bring about otherwise: rounds that the disk refuses, lines that are too long.

use std::sync::Arc;

use engine::event::{Chat, Message, Person, What};
use engine::{Done, Event, Request};
use store::{Store, StoreError};
use tempfile::TempDir;
use tokio::sync::{mpsc, oneshot};

use crate::brain::{Brain, Said, now};
use crate::debug::{Allows, Ask, Code, Command, Debugging, Go, News, Point, Refused, Reply};
use crate::line::MOST_HELD;
use crate::{Bot, Performing, World};

const NODES: &str = r#"{
    "t": {"kind": "trigger.message", "v": 1, "fields": {"match": "any"}, "next": {"out": "s"}},
    "s": {"kind": "data.counter", "v": 1, "fields": {"counter": "bot.count", "does": "add"}}
}"#;

struct Silent;

impl World for Silent {
    fn perform(&self, _: Request) -> Performing<'_> {
        Box::pin(async { Ok(Done::Sent { message: "1".into() }) })
    }
}

fn bot() -> Bot {
    let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {NODES}}}"#);
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"], "variables": {"bot": {"count": {"type": "number", "default": 0}}}}"#;
    let document = flow::Bot {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), flow::text::parse_flow(text.as_bytes()).value)].into(),
        ..flow::Bot::default()
    };
    let (bot, problems) = Bot::new("b", &document, 1);
    assert!(problems.is_empty(), "{problems:?}");
    bot
}

fn says(id: &str) -> Vec<Said> {
    let event = Event {
        channel: "telegram".into(),
        chat: Some(Chat { id: "7".into(), ..Chat::default() }),
        person: Some(Person { id: "p7".into(), ..Person::default() }),
        what: What::Message(Message { id: id.into(), text: id.into(), ..Message::default() }),
    };
    vec![Said::Event { id: id.into(), event: Box::new(event), done: None }]
}

const TALK: &str = "person:telegram:7:p7";

struct Bench {
    brain: Brain,
    asks: mpsc::UnboundedReceiver<Ask>,
    debug: Arc<Debugging>,
    _folder: TempDir,
    /// Keeps the outbox from going anywhere.
    _say: mpsc::Sender<Said>,
}

impl Bench {
    /// A brain that is turned by hand, with somebody attached.
    async fn new() -> Bench {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let (say, _) = mpsc::channel(8);
        let mut brain = Brain::wake(bot(), store, Arc::new(Silent), say.downgrade()).await.unwrap();
        let (to, mut asks) = mpsc::unbounded_channel();
        let attaching = tokio::spawn(async move { Debugging::attach(&to, Allows::Debug).await });
        brain.hear_asks(&mut vec![asks.recv().await.unwrap()]);
        let debug = Arc::new(attaching.await.unwrap().unwrap());
        Bench { brain, asks, debug, _folder: folder, _say: say }
    }

    async fn ask(&mut self, command: Command) -> oneshot::Receiver<Result<Reply, Refused>> {
        let (to, answer) = oneshot::channel();
        let debug = self.debug.clone();
        tokio::spawn(async move { to.send(debug.ask(command).await) });
        let ask = self.asks.recv().await.unwrap();
        self.brain.hear_asks(&mut vec![ask]);
        answer
    }

    /// A round that the disk refuses.
    async fn fails(&mut self, said: Vec<Said>) {
        drop(self.brain.round(&said, now()).await.unwrap());
        self.brain.take_back(said, &StoreError::Closed);
    }

    async fn held(&self) -> usize {
        self.brain.store.held("b").await.unwrap().len()
    }

    async fn journal(&self) -> usize {
        self.brain.store.journal("b", TALK, 0).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_pause_and_going_on_hold_only_when_they_are_written() {
    let mut bench = Bench::new().await;
    let spot = engine::Spot { flow: "main".into(), node: "s".into() };
    let point = Point { spot, ..Point::default() };
    bench.ask(Command::Break { point }).await.await.unwrap().unwrap();

    // The pause is not written: whoever said it keeps it, and nobody hears of a pause.
    bench.fails(says("u1")).await;
    assert!(!bench.brain.desk.as_ref().unwrap().pauses(TALK));
    assert_eq!(bench.held().await, 0);
    // It is said again, since nobody acknowledged it.
    bench.brain.turn(says("u1")).await;
    assert!(bench.brain.desk.as_ref().unwrap().pauses(TALK));
    assert!(matches!(bench.debug.news().await, Some(News::Paused(_))));
    assert_eq!((bench.held().await, bench.journal().await), (1, 0));

    // Going on is not written: it is as if it had not been taken, and is taken anew from where it was.
    let go = Command::Go { conversation: TALK.into(), how: Go::On };
    let answer = bench.ask(go.clone()).await;
    bench.fails(Vec::new()).await;
    assert_eq!(answer.await.unwrap().unwrap_err().code, Code::NotWritten);
    assert_eq!((bench.held().await, bench.journal().await), (1, 0));
    bench.brain.turn(Vec::new()).await;
    assert!(matches!(bench.debug.news().await, Some(News::Paused(_))));
    // What was held behind it, and not written, is not in line.
    bench.fails(says("u2")).await;
    bench.brain.turn(Vec::new()).await;
    assert_eq!(bench.held().await, 1);

    let answer = bench.ask(go).await;
    bench.brain.turn(Vec::new()).await;
    assert_eq!(answer.await.unwrap(), Ok(Reply::Went));
    assert_eq!((bench.held().await, bench.journal().await), (0, 1));
    assert!(!bench.brain.can_go_on());
}

#[tokio::test]
async fn a_conversation_in_whose_line_there_is_no_room_goes_on() {
    let mut bench = Bench::new().await;
    let spot = engine::Spot { flow: "main".into(), node: "s".into() };
    let point = Point { spot, ..Point::default() };
    bench.ask(Command::Break { point }).await.await.unwrap().unwrap();
    bench.brain.turn(says("u")).await;
    assert!(bench.brain.desk.as_ref().unwrap().pauses(TALK));
    let many = (0..=MOST_HELD).flat_map(|n| says(&format!("u{n}")));
    bench.brain.turn(many.collect()).await;
    let mut turns = 0;
    while bench.brain.can_go_on() {
        bench.brain.turn(Vec::new()).await;
        turns += 1;
        assert!(turns < 100);
    }
    assert_eq!((bench.held().await, bench.journal().await), (0, MOST_HELD + 2));
    assert!(bench.brain.desk.as_ref().unwrap().hurries.is_empty());
    // From then on it stops again.
    bench.brain.turn(says("more")).await;
    assert!(bench.brain.desk.as_ref().unwrap().pauses(TALK));
}

/// The store's file by another way, to make it refuse what the runner writes.
async fn refusing(folder: &TempDir, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("state.sqlite"));
    let mut file = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut file).await.unwrap();
    sqlx::Connection::close(file).await.unwrap();
}

#[tokio::test]
async fn rounds_that_stand_on_one_that_is_not_written_are_taken_back_with_it() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let (say, _hears) = mpsc::channel(8);
    let mut brain = Brain::wake(bot(), store.clone(), Arc::new(Silent), say.downgrade()).await.unwrap();
    brain.turn(says("u1")).await;
    refusing(
        &folder,
        "CREATE TRIGGER no BEFORE INSERT ON heard WHEN new.id = 'u2' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .await;
    // The second would be written if it stood alone.
    brain.set_out(says("u2")).await;
    brain.set_out(says("u3")).await;
    brain.land().await;
    assert_eq!(store.journal("b", TALK, 0).await.unwrap().len(), 1);
    let heard = store.heard("b", &["u1".into(), "u2".into(), "u3".into()]).await.unwrap();
    assert_eq!(heard.into_iter().collect::<Vec<_>>(), ["u1"]);
    // Both are kept, in their order, and taken when the disk has room again.
    refusing(&folder, "DROP TRIGGER no").await;
    let again = std::mem::take(&mut brain.again);
    assert_eq!(again.iter().filter_map(Said::id).collect::<Vec<_>>(), ["u2", "u3"]);
    brain.turn(again).await;
    assert_eq!(store.journal("b", TALK, 0).await.unwrap().len(), 3);
    let bots = [(engine::input::VarScope::Bot as u8, String::new())];
    let count = store.variables("b", &bots).await.unwrap();
    assert_eq!(
        count.first().map(|(_, _, name, value)| (name.as_str(), value.as_str())),
        Some(("count", "3"))
    );
}

#[tokio::test]
async fn an_event_that_is_said_again_while_it_is_being_written_is_not_heard_twice() {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let (say, _hears) = mpsc::channel(8);
    let mut brain = Brain::wake(bot(), store.clone(), Arc::new(Silent), say.downgrade()).await.unwrap();
    brain.set_out(says("u1")).await;
    brain.set_out(says("u1")).await;
    brain.land().await;
    assert_eq!(store.journal("b", TALK, 0).await.unwrap().len(), 1);
}

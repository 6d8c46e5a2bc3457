//! The engine alone, the disk alone, and the runner with a world that does everything at once.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use engine::event::{Chat, Message, Person, What};
use engine::{Body, Done, Event, Input, Request, Session, Shared, Trace};
use runner::{Bot, Performing, Runner, World};
use store::{Commit, Store};
use tokio::sync::Semaphore;

use super::bench::bot;
use super::refused::Refused;

const TRIGGER: &str =
    r#"{"kind": "trigger.message", "v": 1, "fields": {"match": "any"}, "next": {"out": "a"}}"#;
const ANSWER: &str = r#"{"kind": "message.send", "v": 1, "fields": {"text": "Hi {{ user.first_name }}"}}"#;

fn says(chat: u64) -> Event {
    let id = smol_str::format_smolstr!("{chat}");
    let person = Person { id: id.clone(), first_name: Some("Ada".into()), ..Person::default() };
    Event {
        channel: "telegram".into(),
        chat: Some(Chat { id, ..Chat::default() }),
        person: Some(person),
        what: What::Message(Message { id: "1".into(), text: "hello".into(), ..Message::default() }),
    }
}

/// A message in, its answer out and confirmed: so often a second, on one thread.
pub fn engine_only(time: Duration) -> f64 {
    let (program, _) = engine::compile(&bot(TRIGGER, ANSWER));
    let event = says(7);
    let input = |id: &'static str, body| Input { id: id.into(), at: flow::Time(1), body, alters: Vec::new() };
    let (began, mut count) = (Instant::now(), 0_u64);
    while began.elapsed() < time {
        for _ in 0..1000 {
            let trigger = engine::route(&program, &event).into_iter().find_map(|offer| offer.trigger);
            let one = input("e", Body::Event { event: event.clone(), trigger });
            let outcome =
                engine::step(&program, Session::new("x", 1), &Shared::default(), &one, &mut Trace::Off);
            let Some(request) = outcome.effects.first() else { return 0.0 };
            let result = Ok(Done::Sent { message: "1".into() });
            let back = input("r", Body::Result { key: request.key, result });
            std::hint::black_box(engine::step(
                &program,
                outcome.session,
                &Shared::default(),
                &back,
                &mut Trace::Off,
            ));
        }
        count += 1000;
    }
    count as f64 / began.elapsed().as_secs_f64()
}

/// So often a second the disk makes sure of a write of one page.
pub fn syncs(folder: &Path, time: Duration) -> Result<f64, Refused> {
    let path = folder.join("raw");
    let failed = |error| Refused::failed(format!("{}: {error}", path.display()));
    let mut file = File::create(&path).map_err(failed)?;
    let page = [7_u8; 4096];
    let (began, mut count) = (Instant::now(), 0_u64);
    while began.elapsed() < time {
        file.write_all(&page).map_err(failed)?;
        file.sync_data().map_err(failed)?;
        count += 1;
    }
    Ok(count as f64 / began.elapsed().as_secs_f64())
}

pub struct Durable {
    /// One commit a message, one after the other.
    pub single: f64,
    pub one: f64,
    pub many: f64,
}

pub async fn durable(folder: &Path, time: Duration) -> Result<Durable, Refused> {
    let store = Store::open(&folder.join("single")).await?;
    let (began, mut count) = (Instant::now(), 0_u64);
    while began.elapsed() < time {
        store.commit(message(count)).await?;
        count += 1;
    }
    let single = count as f64 / began.elapsed().as_secs_f64();
    let one = rate(&folder.join("one"), 1, time).await?;
    let many = rate(&folder.join("many"), 32, time).await?;
    Ok(Durable { single, one, many })
}

/// What a message writes, as the runner would.
fn message(count: u64) -> Commit {
    let name = |what: &str| format!("{what}:{count}");
    let body = || "x".repeat(700);
    let at = count.cast_signed();
    Commit {
        bot: "bench".into(),
        heard: vec![(name("u"), at)],
        sessions: vec![store::Session { conversation: name("c"), body: Some(body()), programs: Vec::new() }],
        asked: vec![store::Asked { key: name("k"), conversation: name("c"), body: body() }],
        ..Commit::default()
    }
}

/// Does what it is asked at once, and tells whoever waits.
struct AtOnce {
    done: AtomicU64,
    /// So many may be on their way.
    room: Arc<Semaphore>,
}

impl World for AtOnce {
    fn perform(&self, _: Request) -> Performing<'_> {
        Box::pin(async move {
            self.done.fetch_add(1, Ordering::Relaxed);
            self.room.add_permits(1);
            Ok(Done::Sent { message: "1".into() })
        })
    }
}

/// Messages answered a second, with so many conversations waiting for their answer at a time.
async fn rate(folder: &Path, flight: usize, time: Duration) -> Result<f64, Refused> {
    let store = Store::open(folder).await?;
    let room = Arc::new(Semaphore::new(flight));
    let world = Arc::new(AtOnce { done: AtomicU64::new(0), room: Arc::clone(&room) });
    let (bot, _) = Bot::new("bench", &bot(TRIGGER, ANSWER), 1);
    let (runner, task) = Runner::start(bot, store, world.clone()).await?;
    let (began, mut count) = (Instant::now(), 0_u64);
    while began.elapsed() < time {
        let Ok(permit) = room.acquire().await else { break };
        permit.forget();
        let runner = runner.clone();
        count += 1;
        let id = format!("u{count}");
        let event = says(count % 64);
        // The next one is said as soon as this one is answered, not when it is acknowledged.
        tokio::spawn(async move { runner.hear(id, event).await });
    }
    let took = began.elapsed().as_secs_f64();
    let done = world.done.load(Ordering::Relaxed);
    drop(runner);
    let _ = task.await;
    Ok(done as f64 / took)
}

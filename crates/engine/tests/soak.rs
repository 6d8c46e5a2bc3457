//! Memory stays where it is, however many messages there were. In a program of its own, since it counts every byte that is taken.
//!
//! `cargo test --release -p engine --test soak` with `NEXUS_FULL=1` goes through ten million messages.

use std::collections::VecDeque;
use std::sync::Arc;

use engine::event::{Chat, Message, Person, What};
use engine::step::Shared;
use engine::{Body, Done, Event, Input, Program, Session, Trace};
use flow::data::Fields;
use flow::{Bot, Time};
use smol_str::{SmolStr, format_smolstr};

const PEOPLE: usize = 500;

const NODES: &str = r#"{
    "t": {"kind": "trigger.message", "v": 1, "fields": {"match": "any"}, "next": {"out": "n"}},
    "n": {"kind": "data.counter", "v": 1, "fields": {"counter": "bot.count", "does": "add"}, "next": {"out": "s"}},
    "s": {"kind": "data.set", "v": 1, "fields": {"set": [{"id": "a", "variable": "user.last", "value": "{{ msg.text }}"}]}, "next": {"out": "w"}},
    "w": {"kind": "logic.switch", "v": 1, "fields": {"cases": [{"id": "c", "when": "bot.count % 3 == 0"}]}, "next": {"c": "q", "else": "r"}},
    "q": {"kind": "message.ask", "v": 1, "key": "size", "fields": {"text": "Which size?", "timeout": "1h"}, "next": {"other": "r", "timeout": "r"}},
    "r": {"kind": "message.send", "v": 1, "fields": {"text": "{{ user.last }}: {{ bot.count }} so far"}}
}"#;

/// As little of a host as there can be: conversations sleep as text, and whatever is asked for is done at once.
struct Soak {
    program: Program,
    asleep: Vec<Vec<u8>>,
    shared: Shared,
    trace: Trace,
    now: Time,
    timers: VecDeque<engine::input::TimerId>,
    effects: u64,
}

impl Soak {
    fn new() -> Soak {
        let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {NODES}}}"#);
        let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"], "variables": {"bot": {"count": {"type": "number", "default": 0}}, "user": {"last": {"type": "text", "default": ""}}}}"#;
        let bot = Bot {
            manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
            flows: [("flows/main.flow.json".into(), flow::text::parse_flow(text.as_bytes()).value)].into(),
            ..Bot::default()
        };
        let (program, problems) = engine::compile(&bot);
        assert!(problems.is_empty(), "{problems:?}");
        let asleep = (0..PEOPLE).map(|person| Session::new(format_smolstr!("{person}"), 1).to_bytes());
        Soak {
            program,
            asleep: asleep.collect(),
            shared: Shared::default(),
            trace: Trace::ring(1 << 16),
            now: Time::parse("2026-01-01T12:00:00Z").expect("it is a moment"),
            timers: VecDeque::new(),
            effects: 0,
        }
    }

    fn message(&mut self, n: usize) {
        let person = n % PEOPLE;
        self.now = self.now.after(7);
        let event = Event {
            channel: "telegram".into(),
            chat: Some(Chat { id: format_smolstr!("{person}"), ..Chat::default() }),
            person: Some(Person { id: format_smolstr!("{person}"), ..Person::default() }),
            what: What::Message(Message {
                id: format_smolstr!("{n}"),
                text: TEXTS[n % TEXTS.len()].into(),
                ..Message::default()
            }),
        };
        let trigger = engine::route(&self.program, &event).into_iter().find_map(|offer| offer.trigger);
        let mut next = Some(Body::Event { event, trigger });
        while let Some(body) = next.take() {
            let input = Input { id: SmolStr::default(), at: self.now, body, alters: Vec::new() };
            let session = Session::from_bytes(&self.asleep[person]).expect("it was written so");
            let outcome = engine::step(&self.program, session, &self.shared, &input, &mut self.trace);
            assert!(outcome.dead.is_empty(), "{:?}", outcome.dead);
            for write in &outcome.writes {
                let fields = [&mut self.shared.user, &mut self.shared.chat, &mut self.shared.bot];
                let fields: &mut Arc<Fields> =
                    fields.into_iter().nth(write.scope as usize).expect("there are three");
                let fields = Arc::make_mut(fields);
                let before = fields.get(&write.name).cloned().unwrap_or_default();
                let value = write.how.applied(before).expect("nothing is unset");
                fields.insert(write.name.clone(), value);
            }
            self.effects += outcome.effects.len() as u64;
            self.timers.extend(outcome.timers.iter().map(|timer| timer.id));
            self.timers.retain(|id| !outcome.timers_off.contains(id));
            next = outcome.effects.first().map(|request| Body::Result {
                key: request.key,
                result: Ok(Done::Sent { message: "1".into() }),
            });
            self.asleep[person] = outcome.session.to_bytes();
        }
    }
}

const TEXTS: [&str; 4] = ["hello", "a text that is too long to lie inside a small string", "42", "yes"];

#[test]
fn memory_is_bounded() {
    let full = std::env::var_os("NEXUS_FULL").is_some();
    let window: usize = if full { 500_000 } else { 5_000 };
    let windows = if full { 20 } else { 4 };
    let mut soak = Soak::new();
    let mut count = 0;
    let mut run = |messages: usize, soak: &mut Soak| {
        allocation_counter::measure(|| {
            for _ in 0..messages {
                soak.message(count);
                count += 1;
            }
        })
    };
    // Everybody has been here, and the ring is full.
    run(window.max(PEOPLE * 4), &mut soak);
    let first = run(window, &mut soak);
    for _ in 2..windows {
        let later = run(window, &mut soak);
        let grown = later.bytes_current;
        // Numbers get longer, and there may be more questions open by chance.
        assert!(grown < 64 << 10, "{grown} bytes more after {window} messages");
        assert!(later.bytes_max < first.bytes_max + (64 << 10), "{later:?} after {first:?}");
    }
    assert!(soak.effects as usize >= count, "every message is answered");
    assert!(soak.timers.len() <= PEOPLE, "a question that was answered waits for no moment");
}

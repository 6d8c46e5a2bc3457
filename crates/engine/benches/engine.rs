//! What a step costs, and the ratios to a named baseline in the same run.
//!
//! `cargo bench -p engine`

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use engine::event::{Chat, Command, Message, Person};
use engine::step::Shared;
use engine::{Body, Done, Event, Input, Program, Session, Spot, Trace, What};
use flow::{Bot, Data, Time};

const ROUNDS: usize = 31;
const CHAIN: usize = 1_000;

fn main() {
    chains();
    messages();
    sessions();
    compiling();
}

/// Nodes that do next to nothing, and nodes with an expression, one after another.
fn chains() {
    let trivial =
        program(&chain(CHAIN, r#""kind": "logic.switch", "v": 1, "fields": {"cases": []}"#, "else"));
    let condition =
        r#""kind": "logic.switch", "v": 1, "fields": {"cases": [{"id": "c", "when": "bot.total > 100"}]}"#;
    let conditions = program(&chain(CHAIN, condition, "else"));
    let command = command();
    let run = |program: &Program, trace: &mut Trace| {
        engine::step(program, Session::new("x", 1), &Shared::default(), &command, trace).ticks
    };
    let per_node = |program: &Program, trace: &dyn Fn() -> Trace| {
        let mut trace = trace();
        median(|| {
            if let Trace::Full(records) = &mut trace {
                records.clear();
            }
            run(program, &mut trace)
        }) / CHAIN as f64
    };
    assert_eq!(run(&trivial, &mut Trace::Off), CHAIN as u32 + 1);
    let ring = || Trace::ring(1 << 16);
    let off = per_node(&trivial, &|| Trace::Off);
    row("trivial node, no trace", off, None, "aim ≤ 100 ns");
    row("trivial node, ring", per_node(&trivial, &ring), Some(("no trace", off)), "aim ≤ 150 ns");
    row("trivial node, full", per_node(&trivial, &Trace::full), Some(("no trace", off)), "");
    let formula = flow::expr::Formula::compile("bot.total > 100").expect("it reads");
    let scope = std::sync::Arc::new(flow::expr::Scope {
        bot: std::sync::Arc::new(flow::expr::Layers {
            set: std::sync::Arc::new([("total", Data::Int(7))].into_iter().collect()),
            ..Default::default()
        }),
        ..Default::default()
    });
    let bare =
        median(|| (0..CHAIN).filter(|_| formula.holds(black_box(&scope)).is_ok()).count()) / CHAIN as f64;
    let off = per_node(&conditions, &|| Trace::Off);
    row("expression node, no trace", off, Some(("the expression alone", bare)), "aim ≤ 600 ns");
}

/// A message, three logic nodes, a reply.
fn messages() {
    let nodes = r#"{
        "t": {"kind": "trigger.message", "v": 1, "fields": {"match": "any"}, "next": {"out": "a"}},
        "a": {"kind": "logic.switch", "v": 1, "fields": {"cases": [{"id": "c", "when": "msg.text == 'nothing'"}]}, "next": {"else": "b"}},
        "b": {"kind": "logic.switch", "v": 1, "fields": {"cases": [{"id": "c", "when": "bot.total > 100"}]}, "next": {"else": "c"}},
        "c": {"kind": "logic.switch", "v": 1, "fields": {"cases": []}, "next": {"else": "s"}},
        "s": {"kind": "message.send", "v": 1, "fields": {"text": "Hi {{ user.first_name }}"}}
    }"#;
    let program = program(nodes);
    let event =
        event(What::Message(Message { id: "9".into(), text: "hello there".into(), ..Message::default() }));
    let there = |trace: &mut Trace| {
        let trigger = engine::route(&program, &event).into_iter().find_map(|offer| offer.trigger);
        let input = input(Body::Event { event: event.clone(), trigger });
        let outcome = engine::step(&program, Session::new("x", 1), &Shared::default(), &input, trace);
        let key = outcome.effects[0].key;
        let back = self::input(Body::Result { key, result: Ok(Done::Sent { message: "1".into() }) });
        engine::step(&program, outcome.session, &Shared::default(), &back, trace)
    };
    let mut off = Trace::Off;
    let mut ring = Trace::ring(1 << 16);
    let mut full = Trace::full();
    // In turn, so that a machine that changes its pace changes it for all.
    let (mut offs, mut rings, mut fulls) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        offs.push(time(200, || there(&mut off)));
        rings.push(time(200, || there(&mut ring)));
        full = Trace::full();
        fulls.push(time(200, || there(&mut full)));
    }
    black_box(&full);
    let (off, ring, full) = (middle(offs), middle(rings), middle(fulls));
    let out = |trace: &mut Trace| {
        let input = input(Body::Event {
            event: event.clone(),
            trigger: Some(Spot { flow: "main".into(), node: "t".into() }),
        });
        engine::step(&program, Session::new("x", 1), &Shared::default(), &input, trace)
    };
    let mut only = Trace::ring(1 << 16);
    row("message → 3 nodes → reply goes out, ring", median(|| out(&mut only)), None, "aim ≤ 3,000 ns");
    row("… and its result back in, no trace", off, None, "");
    row("… ring", ring, Some(("no trace", off)), "aim ≤ 1.03");
    row("… full", full, Some(("no trace", off)), "aim ≤ 1.10");
    let allocated = allocation_counter::measure(|| {
        black_box(out(&mut Trace::Off));
    });
    println!(
        "{:<44} {:>9} allocations, {} bytes",
        "message → 3 nodes → reply goes out", allocated.count_total, allocated.bytes_total
    );
}

/// A conversation that waits, in a bot of ten variables.
fn sessions() {
    let set: Vec<String> = (0..10)
        .map(|n| format!(r#"{{"id": "{n}", "variable": "flow.variable_{n}", "value": "value {n}"}}"#))
        .collect();
    let nodes = format!(
        r#"{{
        "t": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "go"}}, "next": {{"out": "v"}}}},
        "v": {{"kind": "data.set", "v": 1, "fields": {{"set": [{}]}}, "next": {{"out": "q"}}}},
        "q": {{"kind": "message.ask", "v": 1, "key": "size", "fields": {{"text": "Which size?", "buttons": [{{"id": "l", "label": "Large"}}]}}, "next": {{"other": "s"}}}},
        "s": {{"kind": "message.send", "v": 1, "fields": {{"text": "Thanks"}}}}
    }}"#,
        set.join(",")
    );
    let program = program(&nodes);
    let outcome = engine::step(
        &program,
        Session::new("person:telegram:1:7", 1),
        &Shared::default(),
        &command(),
        &mut Trace::Off,
    );
    let back =
        input(Body::Result { key: outcome.effects[0].key, result: Ok(Done::Sent { message: "1".into() }) });
    let parked = engine::step(&program, outcome.session, &Shared::default(), &back, &mut Trace::Off).session;
    let bytes = parked.to_bytes();
    println!("{:<44} {:>9} bytes  (aim ≤ 1,024)", "parked session, ten variables", bytes.len());
    let read = median(|| Session::from_bytes(black_box(&bytes)));
    let plain = median(|| serde_json::from_slice::<serde_json::Value>(black_box(&bytes)));
    row("session from bytes", read, Some(("serde_json::from_slice::<Value>", plain)), "");
    let event = event(What::Message(Message { id: "9".into(), text: "hm".into(), ..Message::default() }));
    let said = input(Body::Event { event, trigger: None });
    let resume = median(|| {
        let session = Session::from_bytes(black_box(&bytes)).expect("it was written so");
        engine::step(&program, session, &Shared::default(), &said, &mut Trace::Off).session.to_bytes()
    });
    row("resume from bytes, step, to bytes", resume, Some(("session from bytes", read)), "aim ≤ 20,000 ns");
}

fn compiling() {
    let text = r#""kind": "message.send", "v": 1, "fields": {"text": "Hello {{ user.first_name }}, {{ bot.total + 1 }} so far"}"#;
    let bot = bot(&chain(10_000, text, "out"));
    let compile = median(|| engine::compile(black_box(&bot)));
    let print = median(|| {
        bot.flows.values().map(|flow| flow::text::print_flow(black_box(flow)).len()).sum::<usize>()
    });
    row("compile 10,000 nodes", compile, Some(("printing them", print)), "aim ≤ 30,000,000 ns");
}

fn row(what: &str, nanos: f64, against: Option<(&str, f64)>, aim: &str) {
    let against = against.map_or(String::new(), |(name, other)| format!("  {:.2} × {name}", nanos / other));
    let aim = if aim.is_empty() { String::new() } else { format!("  ({aim})") };
    println!("{what:<44} {nanos:>9.0} ns{against}{aim}");
}

fn median<T>(mut work: impl FnMut() -> T) -> f64 {
    middle((0..ROUNDS).map(|_| time(1, &mut work)).collect())
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn time<T>(times: usize, mut work: impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        black_box(work());
    }
    start.elapsed().as_nanos() as f64 / times as f64
}

/// A command, then so many nodes of one sort.
fn chain(count: usize, node: &str, port: &str) -> String {
    let mut text = String::from(
        r#"{"t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "n00001"}}"#,
    );
    for n in 1..=count {
        let next =
            if n < count { format!(r#", "next": {{"{port}": "n{:05}"}}"#, n + 1) } else { String::new() };
        text.push_str(&format!(r#", "n{n:05}": {{{node}{next}}}"#));
    }
    text.push('}');
    text
}

fn bot(nodes: &str) -> Bot {
    let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {nodes}}}"#);
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"], "variables": {"bot": {"total": {"type": "number", "default": 7}}}}"#;
    Bot {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), flow::text::parse_flow(text.as_bytes()).value)].into(),
        ..Bot::default()
    }
}

fn program(nodes: &str) -> Program {
    let (program, problems) = engine::compile(&bot(nodes));
    assert!(problems.is_empty(), "{problems:?}");
    program
}

fn event(what: What) -> Event {
    Event {
        channel: "telegram".into(),
        chat: Some(Chat { id: "1".into(), ..Chat::default() }),
        person: Some(Person { id: "7".into(), first_name: Some("Ada".into()), ..Person::default() }),
        what,
    }
}

fn input(body: Body) -> Input {
    Input { id: "1".into(), at: Time(1), body, alters: Vec::new() }
}

fn command() -> Input {
    let event = event(What::Command(Command { name: "go".into(), ..Command::default() }));
    input(Body::Event { event, trigger: Some(Spot { flow: "main".into(), node: "t".into() }) })
}

//! Stopping, stepping, looking back; and that looking changes nothing.

use engine::debug::{Became, Breakpoint, Debugger, Go, Refreshed};
use engine::event::Command;
use engine::input::Spot;
use engine::journal::{Entry, Timeline, parting};
use engine::recording::Recording;
use engine::step::Shared;
use engine::{Body, Input, Session, Trace, What};
use flow::expr::{Formula, Template};
use flow::{Bot, Data};

use crate::play::{Play, bot};

fn counting() -> Bot {
    bot(
        r#"{
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "l"}},
        "l": {"kind": "logic.loop", "v": 1, "key": "l", "fields": {"over": "times", "times": 3}, "next": {"each": "a", "done": "c"}},
        "a": {"kind": "data.set", "v": 1, "fields": {"set": [{"id": "1", "variable": "flow.n", "how": "add", "value": {"$expr": "nodes.l.round"}}]}},
        "c": {"kind": "logic.call", "v": 1, "key": "c", "fields": {"flow": "twice", "inputs": {"n": {"$expr": "flow.n"}}}, "next": {"out": "s"}},
        "s": {"kind": "message.send", "v": 1, "fields": {"text": "{{ nodes.c.n }}"}}
    }"#,
        "{}",
    )
}

fn with_twice() -> Bot {
    let mut bot = counting();
    let twice = r#"{"id": "twice", "name": "Twice", "inputs": {"n": {"type": "number"}}, "nodes": {
        "in": {"kind": "trigger.call", "v": 1, "next": {"out": "d"}},
        "d": {"kind": "data.set", "v": 1, "fields": {"set": [{"id": "1", "variable": "flow.n", "value": {"$expr": "flow.n * 2"}}]}, "next": {"out": "r"}},
        "r": {"kind": "logic.return", "v": 1, "fields": {"outputs": {"n": {"$expr": "flow.n"}}}}
    }}"#;
    bot.flows.insert("flows/twice.flow.json".into(), flow::text::parse_flow(twice.as_bytes()).value);
    bot
}

fn spot(flow: &str, node: &str) -> Spot {
    Spot { flow: flow.into(), node: node.into() }
}

fn go_input() -> Input {
    let event = Play::event(What::Command(Command { name: "go".into(), ..Command::default() }));
    let body = Body::Event { event, trigger: Some(spot("main", "t")) };
    Input { id: "1".into(), at: flow::Time(0), body, alters: Vec::new() }
}

fn begin(bot: &Bot, breakpoints: Vec<Breakpoint>) -> (engine::Program, Debugger, Trace) {
    let (program, problems) = engine::compile(bot);
    assert!(problems.is_empty());
    let mut debugger = Debugger::new(breakpoints);
    let mut trace = Trace::full();
    let became = debugger.offer(&program, Session::new("x", 1), Shared::default(), go_input(), &mut trace);
    assert!(matches!(became, Became::Paused(_)), "{became:?}");
    (program, debugger, trace)
}

fn here(debugger: &Debugger) -> String {
    debugger.paused().map_or("-".into(), |at| format!("{}.{}", at.spot.flow, at.spot.node))
}

#[test]
fn steps_go_into_over_and_out() {
    let (program, mut debugger, mut trace) = begin(&with_twice(), vec![Breakpoint::at(spot("main", "c"))]);
    assert_eq!(here(&debugger), "main.c");
    assert_eq!(debugger.evaluate("flow.n"), Ok(Data::Int(6)));
    debugger.go(&program, Go::Into, &mut trace);
    debugger.go(&program, Go::Into, &mut trace);
    assert_eq!(here(&debugger), "twice.d");
    let calls: Vec<String> = debugger.paused().unwrap().calls.iter().map(|at| at.node.to_string()).collect();
    assert_eq!(calls, ["c", "d"]);
    debugger.back(&program);
    assert_eq!(here(&debugger), "twice.in");
    debugger.back(&program);
    assert_eq!(here(&debugger), "main.c");
    debugger.go(&program, Go::To(spot("twice", "r")), &mut trace);
    assert_eq!(debugger.evaluate("flow.n"), Ok(Data::Int(12)));
    debugger.go(&program, Go::Out, &mut trace);
    assert_eq!(here(&debugger), "main.s");
    let Some(Became::Done(outcome)) = debugger.go(&program, Go::On, &mut trace) else { panic!() };
    assert_eq!(outcome.effects.len(), 1);
}

#[test]
fn over_does_not_stop_inside_a_called_flow() {
    let (program, mut debugger, mut trace) = begin(&with_twice(), vec![Breakpoint::at(spot("main", "c"))]);
    debugger.go(&program, Go::Over, &mut trace);
    assert_eq!(here(&debugger), "main.s");
}

#[test]
fn conditions_counts_and_notes() {
    let when =
        Breakpoint { when: Formula::compile("nodes.l.round == 2").ok(), ..Breakpoint::at(spot("main", "a")) };
    let (program, mut debugger, mut trace) = begin(&with_twice(), vec![when]);
    assert_eq!(debugger.evaluate("nodes.l.item"), Ok(Data::Int(1)));
    assert!(matches!(debugger.go(&program, Go::On, &mut trace), Some(Became::Done(_))));

    let third = Breakpoint { hit: 3, ..Breakpoint::at(spot("main", "a")) };
    let note = Breakpoint {
        log: Template::compile("n = {{ flow.n | default(0) }}").ok(),
        ..Breakpoint::at(spot("main", "a"))
    };
    let port = Breakpoint { port: Some("done".into()), ..Breakpoint::at(spot("main", "l")) };
    let (program, mut debugger, mut trace) = begin(&with_twice(), vec![third, note, port]);
    assert_eq!(debugger.evaluate("nodes.l.round"), Ok(Data::Int(3)));
    debugger.go(&program, Go::On, &mut trace);
    assert_eq!(debugger.paused().unwrap().leaving.as_deref(), Some("done"));
    let notes: Vec<_> = debugger.notes.iter().map(|note| note.text.clone().unwrap().to_string()).collect();
    assert_eq!(notes, ["n = 0", "n = 1", "n = 3"]);
}

#[test]
fn a_change_is_part_of_the_input_and_marks_the_run() {
    let mut bot = with_twice();
    let main = bot.flows.get_mut("flows/main.flow.json").unwrap();
    let mut send = flow::Node::clone(&main.nodes["s"]);
    send.key = Some("s".into());
    main.nodes.insert("s".into(), std::sync::Arc::new(send));
    let (program, mut debugger, mut trace) = begin(&bot, vec![Breakpoint::at(spot("main", "c"))]);
    debugger.set(&program, "flow.n", Data::Int(50));
    assert_eq!(debugger.evaluate("flow.n"), Ok(Data::Int(50)));
    let Some(Became::Done(outcome)) = debugger.go(&program, Go::On, &mut trace) else { panic!() };
    let engine::Effect::Send(send) = &outcome.effects[0].effect else { panic!() };
    assert_eq!(send.text, "100");
    assert!(outcome.session.runs[0].altered);

    let (program, mut debugger, mut trace) = begin(&with_twice(), vec![Breakpoint::at(spot("main", "l"))]);
    debugger.leave(&program, "done", &mut trace);
    assert_eq!(here(&debugger), "main.c");
}

#[test]
fn what_comes_while_it_is_paused_waits() {
    let (program, mut debugger, mut trace) = begin(&with_twice(), vec![Breakpoint::at(spot("main", "c"))]);
    let became = debugger.offer(&program, Session::default(), Shared::default(), go_input(), &mut trace);
    assert!(matches!(became, Became::Held));
    assert!(debugger.next_held().is_none());
    debugger.go(&program, Go::On, &mut trace);
    assert_eq!(debugger.next_held(), Some(go_input()));
}

#[test]
fn the_past_can_be_visited_and_asked() {
    let bot = with_twice();
    let (program, _) = engine::compile(&bot);
    let first = Session::new("x", 1);
    let (mut session, mut entries) = (first.clone(), Vec::new());
    let shared = Shared::default();
    for n in 0..100 {
        let input = Input { id: format!("{n}").into(), at: flow::Time(n), ..go_input() };
        let outcome = engine::step(&program, session, &shared, &input, &mut Trace::Off);
        entries.push(Entry::new(&program, &input, &shared, &outcome));
        session = outcome.session.clone();
        let key = outcome.effects[0].key;
        let body = Body::Result { key, result: Ok(engine::Done::Sent { message: "m".into() }) };
        let input = Input { id: format!("{n}r").into(), at: flow::Time(n), body, alters: Vec::new() };
        let outcome = engine::step(&program, session, &shared, &input, &mut Trace::Off);
        entries.push(Entry::new(&program, &input, &shared, &outcome));
        session = outcome.session;
    }
    let recording = Recording::new([&bot], first, entries.clone());
    let text = recording.to_text();
    let mut timeline: Timeline = Recording::from_text(&text).unwrap().open().unwrap();
    assert_eq!(timeline.verify(), Ok(()));
    assert_eq!(timeline.at(200), Ok(session));
    assert_eq!(timeline.at(51).unwrap().begun, 26);
    let (outcome, records) = timeline.look(50).unwrap();
    assert_eq!(outcome.hash(), entries[50].hash);
    let (_, others) = timeline.look(60).unwrap();
    assert_eq!(parting(&records, &others), Some(records.len() - 1), "only the effect's key differs");
    let mut seen = Vec::new();
    let n = Formula::compile("flow.n").unwrap();
    let look = &mut |moment: &engine::Moment<'_>| {
        if moment.leaving.is_none() && moment.program.spot(moment.node) == spot("main", "c") {
            seen.push(n.eval(moment.scope).unwrap());
        }
    };
    timeline.watch(50, look).unwrap();
    assert_eq!(seen, [Data::Int(6)]);
    // Somebody changed the bot inside of it.
    assert!(Recording::from_text(&text.replace("flow.n * 2", "flow.n * 3")).unwrap().open().is_err());
    assert!(Recording::from_text("{}").is_err());
    assert!(!recording.to_redacted_text(&["twice"]).contains("twice"));
}

#[test]
fn another_outcome_is_noticed() {
    let bot = with_twice();
    let (program, _) = engine::compile(&bot);
    let first = Session::new("x", 1);
    let outcome = engine::step(&program, first.clone(), &Shared::default(), &go_input(), &mut Trace::Off);
    let mut entry = Entry::new(&program, &go_input(), &Shared::default(), &outcome);
    entry.hash.0 ^= 1;
    let mut timeline = Timeline::new(vec![std::sync::Arc::new(program)], first, vec![entry]);
    assert_eq!(timeline.verify(), Err(engine::journal::Parted::Different { entry: 0 }));
}

#[test]
fn a_pause_is_made_anew_with_what_holds_by_now() {
    let bot = bot(
        r#"{
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "i"}},
        "i": {"kind": "logic.if", "v": 1, "fields": {"when": "bot.open"}, "next": {"yes": "a", "no": "b"}},
        "a": {"kind": "message.send", "v": 1, "fields": {"text": "{{ bot.count }} at {{ now }}"}},
        "b": {"kind": "message.send", "v": 1, "fields": {"text": "closed"}, "next": {"out": "a"}}
    }"#,
        "{}",
    );
    let set = |open: bool, count: i64| Shared {
        bot: std::sync::Arc::new(
            [("open", Data::Bool(open)), ("count", Data::Int(count))].into_iter().collect(),
        ),
        ..Shared::default()
    };
    let (program, problems) = engine::compile(&bot);
    assert!(problems.is_empty(), "{problems:?}");
    let begin = || {
        let mut debugger = Debugger::new(vec![Breakpoint::at(spot("main", "a"))]);
        let trace = &mut Trace::Off;
        debugger.offer(&program, Session::new("x", 1), set(true, 1), go_input(), trace);
        assert_eq!(here(&debugger), "main.a");
        debugger
    };
    // Something that does not matter for where it is.
    let mut debugger = begin();
    debugger.set(&program, "flow.x", Data::Int(1));
    assert_eq!(debugger.refresh(&program, set(true, 2), flow::Time(7)), Some(Refreshed::Same));
    assert_eq!(debugger.evaluate("[bot.count, flow.x]"), Ok(Data::list([Data::Int(2), Data::Int(1)])));
    let input = debugger.input().cloned().unwrap();
    let Some(Became::Done(outcome)) = debugger.go(&program, Go::On, &mut Trace::Off) else { panic!() };
    assert_eq!(
        engine::step(&program, Session::new("x", 1), &set(true, 2), &input, &mut Trace::Off),
        *outcome
    );
    assert_eq!(input.at, flow::Time(7));

    // The run goes another way by now; what was changed on the old one is forgotten.
    let mut debugger = begin();
    debugger.set(&program, "flow.x", Data::Int(1));
    assert_eq!(debugger.refresh(&program, set(false, 2), flow::Time(7)), Some(Refreshed::Moved));
    assert_eq!(here(&debugger), "main.i");
    assert_eq!(debugger.paused().unwrap().leaving.as_deref(), Some("no"));
    assert!(debugger.input().unwrap().alters.is_empty());
    debugger.go(&program, Go::Into, &mut Trace::Off);
    assert_eq!(here(&debugger), "main.b");
}

//! What happens whole or not at all.

use engine::Effect;
use engine::trace::Saw;
use flow::{Bot, Data};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tests::generate::{cases, transacting_bot};
use tests::host::{Host, Manner, Move, moves};

/// A chain of calls in a transaction. Before each, two variables are set to its number; each may know how to be taken back.
fn chain(undo: &[bool]) -> Bot {
    let mut nodes = vec![
        r#""t": {"kind": "trigger.command", "fields": {"command": "go"}, "next": {"out": "set0"}}"#
            .to_owned(),
        r#""end": {"kind": "message.send", "fields": {"text": "done"}}"#.to_owned(),
        r#""no": {"kind": "message.send", "fields": {"text": "failed {{ bot.a }} {{ bot.b }}"}}"#.to_owned(),
    ];
    for (n, undo) in undo.iter().enumerate() {
        nodes.push(format!(
            r#""set{n}": {{"kind": "data.set", "group": "g", "fields": {{"set": [
                {{"id": "1", "variable": "bot.a", "value": {n}}}, {{"id": "2", "variable": "bot.b", "value": {n}}}]}}, "next": {{"out": "call{n}"}}}}"#
        ));
        let compensate = if *undo { format!(r#", "compensate": "undo{n}""#) } else { String::new() };
        nodes.push(format!(
            r#""call{n}": {{"kind": "world.http", "group": "g", "fields": {{"url": "https://x.test/{n}"}}, "next": {{"out": "set{}", "error": "no"{compensate}}}}}"#,
            n + 1
        ));
        nodes.push(format!(r#""undo{n}": {{"kind": "message.send", "fields": {{"text": "undo {n}"}}}}"#));
    }
    let last = format!("set{}", undo.len());
    let text = format!(
        r#"{{"id": "main", "name": "Main", "groups": {{"g": {{"transaction": true}}}}, "nodes": {{{}}}}}"#,
        nodes.join(", ").replace(&format!(r#""out": "{last}""#), r#""out": "end""#)
    );
    let parsed = flow::text::parse_flow(text.as_bytes());
    assert!(!parsed.lossy(), "{:?}", parsed.problems);
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"],
        "variables": {"bot": {"a": {"type": "number", "default": -1}, "b": {"type": "number", "default": -1}}}}"#;
    Bot {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), parsed.value)].into(),
        ..Bot::default()
    }
}

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn what_was_done_is_taken_back_in_reverse_and_nothing_else(
        undo in vec(any::<bool>(), 1..6),
        fails in any::<u8>(),
    ) {
        let fails = fails as usize % (undo.len() + 1);
        let mut host = Host::new(&chain(&undo), Manner { sleeps: true, ..Manner::default() });
        host.make(&Move::Command { person: 0, name: "go" });
        let mut said: Vec<String> = Vec::new();
        let mut called = 0;
        while let Some((_, request)) = host.pending.first().cloned() {
            // Nobody ever sees half of it.
            let seen = |name: &str| {
                let of_bot = host.variables.get(&(engine::input::VarScope::Bot, "".into()));
                of_bot.and_then(|fields| fields.get(name).cloned()).unwrap_or_default()
            };
            prop_assert_eq!(seen("a"), seen("b"));
            prop_assert_eq!(seen("a"), if said.contains(&"done".into()) || matches!(&request.effect, Effect::Send(send) if send.text == "done") { Data::Int(undo.len() as i64 - 1) } else { Data::Null });
            let how = match &request.effect {
                Effect::Http(_) => {
                    called += 1;
                    u8::from(called == fails + 1)
                }
                Effect::Send(send) => {
                    said.push(send.text.to_string());
                    0
                }
                other => panic!("nobody asked for {other:?}"),
            };
            host.make(&Move::Answers { nth: 0, how });
        }
        let expected: Vec<String> = if fails == undo.len() {
            vec!["done".into()]
        } else {
            let back = (0..fails).rev().filter(|n| undo[*n]).map(|n| format!("undo {n}"));
            back.chain(["failed -1 -1".into()]).collect()
        };
        prop_assert_eq!(said, expected);
        prop_assert!(host.sessions.values().all(engine::Session::is_idle));
    }
}

/// The laws over made-up bots speak of transactions only if those bots get into some, out of them, and back.
#[test]
fn made_up_bots_get_into_transactions_and_back() {
    let mut runner = TestRunner::deterministic();
    let played = (transacting_bot(), moves());
    let (mut held, mut in_branches, mut back, mut undone) = (0, 0, 0, 0);
    for _ in 0..300 {
        let (bot, moves) = played.new_tree(&mut runner).expect("a bot").current();
        let mut host = Host::new(&bot, Manner { traces: Some(0), ..Manner::default() });
        for one in &moves {
            host.make(one);
            let runs = host.sessions.values().flat_map(|session| &session.runs);
            for transaction in runs.flat_map(|run| &run.transactions) {
                held += 1;
                in_branches += u32::from(transaction.fork.is_some());
            }
        }
        let seen = |what: &dyn Fn(&engine::trace::Record) -> bool| {
            host.trace.records().filter(|one| what(one)).count()
        };
        back += seen(&|one| one.saw == Saw::RolledBack);
        undone += seen(&|one| {
            let node = &host.program.nodes()[one.node as usize];
            one.saw == Saw::Entered && node.id.ends_with('u')
        });
    }
    assert!(
        held > 100 && in_branches > 10 && back > 10 && undone > 10,
        "{held} {in_branches} {back} {undone}"
    );
}

//! It does not matter who is done first.

use flow::Bot;
use proptest::collection::vec;
use proptest::prelude::*;
use tests::generate::cases;
use tests::host::{Host, Manner, Move};

/// What a branch does, one thing after another.
#[derive(Clone, Debug)]
enum Part {
    Call,
    Set(u8),
    Send,
    Random,
}

/// Branches between a Parallel and a Join, some of which end before they come there.
fn bot(branches: &[(Vec<Part>, bool)], rule: &str) -> Bot {
    let mut nodes = vec![
        r#""t": {"kind": "trigger.command", "fields": {"command": "go"}, "next": {"out": "p"}}"#.to_owned(),
        r#""e": {"kind": "message.send", "fields": {"text": "{{ flow.v0 | default('-') }} {{ flow.v1 | default('-') }} {{ flow.v2 | default('-') }}"}}"#.to_owned(),
        format!(r#""j": {{"kind": "logic.join", "fields": {{"rule": "{rule}"}}, "next": {{"out": "e"}}}}"#),
    ];
    let list: Vec<String> =
        (0..branches.len()).map(|n| format!(r#"{{"id": "b{n}", "label": "B"}}"#)).collect();
    let mut starts = Vec::new();
    for (n, (parts, joins)) in branches.iter().enumerate() {
        let name = |m: usize| match m {
            m if m < parts.len() => format!("x{n}_{m}"),
            _ => "j".to_owned(),
        };
        if !parts.is_empty() || *joins {
            starts.push(format!(r#""b{n}": "{}""#, name(0)));
        }
        for (m, part) in parts.iter().enumerate() {
            let next = if m + 1 < parts.len() || *joins {
                format!(r#""out": "{}""#, name(m + 1))
            } else {
                String::new()
            };
            let (kind, fields) = match part {
                Part::Call => ("world.http", r#"{"url": "https://x.test"}"#.to_owned()),
                Part::Set(v) => (
                    "data.set",
                    format!(
                        r#"{{"set": [{{"id": "1", "variable": "flow.v{}", "value": "{n}.{m}"}}]}}"#,
                        v % 3
                    ),
                ),
                Part::Send => ("message.send", r#"{"text": "from {{ flow.v0 | default('-') }}"}"#.to_owned()),
                Part::Random => ("data.script", r#"{"code": "return Math.random();"}"#.to_owned()),
            };
            nodes.push(format!(
                r#""{}": {{"kind": "{kind}", "key": "k{n}_{m}", "fields": {fields}, "next": {{{next}}}}}"#,
                name(m)
            ));
        }
    }
    nodes.push(format!(
        r#""p": {{"kind": "logic.parallel", "fields": {{"branches": [{}]}}, "next": {{{}}}}}"#,
        list.join(", "),
        starts.join(", ")
    ));
    let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {{{}}}}}"#, nodes.join(", "));
    let parsed = flow::text::parse_flow(text.as_bytes());
    assert!(!parsed.lossy(), "{:?}", parsed.problems);
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"]}"#;
    Bot {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), parsed.value)].into(),
        ..Bot::default()
    }
}

/// Everything that was asked for, sorted, and how the conversation stands at the end.
fn played(bot: &Bot, order: &[u8]) -> (Vec<String>, Vec<String>) {
    let mut host = Host::new(bot, Manner { sleeps: true, ..Manner::default() });
    host.make(&Move::Command { person: 0, name: "go" });
    let mut asked = Vec::new();
    let mut turns = order.iter().cycle();
    while !host.pending.is_empty() {
        let nth = *turns.next().unwrap_or(&0);
        let (_, request) = &host.pending[nth as usize % host.pending.len()];
        asked.push(serde_json::to_string(request).expect("it has a JSON form"));
        host.make(&Move::Answers { nth, how: 0 });
    }
    asked.sort();
    let dead = host.sessions.values().map(|session| format!("{:?}", session.runs)).collect();
    (asked, dead)
}

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn the_order_of_answers_means_nothing(
        branches in vec((vec(prop_oneof![
            Just(Part::Call), any::<u8>().prop_map(Part::Set), Just(Part::Send), Just(Part::Random),
        ], 0..4), prop::bool::weighted(0.8)), 1..4),
        rule in prop::sample::select(&["error", "first", "last"][..]),
        one in vec(any::<u8>(), 1..12),
        other in vec(any::<u8>(), 1..12),
    ) {
        let bot = bot(&branches, rule);
        prop_assert_eq!(played(&bot, &one), played(&bot, &other));
    }
}

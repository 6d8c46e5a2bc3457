//! What the checks say of wires: loops that have an end, jumps, transactions. Each case is the nodes of a flow and what is told.

use flow::{Bot, Problem};

/// `code node.port`, sorted.
#[track_caller]
fn check(nodes: &str, groups: &str, expected: &[&str]) -> Bot {
    let text = format!(r#"{{"id": "main", "name": "Main", "nodes": {nodes}, "groups": {groups}}}"#);
    let flow = flow::text::parse_flow(text.as_bytes());
    assert!(flow.problems.is_empty(), "{:?}", flow.problems);
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"]}"#;
    let bot = Bot {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), flow.value)].into(),
        ..Bot::default()
    };
    let problems = flow::check::check(&bot, &engine::kinds());
    let mut told: Vec<String> = problems.iter().map(short).collect();
    told.sort();
    assert_eq!(told, expected, "{problems:#?}");
    for problem in &problems {
        let Some(fix) = &problem.fix else { continue };
        let mut mended = bot.clone();
        flow::apply(&mut mended, &fix.change).expect("a fix can be applied");
        let left = flow::check::check(&mended, &engine::kinds());
        let same = |one: &Problem| one.message == problem.message && one.at.node == problem.at.node;
        assert!(!left.iter().any(same), "{problem:#?} is still there");
    }
    bot
}

fn short(problem: &Problem) -> String {
    let node = problem.at.node.as_deref().unwrap_or_default();
    let port = problem.at.port.as_deref().map_or(String::new(), |port| format!(".{port}"));
    format!("{} {node}{port}", problem.code.as_str())
}

const START: &str =
    r#""t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "a"}}"#;

fn say(id: &str, more: &str) -> String {
    format!(r#""{id}": {{"kind": "message.send", "v": 1, "fields": {{"text": "{id}"}}{more}}}"#)
}

fn nodes(parts: &[String]) -> String {
    format!("{{{START}, {}}}", parts.join(", "))
}

fn repeat(next: &str) -> String {
    format!(r#""a": {{"kind": "logic.loop", "v": 1, "fields": {{"list": [1]}}, "next": {next}}}"#)
}

#[test]
fn a_loop_has_an_end() {
    let back = r#", "next": {"out": "a"}"#;
    check(&nodes(&[repeat(r#"{"each": "b", "done": "c"}"#), say("b", back), say("c", "")]), "{}", &[]);
    // A way of the body that ends goes on with the next round.
    let choice = r#""b": {"kind": "logic.random", "v": 1, "fields": {"ways": [{"id": "x", "label": "X"}, {"id": "y", "label": "Y"}]}, "next": {"x": "c"}}"#;
    check(&nodes(&[repeat(r#"{"each": "b"}"#), choice.into(), say("c", "")]), "{}", &[]);
    let choice = choice.replacen("\"b\"", "\"a\"", 1);
    check(&nodes(&[choice, say("c", "")]), "{}", &["dead-end a.y"]);
    // Beginning anew after the last round is a round of its own.
    let after = nodes(&[repeat(r#"{"each": "b", "done": "c"}"#), say("b", ""), say("c", back)]);
    check(&after, "{}", &["endless-loop a"]);
}

#[test]
fn a_round_that_rests_is_none_without_end() {
    let delay = r#""b": {"kind": "logic.delay", "v": 1, "fields": {"for": "1h"}, "next": {"out": "a"}}"#;
    check(&nodes(&[say("a", r#", "next": {"out": "b"}"#), delay.into()]), "{}", &[]);
    check(
        &nodes(&[say("a", r#", "next": {"out": "b"}"#), say("b", r#", "next": {"out": "a"}"#)]),
        "{}",
        &["endless-loop a"],
    );
}

#[test]
fn jumps_are_wires() {
    let goto = |to: &str| format!(r#""b": {{"kind": "logic.goto", "v": 1, "fields": {{"to": "{to}"}}}}"#);
    let to_b = say("a", r#", "next": {"out": "b"}"#);
    let bot = check(&nodes(&[to_b.clone(), goto("c"), say("c", "")]), "{}", &[]);
    check(&nodes(&[to_b.clone(), goto("a")]), "{}", &["endless-loop a"]);
    check(&nodes(&[to_b.clone(), goto("t")]), "{}", &["wire-into-trigger b"]);
    check(&nodes(&[to_b, goto("x")]), "{}", &["unknown-node b"]);
    // What is removed is jumped to no more, and healing leads the jump on.
    for (heal, left) in [(true, None), (false, None)] {
        let act =
            flow::change::Act::Remove { flow: "flows/main.flow.json".into(), ids: vec!["c".into()], heal };
        let change = flow::change::plan(&bot, &engine::kinds(), &act).expect("it can be removed");
        let mut after = bot.clone();
        flow::apply(&mut after, &change).expect("it can be applied");
        let to = after.flows["flows/main.flow.json"].nodes["b"].fields.get("to").cloned();
        assert_eq!(to, left);
    }
}

#[test]
fn transactions_are_whole() {
    let group = r#"{"g": {"title": "Pay", "transaction": true}}"#;
    let inside = |next: &str| format!(r#", "group": "g", "next": {next}"#);
    let pay = |next: &str| {
        format!(
            r#""b": {{"kind": "world.http", "v": 1, "group": "g", "fields": {{"url": "https://pay.test"}}, "next": {next}}}"#
        )
    };
    let way = say("a", r#", "next": {"out": "b"}"#);
    let whole = nodes(&[
        way.clone(),
        pay(r#"{"out": "c", "compensate": "d"}"#),
        say("c", &inside("{}")),
        say("d", ""),
    ]);
    check(&whole, group, &[]);
    // Without the group there is nothing to take back.
    let bare = whole.replace(r#""group": "g", "#, "");
    check(&bare, "{}", &["bad-transaction b.compensate"]);
    // A second way in.
    let other = say("e", r#", "next": {"out": "c"}"#);
    let two = nodes(&[
        say("a", r#", "next": {"out": "b", "error": "e"}"#),
        pay(r#"{"out": "c"}"#),
        say("c", &inside("{}")),
        other,
        say("f", r#", "next": {"out": "b"}"#),
    ]);
    check(&two, group, &["bad-transaction e.out", "unreachable f"]);
    // Nobody is waited for; a delay is no person.
    let ask = r#""c": {"kind": "message.ask", "v": 1, "group": "g", "fields": {"text": "Sure?", "buttons": [{"id": "y", "label": "Yes"}]}, "next": {"y": "d"}}"#;
    let rest = r#""d": {"kind": "logic.delay", "v": 1, "group": "g", "fields": {"for": "1s"}}"#;
    check(&nodes(&[way, pay(r#"{"out": "c"}"#), ask.into(), rest.into()]), group, &["bad-transaction c"]);
}

#[test]
fn the_failure_at_hand_can_be_read() {
    let text = r#""b": {"kind": "message.send", "v": 1, "fields": {"text": "{{ flow.error.message }}"}}"#;
    check(&nodes(&[say("a", r#", "next": {"error": "b"}"#), text.into()]), "{}", &[]);
}

#[test]
fn what_nothing_leads_to_can_be_deleted() {
    let lost = [say("a", ""), say("b", r#", "next": {"out": "c"}"#), say("c", r#", "next": {"out": "c"}"#)];
    check(
        &nodes(&lost[..2].iter().cloned().chain([say("c", "")]).collect::<Vec<_>>()),
        "{}",
        &["unreachable b", "unreachable c"],
    );
}

#[test]
fn names_that_are_missing_can_be_made() {
    let text = r#""a": {"kind": "message.send", "v": 1, "fields": {"text": "{{ env.shop }} {{ flow.order }} {{ user.total }}"}}"#;
    let told = ["unknown-name a", "unknown-variable a", "unknown-variable a"];
    check(&nodes(&[text.into()]), "{}", &told);
}

#[test]
fn a_variable_that_nothing_uses_can_be_removed() {
    let text = r#"{"id": "main", "name": "Main", "nodes": {
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "a"}},
        "a": {"kind": "message.send", "v": 1, "fields": {"text": "{{ user.read }} {{ chat[user.read] }}"}}}}"#;
    let manifest = r#"{"id": "b", "name": "B", "channels": ["telegram"], "variables": {
        "user": {"read": {"type": "text"}, "tested": {"type": "text"}, "idle": {"type": "text"}},
        "chat": {"computed": {"type": "text"}}}}"#;
    let mut bot = Bot {
        manifest: flow::text::parse_manifest(manifest.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), flow::text::parse_flow(text.as_bytes()).value)].into(),
        texts: [("tests/a.test.yaml".into(), "- sets: user.tested".into())].into(),
    };
    let kinds = engine::kinds();
    let mut checker = flow::check::Checker::new(kinds);
    let problems = checker.check(&bot);
    let told: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["Nothing uses the variable `user.idle`."]);
    flow::apply(&mut bot, &problems[0].fix.as_ref().expect("a fix").change).expect("applies");
    assert!(checker.check(&bot).is_empty());
    // What a node used is unused once it is gone.
    let edit = r#"{"edits": [{"op": "field", "flow": "flows/main.flow.json", "node": "a", "path": ["text"], "value": "Hi"}]}"#;
    flow::apply(&mut bot, &serde_json::from_str(edit).expect("a change")).expect("applies");
    assert_eq!(checker.check(&bot).len(), 2);
}

//! Changes that would make what the text cannot hold are refused; the deepest that is taken is read back.

use std::collections::BTreeMap;
use std::sync::Arc;

use flow::change::{FlowProp, Seg, apply};
use flow::{Bot, Change, Edit, Flow, Group, Map, Node, Note, Place, Value};

use super::saves_well;

const FLOW: &str = "flows/main.flow.json";

fn bot() -> Bot {
    let node = Node { kind: "message.send".into(), v: 1, ..Node::default() };
    let flow = Flow { id: "main".into(), nodes: [("n".into(), Arc::new(node))].into(), ..Flow::default() };
    Bot { flows: [(FLOW.into(), flow)].into(), ..Bot::default() }
}

/// Taken and saved well, or refused without a trace.
#[track_caller]
fn taken_or_refused(what: &str, change: impl Into<Change>) -> bool {
    let mut bot = bot();
    let before = bot.clone();
    match apply(&mut bot, &change.into()) {
        Ok(inverse) => {
            saves_well(&bot).unwrap_or_else(|error| panic!("{what} was taken: {error}"));
            apply(&mut bot, &inverse).unwrap_or_else(|refusal| panic!("{what} cannot be undone: {refusal}"));
            assert!(bot == before, "{what} is not undone");
            true
        }
        Err(_) => {
            assert!(bot == before, "{what} was refused and left a trace");
            false
        }
    }
}

fn nested(depth: usize, leaf: &Value) -> Value {
    (0..depth).fold(leaf.clone(), |inner, n| {
        if n % 2 == 0 { Value::Array(vec![inner]) } else { Value::tagged("a", inner) }
    })
}

fn one(value: &Value) -> Map {
    Map::from_iter([("deep".into(), value.clone())])
}

#[test]
fn depth() {
    let path = |names: &[&str]| names.iter().map(|name| Seg::from(*name)).collect::<Vec<_>>();
    for leaf in [Value::Null, Value::from("two\nlines"), Value::tagged("$raw", "two\nlines".into())] {
        let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
        for depth in 50..90 {
            let value = nested(depth, &leaf);
            let map = one(&value);
            let some = Some(value.clone());
            let node = Node { kind: "x".into(), v: 1, ..Node::default() };
            let whole = |flow: Flow| Edit::Flow { flow: FLOW.into(), value: Some(Box::new(flow)) };
            let in_flow =
                |node: Node| whole(Flow { nodes: [("n".into(), Arc::new(node))].into(), ..Flow::default() });
            let item =
                Value::Object(Map::from_iter([("id".into(), "a".into()), ("deep".into(), value.clone())]));
            let edits = [
                (
                    "a field",
                    Edit::Field {
                        flow: FLOW.into(),
                        node: "n".into(),
                        path: path(&["a"]),
                        value: some.clone(),
                    },
                ),
                (
                    "an inner field",
                    Edit::Field {
                        flow: FLOW.into(),
                        node: "n".into(),
                        path: path(&["a", "b", "c"]),
                        value: some.clone(),
                    },
                ),
                (
                    "an element",
                    Edit::Insert {
                        flow: FLOW.into(),
                        node: "n".into(),
                        path: path(&["list"]),
                        item,
                        before: None,
                    },
                ),
                (
                    "a node's fields",
                    Edit::Node {
                        flow: FLOW.into(),
                        id: "m".into(),
                        node: Some(Node { fields: map.clone(), ..node.clone() }),
                    },
                ),
                (
                    "a node's extra",
                    Edit::Node {
                        flow: FLOW.into(),
                        id: "m".into(),
                        node: Some(Node { extra: map.clone(), ..node.clone() }),
                    },
                ),
                (
                    "inputs",
                    Edit::FlowProp {
                        flow: FLOW.into(),
                        prop: FlowProp::Inputs,
                        value: Some(Value::Object(map.clone())),
                    },
                ),
                (
                    "unresolved",
                    Edit::FlowProp { flow: FLOW.into(), prop: FlowProp::Unresolved, value: some.clone() },
                ),
                (
                    "a group",
                    Edit::Group {
                        flow: FLOW.into(),
                        id: "g".into(),
                        group: Some(Group { extra: map.clone(), ..Group::default() }),
                    },
                ),
                (
                    "a note",
                    Edit::Note {
                        flow: FLOW.into(),
                        id: "o".into(),
                        note: Some(Note { extra: map.clone(), ..Note::default() }),
                    },
                ),
                ("a flow's extra", whole(Flow { extra: map.clone(), ..Flow::default() })),
                ("a flow's outputs", whole(Flow { outputs: map.clone(), ..Flow::default() })),
                ("a flow's unresolved", whole(Flow { unresolved: some.clone(), ..Flow::default() })),
                ("a flow's node", in_flow(Node { fields: map.clone(), ..node.clone() })),
                ("a flow's node's extra", in_flow(Node { extra: map.clone(), ..node.clone() })),
                ("bot.json", Edit::Manifest { path: path(&["deep"]), value: some.clone() }),
            ];
            for (what, edit) in edits {
                if taken_or_refused(&format!("{what} {depth} deep"), edit) {
                    taken.insert(what, depth);
                }
            }
        }
        assert!(taken.len() == 15 && taken.values().all(|depth| *depth < 89), "{taken:?}");
    }
}

/// What a file may hold can be taken out and put back.
#[test]
fn what_is_read_can_be_put_back() {
    for depth in 50..90 {
        let deep = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let slots = [
            format!(r#""fields": {{"a": {deep}}}"#),
            format!(r#""fields": {{"a": {{"$lines": {deep}}}}}"#),
            format!(r#""a": {deep}"#),
            format!(r#""unresolved": {deep}"#),
        ];
        for slot in slots {
            let text = format!(r#"{{"id": "main", "nodes": {{"n": {{"kind": "x", {slot}}}}}}}"#);
            let parsed = flow::text::parse_flow(text.as_bytes());
            if parsed.lossy() {
                continue;
            }
            let mut bot = Bot { flows: [(FLOW.into(), parsed.value)].into(), ..Bot::default() };
            saves_well(&bot).unwrap_or_else(|error| panic!("{slot}: {error}"));
            for edit in [
                Edit::Node { flow: FLOW.into(), id: "n".into(), node: None },
                Edit::Flow { flow: FLOW.into(), value: None },
                Edit::Field { flow: FLOW.into(), node: "n".into(), path: vec!["a".into()], value: None },
            ] {
                let before = bot.clone();
                let inverse =
                    apply(&mut bot, &edit.into()).unwrap_or_else(|refusal| panic!("{slot}: {refusal}"));
                apply(&mut bot, &inverse)
                    .unwrap_or_else(|refusal| panic!("{slot} is not put back: {refusal}"));
                assert!(bot == before, "{slot} is put back differently");
            }
        }
    }
}

/// Long lists, deep groups and many wires take time in proportion.
#[test]
fn size_beyond_reason_is_checked_in_time() {
    let n = 20_000;
    let list = |element: fn(usize) -> String| (0..n).map(element).collect::<Vec<_>>().join(",");
    let node = |fields: String| {
        format!(r#"{{"nodes": {{"n": {{"kind": "message.ask", "fields": {{{fields}}}}}}}}}"#)
    };
    let texts = [
        node(format!(
            r#""buttons": [{}]"#,
            list(|i| format!(r#"{{"id": "b{i}", "label": "{{{{ bot.total }}}}"}}"#))
        )),
        node(format!(
            r#""buttons": [{}]"#,
            list(|i| format!(r#"{{"id": "a", "label": "{{{{ bot.x{i} }}}}"}}"#))
        )),
        node(format!(r#""buttons": [{}]"#, list(|_| "{}".into()))),
        node(format!(r#""text": {{"$t": {{{}}}}}"#, list(|i| format!(r#""l{i}": "{{{{ bot.total }}}}""#)))),
        node(list(|i| format!(r#""field{i}": {i}"#))),
        format!(r#"{{"groups": {{{}}}}}"#, list(|i| format!(r#""g{i:05}": {{"parent": "g{:05}"}}"#, i + 1))),
    ];
    for text in texts {
        let start = std::time::Instant::now();
        let parsed = flow::text::parse_flow(text.as_bytes());
        assert!(!parsed.lossy(), "{:?}", parsed.problems.first());
        let bot = Bot { flows: [(FLOW.into(), parsed.value)].into(), ..Bot::default() };
        flow::check::check(&bot, &engine::kinds());
        assert!(start.elapsed().as_secs() < 20, "{:?} for {}", start.elapsed(), &text[..60]);
    }
}

#[test]
fn names_of_the_document_are_not_extra() {
    for name in [
        "id", "name", "nodes", "kind", "v", "fields", "next", "key", "group", "title", "color", "parent",
        "text", "layout", "nexus",
    ] {
        let extra = Map::from_iter([(name.into(), Value::from("twice"))]);
        let node = Node { kind: "x".into(), v: 1, extra: extra.clone(), ..Node::default() };
        let flow = Flow { extra: extra.clone(), ..Flow::default() };
        let holder = Flow { nodes: [("n".into(), Arc::new(node.clone()))].into(), ..Flow::default() };
        taken_or_refused(
            &format!("a node with an extra {name}"),
            Edit::Node { flow: FLOW.into(), id: "m".into(), node: Some(node) },
        );
        taken_or_refused(
            &format!("a group with an extra {name}"),
            Edit::Group {
                flow: FLOW.into(),
                id: "g".into(),
                group: Some(Group { extra: extra.clone(), ..Group::default() }),
            },
        );
        taken_or_refused(
            &format!("a note with an extra {name}"),
            Edit::Note {
                flow: FLOW.into(),
                id: "o".into(),
                note: Some(Note { extra: extra.clone(), ..Note::default() }),
            },
        );
        for flow in [flow, holder] {
            taken_or_refused(
                &format!("a flow with an extra {name}"),
                Edit::Flow { flow: FLOW.into(), value: Some(Box::new(flow)) },
            );
        }
        taken_or_refused(
            &format!("{name} in bot.json"),
            Edit::Manifest { path: vec![Seg::from(name)], value: Some(Value::from("x")) },
        );
    }
}

#[test]
fn places_off_the_canvas() {
    for place in [
        Place { x: 1_000_001, y: 0, w: None, h: None },
        Place { x: 0, y: i32::MIN, w: None, h: None },
        Place { x: 0, y: 0, w: Some(3), h: None },
        Place { x: 0, y: 0, w: None, h: Some(3) },
        Place { x: 0, y: 0, w: Some(i32::MAX), h: Some(1) },
    ] {
        taken_or_refused(
            &format!("{place:?}"),
            Edit::Place { flow: FLOW.into(), id: "n".into(), place: Some(place) },
        );
        let flow = Flow { layout: [("n".into(), place)].into(), ..Flow::default() };
        taken_or_refused(
            &format!("a flow with {place:?}"),
            Edit::Flow { flow: FLOW.into(), value: Some(Box::new(flow)) },
        );
    }
}

#[test]
fn lines_in_every_slot() {
    let lines = |items: &[&str]| {
        Value::tagged("$lines", Value::Array(items.iter().map(|line| (*line).into()).collect()))
    };
    let values = [
        lines(&["a"]),
        lines(&[]),
        lines(&["a\nb", "c"]),
        Value::tagged("$raw", lines(&["a", "b"])),
        Value::tagged("$lines", Value::Array(vec![lines(&["a", "b"]), "c".into()])),
        Value::tagged("$lines", Value::Array(vec!["a".into(), Value::Null])),
        Value::tagged("$t", Value::tagged("en", lines(&["a", "b"]))),
    ];
    for value in values {
        let fields = one(&value);
        let node =
            Node { kind: "x".into(), v: 1, fields: fields.clone(), extra: fields.clone(), ..Node::default() };
        let flow = Flow {
            nodes: [("n".into(), Arc::new(node.clone()))].into(),
            inputs: fields.clone(),
            extra: fields.clone(),
            unresolved: Some(value.clone()),
            ..Flow::default()
        };
        let what = format!("{value:?}");
        assert!(taken_or_refused(&what, Edit::Node { flow: FLOW.into(), id: "m".into(), node: Some(node) }));
        assert!(taken_or_refused(&what, Edit::Flow { flow: FLOW.into(), value: Some(Box::new(flow)) }));
        for path in [&["a"][..], &["a", "$raw"], &["a", "$lines"], &["a", "$t", "en"]] {
            let path = path.iter().map(|name| Seg::from(*name)).collect();
            let edit = Edit::Field { flow: FLOW.into(), node: "n".into(), path, value: Some(value.clone()) };
            assert!(taken_or_refused(&what, edit));
        }
        taken_or_refused(&what, Edit::Manifest { path: vec!["a".into()], value: Some(value.clone()) });
    }
}

/// Edits that make or unmake a tagged object around what is there already.
#[test]
fn tags_that_come_and_go() {
    let field = |path: &[Seg], value: Option<Value>| {
        let path = path.to_vec();
        Edit::Field { flow: FLOW.into(), node: "n".into(), path, value }
    };
    let lines = Value::tagged("$lines", Value::Array(vec!["a".into()]));
    let key = |name: &str| Seg::from(name);
    let put_raw = field(&[key("x")], Some(Value::tagged("$raw", lines.clone())));
    let stories: Vec<(&str, Vec<Edit>)> = vec![
        ("below $raw", vec![put_raw.clone(), field(&[key("x"), key("$raw")], None)]),
        ("below $raw, set", vec![put_raw.clone(), field(&[key("x"), key("$raw")], Some(lines.clone()))]),
        ("no longer $raw", vec![put_raw.clone(), field(&[key("x"), key("y")], Some(Value::Null))]),
        (
            "lines of $raw",
            vec![put_raw, field(&[key("x"), key("$raw"), key("$lines"), Seg::Index(1)], Some("b\nc".into()))],
        ),
        (
            "lines that become whole",
            vec![
                field(&[key("x"), key("$lines")], Some(Value::Array(vec!["a".into(), Value::Null]))),
                field(&[key("x"), key("$lines"), Seg::Index(1)], Some("b".into())),
            ],
        ),
        (
            "lines that become alone",
            vec![
                field(&[key("x"), key("$lines")], Some(Value::Array(vec!["a".into()]))),
                field(&[key("z"), key("$lines")], Some(Value::Array(vec![Value::Null]))),
                field(&[key("z"), key("y")], Some(Value::Null)),
                field(&[key("z"), key("$lines")], Some(Value::Array(vec!["a".into()]))),
                field(&[key("z"), key("y")], None),
            ],
        ),
    ];
    for (what, story) in stories {
        taken_or_refused(what, Change::new(story.clone()));
        let mut bot = bot();
        let mut past = vec![];
        for edit in story {
            let before = bot.clone();
            match apply(&mut bot, &edit.clone().into()) {
                Ok(inverse) => {
                    saves_well(&bot).unwrap_or_else(|error| panic!("{what}, {edit:?}: {error}"));
                    past.push((inverse, before));
                }
                Err(_) => assert!(bot == before, "{what}: {edit:?} left a trace"),
            }
        }
        while let Some((inverse, before)) = past.pop() {
            apply(&mut bot, &inverse).unwrap_or_else(|refusal| panic!("{what}: {refusal}"));
            assert!(bot == before, "{what}: not undone by {inverse:?}");
        }
    }
}

#[test]
fn elements_of_bot_json() {
    let mut bot = bot();
    let list = Value::Array(vec![Value::tagged("id", "a".into()), Value::tagged("id", "b".into())]);
    let set = Edit::Manifest { path: vec!["list".into()], value: Some(list) };
    apply(&mut bot, &set.into()).expect("a list is put into bot.json");
    for value in [None, Some(Value::tagged("id", "a".into())), Some(Value::Null)] {
        let before = bot.clone();
        let path = vec!["list".into(), Seg::Item { item: "a".into() }];
        match apply(&mut bot, &Edit::Manifest { path, value: value.clone() }.into()) {
            Ok(inverse) => {
                saves_well(&bot).unwrap_or_else(|error| panic!("{value:?}: {error}"));
                apply(&mut bot, &inverse).unwrap_or_else(|refusal| panic!("{value:?}: {refusal}"));
                assert!(bot == before, "{value:?} is not undone");
            }
            Err(_) => assert!(bot == before, "{value:?} was refused and left a trace"),
        }
    }
}

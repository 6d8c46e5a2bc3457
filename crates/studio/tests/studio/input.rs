//! No request brings the studio down, whatever it holds.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::desk::{Desk, MAIN, NEVER};

/// JSON made of the words that requests are made of.
fn payload() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        MAIN,
        "flows/../x",
        "bot.json",
        "aaaaaa",
        "bbbbbb",
        "text",
        "out",
        "me",
        "remove",
        "node",
        "field",
        "place",
        "file",
        "flow",
        "/",
        "",
        "\u{0}",
        "../../etc/passwd",
        "prompts/a.md",
        "bot",
        "name",
        "nexus",
        "$expr",
        "$num",
        "1e999",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| json!(n)),
        word.clone().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "bot", "root", "path", "folder", "name", "client", "seq", "base", "label", "change", "act", "edits",
        "op", "flow", "id", "node", "value", "text", "to", "port", "ids", "heal", "place", "x", "y", "item",
        "before", "keep", "kind", "v", "fields", "$num", "prop",
    ]);
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|members| members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

/// Half of the members are right, so that requests get further than the door.
fn aimed(bot: String, edit: Value, op: &str, value: Value) -> Value {
    let mut edit = if edit.is_object() { edit } else { json!({}) };
    edit["op"] = json!(op);
    edit["flow"] = json!(MAIN);
    edit["id"] = json!("bbbbbb");
    edit["node"] = if op == "node" { value.clone() } else { json!("bbbbbb") };
    edit["path"] = match op {
        "file" => json!("prompts/a.md"),
        _ => json!(["text"]),
    };
    edit["value"] = value;
    json!({ "bot": bot, "client": "me", "seq": 1, "base": 0, "label": "Fuzz", "change": { "edits": [edit] } })
}

#[test]
fn random_requests_are_answered() {
    let desk = Desk::with(NEVER);
    let ops = [
        "node",
        "prop",
        "field",
        "insert",
        "move",
        "wire",
        "place",
        "group",
        "note",
        "flow",
        "flow_prop",
        "manifest",
        "file",
    ];
    let names = prop::sample::select(studio::NAMES.to_vec());
    let cases = (names, payload(), payload(), prop::sample::select(ops.to_vec()));
    proptest!(ProptestConfig::with_cases(1500), |((name, one, two, op) in cases)| {
        if name != "bot.create" {
            answered(&desk, name, one.clone());
        }
        let mut owned = one.clone();
        if owned.is_object() {
            owned["bot"] = json!(desk.bot);
            answered(&desk, name, owned);
        }
        answered(&desk, "bot.change", aimed(desk.bot.clone(), one, op, two));
    });
    // Whatever was done can be taken back, in this life and the next.
    desk.save();
    let shown = desk.open();
    let desk = desk.restart();
    let again = desk.open();
    assert_eq!(shown["flows"], again["flows"]);
    assert_eq!(shown["manifest"], again["manifest"]);
    while desk.undo().get("label").is_some() {}
    assert_eq!(desk.greeting(), "Hi!");
}

fn answered(desk: &Desk, name: &str, payload: Value) {
    if let Err(error) = desk.studio.call(name, payload.clone()) {
        assert_ne!(error.code, studio::Code::Internal, "{name} {payload}: {error:?}");
    }
}

#[test]
fn odd_names_do_not_leave_the_folder() {
    let desk = Desk::with(NEVER);
    for path in [
        "../x.md",
        "/etc/x",
        "a/../../x",
        ".git/config",
        "flows/../../x.flow.json",
        "C:\\x",
        "a//b",
        "",
        "node_modules/x.js",
    ] {
        let error =
            desk.change("Write", json!([{ "op": "file", "path": path, "text": "x" }])).expect_err(path);
        crate::desk::is(&error, studio::Code::Refused);
    }
    let before = desk.journal().metadata().expect("a journal").len();
    let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
    let _ = desk
        .change("Deep", json!([{ "op": "flow_prop", "flow": MAIN, "prop": "unresolved", "value": deep }]));
    assert!(desk.journal().metadata().expect("a journal").len() >= before);
    desk.restart();
}

#[test]
fn what_is_no_bot_is_said_to_be_none() {
    let desk = Desk::with(NEVER);
    let open = |root: &str| desk.refuse("bot.open", json!({ "root": root }));
    crate::desk::is(&open("/nowhere/at/all"), studio::Code::NotFound);
    crate::desk::is(&open("relative"), studio::Code::BadRequest);
    crate::desk::is(&open(&desk.folder.path().to_string_lossy()), studio::Code::NotABot);
    crate::desk::is(&desk.refuse("no.such", json!({})), studio::Code::NotFound);
    crate::desk::is(&desk.refuse("bot.save", json!({ "bot": "none" })), studio::Code::NotFound);
}

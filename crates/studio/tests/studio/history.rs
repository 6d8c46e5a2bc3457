use serde_json::{Value, json};

use crate::desk::{BOT, Desk, FLOW, MAIN, NEVER, QUICK, greeted, soon};

#[test]
fn undo_and_redo_go_all_the_way_and_survive_restarts() {
    let mut desk = Desk::with(NEVER);
    for n in 0..20 {
        desk.greet(&format!("Hi {n}")).expect("applies");
        if n % 7 == 0 {
            desk = desk.restart();
        }
    }
    assert_eq!(desk.open()["undo"], "Greet");
    for n in (0..20).rev() {
        assert_eq!(desk.greeting(), format!("Hi {n}"));
        assert_eq!(desk.undo()["label"], "Greet");
        if n % 6 == 0 {
            desk = desk.restart();
        }
    }
    assert_eq!(desk.greeting(), "Hi!");
    assert_eq!(desk.undo().get("label"), None);
    desk = desk.restart();
    assert_eq!(desk.file(MAIN), FLOW, "back to the very bytes");
    for n in 0..20 {
        assert_eq!(desk.redo()["label"], "Greet");
        assert_eq!(desk.greeting(), format!("Hi {n}"));
    }
    assert_eq!(desk.redo().get("label"), None);
    desk.undo();
    desk.greet("another way").expect("applies");
    assert_eq!(desk.open().get("redo"), None, "a new change ends what could be redone");
    assert_eq!(desk.redo().get("label"), None);
}

#[test]
fn what_goes_on_is_taken_back_together() {
    let mut desk = Desk::with(NEVER);
    let type_as = |desk: &Desk, client: &str, text: &str, continues: bool| {
        let edit = json!({ "op": "field", "flow": MAIN, "node": "bbbbbb", "path": ["text"], "value": text });
        let change = json!({ "edits": [edit] });
        desk.call(
            "bot.change",
            json!({ "bot": desk.bot, "client": client, "label": "Type", "continues": continues, "change": change }),
        );
    };
    type_as(&desk, "me", "a", true);
    type_as(&desk, "me", "ab", true);
    type_as(&desk, "me", "abc", true);
    type_as(&desk, "me", "abc d", false);
    type_as(&desk, "me", "abc de", true);
    type_as(&desk, "you", "abc de!", true);
    desk = desk.restart();
    let mut seen = Vec::new();
    while desk.undo().get("label").is_some() {
        seen.push(desk.greeting());
        desk = desk.restart();
    }
    assert_eq!(seen, ["abc de", "abc", "Hi!"], "another client's letters are not mine");
    assert_eq!(desk.redo()["label"], "Type");
    assert_eq!(desk.greeting(), "abc");
    desk.undo();
    type_as(&desk, "me", "x", true);
    desk.undo();
    assert_eq!(desk.greeting(), "Hi!", "after going back, typing starts anew");
}

#[test]
fn the_history_spans_all_files() {
    let desk = Desk::with(NEVER);
    desk.change("Rename", json!([{ "op": "manifest", "path": ["name"], "value": "Store" }]))
        .expect("applies");
    desk.change("Prompt", json!([{ "op": "file", "path": "prompts/a.md", "text": "Be kind." }]))
        .expect("applies");
    desk.change(
        "Flow",
        json!([{ "op": "flow", "flow": "flows/b.flow.json", "value": { "id": "b", "name": "B" } }]),
    )
    .expect("applies");
    desk.save();
    assert!(desk.file("bot.json").contains("Store"));
    assert_eq!(desk.file("prompts/a.md"), "Be kind.");
    assert!(desk.file("flows/b.flow.json").contains("\"id\": \"b\""));
    let desk = desk.restart();
    let labels: Vec<Value> = (0..3).map(|_| desk.undo()["label"].clone()).collect();
    assert_eq!(labels, ["Flow", "Prompt", "Rename"]);
    desk.save();
    assert_eq!(desk.file("bot.json"), BOT);
    assert!(!desk.root().join("prompts/a.md").exists());
    assert!(!desk.root().join("flows/b.flow.json").exists());
}

#[test]
fn every_revision_is_told_once_and_in_order_to_everyone() {
    let desk = Desk::with(QUICK);
    let threads: Vec<_> = (0..4)
        .map(|client| {
            let (studio, bot) = (desk.studio.clone(), desk.bot.clone());
            std::thread::spawn(move || {
                for seq in 0..25 {
                    let edit = json!({ "op": "place", "flow": MAIN, "id": "aaaaaa", "place": { "x": seq, "y": client } });
                    let change = json!({ "edits": [edit] });
                    studio
                        .call("bot.change", json!({ "bot": bot, "client": format!("c{client}"), "seq": seq, "base": 0, "label": "Move", "change": change }))
                        .expect("applies");
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    let revisions: Vec<u64> =
        desk.events("changed").iter().filter_map(|event| event["revision"].as_u64()).collect();
    assert_eq!(revisions, (1..=100).collect::<Vec<_>>());
    let last = desk.events("changed").pop().expect("an event");
    let shown = desk.open();
    assert_eq!(last["patches"][0]["layout"]["aaaaaa"], shown["flows"][0]["flow"]["layout"]["aaaaaa"]);
    assert_eq!(last["undo"], "Move");
    soon("the save", || desk.open()["save"]["state"] == "saved");
    soon("the problems", || desk.events("problems").last().is_some_and(|event| event["revision"] == 100));
}

#[test]
fn a_refused_change_changes_nothing() {
    let desk = Desk::with(NEVER);
    let edits = json!([
        { "op": "field", "flow": MAIN, "node": "bbbbbb", "path": ["text"], "value": "half" },
        { "op": "wire", "flow": MAIN, "node": "nobody", "port": "out", "to": "bbbbbb" },
    ]);
    let error = desk.change("Both", edits).expect_err("the second edit has no node");
    crate::desk::is(&error, studio::Code::Refused);
    assert!(error.hint.is_some());
    assert_eq!(desk.greeting(), "Hi!");
    assert_eq!(desk.open()["revision"], 0);
    assert!(desk.events("changed").is_empty());
}

#[test]
fn acts_are_planned_against_the_bot_as_it_is() {
    let desk = Desk::with(NEVER);
    let act = json!({ "act": "remove", "flow": MAIN, "ids": ["bbbbbb"], "heal": false });
    desk.call(
        "bot.act",
        json!({ "bot": desk.bot, "client": "me", "seq": 1, "base": 0, "label": "Remove", "act": act }),
    );
    let parts = desk.events("changed")[0]["patches"][0].clone();
    assert_eq!(parts["nodes"]["bbbbbb"], Value::Null);
    assert_eq!(parts["nodes"]["aaaaaa"]["next"], json!({}));
    desk.undo();
    desk.save();
    assert_eq!(desk.file(MAIN), FLOW);
    desk.greet("Bye").expect("applies");
    desk.save();
    assert_eq!(desk.file(MAIN), greeted("Bye"));
}

const OTHER: &str = "flows/other.flow.json";

fn list(desk: &Desk) -> Vec<(u64, String, bool)> {
    let deeds = desk.call("history.list", json!({ "bot": desk.bot }))["deeds"].clone();
    let deed = |deed: &Value| {
        assert!(deed["time"].as_u64().expect("a time") > 1_700_000_000, "{deed}");
        let label = deed["label"].as_str().unwrap_or_default().to_owned();
        (deed["at"].as_u64().unwrap_or_default(), label, deed["stands"] == true)
    };
    deeds.as_array().expect("a list").iter().map(deed).collect()
}

#[test]
fn the_history_can_be_looked_at_and_gone_back_in() {
    let mut desk = Desk::with(NEVER);
    let title = |desk: &Desk, name: &str| {
        desk.change("Title", json!([{ "op": "manifest", "path": ["name"], "value": name }]))
            .expect("applies");
    };
    desk.greet("one").expect("applies");
    title(&desk, "Two");
    desk.greet("three").expect("applies");
    let deed = |at, label: &str, stands| (at, label.to_owned(), stands);
    assert_eq!(list(&desk), [deed(3, "Greet", true), deed(2, "Title", true), deed(1, "Greet", true)]);
    let go = |desk: &Desk, at: u64| {
        desk.call("history.go", json!({ "bot": desk.bot, "client": "me", "at": at }));
    };
    go(&desk, 1);
    assert_eq!(desk.greeting(), "one");
    assert_eq!(list(&desk), [deed(3, "Greet", false), deed(2, "Title", false), deed(1, "Greet", true)]);
    desk = desk.restart();
    assert_eq!(list(&desk).len(), 3);
    go(&desk, 3);
    assert_eq!((desk.greeting(), desk.open()["manifest"]["name"].clone()), (json!("three"), json!("Two")));
    go(&desk, 0);
    assert_eq!(desk.greeting(), "Hi!");
    let error = desk.refuse("history.go", json!({ "bot": desk.bot, "client": "me", "at": 4 }));
    crate::desk::is(&error, studio::Code::Refused);
}

#[test]
fn a_deleted_flow_comes_back() {
    let mut desk = Desk::with(NEVER);
    let flow = json!({ "id": "other", "name": "Other", "nodes": {} });
    desk.change("Add", json!([{ "op": "flow", "flow": OTHER, "value": flow }])).expect("applies");
    let deleted = |desk: &Desk| desk.call("history.deleted", json!({ "bot": desk.bot }))["flows"].clone();
    assert_eq!(deleted(&desk), json!([]));
    desk.change("Delete", json!([{ "op": "flow", "flow": OTHER }])).expect("applies");
    desk.greet("and on it goes").expect("applies");
    desk.save();
    desk = desk.restart();
    assert_eq!(deleted(&desk)[0]["name"], "Other");
    assert_eq!(deleted(&desk)[0]["path"], OTHER);
    let back = json!({ "bot": desk.bot, "client": "me", "label": "Bring back Other", "path": OTHER });
    desk.call("history.bring_back", back.clone());
    assert_eq!(deleted(&desk), json!([]));
    assert_eq!(desk.open()["flows"][1]["flow"]["name"], "Other");
    assert_eq!(desk.open()["undo"], "Bring back Other");
    assert_eq!(desk.greeting(), "and on it goes");
    crate::desk::is(&desk.refuse("history.bring_back", back), studio::Code::NotFound);
}

#[test]
fn uses_are_found_in_the_open_bot() {
    let desk = Desk::with(NEVER);
    desk.greet("Hi {{ user.name }}, {{ user.total }}").expect("applies");
    let of = json!({ "is": "variable", "scope": "user", "name": "total" });
    let found = desk.call("bot.usages", json!({ "bot": desk.bot, "of": of }))["usages"].clone();
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found[0]["at"]["node"], "bbbbbb");
    assert_eq!(found[0]["writes"], false);
}

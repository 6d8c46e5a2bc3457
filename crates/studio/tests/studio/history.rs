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

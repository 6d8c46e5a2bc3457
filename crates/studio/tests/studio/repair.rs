use std::fs;

use serde_json::json;

use crate::desk::{BOT, Desk, FLOW, MAIN, NEVER, QUICK, is, soon};

const BROKEN: &str = "flows/broken.flow.json";

fn broken(text: &str) -> Desk {
    Desk::holding(NEVER, &[("bot.json", BOT), (MAIN, FLOW), (BROKEN, text)])
}

#[test]
fn what_was_not_read_whole_is_never_saved_over() {
    let twice = FLOW.replacen("\"name\"", "\"id\": \"again\",\n  \"name\"", 1);
    for text in [&FLOW[..250], "not JSON", "", &twice, &FLOW.replace("\"nexus\": 1", "\"nexus\": 99")] {
        let desk = broken(text);
        let shown = desk.open()["flows"][0].clone();
        assert_eq!(shown["path"], BROKEN);
        assert!(shown["read_only"].is_string(), "{shown}");
        assert_ne!(shown["flow"]["name"], "");
        let edit = json!([{ "op": "flow_prop", "flow": BROKEN, "prop": "name", "value": "x" }]);
        is(&desk.change("Rename", edit).expect_err("read-only"), studio::Code::ReadOnly);
        let whole = json!([{ "op": "flow", "flow": BROKEN, "value": { "id": "x", "name": "x" } }]);
        is(&desk.change("Replace", whole).expect_err("read-only"), studio::Code::ReadOnly);
        desk.greet("the rest works").expect("applies");
        desk.save();
        let desk = desk.restart();
        assert_eq!(desk.file(BROKEN), text);
        assert!(desk.file(MAIN).contains("the rest works"));
        let problems = desk.call("bot.problems", json!({ "bot": desk.bot }));
        let of_file = problems["problems"].as_array().expect("a list").iter().any(|problem| {
            problem["at"]["file"] == BROKEN
                && problem["at"]["line"].is_number()
                && problem["severity"] == "error"
        });
        assert!(of_file, "{problems}");
    }
}

#[test]
fn repair_keeps_the_original_beside_it() {
    let desk = broken(&FLOW[..250]);
    for n in ["", "2"] {
        let reply = desk.call("bot.repair", json!({ "bot": desk.bot, "path": BROKEN }));
        assert_eq!(reply["kept"], format!("{BROKEN}.broken{n}"));
        assert_eq!(desk.file(&format!("{BROKEN}.broken{n}")), &FLOW[..250]);
        let flow = desk.open()["flows"][0].clone();
        assert_eq!(flow.get("read_only"), None);
        assert_eq!(flow["flow"]["nodes"]["aaaaaa"]["fields"]["command"], "start");
        assert!(desk.file(BROKEN).ends_with("}\n"));
        let edit = json!([{ "op": "flow_prop", "flow": BROKEN, "prop": "name", "value": "Mended" }]);
        desk.change("Rename", edit).expect("editable");
        desk.save();
        assert!(desk.file(BROKEN).contains("Mended"));
        if n.is_empty() {
            desk.write(BROKEN, &FLOW[..250]);
            desk.studio.close();
            let again = Desk::at(desk.folder.clone(), desk.data.clone(), NEVER);
            again.studio.close();
            desk.open();
        }
    }
    is(&desk.refuse("bot.repair", json!({ "bot": desk.bot, "path": MAIN })), studio::Code::Refused);
}

#[test]
fn a_newer_file_is_not_repaired() {
    let desk = broken(&FLOW.replace("\"nexus\": 1", "\"nexus\": 99"));
    let error = desk.refuse("bot.repair", json!({ "bot": desk.bot, "path": BROKEN }));
    assert!(error.hint.is_some_and(|hint| hint.contains("Update")));
}

#[test]
fn a_file_that_breaks_and_heals_outside() {
    let desk = Desk::with(QUICK);
    desk.greet("mine").expect("applies");
    soon("the save", || desk.file(MAIN).contains("mine"));
    let good = desk.file(MAIN);
    desk.write(MAIN, &good[..100]);
    soon("the break", || desk.open()["flows"][0]["read_only"].is_string());
    is(&desk.greet("no").expect_err("read-only"), studio::Code::ReadOnly);
    is(
        &desk.studio.call("bot.undo", json!({ "bot": desk.bot, "client": "me" })).expect_err("read-only"),
        studio::Code::ReadOnly,
    );
    desk.write(MAIN, &good);
    soon("the healing", || desk.open()["flows"][0].get("read_only").is_none());
    assert_eq!(desk.greeting(), "mine");
    desk.undo();
    assert_eq!(desk.greeting(), "Hi!");
}

#[test]
fn odd_things_in_the_folder_are_problems_not_failures() {
    let desk = Desk::with(NEVER);
    fs::create_dir(desk.root().join("flows/folder.flow.json")).expect("a folder");
    fs::write(desk.root().join("flows/latin.flow.json"), b"{ \"id\": \"\xff\" }").expect("a file");
    fs::write(desk.root().join("flows/a:b.flow.json"), FLOW).expect("a file");
    let huge = fs::File::create(desk.root().join("flows/huge.flow.json")).expect("a file");
    huge.set_len((64 << 20) + 1).expect("a sparse file");
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    fs::write(desk.root().join("flows/deep.flow.json"), deep).expect("a file");
    let desk = desk.restart();
    assert_eq!(desk.greeting_of(MAIN), "Hi!");
    let problems = desk.call("bot.problems", json!({ "bot": desk.bot }))["problems"].clone();
    let problems = problems.as_array().expect("a list");
    for name in ["folder", "latin", "a:b", "huge", "deep"] {
        let file = format!("flows/{name}.flow.json");
        assert!(problems.iter().any(|problem| problem["at"]["file"] == *file), "{file}: {problems:?}");
    }
    is(
        &desk.refuse("bot.repair", json!({ "bot": desk.bot, "path": "flows/huge.flow.json" })),
        studio::Code::ReadOnly,
    );
}

impl Desk {
    fn greeting_of(&self, path: &str) -> serde_json::Value {
        let view = self.open();
        let flow = view["flows"].as_array().expect("flows").iter().find(|flow| flow["path"] == path).cloned();
        flow.expect("the flow")["flow"]["nodes"]["bbbbbb"]["fields"]["text"].clone()
    }
}

#[test]
fn without_a_readable_manifest_the_flows_open_all_the_same() {
    let desk = Desk::holding(NEVER, &[("bot.json", "{ half"), (MAIN, FLOW)]);
    assert_eq!(desk.greeting(), "Hi!");
    is(
        &desk
            .change("Name", json!([{ "op": "manifest", "path": ["name"], "value": "x" }]))
            .expect_err("read-only"),
        studio::Code::ReadOnly,
    );
    desk.call("bot.repair", json!({ "bot": desk.bot, "path": "bot.json" }));
    assert_eq!(desk.file("bot.json.broken"), "{ half");
    desk.change("Name", json!([{ "op": "manifest", "path": ["name"], "value": "x" }])).expect("editable");

    let desk = Desk::holding(NEVER, &[(MAIN, FLOW)]);
    let problems = desk.call("bot.problems", json!({ "bot": desk.bot }))["problems"].to_string();
    assert!(problems.contains("no-manifest"), "{problems}");
}

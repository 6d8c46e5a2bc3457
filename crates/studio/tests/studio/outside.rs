use std::fs;

use serde_json::json;

use crate::desk::{BOT, Desk, FLOW, MAIN, NEVER, QUICK, greeted, soon};

#[test]
fn a_change_by_another_program_comes_in_and_can_be_taken_back() {
    let desk = Desk::with(QUICK);
    desk.greet("mine").expect("applies");
    soon("the save", || desk.file(MAIN) == greeted("mine"));
    desk.write(MAIN, &greeted("theirs"));
    soon("the change", || desk.greeting() == "theirs");
    let change = desk.events("changed").pop().expect("an event");
    assert_eq!(change["label"], "Changed outside");
    assert_eq!(change["patches"][0]["at"], "parts", "no more than what differs: {change}");
    assert_eq!(desk.file(MAIN), greeted("theirs"));
    assert_eq!(desk.undo()["label"], "Changed outside");
    soon("the save", || desk.file(MAIN) == greeted("mine"));
}

#[test]
fn files_come_and_go() {
    let desk = Desk::with(QUICK);
    fs::create_dir(desk.root().join("prompts")).expect("a folder");
    desk.write("prompts/a.md", "Hello");
    desk.write("flows/b.flow.json", &FLOW.replace("\"main\"", "\"b\""));
    desk.write("picture.png", "no text");
    soon("the files", || {
        desk.open()["files"] == json!(["prompts/a.md"])
            && desk.open()["flows"].as_array().is_some_and(|f| f.len() == 2)
    });
    assert_eq!(desk.call("file.read", json!({ "bot": desk.bot, "path": "prompts/a.md" }))["text"], "Hello");
    fs::remove_file(desk.root().join("flows/b.flow.json")).expect("removed");
    soon("the removal", || desk.open()["flows"].as_array().is_some_and(|f| f.len() == 1));
    desk.undo();
    soon("the save", || desk.file("flows/b.flow.json").contains("\"b\""));
    desk.write("bot.json", &BOT.replace("Shop", "Store"));
    soon("the manifest", || desk.open()["manifest"]["name"] == "Store");
}

#[test]
fn what_changed_while_nobody_looked_comes_in_at_the_next_start() {
    let desk = Desk::with(NEVER);
    desk.greet("one").expect("applies");
    desk.save();
    desk.greet("two").expect("applies");
    desk.studio.close();
    assert_eq!(desk.file(MAIN), greeted("two"));
    // Going back to an earlier save, as a checkout does, is a change by another program as well.
    desk.write(MAIN, &greeted("one"));
    let desk = Desk::at(desk.folder.clone(), desk.data.clone(), NEVER);
    assert_eq!(desk.greeting(), "one");
    assert_eq!(desk.open()["clashes"], json!([]));
    desk.save();
    assert_eq!(desk.file(MAIN), greeted("one"));
    assert_eq!(desk.undo()["label"], "Changed outside");
    assert_eq!(desk.greeting(), "two");
}

#[test]
fn a_folder_that_is_gone_is_no_deletion() {
    let desk = Desk::with(QUICK);
    let away = desk.folder.path().join("away");
    fs::rename(desk.root(), &away).expect("moved");
    desk.greet("still here").expect("the journal has a place");
    soon("the failure", || desk.open_state() == "failed");
    assert!(!desk.root().exists(), "a folder that is gone is not made anew");
    fs::rename(&away, desk.root()).expect("moved back");
    soon("the save", || desk.file(MAIN) == greeted("still here"));
    soon("the news", || desk.events("save").last().is_some_and(|event| event["save"]["state"] == "saved"));
}

impl Desk {
    /// Opening needs the folder; the events do not.
    fn open_state(&self) -> String {
        self.events("save")
            .last()
            .and_then(|event| event["save"]["state"].as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

#[test]
fn a_link_out_of_the_folder_is_not_followed() {
    let desk = Desk::with(NEVER);
    let secret = desk.folder.path().join("secret.txt");
    fs::write(&secret, "secret").expect("a file");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, desk.root().join("notes.md")).expect("a link");
        std::os::unix::fs::symlink(&secret, desk.root().join("flows/x.flow.json")).expect("a link");
        std::os::unix::fs::symlink("main.flow.json", desk.root().join("flows/same.flow.json"))
            .expect("a link");
        let desk = desk.restart();
        assert_eq!(desk.open()["files"], json!([]));
        let flows: Vec<_> =
            desk.open()["flows"].as_array().expect("flows").iter().map(|flow| flow["path"].clone()).collect();
        assert_eq!(flows, [MAIN, "flows/same.flow.json"]);
        let problems = desk.call("bot.problems", json!({ "bot": desk.bot }))["problems"].to_string();
        assert!(problems.contains("flows/x.flow.json") && problems.contains("leads out"), "{problems}");
        let edit = json!([{ "op": "file", "path": "notes.md", "text": "over it" }]);
        desk.change("Write", edit).expect_err("not through a link");
        assert_eq!(fs::read_to_string(&secret).expect("a file"), "secret");
    }
}

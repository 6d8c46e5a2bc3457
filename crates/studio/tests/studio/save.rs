use std::fs;

use serde_json::json;

use crate::desk::{Desk, FLOW, MAIN, NEVER, QUICK, greeted, soon};

#[test]
fn changes_are_saved_by_themselves_and_leave_nothing_behind() {
    let desk = Desk::with(QUICK);
    desk.greet("saved").expect("applies");
    soon("the save", || desk.file(MAIN) == greeted("saved"));
    soon("the news", || desk.events("save").last().is_some_and(|event| event["save"]["state"] == "saved"));
    assert_eq!(desk.events("save")[0]["save"]["state"], "unsaved");
    let names: Vec<_> = fs::read_dir(desk.root().join("flows"))
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(names, ["main.flow.json"]);
}

#[test]
fn a_file_that_was_not_changed_keeps_every_byte() {
    let odd = FLOW.replace("  ", "\t");
    let desk = Desk::holding(
        NEVER,
        &[("bot.json", "{\"name\":\"Shop\",\"id\":\"shop\",\"nexus\":1}"), (MAIN, &odd)],
    );
    desk.greet("other").expect("applies");
    desk.undo();
    desk.save();
    assert_eq!(desk.file(MAIN), odd, "taken back, so not even its form changes");
    assert_eq!(desk.file("bot.json"), "{\"name\":\"Shop\",\"id\":\"shop\",\"nexus\":1}");
    desk.greet("other").expect("applies");
    desk.save();
    assert_eq!(desk.file(MAIN), greeted("other"));
}

#[test]
fn a_failed_save_is_told_kept_and_tried_again() {
    let desk = Desk::with(QUICK);
    let path = desk.root().join(MAIN);
    let mut rights = fs::metadata(&path).expect("a file").permissions();
    rights.set_readonly(true);
    fs::set_permissions(&path, rights.clone()).expect("rights");
    desk.greet("kept").expect("the change itself is safe");
    soon("the failure", || desk.open()["save"]["state"] == "failed");
    let save = desk.open()["save"].clone();
    assert!(save["message"].as_str().is_some_and(|text| text.contains(MAIN)), "{save}");
    assert!(save["hint"].is_string());
    assert_eq!(desk.file(MAIN), FLOW);
    let desk = desk.restart();
    assert_eq!(desk.greeting(), "kept");
    #[allow(clippy::permissions_set_readonly_false, reason = "a temporary file")]
    rights.set_readonly(false);
    fs::set_permissions(&path, rights).expect("rights");
    soon("the next try", || desk.file(MAIN) == greeted("kept"));
}

#[test]
fn rights_and_links_are_kept() {
    let desk = Desk::with(NEVER);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        fs::create_dir(desk.root().join("shared")).expect("a folder");
        fs::rename(desk.root().join(MAIN), desk.root().join("shared/real.txt")).expect("moved");
        symlink("../shared/real.txt", desk.root().join(MAIN)).expect("a link");
        fs::set_permissions(desk.root().join("shared/real.txt"), fs::Permissions::from_mode(0o640))
            .expect("rights");
        desk.greet("through the link").expect("applies");
        desk.save();
        assert!(fs::symlink_metadata(desk.root().join(MAIN)).expect("a link").is_symlink());
        assert_eq!(desk.file("shared/real.txt"), greeted("through the link"));
        assert_eq!(
            fs::metadata(desk.root().join("shared/real.txt")).expect("a file").permissions().mode() & 0o777,
            0o640
        );
    }
}

#[test]
fn what_a_killed_save_left_is_swept_away() {
    let desk = Desk::with(NEVER);
    desk.write("flows/.nexus-save-0123456789abcdef.tmp", "half");
    let desk = desk.restart();
    assert!(!desk.root().join("flows/.nexus-save-0123456789abcdef.tmp").exists());
}

#[test]
fn a_new_bot_has_a_flow_that_runs() {
    let desk = Desk::with(NEVER);
    let folder = desk.folder.path().join("new");
    fs::create_dir(&folder).expect("a folder");
    let view = desk.call("bot.create", json!({ "folder": folder, "name": "  Ärger & Söhne! " }));
    assert_eq!(view["manifest"]["name"], "Ärger & Söhne!");
    assert!(view["root"].as_str().is_some_and(|root| root.ends_with("ärger-söhne")), "{view}");
    let problems = desk.call("bot.problems", json!({ "bot": view["bot"] }));
    assert_eq!(problems["problems"], json!([]));
    let error = desk.refuse("bot.create", json!({ "folder": folder, "name": "Ärger  Söhne" }));
    crate::desk::is(&error, studio::Code::Refused);
    let recent = desk.call("bot.recent", json!({}));
    assert_eq!(recent["bots"][0]["root"], view["root"]);
    desk.call("bot.forget", json!({ "root": view["root"] }));
    assert_eq!(desk.call("bot.recent", json!({}))["bots"].as_array().map(Vec::len), Some(1));
    let listed = desk.call("folder.list", json!({ "path": folder }));
    assert_eq!(listed["entries"][0]["bot"], true);
}

use serde_json::json;

use crate::desk::{Desk, FLOW, MAIN, NEVER, QUICK, greeted, soon};

/// Both changed: here unsaved, there on the disk.
fn clash() -> Desk {
    let desk = Desk::with(NEVER);
    desk.greet("mine").expect("applies");
    desk.write(MAIN, &greeted("theirs"));
    desk.save();
    desk
}

#[test]
fn both_changed_is_put_side_by_side_and_neither_is_written_over() {
    let desk = clash();
    let expected = json!([{ "path": MAIN, "mine": greeted("mine"), "theirs": greeted("theirs") }]);
    assert_eq!(desk.open()["clashes"], expected);
    assert_eq!(desk.events("clash")[0]["clashes"], expected);
    assert_eq!(desk.file(MAIN), greeted("theirs"));
    desk.greet("more of mine").expect("still editable");
    assert_eq!(desk.save()["saved"], false);
    assert_eq!(desk.file(MAIN), greeted("theirs"));
}

#[test]
fn mine_stays_and_theirs_is_in_the_history() {
    let desk = clash();
    desk.call("bot.settle", json!({ "bot": desk.bot, "path": MAIN, "keep": "mine" }));
    desk.save();
    assert_eq!(desk.file(MAIN), greeted("mine"));
    assert_eq!(desk.events("clash").pop().expect("an event")["clashes"], json!([]));
    let desk = desk.restart();
    desk.undo();
    assert_eq!(desk.greeting(), "theirs");
    desk.undo();
    assert_eq!(desk.greeting(), "mine");
    desk.undo();
    assert_eq!(desk.greeting(), "Hi!");
}

#[test]
fn theirs_stays_and_mine_is_in_the_history() {
    let desk = clash();
    desk.call("bot.settle", json!({ "bot": desk.bot, "path": MAIN, "keep": "theirs" }));
    assert_eq!(desk.greeting(), "theirs");
    assert_eq!(desk.save()["saved"], true);
    let desk = desk.restart();
    assert_eq!(desk.file(MAIN), greeted("theirs"));
    desk.undo();
    assert_eq!(desk.greeting(), "mine");
    desk.save();
    assert_eq!(desk.file(MAIN), greeted("mine"));
}

#[test]
fn a_clash_outlives_a_crash() {
    let desk = clash().crash(QUICK);
    soon("the clash", || desk.open()["clashes"][0]["mine"] == greeted("mine"));
    assert_eq!(desk.file(MAIN), greeted("theirs"));
    desk.write(MAIN, FLOW);
    soon("its end, since the disk is what it was", || desk.open()["clashes"] == json!([]));
    soon("the save", || desk.file(MAIN) == greeted("mine"));
}

#[test]
fn the_same_change_in_two_places_is_no_clash() {
    let desk = Desk::with(NEVER);
    desk.greet("same").expect("applies");
    desk.write(MAIN, &greeted("same"));
    assert_eq!(desk.save()["saved"], true);
    assert_eq!(desk.open()["clashes"], json!([]));
}

#[test]
fn what_cannot_be_read_whole_clashes_too_and_is_kept() {
    for keep in ["mine", "theirs"] {
        let desk = Desk::with(NEVER);
        desk.greet("mine").expect("applies");
        let half = &greeted("theirs")[..200];
        desk.write(MAIN, half);
        desk.save();
        desk.save();
        assert_eq!(desk.open()["clashes"][0]["theirs"], half, "{keep}");
        desk.call("bot.settle", json!({ "bot": desk.bot, "path": MAIN, "keep": keep }));
        desk.save();
        if keep == "mine" {
            assert_eq!(desk.file(MAIN), greeted("mine"));
            assert_eq!(desk.file("flows/main.flow.json.broken"), half);
        } else {
            assert_eq!(desk.file(MAIN), half);
            assert!(desk.open()["flows"][0]["read_only"].is_string());
            desk.greet("no").expect_err("read-only");
            desk.call("bot.repair", json!({ "bot": desk.bot, "path": MAIN }));
            desk.undo();
            assert_eq!(desk.greeting(), "mine", "nothing is lost");
        }
    }
}

#[test]
fn settling_what_does_not_clash_is_refused() {
    let desk = Desk::with(NEVER);
    let error = desk.refuse("bot.settle", json!({ "bot": desk.bot, "path": MAIN, "keep": "mine" }));
    crate::desk::is(&error, studio::Code::Refused);
}

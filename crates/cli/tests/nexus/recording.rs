use std::fs;
use std::path::Path;

use crate::run::{example, json_of, nexus, said, typed};

/// The pizza example, and a conversation with it as `talk.recording.json`.
fn recorded() -> tempfile::TempDir {
    let folder = example("pizza");
    let lines = ["/order", "3", "1", "/order", "/clock +20m", "/record talk.recording.json"];
    let output = typed(&["sim", "pizza"], folder.path(), &lines);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    folder
}

#[test]
fn a_recording_becomes_a_test_by_one_command() {
    let folder = recorded();
    let output = nexus(&["test", "--from", "talk.recording.json", "pizza"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(said(&output), "✓ pizza/tests/talk.test.yaml  it passes\n");
    let output = nexus(&["test", "pizza", "--filter", "talk"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).starts_with("✓ pizza/tests/talk.test.yaml  1 case\n1 passed"), "{}", said(&output));
    let test = fs::read_to_string(folder.path().join("pizza/tests/talk.test.yaml")).unwrap();
    assert!(test.contains("- presses: Large, 13 EUR\n") && test.contains("- after: 15m\n"), "{test}");
    // Never over another one, unless by a name of its own.
    let output = nexus(&["test", "--from", "talk.recording.json", "--json"], folder.path());
    let report = json_of(&output);
    assert_eq!((&report["file"], &report["passes"]), (&"pizza/tests/talk-2.test.yaml".into(), &true.into()));
    let named = ["test", "--from", "talk.recording.json", "--name", "By hand", "pizza"];
    assert_eq!(nexus(&named, folder.path()).status.code(), Some(0));
    assert!(folder.path().join("pizza/tests/by-hand.test.yaml").exists());
    assert_eq!(nexus(&named, folder.path()).status.code(), Some(2));
}

/// The test is of the bot as it is; what is not as it was is said.
#[test]
fn a_bot_that_was_changed_since_is_told_of() {
    let folder = recorded();
    crate::run::edit(&folder.path().join("pizza/flows/main.flow.json"), "is in the oven", "is on the grill");
    let output = nexus(&["test", "--from", "talk.recording.json", "pizza"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for part in [
        "it passes\n",
        "The bot is another one than when this was recorded.",
        "on the grill.",
        "in the oven.",
    ] {
        assert!(said(&output).contains(part), "{part:?} is not in\n{}", said(&output));
    }
}

#[test]
fn of_several_bots_the_one_that_was_recorded_gets_the_test() {
    let folder = recorded();
    let other = example("welcome");
    fs::rename(other.path().join("welcome"), folder.path().join("welcome")).unwrap();
    let output = nexus(&["test", "--from", "talk.recording.json"], folder.path());
    assert_eq!(said(&output), "✓ pizza/tests/talk.test.yaml  it passes\n");
    let output = nexus(&["test", "--from", "talk.recording.json", "pizza", "welcome"], folder.path());
    assert_eq!(said(&output), "✓ pizza/tests/talk-2.test.yaml  it passes\n");
}

#[test]
fn what_is_no_recording_is_said_in_one_line() {
    let folder = recorded();
    let whole = fs::read_to_string(folder.path().join("talk.recording.json")).unwrap();
    let program = whole.split("\"bots\":{\"").nth(1).and_then(|rest| rest.get(..32)).unwrap();
    for (name, text, part) in [
        ("half", whole[..whole.len() / 2].to_string(), "this is no recording: EOF"),
        ("empty", String::new(), "this is no recording: EOF"),
        ("other", "{\"a\": 1}".into(), "this is no recording: missing field `nexus`"),
        (
            "newer",
            whole.replacen("{\"nexus\":1,", "{\"nexus\":7,", 1),
            "was made by a newer Nexus Bots (form 7); update",
        ),
        ("changed", whole.replace("in the oven", "in the hoven"), "the file was changed"),
        (
            "parts",
            whole.replace(&format!("\"program\":\"{program}\""), "\"program\":\"0\""),
            "the file was changed",
        ),
        (
            "still",
            whole.replacen("\"entries\":[", "\"entries\":[],\"were\":[", 1),
            "nothing happens in this recording",
        ),
    ] {
        let file = format!("{name}.json");
        fs::write(folder.path().join(&file), text).unwrap();
        refused(folder.path(), &file, part);
    }
    fs::write(folder.path().join("picture.json"), [0xff, 0xd8, 0xff, 0x00]).unwrap();
    refused(folder.path(), "picture.json", "this is no recording: it is no text");
    refused(folder.path(), "nowhere.json", "there is no file nowhere.json");
    assert!(!folder.path().join("pizza/tests/half.test.yaml").exists());
}

fn refused(at: &Path, file: &str, part: &str) {
    let output = nexus(&["test", "--from", file, "pizza"], at);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{file}: {error}");
    assert!(error.starts_with("error: ") && error.contains(part), "{file}: {error}");
    assert_eq!((error.lines().count(), said(&output).as_str()), (1, ""), "{error}");
}

use std::fs;

use serde_json::json;

use crate::desk::{BOT, Desk, FLOW, MAIN, NEVER, QUICK, copy, greeted};

#[test]
fn what_was_acknowledged_survives_a_kill_before_any_save() {
    let desk = Desk::with(NEVER);
    desk.greet("one").expect("applies");
    desk.greet("two").expect("applies");
    desk.undo();
    assert_eq!(desk.file(MAIN), FLOW);
    let desk = desk.crash(NEVER);
    assert_eq!(desk.greeting(), "one");
    assert_eq!(desk.open()["save"]["state"], "unsaved");
    desk.save();
    assert_eq!(desk.file(MAIN), greeted("one"));
    desk.redo();
    assert_eq!(desk.greeting(), "two");
}

#[test]
fn a_tail_torn_at_any_byte_costs_nothing_acknowledged() {
    let desk = Desk::with(NEVER);
    desk.greet("one").expect("applies");
    let whole = fs::read(desk.journal()).expect("a journal").len();
    desk.greet("two").expect("applies");
    let journal = fs::read(desk.journal()).expect("a journal");
    let (folder, bot, root) = (desk.folder.clone(), desk.bot.clone(), desk.root());
    for cut in whole..journal.len() {
        // Half of the cases end in what a disk may leave there instead of what was written.
        let mut torn = journal[..cut].to_vec();
        if cut % 2 == 0 {
            torn.extend(std::iter::repeat_n(0, 40));
        }
        let data = folder.path().join(format!("cut{cut}"));
        fs::create_dir_all(data.join("bots").join(&bot)).expect("a folder");
        fs::write(data.join("bots").join(&bot).join("journal"), torn).expect("a journal");
        fs::write(root.join(MAIN), FLOW).expect("a flow");
        let again = Desk::at(folder.clone(), data, NEVER);
        assert_eq!(again.greeting(), "one", "cut at {cut}");
        again.greet("three").expect("applies");
        let again = again.restart();
        assert_eq!(again.greeting(), "three");
        again.undo();
        again.undo();
        assert_eq!(again.greeting(), "Hi!");
    }
}

#[test]
fn damage_in_the_middle_or_a_newer_journal_is_set_aside_with_a_word() {
    for (word, harm) in [("damaged", "0123456789abcdef {}\n"), ("newer", "")] {
        let desk = Desk::with(NEVER);
        desk.greet("one").expect("applies");
        desk.save();
        desk.greet("two").expect("applies");
        let (journal, data) = (desk.journal(), desk.data.clone());
        desk.studio.close();
        let text = fs::read_to_string(&journal).expect("a journal");
        let lines: Vec<&str> = text.lines().collect();
        let harmed = match word {
            "damaged" => format!("{}\n{harm}{}\n", lines[0], lines[1..].join("\n")),
            _ => {
                let json = r#"{"journal":{"version":2,"root":"x"}}"#;
                format!(
                    "{:016x} {json}\n{}\n",
                    xxhash_rust::xxh3::xxh3_64(json.as_bytes()),
                    lines[1..].join("\n")
                )
            }
        };
        fs::write(&journal, &harmed).expect("a journal");
        let desk = Desk::at(desk.folder.clone(), data, NEVER);
        assert_eq!(desk.greeting(), "two", "the disk counts");
        let kept = journal.with_file_name(format!("journal.{word}"));
        assert_eq!(fs::read_to_string(kept).expect("kept"), harmed);
        let problems = desk.call("bot.problems", json!({ "bot": desk.bot }));
        let said = problems["problems"].as_array().expect("a list").iter().any(|problem| {
            problem["severity"] == "warning"
                && problem["message"].as_str().is_some_and(|text| text.contains("journal"))
        });
        assert!(said, "{problems}");
        desk.greet("three").expect("applies");
    }
}

#[test]
fn a_large_journal_is_rewritten_and_forgets_nothing() {
    let desk = Desk::with(NEVER);
    desk.greet("first").expect("applies");
    let large = "x".repeat(900_000);
    for n in 0..8 {
        let edit = json!([{ "op": "file", "path": "prompts/p.md", "text": format!("{n}{large}") }]);
        desk.change("Prompt", edit).expect("applies");
        desk.undo();
    }
    desk.greet("second").expect("applies");
    desk.greet("third").expect("applies");
    desk.undo();
    let (before, revision) =
        (fs::metadata(desk.journal()).expect("a journal").len(), desk.open()["revision"].clone());
    let desk = desk.restart();
    let after = fs::metadata(desk.journal()).expect("a journal").len();
    assert!(after * 10 < before, "{before} → {after}");
    assert_eq!(desk.open()["revision"], revision);
    let desk = desk.restart();
    assert_eq!(desk.greeting(), "second");
    desk.redo();
    assert_eq!(desk.greeting(), "third");
    desk.undo();
    desk.undo();
    assert_eq!(desk.greeting(), "first");
    let desk = desk.crash(NEVER);
    desk.undo();
    assert_eq!(desk.greeting(), "Hi!");
    desk.save();
    assert_eq!(desk.file(MAIN), FLOW);
}

#[test]
fn a_second_process_is_told_that_the_bot_is_open() {
    let desk = Desk::with(NEVER);
    let other = studio::Studio::new(studio::Setup { pace: QUICK, ..studio::Setup::new(&desk.data) });
    let error = other.call("bot.open", json!({ "root": desk.root() })).expect_err("open elsewhere");
    crate::desk::is(&error, studio::Code::Busy);
    assert!(error.message.contains(&std::process::id().to_string()), "{error:?}");
    desk.studio.close();
    other.call("bot.open", json!({ "root": desk.root() })).expect("free now");
}

#[test]
fn a_journal_that_cannot_be_written_makes_no_change() {
    let desk = Desk::with(NEVER);
    let folder = desk.folder.path().join("elsewhere");
    copy(&desk.data, &folder);
    // The data folder is a file.
    let blocked = desk.folder.path().join("blocked");
    fs::write(&blocked, "").expect("a file");
    let studio = studio::Studio::new(studio::Setup::new(&blocked));
    let error = studio.call("bot.open", json!({ "root": desk.root() })).expect_err("no place for a journal");
    crate::desk::is(&error, studio::Code::Disk);
    assert_eq!(desk.file("bot.json"), BOT);
}

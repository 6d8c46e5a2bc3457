use std::fs;

use crate::world::{MAIN, World};

const START: &str = "just send /start.";

#[test]
fn what_text_cannot_merge_merges() {
    let world = World::new();
    // Two fields of one node, on neighbouring lines.
    world.branch("theirs", "main", &[("\"silent\": true", "\"silent\": false"), ("Good night", "Good bye")]);
    world.branch("ours", "main", &[(START, "write /start.")]);
    let merged = world.git(&["merge", "theirs"]);
    assert!(merged.status.success(), "{merged:?}");
    let text = world.text(MAIN);
    assert!(text.contains("Good bye") && text.contains("write /start.") && text.contains("false"), "{text}");
    assert_eq!(world.nexus(&["check", "."]).status.code(), Some(0));
}

#[test]
fn a_conflict_stands_as_data_and_is_not_committed() {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.branch("ours", "main", &[(START, "our words")]);
    let merged = world.git(&["merge", "theirs"]);
    assert_eq!(merged.status.code(), Some(1), "{merged:?}");
    assert_eq!(world.unmerged().trim(), MAIN);
    let text = world.text(MAIN);
    for part in ["unresolved", "our words", "their words", START] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(world.nexus(&["resolve"]).status.code(), Some(1));
    // The check before commits refuses it, and the merge goes on.
    let refused = world.git(&["commit", "-a", "-m", "too early"]);
    assert!(!refused.status.success(), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("still open"), "{refused:?}");
    assert_eq!(world.unmerged().trim(), MAIN);
    // Whoever goes around it is found out at any time.
    let other = world.copy();
    other.git_fine(&["commit", "-q", "-a", "--no-verify", "-m", "too early"]);
    let checked = other.nexus(&["check", ".", "--json"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stdout).contains("unresolved"), "{checked:?}");

    assert_eq!(world.nexus(&["resolve", "--ours"]).status.code(), Some(0));
    let text = world.text(MAIN);
    assert!(
        text.contains("our words") && !text.contains("their words") && !text.contains("unresolved"),
        "{text}"
    );
    world.git_fine(&["commit", "-q", "-a", "-m", "merged"]);
    assert_eq!(world.git_fine(&["rev-list", "--parents", "-1", "HEAD"]).split_whitespace().count(), 3);
}

#[test]
fn choices_come_from_a_file() {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.branch("ours", "main", &[(START, "our words")]);
    world.git(&["merge", "theirs"]);
    let listed = world.nexus(&["resolve", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("JSON");
    let place = report["conflicts"][0]["place"].as_str().expect("a place").to_owned();
    fs::write(world.path("choices.json"), serde_json::json!({ place: "theirs" }).to_string())
        .expect("written");
    let chosen = world.nexus(&["resolve", "--choose", "choices.json"]);
    assert_eq!(chosen.status.code(), Some(0), "{chosen:?}");
    assert!(world.text(MAIN).contains("their words"));
    fs::write(world.path("choices.json"), "{\"x\": \"mine\"}").expect("written");
    assert_eq!(world.nexus(&["resolve", "--choose", "choices.json"]).status.code(), Some(2));
}

#[test]
fn a_side_that_cannot_be_read_is_not_merged() {
    let world = World::new();
    world.git_fine(&["checkout", "-q", "-b", "theirs"]);
    let text = world.text(MAIN);
    fs::write(world.path(MAIN), &text[..300]).expect("written");
    world.commit("cut off");
    world.branch("ours", "main", &[(START, "our words")]);
    let merged = world.git(&["merge", "theirs"]);
    assert!(!merged.status.success());
    assert!(String::from_utf8_lossy(&merged.stderr).contains("cannot be read"), "{merged:?}");
    assert!(world.text(MAIN).contains("our words"));
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
}

#[test]
fn a_missing_program_is_no_conflict() {
    let world = World::new();
    let driver = world.git_fine(&["config", "merge.nexus.driver"]);
    let gone = driver.trim().replace("nexus' git", "nexus-gone' git");
    assert_ne!(driver.trim(), gone);
    world.git_fine(&["config", "merge.nexus.driver", &gone]);
    world.branch("theirs", "main", &[(START, "their words")]);
    world.branch("ours", "main", &[(START, "our words")]);
    let merged = world.git(&["merge", "theirs"]);
    assert!(!merged.status.success());
    assert_eq!(world.unmerged(), "", "git did not take our side for a merge: {merged:?}");
}

#[test]
fn both_add_one_file() {
    let world = World::new();
    let flow = |name: &str| {
        format!(
            "{{\n  \"nexus\": 1,\n  \"id\": \"extra\",\n  \"name\": \"{name}\",\n  \"nodes\": {{}},\n  \"layout\": {{}}\n}}\n"
        )
    };
    for (branch, name) in [("theirs", "Theirs"), ("ours", "Ours")] {
        world.git_fine(&["checkout", "-q", "-b", branch, "main"]);
        fs::write(world.path("flows/extra.flow.json"), flow(name)).expect("written");
        world.commit(branch);
    }
    assert_eq!(world.git(&["merge", "theirs"]).status.code(), Some(1));
    let text = world.text("flows/extra.flow.json");
    assert!(text.contains("Theirs") && text.contains("Ours") && text.contains("unresolved"), "{text}");
}

#[test]
fn rebase_and_cherry_pick_stop_and_go_on() {
    for verb in [["rebase", "theirs"], ["cherry-pick", "theirs"]] {
        let world = World::new();
        world.branch("theirs", "main", &[(START, "their words")]);
        world.branch("ours", "main", &[(START, "our words")]);
        let stopped = world.git(&verb);
        assert_eq!(stopped.status.code(), Some(1), "{stopped:?}");
        assert_eq!(world.unmerged().trim(), MAIN);
        assert_eq!(world.nexus(&["resolve", "--theirs"]).status.code(), Some(0));
        world.git_fine(&["add", "-A"]);
        world.git_fine(&[verb[0], "--continue"]);
        assert!(!world.text(MAIN).contains("unresolved"));
        // While a rebase goes on, theirs is the commit that is put on top.
        let kept = if verb[0] == "rebase" { "our words" } else { "their words" };
        assert!(world.text(MAIN).contains(kept));
    }
}

#[test]
fn stash_pop_keeps_both() {
    let world = World::new();
    world.edit(MAIN, START, "stashed words");
    world.git_fine(&["stash"]);
    world.edit(MAIN, START, "committed words");
    world.commit("other");
    assert_eq!(world.git(&["stash", "pop"]).status.code(), Some(1));
    let text = world.text(MAIN);
    assert!(
        text.contains("stashed words") && text.contains("committed words") && text.contains("unresolved"),
        "{text}"
    );
}

/// Two histories that took each other in and chose differently: what both started from is itself in conflict.
pub fn criss_cross(world: &World) {
    world.branch("x", "main", &[(START, "x words")]);
    world.branch("y", "main", &[(START, "y words")]);
    world.git_fine(&["branch", "old-x", "x"]);
    world.git_fine(&["branch", "old-y", "y"]);
    for (here, other) in [("x", "old-y"), ("y", "old-x")] {
        world.git_fine(&["checkout", "-q", here]);
        assert_eq!(world.git(&["merge", other]).status.code(), Some(1));
        assert_eq!(world.nexus(&["resolve", "--ours"]).status.code(), Some(0));
        world.git_fine(&["commit", "-q", "-a", "-m", "crossed"]);
    }
    world.git_fine(&["checkout", "-q", "x"]);
}

#[test]
fn criss_cross_loses_nothing() {
    let world = World::new();
    criss_cross(&world);
    let merged = world.git(&["merge", "y"]);
    assert_eq!(merged.status.code(), Some(1), "{merged:?}");
    let text = world.text(MAIN);
    assert!(text.contains("x words") && text.contains("y words") && text.contains("unresolved"), "{text}");
}

#[test]
fn renamed_on_one_side_edited_on_the_other() {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.git_fine(&["checkout", "-q", "-b", "ours", "main"]);
    world.git_fine(&["mv", MAIN, "flows/start.flow.json"]);
    world.edit("flows/start.flow.json", "Ask for a title", "Ask title");
    world.commit("renamed");
    world.git_fine(&["merge", "-q", "theirs"]);
    let text = world.text("flows/start.flow.json");
    assert!(text.contains("their words") && text.contains("Ask title"), "{text}");
    assert!(!world.path(MAIN).exists());
    let history = world.nexus(&["history", "flows/start.flow.json", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&history.stdout).expect("JSON");
    assert_eq!(report["commits"].as_array().map(Vec::len), Some(4), "{report:#}");
}

#[test]
fn an_octopus_is_refused() {
    let world = World::new();
    world.branch("a", "main", &[(START, "a words")]);
    world.branch("b", "main", &[(START, "b words")]);
    world.branch("c", "main", &[("Ask for a title", "Ask title")]);
    assert!(!world.git(&["merge", "a", "b"]).status.success());
}

#[test]
fn a_hook_of_somebody_else_stays() {
    let world = World::bare();
    world.git_fine(&["init", "-q"]);
    fs::create_dir_all(world.path(".git/hooks")).expect("a folder");
    fs::write(world.path(".git/hooks/pre-commit"), "#!/bin/sh\nexit 0\n").expect("written");
    fs::write(world.path(".gitattributes"), "*.png binary").expect("written");
    let installed = world.nexus(&["git", "install"]);
    assert!(String::from_utf8_lossy(&installed.stdout).contains("git staged || exit 1"), "{installed:?}");
    assert_eq!(world.text(".git/hooks/pre-commit"), "#!/bin/sh\nexit 0\n");
    assert!(world.text(".gitattributes").starts_with("*.png binary\n"));
    let before = world.text(".gitattributes");
    world.nexus(&["git", "install"]);
    assert_eq!(world.text(".gitattributes"), before);
    assert_eq!(world.nexus(&["git", "uninstall"]).status.code(), Some(0));
    assert_eq!(world.text(".gitattributes"), "*.png binary\n");
    assert_eq!(world.git(&["config", "merge.nexus.driver"]).status.code(), Some(1));
}

#[test]
fn merges_are_replayed() {
    let world = World::new();
    world.branch("theirs", "main", &[("\"silent\": true", "\"silent\": false")]);
    world.branch("ours", "main", &[(START, "our words")]);
    world.git_fine(&["merge", "-q", "theirs"]);
    let replayed = world.nexus(&["replay-merges", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&replayed.stdout).expect("JSON");
    assert_eq!(
        (&report["merges"], &report["clean"], &report["same_as_committed"]),
        (&1.into(), &1.into(), &1.into()),
        "{report:#}"
    );
    assert_eq!(report["text_conflicts"], 1);
}

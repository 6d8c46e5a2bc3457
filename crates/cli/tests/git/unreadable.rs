//! A state of a file that cannot be read whole: what is missing in it must not count as deleted, and nothing of it is taken unseen.

use std::fs;

use vcs::Outcome;

use crate::world::{MAIN, World};

const BOT: &str = "bot.json";

/// How a file breaks.
fn broken(text: &str, how: &str) -> String {
    match how {
        "cut off" => text[..text.len() * 2 / 3].to_owned(),
        "newer" => text.replacen("\"nexus\": 1", "\"nexus\": 99", 1),
        _ => text.replacen("\"name\": \"Welcome\",", "\"name\": \"Welcome\",\n  \"name\": \"Again\",", 1),
    }
}

/// Both sides changed the file; one of the three states of it is broken.
fn world(file: &str, who: &str, how: &str) -> World {
    let world = World::new();
    let whole = world.text(file);
    let write = |side: &str| {
        // At both ends, so that the change is there also where the text is cut off.
        let text = whole.replacen(
            "\"name\": \"Welcome\"",
            &format!("\"name\": \"Welcome\",\n  \"motto\": \"{side} motto\""),
            1,
        );
        let text = if who == side { broken(&text, how) } else { text };
        assert_ne!(text, whole);
        fs::write(world.path(file), text).expect("written");
    };
    if who == "base" {
        fs::write(world.path(file), broken(&whole, how)).expect("written");
        world.commit("broken");
    }
    for side in ["theirs", "ours"] {
        world.git_fine(&["checkout", "-q", "-b", side, "main"]);
        write(side);
        world.commit(side);
    }
    world
}

#[test]
fn both_ways() {
    for file in [MAIN, BOT] {
        for (who, named) in [("ours", "our side"), ("theirs", "their side"), ("base", "the common base")] {
            let all = ["cut off", "newer", "twice"];
            for how in &all[..if file == MAIN { 3 } else { 1 }] {
                let case = format!("{file}, {who} {how}");
                let world = world(file, who, how);
                let ours = world.text(file);

                // Git with the driver: the merge does not take place, and it says why.
                let merged = world.git(&["merge", "theirs"]);
                assert!(!merged.status.success(), "{case}");
                let said = String::from_utf8_lossy(&merged.stderr).into_owned();
                assert!(said.contains("cannot be read") && said.contains(named), "{case}: {said}");
                assert_eq!(world.text(file), ours, "{case}");
                assert_eq!(world.git_fine(&["status", "--porcelain"]), "", "{case}");

                // Here: as text, open, with all three states in the index.
                let repo = world.repo();
                let outcome = repo.merge("theirs", &engine::kinds(), &world.who()).expect("merged");
                assert!(matches!(outcome, Outcome::Open(_)), "{case}: {outcome:?}");
                assert_eq!(world.unmerged().trim(), file, "{case}");
                for (stage, rev) in [(1, "main"), (2, "ours"), (3, "theirs")] {
                    let staged = world.git_fine(&["show", &format!(":{stage}:{file}")]);
                    assert_eq!(staged, world.git_fine(&["show", &format!("{rev}:{file}")]), "{case}");
                }
                let text = world.text(file);
                assert!(text.contains("ours motto") && text.contains("theirs motto"), "{case}: {text}");
                assert!(!world.git(&["commit", "-m", "too early"]).status.success(), "{case}");
                assert!(repo.continue_merge(&world.who()).is_err(), "{case}");
                // Also when only the marks were taken out.
                fs::write(world.path(file), broken(&ours, "cut off")).expect("written");
                let error = repo.continue_merge(&world.who()).expect_err(&case);
                assert!(error.to_string().contains("cannot be read"), "{case}: {error}");
                repo.abort_merge().expect("given up");
                assert_eq!(world.text(file), ours, "{case}");
            }
        }
    }
}

#[test]
fn mended_it_goes_on() {
    let world = world(MAIN, "theirs", "cut off");
    let repo = world.repo();
    repo.merge("theirs", &engine::kinds(), &world.who()).expect("merged");
    let ours = world.git_fine(&["show", &format!("ours:{MAIN}")]);
    fs::write(world.path(MAIN), ours).expect("written");
    repo.continue_merge(&world.who()).expect("committed");
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
}

#[test]
fn what_only_one_side_broke_is_named() {
    let world = World::new();
    world.git_fine(&["checkout", "-q", "-b", "theirs"]);
    let text = broken(&world.text(MAIN), "cut off");
    fs::write(world.path(MAIN), &text).expect("written");
    world.commit("broken");
    world.git_fine(&["checkout", "-q", "-b", "ours", "main"]);
    world.edit(BOT, "\"name\"", "\"motto\": \"read\",\n  \"name\"");
    world.commit("ours");
    let outcome = world.repo().merge("theirs", &engine::kinds(), &world.who()).expect("merged");
    let Outcome::Done(_, merged) = outcome else { panic!("{outcome:?}") };
    assert_eq!(merged.unreadable.iter().collect::<Vec<_>>(), [MAIN]);
    assert_eq!(world.text(MAIN), text, "as it is, byte by byte");
    assert_ne!(world.nexus(&["check", "."]).status.code(), Some(0));
}

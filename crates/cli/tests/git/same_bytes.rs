//! Our tree merge and `git merge` with the driver leave the same bytes.

use vcs::Outcome;

use crate::driver::criss_cross;
use crate::world::{MAIN, World};

const START: &str = "just send /start.";

#[track_caller]
fn check(world: &World, other: &str, clean: bool) {
    let by_git = world.copy();
    let by_us = world.copy();
    let merged = by_git.git(&["merge", other]);
    assert_eq!(merged.status.success(), clean, "{merged:?}");
    let outcome = by_us.repo().merge(other, &engine::kinds(), &by_us.who()).expect("merged");
    assert_eq!(matches!(outcome, Outcome::Open(_)), !clean, "{outcome:?}");
    let (git_index, git_files) = by_git.seen();
    let (our_index, our_files) = by_us.seen();
    assert_eq!(our_files, git_files);
    assert_eq!(our_index, git_index);
    assert_eq!(by_us.git_fine(&["status", "--porcelain"]), by_git.git_fine(&["status", "--porcelain"]));
    let parents =
        |world: &World| world.git_fine(&["rev-list", "--parents", "-1", "HEAD"]).split_whitespace().count();
    assert_eq!(parents(&by_us), parents(&by_git));
    by_us.git_fine(&["fsck", "--strict"]);
}

#[test]
fn clean() {
    let world = World::new();
    world.branch("theirs", "main", &[("\"name\": \"Good night\"", "\"name\": \"Good bye\"")]);
    world.branch("ours", "main", &[(START, "our words"), ("\"silent\": true", "\"silent\": false")]);
    check(&world, "theirs", true);
}

#[test]
fn open() {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words"), ("Ask for a title", "Ask title")]);
    world.branch("ours", "main", &[(START, "our words")]);
    check(&world, "theirs", false);
}

#[test]
fn one_side_only() {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.git_fine(&["checkout", "-q", "-b", "ours", "main"]);
    world.edit("bot.json", "\"name\"", "\"motto\": \"read\",\n  \"name\"");
    std::fs::write(world.path("README.md"), "one\ntwo\nthree\n").expect("written");
    world.commit("ours");
    check(&world, "theirs", true);
}

#[test]
fn other_files_line_by_line() {
    let world = World::new();
    std::fs::write(world.path("notes.txt"), "one\ntwo\nthree\nfour\nfive\n").expect("written");
    world.commit("notes");
    world.branch("theirs", "main", &[(START, "their words")]);
    world.edit("notes.txt", "five", "FIVE");
    world.commit("five");
    world.git_fine(&["checkout", "-q", "-b", "ours", "main"]);
    world.edit("notes.txt", "one", "ONE");
    world.commit("one");
    check(&world, "theirs", true);
}

#[test]
fn criss_cross_histories() {
    let world = World::new();
    criss_cross(&world);
    check(&world, "y", false);
}

#[test]
fn renamed() {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.git_fine(&["checkout", "-q", "-b", "ours", "main"]);
    world.git_fine(&["mv", MAIN, "flows/start.flow.json"]);
    world.edit("flows/start.flow.json", "Ask for a title", "Ask title");
    world.commit("renamed");
    check(&world, "theirs", true);
}

#[test]
fn forward() {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.git_fine(&["checkout", "-q", "main"]);
    check(&world, "theirs", true);
}

#[test]
fn rebased_and_picked() {
    let world = World::new();
    world.branch("theirs", "main", &[("\"silent\": true", "\"silent\": false")]);
    world.branch("ours", "main", &[(START, "our words")]);
    for verb in ["rebase", "cherry-pick"] {
        let (by_git, by_us) = (world.copy(), world.copy());
        by_git.git_fine(&[verb, "theirs"]);
        let (repo, kinds, who) = (by_us.repo(), engine::kinds(), by_us.who());
        let done = match verb {
            "rebase" => repo.rebase("theirs", &kinds, &who),
            _ => repo.cherry_pick("theirs", &kinds, &who),
        };
        done.expect("done");
        assert_eq!(by_us.seen(), by_git.seen());
        assert_eq!(by_us.git_fine(&["status", "--porcelain"]), "");
        let log = |world: &World| world.git_fine(&["log", "--format=%an %s"]);
        assert_eq!(log(&by_us), log(&by_git));
    }
}

/// A prompt with a new name on one side, and new words on the other.
#[test]
fn other_files_renamed() {
    for (new_words, clean) in [("FIVE", true), ("six", false)] {
        let world = World::new();
        std::fs::create_dir(world.path("prompts")).expect("a folder");
        std::fs::write(world.path("prompts/notes.txt"), "one\ntwo\nthree\nfour\nfive\n").expect("written");
        world.commit("notes");
        world.git_fine(&["checkout", "-q", "-b", "theirs", "main"]);
        world.edit("prompts/notes.txt", "five", "FIVE");
        world.commit("five");
        world.git_fine(&["checkout", "-q", "-b", "ours", "main"]);
        world.git_fine(&["mv", "prompts/notes.txt", "prompts/words.txt"]);
        world.edit("prompts/words.txt", "one", "ONE");
        if !clean {
            world.edit("prompts/words.txt", "five", new_words);
        }
        world.commit("renamed");
        // The words between the marks of a conflict name the sides in git's own way.
        if clean {
            check(&world, "theirs", true);
            world.git_fine(&["checkout", "-q", "theirs"]);
            check(&world, "ours", true);
        } else {
            let merged = world.repo().merge("theirs", &engine::kinds(), &world.who()).expect("merged");
            assert!(matches!(merged, Outcome::Open(_)), "{merged:?}");
            assert_eq!(world.unmerged(), "prompts/words.txt\n");
            let text = world.text("prompts/words.txt");
            assert!(text.contains("six") && text.contains("FIVE") && text.contains("ONE"), "{text}");
            assert!(!world.path("prompts/notes.txt").exists());
        }
    }
}

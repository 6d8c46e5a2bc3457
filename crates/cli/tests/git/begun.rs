//! Merges that were begun, here or by git, and what stands in the way.

use std::fs;

use vcs::{Doing, Head, Outcome};

use crate::world::{MAIN, World};

const START: &str = "just send /start.";

fn conflict() -> World {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.branch("ours", "main", &[(START, "our words")]);
    world
}

#[test]
fn ours_is_understood_by_git_and_goes_on_after_a_restart() {
    let world = conflict();
    let outcome = world.repo().merge("theirs", &engine::kinds(), &world.who()).expect("merged");
    assert!(matches!(outcome, Outcome::Open(_)));
    assert!(world.git_fine(&["status"]).contains("You have unmerged paths"));
    // Another process, later.
    let repo = world.repo();
    let state = repo.state().expect("a state");
    assert_eq!((state.doing, state.unmerged.as_slice()), (Some(Doing::Merge), &[MAIN.to_owned()][..]));
    assert!(repo.continue_merge(&world.who()).is_err());
    assert!(repo.switch("main").is_err());
    assert_eq!(world.nexus(&["resolve", "--theirs"]).status.code(), Some(0));
    repo.continue_merge(&world.who()).expect("committed");
    assert_eq!(repo.state().expect("a state").doing, None);
    assert!(world.git_fine(&["show", "HEAD:flows/main.flow.json"]).contains("their words"));
    assert_eq!(world.git_fine(&["rev-list", "--parents", "-1", "HEAD"]).split_whitespace().count(), 3);
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
}

#[test]
fn gits_is_continued_or_given_up_here() {
    let world = conflict();
    world.git(&["merge", "theirs"]);
    let other = world.copy();
    assert_eq!(world.repo().state().expect("a state").doing, Some(Doing::Merge));
    assert_eq!(world.nexus(&["resolve", "--ours"]).status.code(), Some(0));
    world.repo().continue_merge(&world.who()).expect("committed");

    fs::write(other.path("scratch.txt"), "mine").expect("written");
    other.repo().abort_merge().expect("given up");
    assert_eq!(other.git_fine(&["status", "--porcelain"]), "?? scratch.txt\n");
    assert!(other.text(MAIN).contains("our words"));
}

#[test]
fn work_that_is_not_committed_is_in_the_way() {
    let world = conflict();
    world.edit(MAIN, "our words", "words of the moment");
    let repo = world.repo();
    for refused in [repo.merge("theirs", &engine::kinds(), &world.who()).map(drop), repo.switch("theirs")] {
        let error = refused.expect_err("refused");
        assert!(error.is_refusal() && error.to_string().contains(MAIN), "{error}");
    }
    assert!(world.text(MAIN).contains("words of the moment"));
    assert_eq!(world.git_fine(&["status", "--porcelain"]), format!(" M {MAIN}\n"));
    // What the other branch does not touch comes along.
    world.git_fine(&["checkout", "-q", "--", MAIN]);
    world.edit("bot.json", "\"name\"", "\"motto\": \"read\",\n  \"name\"");
    repo.switch("theirs").expect("switched");
    assert_eq!(world.git_fine(&["status", "--porcelain"]), " M bot.json\n");
    assert_eq!(world.git_fine(&["branch", "--show-current"]), "theirs\n");
    assert!(world.text(MAIN).contains("their words"));
}

#[test]
fn an_untracked_file_is_in_the_way() {
    let world = World::new();
    world.git_fine(&["checkout", "-q", "-b", "theirs"]);
    fs::write(world.path("flows/extra.txt"), "theirs").expect("written");
    world.commit("extra");
    world.git_fine(&["checkout", "-q", "main"]);
    fs::write(world.path("flows/extra.txt"), "mine").expect("written");
    assert!(world.repo().switch("theirs").is_err());
    assert_eq!(world.text("flows/extra.txt"), "mine");
}

#[test]
fn the_state_in_plain_words() {
    let world = World::new();
    world.git_fine(&["checkout", "-q", "--detach"]);
    let state = world.repo().state().expect("a state");
    assert!(matches!(state.head, Head::Detached(_)));
    assert!(state.in_words()[0].contains("on no branch"));
    let empty = World::bare();
    empty.git_fine(&["init", "-q", "-b", "first"]);
    assert_eq!(empty.repo().state().expect("a state").head, Head::Unborn("first".into()));
    let nothing = World::bare();
    assert!(vcs::Repo::open(&nothing.path("")).is_err());
}

#[test]
fn a_corrupt_object_is_told() {
    let world = World::new();
    let id = world.git_fine(&["rev-parse", "HEAD:flows/main.flow.json"]);
    let id = id.trim();
    let file = world.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    let mut permissions = fs::metadata(&file).expect("an object").permissions();
    #[allow(clippy::permissions_set_readonly_false)]
    permissions.set_readonly(false);
    fs::set_permissions(&file, permissions).expect("set");
    fs::write(&file, "damaged").expect("written");
    let error = world.repo().read("HEAD").expect_err("it is damaged");
    assert!(!error.is_refusal(), "{error}");
}

#[test]
fn odd_names_stay_out() {
    let world = World::new();
    world.git_fine(&["checkout", "-q", "-b", "theirs"]);
    fs::write(world.path("flows/aux.txt"), "theirs").expect("written");
    world.commit("a device's name");
    world.branch("ours", "main", &[(START, "our words")]);
    let error = world.repo().merge("theirs", &engine::kinds(), &world.who()).expect_err("refused");
    assert!(error.to_string().contains("Windows"), "{error}");
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
}

#[test]
fn deleted_and_edited_is_finished_over_the_whole_bot() {
    let world = World::new();
    fs::write(
        world.path("flows/extra.flow.json"),
        "{\n  \"nexus\": 1,\n  \"id\": \"extra\",\n  \"name\": \"Extra\",\n  \"nodes\": {},\n  \"layout\": {}\n}\n",
    )
    .expect("written");
    world.commit("extra");
    world.git_fine(&["checkout", "-q", "-b", "theirs"]);
    world.git_fine(&["rm", "-q", "flows/extra.flow.json"]);
    world.commit("gone");
    world.git_fine(&["checkout", "-q", "-b", "ours", "main"]);
    world.edit("flows/extra.flow.json", "Extra", "Something");
    world.commit("renamed");
    assert_eq!(world.git(&["merge", "theirs"]).status.code(), Some(1));
    let finished = world.nexus(&["merge", "--finish"]);
    assert_eq!(finished.status.code(), Some(1), "{finished:?}");
    assert!(world.text("bot.json").contains("unresolved"));
    assert!(!world.git(&["commit", "-a", "-m", "too early"]).status.success());
    let resolved = world.nexus(&["resolve", "--ours"]);
    assert_eq!(resolved.status.code(), Some(0), "{resolved:?}");
    assert!(world.text("flows/extra.flow.json").contains("Something"));
    world.git_fine(&["add", "-A"]);
    world.git_fine(&["commit", "-q", "-m", "merged"]);
}

#[test]
fn a_clean_merge_of_git_is_finished_too() {
    // One side renames a variable, the other uses it by its old name in another file.
    let world = World::new();
    world.git_fine(&["checkout", "-q", "-b", "theirs"]);
    for file in ["bot.json", MAIN] {
        world.edit(file, "visits", "guests");
    }
    world.commit("renamed");
    world.git_fine(&["checkout", "-q", "-b", "ours", "main"]);
    let flow = "{\n  \"nexus\": 1,\n  \"id\": \"extra\",\n  \"name\": \"Extra\",\n  \"nodes\": {\n    \"aaaaaa\": {\n      \"kind\": \"message.send\", \"v\": 1,\n      \"fields\": {\n        \"text\": \"You are number {{ bot.visits }}\"\n      }\n    }\n  },\n  \"layout\": {\n    \"aaaaaa\": [0, 0]\n  }\n}\n";
    fs::write(world.path("flows/extra.flow.json"), flow).expect("written");
    world.commit("extra");
    let by_us = world.copy();
    world.git_fine(&["merge", "-q", "theirs"]);
    assert!(world.text("flows/extra.flow.json").contains("bot.visits"));
    let finished = world.nexus(&["merge", "--finish"]);
    assert_eq!(finished.status.code(), Some(0), "{finished:?}");
    assert!(world.text("flows/extra.flow.json").contains("bot.guests"), "{finished:?}");
    world.git_fine(&["commit", "-q", "--amend", "--no-edit"]);
    by_us.repo().merge("theirs", &engine::kinds(), &by_us.who()).expect("merged");
    assert_eq!(by_us.seen(), world.seen());
}

#[test]
fn links_are_not_written_through() {
    let world = World::new();
    world.git_fine(&["checkout", "-q", "-b", "theirs"]);
    fs::create_dir(world.path("prompts")).expect("a folder");
    fs::write(world.path("prompts/new.txt"), "theirs").expect("written");
    world.commit("theirs");
    world.git_fine(&["checkout", "-q", "main"]);
    #[cfg(unix)]
    {
        let outside = tempfile::TempDir::new().expect("a folder");
        let _ = fs::remove_dir_all(world.path("prompts"));
        std::os::unix::fs::symlink(outside.path(), world.path("prompts")).expect("a link");
        assert!(world.repo().switch("theirs").is_err());
        assert!(fs::read_dir(outside.path()).expect("a folder").next().is_none());
        assert_eq!(world.git_fine(&["branch", "--show-current"]), "main\n");
    }
}

#[test]
fn files_behind_a_filter_are_left_to_git() {
    let world = World::new();
    fs::write(world.path(".gitattributes"), "*.bin filter=lfs\n").expect("written");
    fs::write(world.path("voice.bin"), "version https://git-lfs.github.com/spec/v1\n").expect("written");
    world.commit("large");
    world.git_fine(&["checkout", "-q", "-b", "theirs"]);
    fs::write(world.path("voice.bin"), "version https://git-lfs.github.com/spec/v1\nother\n")
        .expect("written");
    world.commit("other");
    let error = world.repo().switch("main").expect_err("refused");
    assert!(error.to_string().contains("filter"), "{error}");
}

#[test]
fn commits_refuse_what_is_open() {
    let world = conflict();
    world.git(&["merge", "theirs"]);
    world.git_fine(&["add", "-A"]);
    let error = world.repo().commit(&[], "too early", &world.who()).expect_err("refused");
    assert!(error.to_string().contains("open conflicts"), "{error}");
    world.repo().abort_merge().expect("given up");
    world.edit(MAIN, "our words", "other words");
    let repo = world.repo();
    let id = repo.commit(&[MAIN.into()], "Say it better", &world.who()).expect("committed");
    assert_eq!(world.git_fine(&["log", "-1", "--format=%H %s"]), format!("{id} Say it better\n"));
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
    assert!(repo.commit(&[], "nothing", &world.who()).is_err());
}

//! Putting the last commit right, and bringing back how something was.

use std::fs;

use flow::Bot;
use vcs::remote::Stop;

use crate::world::{MAIN, World};

const START: &str = "just send /start.";

fn bot(world: &World) -> Bot {
    let glance = studio::glance(&world.path(""));
    assert!(glance.bot.flows.contains_key(MAIN) || !world.path(MAIN).exists());
    glance.bot
}

#[test]
fn the_last_commit_is_put_right() {
    let world = World::new();
    world.edit(MAIN, START, "our words");
    let repo = world.repo();
    let base = world.git_fine(&["rev-parse", "HEAD"]);
    repo.commit(&[MAIN.into()], "Say it beter", &world.who()).expect("committed");
    world.edit(MAIN, "our words", "our better words");
    let ben = vcs::Who { name: "Ben".into(), email: "ben@example.org".into() };
    let id = repo.amend(&[MAIN.into()], Some("Say it better"), &ben).expect("amended");
    assert_eq!(
        world.git_fine(&["log", "-1", "--format=%H %an %cn %s"]),
        format!("{id} Ann Ben Say it better\n")
    );
    assert_eq!(world.git_fine(&["rev-parse", "HEAD~1"]), base);
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
    assert!(world.git_fine(&["show", "HEAD:flows/main.flow.json"]).contains("our better words"));
    assert!(repo.amend(&[], None, &ben).is_err(), "nothing is different");
    assert!(repo.amend(&[], Some(" "), &ben).is_err());
    // The words alone, and a commit that is the first.
    repo.amend(&[], Some("Say it well"), &ben).expect("amended");
    assert_eq!(world.git_fine(&["log", "-1", "--format=%s"]), "Say it well\n");
    // A merge stays one.
    world.branch("theirs", "main~0", &[("Good night", "Good bye")]);
    world.git_fine(&["checkout", "-q", "main"]);
    world.edit("bot.json", "\"name\"", "\"motto\": \"read\",\n  \"name\"");
    world.commit("motto");
    repo.merge("theirs", &engine::kinds(), &world.who()).expect("merged");
    repo.amend(&[], Some("Both"), &ben).expect("amended");
    assert_eq!(world.git_fine(&["rev-list", "--parents", "-1", "HEAD"]).split_whitespace().count(), 3);
}

#[test]
fn what_others_have_stays() {
    let world = World::new();
    let folder = tempfile::TempDir::new().expect("a folder");
    let bare = folder.path().join("shop.git");
    world.git_fine(&["init", "-q", "--bare", bare.to_str().expect("a name")]);
    let repo = world.repo();
    repo.set_remote("origin", bare.to_str().expect("a name")).expect("set");
    repo.push(Some("origin"), &mut (), &Stop::default()).expect("pushed");
    world.edit(MAIN, START, "our words");
    let error = repo.amend(&[MAIN.into()], None, &world.who()).expect_err("refused");
    assert!(error.to_string().contains("`origin/main`"), "{error}");
    repo.commit(&[MAIN.into()], "words", &world.who()).expect("committed");
    repo.amend(&[], Some("better"), &world.who()).expect("not pushed yet");
    // What is open is not taken in.
    world.git_fine(&["checkout", "-q", "-b", "theirs", "HEAD~1"]);
    world.edit(MAIN, START, "their words");
    world.commit("theirs");
    world.git(&["merge", "main"]);
    assert!(repo.amend(&[MAIN.into()], None, &world.who()).is_err());
}

#[test]
fn a_flow_as_it_was() {
    let world = World::new();
    world.edit(MAIN, START, "other words");
    world.edit("bot.json", "\"name\"", "\"motto\": \"read\",\n  \"name\"");
    fs::create_dir(world.path("prompts")).expect("a folder");
    fs::write(world.path("prompts/tone.txt"), "Be kind.\n").expect("written");
    world.commit("other");
    world.git_fine(&["mv", MAIN, "flows/start.flow.json"]);
    fs::remove_file(world.path("prompts/tone.txt")).expect("removed");
    world.commit("renamed");
    let repo = world.repo();
    let now = bot(&world);
    for (rev, path, target) in [
        ("HEAD~2", "flows/start.flow.json", "flows/start.flow.json"),
        // Named as it was called then: it is the same flow.
        ("HEAD~2", MAIN, "flows/start.flow.json"),
        ("HEAD~2", "bot.json", "bot.json"),
        ("HEAD~1", "prompts/tone.txt", "prompts/tone.txt"),
    ] {
        let change = repo.restore(rev, &path.into(), &now).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut after = now.clone();
        let back = flow::apply(&mut after, &change).expect("it applies");
        assert_ne!(after, now, "{path}");
        if target.ends_with("flow.json") {
            let text = flow::text::print_flow(&after.flows[target]);
            assert!(text.contains(START) && after.flows.len() == 1, "{text}");
        }
        if target == "bot.json" {
            assert!(!after.manifest.0.contains("motto"));
        }
        flow::apply(&mut after, &back).expect("it goes back");
        assert_eq!(after, now, "{path}");
    }
    for (rev, path) in [
        ("HEAD", "flows/start.flow.json"),
        ("HEAD~1", "bot.json"),
        ("HEAD", "flows/none.flow.json"),
        ("HEAD", "prompts/tone.txt"),
        ("nowhere", "bot.json"),
    ] {
        let error = repo.restore(rev, &path.into(), &now).expect_err(path);
        assert!(error.is_refusal(), "{error}");
    }
    // One that was deleted comes back.
    world.git_fine(&["rm", "-q", "flows/start.flow.json"]);
    world.commit("gone");
    let mut now = bot(&world);
    let change = repo.restore("HEAD~1", &"flows/start.flow.json".into(), &now).expect("a change");
    flow::apply(&mut now, &change).expect("it applies");
    assert!(now.flows.contains_key("flows/start.flow.json"));
}

//! Killed at any moment, nothing is lost and nothing stays locked.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::world::{MAIN, World};

const START: &str = "just send /start.";
const FOLDER: &str = "NEXUS_TEST_FOLDER";

/// What is killed: run in a process of its own by the test below.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let repo = vcs::Repo::open(folder.as_ref()).expect("a repository");
    let who = vcs::Who { name: "Ann".into(), email: "ann@example.org".into() };
    loop {
        repo.recover().expect("put right");
        if repo.state().expect("a state").doing.is_some() {
            repo.abort_merge().expect("given up");
        }
        for branch in ["theirs", "ours"] {
            repo.switch(branch).expect("switched");
        }
        // One merge that is open and is given up, one that is clean.
        repo.merge("theirs", &engine::kinds(), &who).expect("merged");
        repo.abort_merge().expect("given up");
        repo.switch("clean").expect("switched");
        repo.merge("ours", &engine::kinds(), &who).expect("merged");
    }
}

#[test]
fn killed_at_any_moment() {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.branch("clean", "main", &[("Ask for a title", "Ask title")]);
    world.branch("ours", "main", &[(START, "our words")]);
    let tips = |name: &str| world.git_fine(&["rev-parse", name]);
    let (theirs, ours) = (tips("theirs"), tips("ours"));
    for round in 0..25u64 {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "kill::victim", "--nocapture"])
            .env(FOLDER, world.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        std::thread::sleep(Duration::from_millis(15 + (round * 37) % 150));
        if let Some(early) = child.try_wait().expect("a child") {
            let output = child.wait_with_output().expect("its words");
            panic!(
                "round {round}: it ended by itself: {early:?} {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        child.kill().expect("killed");
        child.wait().expect("gone");

        let repo = world.repo();
        repo.recover().expect("put right");
        let state = repo.state().expect("a state");
        assert!(!state.in_words().is_empty());
        assert!(!world.path(".git/index.lock").exists() && !world.path(".git/HEAD.lock").exists());
        world.git_fine(&["fsck", "--strict"]);
        assert_eq!((tips("theirs"), tips("ours")), (theirs.clone(), ours.clone()));
        if state.doing.is_none() {
            let status = world.git_fine(&["status", "--porcelain", "-uno"]);
            assert_eq!(status, "", "round {round}: {:?}", state.in_words());
        }
        let text = world.text(MAIN);
        assert!(text.contains("words") || text.contains(START), "{text}");
    }
}

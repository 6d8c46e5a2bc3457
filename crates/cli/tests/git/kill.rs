//! Killed at any moment, nothing is lost and nothing stays locked.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vcs::{Planted, Repo, Who};

use crate::world::{MAIN, World};

const START: &str = "just send /start.";
const FOLDER: &str = "NEXUS_TEST_FOLDER";
const SCENE: &str = "NEXUS_TEST_SCENE";

/// What is killed: run in a process of its own by the tests below.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let repo = Repo::open(folder).expect("a repository");
    let who = Who { name: "Ann".into(), email: "ann@example.org".into() };
    repo.recover().expect("put right");
    if repo.state().expect("a state").doing.is_some() {
        repo.abort().expect("given up");
    }
    fs::write(folder.with_extension("ready"), "").expect("written");
    match std::env::var(SCENE).as_deref() {
        Ok("commit") => commits(&repo, folder, &who),
        Ok("plant") => plants(&repo, folder, &who),
        _ => merges(&repo, &who),
    }
}

fn merges(repo: &Repo, who: &Who) -> ! {
    loop {
        for branch in ["theirs", "ours"] {
            repo.switch(branch).expect("switched");
        }
        // One merge that is open and is given up, one that is clean.
        repo.merge("theirs", &engine::kinds(), who).expect("merged");
        repo.abort_merge().expect("given up");
        repo.switch("clean").expect("switched");
        repo.merge("ours", &engine::kinds(), who).expect("merged");
    }
}

/// Writes numbers, commits them, and says so beside the repository.
fn commits(repo: &Repo, folder: &Path, who: &Who) -> ! {
    let file = folder.join("number.txt");
    let text = fs::read_to_string(&file).unwrap_or_default();
    let mut number: u64 = text.trim().parse().unwrap_or(0);
    loop {
        number += 1;
        let new = folder.join(".number");
        fs::write(&new, number.to_string()).expect("written");
        fs::rename(&new, &file).expect("renamed");
        let path = ["number.txt".into()];
        match number % 3 {
            0 => repo.amend(&path, Some(&number.to_string()), who).expect("amended"),
            _ => repo.commit(&path, &number.to_string(), who).expect("committed"),
        };
        let told = folder.with_extension("told");
        fs::write(told.with_extension("new"), number.to_string()).expect("written");
        fs::rename(told.with_extension("new"), told).expect("renamed");
    }
}

/// Picks and rebases that stop, are given up, leave out, and go on.
fn plants(repo: &Repo, folder: &Path, who: &Who) -> ! {
    let kinds = engine::kinds();
    let stopped = |planted: Result<Planted, vcs::Error>| {
        assert!(matches!(planted.expect("planted"), Planted::Stopped { .. }));
    };
    repo.switch("theirs").expect("switched");
    let settled = fs::read(folder.join(MAIN)).expect("a file");
    for number in 0.. {
        repo.switch("ours").expect("switched");
        stopped(repo.cherry_pick("theirs", &kinds, who));
        repo.abort().expect("given up");
        stopped(repo.rebase("theirs", &kinds, who));
        repo.abort().expect("given up");
        let name = format!("try-{}-{number}", std::process::id());
        repo.branch(&name).expect("made");
        repo.switch(&name).expect("switched");
        stopped(repo.rebase("theirs", &kinds, who));
        // What is there of the first stays theirs; the second does not agree again and is left out.
        fs::write(folder.join(MAIN), &settled).expect("written");
        stopped(repo.go_on(&kinds, who));
        assert!(matches!(repo.skip(&kinds, who).expect("skipped"), Planted::Done(_)));
        repo.cherry_pick("clean", &kinds, who).expect("picked");
    }
    unreachable!("numbers do not end")
}

/// Kills the victim again and again, within so many milliseconds, and looks each time what it left.
fn killed(scene: &str, within: u64, world: &World, look: impl Fn(&Repo, u64)) {
    let ready = world.path("").components().as_path().with_extension("ready");
    for round in 0..25u64 {
        let _ = fs::remove_file(&ready);
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "kill::victim", "--nocapture"])
            .env(FOLDER, world.path("").components().as_path())
            .env(SCENE, scene)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let begun = Instant::now();
        while !ready.exists() && begun.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis((round * 37) % within));
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
        assert!(!repo.state().expect("a state").in_words().is_empty());
        assert!(!world.path(".git/index.lock").exists() && !world.path(".git/HEAD.lock").exists());
        world.git_fine(&["fsck", "--strict"]);
        look(&repo, round);
    }
}

/// Branches that do not agree, of one commit or two, and one that agrees with all.
fn branches() -> World {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.branch("clean", "main", &[("Ask for a title", "Ask title")]);
    world.branch("ours", "main", &[(START, "our words")]);
    world
}

#[test]
fn while_it_merges() {
    let world = branches();
    let tips = |name: &str| world.git_fine(&["rev-parse", name]);
    let (theirs, ours) = (tips("theirs"), tips("ours"));
    killed("merge", 150, &world, |repo, round| {
        assert_eq!((tips("theirs"), tips("ours")), (theirs.clone(), ours.clone()));
        let state = repo.state().expect("a state");
        if state.doing.is_none() {
            let status = world.git_fine(&["status", "--porcelain", "-uno"]);
            assert_eq!(status, "", "round {round}: {:?}", state.in_words());
        }
        let text = world.text(MAIN);
        assert!(text.contains("words") || text.contains(START), "{text}");
    });
}

#[test]
fn while_it_commits() {
    let world = World::new();
    let told = world.path("").components().as_path().with_extension("told");
    let number = |text: &str| text.trim().parse::<u64>().unwrap_or(0);
    killed("commit", 150, &world, |repo, round| {
        let told = number(&fs::read_to_string(&told).unwrap_or_default());
        let committed = number(&world.git_fine(&["log", "-1", "--format=%s"]));
        let here = number(&fs::read_to_string(world.path("number.txt")).unwrap_or_default());
        // What was said to be committed is; what was not is still in the folder.
        assert!(told <= committed && committed <= here, "round {round}: {told} {committed} {here}");
        assert_eq!(repo.state().expect("a state").doing, None);
        if committed > 0 {
            assert_eq!(number(&world.git_fine(&["show", "HEAD:number.txt"])), committed, "round {round}");
            let status = world.git_fine(&["status", "--porcelain", "-uno"]);
            assert_eq!(status.is_empty(), committed == here, "round {round}: {status}");
        }
    });
    assert!(number(&fs::read_to_string(told).expect("it committed")) > 0);
}

#[test]
fn while_it_picks_and_rebases() {
    let world = branches();
    world.edit(MAIN, "our words", "our last words");
    world.commit("again");
    let tips = |name: &str| world.git_fine(&["rev-parse", name]);
    let (theirs, ours) = (tips("theirs"), tips("ours"));
    killed("plant", 700, &world, |repo, round| {
        assert_eq!((tips("theirs"), tips("ours")), (theirs.clone(), ours.clone()));
        let state = repo.state().expect("a state");
        if state.doing.is_some() {
            // Git understands it just as well.
            let status = world.git_fine(&["status"]);
            assert!(status.contains("rebas") || status.contains("cherry-pick"), "round {round}: {status}");
            repo.abort().expect("given up");
        }
        let status = world.git_fine(&["status", "--porcelain", "-uno"]);
        assert_eq!(status, "", "round {round}: {:?}", state.in_words());
        assert!(world.git_fine(&["branch", "--show-current"]).len() > 1, "round {round}: on a branch again");
        assert!(world.text(MAIN).contains("words") || world.text(MAIN).contains(START));
    });
    assert_ne!(world.git_fine(&["branch", "--list", "try-*"]), "", "it got as far as that");
}

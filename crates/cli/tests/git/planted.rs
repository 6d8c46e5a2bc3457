//! Cherry-picks and rebases with conflicts. Whoever begins them, us or git, and whoever ends them, it comes out the same.

use vcs::{Doing, Planted};

use crate::world::{MAIN, World};

const START: &str = "just send /start.";

#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Us,
    Git,
}

const BOTH: [By; 2] = [By::Us, By::Git];

/// `ours` has three commits of its own; the second does not agree with `theirs`.
fn three() -> World {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.branch("ours", "main", &[("Good night", "Good bye")]);
    world.edit(MAIN, START, "our words");
    world.git_fine(&["add", "-A"]);
    world.git_fine(&[
        "commit",
        "-q",
        "--author",
        "Ben O'Hara <ben@example.org>",
        "-m",
        "Say it\n\nIn short.",
    ]);
    world.edit(MAIN, "Ask for a title", "Ask title");
    world.commit("third");
    world
}

fn begin(world: &World, verb: &str, by: By) {
    let (repo, kinds, who) = (world.repo(), engine::kinds(), world.who());
    let (from, what) = if verb == "rebase" { ("ours", "theirs") } else { ("theirs", "ours~1") };
    world.git_fine(&["checkout", "-q", from]);
    if by == By::Git {
        let stopped = world.git(&[verb, what]);
        assert_eq!(stopped.status.code(), Some(1), "{stopped:?}");
        return;
    }
    let stopped = match verb {
        "rebase" => repo.rebase(what, &kinds, &who),
        _ => repo.cherry_pick(what, &kinds, &who),
    };
    match stopped.expect("begun") {
        Planted::Stopped { commit, merged } => {
            assert_eq!(world.git_fine(&["log", "-1", "--format=%s", &commit]), "Say it\n");
            assert_eq!(merged.unsettled.keys().collect::<Vec<_>>(), [MAIN]);
        }
        done => panic!("{done:?}"),
    }
}

fn end(world: &World, verb: &str, how: &str, by: By) {
    if how == "continue" {
        // What is open is refused, by both.
        match by {
            By::Us => assert!(world.repo().go_on(&engine::kinds(), &world.who()).is_err()),
            By::Git => assert!(!world.git(&[verb, "--continue"]).status.success()),
        }
        assert_eq!(world.nexus(&["resolve", "--theirs"]).status.code(), Some(0));
    }
    if by == By::Git {
        world.git_fine(&["add", "-A"]);
        world.git_fine(&[verb, &format!("--{how}")]);
        return;
    }
    let (repo, kinds, who) = (world.repo(), engine::kinds(), world.who());
    match how {
        "continue" => drop(repo.go_on(&kinds, &who).expect("gone on")),
        "skip" => drop(repo.skip(&kinds, &who).expect("skipped")),
        _ => repo.abort().expect("given up"),
    }
}

type End = ((String, Vec<(String, String)>), String, String);

/// Everything that counts in the end.
#[track_caller]
fn seen(world: &World) -> End {
    assert_eq!(world.repo().state().expect("a state").doing, None);
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
    let status = world.git_fine(&["status"]);
    assert!(!status.contains("in progress") && !status.contains("currently"), "{status}");
    world.git_fine(&["fsck", "--strict"]);
    (
        world.seen(),
        world.git_fine(&["log", "--format=%an %ae %ai %cn %B"]),
        world.git_fine(&["status", "-sb"]),
    )
}

#[test]
fn whoever_begins_and_ends() {
    for verb in ["rebase", "cherry-pick"] {
        let world = three();
        let states: Vec<World> = BOTH
            .iter()
            .map(|by| {
                let begun = world.copy();
                begin(&begun, verb, *by);
                begun
            })
            .collect();
        assert_eq!(states[0].seen(), states[1].seen(), "{verb}");
        assert_eq!(states[0].git_fine(&["status"]), states[1].git_fine(&["status"]), "{verb}");
        let state = states[0].repo().state().expect("a state");
        let doing = if verb == "rebase" { Doing::Rebase } else { Doing::CherryPick };
        assert_eq!((state.doing, state.unmerged), (Some(doing), vec![MAIN.to_owned()]));
        for how in ["continue", "skip", "abort"] {
            let ends = |begun: By, ended: By| {
                let one = states[usize::from(begun == By::Git)].copy();
                end(&one, verb, how, ended);
                seen(&one)
            };
            let expected = ends(By::Git, By::Git);
            for (begun, ended) in [(By::Us, By::Us), (By::Us, By::Git), (By::Git, By::Us)] {
                assert_eq!(ends(begun, ended), expected, "{verb}, begun by {begun:?}, {how} by {ended:?}");
            }
        }
    }
}

#[test]
fn several_stops_and_work_that_is_not_committed() {
    let world = three();
    world.edit(MAIN, "our words", "our last words");
    world.commit("fourth");
    begin(&world, "rebase", By::Us);
    let repo = world.repo();
    // The other work in the folder stays through all of it.
    std::fs::write(world.path("scratch.txt"), "mine").expect("written");
    assert_eq!(world.nexus(&["resolve", "--ours"]).status.code(), Some(0));
    let next = repo.go_on(&engine::kinds(), &world.who()).expect("gone on");
    assert!(matches!(next, Planted::Stopped { .. }), "{next:?}");
    assert!(repo.go_on(&engine::kinds(), &world.who()).is_err());
    let git = world.copy();
    // Git's command line goes on from the second stop, or gives all of it up.
    assert_eq!(git.nexus(&["resolve", "--theirs"]).status.code(), Some(0));
    git.git_fine(&["add", MAIN]);
    git.git_fine(&["rebase", "--continue"]);
    assert!(git.text(MAIN).contains("our last words"));
    repo.abort().expect("given up");
    assert!(world.text(MAIN).contains("our last words"));
    assert_eq!(world.git_fine(&["status", "-sb"]), "## ours\n?? scratch.txt\n");
}

#[test]
fn several_that_git_picks() {
    let world = three();
    world.git_fine(&["checkout", "-q", "theirs"]);
    let before = world.git_fine(&["rev-parse", "HEAD"]);
    let stopped = world.git(&["cherry-pick", "ours~2", "ours~1", "ours"]);
    assert_eq!(stopped.status.code(), Some(1), "{stopped:?}");
    let (git, given_up, by_hand) = (world.copy(), world.copy(), world.copy());
    for (one, by) in [(&world, By::Us), (&git, By::Git)] {
        end(one, "cherry-pick", "continue", by);
    }
    assert_eq!(seen(&world), seen(&git));
    given_up.repo().abort().expect("given up");
    assert_eq!(given_up.git_fine(&["rev-parse", "HEAD"]), before);
    seen(&given_up);
    // Committed by hand, and then forgotten.
    by_hand.nexus(&["resolve", "--theirs"]);
    by_hand.git_fine(&["commit", "-q", "-a", "-m", "by hand"]);
    assert_eq!(by_hand.repo().state().expect("a state").doing, Some(Doing::CherryPick));
    by_hand.repo().go_on(&engine::kinds(), &by_hand.who()).expect("gone on");
    assert_eq!(by_hand.git_fine(&["log", "-2", "--format=%s"]), "third\nby hand\n");
}

#[test]
fn what_only_git_knows_is_left_to_it() {
    let world = three();
    let todo = "sed -i -e '$aexec true' \"$1\"; true";
    world.git_fine(&[
        "config",
        "sequence.editor",
        &format!("sh -c \"{}\" -", todo.replace('"', "\\\"").replace('$', "\\$")),
    ]);
    let stopped = world.git(&["rebase", "-i", "theirs"]);
    assert!(!stopped.status.success(), "{stopped:?}");
    let error = world.repo().go_on(&engine::kinds(), &world.who()).expect_err("refused");
    assert!(error.to_string().contains("`exec`"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("git rebase --continue")));
    assert!(world.repo().abort().is_err());
    world.git_fine(&["rebase", "--abort"]);
    let error = world.repo().go_on(&engine::kinds(), &world.who()).expect_err("nothing to go on with");
    assert!(error.to_string().contains("nothing was begun"), "{error}");
}

#[test]
fn work_in_the_way_is_kept() {
    let world = three();
    world.edit(MAIN, "our words", "words of the moment");
    for result in [
        world.repo().rebase("theirs", &engine::kinds(), &world.who()),
        world.repo().cherry_pick("theirs", &engine::kinds(), &world.who()),
    ] {
        let error = result.expect_err("refused");
        assert!(error.to_string().contains(MAIN), "{error}");
    }
    assert!(world.text(MAIN).contains("words of the moment"));
    assert_eq!(world.git_fine(&["status", "-sb"]), format!("## ours\n M {MAIN}\n"));
}

//! Repositories that stand oddly, are damaged, or are somebody else's turn: each gets a sentence, and nothing changes.

use std::fs;

use vcs::Repo;
use vcs::remote::Stop;

use crate::world::{MAIN, World};

const START: &str = "just send /start.";

/// Everything that writes, by name.
fn all(repo: &Repo, world: &World) -> Vec<(&'static str, Result<(), vcs::Error>)> {
    let (kinds, who, stop) = (engine::kinds(), world.who(), Stop::default());
    vec![
        ("commit", repo.commit(&[MAIN.into()], "words", &who).map(drop)),
        ("amend", repo.amend(&[MAIN.into()], Some("words"), &who).map(drop)),
        ("switch", repo.switch("theirs")),
        ("merge", repo.merge("theirs", &kinds, &who).map(drop)),
        ("cherry-pick", repo.cherry_pick("theirs", &kinds, &who).map(drop)),
        ("rebase", repo.rebase("theirs", &kinds, &who).map(drop)),
        ("go on", repo.go_on(&kinds, &who).map(drop)),
        ("skip", repo.skip(&kinds, &who).map(drop)),
        ("abort", repo.abort()),
        ("pull", repo.pull(&kinds, &who, &mut (), &stop).map(drop)),
        ("push", repo.push(None, &mut (), &stop).map(drop)),
    ]
}

#[track_caller]
fn refused(what: &str, result: Result<(), vcs::Error>) -> String {
    let error = result.err().unwrap_or_else(|| panic!("{what} was done"));
    let said = error.to_string();
    assert!(!said.is_empty() && !said.contains("could not be worked with"), "{what}: {error:?}");
    format!("{said}; {}", error.hint().unwrap_or_default())
}

fn two() -> World {
    let world = World::new();
    world.branch("theirs", "main", &[(START, "their words")]);
    world.branch("ours", "main", &[(START, "our words")]);
    world
}

#[test]
fn no_commit_yet() {
    let world = World::bare();
    world.git_fine(&["init", "-q", "-b", "main"]);
    let (repo, kinds, who) = (world.repo(), engine::kinds(), world.who());
    assert!(repo.status(&flow::Bot::default(), &kinds).expect("a difference").is_empty());
    for result in [
        repo.merge("HEAD", &kinds, &who).map(drop),
        repo.rebase("HEAD", &kinds, &who).map(drop),
        repo.amend(&[], Some("x"), &who).map(drop),
        repo.history(MAIN, &kinds).map(drop),
        repo.read("HEAD").map(drop),
        repo.branch("other"),
        repo.push(None, &mut (), &Stop::default()).map(drop),
    ] {
        assert!(refused("it", result).contains("no commit here yet"));
    }
    for verb in [&["diff"][..], &["diff", "HEAD"], &["history", MAIN], &["replay-merges"]] {
        let output = world.nexus(verb);
        assert_eq!(output.status.code(), Some(2), "{verb:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("no commit here yet"), "{output:?}");
    }
    // The first commit is made here as well.
    fs::write(world.path("words.txt"), "words").expect("written");
    repo.commit(&["words.txt".into()], "first", &who).expect("committed");
    assert_eq!(world.git_fine(&["log", "--format=%s"]), "first\n");
}

#[test]
fn on_no_branch() {
    let world = two();
    world.git_fine(&["checkout", "-q", "--detach", "ours"]);
    let (repo, kinds, who) = (world.repo(), engine::kinds(), world.who());
    assert_eq!(repo.upstream().expect("none"), None);
    assert!(refused("push", repo.push(None, &mut (), &Stop::default()).map(drop)).contains("no branch"));
    // Merging and rebasing work, and can be given up: it stays on no branch.
    let before = world.git_fine(&["rev-parse", "HEAD"]);
    repo.rebase("theirs", &kinds, &who).expect("begun");
    assert!(world.git_fine(&["status"]).contains("rebasing"));
    repo.abort().expect("given up");
    assert_eq!(world.git_fine(&["rev-parse", "HEAD"]), before);
    repo.rebase("theirs", &kinds, &who).expect("begun");
    assert_eq!(world.nexus(&["resolve", "--theirs"]).status.code(), Some(0));
    repo.go_on(&kinds, &who).expect("gone on");
    assert_eq!(world.git_fine(&["branch", "--show-current"]), "");
    assert_eq!(world.git_fine(&["log", "-2", "--format=%s"]), "ours\ntheirs\n");
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
}

#[test]
fn no_folder() {
    let world = two();
    let folder = tempfile::TempDir::new().expect("a folder");
    let bare = folder.path().join("bare.git");
    world.git_fine(&["clone", "-q", "--bare", ".", bare.to_str().expect("a name")]);
    let repo = Repo::open(&bare).expect("a repository");
    for (what, result) in all(&repo, &world) {
        let said = refused(what, result);
        assert!(
            ["no working folder", "was begun", "goes with no branch"].iter().any(|sign| said.contains(sign)),
            "{what}: {said}"
        );
    }
    assert!(repo.read("ours").is_ok() && repo.history(MAIN, &engine::kinds()).is_ok());
}

#[test]
fn somebody_else_is_at_it() {
    let world = two();
    world.edit(MAIN, "our words", "last words");
    let before = (world.git_fine(&["rev-parse", "HEAD", "theirs"]), world.text(MAIN));
    fs::write(world.path(".git/index.lock"), "").expect("written");
    for (what, result) in all(&world.repo(), &world) {
        let said = refused(what, result);
        let signs = ["locked", "not committed", "was begun", "goes with no branch"];
        assert!(signs.iter().any(|sign| said.contains(sign)), "{what}: {said}");
    }
    assert!(world.path(".git/index.lock").exists(), "another's lock is left alone");
    fs::remove_file(world.path(".git/index.lock")).expect("removed");
    assert_eq!((world.git_fine(&["rev-parse", "HEAD", "theirs"]), world.text(MAIN)), before);
    assert_eq!(world.git_fine(&["status", "--porcelain"]), format!(" M {MAIN}\n"));
    world.repo().commit(&[MAIN.into()], "words", &world.who()).expect("committed");
}

#[test]
fn two_at_once() {
    let world = World::new();
    let folder = world.path("");
    let threads: Vec<_> = (0..4)
        .map(|number| {
            let folder = folder.clone();
            std::thread::spawn(move || {
                let repo = Repo::open(&folder).expect("a repository");
                let who = vcs::Who { name: "Ann".into(), email: "ann@example.org".into() };
                let name = format!("words-{number}.txt");
                fs::write(folder.join(&name), "words").expect("written");
                let mut done = 0;
                for _ in 0..20 {
                    match repo.commit(&[name.as_str().into()], &name, &who) {
                        Ok(_) => done += 1,
                        // Somebody else's turn, or all of it is committed.
                        Err(error) => {
                            assert!(!error.to_string().contains("could not be worked with"), "{error:?}")
                        }
                    }
                }
                done
            })
        })
        .collect();
    let done: usize = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum();
    assert!(done >= 1);
    world.git_fine(&["fsck", "--strict"]);
    let committed = world.git_fine(&["rev-list", "--count", "HEAD"]);
    assert_eq!(committed.trim().parse::<usize>().expect("a number"), done + 1);
    assert!(!world.path(".git/index.lock").exists());
}

#[test]
fn damaged() {
    let spoil = |world: &World, path: &str| {
        let file = world.path(path);
        let mut permissions = fs::metadata(&file).expect("a file").permissions();
        #[allow(clippy::permissions_set_readonly_false)]
        permissions.set_readonly(false);
        fs::set_permissions(&file, permissions).expect("set");
        fs::write(&file, "damaged").expect("written");
    };
    let world = two();
    let id = world.git_fine(&["rev-parse", "HEAD:flows/main.flow.json"]);
    let object = format!(".git/objects/{}/{}", &id[..2], id[2..].trim());
    for (path, told) in
        [(object.as_str(), "git fsck"), (".git/index", "git reset"), (".git/HEAD", "git reflog")]
    {
        let world = world.copy();
        spoil(&world, path);
        let before = world.text(MAIN);
        let repo = world.repo();
        let merged = repo.merge("theirs", &engine::kinds(), &world.who()).map(drop);
        let said = refused(path, merged);
        assert!(said.contains("damaged") && said.contains(told), "{path}: {said}");
        assert_eq!(world.text(MAIN), before);
        if path != ".git/index" {
            let said = refused(path, repo.history(MAIN, &engine::kinds()).map(drop));
            assert!(said.contains("damaged"), "{path}: {said}");
        }
    }
}

#[cfg(unix)]
#[test]
fn may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let world = two();
    world.edit(MAIN, "our words", "last words");
    let set = |mode: u32| {
        for path in [".git", ".git/objects", "flows", ""] {
            fs::set_permissions(world.path(path), fs::Permissions::from_mode(mode)).expect("set");
        }
    };
    set(0o555);
    // Whoever may do everything is not stopped by this.
    if fs::write(world.path("probe"), "").is_err() {
        for (what, result) in all(&world.repo(), &world) {
            refused(what, result);
        }
    }
    set(0o755);
    world.git_fine(&["fsck", "--strict"]);
}

#[test]
fn lines_that_end_as_on_windows() {
    let world = two();
    world.git_fine(&["rm", "-q", "--cached", ".gitattributes"]);
    fs::remove_file(world.path(".gitattributes")).expect("removed");
    world.git_fine(&["commit", "-q", "-m", "no attributes"]);
    world.git_fine(&["config", "core.autocrlf", "true"]);
    fs::remove_file(world.path(MAIN)).expect("removed");
    fs::remove_file(world.path("bot.json")).expect("removed");
    world.git_fine(&["checkout", "-q", "--", "."]);
    assert!(world.text(MAIN).contains("\r\n"));
    let (repo, kinds, who) = (world.repo(), engine::kinds(), world.who());
    repo.merge("theirs", &kinds, &who).expect("merged");
    assert_eq!(world.nexus(&["resolve", "--ours"]).status.code(), Some(0));
    repo.continue_merge(&who).expect("committed");
    assert_eq!(world.git_fine(&["status", "--porcelain"]), "");
    assert!(!world.git_fine(&["show", "HEAD:flows/main.flow.json"]).contains('\r'));
    repo.switch("theirs").expect("switched");
    assert_eq!(
        world.git_fine(&["status", "--porcelain"]),
        "?? .gitattributes\n".replace("?? .gitattributes\n", "")
    );
}

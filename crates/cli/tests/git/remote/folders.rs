//! What holds for every way: shown with repositories in folders.

use std::fs;

use vcs::remote::{Fault, Phase, Stop};
use vcs::{Outcome, Repo};

use super::{Person, fault, names, shared};
use crate::world::{MAIN, World};

const START: &str = "just send /start.";

/// Ann's and Ben's clones of one shared repository.
fn two() -> (tempfile::TempDir, World, World) {
    let (folder, bare, _) = shared();
    let clone = || {
        let world = World::bare();
        let mut person = Person::default();
        let url = format!("file://{}", bare.display());
        let cloned = Repo::clone_from(&url, &world.path(""), &mut person, &Stop::default()).expect("cloned");
        assert!(cloned.placeholders.is_empty());
        assert_eq!(person.seen.last().map(|seen| seen.phase), Some(Phase::Writing));
        world.git_fine(&["config", "user.name", "Ann"]);
        world
    };
    (folder, clone(), clone())
}

fn change(world: &World, to: &str) {
    world.edit(MAIN, START, to);
    world.repo().commit(&[MAIN.into()], to, &world.who()).expect("committed");
}

#[test]
fn cloned_changed_pushed_pulled() {
    let (_folder, ann, ben) = two();
    assert_eq!(ann.git_fine(&["status", "-sb"]), "## main...origin/main\n");
    assert_eq!(ann.git_fine(&["rev-parse", "--abbrev-ref", "origin/HEAD"]), "origin/main\n");
    ann.git_fine(&["fsck", "--strict"]);
    change(&ann, "Ann's words");
    let upstream = ann.repo().upstream().expect("known").expect("there");
    assert_eq!((upstream.name.as_str(), upstream.ahead, upstream.behind), ("origin/main", 1, 0));
    ann.repo().push(None, &mut (), &Stop::default()).expect("pushed");
    assert_eq!(ann.repo().upstream().expect("known").expect("there").ahead, 0);

    // Ben has something, too: his push is turned down until he has pulled.
    ben.edit(MAIN, "Ask for a title", "Ask title");
    ben.repo().commit(&[MAIN.into()], "Ben's", &ben.who()).expect("committed");
    let (why, _) = fault(ben.repo().push(None, &mut (), &Stop::default()));
    assert_eq!(why, Fault::Behind);
    let moved = ben.repo().fetch("origin", &mut (), &Stop::default()).expect("fetched");
    assert_eq!(moved.len(), 1, "{moved:?}");
    assert_eq!(moved[0].name, "refs/remotes/origin/main");
    let pulled = ben.repo().pull(&engine::kinds(), &ben.who(), &mut (), &Stop::default()).expect("pulled");
    assert!(matches!(pulled, Outcome::Done(..)), "{pulled:?}");
    assert_eq!(ben.git_fine(&["log", "-1", "--format=%s"]), "Merge remote-tracking branch 'origin/main'\n");
    let text = ben.text(MAIN);
    assert!(text.contains("Ann's words") && text.contains("Ask title"), "{text}");
    ben.repo().push(None, &mut (), &Stop::default()).expect("pushed");
    let pulled = ann.repo().pull(&engine::kinds(), &ann.who(), &mut (), &Stop::default()).expect("pulled");
    assert!(matches!(pulled, Outcome::Forward(_)), "{pulled:?}");
    assert_eq!(ann.seen(), ben.seen());
}

#[test]
fn a_pull_that_does_not_agree_stands_open() {
    let (_folder, ann, ben) = two();
    change(&ann, "Ann's words");
    change(&ben, "Ben's words");
    ann.repo().push(None, &mut (), &Stop::default()).expect("pushed");
    let pulled = ben.repo().pull(&engine::kinds(), &ben.who(), &mut (), &Stop::default()).expect("pulled");
    assert!(matches!(pulled, Outcome::Open(_)));
    assert!(ben.text(MAIN).contains("unresolved"));
    let again = ben.repo().pull(&engine::kinds(), &ben.who(), &mut (), &Stop::default());
    assert!(again.expect_err("refused").to_string().contains("not finished"));
}

#[test]
fn a_branch_of_its_own_goes_with_none_until_it_is_pushed() {
    let (_folder, ann, ben) = two();
    let repo = ann.repo();
    repo.branch("words").expect("made");
    repo.switch("words").expect("switched");
    change(&ann, "Ann's words");
    assert_eq!(repo.upstream().expect("known"), None);
    assert_eq!(fault(repo.push(None, &mut (), &Stop::default())).0, Fault::NoUpstream);
    assert_eq!(fault(repo.fetch("elsewhere", &mut (), &Stop::default())).0, Fault::NoUpstream);
    repo.push(Some("origin"), &mut (), &Stop::default()).expect("pushed");
    assert_eq!(repo.upstream().expect("known").expect("there").name, "origin/words");
    ben.repo().fetch("origin", &mut (), &Stop::default()).expect("fetched");
    assert!(ben.git_fine(&["branch", "-r"]).contains("origin/words"));
}

#[test]
fn a_bot_made_here_is_shared() {
    let world = World::new();
    let folder = tempfile::TempDir::new().expect("a folder");
    let bare = folder.path().join("new.git");
    world.git_fine(&["init", "-q", "--bare", bare.to_str().expect("a name")]);
    let repo = world.repo();
    assert!(fault(repo.push(None, &mut (), &Stop::default())).1.contains("goes with no branch"));
    assert!(repo.set_remote("not a name", "https://example.org/x").is_err());
    assert_eq!(fault(repo.set_remote("origin", "ext::sh -c evil")).0, Fault::Address);
    repo.set_remote("origin", bare.to_str().expect("a name")).expect("set");
    repo.push(Some("origin"), &mut (), &Stop::default()).expect("pushed");
    assert_eq!(world.git_fine(&["status", "-sb"]), "## main...origin/main\n");
    assert_eq!(repo.remotes().expect("listed").len(), 1);
    // An empty one can be cloned, and is pushed to from there.
    let empty = folder.path().join("empty.git");
    world.git_fine(&["init", "-q", "--bare", empty.to_str().expect("a name")]);
    let other = folder.path().join("clone");
    let cloned = Repo::clone_from(empty.to_str().expect("a name"), &other, &mut (), &Stop::default());
    assert!(cloned.expect("cloned").repo.state().is_ok());
}

#[test]
fn a_server_has_rules() {
    let (folder, ann, _ben) = two();
    change(&ann, "Ann's words");
    let before = ann.git_fine(&["rev-parse", "origin/main"]);
    // libgit2 runs no hooks in folders; over http git itself does.
    let hook = folder.path().join("shop.git/hooks/pre-receive");
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
    fs::write(&hook, "#!/bin/sh\necho 'main is a protected branch' >&2\nexit 1\n").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("set");
    }
    let web = super::servers::Web::serve(folder.path(), None);
    ann.repo().set_remote("origin", &web.url("shop.git")).expect("set");
    let (why, what) = fault(ann.repo().push(None, &mut (), &Stop::default()));
    assert_eq!(why, Fault::Protected, "{what}");
    assert!(what.contains("main is a protected branch"), "{what}");
    assert_eq!(ann.git_fine(&["rev-parse", "origin/main"]), before);
}

#[test]
fn what_is_odd_does_not_get_in() {
    for (name, content, told) in [
        ("flows/aux.txt", "x".to_owned(), "Windows"),
        ("assets/Film.txt", "x".to_owned(), "capital letters"),
        ("assets/film.bin", "0".repeat(100_000_001), "100 MB"),
    ] {
        let (folder, bare, world) = shared();
        fs::create_dir_all(world.path("assets")).expect("a folder");
        if told == "capital letters" {
            fs::write(world.path("assets/film.txt"), "y").expect("written");
        }
        fs::write(world.path(name), content).expect("written");
        world.commit("odd");
        world.git_fine(&["push", "-q", bare.to_str().expect("a name"), "main"]);
        let to = folder.path().join("clone");
        let error = Repo::clone_from(bare.to_str().expect("a name"), &to, &mut (), &Stop::default());
        let error = error.map(|_| ()).expect_err("refused");
        assert!(error.to_string().contains(told), "{error}");
        assert_eq!(names(folder.path()), ["shop.git"]);
    }
}

#[test]
fn modules_links_and_hooks_of_others_do_nothing() {
    let (folder, bare, world) = shared();
    fs::write(world.path(".gitmodules"), "[submodule \"x\"]\n\tpath = sub\n\turl = ext::sh -c evil\n")
        .expect("written");
    let head = world.git_fine(&["rev-parse", "HEAD"]);
    world.git_fine(&["update-index", "--add", "--cacheinfo", &format!("160000,{},sub", head.trim())]);
    world.git_fine(&["add", ".gitmodules"]);
    world.git_fine(&["commit", "-q", "-m", "modules"]);
    world.git_fine(&["push", "-q", bare.to_str().expect("a name"), "main"]);
    let to = folder.path().join("clone");
    let cloned =
        Repo::clone_from(bare.to_str().expect("a name"), &to, &mut (), &Stop::default()).expect("cloned");
    assert!(!to.join("sub/bot.json").exists());
    assert!(names(&to.join(".git/hooks")).iter().all(|name| name.contains("README")));
    assert!(cloned.repo.state().expect("a state").unmerged.is_empty());
}

#[test]
fn nothing_is_written_over() {
    let (folder, bare, _world) = shared();
    let to = folder.path().join("taken");
    fs::create_dir(&to).expect("a folder");
    fs::write(to.join("mine.txt"), "mine").expect("written");
    let bare = bare.to_str().expect("a name");
    let error = Repo::clone_from(bare, &to, &mut (), &Stop::default()).map(|_| ()).expect_err("refused");
    assert!(error.is_refusal(), "{error}");
    assert_eq!(names(&to), ["mine.txt"]);
    let (why, what) =
        fault(Repo::clone_from(&format!("{bare}-gone"), &folder.path().join("x"), &mut (), &Stop::default()));
    assert_eq!(why, Fault::NotFound, "{what}");
    // A stop that came before.
    let stop = Stop::default();
    stop.stop();
    assert_eq!(fault(Repo::clone_from(bare, &folder.path().join("y"), &mut (), &stop)).0, Fault::Stopped);
    let mut left = names(folder.path());
    left.sort();
    assert_eq!(left, ["shop.git", "taken"]);
}

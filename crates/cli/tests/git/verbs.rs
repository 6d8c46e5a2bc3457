//! `nexus resolve` in a terminal, and `nexus merge` of folders.

use std::fs;
use std::path::Path;

use crate::world::{MAIN, World, copy};

const START: &str = "just send /start.";

/// A merge with three open conflicts.
fn open() -> World {
    let world = World::new();
    let edits = |side: &str| {
        [
            (START, format!("{side} words")),
            ("\"name\": \"Good night\"", format!("\"name\": \"{side} night\"")),
            ("\"name\": \"Ask for a title\"", format!("\"name\": \"{side} title\"")),
        ]
    };
    for side in ["theirs", "ours"] {
        let edits = edits(side);
        let edits: Vec<(&str, &str)> =
            edits.iter().map(|(before, after)| (*before, after.as_str())).collect();
        world.branch(side, "main", &edits);
    }
    assert_eq!(world.git(&["merge", "theirs"]).status.code(), Some(1));
    world
}

/// Runs `nexus resolve` in a pseudo terminal, and types.
#[cfg(target_os = "linux")]
fn typed(world: &World, keys: &str) -> (Option<i32>, String) {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new("script")
        .args(["-q", "-e", "-E", "never", "-c"])
        .arg(format!("{} resolve", env!("CARGO_BIN_EXE_nexus")))
        .arg("/dev/null")
        .current_dir(world.path(""))
        .env("SHELL", "/bin/sh")
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`script`, of util-linux, makes the terminal");
    child.stdin.take().expect("a pipe").write_all(keys.as_bytes()).expect("typed");
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn asked_in_a_terminal() {
    let world = open();
    // What is no answer is asked again; one is skipped.
    let (code, said) = typed(&world, "x\no\ns\nTheirs\n");
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(said.matches("o ours, t theirs").count(), 4, "{said}");
    assert!(
        said.contains("ours: ")
            && said.contains("theirs: ")
            && said.contains("2 conflicts settled, 1 still open"),
        "{said}"
    );
    assert!(said.contains("\u{1b}["), "colours in a terminal: {said}");
    // Only what is left is asked about.
    let (code, said) = typed(&world, "b\n");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("o ours, t theirs").count(), 1, "{said}");
    assert!(said.contains("none is left"), "{said}");
    let text = world.text(MAIN);
    let sides = |word: &str| {
        text.matches(&format!("ours {word}")).count() + 2 * text.matches(&format!("theirs {word}")).count()
    };
    let mut taken = [sides("words"), sides("night"), sides("title")];
    taken.sort_unstable();
    assert_eq!(taken, [0, 1, 2], "{text}");
    world.git_fine(&["commit", "-q", "-a", "-m", "merged"]);
    let (code, said) = typed(&world, "");
    assert_eq!(code, Some(0));
    assert!(said.contains("Nothing is open"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn quit_means_quit() {
    // Two bots with something open: whoever has enough is not asked about the other one.
    let world = open();
    let other = world.path("other");
    for path in ["bot.json", MAIN] {
        fs::create_dir_all(other.join("flows")).expect("a folder");
        fs::copy(world.path(path), other.join(path)).expect("copied");
    }
    for keys in ["q\n", "\u{4}"] {
        let before = world.text(MAIN);
        let (code, said) = typed(&world, keys);
        assert_eq!(code, Some(1), "{said}");
        assert_eq!(said.matches("o ours, t theirs").count(), 1, "{said}");
        assert_eq!(world.text(MAIN), before);
    }
    // What was decided before stays.
    let (_, said) = typed(&world, "o\nq\n");
    assert!(said.contains("1 conflict settled"), "{said}");
}

#[test]
fn without_a_terminal_it_lists() {
    let world = open();
    let listed = world.nexus(&["resolve"]);
    let said = String::from_utf8_lossy(&listed.stdout);
    assert_eq!(listed.status.code(), Some(1));
    assert!(said.contains("3 conflicts open") && !said.contains("s skip"), "{said}");
}

/// Three folders of one bot, next to each other.
fn folders() -> World {
    let world = World::bare();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows-examples/welcome");
    for state in ["base", "ours", "theirs"] {
        copy(&example, &world.path(state));
        fs::create_dir_all(world.path(state).join("assets/small")).expect("a folder");
        fs::create_dir_all(world.path(state).join("prompts")).expect("a folder");
        for (name, bytes) in [("logo.png", &b"\0base"[..]), ("gone.png", b"\0gone"), ("small/x.png", b"\0x")]
        {
            fs::write(world.path(state).join("assets").join(name), bytes).expect("written");
        }
        fs::write(world.path(state).join("prompts/tone.txt"), "one\ntwo\nthree\n").expect("written");
    }
    world
}

#[test]
fn folders_merge() {
    let world = folders();
    world.edit("ours/flows/main.flow.json", START, "our words");
    world.edit("theirs/flows/main.flow.json", "Good night", "Good bye");
    world.edit("ours/prompts/tone.txt", "one", "ONE");
    world.edit("theirs/prompts/tone.txt", "three", "THREE");
    fs::write(world.path("theirs/assets/logo.png"), b"\0theirs").expect("written");
    fs::write(world.path("ours/assets/new.png"), b"\0new").expect("written");
    fs::remove_file(world.path("ours/assets/gone.png")).expect("removed");
    let args = ["merge", "base", "ours", "theirs"];
    let dry = world.nexus(&args);
    assert_eq!(dry.status.code(), Some(0), "{dry:?}");
    let merged = world.nexus(&[&args[..], &["-o", "out", "--json"]].concat());
    assert_eq!(merged.status.code(), Some(0), "{merged:?}");
    let report: serde_json::Value = serde_json::from_slice(&merged.stdout).expect("JSON");
    assert_eq!((&report["clean"], &report["conflicts"]), (&true.into(), &serde_json::json!([])));
    let text = world.text("out/flows/main.flow.json");
    assert!(text.contains("our words") && text.contains("Good bye"), "{text}");
    assert_eq!(world.text("out/prompts/tone.txt"), "ONE\ntwo\nTHREE\n");
    for (name, bytes) in [("logo.png", &b"\0theirs"[..]), ("new.png", b"\0new"), ("small/x.png", b"\0x")] {
        assert_eq!(fs::read(world.path("out/assets").join(name)).expect(name), bytes);
    }
    assert!(!world.path("out/assets/gone.png").exists());
    assert_eq!(world.nexus(&["check", "out"]).status.code(), Some(0));
    // It does not matter who is ours, and nothing is written over.
    world.nexus(&["merge", "base", "theirs", "ours", "-o", "turned"]);
    assert_eq!(world.text("turned/flows/main.flow.json"), text);
    let again = world.nexus(&[&args[..], &["-o", "out"]].concat());
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    assert!(String::from_utf8_lossy(&again.stderr).contains("not empty"));
}

#[test]
fn folders_that_do_not_agree() {
    let world = folders();
    world.edit("ours/flows/main.flow.json", START, "our words");
    world.edit("theirs/flows/main.flow.json", START, "their words");
    for side in ["ours", "theirs"] {
        fs::write(world.path(side).join("assets/logo.png"), format!("\0{side}")).expect("written");
    }
    fs::remove_file(world.path("ours/assets/gone.png")).expect("removed");
    fs::write(world.path("theirs/assets/gone.png"), b"\0changed").expect("written");
    let merged = world.nexus(&["merge", "base", "ours", "theirs", "-o", "out"]);
    assert_eq!(merged.status.code(), Some(1), "{merged:?}");
    let said = String::from_utf8_lossy(&merged.stdout);
    assert!(said.contains("assets/logo.png") && said.contains("3 conflicts open"), "{said}");
    let at = |name: &str| fs::read(world.path("out/assets").join(name)).expect(name);
    assert_eq!(
        (at("logo.png"), at("logo.theirs.png"), at("gone.png")),
        (b"\0ours".into(), b"\0theirs".into(), b"\0changed".into())
    );
    assert!(world.text("out/flows/main.flow.json").contains("unresolved"));
    assert_eq!(world.nexus(&["resolve", "out", "--theirs"]).status.code(), Some(0));
    assert!(world.text("out/flows/main.flow.json").contains("their words"));
}

#[test]
fn what_cannot_be_merged_is_said() {
    let world = folders();
    fs::write(world.path("theirs/flows/main.flow.json"), "{ \"nexus\": 1, ").expect("written");
    for (args, told) in [
        (&["merge", "base", "ours", "theirs", "-o", "out"][..], "cannot be read whole"),
        (&["merge", "base", "ours", "nowhere"], "no file or folder"),
        (&["merge", "base", "ours", "ours/bot.json"], "folders merge with folders"),
        (&["merge", "base", "ours", "base/assets"], "is no bot"),
        (&["merge", "base", "ours"], "3 values"),
        (&["merge", "--finish"], "no git repository"),
    ] {
        let output = world.nexus(args);
        assert_eq!(output.status.code(), Some(2), "{args:?} {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(told), "{args:?} {output:?}");
    }
    assert!(!world.path("out").exists());
}

//! Several processes at once, and processes that are killed. The test's own program is the other process.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use vault::{Choice, Secret, Vault};

const ROLE: &str = "VAULT_TEST_ROLE";
const FOLDER: &str = "VAULT_TEST_FOLDER";

/// What the other process does. Nothing when it is run as a test.
#[test]
fn other_process() {
    let (Ok(role), Some(folder)) = (std::env::var(ROLE), std::env::var_os(FOLDER)) else { return };
    let vault = Vault::open(Path::new(&folder), Choice::file()).expect("it opens");
    if role == "rotate" {
        for n in next(&vault).. {
            vault.rotate("shop", "counter", &Secret::new(written(n))).expect("rotated");
            // Past the test harness, which keeps what is printed to itself.
            let _ = writeln!(std::io::stdout(), "\nrotated {n}");
        }
    }
    for n in 0..EACH {
        vault.set("shop", &format!("{role}_{n}"), &Secret::new(written(n))).expect("set");
    }
}

const EACH: u64 = 6;

fn start(role: &str, folder: &Path) -> Child {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args(["--exact", "other_process", "--nocapture"]).env(ROLE, role).env(FOLDER, folder);
    command.stdout(Stdio::piped()).spawn().expect("it starts")
}

/// Longer than a block of any file system, so that half of it would show.
fn written(n: u64) -> String {
    format!("{n}:{}", format!("{n:08}").repeat(700))
}

fn next(vault: &Vault) -> u64 {
    let value = vault.get("shop", "counter").expect("it reads").expect("it is there");
    let n = value.expose().split(':').next().and_then(|n| n.parse().ok()).expect("a number");
    assert_eq!(value.expose(), written(n), "whole");
    n + 1
}

#[test]
fn nobody_loses_what_others_write() {
    let folder = TempDir::new().expect("a folder");
    let processes: Vec<Child> = ["a", "b", "c"].into_iter().map(|role| start(role, folder.path())).collect();
    std::thread::scope(|scope| {
        for role in ["d", "e", "f"] {
            let folder = folder.path();
            scope.spawn(move || {
                let vault = Vault::open(folder, Choice::file()).expect("it opens");
                for n in 0..EACH {
                    vault.set("shop", &format!("{role}_{n}"), &Secret::new(written(n))).expect("set");
                    assert!(vault.get("shop", &format!("{role}_{n}")).expect("it reads").is_some());
                }
            });
        }
    });
    for process in processes {
        assert!(process.wait_with_output().expect("it ends").status.success());
    }
    let vault = Vault::open(folder.path(), Choice::file()).expect("it opens");
    assert_eq!(vault.list("shop").expect("a list").len() as u64, 6 * EACH);
    for role in ["a", "b", "c", "d", "e", "f"] {
        for n in 0..EACH {
            let value = vault.get("shop", &format!("{role}_{n}")).expect("it reads").expect("it is there");
            assert_eq!(value.expose(), written(n));
        }
    }
}

#[test]
fn a_kill_leaves_the_old_or_the_new() {
    let folder = TempDir::new().expect("a folder");
    let vault = Vault::open(folder.path(), Choice::file()).expect("it opens");
    vault.set("shop", "counter", &Secret::new(written(0))).expect("set");
    for round in 0..12u64 {
        let mut process = start("rotate", folder.path());
        let mut lines =
            BufReader::new(process.stdout.take().expect("it talks")).lines().map_while(Result::ok);
        let number = |line: String| line.strip_prefix("rotated ").and_then(|n| n.parse::<u64>().ok());
        let first = lines.by_ref().find_map(number).expect("it rotates");
        std::thread::sleep(Duration::from_micros(round * 7919 % 23_000));
        process.kill().expect("killed");
        process.wait().expect("gone");
        let acknowledged = lines.filter_map(number).last().unwrap_or(first);
        let is = next(&vault) - 1;
        assert!((acknowledged..=acknowledged + 1).contains(&is), "{is} is there, {acknowledged} was said");
        // Nobody holds the lock any more, and what lies around is in nobody's way.
        vault.undo("shop", "counter").expect("undone");
        assert_eq!(next(&vault), is, "the one before");
        vault.undo("shop", "counter").expect("undone");
    }
}

//! Other repositories, on real servers that listen on this machine only.

mod folders;
mod http;
mod https;
mod servers;
mod ssh;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use vcs::remote::{Caller, Fault, HostKey, Login, Progress, Wanted};

use crate::world::World;

const HOME: &str = "NEXUS_TEST_HOME";

/// Runs a test in a process of its own with a home folder of its own, so that nothing of whoever runs it gets in: keys, helpers,
/// configuration, known servers.
fn at_home(test: &str, prepare: impl FnOnce(&Path) -> Vec<(&'static str, String)>, body: impl FnOnce(&Path)) {
    if let Some(home) = std::env::var_os(HOME) {
        return body(Path::new(&home));
    }
    let home = tempfile::TempDir::new().expect("a folder");
    std::fs::create_dir(home.path().join(".ssh")).expect("a folder");
    let envs = prepare(home.path());
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", test, "--nocapture"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("USERPROFILE", home.path())
        .env(HOME, home.path())
        .envs(envs)
        .output()
        .expect("it starts");
    assert!(
        output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Answers as it is told, and keeps what it was shown and asked.
#[derive(Default)]
struct Person {
    logins: Vec<Login>,
    trusts: bool,
    patience: Option<Duration>,
    most: Option<u64>,
    seen: Vec<Progress>,
    asked: Vec<Wanted>,
    keys: Vec<HostKey>,
}

impl Person {
    fn with(user: &str, password: &str) -> Person {
        let login = Login::Password { user: user.into(), password: password.into() };
        Person { logins: vec![login], ..Person::default() }
    }
}

impl Caller for Person {
    fn progress(&mut self, progress: &Progress) {
        self.seen.push(*progress);
    }

    fn login(&mut self, wanted: &Wanted) -> Option<Login> {
        self.asked.push(wanted.clone());
        if self.logins.is_empty() { None } else { Some(self.logins.remove(0)) }
    }

    fn trust(&mut self, key: &HostKey) -> bool {
        self.keys.push(key.clone());
        self.trusts
    }

    fn patience(&self) -> Duration {
        self.patience.unwrap_or(Duration::from_secs(20))
    }

    fn most_bytes(&self) -> u64 {
        self.most.unwrap_or(1 << 30)
    }
}

/// A bare repository that holds the welcome example.
fn shared() -> (tempfile::TempDir, PathBuf, World) {
    let world = World::new();
    let folder = tempfile::TempDir::new().expect("a folder");
    let bare = folder.path().join("shop.git");
    world.git_fine(&["clone", "-q", "--bare", ".", bare.to_str().expect("a name")]);
    let config = bare.join("config");
    let mut text = std::fs::read_to_string(&config).expect("a configuration");
    text.push_str("[http]\n\treceivepack = true\n[remote \"origin\"]\n");
    std::fs::write(&config, text).expect("written");
    (folder, bare, world)
}

#[track_caller]
fn fault<T>(result: Result<T, vcs::Error>) -> (Fault, String) {
    match result {
        Ok(_) => panic!("it worked"),
        Err(vcs::Error::Remote { fault, what, .. }) => (fault, what),
        Err(error) => panic!("another error: {error:?}"),
    }
}

/// The names in a folder: to see that nothing was left behind.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

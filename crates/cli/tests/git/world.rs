//! A repository in a folder of its own, that knows no other configuration than its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

pub const MAIN: &str = "flows/main.flow.json";

pub struct World {
    folder: TempDir,
}

impl World {
    /// The welcome example, committed on `main`, with the driver installed.
    pub fn new() -> World {
        let world = World::bare();
        world.git_fine(&["init", "-q", "-b", "main"]);
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows-examples/welcome");
        copy(&example, &world.path(""));
        let installed = world.nexus(&["git", "install"]);
        assert_eq!(installed.status.code(), Some(0), "{installed:?}");
        world.commit("base");
        world
    }

    pub fn bare() -> World {
        let world = World { folder: TempDir::new().expect("a folder") };
        // A space and a quote, as people's folders have them.
        fs::create_dir_all(world.path("")).expect("a folder");
        world
    }

    pub fn path(&self, inner: &str) -> PathBuf {
        self.folder.path().join("it's a bot").join(inner)
    }

    fn run(&self, program: &Path, args: &[&str]) -> Output {
        Command::new(program)
            .args(args)
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_EDITOR", "true")
            .env("GIT_AUTHOR_NAME", "Ann")
            .env("GIT_AUTHOR_EMAIL", "ann@example.org")
            .env("GIT_COMMITTER_NAME", "Ann")
            .env("GIT_COMMITTER_EMAIL", "ann@example.org")
            .output()
            .expect("it starts")
    }

    pub fn nexus(&self, args: &[&str]) -> Output {
        self.run(Path::new(env!("CARGO_BIN_EXE_nexus")), args)
    }

    pub fn git(&self, args: &[&str]) -> Output {
        self.run(Path::new("git"), args)
    }

    #[track_caller]
    pub fn git_fine(&self, args: &[&str]) -> String {
        let output = self.git(args);
        assert!(output.status.success(), "git {args:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    #[track_caller]
    pub fn commit(&self, message: &str) {
        self.git_fine(&["add", "-A"]);
        self.git_fine(&["commit", "-q", "-m", message]);
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file")
    }

    /// Changes a flow by its text.
    #[track_caller]
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "{from} in {text}");
        fs::write(self.path(path), text.replace(from, to)).expect("written");
    }

    /// A branch off `from` on which a flow says something else.
    #[track_caller]
    pub fn branch(&self, name: &str, from: &str, edits: &[(&str, &str)]) {
        self.git_fine(&["checkout", "-q", "-b", name, from]);
        for (before, after) in edits {
            self.edit(MAIN, before, after);
        }
        self.commit(name);
    }

    pub fn unmerged(&self) -> String {
        self.git_fine(&["diff", "--name-only", "--diff-filter=U"])
    }

    /// Everything that git sees: the index with its stages, and the files' bytes.
    pub fn seen(&self) -> (String, Vec<(String, String)>) {
        let index = self.git_fine(&["ls-files", "-s"]);
        let files = self.git_fine(&["ls-files", "-z"]);
        let mut names: Vec<&str> = files.split('\0').filter(|name| !name.is_empty()).collect();
        names.dedup();
        let texts = names
            .into_iter()
            .map(|name| (name.to_owned(), fs::read_to_string(self.path(name)).unwrap_or_default()));
        (index, texts.collect())
    }

    pub fn copy(&self) -> World {
        let other = World::bare();
        copy(&self.path(""), &other.path(""));
        other
    }

    pub fn repo(&self) -> vcs::Repo {
        vcs::Repo::open(&self.path("")).expect("a repository")
    }

    pub fn who(&self) -> vcs::Who {
        vcs::Who { name: "Ann".into(), email: "ann@example.org".into() }
    }
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

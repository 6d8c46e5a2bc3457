//! How far cherry-picks and rebases are, in git's own state files: what was begun here goes on with git's command line, and the other way
//! round.

use std::fs;
use std::path::PathBuf;

use git2::{Commit, Oid};

use crate::folder::disk;
use crate::merging::with_conflicts;
use crate::repo::Repo;
use crate::tree::Merged;
use crate::{Doing, Error};

const REBASE: &str = "rebase-merge";
/// While one state takes the place of another.
const NEW: &str = "nexus-rebase-new";
const OLD: &str = "nexus-rebase-old";

/// What git writes for a rebase without options. Anything else means something that only git knows to do.
const KNOWN: [&str; 20] = [
    "author-script",
    "done",
    "drop_redundant_commits",
    "end",
    "git-rebase-todo",
    "git-rebase-todo.backup",
    "head-name",
    "interactive",
    "message",
    "msgnum",
    "no-reschedule-failed-exec",
    "onto",
    "orig-head",
    "patch",
    "quiet",
    "rewritten-list",
    "rewritten-pending",
    "stopped-sha",
    "verbose",
    "reschedule-failed-exec",
];

/// A rebase that goes on.
#[derive(Clone, Debug)]
pub(crate) struct Rebase {
    /// The branch's whole name; `detached HEAD` where there was none.
    pub head_name: String,
    pub onto: Oid,
    /// Where the branch was.
    pub orig: Oid,
    pub done: Vec<Oid>,
    pub todo: Vec<Oid>,
}

impl Rebase {
    pub fn branch(&self) -> Option<&str> {
        Some(self.head_name.as_str()).filter(|name| name.starts_with("refs/heads/"))
    }
}

impl Repo {
    /// Where a cherry-pick or a rebase stands.
    pub(crate) fn stopped_at(&self) -> Option<String> {
        self.marked(&format!("{REBASE}/stopped-sha")).or_else(|| self.marked("CHERRY_PICK_HEAD"))
    }

    pub(crate) fn branch_ref(&self) -> Option<String> {
        let head = self.git.find_reference("HEAD").ok()?;
        head.symbolic_target().ok().flatten().map(str::to_owned)
    }

    /// The commits that a cherry-pick of several has left, without the one at which it stands.
    pub(crate) fn rest_of_picks(&self) -> Result<Vec<Oid>, Error> {
        let folder = self.git.path().join("sequencer");
        let Ok(text) = fs::read_to_string(folder.join("todo")) else { return Ok(Vec::new()) };
        if fs::read_to_string(folder.join("opts")).is_ok_and(|opts| !opts.trim().is_empty()) {
            return Err(Error::refused(
                "this cherry-pick was begun with options that only the git command line knows",
                "go on with `git cherry-pick --continue`, `--skip` or `--abort`",
            ));
        }
        Ok(self.picks(&text, "cherry-pick")?.into_iter().skip(1).collect())
    }

    fn picks(&self, todo: &str, verb: &str) -> Result<Vec<Oid>, Error> {
        let mut picks = Vec::new();
        for line in todo.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("pick" | "p"), Some(id)) => picks.push(self.commit_at(id)?.id()),
                (Some("noop"), _) => {}
                (command, _) => {
                    return Err(Error::refused(
                        format!(
                            "`{}` is still to be done, which only the git command line knows to do",
                            command.unwrap_or_default()
                        ),
                        format!("go on with `git {verb} --continue`, `--skip` or `--abort`"),
                    ));
                }
            }
        }
        Ok(picks)
    }

    pub(crate) fn read_rebase(&self) -> Result<Rebase, Error> {
        let folder = self.git.path().join(REBASE);
        let only_git =
            |what: String| Error::refused(what, "go on with `git rebase --continue`, `--skip` or `--abort`");
        let Ok(entries) = fs::read_dir(&folder) else {
            return Err(only_git(
                "this rebase was begun in a way that only the git command line knows".into(),
            ));
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !KNOWN.contains(&name.as_str()) {
                return Err(only_git(format!(
                    "this rebase was begun with something that only the git command line knows (`{name}`)"
                )));
            }
        }
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let id = |name: &str| Ok::<Oid, Error>(Oid::from_str(read(name).trim())?);
        Ok(Rebase {
            head_name: read("head-name").trim().to_owned(),
            onto: id("onto")?,
            orig: id("orig-head")?,
            done: self.picks(&read("done"), "rebase")?,
            todo: self.picks(&read("git-rebase-todo"), "rebase")?,
        })
    }

    /// Writes where a rebase stands, as git does. All of it is there, or nothing.
    pub(crate) fn write_rebase(&self, rebase: &Rebase, of: &Commit, merged: &Merged) -> Result<(), Error> {
        let message = with_conflicts(&String::from_utf8_lossy(of.message_bytes()), merged);
        let [new, old, here] = [NEW, OLD, REBASE].map(|name| self.git.path().join(name));
        clear(&new)?;
        fs::create_dir_all(&new).map_err(|error| disk(&new, "made", error))?;
        let lines = |ids: &[Oid]| -> Result<String, Error> {
            ids.iter()
                .map(|id| Ok(format!("pick {id} {}\n", crate::history::subject(&self.git.find_commit(*id)?))))
                .collect()
        };
        let author = of.author();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\'', r"'\''");
        let when = author.when();
        let (sign, offset) = (when.sign(), when.offset_minutes().abs());
        let script = format!(
            "GIT_AUTHOR_NAME='{}'\nGIT_AUTHOR_EMAIL='{}'\nGIT_AUTHOR_DATE='@{} {sign}{:02}{:02}'\n",
            text(author.name_bytes()),
            text(author.email_bytes()),
            when.seconds(),
            offset / 60,
            offset % 60
        );
        for (name, text) in [
            ("head-name", format!("{}\n", rebase.head_name)),
            ("onto", format!("{}\n", rebase.onto)),
            ("orig-head", format!("{}\n", rebase.orig)),
            ("interactive", String::new()),
            ("drop_redundant_commits", String::new()),
            ("no-reschedule-failed-exec", String::new()),
            ("git-rebase-todo", lines(&rebase.todo)?),
            ("done", lines(&rebase.done)?),
            ("msgnum", format!("{}\n", rebase.done.len())),
            ("end", format!("{}\n", rebase.done.len() + rebase.todo.len())),
            ("message", message.clone()),
            ("author-script", script),
            ("stopped-sha", format!("{}\n", of.id())),
        ] {
            let path = new.join(name);
            fs::write(&path, text).map_err(|error| disk(&path, "written", error))?;
        }
        self.keep("MERGE_MSG", &message)?;
        self.keep("REBASE_HEAD", &format!("{}\n", of.id()))?;
        clear(&old)?;
        if here.exists() {
            fs::rename(&here, &old).map_err(|error| disk(&here, "moved", error))?;
        }
        fs::rename(&new, &here).map_err(|error| disk(&new, "moved", error))?;
        clear(&old)
    }

    /// A kill while one state took the place of another.
    pub(crate) fn mend_rebase(&self) -> Result<(), Error> {
        let [new, old, here] = [NEW, OLD, REBASE].map(|name| self.git.path().join(name));
        if !here.exists() && old.exists() {
            fs::rename(&old, &here).map_err(|error| disk(&old, "moved", error))?;
        }
        clear(&new)?;
        clear(&old)
    }

    /// What git forgets when it has committed: what was merged in or picked.
    pub(crate) fn forget_step(&self) -> Result<(), Error> {
        let names = [
            "MERGE_HEAD",
            "MERGE_MODE",
            "MERGE_MSG",
            "SQUASH_MSG",
            "AUTO_MERGE",
            "CHERRY_PICK_HEAD",
            "REVERT_HEAD",
            "REBASE_HEAD",
        ];
        for path in names.map(|name| self.git.path().join(name)) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(disk(&path, "removed", error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// And what it forgets when all is done or given up.
    pub(crate) fn forget_begun(&self) -> Result<(), Error> {
        self.forget_step()?;
        Ok(self.git.cleanup_state()?)
    }

    /// Before a state: whatever the git command line did meanwhile.
    pub(crate) fn doing(&self) -> Option<Doing> {
        use git2::RepositoryState as Git;
        match self.git.state() {
            // Git's own cherry-pick of several, when the one at which it stood was committed by hand.
            Git::Clean => self.git.path().join("sequencer/todo").exists().then_some(Doing::CherryPick),
            Git::Merge => Some(Doing::Merge),
            Git::Revert | Git::RevertSequence => Some(Doing::Revert),
            Git::CherryPick | Git::CherryPickSequence => Some(Doing::CherryPick),
            Git::Bisect => Some(Doing::Bisect),
            Git::ApplyMailbox => Some(Doing::Mailbox),
            _ => Some(Doing::Rebase),
        }
    }
}

fn clear(folder: &PathBuf) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(disk(folder, "removed", error)),
        _ => Ok(()),
    }
}

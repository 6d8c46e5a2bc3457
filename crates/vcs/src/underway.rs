//! A note in git's folder says what is under way, so that a kill in the middle can be put right.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::Oid;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::folder::{Manner, disk};
use crate::repo::Repo;
use crate::tree::Files;

/// What is under way: from one tree to another, and what makes it complete.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    from: String,
    to: String,
    mark: Mark,
    /// Where HEAD was: a branch, if it was on one, and its commit.
    branch: Option<String>,
    head: Option<String>,
    /// Lock files that are found can be those of whoever wrote this. Not so after a failure: then they were in the way.
    locks: bool,
}

/// What tells that all of it is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Mark {
    /// HEAD or MERGE_HEAD names this commit.
    At(String),
    /// A cherry-pick or a rebase stands at this commit.
    Stopped(String),
    /// HEAD has the tree.
    Tree,
    /// Something is given up, or all but HEAD is done: that is finished rather than taken back.
    Back(Back),
}

/// Where finishing or giving up leads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Back {
    /// The commit that HEAD names then; nothing where it stays.
    pub tip: Option<String>,
    /// The branch that is checked out then.
    pub branch: Option<String>,
    /// Only this step is given up: what git keeps of the rest stays.
    pub goes_on: bool,
}

/// Held while the folder, the index or a branch is written.
pub(crate) struct Underway {
    path: PathBuf,
    // Locked as long as this lives; the system unlocks it when the process dies.
    file: Option<File>,
    note: Note,
}

impl Note {
    fn write(&self, file: &mut File) -> std::io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(&serde_json::to_vec(self).unwrap_or_default())?;
        file.sync_all()
    }
}

impl Underway {
    /// It failed here: what locks there are is not ours.
    fn failed(mut self) {
        self.note.locks = false;
        if let Some(file) = &mut self.file {
            // If this cannot be written either, the locks are waited for.
            let _ = self.note.write(file);
        }
    }

    pub fn done(mut self) -> Result<(), Error> {
        match self.file.take() {
            Some(file) => done(&self.path, file),
            None => Ok(()),
        }
    }
}

const LOCKED: Duration = Duration::from_secs(2);
const NOTE: &str = "nexus-underway";

impl Repo {
    pub(crate) fn begin(&self, from: &Files, to: &Files, mark: Mark) -> Result<Underway, Error> {
        let head = self.git.find_reference("HEAD").ok();
        let branch = head.and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
        let note = Note {
            from: self.write_files(from)?.to_string(),
            to: self.write_files(to)?.to_string(),
            mark,
            branch,
            head: self.git.head().ok().and_then(|head| head.target()).map(|id| id.to_string()),
            locks: true,
        };
        if self.git.path().join("index.lock").exists() {
            let why = "somebody holds .git/index.lock";
            return Err(git2::Error::new(git2::ErrorCode::Locked, git2::ErrorClass::Index, why).into());
        }
        let path = self.git.path().join(NOTE);
        let mut file = open_note(&path)?;
        if file.try_lock().is_err() {
            return Err(busy());
        }
        note.write(&mut file).map_err(|error| disk(&path, "written", error))?;
        Ok(Underway { path, file: Some(file), note })
    }

    /// Before only the index or a branch is written.
    pub(crate) fn begin_in_place(&self, files: &Files, mark: Mark) -> Result<Underway, Error> {
        self.begin(files, files, mark)
    }

    /// Does it, and puts everything back where it fails in the middle.
    pub(crate) fn carefully(
        &self,
        underway: Underway,
        act: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        match act() {
            Ok(()) => underway.done(),
            Err(error) => {
                underway.failed();
                self.recover()?;
                Err(error)
            }
        }
    }

    /// Puts right what a killed process left: what was complete stays, anything else goes back to what it was before. Says what it did.
    pub fn recover(&self) -> Result<Option<String>, Error> {
        let path = self.git.path().join(NOTE);
        if !path.exists() {
            return Ok(None);
        }
        let mut file = open_note(&path)?;
        if file.try_lock().is_err() {
            return Err(busy());
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| disk(&path, "read", error))?;
        // Cut off while it was written: nothing else had been done yet.
        let Ok(note) = serde_json::from_str::<Note>(&text) else {
            done(&path, file)?;
            return Ok(None);
        };
        if note.locks {
            let next = match &note.mark {
                Mark::Back(back) => back.branch.as_deref(),
                _ => None,
            };
            self.unlock(note.branch.as_deref().into_iter().chain(next));
        }
        self.mend_rebase()?;
        let (from, to) = (self.tree_files(&note.from)?, self.tree_files(&note.to)?);
        let complete = match &note.mark {
            Mark::At(id) => {
                self.head_id().as_ref() == Some(id) || self.marked("MERGE_HEAD").as_ref() == Some(id)
            }
            Mark::Stopped(id) => self.stopped_at().as_ref() == Some(id),
            Mark::Tree | Mark::Back(_) => false,
        };
        let has_tree =
            self.git.head().ok().and_then(|head| head.peel_to_tree().ok()).map(|tree| tree.id().to_string());
        let said = if let Mark::Back(back) = &note.mark {
            self.give_up(&to, back)?;
            "something was being finished or given up; that is done now"
        } else if complete {
            "the last operation was complete; only its note was left"
        } else if has_tree.as_ref() == Some(&note.to) && !matches!(note.mark, Mark::Stopped(_)) {
            if matches!(note.mark, Mark::Tree) && self.head_id() != note.head {
                self.forget_step()?;
            }
            "the last commit was complete; only its note was left"
        } else {
            self.put(&to, &from, Manner::Back)?;
            self.index_to(&to, &from, &Default::default())?;
            if matches!(note.mark, Mark::Stopped(_)) {
                self.head_back(note.branch.as_deref(), note.head.as_deref())?;
            }
            "an operation was interrupted; everything is as it was before it"
        };
        done(&path, file)?;
        Ok(Some(said.into()))
    }

    fn head_id(&self) -> Option<String> {
        Some(self.git.head().ok()?.target()?.to_string())
    }

    /// The id that a file in git's folder names.
    pub(crate) fn marked(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.git.path().join(name)).ok()?;
        Some(text.lines().next()?.trim().to_owned())
    }

    /// HEAD where it was.
    pub(crate) fn head_back(&self, branch: Option<&str>, tip: Option<&str>) -> Result<(), Error> {
        let tip = tip.map(Oid::from_str).transpose()?;
        match (branch, tip) {
            (Some(branch), tip) => {
                let at = self.git.refname_to_id(branch).ok();
                if let Some(tip) = tip.filter(|tip| at.is_some_and(|at| at != *tip)) {
                    self.git.reference(branch, tip, true, "put back")?;
                }
                Ok(self.git.set_head(branch)?)
            }
            (None, Some(tip)) => Ok(self.git.set_head_detached(tip)?),
            (None, None) => Ok(()),
        }
    }

    /// Lock files that the killed process held. A living one would let go of them in a moment.
    fn unlock<'a>(&self, branches: impl Iterator<Item = &'a str>) {
        let names = ["index.lock", "HEAD.lock"].map(str::to_owned);
        let refs = branches.filter(|name| name.starts_with("refs/heads/")).map(|name| format!("{name}.lock"));
        for path in names.into_iter().chain(refs).map(|name| self.git.path().join(name)) {
            // No git command holds one for as long as this without a sign of life.
            while fs::metadata(&path)
                .and_then(|lock| lock.modified())
                .is_ok_and(|at| at.elapsed().is_ok_and(|age| age < LOCKED))
            {
                std::thread::sleep(Duration::from_millis(50));
            }
            let _ = fs::remove_file(&path);
        }
    }

    fn tree_files(&self, id: &str) -> Result<Files, Error> {
        let tree = self.git.find_tree(Oid::from_str(id)?)?;
        self.files(&tree)
    }
}

/// Windows removes no file that is open.
fn done(path: &Path, file: File) -> Result<(), Error> {
    drop(file);
    fs::remove_file(path).map_err(|error| disk(path, "removed", error))
}

fn open_note(path: &Path) -> Result<File, Error> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    opened.map_err(|error| disk(path, "opened", error))
}

fn busy() -> Error {
    Error::refused("another window is changing this repository right now", "try again in a moment")
}

//! How the repository stands, in plain words; branches and switching.

use flow::{Bot, Kinds};
use git2::{BranchType, ErrorCode};
use serde::Serialize;

use crate::Error;
use crate::folder::Manner;
use crate::repo::Repo;
use crate::underway::Mark;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Head {
    Branch(String),
    /// A branch that has no commit yet.
    Unborn(String),
    /// A commit, with no branch that would move along.
    Detached(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    Merge,
    Rebase,
    CherryPick,
    Revert,
    Bisect,
    Mailbox,
}

#[derive(Clone, Debug, Serialize)]
pub struct State {
    pub head: Head,
    /// What was begun and not finished, here or on git's command line.
    pub doing: Option<Doing>,
    /// Paths that git calls unmerged.
    pub unmerged: Vec<String>,
    /// Staged files with open conflicts.
    pub open: Vec<(String, usize)>,
}

impl State {
    pub fn in_words(&self) -> Vec<String> {
        let mut words = vec![match &self.head {
            Head::Branch(name) => format!("On the branch {name}."),
            Head::Unborn(name) => format!("On the branch {name}, which has no commit yet."),
            Head::Detached(id) => {
                let short: String = id.chars().take(8).collect();
                format!(
                    "At the commit {short}, on no branch: make one before you commit, or the commits are hard to find again."
                )
            }
        }];
        if let Some(doing) = self.doing {
            let what = match doing {
                Doing::Merge => "A merge is not finished",
                Doing::Rebase => "A rebase is not finished",
                Doing::CherryPick => "A cherry-pick is not finished",
                Doing::Revert => "A revert is not finished",
                Doing::Bisect => "A bisection is going on",
                Doing::Mailbox => "Patches from mail are being applied",
            };
            let rest = match self.unmerged.len() {
                0 => ", and nothing is open any more".into(),
                1 => format!(": {} is open", self.unmerged[0]),
                many => format!(": {many} files are open"),
            };
            words.push(format!("{what}{rest}."));
        } else if !self.unmerged.is_empty() {
            words.push(format!("{} files are unmerged.", self.unmerged.len()));
        }
        words
    }
}

impl Repo {
    pub fn state(&self) -> Result<State, Error> {
        let head = self.state_head()?;
        let doing = self.doing();
        let mut unmerged: Vec<String> = Vec::new();
        for entry in self.index()?.iter().filter(|entry| (entry.flags >> 12) & 3 != 0) {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            if unmerged.last() != Some(&path) {
                unmerged.push(path);
            }
        }
        Ok(State { head, doing, unmerged, open: self.open_in_index(None)? })
    }

    pub(crate) fn state_head(&self) -> Result<Head, Error> {
        Ok(match self.git.head() {
            Ok(head) if self.git.head_detached()? => {
                Head::Detached(head.target().map(|id| id.to_string()).unwrap_or_default())
            }
            Ok(head) => Head::Branch(String::from_utf8_lossy(head.shorthand_bytes()).into_owned()),
            Err(error) if error.code() == ErrorCode::UnbornBranch => {
                let head = self.git.find_reference("HEAD")?;
                let name = head.symbolic_target().ok().flatten().unwrap_or_default();
                Head::Unborn(name.strip_prefix("refs/heads/").unwrap_or(name).to_owned())
            }
            Err(error) => return Err(error.into()),
        })
    }

    /// What is not committed of the bot, flow by flow. `now` is the bot as it stands in the folder.
    pub fn status(&self, now: &Bot, kinds: &Kinds) -> Result<merge::Diff, Error> {
        let before = match self.git.head() {
            Err(error) if error.code() == ErrorCode::UnbornBranch => Bot::default(),
            _ => self.read("HEAD")?.0,
        };
        Ok(merge::diff(&before, now, kinds))
    }

    /// The local branches, by name.
    pub fn branches(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for branch in self.git.branches(Some(BranchType::Local))? {
            let (branch, _) = branch?;
            names.push(String::from_utf8_lossy(branch.name_bytes()?).into_owned());
        }
        names.sort();
        Ok(names)
    }

    /// A new branch at what is checked out.
    pub fn branch(&self, name: &str) -> Result<(), Error> {
        match self.git.branch(name, &self.head_commit()?, false) {
            Ok(_) => Ok(()),
            Err(error) if error.code() == ErrorCode::Exists => {
                Err(Error::refused(format!("there is a branch `{name}` already"), "choose another name"))
            }
            Err(error) if error.code() == ErrorCode::InvalidSpec => Err(Error::refused(
                format!("a branch cannot be called `{name}`"),
                "use letters, digits, `-` and `/`",
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks a branch out. Refuses where work would be lost.
    pub fn switch(&self, name: &str) -> Result<(), Error> {
        self.recover()?;
        self.quiet()?;
        let branch = self.git.find_branch(name, BranchType::Local).map_err(|error| match error.code() {
            ErrorCode::NotFound => Error::refused(format!("there is no branch `{name}`"), "make it first"),
            _ => error.into(),
        })?;
        let target = branch.get().peel_to_commit()?;
        let from = match self.head_commit() {
            Ok(head) => self.files(&head.tree()?)?,
            Err(_) => Default::default(),
        };
        let to = self.files(&target.tree()?)?;
        crate::names::fit(&to, &from)?;
        self.in_the_way(&from, &to)?;
        let reference = String::from_utf8_lossy(branch.get().name_bytes()).into_owned();
        let underway = self.begin(&from, &to, Mark::At(target.id().to_string()))?;
        self.carefully(underway, || {
            self.put(&from, &to, Manner::Safe)?;
            self.index_to(&from, &to, &Default::default())?;
            Ok(self.git.set_head(&reference)?)
        })
    }
}

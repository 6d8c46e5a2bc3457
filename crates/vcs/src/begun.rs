//! Going on with cherry-picks and rebases that stopped, leaving a commit out, giving them up. A merge is in [`crate::merging`].

use flow::Kinds;
use git2::{Commit, Oid};

use crate::merging::{Who, with_conflicts};
use crate::progress::Rebase;
use crate::replant::{Planted, Stop};
use crate::repo::Repo;
use crate::underway::Back;
use crate::{Doing, Error};

impl Repo {
    /// Goes on with what was begun, here or by git: commits what was settled, then does the rest. Refuses while something is open.
    pub fn go_on(&self, kinds: &Kinds, who: &Who) -> Result<Planted, Error> {
        self.recover()?;
        match self.doing() {
            Some(Doing::Merge) => self.continue_merge(who).map(Planted::Done),
            Some(Doing::CherryPick) => {
                let rest = self.rest_of_picks()?;
                if let Some(id) = self.marked("CHERRY_PICK_HEAD") {
                    self.commit_step(&self.git.find_commit(Oid::from_str(&id)?)?, who)?;
                }
                self.pick_on(&rest, kinds, who)
            }
            Some(Doing::Rebase) => {
                let rebase = self.read_rebase()?;
                if let Some(id) = self.stopped_at() {
                    self.commit_step(&self.git.find_commit(Oid::from_str(&id)?)?, who)?;
                }
                self.rebase_on(rebase, kinds, who)
            }
            other => Err(only_git(other)),
        }
    }

    /// Leaves out the commit at which a cherry-pick or a rebase stands, and does the rest.
    pub fn skip(&self, kinds: &Kinds, who: &Who) -> Result<Planted, Error> {
        self.recover()?;
        let step = || Back { goes_on: true, ..Back::default() };
        match self.doing() {
            Some(Doing::CherryPick) => {
                let rest = self.rest_of_picks()?;
                self.back_to(self.head_commit()?.tree_id(), step())?;
                self.pick_on(&rest, kinds, who)
            }
            Some(Doing::Rebase) => {
                let rebase = self.read_rebase()?;
                self.back_to(self.head_commit()?.tree_id(), step())?;
                self.rebase_on(rebase, kinds, who)
            }
            Some(Doing::Merge) => {
                Err(Error::refused("a merge has nothing that could be left out", "settle it, or give it up"))
            }
            other => Err(only_git(other)),
        }
    }

    /// Gives up what was begun, here or by git: all is as it was before. Other work in the folder stays.
    pub fn abort(&self) -> Result<(), Error> {
        self.recover()?;
        match self.doing() {
            Some(Doing::Merge) => self.abort_merge(),
            Some(Doing::CherryPick) => {
                // Several commits may have been picked; whoever committed since then keeps that, as with git.
                let head = self.head_commit()?;
                let untouched = self.marked("sequencer/abort-safety") == Some(head.id().to_string());
                let tip = self.marked("sequencer/head").filter(|_| untouched);
                let to = match &tip {
                    Some(tip) => self.git.find_commit(Oid::from_str(tip)?)?,
                    None => head,
                };
                let branch = self.branch_ref();
                self.back_to(
                    to.tree_id(),
                    Back { branch: branch.filter(|_| tip.is_some()), tip, goes_on: false },
                )
            }
            Some(Doing::Rebase) => {
                let rebase = self.read_rebase()?;
                let tree = self.git.find_commit(rebase.orig)?.tree_id();
                let branch = rebase.branch().map(str::to_owned);
                self.back_to(tree, Back { branch, tip: Some(rebase.orig.to_string()), goes_on: false })
            }
            other => Err(only_git(other)),
        }
    }

    /// Commits what was settled of a commit, as its author's; nothing where all of it is here already.
    fn commit_step(&self, of: &Commit, who: &Who) -> Result<(), Error> {
        let mut index = self.settled_index()?;
        let head = self.head_commit()?;
        self.nothing_open(&index)?;
        let tree = self.git.find_tree(index.write_tree()?)?;
        let files = self.files(&tree)?;
        let message = match self.kept_message() {
            Some(message) => format!("{message}\n"),
            None => String::from_utf8_lossy(of.message_bytes()).into_owned(),
        };
        let underway = self.begin_in_place(&files, crate::underway::Mark::Tree)?;
        let now = who.now()?;
        self.carefully(underway, || {
            index.write()?;
            if tree.id() != head.tree_id() {
                self.git.commit(Some("HEAD"), &of.author(), &now, &message, &tree, &[&head])?;
            }
            self.forget_step()
        })
    }

    fn pick_on(&self, rest: &[Oid], kinds: &Kinds, who: &Who) -> Result<Planted, Error> {
        let head = self.head_commit()?.id();
        let commits = rest.iter().map(|id| self.git.find_commit(*id)).collect::<Result<Vec<_>, _>>()?;
        let (tip, stop) = self.replant(&commits, head, kinds, who)?;
        if let Some(stop) = stop {
            return self.stop_picking(tip, stop, &commits);
        }
        if tip != head {
            self.go_to(tip, "cherry-pick")?;
        }
        self.forget_begun()?;
        Ok(Planted::Done(tip.to_string()))
    }

    fn rebase_on(&self, rebase: Rebase, kinds: &Kinds, who: &Who) -> Result<Planted, Error> {
        let head = self.head_commit()?.id();
        let commits =
            rebase.todo.iter().map(|id| self.git.find_commit(*id)).collect::<Result<Vec<_>, _>>()?;
        let (tip, stop) = self.replant(&commits, head, kinds, who)?;
        if let Some(stop) = stop {
            let mut next = rebase;
            next.done.extend(next.todo.drain(..=stop.at));
            return self.stop_rebasing(tip, stop, &commits, &next);
        }
        if let Some(branch) = rebase.branch()
            && self.git.refname_to_id(branch).ok() != Some(rebase.orig)
        {
            return Err(Error::refused(
                format!(
                    "the branch `{}` was moved while it was rebased",
                    branch.trim_start_matches("refs/heads/")
                ),
                "give the rebase up and begin it again",
            ));
        }
        if tip != head {
            self.go_to(tip, "rebase")?;
        }
        // From here on it is only finished, whatever comes between.
        let branch = rebase.branch().map(str::to_owned);
        let tree = self.git.find_commit(tip)?.tree_id();
        self.back_to(tree, Back { branch, tip: Some(tip.to_string()), goes_on: false })?;
        Ok(Planted::Done(tip.to_string()))
    }

    pub(crate) fn stop_picking(&self, tip: Oid, stop: Stop, all: &[Commit]) -> Result<Planted, Error> {
        let of = &all[stop.at];
        let message = with_conflicts(&String::from_utf8_lossy(of.message_bytes()), &stop.merged);
        self.stop(of, &stop.merged, || {
            if self.head_commit()?.id() != tip {
                self.move_head(tip, "cherry-pick")?;
            }
            self.keep("MERGE_MSG", &message)?;
            self.keep("CHERRY_PICK_HEAD", &format!("{}\n", of.id()))?;
            if self.git.path().join("sequencer").exists() {
                let lines: String = all[stop.at..]
                    .iter()
                    .map(|one| format!("pick {} {}\n", one.id(), crate::history::subject(one)))
                    .collect();
                self.keep("sequencer/todo", &lines)?;
                self.keep("sequencer/abort-safety", &format!("{tip}\n"))?;
            }
            Ok(())
        })?;
        Ok(Planted::Stopped { commit: of.id().to_string(), merged: stop.merged })
    }

    pub(crate) fn stop_rebasing(
        &self,
        tip: Oid,
        stop: Stop,
        all: &[Commit],
        rebase: &Rebase,
    ) -> Result<Planted, Error> {
        let of = &all[stop.at];
        self.stop(of, &stop.merged, || {
            self.git.set_head_detached(tip)?;
            self.write_rebase(rebase, of, &stop.merged)
        })?;
        Ok(Planted::Stopped { commit: of.id().to_string(), merged: stop.merged })
    }
}

fn only_git(doing: Option<Doing>) -> Error {
    let what = match doing {
        Some(Doing::Revert) => "a revert",
        Some(Doing::Bisect) => "a bisection",
        Some(Doing::Mailbox) => "applying patches from mail",
        _ => return Error::refused("nothing was begun here that could go on", ""),
    };
    Error::refused(format!("{what} was begun with the git command line"), "go on there")
}

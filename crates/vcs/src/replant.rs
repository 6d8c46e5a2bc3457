//! Commits put on top of others. What can be done without conflicts is done in git's store alone, and only then the folder follows; at the
//! first commit that leaves something open it stops, with the conflicts in the flows.

use flow::Kinds;
use git2::{Commit, Oid, Sort};

use crate::Error;
use crate::folder::Manner;
use crate::merging::Who;
use crate::progress::Rebase;
use crate::repo::Repo;
use crate::tree::Merged;
use crate::underway::Mark;

/// How a cherry-pick or a rebase ended.
#[derive(Debug)]
pub enum Planted {
    /// The commit that is checked out now.
    Done(String),
    /// This commit left conflicts, in the files and in the index: `go_on`, `skip` or `abort`.
    Stopped { commit: String, merged: Merged },
}

/// The commit that left something open.
pub(crate) struct Stop {
    pub at: usize,
    pub merged: Merged,
}

impl Repo {
    /// Does on top of what is checked out what a commit did.
    pub fn cherry_pick(&self, rev: &str, kinds: &Kinds, who: &Who) -> Result<Planted, Error> {
        self.recover()?;
        self.quiet()?;
        let head = self.head_commit()?.id();
        let picked = [self.commit_at(rev)?];
        let (tip, stop) = self.replant(&picked, head, kinds, who)?;
        if let Some(stop) = stop {
            return self.stop_picking(tip, stop, &picked);
        }
        if tip == head {
            return Err(Error::refused(format!("all that `{rev}` did is here already"), ""));
        }
        self.go_to(tip, "cherry-pick")?;
        Ok(Planted::Done(tip.to_string()))
    }

    /// Puts what the branch has of its own on top of another commit.
    pub fn rebase(&self, onto: &str, kinds: &Kinds, who: &Who) -> Result<Planted, Error> {
        self.recover()?;
        self.quiet()?;
        let (head, onto) = (self.head_commit()?.id(), self.commit_at(onto)?.id());
        let mut walk = self.git.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
        walk.push(head)?;
        walk.hide(onto)?;
        let own = walk.map(|id| self.git.find_commit(id?)).collect::<Result<Vec<_>, _>>()?;
        let (tip, stop) = self.replant(&own, onto, kinds, who)?;
        let Some(stop) = stop else {
            self.go_to(tip, "rebase")?;
            return Ok(Planted::Done(tip.to_string()));
        };
        let ids: Vec<Oid> = own.iter().map(Commit::id).collect();
        let rebase = Rebase {
            head_name: self.branch_ref().unwrap_or_else(|| "detached HEAD".into()),
            onto,
            orig: head,
            done: ids[..=stop.at].to_vec(),
            todo: ids[stop.at + 1..].to_vec(),
        };
        self.keep("ORIG_HEAD", &format!("{head}\n"))?;
        self.stop_rebasing(tip, stop, &own, &rebase)
    }

    /// How far it goes without conflicts, and where it stops.
    pub(crate) fn replant(
        &self,
        commits: &[Commit],
        onto: Oid,
        kinds: &Kinds,
        who: &Who,
    ) -> Result<(Oid, Option<Stop>), Error> {
        let mut tip = self.git.find_commit(onto)?;
        for (at, commit) in commits.iter().enumerate() {
            if commit.parent_count() != 1 {
                let short: String = commit.id().to_string().chars().take(8).collect();
                return Err(Error::refused(
                    format!("the commit {short} has not one parent, so what it did is not clear"),
                    "merge the branch instead",
                ));
            }
            let base = self.files(&commit.parent(0)?.tree()?)?;
            let here = self.files(&tip.tree()?)?;
            let merged = self.merge_files(&base, &here, &self.files(&commit.tree()?)?, kinds)?;
            if !merged.is_clean() {
                return Ok((tip.id(), Some(Stop { at, merged })));
            }
            let tree = self.git.find_tree(self.write_files(&merged.here())?)?;
            if tree.id() == tip.tree_id() {
                continue;
            }
            let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
            let id = self.git.commit(None, &commit.author(), &who.now()?, &message, &tree, &[&tip])?;
            tip = self.git.find_commit(id)?;
        }
        Ok((tip.id(), None))
    }

    /// Brings the folder and the index to where a commit left something open; then `mark` says so.
    pub(crate) fn stop(
        &self,
        of: &Commit,
        merged: &Merged,
        mark: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        let from = self.files(&self.head_commit()?.tree()?)?;
        let to = merged.here();
        self.clean_index(&from)?;
        crate::names::fit(&to, &from)?;
        self.in_the_way(&from, &to)?;
        let underway = self.begin(&from, &to, Mark::Stopped(of.id().to_string()))?;
        self.carefully(underway, || {
            self.put(&from, &to, Manner::Safe)?;
            self.index_to(&from, &to, &merged.unsettled)?;
            mark()
        })
    }

    /// Moves what is checked out to a commit.
    pub(crate) fn go_to(&self, tip: Oid, why: &str) -> Result<(), Error> {
        let from = self.files(&self.head_commit()?.tree()?)?;
        let to = self.files(&self.git.find_commit(tip)?.tree()?)?;
        self.clean_index(&from)?;
        crate::names::fit(&to, &from)?;
        self.in_the_way(&from, &to)?;
        let underway = self.begin(&from, &to, Mark::At(tip.to_string()))?;
        self.carefully(underway, || {
            self.put(&from, &to, Manner::Safe)?;
            self.index_to(&from, &to, &Default::default())?;
            self.move_head(tip, why)
        })
    }
}

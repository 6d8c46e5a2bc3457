//! Commits put on top of others, all of them or none. One that would leave conflicts is refused: git's command line stops there with the
//! driver's conflicts, and can go on.

use flow::Kinds;
use git2::{Commit, Oid, Sort};

use crate::Error;
use crate::folder::Manner;
use crate::merging::Who;
use crate::repo::Repo;

impl Repo {
    /// Does on top of what is checked out what a commit did.
    pub fn cherry_pick(&self, rev: &str, kinds: &Kinds, who: &Who) -> Result<String, Error> {
        self.recover()?;
        self.quiet()?;
        let head = self.head_commit()?.id();
        let picked = self.commit_at(rev)?;
        let tip = self.replant(&[picked], head, kinds, who, "cherry-pick")?;
        if tip == head {
            return Err(Error::refused(format!("all that `{rev}` did is here already"), ""));
        }
        self.go_to(tip, "cherry-pick")
    }

    /// Puts what the branch has of its own on top of another commit.
    pub fn rebase(&self, onto: &str, kinds: &Kinds, who: &Who) -> Result<String, Error> {
        self.recover()?;
        self.quiet()?;
        let (head, onto) = (self.head_commit()?.id(), self.commit_at(onto)?.id());
        let mut walk = self.git.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
        walk.push(head)?;
        walk.hide(onto)?;
        let own = walk.map(|id| self.git.find_commit(id?)).collect::<Result<Vec<_>, _>>()?;
        let tip = self.replant(&own, onto, kinds, who, "rebase")?;
        self.go_to(tip, "rebase")
    }

    fn replant(
        &self,
        commits: &[Commit],
        onto: Oid,
        kinds: &Kinds,
        who: &Who,
        verb: &str,
    ) -> Result<Oid, Error> {
        let mut tip = self.git.find_commit(onto)?;
        for commit in commits {
            let short: String = commit.id().to_string().chars().take(8).collect();
            if commit.parent_count() != 1 {
                return Err(Error::refused(
                    format!("the commit {short} has not one parent, so what it did is not clear"),
                    "merge the branch instead",
                ));
            }
            let base = self.files(&commit.parent(0)?.tree()?)?;
            let here = self.files(&tip.tree()?)?;
            let merged = self.merge_files(&base, &here, &self.files(&commit.tree()?)?, kinds)?;
            if let Some(path) = merged.unsettled.keys().next() {
                return Err(Error::refused(
                    format!("the commit {short} and what is here do not agree about `{path}`"),
                    format!("nothing was changed; `git {verb}` stops there, and `nexus resolve` settles it"),
                ));
            }
            let tree = self.git.find_tree(self.write_files(&merged.here())?)?;
            if tree.id() == tip.tree_id() {
                continue;
            }
            let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
            let id = self.git.commit(None, &commit.author(), &who.now()?, &message, &tree, &[&tip])?;
            tip = self.git.find_commit(id)?;
        }
        Ok(tip.id())
    }

    /// Moves what is checked out to a commit.
    fn go_to(&self, tip: Oid, why: &str) -> Result<String, Error> {
        let from = self.files(&self.head_commit()?.tree()?)?;
        let to = self.files(&self.git.find_commit(tip)?.tree()?)?;
        self.clean_index(&from)?;
        crate::names::fit(&to, &from)?;
        self.in_the_way(&from, &to)?;
        let underway = self.begin(&from, &to, Some(tip))?;
        self.carefully(underway, || {
            self.put(&from, &to, Manner::Safe)?;
            self.index_to(&from, &to, &Default::default())?;
            self.move_head(tip, why)
        })?;
        Ok(tip.to_string())
    }
}

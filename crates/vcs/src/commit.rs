//! Committing, and putting the last commit right.

use std::fs;
use std::path::Path;

use flow::FilePath;
use git2::{BranchType, Commit, Index, Oid};

use crate::folder::{MOST_FILE, too_large};
use crate::merging::Who;
use crate::repo::Repo;
use crate::underway::Mark;
use crate::{Doing, Error};

impl Repo {
    /// Stages files of the bot as they stand in the folder, and commits what is staged.
    pub fn commit(&self, paths: &[FilePath], message: &str, who: &Who) -> Result<String, Error> {
        self.recover()?;
        let others = match self.doing() {
            Some(Doing::Merge) => self.merge_heads()?,
            _ => {
                self.quiet()?;
                Vec::new()
            }
        };
        if message.trim().is_empty() {
            return Err(no_message());
        }
        let mut index = self.staged(paths)?;
        self.commit_index(&mut index, message.trim_end(), who, &others)
    }

    /// Takes files of the bot as they stand in the folder, and what is staged, into the last commit; with a message it is said anew.
    /// Refused where the commit is in another repository already: others may have built on it.
    pub fn amend(&self, paths: &[FilePath], message: Option<&str>, who: &Who) -> Result<String, Error> {
        self.recover()?;
        self.quiet()?;
        let head = self.head_commit()?;
        if let Some(name) = self.pushed_as(head.id())? {
            return Err(Error::refused(
                format!("the last commit is at `{name}` already, and others may have built on it"),
                "make a new commit with what is to be different",
            ));
        }
        let mut index = self.staged(paths)?;
        self.nothing_open(&index)?;
        let tree = self.git.find_tree(index.write_tree()?)?;
        let message = match message.map(str::trim) {
            Some("") => return Err(no_message()),
            Some(message) => format!("{message}\n"),
            None => String::from_utf8_lossy(head.message_bytes()).into_owned(),
        };
        if tree.id() == head.tree_id() && message.as_bytes() == head.message_bytes() {
            return Err(Error::refused("the last commit is like this already", ""));
        }
        let files = self.files(&tree)?;
        let underway = self.begin_in_place(&files, Mark::Tree)?;
        let now = who.now()?;
        let mut id = head.id();
        self.carefully(underway, || {
            index.write()?;
            id = head.amend(Some("HEAD"), None, Some(&now), None, Some(&message), Some(&tree))?;
            Ok(())
        })?;
        Ok(id.to_string())
    }

    /// The branch of another repository, as of the last fetch or push, that has a commit.
    fn pushed_as(&self, id: Oid) -> Result<Option<String>, Error> {
        for branch in self.git.branches(Some(BranchType::Remote))? {
            let (branch, _) = branch?;
            let Ok(tip) = branch.get().peel_to_commit() else { continue };
            if tip.id() == id || self.git.graph_descendant_of(tip.id(), id)? {
                return Ok(Some(String::from_utf8_lossy(branch.name_bytes()?).into_owned()));
            }
        }
        Ok(None)
    }

    /// The index with files of the bot as they stand in the folder; not written yet.
    fn staged(&self, paths: &[FilePath]) -> Result<Index, Error> {
        let root = self.folder()?.to_owned();
        let mut index = self.index()?;
        for path in paths {
            let path = format!("{}{path}", self.below);
            let at = Path::new(&path);
            match fs::symlink_metadata(root.join(at)) {
                // What could not be checked out again is not committed either.
                Ok(here) if here.is_file() && here.len() > MOST_FILE => {
                    return Err(too_large(&path, here.len()));
                }
                Ok(_) => index.add_path(at)?,
                Err(_) => index.remove_path(at)?,
            }
        }
        Ok(index)
    }

    pub(crate) fn nothing_open(&self, index: &Index) -> Result<(), Error> {
        if let Some((path, count)) = self.open_in(index)?.into_iter().next() {
            return Err(Error::refused(
                format!("`{path}` holds {count} open conflicts"),
                "settle them with `nexus resolve`",
            ));
        }
        if index.has_conflicts() {
            return Err(Error::refused("some files are still unmerged", "settle them, then stage them"));
        }
        Ok(())
    }

    /// Commits an index, and only then writes it; refuses what is not settled.
    pub(crate) fn commit_index(
        &self,
        index: &mut Index,
        message: &str,
        who: &Who,
        others: &[Oid],
    ) -> Result<String, Error> {
        self.nothing_open(index)?;
        let head = self.head_commit().ok();
        let tree = self.git.find_tree(index.write_tree()?)?;
        if others.is_empty() && head.as_ref().is_some_and(|head| head.tree_id() == tree.id()) {
            return Err(Error::refused("there is nothing to commit", ""));
        }
        let parents: Vec<Commit> = head
            .into_iter()
            .map(Ok)
            .chain(others.iter().map(|id| self.git.find_commit(*id)))
            .collect::<Result<_, _>>()?;
        let files = self.files(&tree)?;
        // The folder is as it should be; only the index and the branch are written.
        let underway = self.begin_in_place(&files, Mark::Tree)?;
        let mut id = Oid::ZERO_SHA1;
        let who = who.now()?;
        self.carefully(underway, || {
            index.write()?;
            id = self.git.commit(
                Some("HEAD"),
                &who,
                &who,
                &format!("{message}\n"),
                &tree,
                &parents.iter().collect::<Vec<_>>(),
            )?;
            self.forget_step()
        })?;
        Ok(id.to_string())
    }
}

fn no_message() -> Error {
    Error::refused("a commit needs a message", "say in a line what you did")
}

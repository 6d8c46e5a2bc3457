//! Merging a branch, going on with it or giving it up. What git's own command line began is continued here just as well.

use std::fs;

use flow::Kinds;
use git2::{Commit, Index, Oid, Signature};

use crate::folder::{Manner, changed, disk};
use crate::repo::Repo;
use crate::tree::{Entry, Files, Merged};
use crate::underway::{Back, Mark};
use crate::{Doing, Error, file};

/// How a merge ended.
#[derive(Debug)]
pub enum Outcome {
    UpToDate,
    /// The branch had all we have and more.
    Forward(String),
    /// The id of the merge commit.
    Done(String, Merged),
    /// Conflicts stand in the files and in the index.
    Open(Merged),
}

/// Who commits.
#[derive(Clone, Debug)]
pub struct Who {
    pub name: String,
    pub email: String,
}

impl Who {
    pub(crate) fn now(&self) -> Result<Signature<'static>, Error> {
        Ok(Signature::now(&self.name, &self.email)?)
    }
}

/// Where git begins its list of conflicts in a message.
const CONFLICTS: &str = "# Conflicts:";

/// A message as git keeps it while something is open.
pub(crate) fn with_conflicts(message: &str, merged: &Merged) -> String {
    let list: String = merged.unsettled.keys().map(|path| format!("#\t{path}\n")).collect();
    format!("{}\n\n{CONFLICTS}\n{list}", message.trim_end())
}

/// More nested virtual bases than histories have; deeper ones are made to waste time.
const MOST_NESTED: usize = 24;

impl Repo {
    /// Who the configuration says is working here.
    pub fn who(&self) -> Result<Who, Error> {
        let signature = self.git.signature().map_err(|_| {
            Error::refused(
                "git does not know who you are",
                "run `git config user.name \"…\"` and `git config user.email \"…\"`",
            )
        })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Who { name: text(signature.name_bytes()), email: text(signature.email_bytes()) })
    }

    pub(crate) fn commit_at(&self, rev: &str) -> Result<Commit<'_>, Error> {
        let found = self.git.revparse_single(rev).and_then(|object| object.peel_to_commit());
        if found.is_err() && rev == "HEAD" {
            // Says what is the matter with it.
            return self.head_commit();
        }
        found.map_err(|error| match error.code() {
            git2::ErrorCode::NotFound | git2::ErrorCode::InvalidSpec | git2::ErrorCode::Peel => {
                Error::refused(format!("there is no commit `{rev}`"), "name a branch, a tag or a commit")
            }
            git2::ErrorCode::Ambiguous => {
                Error::refused(format!("`{rev}` can mean several commits"), "write more of its id")
            }
            _ => error.into(),
        })
    }

    pub(crate) fn head_commit(&self) -> Result<Commit<'_>, Error> {
        let head = self.git.head().map_err(|error| match error.code() {
            git2::ErrorCode::UnbornBranch | git2::ErrorCode::NotFound => {
                Error::refused("there is no commit here yet", "commit first")
            }
            _ => error.into(),
        })?;
        Ok(head.peel_to_commit()?)
    }

    /// The files that both started from; several best common ancestors are merged with each other first.
    pub(crate) fn base_files(
        &self,
        ours: &[Oid],
        theirs: Oid,
        kinds: &Kinds,
        depth: usize,
    ) -> Result<Option<Files>, Error> {
        if depth > MOST_NESTED {
            return Err(Error::refused("the histories cross too often to find what both started from", ""));
        }
        // Where times are equal the order decides which base is the first, so the sides are named as git names them.
        let all: Vec<Oid> = match ours {
            [ours] => vec![*ours, theirs],
            several => std::iter::once(theirs).chain(several.iter().copied()).collect(),
        };
        let mut bases = match self.git.merge_bases_many(&all) {
            Ok(bases) => bases.iter().copied().collect::<Vec<_>>(),
            Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // The oldest first, as git does it.
        let time = |id: &Oid| self.git.find_commit(*id).map_or(0, |commit| commit.time().seconds());
        bases.reverse();
        bases.sort_by_key(time);
        let Some((first, rest)) = bases.split_first() else { return Ok(None) };
        let mut merged = self.files(&self.git.find_commit(*first)?.tree()?)?;
        let mut parents = vec![*first];
        for next in rest {
            let below = self.base_files(&parents, *next, kinds, depth + 1)?.unwrap_or_default();
            let other = self.files(&self.git.find_commit(*next)?.tree()?)?;
            let virtual_base = self.merge_files(&below, &merged, &other, kinds)?;
            let mut files = virtual_base.here();
            for (path, open) in &virtual_base.unsettled {
                // Deleted and changed: what both started from, as git takes it.
                if (open.ours.is_none() || open.theirs.is_none()) && file::form(path).is_none() {
                    match open.base {
                        Some(base) => drop(files.insert(path.clone(), base)),
                        None => drop(files.remove(path)),
                    }
                }
            }
            merged = files;
            parents.push(*next);
        }
        Ok(Some(merged))
    }

    /// What merging two commits gives, without touching anything but git's store of objects.
    pub fn try_merge(&self, ours: &str, theirs: &str, kinds: &Kinds) -> Result<Merged, Error> {
        let (ours, theirs) = (self.commit_at(ours)?, self.commit_at(theirs)?);
        self.merge_commits(&ours, &theirs, kinds)
    }

    pub(crate) fn merge_commits(
        &self,
        ours: &Commit,
        theirs: &Commit,
        kinds: &Kinds,
    ) -> Result<Merged, Error> {
        let base = self.base_files(&[ours.id()], theirs.id(), kinds, 0)?;
        let base = base.ok_or_else(|| {
            Error::refused(
                "the two have no common history",
                "merge them with `git merge --allow-unrelated-histories`, or copy what you need",
            )
        })?;
        let (our_files, their_files) = (self.files(&ours.tree()?)?, self.files(&theirs.tree()?)?);
        self.merge_files(&base, &our_files, &their_files, kinds)
    }

    /// Merges a branch, a tag or a commit into what is checked out. Where nothing is open it is committed at once.
    pub fn merge(&self, name: &str, kinds: &Kinds, who: &Who) -> Result<Outcome, Error> {
        self.recover()?;
        self.quiet()?;
        let (ours, theirs) = (self.head_commit()?, self.commit_at(name)?);
        let from = self.files(&ours.tree()?)?;
        if ours.id() == theirs.id() || self.git.graph_descendant_of(ours.id(), theirs.id())? {
            return Ok(Outcome::UpToDate);
        }
        if self.git.graph_descendant_of(theirs.id(), ours.id())? {
            let to = self.files(&theirs.tree()?)?;
            crate::names::fit(&to, &from)?;
            self.in_the_way(&from, &to)?;
            let underway = self.begin(&from, &to, Mark::At(theirs.id().to_string()))?;
            self.carefully(underway, || {
                self.put(&from, &to, Manner::Safe)?;
                self.index_to(&from, &to, &Default::default())?;
                self.move_head(theirs.id(), &format!("merge {name}: Fast-forward"))
            })?;
            return Ok(Outcome::Forward(theirs.id().to_string()));
        }
        let merged = self.merge_commits(&ours, &theirs, kinds)?;
        let to = merged.here();
        self.clean_index(&from)?;
        self.in_the_way(&from, &to)?;
        let message = self.merge_message(name);
        let clean = merged.is_clean();
        let mark = if clean { Mark::Tree } else { Mark::At(theirs.id().to_string()) };
        let underway = self.begin(&from, &to, mark)?;
        let mut id = ours.id();
        self.carefully(underway, || {
            self.put(&from, &to, Manner::Safe)?;
            self.index_to(&from, &to, &merged.unsettled)?;
            if clean {
                let tree = self.git.find_tree(self.write_files(&to)?)?;
                let who = who.now()?;
                id = self.git.commit(Some("HEAD"), &who, &who, &message, &tree, &[&ours, &theirs])?;
                return Ok(());
            }
            self.keep("ORIG_HEAD", &format!("{}\n", ours.id()))?;
            self.keep("MERGE_MSG", &with_conflicts(&message, &merged))?;
            self.keep("MERGE_MODE", "no-ff")?;
            self.keep("MERGE_HEAD", &format!("{}\n", theirs.id()))
        })?;
        Ok(if clean { Outcome::Done(id.to_string(), merged) } else { Outcome::Open(merged) })
    }

    fn merge_message(&self, name: &str) -> String {
        let what = if self.git.find_branch(name, git2::BranchType::Local).is_ok() {
            format!("Merge branch '{name}'")
        } else if self.git.find_branch(name, git2::BranchType::Remote).is_ok() {
            format!("Merge remote-tracking branch '{name}'")
        } else {
            format!("Merge commit '{name}'")
        };
        let head = self.git.head().ok();
        let here = head.as_ref().and_then(|head| head.shorthand().ok());
        match here {
            Some(here) if !["main", "master", "HEAD"].contains(&here) => format!("{what} into {here}\n"),
            _ => format!("{what}\n"),
        }
    }

    pub(crate) fn move_head(&self, to: Oid, why: &str) -> Result<(), Error> {
        if self.git.head_detached()? {
            self.git.set_head_detached(to)?;
        } else {
            self.git.head()?.set_target(to, why)?;
        }
        Ok(())
    }

    /// Nothing else may be going on.
    pub(crate) fn quiet(&self) -> Result<(), Error> {
        self.folder()?;
        let doing = match self.doing() {
            None => return Ok(()),
            Some(Doing::Merge) => "a merge",
            Some(Doing::Revert) => "a revert",
            Some(Doing::CherryPick) => "a cherry-pick",
            Some(Doing::Bisect) => "a bisection",
            Some(Doing::Mailbox) => "applying patches from mail",
            Some(Doing::Rebase) => "a rebase",
        };
        Err(Error::refused(format!("{doing} is not finished here"), "finish it or give it up first"))
    }

    /// What is staged would get into the merge commit unseen.
    pub(crate) fn clean_index(&self, head: &Files) -> Result<(), Error> {
        let mut staged = Files::new();
        for entry in self.index()?.iter() {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            if (entry.flags >> 12) & 3 != 0 {
                return Err(Error::refused(format!("`{path}` is still unmerged"), "settle it first"));
            }
            staged.insert(path, Entry { id: entry.id, mode: entry.mode });
        }
        match changed(head, &staged).into_iter().next() {
            Some(path) => {
                Err(Error::refused(format!("`{path}` is staged and not committed"), "commit it first"))
            }
            None => Ok(()),
        }
    }

    /// The commits that are being merged in.
    pub(crate) fn merge_heads(&self) -> Result<Vec<Oid>, Error> {
        let path = self.git.path().join("MERGE_HEAD");
        let text = fs::read_to_string(&path).map_err(|_| Error::refused("no merge is going on here", ""))?;
        text.lines().map(|line| Ok(Oid::from_str(line.trim())?)).collect()
    }

    /// Commits the merge that is going on, if nothing is open any more. Everything unmerged is staged as it stands in the folder.
    pub fn continue_merge(&self, who: &Who) -> Result<String, Error> {
        self.recover()?;
        let heads = self.merge_heads()?;
        let mut index = self.settled_index()?;
        let message = self.kept_message().unwrap_or_else(|| "Merge".to_owned());
        self.commit_index(&mut index, &message, who, &heads)
    }

    /// The index with everything unmerged staged as it stands in the folder; refuses what is still open.
    pub(crate) fn settled_index(&self) -> Result<Index, Error> {
        let root = self.folder()?.to_owned();
        let mut index = self.index()?;
        let mut unmerged: Vec<String> = Vec::new();
        for entry in index.iter().filter(|entry| (entry.flags >> 12) & 3 != 0) {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            if unmerged.last() != Some(&path) {
                unmerged.push(path);
            }
        }
        for path in &unmerged {
            if let Some(filter) = self.filter(path) {
                return Err(Error::refused(
                    format!(
                        "`{path}` is kept by git's filter `{filter}`, which only the git command line runs"
                    ),
                    "settle it with the git command line: `git add`, then `git commit`",
                ));
            }
            let file = root.join(path);
            match fs::read(&file) {
                Ok(text) => {
                    let marked = text.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"<<<<<<< "));
                    if marked || file::open_in_text(path, &text) > 0 {
                        return Err(Error::refused(
                            format!("`{path}` still has open conflicts"),
                            "settle them with `nexus resolve`",
                        ));
                    }
                    if let Some(form) = file::form(path).filter(|form| !file::is_whole(*form, &text)) {
                        let what = if form == file::Form::Flow { "flow" } else { "bot.json" };
                        return Err(Error::refused(
                            format!("`{path}` cannot be read as a {what}"),
                            "`nexus check` shows where; mend it, or take one side's file",
                        ));
                    }
                    index.add_path(std::path::Path::new(path))?;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    index.remove_path(std::path::Path::new(path))?
                }
                Err(error) => return Err(disk(&file, "read", error)),
            }
        }
        Ok(index)
    }

    /// What git kept to commit with, without its list of conflicts.
    pub(crate) fn kept_message(&self) -> Option<String> {
        let text = fs::read_to_string(self.git.path().join("MERGE_MSG")).ok()?;
        let own = text.lines().take_while(|line| *line != CONFLICTS).collect::<Vec<_>>().join("\n");
        Some(own.trim_end().to_owned()).filter(|own| !own.is_empty())
    }

    /// Writes one of git's state files. It is there whole or not at all: to git an empty one means something, too.
    pub(crate) fn keep(&self, name: &str, text: &str) -> Result<(), Error> {
        let [new, path] = ["nexus-new", name].map(|name| self.git.path().join(name));
        fs::write(&new, text).map_err(|error| disk(&new, "written", error))?;
        fs::rename(&new, &path).map_err(|error| disk(&path, "written", error))
    }

    /// Gives the merge up: its files are as they were before it. Other work in the folder stays.
    pub fn abort_merge(&self) -> Result<(), Error> {
        self.recover()?;
        self.merge_heads()?;
        self.back_to(self.head_commit()?.tree_id(), Back::default())
    }

    /// Gives up what was begun.
    pub(crate) fn back_to(&self, tree: Oid, back: Back) -> Result<(), Error> {
        let to = self.files(&self.git.find_tree(tree)?)?;
        let underway = self.begin_in_place(&to, Mark::Back(back.clone()))?;
        self.give_up(&to, &back)?;
        underway.done()
    }

    /// What is staged or unmerged goes back to what it was; what already is, stays.
    pub(crate) fn give_up(&self, to: &Files, back: &Back) -> Result<(), Error> {
        let mut from = to.clone();
        let index = self.index()?;
        let mut staged = Files::new();
        for entry in index.iter() {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            let here = Entry { id: entry.id, mode: entry.mode };
            if (entry.flags >> 12) & 3 == 0 {
                staged.insert(path, here)
            } else {
                staged.insert(path, Entry { id: Oid::ZERO_SHA1, mode: 0 })
            };
        }
        for path in changed(to, &staged) {
            match staged.get(&path) {
                Some(entry) => drop(from.insert(path, *entry)),
                None => drop(from.remove(&path)),
            }
        }
        self.put(&from, to, Manner::Over)?;
        self.index_to(&from, to, &Default::default())?;
        self.head_back(back.branch.as_deref(), back.tip.as_deref())?;
        if back.goes_on { self.forget_step() } else { self.forget_begun() }
    }

    /// Looks as a whole at a merge that `git merge` began, or has just committed: what spans files. Stages what is settled, and says what
    /// is open and which files it changed.
    pub fn finish_merge(&self, kinds: &Kinds) -> Result<(Merged, Vec<String>), Error> {
        self.recover()?;
        let head = self.head_commit()?;
        let (ours, theirs) = match self.merge_heads() {
            Ok(heads) => match heads[..] {
                [theirs] => (head, self.git.find_commit(theirs)?),
                _ => {
                    return Err(Error::refused(
                        "more than two histories are merged here at once",
                        "merge them one after the other",
                    ));
                }
            },
            Err(_) if head.parent_count() == 2 => (head.parent(0)?, head.parent(1)?),
            Err(error) => return Err(error),
        };
        let base = self.base_files(&[ours.id()], theirs.id(), kinds, 0)?.unwrap_or_default();
        let (our_files, their_files) = (self.files(&ours.tree()?)?, self.files(&theirs.tree()?)?);
        let whole = self.merge_files(&base, &our_files, &their_files, kinds)?;
        let underway = self.begin_in_place(&self.files(&self.head_commit()?.tree()?)?, Mark::Tree)?;
        let changed = crate::finish::carry_over(self, [&base, &our_files, &their_files], &whole, kinds)?;
        underway.done()?;
        Ok((whole, changed))
    }
}

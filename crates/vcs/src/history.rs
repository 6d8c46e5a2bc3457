//! The past: a bot as it was, what happened to one flow, and merges done again.

use std::collections::{BTreeMap, BTreeSet};

use flow::{Bot, Flow, Kinds};
use git2::{Commit, Oid, Sort};
use serde::Serialize;

use crate::file::{self, Form, form};
use crate::repo::Repo;
use crate::tree::{Files, root};
use crate::{Error, tree};

/// A commit that changed a flow.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    pub commit: String,
    pub author: String,
    /// Seconds since 1970, by the committer's clock.
    pub at: i64,
    pub subject: String,
    /// The flow's file after it; nothing if it deleted the flow.
    pub path: Option<String>,
    /// What it changed, in words.
    pub words: String,
    #[serde(skip)]
    pub diff: merge::Diff,
}

/// A merge commit, done again.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    pub commit: String,
    pub subject: String,
    /// Merging the flows as text leaves conflicts.
    pub text_conflict: bool,
    /// The number of conflicts that we leave open; nothing where it could not be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<usize>,
    /// What we make of it is what was committed.
    pub same_as_committed: bool,
    /// Why it could not be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

impl Repo {
    /// The bot as a commit has it, with the files that could not be read whole.
    pub fn read(&self, rev: &str) -> Result<(Bot, BTreeSet<String>), Error> {
        let files = self.files(&self.commit_at(rev)?.tree()?)?;
        self.bot(&files, &self.below)
    }

    /// One file as a commit has it, by its path in the repository; nothing if it is not there or too large.
    pub fn read_file(&self, rev: &str, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let tree = self.commit_at(rev)?.tree()?;
        let Ok(entry) = tree.get_path(std::path::Path::new(path)) else { return Ok(None) };
        if entry.kind() != Some(git2::ObjectType::Blob) {
            return Ok(None);
        }
        self.blob(entry.id())
    }

    /// The bot in a folder of a commit, by the folder's path in the repository.
    pub fn read_folder(&self, rev: &str, folder: &str) -> Result<(Bot, BTreeSet<String>), Error> {
        let files = self.files(&self.commit_at(rev)?.tree()?)?;
        let below = match folder.trim_matches('/') {
            "" | "." => String::new(),
            folder => format!("{folder}/"),
        };
        self.bot(&files, &below)
    }

    /// What happened to a flow, the latest first. The flow keeps its id over renames, and is followed by it.
    pub fn history(&self, path: &str, kinds: &Kinds) -> Result<Vec<Step>, Error> {
        let below = root(path).unwrap_or_default();
        let mut past = Past { repo: self, below, flows: BTreeMap::new(), files: BTreeMap::new() };
        let mut id = None;
        let mut steps = Vec::new();
        let mut walk = self.git.revwalk()?;
        walk.push(self.head_commit()?.id())?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
        for oid in walk {
            let commit = self.git.find_commit(oid?)?;
            let files = past.files(&commit)?;
            // Until the flow is met, its path is all that is known.
            if id.is_none() {
                let met = files.get(path).copied().map(|entry| past.flow(entry)).transpose()?.flatten();
                id = met.map(|flow| flow.id.clone());
            }
            let parents: Vec<Commit> = commit.parents().collect();
            let Some(flow_id) = id.clone() else { continue };
            let now = past.find(&files, &flow_id)?;
            let mut before = None;
            let mut differs = true;
            for (at, parent) in parents.iter().enumerate() {
                let files = past.files(parent)?;
                let was = past.find(&files, &flow_id)?;
                differs &= was != now;
                if at == 0 {
                    before = was;
                }
            }
            if !differs || (now.is_none() && before.is_none()) {
                continue;
            }
            let bot = |state: &Option<(String, Flow)>| Bot {
                flows: state.iter().map(|(path, flow)| (path.as_str().into(), flow.clone())).collect(),
                ..Bot::default()
            };
            let diff = merge::diff(&bot(&before), &bot(&now), kinds);
            let author = String::from_utf8_lossy(commit.author().name_bytes()).into_owned();
            steps.push(Step {
                commit: commit.id().to_string(),
                author,
                at: commit.time().seconds(),
                subject: subject(&commit),
                path: now.as_ref().map(|(path, _)| format!("{}{path}", past.below)),
                words: diff.files.iter().map(|file| file.summary()).collect::<Vec<_>>().join("; "),
                diff,
            });
        }
        if steps.is_empty() {
            return Err(Error::refused(
                format!("no commit here has the flow `{path}`"),
                "name a flow's file by its path in the repository; commit it if it is new",
            ));
        }
        Ok(steps)
    }

    /// Does every merge of two histories again that touched flows on both sides.
    pub fn replay_merges(&self, kinds: &Kinds) -> Result<Vec<Replayed>, Error> {
        let mut replayed = Vec::new();
        let mut walk = self.git.revwalk()?;
        walk.push(self.head_commit()?.id())?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
        for oid in walk {
            let commit = self.git.find_commit(oid?)?;
            if commit.parent_count() == 2
                && let Some(one) = self.replay(&commit, kinds)?
            {
                replayed.push(one);
            }
        }
        Ok(replayed)
    }

    fn replay(&self, commit: &Commit, kinds: &Kinds) -> Result<Option<Replayed>, Error> {
        let (ours, theirs) = (commit.parent(0)?, commit.parent(1)?);
        let documents =
            |files: Files| -> Files { files.into_iter().filter(|(path, _)| form(path).is_some()).collect() };
        let Some(base) = self.base_files(&[ours.id()], theirs.id(), kinds, 0)? else { return Ok(None) };
        let base = documents(base);
        let sides = [documents(self.files(&ours.tree()?)?), documents(self.files(&theirs.tree()?)?)];
        let [our_files, their_files] = &sides;
        if base == *our_files || base == *their_files {
            return Ok(None);
        }
        let mut text_conflict = false;
        for path in base.keys().chain(our_files.keys()).chain(their_files.keys()) {
            let (was, our, their) = (base.get(path), our_files.get(path), their_files.get(path));
            if our == their || was == our || was == their {
                continue;
            }
            let (Some(our), Some(their)) = (our, their) else {
                text_conflict = true;
                continue;
            };
            let was = was.map(|was| self.blob(was.id)).transpose()?.flatten();
            text_conflict |= match (self.blob(our.id)?, self.blob(their.id)?) {
                (Some(our), Some(their)) => {
                    file::merge_lines(was.as_deref(), &our, &their).is_none_or(|(_, clean)| !clean)
                }
                _ => true,
            };
        }
        let mut one = Replayed {
            commit: commit.id().to_string(),
            subject: subject(commit),
            text_conflict,
            open: None,
            same_as_committed: false,
            failed: None,
        };
        match self.merge_files(&base, our_files, their_files, kinds) {
            Err(error) => one.failed = Some(error.to_string()),
            Ok(merged) => {
                let committed = documents(self.files(&commit.tree()?)?);
                one.open = Some(merged.conflicts.len().max(merged.unsettled.len()));
                one.same_as_committed = self.same(&merged.here(), &committed)?;
            }
        }
        Ok(Some(one))
    }

    /// The same flows, whatever their texts look like.
    fn same(&self, one: &Files, other: &Files) -> Result<bool, Error> {
        if !one.keys().eq(other.keys()) {
            return Ok(false);
        }
        for (path, entry) in one {
            let Some(other) = other.get(path).filter(|other| other.id != entry.id) else { continue };
            let (Some(a), Some(b)) = (self.blob(entry.id)?, self.blob(other.id)?) else { return Ok(false) };
            let same = match form(path) {
                Some(Form::Flow) => flow::text::parse_flow(&a).value == flow::text::parse_flow(&b).value,
                _ => flow::text::parse_manifest(&a).value == flow::text::parse_manifest(&b).value,
            };
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

pub(crate) fn subject(commit: &Commit) -> String {
    let message = String::from_utf8_lossy(commit.message_bytes()).into_owned();
    message.lines().next().unwrap_or_default().to_owned()
}

/// Commits' flows, each text read once.
struct Past<'a> {
    repo: &'a Repo,
    below: String,
    flows: BTreeMap<Oid, Option<Flow>>,
    files: BTreeMap<Oid, Files>,
}

impl Past<'_> {
    /// The flow files of a commit's bot.
    fn files(&mut self, commit: &Commit) -> Result<Files, Error> {
        let tree = commit.tree()?;
        let folder = format!("{}flows", self.below);
        let Ok(entry) = tree.get_path(std::path::Path::new(&folder)) else { return Ok(Files::new()) };
        let Some(inner) = entry.to_object(&self.repo.git)?.into_tree().ok() else { return Ok(Files::new()) };
        if let Some(known) = self.files.get(&inner.id()) {
            return Ok(known.clone());
        }
        let id = inner.id();
        let files: Files = self
            .repo
            .files(&inner)?
            .into_iter()
            .map(|(path, entry)| (format!("{folder}/{path}"), entry))
            .collect();
        self.files.insert(id, files.clone());
        Ok(files)
    }

    fn flow(&mut self, entry: tree::Entry) -> Result<Option<&Flow>, Error> {
        if !self.flows.contains_key(&entry.id) {
            let parsed = self.repo.blob(entry.id)?.map(|text| flow::text::parse_flow(&text));
            let flow = parsed.filter(|parsed| !parsed.lossy()).map(|parsed| parsed.value);
            self.flows.insert(entry.id, flow);
        }
        Ok(self.flows.get(&entry.id).and_then(Option::as_ref))
    }

    fn find(&mut self, files: &Files, id: &str) -> Result<Option<(String, Flow)>, Error> {
        for (path, entry) in files {
            if let Some(flow) = self.flow(*entry)?.filter(|flow| flow.id == id) {
                let flow = flow.clone();
                return Ok(Some((path.strip_prefix(&self.below).unwrap_or(path).to_owned(), flow)));
            }
        }
        Ok(None)
    }
}

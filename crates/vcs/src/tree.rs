//! A commit's files, flat, and three such states into one.

use std::collections::{BTreeMap, BTreeSet};

use flow::change::MANIFEST_FILE;
use flow::text::{parse_flow, parse_manifest, print_flow, print_manifest};
use flow::{Bot, FilePath, Flow, Kinds};
use git2::{ObjectType, Oid, Tree};
use merge::Conflict;

use crate::file::{self, Form, form};
use crate::repo::{Repo, is_file};
use crate::{Error, names};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: Oid,
    pub mode: u32,
}

pub type Files = BTreeMap<String, Entry>;

/// A path that is not settled: what each side has, and what stands there meanwhile.
#[derive(Clone, Debug)]
pub struct Unsettled {
    pub base: Option<Entry>,
    pub ours: Option<Entry>,
    pub theirs: Option<Entry>,
    pub here: Option<Entry>,
}

#[derive(Debug, Default)]
pub struct Merged {
    pub files: Files,
    pub unsettled: BTreeMap<String, Unsettled>,
    /// The open conflicts of flows and bot.json, by file and place.
    pub conflicts: Vec<(String, String, Conflict)>,
    /// Documents that came from one side as they are and cannot be read whole: somebody has to mend them.
    pub unreadable: BTreeSet<String>,
    /// What nobody did and the merge did: file and cause.
    pub derived: Vec<(String, String)>,
}

impl Merged {
    pub fn is_clean(&self) -> bool {
        self.unsettled.is_empty()
    }

    /// Everything as it is to stand in the folder.
    pub fn here(&self) -> Files {
        let open = self.unsettled.iter().filter_map(|(path, one)| Some((path.clone(), one.here?)));
        self.files.iter().map(|(path, entry)| (path.clone(), *entry)).chain(open).collect()
    }
}

const MOST_DEPTH: usize = 64;

impl Repo {
    pub(crate) fn files(&self, tree: &Tree) -> Result<Files, Error> {
        let mut files = Files::new();
        self.walk(tree, "", 0, &mut files)?;
        Ok(files)
    }

    fn walk(&self, tree: &Tree, above: &str, depth: usize, files: &mut Files) -> Result<(), Error> {
        if depth > MOST_DEPTH {
            return Err(Error::refused("the repository's folders nest too deeply", ""));
        }
        for entry in tree.iter() {
            let Ok(name) = entry.name() else {
                let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                return Err(Error::refused(
                    format!("`{above}{name}` has a name that is no text"),
                    "rename it with git",
                ));
            };
            let path = format!("{above}{name}");
            if entry.kind() == Some(ObjectType::Tree) {
                let inner = self.git.find_tree(entry.id())?;
                self.walk(&inner, &format!("{path}/"), depth + 1, files)?;
            } else {
                files.insert(path, Entry { id: entry.id(), mode: entry.filemode() as u32 });
            }
        }
        Ok(())
    }

    /// The bot in these files, below a folder (with `/` at its end, or empty). What is no plain file, too large or unreadable is told apart.
    pub(crate) fn bot(&self, files: &Files, below: &str) -> Result<(Bot, BTreeSet<String>), Error> {
        let mut bot = Bot::default();
        let mut unread = BTreeSet::new();
        for (path, entry) in files.range(below.to_owned()..).take_while(|(path, _)| path.starts_with(below)) {
            let Some(inner) = path.strip_prefix(below).filter(|inner| is_document(inner)) else { continue };
            let text = if is_file(entry.mode) { self.blob(entry.id)? } else { None };
            let Some(text) = text else {
                unread.insert(path.clone());
                continue;
            };
            let lossy = if inner == MANIFEST_FILE {
                let parsed = parse_manifest(&text);
                let lossy = parsed.lossy();
                bot.manifest = parsed.value;
                lossy
            } else {
                let parsed = parse_flow(&text);
                let lossy = parsed.lossy();
                bot.flows.insert(inner.into(), parsed.value);
                lossy
            };
            if lossy {
                unread.insert(path.clone());
            }
        }
        Ok((bot, unread))
    }

    pub(crate) fn write_files(&self, files: &Files) -> Result<Oid, Error> {
        let mut index = git2::Index::new()?;
        for (path, entry) in files {
            index.add(&index_entry(path, *entry, 0))?;
        }
        Ok(index.write_tree_to(&self.git)?)
    }

    pub(crate) fn merge_files(
        &self,
        base: &Files,
        ours: &Files,
        theirs: &Files,
        kinds: &Kinds,
    ) -> Result<Merged, Error> {
        let mut work =
            Work { repo: self, base, ours, theirs, kinds, merged: Merged::default(), done: BTreeSet::new() };
        let roots: BTreeSet<String> = [base, ours, theirs]
            .into_iter()
            .flat_map(|files| files.keys())
            .filter_map(|path| root(path))
            .collect();
        for root in &roots {
            work.bot(root)?;
        }
        for (before, after) in self.renamed(base, ours, theirs)? {
            work.renamed(&before, &after, [base.get(&before), ours.get(&after), theirs.get(&before)])?;
        }
        for (before, after) in self.renamed(base, theirs, ours)? {
            work.renamed(&before, &after, [base.get(&before), ours.get(&before), theirs.get(&after)])?;
        }
        let paths: BTreeSet<&String> =
            [base, ours, theirs].into_iter().flat_map(|files| files.keys()).collect();
        for path in paths {
            if !work.done.contains(path) {
                work.path(path, work.sides(path))?;
            }
        }
        let merged = work.merged;
        names::fit(&merged.here(), ours)?;
        Ok(merged)
    }
}

pub(crate) fn index_entry(path: &str, entry: Entry, stage: u16) -> git2::IndexEntry {
    git2::IndexEntry {
        ctime: git2::IndexTime::new(0, 0),
        mtime: git2::IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: entry.mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: entry.id,
        flags: stage << 12,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

/// A document of a bot, by its path in the bot's folder.
fn is_document(inner: &str) -> bool {
    inner == MANIFEST_FILE || flow::change::is_flow_path(inner)
}

/// The bot's folder that a document is in.
pub(crate) fn root(path: &str) -> Option<String> {
    let folder =
        |path: &str| path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    match form(path)? {
        Form::Manifest => Some(folder(path)),
        Form::Flow => {
            let inside = folder(path);
            let above = inside.strip_suffix("flows/")?;
            (above.is_empty() || above.ends_with('/')).then(|| above.to_owned())
        }
    }
}

struct Work<'a> {
    repo: &'a Repo,
    base: &'a Files,
    ours: &'a Files,
    theirs: &'a Files,
    kinds: &'a Kinds,
    merged: Merged,
    done: BTreeSet<String>,
}

impl Work<'_> {
    fn sides(&self, path: &str) -> [Option<Entry>; 3] {
        [self.base, self.ours, self.theirs].map(|files| files.get(path).copied())
    }

    fn settle(&mut self, path: &str, entry: Option<Entry>) {
        self.done.insert(path.to_owned());
        if let Some(entry) = entry {
            self.merged.files.insert(path.to_owned(), entry);
        }
    }

    fn unsettle(&mut self, path: &str, [base, ours, theirs]: [Option<Entry>; 3], here: Option<Entry>) {
        self.done.insert(path.to_owned());
        self.merged.unsettled.insert(path.to_owned(), Unsettled { base, ours, theirs, here });
    }

    /// A file that one side renamed and the other changed: it is merged under its new name.
    fn renamed(&mut self, before: &str, after: &str, sides: [Option<&Entry>; 3]) -> Result<(), Error> {
        self.settle(before, None);
        self.path(after, sides.map(|entry| entry.copied()))
    }

    /// One path by itself: the side that changed it, else line by line.
    fn path(&mut self, path: &str, sides: [Option<Entry>; 3]) -> Result<(), Error> {
        let [base, ours, theirs] = sides;
        if ours == theirs || base == theirs {
            self.settle(path, ours);
            return Ok(());
        }
        if base == ours {
            if let (Some(form), Some(their)) = (form(path), theirs)
                && !self.repo.blob(their.id)?.is_some_and(|text| file::is_whole(form, &text))
            {
                self.merged.unreadable.insert(path.to_owned());
            }
            self.settle(path, theirs);
            return Ok(());
        }
        let (Some(our), Some(their)) = (ours, theirs) else {
            // Deleted here and changed there: the changed one stays in sight.
            self.unsettle(path, sides, ours.or(theirs));
            return Ok(());
        };
        let texts = if [Some(our), Some(their), base].iter().flatten().all(|entry| is_file(entry.mode)) {
            let base = base.map(|base| self.repo.blob(base.id)).transpose()?;
            (base != Some(None)).then_some((
                base.flatten(),
                self.repo.blob(our.id)?,
                self.repo.blob(their.id)?,
            ))
        } else {
            None
        };
        let Some((was, Some(mine), Some(yours))) = texts else {
            self.unsettle(path, sides, ours);
            return Ok(());
        };
        let mode = if base.is_some_and(|base| base.mode == our.mode) { their.mode } else { our.mode };
        if form(path) == Some(Form::Flow)
            && let Ok(merged) = file::merge(Form::Flow, was.as_deref(), &mine, &yours, self.kinds)
        {
            let here = Entry { id: self.repo.git.blob(merged.text.as_bytes())?, mode };
            if merged.open.is_empty() {
                self.settle(path, Some(here));
            } else {
                let open = merged.open.into_iter().map(|(place, one)| (path.to_owned(), place, one));
                self.merged.conflicts.extend(open);
                self.unsettle(path, sides, Some(here));
            }
            return Ok(());
        }
        match file::merge_lines(was.as_deref(), &mine, &yours) {
            // A flow that cannot be read is not merged line by line behind anybody's back.
            Some((text, true)) if form(path).is_none() => {
                let id = self.repo.git.blob(&text)?;
                self.settle(path, Some(Entry { id, mode }));
            }
            Some((text, _)) => {
                let id = self.repo.git.blob(&text)?;
                self.unsettle(path, sides, Some(Entry { id, mode }));
            }
            None => self.unsettle(path, sides, ours),
        }
        Ok(())
    }

    /// All documents of a bot together, where both sides changed some.
    fn bot(&mut self, root: &str) -> Result<(), Error> {
        let documents = |files: &Files| -> Files {
            let inside = files.range(root.to_owned()..).take_while(|(path, _)| path.starts_with(root));
            let own = inside.filter(|(path, _)| path.strip_prefix(root).is_some_and(is_document));
            own.map(|(path, entry)| (path.clone(), *entry)).collect()
        };
        let files = [self.base, self.ours, self.theirs].map(documents);
        let [base, ours, theirs] = &files;
        if base == ours || base == theirs || ours == theirs {
            return Ok(());
        }
        let mut sides = Vec::with_capacity(3);
        let mut unread = BTreeSet::new();
        for files in &files {
            let (bot, lossy) = self.repo.bot(files, root)?;
            sides.push(bot);
            unread.extend(lossy);
        }
        // What one side cannot be read of is left out everywhere, and stays with its paths.
        for path in &unread {
            let inner = path.strip_prefix(root).unwrap_or(path);
            for bot in &mut sides {
                if inner == MANIFEST_FILE {
                    bot.manifest = Default::default();
                } else {
                    bot.flows.remove(inner);
                }
            }
        }
        let [base_bot, our_bot, their_bot] = &sides[..] else { return Ok(()) };
        let merged = merge::merge(base_bot, our_bot, their_bot, self.kinds);
        let named = |inner: &str| format!("{root}{inner}");
        let deleted: BTreeSet<String> = merge::conflict::open_in_manifest(&merged.bot.manifest)
            .keys()
            .filter_map(|place| place.strip_prefix("flows.").map(str::to_owned))
            .collect();
        for (inner, flow) in &merged.bot.flows {
            let found: [Option<(&FilePath, Entry)>; 3] = [0, 1, 2].map(|side| {
                let (path, _) = same_flow(&sides[side], &flow.id, inner)?;
                Some((path, *files[side].get(&named(path))?))
            });
            let parsed = |side: usize| found[side].and_then(|(path, _)| sides[side].flows.get(path));
            let is = |side: usize| {
                parsed(side)
                    .is_some_and(|known| known == flow || standing(known, self.kinds).as_ref() == Some(flow))
            };
            let entries = found.map(|found| found.map(|(_, entry)| entry));
            let kept = unchanged(&entries).into_iter().find(|side| is(*side)).and_then(|side| entries[side]);
            let mode = entries[1].or(entries[2]).or(entries[0]).map_or(0o100_644, |entry| entry.mode);
            let here = match kept {
                Some(entry) => entry,
                None => Entry { id: self.repo.git.blob(print_flow(flow).as_bytes())?, mode },
            };
            let open = kept.is_none() && flow.unresolved.is_some();
            if open || deleted.contains(flow.id.as_str()) {
                self.unsettle(&named(inner), entries, Some(here));
            } else {
                self.settle(&named(inner), Some(here));
            }
        }
        let manifest = named(MANIFEST_FILE);
        if !unread.contains(&manifest) {
            self.manifest(&manifest, &merged.bot, our_bot, their_bot)?;
        }
        for path in files.iter().flat_map(|files| files.keys()) {
            if !unread.contains(path) {
                self.done.insert(path.clone());
            }
        }
        let conflicts = merged.conflicts();
        let open = conflicts.into_iter().map(|(file, place, one)| (named(&file), place.to_string(), one));
        self.merged.conflicts.extend(open);
        self.merged.derived.extend(merged.derived.iter().map(|(file, one)| (named(file), one.cause.clone())));
        Ok(())
    }

    fn manifest(&mut self, path: &str, bot: &Bot, ours: &Bot, theirs: &Bot) -> Result<(), Error> {
        let sides = self.sides(path);
        let nothing = bot.manifest.0.iter().next().is_none();
        if nothing && sides[1].is_none() && sides[2].is_none() {
            self.settle(path, None);
            return Ok(());
        }
        let is = |side: &usize| match side {
            1 => ours.manifest == bot.manifest,
            _ => theirs.manifest == bot.manifest,
        };
        if let Some(side) = unchanged(&sides).into_iter().filter(|side| *side > 0).find(is) {
            self.settle(path, sides[side]);
            return Ok(());
        }
        let open = bot.manifest.0.get(merge::conflict::MEMBER).is_some();
        let gone = sides[0].is_some() && (sides[1].is_none() || sides[2].is_none());
        let mode = sides[1].or(sides[2]).map_or(0o100_644, |entry| entry.mode);
        let here = Entry { id: self.repo.git.blob(print_manifest(&bot.manifest).as_bytes())?, mode };
        if (open || gone) && sides.iter().flatten().next().is_some() {
            self.unsettle(path, sides, Some(here));
        } else {
            self.settle(path, Some(here));
        }
        Ok(())
    }
}

/// The sides whose bytes may stand as they are: not where both changed the file.
fn unchanged(sides: &[Option<Entry>; 3]) -> Vec<usize> {
    let [base, ours, theirs] = sides;
    match (ours, theirs) {
        (Some(_), Some(_)) if ours == theirs => vec![1],
        (Some(_), Some(_)) if base == ours => vec![2, 1],
        (Some(_), Some(_)) if base == theirs => vec![1, 2],
        (Some(_), Some(_)) => Vec::new(),
        _ => vec![1, 2, 0],
    }
}

/// The flow with the id, or the one at the path where the id stands for several.
fn same_flow<'a>(bot: &'a Bot, id: &str, path: &FilePath) -> Option<(&'a FilePath, &'a Flow)> {
    let mut found = bot.flows.iter().filter(|(_, flow)| flow.id == id);
    let first = found.next()?;
    if found.next().is_none() { Some(first) } else { bot.flows.get_key_value(path) }
}

/// The flow as every merge leaves it, at the current versions of its kinds.
fn standing(flow: &Flow, kinds: &Kinds) -> Option<Flow> {
    let bot = Bot { flows: [("flows/this.flow.json".into(), flow.clone())].into(), ..Bot::default() };
    merge::merge(&bot, &bot, &bot, kinds).bot.flows.into_values().next()
}

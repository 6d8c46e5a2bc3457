//! Merging whole bots: flows paired by id, renames carried through, bot.json, the other files, and a last look whether the result holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use flow::change::MANIFEST_FILE;
use flow::{Bot, Edit, FilePath, Flow, Id, Kinds, Manifest, Map, Seg, Value};
use smol_str::{SmolStr, format_smolstr};

use crate::conflict::{self, Conflict, Kind, MEMBER, Open};
use crate::flows::{self, Derived, Hint, Taken, path_text};
use crate::lines;
use crate::renames::{self, Renamed};
use crate::three::{Three, same, three};
use crate::validity;
use crate::values::{self, Grain, Report, Side, Sides};

/// The merged bot. What is open stands in it, in the members `unresolved` of its flows and of bot.json.
#[derive(Clone, Debug)]
pub struct Merged {
    pub bot: Bot,
    /// What was taken over, by file.
    pub taken: Vec<(FilePath, Taken)>,
    /// Edits that nobody made, with their causes.
    pub derived: Vec<(FilePath, Derived)>,
    /// What a person may want to look at.
    pub hints: Vec<(FilePath, Hint)>,
}

impl Merged {
    /// Every open conflict, with its file and place.
    pub fn conflicts(&self) -> Vec<(FilePath, SmolStr, Conflict)> {
        open(&self.bot)
    }
}

/// Every open conflict of a bot.
pub fn open(bot: &Bot) -> Vec<(FilePath, SmolStr, Conflict)> {
    let of_bot = conflict::open_in_manifest(&bot.manifest)
        .into_iter()
        .map(|(place, one)| (SmolStr::new_static(MANIFEST_FILE), place, one));
    let of_flows = bot.flows.iter().flat_map(|(path, flow)| {
        conflict::open_in_flow(flow).into_iter().map(move |(place, one)| (path.clone(), place, one))
    });
    of_bot.chain(of_flows).collect()
}

/// The three states as they are compared: each node at the current version of its kind, and each thing under one name.
pub fn prepared(base: &Bot, ours: &Bot, theirs: &Bot, kinds: &Kinds) -> [Bot; 3] {
    prepare([base, ours, theirs], kinds).0
}

fn prepare(states: [&Bot; 3], kinds: &Kinds) -> ([Bot; 3], Renamed) {
    let [mut base, mut ours, mut theirs] = states.map(|bot| upgraded(bot, kinds));
    let renamed = renames::carry_through(&mut base, &mut ours, &mut theirs, kinds);
    ([base, ours, theirs], renamed)
}

pub fn merge(base: &Bot, ours: &Bot, theirs: &Bot, kinds: &Kinds) -> Merged {
    let ([base, mut ours, mut theirs], renamed) = prepare([base, ours, theirs], kinds);
    share(&base, &mut ours);
    share(&base, &mut theirs);
    let unsettled =
        conflict::unsettled([&base, &ours, &theirs].map(|bot| conflict::open_in_manifest(&bot.manifest)));
    let was_open = conflict::open_in_manifest(&base.manifest).into_iter();
    let mut work = Work {
        settled: was_open.filter(|(place, _)| unsettled.contains(place)).map(|(_, one)| one).collect(),
        base: &base,
        ours: &ours,
        theirs: &theirs,
        kinds,
        bot: Bot::default(),
        open: Open::new(),
        taken: Vec::new(),
        derived: Vec::new(),
        hints: Vec::new(),
        promised: BTreeSet::new(),
        unsettled,
    };
    work.manifest();
    work.flows();
    work.texts();
    work.settle_open();
    let Work { mut bot, mut taken, mut derived, hints, .. } = work;
    for (at, one) in renamed.taken {
        taken.push((at.file(&bot), one));
    }
    for (at, one) in renamed.derived {
        derived.push((at.file(&bot), one));
    }
    for one in &renamed.asked {
        one.ask(&mut bot, kinds);
    }
    validity::mark(&mut bot, &base, &ours, &theirs, kinds);
    Merged { bot, taken, derived, hints }
}

/// All nodes at the current version of their kinds, as far as there is a way.
fn upgraded(bot: &Bot, kinds: &Kinds) -> Bot {
    let mut bot = bot.clone();
    for flow in bot.flows.values_mut() {
        for node in flow.nodes.values_mut() {
            let newer = kinds.get(&node.kind).and_then(|descriptor| flow::upgrade::node(node, descriptor));
            if let Some(newer) = newer {
                *node = Arc::new(newer);
            }
        }
    }
    bot
}

/// Equal nodes become one in memory, so that a check knows what it has seen.
fn share(base: &Bot, side: &mut Bot) {
    for (path, flow) in &mut side.flows {
        let Some(known) = base.flows.get(path).filter(|known| known.id == flow.id) else { continue };
        let mut others = known.nodes.iter().peekable();
        for (id, node) in &mut flow.nodes {
            while others.next_if(|(other, _)| *other < id).is_some() {}
            if let Some((_, other)) = others.next_if(|(other, _)| *other == id)
                && same(other, node)
            {
                *node = other.clone();
            }
        }
    }
}

struct Work<'a> {
    base: &'a Bot,
    ours: &'a Bot,
    theirs: &'a Bot,
    kinds: &'a Kinds,
    bot: Bot,
    /// What is open in bot.json and between files.
    open: Open,
    taken: Vec<(FilePath, Taken)>,
    derived: Vec<(FilePath, Derived)>,
    hints: Vec<(FilePath, Hint)>,
    /// Files that a choice could bring.
    promised: BTreeSet<FilePath>,
    /// Places between files that are open in the base and equal to nothing.
    unsettled: BTreeSet<SmolStr>,
    /// What was open there.
    settled: Vec<Conflict>,
}

/// A flow of a bot, by its id; where an id stands for several flows, by the path as well.
type FlowKey = (Id, FilePath);

impl<'a> Work<'a> {
    fn took(&mut self, file: &FilePath, place: impl Into<SmolStr>, side: Side) {
        self.taken.push((file.clone(), Taken { place: place.into(), side }));
    }

    fn manifest(&mut self) {
        let sides = [self.base, self.ours, self.theirs].map(|bot| without_open(&bot.manifest));
        let [base, ours, theirs] = &sides;
        if base == ours && base == theirs {
            self.bot.manifest = Manifest(base.clone());
            return;
        }
        let unsettled = self.unsettled.clone();
        let mut report = InManifest { open: Open::new(), taken: Vec::new(), unsettled };
        let merged = values::members(&mut report, &mut Vec::new(), [base, ours, theirs], |name| match name {
            "channels" | "locales" => Grain::Names,
            "settings" | "secrets" => Grain::Table(0),
            "variables" => Grain::Table(1),
            _ => Grain::Plain,
        });
        self.open.extend(report.open);
        self.taken.extend(report.taken.into_iter().map(|taken| (SmolStr::new_static(MANIFEST_FILE), taken)));
        self.bot.manifest = Manifest(merged);
    }

    fn flows(&mut self) {
        let bots = [self.base, self.ours, self.theirs];
        let twice: BTreeSet<&Id> = bots.iter().flat_map(|bot| used_twice(bot)).collect();
        let tables = bots.map(|bot| by_id(bot, &twice));
        let keys: BTreeSet<&FlowKey> = tables.iter().flat_map(BTreeMap::keys).collect();
        for key in keys {
            let [base, ours, theirs] = tables.each_ref().map(|table| table.get(key).copied());
            self.flow(key, base, ours, theirs);
        }
    }

    fn flow(
        &mut self,
        key: &FlowKey,
        base: Option<Filed<'a>>,
        ours: Option<Filed<'a>>,
        theirs: Option<Filed<'a>>,
    ) {
        let place = match key {
            (id, path) if path.is_empty() => format_smolstr!("flows.{id}"),
            (_, path) => format_smolstr!("flows.{path}"),
        };
        match (base, ours, theirs) {
            (None, Some((path, flow)), None) | (None, None, Some((path, flow))) => {
                self.took(path, "file", if ours.is_some() { Side::Ours } else { Side::Theirs });
                self.put_flow(path, flow.clone());
            }
            (Some((path, was)), None, Some((kept_path, kept)))
            | (Some((path, was)), Some((kept_path, kept)), None) => {
                let is_unsettled = self.is_unsettled(&place, path);
                if same_but_for_places(was, kept) && path == kept_path && !is_unsettled {
                    self.took(path, "file", if ours.is_none() { Side::Ours } else { Side::Theirs });
                    return;
                }
                let what =
                    format!("The flow `{}` was deleted on one side and changed on the other.", was.name);
                let mut new = Conflict::new(Kind::File, None, what);
                let standing = self.put_flow(path, was.clone());
                let kept_path = self.path_to_be(key, &place, path, kept_path);
                let put = |path: &FilePath, flow: Option<&Flow>| Edit::Flow {
                    flow: path.clone(),
                    value: flow.map(|flow| Box::new(flow.clone())),
                };
                for (edits, side) in [(&mut new.ours, ours), (&mut new.theirs, theirs)] {
                    match side {
                        Some((side_path, flow)) if side_path == path => {
                            edits.push(put(&standing, Some(flow)))
                        }
                        Some((_, flow)) => {
                            edits.extend([put(&standing, None), put(&kept_path, Some(flow))]);
                        }
                        None => edits.push(put(&standing, None)),
                    }
                }
                self.open.insert(place, new);
            }
            (Some((path, _)), None, None) => self.took(path, "file", Side::Both),
            (None, None, None) => {}
            (base, Some((our_path, our)), Some((their_path, their))) => {
                let is_settled_apart = base.is_some_and(|(path, _)| self.is_unsettled(&place, path))
                    && (our_path != their_path || !same_but_for_places(our, their));
                if let (Some((path, was)), true) = (base, is_settled_apart) {
                    return self.settled_differently(
                        place,
                        (path, was),
                        (our_path, our),
                        (their_path, their),
                    );
                }
                let empty = Flow::default();
                let was = base.map_or(&empty, |(_, flow)| flow);
                let path = self.path(&place, base.map(|(path, _)| path), our_path, their_path);
                let between = self.settled.iter().flat_map(|one| {
                    let edits = one.ours.iter().chain(&one.theirs);
                    let here = edits.filter(|edit| base.is_some_and(|(path, _)| edit.file() == path));
                    here.map(|edit| (edit, one.kind))
                });
                let merged = flows::merge([was, our, their], between, self.kinds);
                self.taken.extend(merged.taken.into_iter().map(|taken| (path.clone(), taken)));
                self.derived.extend(merged.derived.into_iter().map(|derived| (path.clone(), derived)));
                self.hints.extend(merged.hints.into_iter().map(|hint| (path.clone(), hint)));
                self.put_flow(&path, merged.flow);
            }
        }
    }

    /// Was it open whether the flow is there, and is that settled on each side?
    fn is_unsettled(&self, place: &SmolStr, path: &FilePath) -> bool {
        let mut edits = self.settled.iter().flat_map(|one| one.ours.iter().chain(&one.theirs));
        self.unsettled.contains(place)
            || edits.any(|edit| matches!(edit, Edit::Flow { flow, .. } if flow == path))
    }

    /// Both sides made an end to a conflict about the flow as a whole, and not the same one.
    fn settled_differently(&mut self, place: SmolStr, base: Filed<'a>, ours: Filed<'a>, theirs: Filed<'a>) {
        let (path, was) = base;
        let what = format!("A conflict about the flow `{}` was settled differently on each side.", was.name);
        let standing = self.put_flow(path, was.clone());
        let mut new = Conflict::new(Kind::File, None, what);
        for (edits, (side_path, flow)) in [(&mut new.ours, ours), (&mut new.theirs, theirs)] {
            let to = if side_path == path { &standing } else { side_path };
            if *to != standing {
                edits.push(Edit::Flow { flow: standing.clone(), value: None });
            }
            edits.push(Edit::Flow { flow: to.clone(), value: Some(Box::new(flow.clone())) });
        }
        self.open.insert(place, new);
    }

    fn path(
        &mut self,
        place: &SmolStr,
        base: Option<&FilePath>,
        ours: &FilePath,
        theirs: &FilePath,
    ) -> FilePath {
        match three(&base, &Some(ours), &Some(theirs), false) {
            Three::Same(path) | Three::Took(path, _) => path.unwrap_or(ours).clone(),
            Three::Open => {
                let path = base.unwrap_or(ours.min(theirs)).clone();
                // Which file it is in changes nothing but the file's name; the earlier name is as good as the other.
                let (chosen, other) = (ours.min(theirs), ours.max(theirs));
                let how = if base.is_some() { "renamed to" } else { "added as" };
                let cause =
                    format!("The flow's file was {how} {chosen} and {other}; it has the first name now.");
                self.derived.push((path, Derived { place: place.clone(), cause }));
                chosen.clone()
            }
        }
    }

    /// Where a flow comes to be if it is chosen: not in a file that another flow is in, or could be.
    fn path_to_be(&mut self, key: &FlowKey, place: &SmolStr, was: &FilePath, wanted: &FilePath) -> FilePath {
        let states = [self.base, self.ours, self.theirs];
        let there = states.iter().filter_map(|bot| bot.flows.get(wanted));
        if wanted == was || there.clone().all(|flow| flow.id == key.0) {
            return wanted.clone();
        }
        let is_taken = |path: &FilePath| {
            self.promised.contains(path)
                || self.bot.flows.contains_key(path)
                || states.iter().any(|bot| bot.flows.contains_key(path))
        };
        let free = free_path(wanted, is_taken);
        let cause =
            format!("{wanted} is another flow's file; if this one is chosen, it comes to be in {free}.");
        self.derived.push((was.clone(), Derived { place: place.clone(), cause }));
        self.promised.insert(free.clone());
        free
    }

    /// Two flows may want one file: the second gets another name.
    fn put_flow(&mut self, path: &FilePath, flow: Flow) -> FilePath {
        let free = match self.bot.flows.contains_key(path) || self.promised.contains(path) {
            true => free_path(path, |path| self.bot.flows.contains_key(path) || self.promised.contains(path)),
            false => path.clone(),
        };
        if free != *path {
            let cause = format!("Another flow is in {path} already.");
            self.derived.push((free.clone(), Derived { place: "file".into(), cause }));
        }
        self.bot.flows.insert(free.clone(), flow);
        free
    }

    fn texts(&mut self) {
        let tables = [self.base, self.ours, self.theirs].map(|bot| &bot.texts);
        let paths: BTreeSet<&FilePath> = tables.iter().flat_map(|texts| texts.keys()).collect();
        for path in paths {
            let [base, ours, theirs] = tables.map(|texts| texts.get(path));
            let place = format_smolstr!("files.{path}");
            let merged = match three(&base, &ours, &theirs, self.unsettled.contains(&place)) {
                Three::Same(text) => text.cloned(),
                Three::Took(text, side) => {
                    self.took(path, "file", side);
                    text.cloned()
                }
                Three::Open => {
                    let by_line = match (base, ours, theirs) {
                        _ if self.unsettled.contains(&place) => None,
                        (Some(base), Some(ours), Some(theirs)) => lines::merge(base, ours, theirs),
                        _ => None,
                    };
                    if let Some(text) = by_line {
                        self.took(path, "file", Side::Mixed);
                        Some(Arc::from(text))
                    } else {
                        let mut new = Conflict::new(
                            Kind::File,
                            None,
                            text_words(path, base.is_some(), ours.is_some() && theirs.is_some()),
                        );
                        let put =
                            |text: Option<&Arc<str>>| Edit::File { path: path.clone(), text: text.cloned() };
                        new.ours.push(put(ours));
                        new.theirs.push(put(theirs));
                        self.open.insert(place, new);
                        base.cloned()
                    }
                }
            };
            if let Some(text) = merged {
                self.bot.texts.insert(path.clone(), text);
            }
        }
    }

    /// Writes what is open between files into bot.json, with what was open there before and nobody settled.
    fn settle_open(&mut self) {
        let [base, ours, theirs] =
            [self.base, self.ours, self.theirs].map(|bot| conflict::open_in_manifest(&bot.manifest));
        for (place, one) in ours.iter().chain(&theirs) {
            let settled =
                base.contains_key(place) && !(ours.contains_key(place) && theirs.contains_key(place));
            if !settled && !self.open.contains_key(place) {
                self.open.insert(place.clone(), one.clone());
            }
        }
        if let Some(open) = conflict::write(&self.open) {
            self.bot.manifest.0.insert(MEMBER, open);
        }
    }
}

fn free_path(path: &FilePath, is_taken: impl Fn(&FilePath) -> bool) -> FilePath {
    let stem = path.strip_suffix(".flow.json").unwrap_or(path);
    let mut names = (2..).map(|n| format_smolstr!("{stem}-{n}.flow.json"));
    names.find(|name| !is_taken(name)).unwrap_or_default()
}

type Filed<'a> = (&'a FilePath, &'a Flow);

fn by_id<'a>(bot: &'a Bot, twice: &BTreeSet<&Id>) -> BTreeMap<FlowKey, Filed<'a>> {
    let key = |path: &FilePath, flow: &Flow| {
        (flow.id.clone(), if twice.contains(&flow.id) { path.clone() } else { FilePath::default() })
    };
    bot.flows.iter().map(|(path, flow)| (key(path, flow), (path, flow))).collect()
}

fn used_twice(bot: &Bot) -> impl Iterator<Item = &Id> {
    let mut seen = BTreeSet::new();
    bot.flows.values().map(|flow| &flow.id).filter(move |id| !seen.insert(*id))
}

/// Where things stand is no reason to keep a flow.
fn same_but_for_places(one: &Flow, other: &Flow) -> bool {
    let bare = |flow: &Flow| Flow { layout: BTreeMap::new(), ..flow.clone() };
    bare(one) == bare(other)
}

fn without_open(manifest: &Manifest) -> Map {
    let mut map = manifest.0.clone();
    map.remove(MEMBER);
    map
}

struct InManifest {
    open: Open,
    taken: Vec<Taken>,
    unsettled: BTreeSet<SmolStr>,
}

impl Report for InManifest {
    fn took(&mut self, path: &[Seg], side: Side) {
        self.taken.push(Taken { place: path_text(path), side });
    }

    fn open(&mut self, path: &[Seg], sides: Sides<'_>) {
        let place = path_text(path);
        let mut new = Conflict::new(Kind::Edited, None, setting_words(path, sides.base.is_some()));
        let edit = |value: Option<&Value>| Edit::Manifest { path: path.to_vec(), value: value.cloned() };
        new.ours.push(edit(sides.ours));
        new.theirs.push(edit(sides.theirs));
        self.open.insert(place, new);
    }

    fn order(&mut self, _: &[Seg], _: &[SmolStr], _: &[SmolStr]) {}

    fn is_unsettled(&self, path: &[Seg]) -> bool {
        !self.unsettled.is_empty() && self.unsettled.contains(&path_text(path))
    }

    fn is_unsettled_within(&self, path: &[Seg]) -> bool {
        conflict::is_within(&self.unsettled, || path_text(path))
    }
}

fn text_words(path: &FilePath, was_there: bool, both_have_it: bool) -> String {
    match (was_there, both_have_it) {
        (false, _) => format!("Both sides added {path}, but not the same."),
        (_, true) => format!("{path} was changed differently on both sides."),
        _ => format!("{path} was deleted on one side and changed on the other."),
    }
}

fn setting_words(path: &[Seg], was_there: bool) -> String {
    let names: Vec<&str> = path
        .iter()
        .filter_map(|seg| if let Seg::Key(key) = seg { Some(key.as_str()) } else { None })
        .collect();
    let what = match names.as_slice() {
        ["variables", scope, name, ..] => format!("The variable {scope}.{name}"),
        ["settings", name, ..] => format!("The setting {name}"),
        ["secrets", name, ..] => format!("The secret {name}"),
        ["name"] => "The bot's name".into(),
        _ => format!("`{}` of the bot", path_text(path)),
    };
    let how = if was_there {
        "was changed differently on both sides"
    } else {
        "was added on both sides, but not the same"
    };
    format!("{what} {how}.")
}

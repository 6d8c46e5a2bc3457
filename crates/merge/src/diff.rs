//! What changed between two states of a bot, in terms of the bot: each change has a place, words for a person, and the edits that make it.

mod fields;

use std::collections::{BTreeMap, BTreeSet};

use flow::bot::SCOPES;
use flow::change::{FlowProp, MANIFEST_FILE, NodeProp};
use flow::{Bot, Change, Edit, FilePath, Flow, Id, Kinds, Node, Port, Seg, Value};
use serde::Serialize;
use smol_str::{SmolStr, format_smolstr};

use crate::flows::path_text;

/// Applied to the first bot, all edits in order make the second.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Diff {
    pub files: Vec<FileDiff>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileDiff {
    /// Where it is now, or was.
    pub path: FilePath,
    /// The flow's name, or the file's.
    pub name: SmolStr,
    pub state: State,
    pub changes: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Added,
    Removed,
    Renamed { from: FilePath },
    Changed,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    pub place: SmolStr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<Id>,
    pub what: What,
    pub words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    pub edits: Vec<Edit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    NodeAdded,
    NodeRemoved,
    KindChanged,
    Renamed,
    KeyChanged,
    GroupChanged,
    FieldChanged,
    ElementAdded,
    ElementRemoved,
    OrderChanged,
    Rewired,
    SignatureChanged,
    NoteChanged,
    BotChanged,
    FileChanged,
    Moved,
}

impl What {
    /// Changes that a run does not notice.
    pub fn is_cosmetic(self) -> bool {
        matches!(self, What::Moved | What::NoteChanged | What::GroupChanged | What::Renamed)
    }
}

impl Diff {
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub fn change(&self) -> Change {
        let edits = self.files.iter().flat_map(|file| &file.changes).flat_map(|item| &item.edits);
        // Files may take each other's places, so all that go make room first.
        let (gone, rest): (Vec<&Edit>, Vec<&Edit>) =
            edits.partition(|edit| matches!(edit, Edit::Flow { value: None, .. }));
        Change::new(gone.into_iter().chain(rest).cloned())
    }

    /// A line for a commit: `Welcome: 2 nodes added, Greet reworded`.
    pub fn summary(&self) -> String {
        let files = self.files.iter().map(|file| format!("{}: {}", file.name, file.summary()));
        files.collect::<Vec<_>>().join("; ")
    }
}

impl FileDiff {
    pub fn summary(&self) -> String {
        match &self.state {
            State::Added => return "added".into(),
            State::Removed => return "removed".into(),
            _ => {}
        }
        let count = |what: What| self.changes.iter().filter(|item| item.what == what).count();
        let counted = |what: What, one: &str, many: &str| match count(what) {
            0 => None,
            1 => Some(one.to_string()),
            n => Some(many.replace('#', &n.to_string())),
        };
        let mut parts: Vec<String> = Vec::new();
        parts.extend(counted(What::NodeAdded, "1 node added", "# nodes added"));
        parts.extend(counted(What::NodeRemoved, "1 node removed", "# nodes removed"));
        let plain: Vec<&Item> = self
            .changes
            .iter()
            .filter(|item| !matches!(item.what, What::NodeAdded | What::NodeRemoved | What::Moved))
            .collect();
        parts.extend(plain.iter().take(3).map(|item| item.words.clone()));
        if plain.len() > 3 {
            let more = plain.len() - 3;
            parts.push(format!("{more} more {}", if more == 1 { "change" } else { "changes" }));
        }
        if parts.is_empty() {
            parts.push(match count(What::Moved) {
                0 => "renamed".into(),
                1 => "1 node moved".into(),
                n => format!("{n} nodes moved"),
            });
        }
        parts.join(", ")
    }
}

/// Flows are paired by id; where an id stands for several flows, by path.
pub fn diff(before: &Bot, after: &Bot, kinds: &Kinds) -> Diff {
    let mut files = Vec::new();
    manifest(before, after, &mut files);
    let unique = |bot: &Bot, id: &Id| bot.flows.values().filter(|flow| flow.id == *id).count() == 1;
    let mut paired: BTreeSet<&FilePath> = BTreeSet::new();
    let mut added: Vec<FileDiff> = Vec::new();
    let mut kept: Vec<(&FilePath, &Flow, &FilePath, &Flow)> = Vec::new();
    for (path, flow) in &after.flows {
        let by_id =
            before.flow_by_id(&flow.id).filter(|_| unique(before, &flow.id) && unique(after, &flow.id));
        let old = by_id.or_else(|| before.flows.get_key_value(path).filter(|(_, old)| old.id == flow.id));
        match old {
            Some((old_path, old)) => {
                paired.insert(old_path);
                kept.push((old_path, old, path, flow));
            }
            None => added.push(whole_flow(path, Some(flow))),
        }
    }
    // What goes makes room for what comes.
    for (path, _) in before.flows.iter().filter(|(path, _)| !paired.contains(path)) {
        let mut gone = whole_flow(path, None);
        gone.name = before.flows[path].name.clone();
        files.push(gone);
    }
    let moved = kept.iter().filter(|(old_path, _, path, _)| old_path != path);
    let mut moves: Vec<FileDiff> = Vec::new();
    for (old_path, _, path, flow) in moved {
        let mut item = file_item(path, &format!("moved from {old_path}"));
        item.edits.push(Edit::Flow { flow: (*old_path).clone(), value: None });
        let state = State::Renamed { from: (*old_path).clone() };
        moves.push(FileDiff { path: (*path).clone(), name: flow.name.clone(), state, changes: vec![item] });
    }
    files.append(&mut moves);
    for (old_path, old, path, flow) in kept {
        if old_path != path {
            // The old file went above; the new one comes whole.
            let put = Edit::Flow { flow: path.clone(), value: Some(Box::new(flow.clone())) };
            if let Some(known) =
                files.iter_mut().find(|file| file.path == *path && file.state != State::Removed)
            {
                known.changes.extend(
                    flow_changes(old, flow, path, kinds)
                        .into_iter()
                        .map(|item| Item { edits: Vec::new(), ..item }),
                );
                known.changes[0].edits.push(put);
            }
            continue;
        }
        let changes = flow_changes(old, flow, path, kinds);
        if !changes.is_empty() {
            files.push(FileDiff {
                path: path.clone(),
                name: flow.name.clone(),
                state: State::Changed,
                changes,
            });
        }
    }
    files.append(&mut added);
    texts(before, after, &mut files);
    Diff { files }
}

fn whole_flow(path: &FilePath, flow: Option<&Flow>) -> FileDiff {
    let (state, words) = if flow.is_some() { (State::Added, "added") } else { (State::Removed, "removed") };
    let mut item = file_item(path, words);
    item.edits.push(Edit::Flow { flow: path.clone(), value: flow.map(|flow| Box::new(flow.clone())) });
    FileDiff {
        path: path.clone(),
        name: flow.map_or_else(|| path.clone(), |flow| flow.name.clone()),
        state,
        changes: vec![item],
    }
}

fn file_item(path: &FilePath, words: &str) -> Item {
    Item {
        place: "file".into(),
        node: None,
        what: What::FileChanged,
        words: format!("{path} {words}"),
        before: None,
        after: None,
        edits: Vec::new(),
    }
}

fn manifest(before: &Bot, after: &Bot, files: &mut Vec<FileDiff>) {
    let mut changes = Vec::new();
    let mut found = fields::Found::default();
    fields::members(
        &before.manifest.0,
        &after.manifest.0,
        &mut Vec::new(),
        &|_| fields::Grain::Plain,
        &mut found,
    );
    for change in found.changes {
        let words = variable_words(&change.path, change.before.is_some(), change.after.is_some())
            .unwrap_or_else(|| format!("{} changed", path_text(&change.path)));
        changes.push(Item {
            place: path_text(&change.path),
            node: None,
            what: What::BotChanged,
            words,
            edits: vec![Edit::Manifest { path: change.path, value: change.after.clone() }],
            before: change.before,
            after: change.after,
        });
    }
    if !changes.is_empty() {
        let path = SmolStr::new_static(MANIFEST_FILE);
        files.push(FileDiff { name: path.clone(), path, state: State::Changed, changes });
    }
}

fn variable_words(path: &[Seg], was: bool, is: bool) -> Option<String> {
    let [Seg::Key(member), Seg::Key(scope), Seg::Key(name)] = path else { return None };
    if member != "variables" || !SCOPES.contains(&scope.as_str()) {
        return None;
    }
    let how = match (was, is) {
        (false, _) => "added",
        (_, false) => "removed",
        _ => "changed",
    };
    Some(format!("variable {scope}.{name} {how}"))
}

fn texts(before: &Bot, after: &Bot, files: &mut Vec<FileDiff>) {
    let paths: BTreeSet<&FilePath> = before.texts.keys().chain(after.texts.keys()).collect();
    for path in paths {
        let (old, new) = (before.texts.get(path), after.texts.get(path));
        if old == new {
            continue;
        }
        let (state, words) = match (old, new) {
            (None, _) => (State::Added, "added"),
            (_, None) => (State::Removed, "removed"),
            _ => (State::Changed, "changed"),
        };
        let mut item = file_item(path, words);
        item.edits.push(Edit::File { path: path.clone(), text: new.cloned() });
        files.push(FileDiff { path: path.clone(), name: path.clone(), state, changes: vec![item] });
    }
}

fn flow_changes(before: &Flow, after: &Flow, path: &FilePath, kinds: &Kinds) -> Vec<Item> {
    let mut items = Vec::new();
    frame(before, after, path, &mut items);
    let ids: BTreeSet<&Id> = before.nodes.keys().chain(after.nodes.keys()).collect();
    for id in ids {
        match (before.nodes.get(id), after.nodes.get(id)) {
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) => node(id, old, new, after, path, kinds, &mut items),
            (old, new) => {
                let (what, how) =
                    if new.is_some() { (What::NodeAdded, "added") } else { (What::NodeRemoved, "removed") };
                let shown = new.or(old).map(|node| called(id, node, kinds)).unwrap_or_default();
                let edit = Edit::Node {
                    flow: path.clone(),
                    id: id.clone(),
                    node: new.map(|node| Node::clone(node)),
                };
                items.push(Item {
                    place: format_smolstr!("nodes.{id}"),
                    node: Some(id.clone()),
                    what,
                    words: format!("{shown} {how}"),
                    before: None,
                    after: None,
                    edits: vec![edit],
                });
            }
        }
    }
    tables(before, after, path, kinds, &mut items);
    items
}

fn frame(before: &Flow, after: &Flow, path: &FilePath, items: &mut Vec<Item>) {
    let mut put =
        |prop: FlowProp, place: &str, words: String, what: What, old: Option<Value>, new: Option<Value>| {
            if old != new {
                let edit = Edit::FlowProp { flow: path.clone(), prop, value: new.clone() };
                items.push(Item {
                    place: place.into(),
                    node: None,
                    what,
                    words,
                    before: old,
                    after: new,
                    edits: vec![edit],
                });
            }
        };
    let text = |text: &SmolStr| Some(Value::String(text.clone()));
    let map = |map: &flow::Map| Some(Value::Object(map.clone()));
    put(
        FlowProp::Name,
        "name",
        format!("renamed to {}", after.name),
        What::Renamed,
        text(&before.name),
        text(&after.name),
    );
    put(
        FlowProp::Id,
        "id",
        format!("id changed to {}", after.id),
        What::FileChanged,
        text(&before.id),
        text(&after.id),
    );
    let inputs = "inputs changed".into();
    put(FlowProp::Inputs, "inputs", inputs, What::SignatureChanged, map(&before.inputs), map(&after.inputs));
    let outputs = "outputs changed".into();
    put(
        FlowProp::Outputs,
        "outputs",
        outputs,
        What::SignatureChanged,
        map(&before.outputs),
        map(&after.outputs),
    );
    let extra = "unknown members changed".into();
    put(FlowProp::Extra, "extra", extra, What::FileChanged, map(&before.extra), map(&after.extra));
    let open =
        if after.unresolved.is_some() { "conflicts opened or settled" } else { "all conflicts settled" };
    let (old, new) = (before.unresolved.clone(), after.unresolved.clone());
    put(FlowProp::Unresolved, "unresolved", open.into(), What::FileChanged, old, new);
}

fn node(
    id: &Id,
    old: &Node,
    new: &Node,
    after: &Flow,
    path: &FilePath,
    kinds: &Kinds,
    items: &mut Vec<Item>,
) {
    let shown = called(id, new, kinds);
    let mut put = |place: &str,
                   what: What,
                   words: String,
                   before: Option<Value>,
                   after: Option<Value>,
                   edits: Vec<Edit>| {
        let place = format_smolstr!("nodes.{id}.{place}");
        items.push(Item {
            place,
            node: Some(id.clone()),
            what,
            words: format!("{shown} {words}"),
            before,
            after,
            edits,
        });
    };
    let prop = |prop: NodeProp, value: Option<Value>| Edit::Prop {
        flow: path.clone(),
        node: id.clone(),
        prop,
        value,
    };
    if (&old.kind, old.v) != (&new.kind, new.v) {
        let (was, is) = (Value::String(old.kind.clone()), Value::String(new.kind.clone()));
        let edits =
            vec![prop(NodeProp::Kind, Some(is.clone())), prop(NodeProp::V, Some(Value::int(new.v.into())))];
        let words = format!("became {}", kinds.get(&new.kind).map_or(new.kind.as_str(), |kind| kind.title));
        put("kind", What::KindChanged, words, Some(was), Some(is), edits);
    }
    let names = [
        ("name", NodeProp::Name, What::Renamed, &old.name, &new.name),
        ("key", NodeProp::Key, What::KeyChanged, &old.key, &new.key),
        ("group", NodeProp::Group, What::GroupChanged, &old.group, &new.group),
    ];
    for (place, slot, what, was, is) in names {
        if was != is {
            let value = |text: &Option<SmolStr>| text.clone().map(Value::String);
            let words = match (what, was, is) {
                (What::Renamed, Some(was), _) => format!("renamed (was {was})"),
                (What::GroupChanged, _, Some(group)) => {
                    format!(
                        "put into {}",
                        after.groups.get(group).map_or(group.as_str(), |group| group.title.as_str())
                    )
                }
                (What::GroupChanged, _, None) => "taken out of its group".into(),
                _ => format!("{place} changed"),
            };
            put(place, what, words, value(was), value(is), vec![prop(slot, value(is))]);
        }
    }
    if old.extra != new.extra {
        let value = Some(Value::Object(new.extra.clone()));
        put(
            "extra",
            What::FieldChanged,
            "unknown members changed".into(),
            None,
            None,
            vec![prop(NodeProp::Extra, value)],
        );
    }
    let descriptor = kinds.get(&new.kind);
    let mut found = fields::Found::default();
    let grain = |name: &str| {
        descriptor.and_then(|known| known.field(name)).map_or(fields::Grain::Plain, fields::Grain::Field)
    };
    fields::members(&old.fields, &new.fields, &mut Vec::new(), &grain, &mut found);
    for change in found.changes {
        let (what, words) = change.words(descriptor.map(AsRef::as_ref), &old.fields, &new.fields);
        let place = format!("fields.{}", path_text(&change.path));
        let (before, after) = (change.before.clone(), change.after.clone());
        let edits = change.edits(path, id);
        put(&place, what, words, before, after, edits);
    }
    let ports: BTreeSet<&SmolStr> = old.next.keys().chain(new.next.keys()).collect();
    for port in ports {
        let (was, is) = (old.next.get(port), new.next.get(port));
        if was == is {
            continue;
        }
        let target = |target: &Id| {
            after.nodes.get(target).map_or_else(|| target.to_string(), |node| called(target, node, kinds))
        };
        let words = match is {
            Some(is) => format!("leads to {}{}", target(is), by(port, new, kinds)),
            None => format!("leads nowhere{}", by(port, old, kinds)),
        };
        let edit = Edit::Wire { flow: path.clone(), node: id.clone(), port: port.clone(), to: is.cloned() };
        let value = |target: Option<&Id>| target.cloned().map(Value::String);
        put(&format!("next.{port}"), What::Rewired, words, value(was), value(is), vec![edit]);
    }
}

fn tables(before: &Flow, after: &Flow, path: &FilePath, kinds: &Kinds, items: &mut Vec<Item>) {
    let mut put = |place: SmolStr, what: What, words: String, edit: Edit| {
        items.push(Item { place, node: None, what, words, before: None, after: None, edits: vec![edit] });
    };
    let how = |was: bool, is: bool| match (was, is) {
        (false, _) => "added",
        (_, false) => "removed",
        _ => "changed",
    };
    let ids: BTreeSet<&Id> = before.groups.keys().chain(after.groups.keys()).collect();
    for id in ids {
        let (was, is) = (before.groups.get(id), after.groups.get(id));
        if was != is {
            let title = is.or(was).map(|group| group.title.clone()).unwrap_or_default();
            let edit = Edit::Group { flow: path.clone(), id: id.clone(), group: is.cloned() };
            let words = format!("group {title} {}", how(was.is_some(), is.is_some()));
            put(format_smolstr!("groups.{id}"), What::GroupChanged, words, edit);
        }
    }
    let ids: BTreeSet<&Id> = before.notes.keys().chain(after.notes.keys()).collect();
    for id in ids {
        let (was, is) = (before.notes.get(id), after.notes.get(id));
        if was != is {
            let edit = Edit::Note { flow: path.clone(), id: id.clone(), note: is.cloned() };
            let words = format!("a note {}", how(was.is_some(), is.is_some()));
            put(format_smolstr!("notes.{id}"), What::NoteChanged, words, edit);
        }
    }
    places(before, after, path, kinds, items);
}

fn places(before: &Flow, after: &Flow, path: &FilePath, kinds: &Kinds, items: &mut Vec<Item>) {
    // What comes or goes does so with its place.
    let comes_or_goes = |item: &Item| match item.what {
        What::NodeAdded | What::NodeRemoved | What::GroupChanged | What::NoteChanged => {
            ["nodes.", "groups.", "notes."]
                .iter()
                .find_map(|table| item.place.strip_prefix(table))
                .map(Id::new)
        }
        _ => None,
    };
    let whole: BTreeMap<Id, usize> =
        items.iter().enumerate().filter_map(|(place, item)| Some((comes_or_goes(item)?, place))).collect();
    let ids: BTreeSet<&Id> = before.layout.keys().chain(after.layout.keys()).collect();
    for id in ids {
        let (was, is) = (before.layout.get(id), after.layout.get(id));
        if was == is {
            continue;
        }
        let edit = Edit::Place { flow: path.clone(), id: id.clone(), place: is.copied() };
        if let Some(&place) = whole.get(id) {
            items[place].edits.push(edit);
            continue;
        }
        let shown = after.nodes.get(id).map_or_else(
            || after.groups.get(id).map_or_else(|| "a note".into(), |group| format!("group {}", group.title)),
            |node| called(id, node, kinds),
        );
        let place = format_smolstr!("layout.{id}");
        let words = format!("{shown} moved");
        items.push(Item {
            place,
            node: None,
            what: What::Moved,
            words,
            before: None,
            after: None,
            edits: vec![edit],
        });
    }
}

/// By which output, where a node has several.
fn by(port: &str, node: &Node, kinds: &Kinds) -> String {
    let ports = kinds.get(&node.kind).map(|kind| kind.ports.as_slice()).unwrap_or_default();
    let label = ports.iter().find_map(|known| match known {
        Port::Fixed { id, label, .. } if *id == port => Some((*label).to_string()),
        Port::Each { field, label, .. } => {
            let items = node.fields.get(field)?.as_array()?;
            let element = items.iter().find(|item| item.id() == Some(port))?;
            Some(element.as_object()?.get(label)?.as_str()?.to_string())
        }
        Port::Fixed { .. } => None,
    });
    match label {
        Some(_) if port == "out" => String::new(),
        Some(label) => format!(" by `{label}`"),
        None => format!(" by `{port}`"),
    }
}

/// How a person knows the node: its name, or its kind.
fn called(id: &Id, node: &Node, kinds: &Kinds) -> String {
    match (&node.name, kinds.get(&node.kind)) {
        (Some(name), _) => name.to_string(),
        (None, Some(kind)) => format!("{} ({id})", kind.title),
        (None, None) => id.to_string(),
    }
}

//! A conflict is data: what each side wants, as edits on the flow as it stands in the meantime.

use std::collections::BTreeSet;

use flow::change::MANIFEST_FILE;
use flow::{Bot, Edit, FilePath, Flow, Id, Manifest, Map, Value};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
/// In the order of precedence: of overlapping conflicts the first names the whole.
pub enum Kind {
    /// K18: a side's file could not be read.
    Unreadable,
    /// K14: a version that is not known here.
    Version,
    /// K17: a file was renamed, deleted or edited differently.
    File,
    /// K2: one side changed what the other deleted.
    EditedAndDeleted,
    /// K6: both sides added something under one id.
    AddedTwice,
    /// K13: one side changed the kind of a node that the other edited.
    KindChanged,
    /// K3: a wire leads to something that the other side deleted.
    WireToDeleted,
    /// K4: one output was wired to two targets.
    WiredTwice,
    /// K5: one side removed a wire that the other led elsewhere.
    RewiredAndRemoved,
    /// K8: groups.
    Groups,
    /// K9: the order of a list.
    Order,
    /// K10: a renamed thing is used by its old name, or renamed twice.
    Renamed,
    /// K11: both sides claim the same command, route or name.
    Claimed,
    /// K12: a flow's inputs changed while the other side called it.
    Signature,
    /// K1: both sides set one property.
    Edited,
    /// K16: well-formed, but with errors that neither side had.
    Invalid,
}

impl Kind {
    /// Found by looking at the result as a whole.
    pub(crate) fn is_judged(self) -> bool {
        matches!(self, Kind::Renamed | Kind::Claimed | Kind::Signature | Kind::Invalid)
    }
}

/// What is open at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    pub kind: Kind,
    /// The node it stands at, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<Id>,
    /// One sentence for a person.
    pub what: String,
    /// What makes the flow as ours has it here. The flow that it stands in is left empty, since a file may be renamed.
    pub ours: Vec<Edit>,
    pub theirs: Vec<Edit>,
    /// Both, ours first and theirs first, where that makes sense.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub both: Vec<Vec<Edit>>,
    /// The other place of a conflict between two files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    Ours,
    Theirs,
    /// As it was before either side, which is how it stands.
    Base,
    OursThenTheirs,
    TheirsThenOurs,
    /// What a person made of it.
    Custom(Vec<Edit>),
}

/// The member of bot.json and of flows that holds what is open, by a name for the place.
pub const MEMBER: &str = "unresolved";

pub type Open = std::collections::BTreeMap<SmolStr, Conflict>;

/// The open conflicts of a flow. What cannot be read as one is left out.
pub fn open_in_flow(flow: &Flow) -> Open {
    flow.unresolved.as_ref().map(read).unwrap_or_default()
}

pub fn open_in_manifest(manifest: &Manifest) -> Open {
    manifest.0.get(MEMBER).map(read).unwrap_or_default()
}

/// The places that were open in the base and that both sides settled, each for itself: nothing there counts as 'unchanged'.
/// Where one side left it open, the other's answer stands.
pub(crate) fn unsettled([base, ours, theirs]: [Open; 3]) -> BTreeSet<SmolStr> {
    base.into_keys().filter(|place| !ours.contains_key(place) && !theirs.contains_key(place)).collect()
}

/// Is one of these places the place, or inside it?
pub(crate) fn is_within(places: &BTreeSet<SmolStr>, place: impl FnOnce() -> SmolStr) -> bool {
    if places.is_empty() {
        return false;
    }
    let place = place();
    places.iter().any(|one| {
        one.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// The open conflicts of one file of a bot.
pub(crate) fn open_in_file(bot: &Bot, file: &str) -> Option<Open> {
    if file == MANIFEST_FILE {
        return Some(open_in_manifest(&bot.manifest));
    }
    bot.flows.get(file).map(open_in_flow)
}

pub(crate) fn put(bot: &mut Bot, file: &str, place: SmolStr, one: Conflict) {
    let mut open = open_in_file(bot, file).unwrap_or_default();
    open.insert(place, one);
    set(bot, file, &open);
}

pub(crate) fn close(bot: &mut Bot, file: &str, place: &str) {
    let mut open = open_in_file(bot, file).unwrap_or_default();
    open.remove(place);
    set(bot, file, &open);
}

fn set(bot: &mut Bot, file: &str, open: &Open) {
    if file != MANIFEST_FILE {
        if let Some(flow) = bot.flows.get_mut(file) {
            flow.unresolved = write(open);
        }
        return;
    }
    match write(open) {
        Some(open) => drop(bot.manifest.0.insert(MEMBER, open)),
        None => drop(bot.manifest.0.remove(MEMBER)),
    }
}

pub(crate) fn write(open: &Open) -> Option<Value> {
    let entries = open.iter().map(|(place, conflict)| (place.clone(), to_value(conflict)));
    (!open.is_empty()).then(|| Value::Object(entries.collect()))
}

fn read(value: &Value) -> Open {
    let entries = value.as_object().map(Map::entries).unwrap_or_default();
    entries.iter().filter_map(|(place, entry)| Some((place.clone(), from_value(entry)?))).collect()
}

fn to_value(conflict: &Conflict) -> Value {
    // Plain data with string keys: it always has a JSON form.
    serde_json::to_value(conflict).map(from_json).unwrap_or_default()
}

fn from_value(value: &Value) -> Option<Conflict> {
    serde_json::from_value(to_json(value)?).ok()
}

// The JSON is kept as it is: what stands for a number in it is read by whoever reads the edits.

fn from_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(b),
        serde_json::Value::Number(n) => Value::Number(n.to_string().into()),
        serde_json::Value::String(s) => Value::String(s.into()),
        serde_json::Value::Array(items) => Value::Array(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(members) => {
            Value::Object(members.into_iter().map(|(key, value)| (key.into(), from_json(value))).collect())
        }
    }
}

fn to_json(value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Number(literal) => serde_json::Value::Number(literal.parse().ok()?),
        Value::String(s) => s.as_str().into(),
        Value::Array(items) => serde_json::Value::Array(items.iter().map(to_json).collect::<Option<_>>()?),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| Some((key.to_string(), to_json(value)?)));
            serde_json::Value::Object(members.collect::<Option<_>>()?)
        }
    })
}

impl Conflict {
    pub fn new(kind: Kind, node: Option<&Id>, what: impl Into<String>) -> Conflict {
        Conflict {
            kind,
            node: node.cloned(),
            what: what.into(),
            ours: Vec::new(),
            theirs: Vec::new(),
            both: Vec::new(),
            beside: None,
        }
    }

    /// The edits of a choice, at the flow's path.
    pub fn edits(&self, choice: &Choice, path: &FilePath) -> Option<Vec<Edit>> {
        let edits = match choice {
            Choice::Ours => &self.ours,
            Choice::Theirs => &self.theirs,
            Choice::Base => return Some(Vec::new()),
            Choice::OursThenTheirs => self.both.first()?,
            Choice::TheirsThenOurs => self.both.get(1)?,
            Choice::Custom(edits) => edits,
        };
        Some(edits.iter().map(|edit| at_path(edit.clone(), path)).collect())
    }
}

/// An edit that names no flow as an edit of this one.
pub(crate) fn at_path(mut edit: Edit, path: &FilePath) -> Edit {
    if let Some(flow) = edit.flow_mut().filter(|flow| flow.is_empty()) {
        *flow = path.clone();
    }
    edit
}

/// The other way round: edits of the flow that a conflict stands in name no flow.
pub(crate) fn at_home(mut edit: Edit, path: &FilePath) -> Edit {
    if let Some(flow) = edit.flow_mut().filter(|flow| *flow == path) {
        *flow = FilePath::default();
    }
    edit
}

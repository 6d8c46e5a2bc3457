//! Merging one flow: nodes by id, their fields by what their kind says, wires by output, and then what no longer fits together.

mod alike;
mod groups;
mod layout;
mod nodes;
mod wires;

use std::collections::{BTreeMap, BTreeSet};

use flow::change::{FlowProp, NodeProp};
use flow::{Edit, FilePath, Flow, Id, Kinds, Map, Seg, Value};
use smol_str::{SmolStr, format_smolstr};

use crate::conflict::{self, Conflict, Kind, Open};
use crate::three::Three;
use crate::three::three;
use crate::values::{self, Grain, Report, Side, Sides};

/// What the merge did by itself, for those who want to know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    pub place: SmolStr,
    pub side: Side,
}

/// An edit that nobody made, with its cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    pub place: SmolStr,
    pub cause: String,
}

/// Nothing to decide, but worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub places: Vec<SmolStr>,
    pub what: String,
}

pub struct Merged {
    pub flow: Flow,
    pub taken: Vec<Taken>,
    pub derived: Vec<Derived>,
    pub hints: Vec<Hint>,
}

/// Merges three states of one flow. The base may be empty when both sides added it. `between`: what conflicts between files, that each side
/// made an end to, decided here.
pub fn merge<'c>(
    [base, ours, theirs]: [&Flow; 3],
    between: impl IntoIterator<Item = (&'c Edit, Kind)>,
    kinds: &Kinds,
) -> Merged {
    let mut unsettled = unsettled(base, ours, theirs);
    unsettled.extend(between.into_iter().filter_map(|(edit, kind)| decided(edit, kind, ours, theirs)));
    let mut work = Work {
        base,
        ours,
        theirs,
        kinds,
        flow: Flow { id: base.id.clone(), ..Flow::default() },
        open: Open::new(),
        taken: Vec::new(),
        derived: Vec::new(),
        hints: Vec::new(),
        unsettled,
        contested: BTreeMap::new(),
        gone: BTreeSet::new(),
        held_wires: BTreeSet::new(),
    };
    if work.flow.id.is_empty() {
        work.flow.id = ours.id.clone();
    }
    work.frame();
    work.nodes();
    work.wires();
    work.groups();
    work.notes();
    work.layout();
    work.standing_open();
    work.alike();
    work.flow.unresolved = conflict::write(&work.open);
    Merged { flow: work.flow, taken: work.taken, derived: work.derived, hints: work.hints }
}

struct Work<'a> {
    base: &'a Flow,
    ours: &'a Flow,
    theirs: &'a Flow,
    kinds: &'a Kinds,
    flow: Flow,
    open: Open,
    taken: Vec<Taken>,
    derived: Vec<Derived>,
    hints: Vec<Hint>,
    /// Places at which the base itself is open, and equal to nothing.
    unsettled: BTreeSet<SmolStr>,
    /// Nodes whose being there is open, with the side that has them not, if one has not.
    contested: BTreeMap<Id, Option<Side>>,
    /// Nodes of any state that the result has not.
    gone: BTreeSet<Id>,
    /// Wires that are open with the output that they leave by.
    held_wires: BTreeSet<(Id, SmolStr)>,
}

/// The path that edits inside a conflict carry.
const HERE: FilePath = SmolStr::new_static("");

impl Work<'_> {
    fn took(&mut self, place: impl Into<SmolStr>, side: Side) {
        self.taken.push(Taken { place: place.into(), side });
    }

    /// Opens a conflict, or joins the one that stands at the place already.
    fn conflict(&mut self, place: SmolStr, new: Conflict) {
        match self.open.get_mut(&place) {
            None => drop(self.open.insert(place, new)),
            Some(known) => {
                if new.kind < known.kind {
                    known.kind = new.kind;
                    known.what = new.what;
                }
                known.ours.extend(new.ours);
                known.theirs.extend(new.theirs);
                known.both.clear();
            }
        }
    }

    fn is_unsettled(&self, place: &str) -> bool {
        !self.unsettled.is_empty() && self.unsettled.contains(place)
    }

    fn frame(&mut self) {
        let unsettled = self.is_unsettled("name");
        match three(&self.base.name, &self.ours.name, &self.theirs.name, unsettled) {
            Three::Same(name) => self.flow.name = name,
            Three::Took(name, side) => {
                self.flow.name = name;
                self.took("name", side);
            }
            Three::Open => {
                self.flow.name = self.base.name.clone();
                let edit = |name: &SmolStr| Edit::FlowProp {
                    flow: HERE,
                    prop: FlowProp::Name,
                    value: Some(Value::String(name.clone())),
                };
                let what =
                    format!("The flow was renamed to `{}` and to `{}`.", self.ours.name, self.theirs.name);
                let mut new = Conflict::new(Kind::Edited, None, what);
                new.ours.push(edit(&self.ours.name));
                new.theirs.push(edit(&self.theirs.name));
                self.conflict("name".into(), new);
            }
        }
        for (place, prop) in
            [("inputs", FlowProp::Inputs), ("outputs", FlowProp::Outputs), ("extra", FlowProp::Extra)]
        {
            let of = |flow: &Flow| match prop {
                FlowProp::Inputs => flow.inputs.clone(),
                FlowProp::Outputs => flow.outputs.clone(),
                _ => flow.extra.clone(),
            };
            let picks = self.plain_map(place, [&of(self.base), &of(self.ours), &of(self.theirs)]);
            if picks.open {
                let edit =
                    |map: &Map| Edit::FlowProp { flow: HERE, prop, value: Some(Value::Object(map.clone())) };
                let mut new = Conflict::new(
                    Kind::Edited,
                    None,
                    format!("The flow's {place} were changed differently."),
                );
                new.ours.push(edit(&picks.ours));
                new.theirs.push(edit(&picks.theirs));
                self.conflict(place.into(), new);
            }
            match prop {
                FlowProp::Inputs => self.flow.inputs = picks.standing,
                FlowProp::Outputs => self.flow.outputs = picks.standing,
                _ => self.flow.extra = picks.standing,
            }
        }
    }

    /// A map of which nothing is known, with what each side would make of its open members.
    fn plain_map(&mut self, place: &str, [base, ours, theirs]: [&Map; 3]) -> crate::three::Picks<Map> {
        if base == ours && base == theirs {
            return crate::three::Picks::new(base.clone());
        }
        let mut report = Whole { opened: Vec::new(), taken: Vec::new(), unsettled: self.is_unsettled(place) };
        let merged = values::members(&mut report, &mut Vec::new(), [base, ours, theirs], |_| Grain::Plain);
        let mut picks = crate::three::Picks::new(merged);
        picks.open = !report.opened.is_empty();
        for path in &report.opened {
            // Whole members are picked; that is as fine as a person can judge what nobody knows.
            let Some(Seg::Key(key)) = path.first() else { continue };
            let pick = |into: &mut Map, from: &Map| match from.get(key) {
                Some(value) => drop(into.insert(key.clone(), value.clone())),
                None => drop(into.remove(key)),
            };
            pick(&mut picks.standing, base);
            pick(&mut picks.ours, ours);
            pick(&mut picks.theirs, theirs);
        }
        for (path, side) in report.taken {
            self.took(format_smolstr!("{place}.{}", path_text(&path)), side);
        }
        picks
    }

    /// Conflicts that were open before and that nobody touched stay open; what one side settled is settled.
    fn standing_open(&mut self) {
        let sides = [self.base, self.ours, self.theirs].map(conflict::open_in_flow);
        let places: BTreeSet<&SmolStr> = sides.iter().flat_map(BTreeMap::keys).collect();
        for place in places {
            let [base, ours, theirs] = sides.each_ref().map(|open| open.get(place));
            let stays = match (ours, theirs) {
                (Some(ours), Some(theirs)) if ours == theirs => Some(ours),
                (Some(ours), theirs) if theirs == base => Some(ours),
                (ours, Some(theirs)) if ours == base => Some(theirs),
                // Open on one side, settled on the other, and not the same as before.
                (Some(one), _) | (_, Some(one)) if base.is_none() => Some(one),
                _ => None,
            };
            if let Some(stays) = stays
                && !self.open.contains_key(place)
            {
                self.open.insert(place.clone(), stays.clone());
            }
        }
    }
}

/// Places at which the base itself is open, and equal to nothing.
fn unsettled(base: &Flow, ours: &Flow, theirs: &Flow) -> BTreeSet<SmolStr> {
    let mut places = conflict::unsettled([base, ours, theirs].map(conflict::open_in_flow));
    if places.is_empty() {
        return places;
    }
    let settled = conflict::open_in_flow(base).into_iter().filter(|(place, _)| places.contains(place));
    for (_, open) in settled.collect::<Vec<_>>() {
        let here = open.ours.iter().chain(&open.theirs).filter(|edit| edit.file().is_empty());
        places.extend(here.filter_map(|edit| decided(edit, open.kind, ours, theirs)));
    }
    places
}

/// What a conflict about something else decided too: where wires lead, who is in a group, what came back. What was wrong at one node may
/// have been mended at another.
fn decided(edit: &Edit, kind: Kind, ours: &Flow, theirs: &Flow) -> Option<SmolStr> {
    let differs = |id: &Id| ours.nodes.get(id) != theirs.nodes.get(id);
    match edit {
        Edit::Wire { node, port, .. } => Some(wires::wire_place(node, port)),
        Edit::Insert { node, path, item, .. } => {
            Some(format_smolstr!("nodes.{node}.fields.{}.{}", path_text(path), item.id()?))
        }
        Edit::Group { id, .. } => Some(format_smolstr!("groups.{id}")),
        Edit::Prop { node, prop: NodeProp::Group, .. } if !kind.is_judged() => {
            Some(format_smolstr!("nodes.{node}.group"))
        }
        Edit::Node { id: node, .. } if differs(node) => Some(format_smolstr!("nodes.{node}")),
        Edit::Prop { node, .. } | Edit::Field { node, .. } if kind.is_judged() && differs(node) => {
            Some(format_smolstr!("nodes.{node}"))
        }
        _ => None,
    }
}

/// A report for maps that are open as a whole.
struct Whole {
    opened: Vec<Vec<Seg>>,
    taken: Vec<(Vec<Seg>, Side)>,
    unsettled: bool,
}

impl Report for Whole {
    fn took(&mut self, path: &[Seg], side: Side) {
        self.taken.push((path.to_vec(), side));
    }

    fn open(&mut self, path: &[Seg], _: Sides<'_>) {
        self.opened.push(path.to_vec());
    }

    fn order(&mut self, path: &[Seg], _: &[SmolStr], _: &[SmolStr]) {
        self.opened.push(path.to_vec());
    }

    fn is_unsettled(&self, _: &[Seg]) -> bool {
        self.unsettled
    }

    fn is_unsettled_within(&self, _: &[Seg]) -> bool {
        self.unsettled
    }
}

pub(crate) fn path_text(path: &[Seg]) -> SmolStr {
    let mut text = String::new();
    for (place, seg) in path.iter().enumerate() {
        if place > 0 {
            text.push('.');
        }
        match seg {
            Seg::Key(key) => text.push_str(key),
            Seg::Item { item } => text.push_str(item),
            Seg::Index(place) => text.push_str(&place.to_string()),
        }
    }
    text.into()
}

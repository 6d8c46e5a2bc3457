//! Groups and notes.

use std::sync::Arc;

use flow::change::NodeProp;
use flow::{Edit, Group, Id, Note, Value};
use smol_str::{SmolStr, format_smolstr};

use super::{HERE, Work};
use crate::conflict::{Conflict, Kind};
use crate::lines;
use crate::three::{Picks, Three, side_by_side, three};
use crate::values::Side;
use crate::words::{called_in, sentence};

impl Work<'_> {
    pub(super) fn groups(&mut self) {
        let tables = [self.base, self.ours, self.theirs].map(|flow| &flow.groups);
        for (id, [base, ours, theirs]) in side_by_side(tables) {
            let place = format_smolstr!("groups.{id}");
            let merged = match three(&base, &ours, &theirs, self.is_unsettled(&place)) {
                Three::Same(group) => group.cloned(),
                Three::Took(group, side) => {
                    self.took(place, side);
                    group.cloned()
                }
                Three::Open => self.open_group(id, place, base, ours, theirs),
            };
            if let Some(group) = merged {
                self.flow.groups.insert(id.clone(), group);
            }
        }
        self.hold_members();
        self.lost_groups();
        self.circles();
    }

    fn open_group(
        &mut self,
        id: &Id,
        place: SmolStr,
        base: Option<&Group>,
        ours: Option<&Group>,
        theirs: Option<&Group>,
    ) -> Option<Group> {
        let edit = |group: Option<&Group>| Edit::Group { flow: HERE, id: id.clone(), group: group.cloned() };
        let both = ours.zip(theirs).filter(|_| !self.is_unsettled(&place));
        let Some((our, their)) = both else {
            let how = match (ours, theirs) {
                (Some(_), Some(_)) => "was changed differently on both sides",
                _ => "was deleted on one side and changed on the other",
            };
            let shown = crate::words::group(id, base.or(ours).or(theirs));
            let mut new = Conflict::new(Kind::Groups, None, format!("The group {shown} {how}."));
            new.ours.push(edit(ours));
            new.theirs.push(edit(theirs));
            self.conflict(place, new);
            return base.cloned();
        };
        let empty = Group::default();
        let was = base.unwrap_or(&empty);
        let mut picks = Picks::new(was.clone());
        picks.slot([&was.title, &our.title, &their.title], false, |group, title| group.title = title);
        picks.slot([&was.color, &our.color, &their.color], false, |group, color| group.color = color);
        picks.slot([&was.parent, &our.parent, &their.parent], false, |group, parent| group.parent = parent);
        picks.slot([&was.extra, &our.extra, &their.extra], false, |group, extra| group.extra = extra);
        if picks.open {
            let mut new = Conflict::new(
                Kind::Groups,
                None,
                format!("The group `{}` was changed on both sides.", was.title),
            );
            new.ours.push(edit(Some(&picks.ours)));
            new.theirs.push(edit(Some(&picks.theirs)));
            self.conflict(place, new);
            return base.cloned();
        }
        self.took(place, Side::Mixed);
        Some(picks.standing)
    }

    /// While it is open whether a group is there, what stood in it stays in it.
    fn hold_members(&mut self) {
        let held: Vec<Id> = self.flow.groups.keys().filter(|id| self.is_half_deleted(id)).cloned().collect();
        for group in held {
            let left = self.members_left(&group).into_iter();
            let ids: Vec<Id> =
                left.filter(|(_, keeper)| keeper.groups.contains_key(&group)).map(|(id, _)| id).collect();
            for id in ids {
                if let Some(node) = self.flow.nodes.get_mut(&id) {
                    Arc::make_mut(node).group = Some(group.clone());
                    let place = format_smolstr!("nodes.{id}.group");
                    self.taken.retain(|taken| taken.place != place);
                }
            }
        }
    }

    fn is_half_deleted(&self, group: &Id) -> bool {
        self.base.groups.contains_key(group)
            && self.ours.groups.contains_key(group) != self.theirs.groups.contains_key(group)
    }

    /// Nodes that only lost the group because it was deleted, with the side on which they are still in it.
    fn members_left(&self, group: &Id) -> Vec<(Id, &flow::Flow)> {
        let is_in = |flow: &flow::Flow, id: &Id| {
            flow.nodes.get(id).is_some_and(|node| node.group.as_ref() == Some(group))
        };
        let free = self.flow.nodes.iter().filter(|(_, node)| node.group.is_none()).map(|(id, _)| id);
        let left = free.filter(|id| is_in(self.base, id)).filter_map(|id| {
            let keeper = [self.ours, self.theirs].into_iter().find(|flow| is_in(flow, id))?;
            Some((id.clone(), keeper))
        });
        left.collect()
    }

    /// Put into a group that the other side deleted.
    fn lost_groups(&mut self) {
        let lost: Vec<(Id, Id)> = self
            .flow
            .nodes
            .iter()
            .filter_map(|(id, node)| Some((id.clone(), node.group.clone()?)))
            .filter(|(_, group)| !self.flow.groups.contains_key(group))
            .collect();
        for (id, group) in lost {
            let sides = [self.ours, self.theirs];
            let member = |flow: &flow::Flow| {
                flow.nodes.get(&id).is_some_and(|node| node.group.as_ref() == Some(&group))
            };
            if sides.iter().any(|flow| member(flow) && !flow.groups.contains_key(&group)) {
                continue;
            }
            if let Some(node) = self.flow.nodes.get_mut(&id) {
                Arc::make_mut(node).group = None;
            }
            let known = sides.iter().find_map(|flow| flow.groups.get(&group));
            let shown = called_in(&id, [self.ours, self.theirs], self.kinds);
            let what = sentence(&format!(
                "{shown} was put into the group {}, which the other side deleted.",
                crate::words::group(&group, known)
            ));
            // The group itself may be open; then it is that conflict which brings it.
            let held = format_smolstr!("groups.{group}");
            let is_held = self.open.contains_key(&held);
            let mut new = Conflict::new(Kind::Groups, Some(&id), what);
            for (edits, flow) in [(&mut new.ours, self.ours), (&mut new.theirs, self.theirs)] {
                if let Some(known) = flow.groups.get(&group).filter(|_| member(flow)) {
                    let mut known = known.clone();
                    known.parent = known.parent.filter(|parent| self.flow.groups.contains_key(parent));
                    if !is_held {
                        edits.push(Edit::Group { flow: HERE, id: group.clone(), group: Some(known) });
                        edits.extend(place_in(flow, &group));
                    }
                    let value = Some(Value::String(group.clone()));
                    let put = |node: &Id| Edit::Prop {
                        flow: HERE,
                        node: node.clone(),
                        prop: NodeProp::Group,
                        value: value.clone(),
                    };
                    edits.push(put(&id));
                    // The group comes back with those who were in it.
                    let left = self.members_left(&group).into_iter();
                    edits.extend(left.filter(|(other, _)| *other != id).map(|(other, _)| put(&other)));
                }
            }
            // Where the node is open as a whole, its group is a part of that.
            let whole = self.contested.contains_key(&id);
            let place = match (whole, is_held) {
                (true, _) => format_smolstr!("nodes.{id}"),
                (_, true) => held,
                _ => format_smolstr!("nodes.{id}.group"),
            };
            self.conflict(place, new);
        }
        let orphans: Vec<Id> = self
            .flow
            .groups
            .iter()
            .filter(|(_, group)| {
                group.parent.as_ref().is_some_and(|parent| !self.flow.groups.contains_key(parent))
            })
            .map(|(id, _)| id.clone())
            .collect();
        for id in orphans {
            let parent = self.flow.groups[&id].parent.clone().unwrap_or_default();
            let child = |flow: &flow::Flow| {
                flow.groups.get(&id).is_some_and(|group| group.parent.as_ref() == Some(&parent))
            };
            if [self.ours, self.theirs].iter().any(|flow| child(flow) && !flow.groups.contains_key(&parent)) {
                continue;
            }
            let free = Group { parent: None, ..self.flow.groups[&id].clone() };
            let held = format_smolstr!("groups.{parent}");
            let is_held = self.open.contains_key(&held);
            let mut new = Conflict::new(
                Kind::Groups,
                None,
                format!("The group `{}` was put into one that the other side deleted.", free.title),
            );
            for (edits, flow) in [(&mut new.ours, self.ours), (&mut new.theirs, self.theirs)] {
                if let Some(known) = flow.groups.get(&parent).filter(|_| child(flow)) {
                    let known = Group { parent: None, ..known.clone() };
                    if !is_held {
                        edits.push(Edit::Group { flow: HERE, id: parent.clone(), group: Some(known) });
                        edits.extend(place_in(flow, &parent));
                    }
                    let back = Group { parent: Some(parent.clone()), ..free.clone() };
                    edits.push(Edit::Group { flow: HERE, id: id.clone(), group: Some(back) });
                }
            }
            self.flow.groups.insert(id.clone(), free);
            self.conflict(if is_held { held } else { format_smolstr!("groups.{id}") }, new);
        }
    }

    /// Each side put one group into the other.
    fn circles(&mut self) {
        loop {
            // A circle that a side brought along is that side's own trouble.
            let is_new = |circle: &Vec<Id>| {
                ![self.base, self.ours, self.theirs]
                    .iter()
                    .any(|flow| circle_from(flow, &circle[0]).as_ref() == Some(circle))
            };
            let circle = self.flow.groups.keys().find_map(|id| circle_from(&self.flow, id).filter(is_new));
            let Some(circle) = circle else { return };
            let first = circle.iter().min().cloned().unwrap_or_default();
            let names: Vec<String> =
                circle.iter().map(|id| crate::words::group(id, self.flow.groups.get(id))).collect();
            let what = format!("Together, the sides put the groups {} into each other.", names.join(" and "));
            let mut new = Conflict::new(Kind::Groups, None, what);
            for id in &circle {
                let parent = |flow: &flow::Flow| flow.groups.get(id).and_then(|group| group.parent.clone());
                let standing = parent(self.base).filter(|parent| self.flow.groups.contains_key(parent));
                let Some(group) = self.flow.groups.get_mut(id) else { continue };
                let of = |parent: Option<Id>| Edit::Group {
                    flow: HERE,
                    id: id.clone(),
                    group: Some(Group { parent, ..group.clone() }),
                };
                new.ours.push(of(parent(self.ours)));
                new.theirs.push(of(parent(self.theirs)));
                group.parent = standing;
            }
            // Should the circle be there all the same, the smallest group comes out of it.
            if circle_from(&self.flow, &first).is_some()
                && let Some(group) = self.flow.groups.get_mut(&first)
            {
                group.parent = None;
            }
            self.conflict(format_smolstr!("groups.{first}"), new);
        }
    }

    pub(super) fn notes(&mut self) {
        let tables = [self.base, self.ours, self.theirs].map(|flow| &flow.notes);
        for (id, [base, ours, theirs]) in side_by_side(tables) {
            let place = format_smolstr!("notes.{id}");
            let merged = match three(&base, &ours, &theirs, self.is_unsettled(&place)) {
                Three::Same(note) => note.cloned(),
                Three::Took(note, side) => {
                    self.took(place, side);
                    note.cloned()
                }
                Three::Open => self.open_note(id, place, base, ours, theirs),
            };
            if let Some(note) = merged {
                self.flow.notes.insert(id.clone(), note);
            }
        }
    }

    fn open_note(
        &mut self,
        id: &Id,
        place: SmolStr,
        base: Option<&Note>,
        ours: Option<&Note>,
        theirs: Option<&Note>,
    ) -> Option<Note> {
        let edit = |note: Option<&Note>| Edit::Note { flow: HERE, id: id.clone(), note: note.cloned() };
        let mut wanted = (ours.cloned(), theirs.cloned());
        if let (Some(base), Some(our), Some(their), false) = (base, ours, theirs, self.is_unsettled(&place)) {
            let mut picks = Picks::new(base.clone());
            match lines::merge(&base.text, &our.text, &their.text) {
                Some(text) => {
                    picks.slot([&base.text, &text.clone().into(), &text.into()], false, |note, text| {
                        note.text = text
                    })
                }
                None => {
                    picks.slot([&base.text, &our.text, &their.text], false, |note, text| note.text = text)
                }
            }
            picks.slot([&base.color, &our.color, &their.color], false, |note, color| note.color = color);
            picks.slot([&base.extra, &our.extra, &their.extra], false, |note, extra| note.extra = extra);
            if !picks.open {
                self.took(place, Side::Mixed);
                return Some(picks.standing);
            }
            wanted = (Some(picks.ours), Some(picks.theirs));
        }
        let (kind, what) = match (ours, theirs) {
            (Some(_), Some(_)) => (Kind::Edited, "A note was changed differently on both sides."),
            _ => (Kind::EditedAndDeleted, "A note was deleted on one side and changed on the other."),
        };
        let mut new = Conflict::new(kind, None, what);
        new.ours.push(edit(wanted.0.as_ref()));
        new.theirs.push(edit(wanted.1.as_ref()));
        self.conflict(place, new);
        base.cloned()
    }
}

/// Where it stood, for when it comes back.
fn place_in(flow: &flow::Flow, id: &Id) -> Option<Edit> {
    let place = flow.layout.get(id).copied()?;
    Some(Edit::Place { flow: HERE, id: id.clone(), place: Some(place) })
}

/// The groups from here up, if they lead back here.
fn circle_from(flow: &flow::Flow, id: &Id) -> Option<Vec<Id>> {
    let mut seen = vec![id.clone()];
    let mut at = flow.groups.get(id)?.parent.as_ref()?;
    while at != id {
        if seen.contains(at) {
            return None;
        }
        seen.push(at.clone());
        at = flow.groups.get(at)?.parent.as_ref()?;
    }
    Some(seen)
}

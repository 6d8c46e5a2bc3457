//! Where things stand. Never a conflict: a wrong place is seen and dragged.

use std::collections::BTreeMap;

use flow::{Edit, Flow, Id, Place};
use smol_str::format_smolstr;

use super::{Derived, HERE, Work};
use crate::three::{Three, side_by_side, three};

impl Work<'_> {
    pub(super) fn layout(&mut self) {
        let tables = [self.base, self.ours, self.theirs].map(|flow| &flow.layout);
        let mut layout = Vec::with_capacity(self.base.layout.len());
        for (id, [base, ours, theirs]) in side_by_side(tables) {
            let place = if base == ours && base == theirs {
                base.copied()
            } else {
                match three(&base, &ours, &theirs, false) {
                    Three::Same(place) | Three::Took(place, _) => place.copied(),
                    Three::Open => farther(base, ours, theirs),
                }
            };
            let there = is_there(&self.flow, id);
            if let Some(place) = place.filter(|_| there && self.open.is_empty()) {
                layout.push((id.clone(), place));
                continue;
            }
            let was_there = [self.base, self.ours, self.theirs].iter().any(|flow| is_there(flow, id));
            // A side may have left a place behind; then that is how it is.
            let stray = [self.ours, self.theirs]
                .iter()
                .any(|flow| !is_there(flow, id) && flow.layout.contains_key(id));
            match place.or(base.copied().filter(|_| there && self.is_held(id))) {
                Some(place) if there || !was_there || stray => layout.push((id.clone(), place)),
                _ => {}
            }
            if !self.open.is_empty() {
                self.places_of_open(id, there);
            }
        }
        self.flow.layout = layout.into_iter().collect();
        self.nudge();
    }

    /// Is it there only because somebody has to decide?
    fn is_held(&self, id: &Id) -> bool {
        TABLES.iter().any(|table| self.open.contains_key(&format_smolstr!("{table}.{id}")))
    }

    /// What comes or goes with a choice does so with its place.
    fn places_of_open(&mut self, id: &Id, there: bool) {
        for table in TABLES {
            let Some(open) = self.open.get_mut(&format_smolstr!("{table}.{id}")) else { continue };
            for (edits, flow) in [(&mut open.ours, self.ours), (&mut open.theirs, self.theirs)] {
                let place = flow.layout.get(id).copied().filter(|_| is_there(flow, id));
                // A node that is not there brings its place along already.
                let is_brought = !there && table == "nodes";
                if place.is_some() != there && !is_brought {
                    edits.push(Edit::Place { flow: HERE, id: id.clone(), place });
                }
            }
        }
    }

    /// New nodes of both sides on the same spot: the one with the later name steps aside.
    fn nudge(&mut self) {
        let states = [self.base, self.ours, self.theirs].map(|flow| &flow.nodes);
        let mut new: [Vec<((i32, i32), Id)>; 2] = Default::default();
        for (id, states) in side_by_side(states) {
            let side = match states {
                [None, Some(_), None] => 0,
                [None, None, Some(_)] => 1,
                _ => continue,
            };
            if let Some(place) = self.flow.layout.get(id) {
                new[side].push(((place.x / SPOT, place.y / SPOT), id.clone()));
            }
        }
        let [ours, theirs] = new;
        let ours: BTreeMap<(i32, i32), Id> = ours.into_iter().collect();
        for (spot, their_id) in theirs {
            let Some(our_id) = ours.get(&spot) else { continue };
            let later = our_id.max(&their_id).clone();
            let Some(place) = self.flow.layout.get_mut(&later) else { continue };
            // Outwards, so that it stays the longer move.
            let aside = |at: i32| {
                let way = if at < 0 { -SPOT } else { SPOT };
                (at + way).clamp(-flow::text::MAX_COORDINATE, flow::text::MAX_COORDINATE)
            };
            let (x, y) = (aside(place.x), aside(place.y));
            if (x, y) != (place.x, place.y) {
                (place.x, place.y) = (x, y);
                let cause = "Both sides put a new node here.".into();
                self.derived.push(Derived { place: format_smolstr!("layout.{later}"), cause });
            }
        }
    }
}

const TABLES: [&str; 3] = ["nodes", "groups", "notes"];

/// Two cards this near look like one.
const SPOT: i32 = 32;

/// Of two moves the longer one; of two new places the later one. The same whichever side is called ours.
fn farther(base: Option<&Place>, ours: Option<&Place>, theirs: Option<&Place>) -> Option<Place> {
    let (Some(ours), Some(theirs)) = (ours, theirs) else { return ours.or(theirs).copied() };
    let way = |place: &Place| {
        let from = base.copied().unwrap_or_default();
        (i64::from(place.x) - i64::from(from.x)).abs() + (i64::from(place.y) - i64::from(from.y)).abs()
    };
    let key = |place: &Place| (way(place), place.x, place.y, place.w, place.h);
    Some(if key(ours) >= key(theirs) { *ours } else { *theirs })
}

fn is_there(flow: &Flow, id: &Id) -> bool {
    flow.nodes.contains_key(id) || flow.notes.contains_key(id) || flow.groups.contains_key(id)
}

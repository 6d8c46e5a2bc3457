//! Where everything stands: cards, notes, frames, folded groups in place of what is in them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use flow::{Flow, Id, Kinds, Place};

use crate::card::{Card, WIDTH, card};
use crate::says::Names;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Rect {
    pub fn joined(self, other: Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Rect { x, y, width: right - x, height: bottom - y }
    }

    pub fn wider(self, by: f32) -> Rect {
        Rect { x: self.x - by, y: self.y - by, width: self.width + 2.0 * by, height: self.height + 2.0 * by }
    }
}

pub struct Seats<'a> {
    pub cards: BTreeMap<&'a Id, (Rect, Card)>,
    pub notes: BTreeMap<&'a Id, Rect>,
    /// Frames, outer ones before those in them.
    pub frames: Vec<(&'a Id, Rect)>,
    /// Folded groups, and how many nodes are in each.
    pub folded: BTreeMap<&'a Id, (Rect, usize)>,
    /// Nodes that are not seen, by the folded group around them.
    pub folded_in: BTreeMap<&'a Id, &'a Id>,
}

const NOTE: (i32, i32) = (232, 120);
const FRAME_SIDE: f32 = 24.0;
const FRAME_TOP: f32 = 48.0;
const FOLDED_HEIGHT: f32 = 64.0;
/// Groups do not lie deeper in each other than that.
const MOST_DEPTH: usize = 16;

impl<'a> Seats<'a> {
    pub fn of(flow: &'a Flow, kinds: &Kinds, unfold: bool, names: Names<'_>) -> Seats<'a> {
        let loose = loose(flow);
        let mut seats = Seats {
            cards: BTreeMap::new(),
            notes: BTreeMap::new(),
            frames: Vec::new(),
            folded: BTreeMap::new(),
            folded_in: BTreeMap::new(),
        };
        for (id, node) in &flow.nodes {
            let place = flow.layout.get(id).or_else(|| loose.get(id)).copied().unwrap_or_default();
            let kind = kinds.get(&node.kind).map(|kind| &**kind);
            let above = groups_of(flow, node.group.as_ref());
            let in_transaction = above.iter().any(|id| flow.groups[*id].is_transaction());
            let card = card(node, kind, in_transaction, names);
            let rect = Rect { x: place.x as f32, y: place.y as f32, width: WIDTH, height: card.height };
            seats.cards.insert(id, (rect, card));
        }
        for id in flow.notes.keys() {
            let place = flow.layout.get(id).copied().unwrap_or_default();
            let (width, height) = (place.w.unwrap_or(NOTE.0) as f32, place.h.unwrap_or(NOTE.1) as f32);
            seats.notes.insert(id, Rect { x: place.x as f32, y: place.y as f32, width, height });
        }
        seats.groups(flow, unfold);
        seats
    }

    fn groups(&mut self, flow: &'a Flow, unfold: bool) {
        let is_folded = |id: &Id| {
            !unfold && flow.groups[id].extra.get("folded").and_then(flow::Value::as_bool) == Some(true)
        };
        let mut boxes: BTreeMap<&'a Id, Rect> = BTreeMap::new();
        for (id, node) in &flow.nodes {
            let above = groups_of(flow, node.group.as_ref());
            let Some((rect, _)) = self.cards.get(id) else { continue };
            if let Some(group) = above.iter().rev().find(|group| is_folded(group)) {
                let corner = Rect { x: rect.x, y: rect.y, width: 0.0, height: 0.0 };
                let (block, count) = self.folded.entry(group).or_insert((corner, 0));
                *block = Rect { width: WIDTH, height: FOLDED_HEIGHT, ..block.joined(corner) };
                *count += 1;
                self.folded_in.insert(id, group);
            } else if let Some(group) = above.first() {
                grow(&mut boxes, group, *rect);
            }
        }
        for (id, (block, _)) in &self.folded {
            if let Some(parent) = groups_of(flow, flow.groups[*id].parent.as_ref()).first() {
                grow(&mut boxes, parent, *block);
            }
        }
        // From the innermost outwards, so that each frame lies around those in it.
        let mut order: Vec<(usize, &'a Id)> = flow
            .groups
            .iter()
            .map(|(id, group)| (groups_of(flow, group.parent.as_ref()).len(), id))
            .collect();
        order.sort_by(|one, other| other.cmp(one));
        for (_, id) in order {
            let Some(inside) = boxes.get(id) else { continue };
            let frame = Rect {
                x: inside.x - FRAME_SIDE,
                y: inside.y - FRAME_TOP,
                width: inside.width + 2.0 * FRAME_SIDE,
                height: inside.height + FRAME_TOP + FRAME_SIDE,
            };
            if let Some(parent) = groups_of(flow, flow.groups[id].parent.as_ref()).first() {
                grow(&mut boxes, parent, frame);
            }
            self.frames.push((id, frame));
        }
        self.frames.reverse();
    }

    /// Where a wire from or to a node ends: its card, or what it is folded into.
    pub fn seat(&self, id: &Id) -> Option<Rect> {
        match self.folded_in.get(id) {
            Some(group) => self.folded.get(*group).map(|(rect, _)| *rect),
            None => self.cards.get(id).map(|(rect, _)| *rect),
        }
    }

    pub fn bounds(&self) -> Option<Rect> {
        let cards = self.cards.iter().filter(|(id, _)| !self.folded_in.contains_key(**id));
        let all = cards.map(|(_, (rect, _))| *rect).chain(self.notes.values().copied());
        let all = all.chain(self.frames.iter().map(|(_, rect)| *rect));
        all.chain(self.folded.values().map(|(rect, _)| *rect)).reduce(Rect::joined)
    }
}

fn grow<'a>(boxes: &mut BTreeMap<&'a Id, Rect>, group: &'a Id, rect: Rect) {
    boxes.entry(group).and_modify(|known| *known = known.joined(rect)).or_insert(rect);
}

/// The groups around, the innermost first. Groups that hold each other end somewhere.
fn groups_of<'a>(flow: &'a Flow, inner: Option<&'a Id>) -> Vec<&'a Id> {
    let mut found = Vec::new();
    let mut at = inner;
    while let Some((id, group)) = at.and_then(|id| flow.groups.get_key_value(id)) {
        if found.contains(&id) || found.len() == MOST_DEPTH {
            break;
        }
        found.push(id);
        at = group.parent.as_ref();
    }
    found
}

const ACROSS: i32 = 232 + 64;
const DOWN: i32 = 168;

/// Places for nodes that have none: in columns by their distance from a start, below everything that is placed.
fn loose(flow: &Flow) -> BTreeMap<&Id, Place> {
    let unplaced: BTreeSet<&Id> = flow.nodes.keys().filter(|id| !flow.layout.contains_key(*id)).collect();
    let next = |id: &Id| flow.nodes.get(id).into_iter().flat_map(|node| node.next.values());
    let reached: BTreeSet<&Id> = unplaced
        .iter()
        .flat_map(|id| next(id).filter(move |to| to != id))
        .filter(|to| unplaced.contains(to))
        .collect();
    let mut queue: VecDeque<&Id> = unplaced.iter().filter(|id| !reached.contains(**id)).copied().collect();
    if queue.is_empty() {
        queue.extend(unplaced.first());
    }
    let mut depth: BTreeMap<&Id, i32> = queue.iter().map(|id| (*id, 0)).collect();
    while let Some(id) = queue.pop_front() {
        for to in next(id) {
            if unplaced.contains(to) && !depth.contains_key(to) {
                depth.insert(to, depth[id] + 1);
                queue.push_back(to);
            }
        }
    }
    let top = flow.layout.values().map(|place| place.y + DOWN + 40).max().unwrap_or(0).max(0);
    let mut filled: BTreeMap<i32, i32> = BTreeMap::new();
    let mut place = |id| {
        let column = depth.get(id).copied().unwrap_or(0);
        let row = filled.entry(column).or_insert(0);
        let y = top + *row * DOWN;
        *row += 1;
        Place { x: column * ACROSS, y, w: None, h: None }
    };
    unplaced.into_iter().map(|id| (id, place(id))).collect()
}

//! Wires, and the tags at both ends of those that are not drawn but named.

use std::collections::BTreeMap;
use std::fmt::Write;

use flow::{Flow, Id, Kinds, Node, Value};

use crate::card::{HEADER, Part, Spot};
use crate::draw::{Marks, title_of};
use crate::measure::{Weight, fit, width};
use crate::places::{Rect, Seats};
use crate::route::{End, Side, goes_back, route, short};
use crate::theme::Theme;
use crate::write::{Text, text};

pub struct Wires<'a> {
    pub flow: &'a Flow,
    pub kinds: &'a Kinds,
    pub theme: &'a Theme,
    pub seats: &'a Seats<'a>,
    pub marks: Option<&'a Marks<'a>>,
}

const MOST_TAG: f32 = 150.0;

impl Wires<'_> {
    /// Draws all; answers how far tags reach.
    pub fn draw(&self, to: &mut String) -> Option<Rect> {
        let mut reach = None;
        let mut tags: BTreeMap<&Id, usize> = BTreeMap::new();
        let colours = Colours::of(self.theme);
        for (id, node) in &self.flow.nodes {
            for (port, target) in &node.next {
                let Some((start, side, end, part)) = self.ends(id, port, target) else { continue };
                let mark = self.marks.map_or("", |marks| (marks.wire)(id, port, target));
                if let Some(name) = tucked(node, port) {
                    let above = tags.entry(target).or_default();
                    let lane = end.top - 24.0 * *above as f32;
                    *above += 1;
                    let tag = Tag { start, end, lane, name, mark };
                    let box_ = self.tag(to, &tag, node, target, &colours);
                    reach = Some(reach.map_or(box_, |known: Rect| known.joined(box_)));
                    continue;
                }
                let back = goes_back(start, end);
                let (colour, dash) = match part {
                    Part::Error => (&colours.error, if back { " stroke-dasharray='8 4'" } else { "" }),
                    Part::Lost => (&colours.wire, " stroke-dasharray='3 4'"),
                    _ if back => (&colours.back, " stroke-dasharray='8 4'"),
                    _ => (&colours.wire, ""),
                };
                let _ = write!(
                    to,
                    "<path{} stroke='{colour}'{dash} d='{}'/>",
                    class("wire", mark),
                    route(start, side, end)
                );
            }
        }
        reach
    }

    fn ends(&self, id: &Id, port: &str, target: &Id) -> Option<(End, Side, End, Part)> {
        let (from, to) = (self.seats.seat(id)?, self.seats.seat(target)?);
        let folded = (self.seats.folded_in.get(id), self.seats.folded_in.get(target));
        if folded.0.is_some() && folded.0 == folded.1 {
            return None;
        }
        let (_, card) = self.seats.cards.get(id)?;
        let spot: &Spot = card.spots.iter().find(|spot| spot.id == port)?;
        let (x, y, side) = match (folded.0, spot.side) {
            (Some(_), _) => (from.width + 5.0, from.height / 2.0, Side::Right),
            (None, Side::Right) => (spot.x + 5.0, spot.y, Side::Right),
            (None, Side::Bottom) => (spot.x, spot.y + 5.0, Side::Bottom),
        };
        let start = End { x: from.x + x, y: from.y + y, top: from.y, bottom: from.y + from.height };
        let high = if folded.1.is_some() { to.height / 2.0 } else { HEADER / 2.0 };
        let end = End { x: to.x - 5.0, y: to.y + high, top: to.y, bottom: to.y + to.height };
        Some((start, side, end, spot.part))
    }

    fn tag(&self, to: &mut String, tag: &Tag<'_>, source: &Node, target: &Id, colours: &Colours) -> Rect {
        let Tag { start, end, lane, name, mark } = *tag;
        let _ = write!(
            to,
            "<path{} stroke='{}' d='M{},{}h14M{},{}h-6V{}h8'/>",
            class("wire", mark),
            colours.wire,
            short(start.x),
            short(start.y),
            short(end.x),
            short(end.y),
            short(lane - 14.0)
        );
        let target = self.flow.nodes.get(target).map(|node| title_of(node, self.kinds)).unwrap_or_default();
        let name = if name.is_empty() { target } else { name };
        let out = self.pill(to, start.x + 14.0, start.y - 11.0, &format!("{name} ›"));
        let into = self.pill(to, end.x - 6.0, lane - 26.0, &format!("› {}", title_of(source, self.kinds)));
        out.joined(into)
    }

    fn pill(&self, to: &mut String, x: f32, y: f32, said: &str) -> Rect {
        let said = fit(said, MOST_TAG - 16.0, 11.0, Weight::Medium);
        let wide = width(&said, 11.0, Weight::Medium) + 16.0;
        let _ = write!(
            to,
            "<rect x='{}' y='{}' width='{}' height='22' rx='11' fill='{}' stroke='{}'/>",
            short(x),
            short(y),
            short(wide),
            self.theme.token("raised"),
            self.theme.token("line-strong")
        );
        let fill = &self.theme.token("ink-2");
        text(
            to,
            &Text { x: x + 8.0, y: y + 15.0, size: 11.0, weight: Weight::Medium, fill, more: "" },
            &said,
        );
        Rect { x, y, width: wide, height: 22.0 }
    }
}

#[derive(Clone, Copy)]
struct Tag<'a> {
    start: End,
    end: End,
    lane: f32,
    name: &'a str,
    mark: &'a str,
}

struct Colours {
    wire: String,
    back: String,
    error: String,
}

impl Colours {
    fn of(theme: &Theme) -> Colours {
        let wire = theme.token("wire");
        let back = theme.mix(&theme.token("accent"), 0.55, &wire);
        Colours { wire: wire.to_string(), back: back.to_string(), error: theme.token("error").to_string() }
    }
}

/// The class by which a page's style finds what is marked.
pub fn class(name: &str, mark: &str) -> String {
    if mark.is_empty() { String::new() } else { format!(" class='{name} {mark}'") }
}

/// The name of a wire that is not drawn.
fn tucked<'a>(node: &'a Node, port: &str) -> Option<&'a str> {
    node.extra.get("tucked").and_then(Value::as_object)?.get(port)?.as_str()
}

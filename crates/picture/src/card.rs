//! A card's shape: its lines, its ports and where they stand (`ui/src/flow/geometry.ts`).

use flow::descriptor::Role;
use flow::{Descriptor, Node, Port};

use crate::lines::{Line, wrapped};
use crate::measure::Weight;
use crate::route::Side;
use crate::says::{Names, items, plain, sentence};

pub const WIDTH: f32 = 232.0;
pub const HEADER: f32 = 30.0;
pub const LINE: f32 = 18.0;
const ROW: f32 = 28.0;
const PAD: f32 = 8.0;
const MOST_LINES: usize = 3;
pub const TEXT: f32 = 13.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Flow,
    /// Of a list's element.
    Item,
    Error,
    Compensate,
    /// Used, but nobody declares it.
    Lost,
}

#[derive(Clone, Debug)]
pub struct Spot {
    pub id: String,
    pub label: String,
    pub part: Part,
    pub x: f32,
    pub y: f32,
    pub side: Side,
    /// It stands in a row with its name.
    pub named: bool,
}

#[derive(Clone, Debug)]
pub struct Card {
    pub height: f32,
    pub lines: Vec<Line>,
    pub spots: Vec<Spot>,
}

pub fn card(node: &Node, kind: Option<&Descriptor>, in_transaction: bool, names: Names<'_>) -> Card {
    let lines = wrapped(&sentence(node, kind, names), WIDTH - 24.0, TEXT, Weight::Regular, MOST_LINES);
    let ports = ports(node, kind, in_transaction);
    let (below, side): (Vec<_>, Vec<_>) =
        ports.into_iter().partition(|(.., part)| matches!(part, Part::Error | Part::Compensate));
    let named = side.len() > 1 || side.iter().any(|(.., part)| matches!(part, Part::Item | Part::Lost));
    let text = if lines.is_empty() { 0.0 } else { PAD + lines.len() as f32 * LINE };
    let top = HEADER + text + if named { PAD - 2.0 } else { 0.0 };
    let rows = if named { side.len() as f32 * ROW } else { 0.0 };
    let height = top + rows + if named || text > 0.0 { PAD } else { 0.0 };
    let mut spots = Vec::new();
    for (at, (id, label, part)) in side.into_iter().enumerate() {
        let y = if named { top + at as f32 * ROW + ROW / 2.0 } else { HEADER / 2.0 };
        spots.push(Spot { id, label, part, x: WIDTH, y, side: Side::Right, named });
    }
    for (at, (id, label, part)) in below.into_iter().enumerate() {
        let x = WIDTH - 28.0 - at as f32 * 56.0;
        spots.push(Spot { id, label, part, x, y: height, side: Side::Bottom, named: false });
    }
    Card { height, lines, spots }
}

/// Those that the kind declares, one per list element, and used ones that nobody declares.
fn ports(node: &Node, kind: Option<&Descriptor>, in_transaction: bool) -> Vec<(String, String, Part)> {
    let mut ports: Vec<(String, String, Part)> = Vec::new();
    for port in kind.into_iter().flat_map(|kind| &kind.ports) {
        match port {
            Port::Fixed { id, label, role } => {
                let part = match role {
                    Role::Flow => Part::Flow,
                    Role::Error => Part::Error,
                    Role::Compensate if !in_transaction && !node.next.contains_key(*id) => continue,
                    Role::Compensate => Part::Compensate,
                };
                ports.push(((*id).into(), (*label).into(), part));
            }
            Port::Each { field, label, .. } => {
                for (id, item) in items(node, field) {
                    let said = item.get(label).map(plain).filter(|said| !said.is_empty());
                    ports.push((id.into(), said.unwrap_or_else(|| id.into()), Part::Item));
                }
            }
        }
    }
    for id in node.next.keys() {
        if !ports.iter().any(|(known, ..)| known == id) {
            ports.push((id.to_string(), id.to_string(), Part::Lost));
        }
    }
    ports
}

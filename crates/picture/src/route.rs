//! The way of a wire, as the canvas has it (`ui/src/canvas/route.ts`).

use std::fmt::Write;

#[derive(Clone, Copy, Debug)]
pub struct End {
    pub x: f32,
    pub y: f32,
    pub top: f32,
    pub bottom: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Right,
    Bottom,
}

const LEAD: f32 = 20.0;
const LEAD_UP: f32 = 28.0;
const CORNER: f32 = 12.0;
pub const CLEARANCE: f32 = 28.0;
const GAP: f32 = 48.0;

pub fn route(from: End, side: Side, to: End) -> String {
    if side == Side::Bottom {
        return from_below(from, to);
    }
    let dx = to.x - from.x;
    if dx >= 24.0 {
        let reach = (dx * 0.5).clamp(24.0, 140.0);
        return curve(from, (from.x + reach, from.y), (to.x - reach, to.y), to);
    }
    let lane = lane_between(from, to);
    let lead = if to.y < from.y { LEAD_UP } else { LEAD };
    rounded(&[
        (from.x, from.y),
        (from.x + lead, from.y),
        (from.x + lead, lane),
        (to.x - lead, lane),
        (to.x - lead, to.y),
        (to.x, to.y),
    ])
}

/// Whether a wire runs against the way a flow is read.
pub fn goes_back(from: End, to: End) -> bool {
    to.x < from.x - 24.0
}

fn from_below(from: End, to: End) -> String {
    let dx = to.x - from.x;
    if dx >= 24.0 && to.y >= from.y + 16.0 {
        let down = ((to.y - from.y) * 0.6).clamp(24.0, 120.0);
        let reach = (dx * 0.5).clamp(24.0, 120.0);
        return curve(from, (from.x, from.y + down), (to.x - reach, to.y), to);
    }
    let lane = if to.top - from.bottom > GAP {
        (from.bottom + to.top) / 2.0
    } else if dx >= 24.0 {
        from.bottom + CLEARANCE
    } else {
        lane_between(from, to)
    };
    rounded(&[(from.x, from.y), (from.x, lane), (to.x - LEAD, lane), (to.x - LEAD, to.y), (to.x, to.y)])
}

fn lane_between(from: End, to: End) -> f32 {
    if to.top - from.bottom > GAP {
        return from.bottom + (to.top - from.bottom) * 0.4;
    }
    if from.top - to.bottom > GAP {
        return to.bottom + (from.top - to.bottom) * 0.6;
    }
    from.bottom.max(to.bottom) + CLEARANCE
}

fn curve(from: End, one: (f32, f32), other: (f32, f32), to: End) -> String {
    let [a, b, c, d, e, f, g, h] = [from.x, from.y, one.0, one.1, other.0, other.1, to.x, to.y].map(short);
    format!("M{a},{b}C{c},{d} {e},{f} {g},{h}")
}

fn rounded(points: &[(f32, f32)]) -> String {
    let mut path = String::new();
    for (at, point) in points.iter().enumerate() {
        let (x, y) = (short(point.0), short(point.1));
        let around = at.checked_sub(1).and_then(|before| points.get(before)).zip(points.get(at + 1));
        let _ = match around {
            None if at == 0 => write!(path, "M{x},{y}"),
            None => write!(path, "L{x},{y}"),
            Some((before, after)) => {
                let (into, out) = (toward(*point, *before), toward(*point, *after));
                let [a, b, c, d] = [into.0, into.1, out.0, out.1].map(short);
                write!(path, "L{a},{b}Q{x},{y} {c},{d}")
            }
        };
    }
    path
}

fn toward(corner: (f32, f32), other: (f32, f32)) -> (f32, f32) {
    let (dx, dy) = (other.0 - corner.0, other.1 - corner.1);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return corner;
    }
    let reach = CORNER.min(length / 2.0) / length;
    (corner.0 + dx * reach, corner.1 + dy * reach)
}

/// To a tenth of a pixel.
pub fn short(number: f32) -> f32 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_those_of_the_canvas() {
        let at = |x, y| End { x, y, top: y - 15.0, bottom: y + 60.0 };
        let check = |from, side, to, path: &str| assert_eq!(route(from, side, to), path);
        check(at(0.0, 0.0), Side::Right, at(100.0, 50.0), "M0,0C50,0 50,50 100,50");
        check(at(0.0, 0.0), Side::Bottom, at(100.0, 50.0), "M0,0C0,30 50,50 100,50");
        let back = route(at(300.0, 0.0), Side::Right, at(0.0, 0.0));
        assert!(back.contains("88") && back.starts_with("M300,0L310,0Q320,0 320,12"), "{back}");
        assert!(goes_back(at(300.0, 0.0), at(0.0, 0.0)));
    }
}

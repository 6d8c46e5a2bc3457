//! A flow as a picture.

use std::collections::BTreeMap;
use std::fmt::Write;

use flow::{Flow, Id, Kinds, Node, Place, Value};

use super::escape;

const WIDTH: i32 = 232;
const HEIGHT: i32 = 72;
const MARGIN: i32 = 40;

/// Draws a flow; a mark is a class of the page's style. `beside`: the flow that is drawn next to it, in the same frame.
pub fn drawing(
    page: &mut String,
    flow: &Flow,
    beside: Option<&Flow>,
    card_mark: &dyn Fn(&Id) -> &'static str,
    wire_mark: &dyn Fn(&Id, &str, &Id) -> &'static str,
    kinds: &Kinds,
) {
    let places = places(flow);
    // One frame for both, so that what stands still is in the same spot.
    let beside = beside.map(self::places).unwrap_or_default();
    let all = || places.values().chain(beside.values());
    let left = all().map(|place| place.x).min().unwrap_or(0) - MARGIN;
    let top = all().map(|place| place.y).min().unwrap_or(0) - MARGIN;
    let right = all().map(|place| place.x + WIDTH).max().unwrap_or(WIDTH) + MARGIN;
    let bottom = all().map(|place| place.y + HEIGHT).max().unwrap_or(HEIGHT) + MARGIN;
    let _ = write!(
        page,
        "<svg viewBox='{left} {top} {} {}' role=img><defs><pattern id=hatch width=8 height=8 patternUnits=userSpaceOnUse patternTransform='rotate(45)'><path d='M0 0V8' class=hatch /></pattern></defs>",
        right - left,
        bottom - top
    );
    for (id, node) in &flow.nodes {
        let ports: Vec<_> = node.next.iter().collect();
        for (place, (port, target)) in ports.iter().enumerate() {
            let (Some(from), Some(to)) = (places.get(id), places.get(*target)) else { continue };
            wire(page, from, to, place as i32, wire_mark(id, port, target));
        }
    }
    for (id, node) in &flow.nodes {
        let Some(place) = places.get(id) else { continue };
        card(page, id, node, place, card_mark(id), kinds);
    }
    page.push_str("</svg>");
}

fn wire(page: &mut String, from: &Place, to: &Place, nth: i32, mark: &str) {
    let (x1, y1) = (from.x + WIDTH, from.y + 16 + nth * 12);
    let (x2, y2) = (to.x, to.y + 16);
    if x2 > x1 {
        let bend = ((x2 - x1) / 2).clamp(24, 120);
        let _ = write!(
            page,
            "<path class='wire {mark}' d='M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}'/>",
            x1 + bend,
            x2 - bend
        );
    } else {
        // A way back goes below both cards.
        let low = from.y.max(to.y) + HEIGHT + 20 + nth * 6;
        let (out, inn) = (x1 + 16, x2 - 16);
        let _ = write!(page, "<path class='wire {mark}' d='M{x1} {y1}H{out}V{low}H{inn}V{y2}H{x2}'/>");
    }
}

fn card(page: &mut String, id: &Id, node: &Node, place: &Place, mark: &str, kinds: &Kinds) {
    let kind = kinds.get(&node.kind);
    let title = node.name.as_deref().or(kind.map(|kind| kind.title)).unwrap_or(&node.kind);
    let said = kind.and_then(|kind| {
        kind.fields.iter().find_map(|field| node.fields.get(field.name).and_then(Value::as_str))
    });
    let said = said.map(|text| text.lines().next().unwrap_or_default()).unwrap_or_default();
    let (x, y) = (place.x, place.y);
    let _ = write!(
        page,
        "<g class='card {mark}'><title>{} · {}</title><rect x={x} y={y} width={WIDTH} height={HEIGHT} rx=10 />",
        escape(id),
        escape(&node.kind)
    );
    if mark == "removed" {
        let _ = write!(
            page,
            "<rect x={x} y={y} width={WIDTH} height={HEIGHT} rx=10 fill='url(#hatch)' class=over />"
        );
    }
    let _ = write!(
        page,
        "<text x={} y={} class=title>{}</text><text x={} y={} class=said>{}</text></g>",
        x + 14,
        y + 27,
        escape(&cut(title, 30)),
        x + 14,
        y + 50,
        escape(&cut(said, 36))
    );
}

/// Nodes without a place stand in a row below all others.
fn places(flow: &Flow) -> BTreeMap<Id, Place> {
    let low = flow.layout.values().map(|place| place.y).max().unwrap_or(0) + HEIGHT + MARGIN;
    let mut homeless = 0;
    let mut place = |id: &Id| {
        flow.layout.get(id).copied().unwrap_or_else(|| {
            homeless += 1;
            Place { x: (homeless - 1) * (WIDTH + MARGIN), y: low, w: None, h: None }
        })
    };
    flow.nodes.keys().map(|id| (id.clone(), place(id))).collect()
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

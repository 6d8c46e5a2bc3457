//! A difference as one page that needs nothing else: both graphs drawn side by side, what changed in colour and in words.

use std::collections::BTreeMap;
use std::fmt::Write;

use flow::{Bot, Flow, Id, Kinds, Node, Place, Value};
use merge::Diff;
use merge::diff::{FileDiff, Item, State, What};

const WIDTH: i32 = 232;
const HEIGHT: i32 = 72;
const MARGIN: i32 = 40;

pub fn of(before: &Bot, after: &Bot, diff: &Diff, titles: [&str; 2], kinds: &Kinds) -> String {
    let mut page = String::new();
    let title = escape(&format!("{} → {}", titles[0], titles[1]));
    let _ = write!(
        page,
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>{title}</title><style>{STYLE}</style><body><header><h1>{title}</h1><p>{}</p></header><main>",
        prose(&if diff.is_empty() { "Nothing changed.".into() } else { diff.summary() })
    );
    for file in &diff.files {
        section(&mut page, file, before, after, titles, kinds);
    }
    if !diff.is_empty() {
        page.push_str("<footer><span class=key-added>added</span><span class=key-removed>removed</span><span class=key-changed>changed</span><span class=key-moved>moved</span></footer>");
    }
    page.push_str("</main></body></html>\n");
    page
}

fn section(page: &mut String, file: &FileDiff, before: &Bot, after: &Bot, titles: [&str; 2], kinds: &Kinds) {
    let (path, old_path) = match &file.state {
        State::Renamed { from } => (&file.path, from),
        _ => (&file.path, &file.path),
    };
    let _ = write!(page, "<section><h2>{} <small>{}</small></h2>", escape(&file.name), escape(path));
    let (old, new) = (before.flows.get(old_path), after.flows.get(path));
    if old.is_some() || new.is_some() {
        let marks = marks(&file.changes, old, new);
        page.push_str("<div class=pair>");
        for (title, flow, other) in [(titles[0], old, new), (titles[1], new, old)] {
            let _ = write!(page, "<figure><figcaption>{}</figcaption>", escape(title));
            match flow {
                Some(flow) => drawing(page, flow, other, &marks, kinds),
                None => page.push_str("<p class=none>Not there.</p>"),
            }
            page.push_str("</figure>");
        }
        page.push_str("</div>");
    }
    words(page, &file.changes);
    page.push_str("</section>");
}

/// How each node is drawn.
fn marks(changes: &[Item], old: Option<&Flow>, new: Option<&Flow>) -> BTreeMap<Id, &'static str> {
    let mut marks: BTreeMap<Id, &'static str> = BTreeMap::new();
    for item in changes {
        let (id, mark) = match (item.what, &item.node) {
            (What::NodeAdded, Some(id)) => (id.clone(), "added"),
            (What::NodeRemoved, Some(id)) => (id.clone(), "removed"),
            (_, Some(id)) => (id.clone(), "changed"),
            (What::Moved, None) => match item.place.strip_prefix("layout.") {
                Some(id) => (id.into(), "moved"),
                None => continue,
            },
            _ => continue,
        };
        match marks.get(&id) {
            Some(known) if *known != "moved" => {}
            _ => drop(marks.insert(id, mark)),
        }
    }
    if let (None, Some(whole)) | (Some(whole), None) = (old, new) {
        let mark = if old.is_none() { "added" } else { "removed" };
        return whole.nodes.keys().map(|id| (id.clone(), mark)).collect();
    }
    marks
}

fn drawing(
    page: &mut String,
    flow: &Flow,
    other: Option<&Flow>,
    marks: &BTreeMap<Id, &'static str>,
    kinds: &Kinds,
) {
    let places = places(flow);
    // One frame for both, so that what stands still is in the same spot.
    let beside = other.map(self::places).unwrap_or_default();
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
            let there = other.and_then(|other| other.nodes.get(id)).and_then(|node| node.next.get(*port));
            let mark = match there {
                Some(there) if there == *target => "same",
                _ if other.is_none() => "same",
                _ => "changed",
            };
            wire(page, from, to, place as i32, mark);
        }
    }
    for (id, node) in &flow.nodes {
        let Some(place) = places.get(id) else { continue };
        card(page, id, node, place, marks.get(id).copied().unwrap_or("same"), kinds);
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

fn words(page: &mut String, changes: &[Item]) {
    let (moved, told): (Vec<&Item>, Vec<&Item>) = changes.iter().partition(|item| item.what == What::Moved);
    page.push_str("<ul>");
    for item in told {
        let mark = match item.what {
            What::NodeAdded | What::ElementAdded => "added",
            What::NodeRemoved | What::ElementRemoved => "removed",
            _ => "changed",
        };
        let _ = write!(page, "<li class={mark}>{}", prose(&item.words));
        if let (Some(before), Some(after)) = (text(&item.before), text(&item.after)) {
            let _ = write!(
                page,
                "<div class=texts><del>{}</del><ins>{}</ins></div>",
                escape(before),
                escape(after)
            );
        }
        page.push_str("</li>");
    }
    match moved.len() {
        0 => {}
        1 => page.push_str("<li class=moved>1 node moved</li>"),
        n => drop(write!(page, "<li class=moved>{n} nodes moved</li>")),
    }
    page.push_str("</ul>");
}

fn text(value: &Option<Value>) -> Option<&str> {
    value.as_ref().and_then(Value::as_str)
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Escaped, with `code` set as code.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let set = |(place, part): (usize, &str)| match place % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    };
    parts.map(set).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

const STYLE: &str = "
:root{color-scheme:light dark;--ground:oklch(97% .006 265);--panel:oklch(99.5% .003 265);--line:oklch(90% .008 265);--ink:oklch(25% .015 265);--ink2:oklch(50% .015 265);--added:oklch(62% .15 150);--removed:oklch(58% .19 25);--changed:oklch(70% .15 75);--moved:oklch(65% .01 265)}
@media(prefers-color-scheme:dark){:root{--ground:oklch(17% .008 265);--panel:oklch(23% .01 265);--line:oklch(32% .012 265);--ink:oklch(93% .006 265);--ink2:oklch(68% .012 265)}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:13px/18px Inter,system-ui,sans-serif}
header{padding:24px 32px 0}h1{font-size:20px;line-height:28px;margin:0}header p{color:var(--ink2);margin:4px 0 0}
main{padding:16px 32px 48px}section{margin-top:24px}h2{font-size:15px;line-height:20px;margin:0 0 8px}small{color:var(--ink2);font-weight:400;font-size:13px}
code{font:12px ui-monospace,monospace;background:color-mix(in srgb,var(--ink) 7%,transparent);padding:1px 4px;border-radius:4px}.pair{display:grid;grid-template-columns:1fr 1fr;gap:12px}figure{margin:0;background:var(--panel);border:1px solid var(--line);border-radius:10px;overflow:hidden}
figcaption{padding:6px 12px;border-bottom:1px solid var(--line);color:var(--ink2)}.none{padding:24px;text-align:center;color:var(--ink2)}svg{display:block;width:100%;height:auto;max-height:70vh}
.card rect{fill:var(--panel);stroke:var(--line);stroke-width:1.5}.card .over{fill:url(#hatch);stroke:none}.hatch{stroke:var(--removed);stroke-width:1.5;opacity:.35}
.card.added rect{stroke:var(--added);stroke-width:3;fill:color-mix(in srgb,var(--added) 10%,var(--panel))}.card.removed rect{stroke:var(--removed);stroke-width:3;stroke-dasharray:6 4}.card.removed .over{stroke:none}
.card.changed rect{stroke:var(--changed);stroke-width:3;fill:color-mix(in srgb,var(--changed) 10%,var(--panel))}.card.moved rect{stroke:var(--moved);stroke-width:2.5;stroke-dasharray:2 3}
.title{font:600 14px Inter,system-ui,sans-serif;fill:var(--ink)}.said{font:12px Inter,system-ui,sans-serif;fill:var(--ink2)}
.wire{fill:none;stroke:var(--moved);stroke-width:1.75}.wire.changed{stroke:var(--changed);stroke-width:3}
ul{list-style:none;margin:12px 0 0;padding:0}li{padding:3px 0 3px 16px;position:relative}li:before{content:'';position:absolute;left:0;top:8px;width:8px;height:8px;border-radius:4px;background:var(--changed)}
li.added:before{background:var(--added)}li.removed:before{background:var(--removed)}li.moved:before{background:var(--moved)}
.texts{display:grid;grid-template-columns:1fr 1fr;gap:12px;margin-top:4px}.texts>*{white-space:pre-wrap;text-decoration:none;padding:6px 10px;border-radius:6px;font-family:'JetBrains Mono',ui-monospace,monospace;font-size:12px}
del{background:color-mix(in srgb,var(--removed) 12%,var(--panel))}ins{background:color-mix(in srgb,var(--added) 12%,var(--panel))}
footer{display:flex;gap:16px;margin-top:32px;color:var(--ink2)}footer span{padding-left:14px;position:relative}footer span:before{content:'';position:absolute;left:0;top:5px;width:8px;height:8px;border-radius:4px;background:var(--added)}
.key-removed:before{background:var(--removed)!important}.key-changed:before{background:var(--changed)!important}.key-moved:before{background:var(--moved)!important}
@media(max-width:900px){.pair,.texts{grid-template-columns:1fr}}
";

//! The drawing: from back to front frames, notes, wires, cards.

use std::collections::BTreeSet;
use std::fmt::Write;

use flow::descriptor::{Family, FieldType};
use flow::limits::Platform;
use flow::{Bot, Flow, Id, Kinds, Node};

use crate::card::{Card, HEADER, LINE, Part, Spot, TEXT, WIDTH};
use crate::icons::icon;
use crate::lines::Run;
use crate::measure::{Weight, fit, width};
use crate::note::rows;
use crate::places::{Rect, Seats};
use crate::route::{Side, short};
use crate::theme::{Colour, Scheme, Theme};
use crate::wires::{Wires, class};
use crate::write::{Text, escape, text};

pub struct Look<'a> {
    pub scheme: Scheme,
    /// The bot of the flow, for the names of other flows.
    pub bot: Option<&'a Bot>,
    pub marks: Option<Marks<'a>>,
}

/// What a page says of cards and wires by classes of its style.
pub struct Marks<'a> {
    pub card: &'a dyn Fn(&Id) -> &'static str,
    pub wire: &'a dyn Fn(&Id, &str, &Id) -> &'static str,
    /// The flow that is drawn next to it, in the same frame.
    pub beside: Option<&'a Flow>,
}

pub struct Drawing {
    pub(crate) body: String,
    pub(crate) bounds: Rect,
    pub(crate) name: String,
    pub(crate) scheme: Scheme,
    pub(crate) ground: String,
    pub nodes: usize,
}

const MARGIN: f32 = 48.0;

impl Drawing {
    pub fn of(flow: &Flow, kinds: &Kinds, look: &Look<'_>) -> Drawing {
        let theme = Theme::new(look.scheme);
        let names = |kind: &FieldType, text: &str| match kind {
            FieldType::Flow => look.bot?.flow_by_id(text).map(|(_, flow)| flow.name.to_string()),
            FieldType::Node => flow.nodes.get(text).map(|node| title_of(node, kinds).into()),
            _ => None,
        };
        // What is marked must be seen.
        let seats = Seats::of(flow, kinds, look.marks.is_some(), &names);
        let mut bounds = seats.bounds();
        let wired: BTreeSet<&Id> = flow.nodes.values().flat_map(|node| node.next.values()).collect();
        let mut body = String::new();
        let pen = Pen { flow, kinds, theme: &theme, seats: &seats, look, wired };
        pen.frames(&mut body);
        pen.notes(&mut body);
        body.push_str("<g fill='none' stroke-width='1.75'>");
        let wires = Wires { flow, kinds, theme: &theme, seats: &seats, marks: look.marks.as_ref() };
        let mut tags = String::new();
        let reach = wires.draw(&mut tags);
        body.push_str(&tags);
        body.push_str("</g>");
        for (id, (rect, card)) in &seats.cards {
            if !seats.folded_in.contains_key(*id) {
                pen.card(&mut body, id, &flow.nodes[*id], *rect, card);
            }
        }
        for (id, (rect, count)) in &seats.folded {
            pen.folded(&mut body, id, *rect, *count);
        }
        if let (Some(reach), Some(known)) = (reach, bounds) {
            bounds = Some(known.joined(reach));
        }
        if let Some(beside) = look.marks.as_ref().and_then(|marks| marks.beside) {
            let other = Seats::of(beside, kinds, true, &|_, _| None).bounds();
            bounds = bounds.into_iter().chain(other).reduce(Rect::joined);
        }
        if flow.nodes.is_empty() && flow.notes.is_empty() {
            let fill = &theme.token("ink-3");
            text(
                &mut body,
                &Text { x: 0.0, y: 18.0, size: TEXT, weight: Weight::Regular, fill, more: "" },
                EMPTY,
            );
        }
        let empty = Rect { x: 0.0, y: 0.0, width: width(EMPTY, TEXT, Weight::Regular), height: 24.0 };
        let bounds = bounds.unwrap_or(empty).wider(MARGIN);
        let name = flow.name.to_string();
        let ground = theme.token("ground").to_string();
        Drawing { body, bounds, name, scheme: look.scheme, ground, nodes: flow.nodes.len() }
    }
}

const EMPTY: &str = "There is nothing in this flow yet.";

pub fn title_of<'a>(node: &'a Node, kinds: &Kinds) -> &'a str {
    let kind = kinds.get(&node.kind).map(|kind| kind.title);
    node.name.as_deref().filter(|name| !name.is_empty()).or(kind).unwrap_or(&node.kind)
}

struct Pen<'a> {
    flow: &'a Flow,
    kinds: &'a Kinds,
    theme: &'a Theme,
    seats: &'a Seats<'a>,
    look: &'a Look<'a>,
    wired: BTreeSet<&'a Id>,
}

/// A group's title, and where it stands.
fn heading<'a>(to: &mut String, rect: Rect, title: &str, fill: &'a Colour) -> Text<'a> {
    let (weight, size) = (Weight::SemiBold, TEXT);
    let at = Text { x: rect.x + 16.0, y: rect.y + 25.0, size, weight, fill, more: "" };
    text(to, &at, &fit(title, rect.width - 32.0, size, weight));
    at
}

impl Pen<'_> {
    fn frames(&self, to: &mut String) {
        for (id, rect) in &self.seats.frames {
            let group = &self.flow.groups[*id];
            let own = self.own(group.color.as_deref()).unwrap_or_else(|| self.theme.token("ink-3"));
            let line = self.theme.mix(&own, 0.45, &self.theme.token("line-strong"));
            let ink = self.theme.mix(&own, 0.45, &self.theme.token("ink"));
            let inside = format!(" fill-opacity='.07' stroke='{line}'");
            rounded(to, *rect, 16.0, &own, &inside);
            heading(to, *rect, &group.title, &ink);
        }
    }

    fn notes(&self, to: &mut String) {
        for (id, rect) in &self.seats.notes {
            let note = &self.flow.notes[*id];
            let own = self.own(note.color.as_deref()).unwrap_or_else(|| self.theme.note());
            let fill = self.theme.mix(&own, 0.14, &self.theme.token("raised"));
            let line = self.theme.mix(&own, 0.42, &self.theme.token("line"));
            rounded(to, *rect, 10.0, &fill, &format!(" stroke='{line}'"));
            let (ink, faint) = (self.theme.token("ink-2"), self.theme.token("ink-3"));
            let strong = self.theme.token("ink");
            for row in rows(&note.text, rect.width, rect.height) {
                let fill = if row.weight == Weight::Regular { &ink } else { &strong };
                let (x, y) = (rect.x + row.x, rect.y + row.y);
                if let Some(bullet) = &row.bullet {
                    let at =
                        Text { x: x - 17.0, y, size: row.size, weight: row.weight, fill: &faint, more: "" };
                    text(to, &at, bullet);
                }
                for run in &row.line {
                    let at = Text { x: x + run.x, y, size: row.size, weight: row.weight, fill, more: "" };
                    text(to, &at, &run.text);
                }
            }
        }
    }

    fn folded(&self, to: &mut String, id: &Id, rect: Rect, count: usize) {
        let group = &self.flow.groups[id];
        let own = self.own(group.color.as_deref()).unwrap_or_else(|| self.theme.token("ink-3"));
        let line = self.theme.mix(&own, 0.45, &self.theme.token("line-strong"));
        let behind = self.theme.mix(&own, 0.2, &self.theme.token("ground"));
        let fill = self.theme.mix(&own, 0.12, &self.theme.token("raised"));
        let ink = self.theme.mix(&own, 0.45, &self.theme.token("ink"));
        rounded(to, Rect { x: rect.x + 3.0, y: rect.y + 3.0, ..rect }, 10.0, &behind, "");
        rounded(to, rect, 10.0, &fill, &format!(" stroke='{line}'"));
        let at = heading(to, rect, &group.title, &ink);
        let faint = self.theme.token("ink-3");
        let at = Text { y: rect.y + 45.0, weight: Weight::Regular, fill: &faint, ..at };
        text(to, &at, &if count == 1 { "1 node".into() } else { format!("{count} nodes") });
        let wire = self.theme.token("wire");
        for x in [rect.x, rect.x + rect.width] {
            port(to, x, rect.y + rect.height / 2.0, &wire, &wire);
        }
    }

    fn card(&self, to: &mut String, id: &Id, node: &Node, rect: Rect, card: &Card) {
        let kind = self.kinds.get(&node.kind);
        let family = kind.map(|kind| kind.family);
        let own = self.theme.kind(family);
        let mark = self.look.marks.as_ref().map_or("", |marks| (marks.card)(id));
        let (x, y) = (rect.x, rect.y);
        let title = title_of(node, self.kinds);
        let _ =
            write!(to, "<g{}><title>{} · {}</title>", class("card", mark), escape(id), escape(&node.kind));
        if self.look.scheme != Scheme::Page {
            let shadow = Rect { y: y + 1.5, ..rect };
            let _ = write!(to, "<rect{} rx='10' fill='#000' fill-opacity='.05'/>", sized(shadow.wider(0.5)));
        }
        rounded(
            to,
            rect,
            10.0,
            &self.theme.token("raised"),
            &format!(" class='box' stroke='{}'", self.theme.token("line-strong")),
        );
        if mark == "removed" {
            let _ = write!(to, "<rect{} rx='10' fill='url(#hatch)' class='over'/>", sized(rect));
        }
        let low = y + card.height - 8.0;
        let _ = write!(
            to,
            "<path fill='{own}' d='M{x},{}a3,3 0 0 1 3,3V{}a3,3 0 0 1 -3,3z'/>",
            y + 8.0,
            low - 3.0
        );
        let shape =
            kind.and_then(|kind| icon(kind.icon)).or_else(|| icon(of_family(family))).unwrap_or_default();
        let _ = write!(
            to,
            "<g transform='translate({} {}) scale(.5833)' fill='none' stroke='{own}' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'>{shape}</g>",
            x + 12.0,
            y + 8.5
        );
        let only = self.only(node);
        let badge = only.as_deref().map_or(0.0, |only| width(only, 11.0, Weight::Regular) + 10.0);
        let room = WIDTH - 33.0 - 10.0 - if badge > 0.0 { badge + 7.0 } else { 0.0 };
        let ink = self.theme.token("ink");
        let mut at =
            Text { x: x + 33.0, y: y + 20.2, size: TEXT, weight: Weight::SemiBold, fill: &ink, more: "" };
        text(to, &at, &fit(title, room, TEXT, Weight::SemiBold));
        let (own_ink, faint) = (self.theme.token("ink-2"), self.theme.token("ink-3"));
        if let Some(only) = &only {
            let at_ = Rect { x: x + WIDTH - 10.0 - badge, y: y + 7.5, width: badge, height: 16.0 };
            rounded(to, at_, 4.0, &self.theme.token("sunken"), "");
            let at = Text {
                x: at_.x + 5.0,
                y: at_.y + 12.0,
                size: 11.0,
                weight: Weight::Regular,
                fill: &faint,
                more: "",
            };
            text(to, &at, only);
        }
        at.weight = Weight::Regular;
        if kind.is_none() {
            at.more = " font-style='italic'";
        }
        for (row, line) in card.lines.iter().enumerate() {
            at.y = y + HEADER + 2.0 + row as f32 * LINE + 13.5;
            for Run { x: from, text: said, own } in line {
                at.x = x + 12.0 + from;
                at.fill = if *own { &own_ink } else { &faint };
                text(to, &at, said);
            }
        }
        if kind.is_none_or(|kind| !kind.trigger) {
            let wire = self.theme.token("wire");
            let inside = if self.wired.contains(id) { wire.clone() } else { self.theme.token("raised") };
            port(to, x, y + HEADER / 2.0, &wire, &inside);
        }
        for spot in &card.spots {
            self.spot(to, spot, rect, node.next.contains_key(spot.id.as_str()), &own);
        }
        to.push_str("</g>");
    }

    fn spot(&self, to: &mut String, spot: &Spot, rect: Rect, wired: bool, own: &Colour) {
        let (x, y) = (rect.x + spot.x, rect.y + spot.y);
        let faint = self.theme.token("ink-3");
        if spot.side == Side::Bottom {
            if !wired {
                return;
            }
            let colour = if spot.part == Part::Error { self.theme.token("error") } else { own.clone() };
            port(to, x, y, &colour, &colour);
            let more = " text-anchor='end'";
            let label = fit(&spot.label, 120.0, 11.0, Weight::Regular);
            text(
                to,
                &Text { x: x - 9.0, y: y + 14.0, size: 11.0, weight: Weight::Regular, fill: &faint, more },
                &label,
            );
            return;
        }
        if spot.part == Part::Item {
            let chip = Rect { x: rect.x + 12.0, y: y - 12.0, width: WIDTH - 26.0, height: 24.0 };
            rounded(
                to,
                chip,
                6.0,
                &self.theme.token("sunken"),
                &format!(" stroke='{}'", self.theme.token("line")),
            );
            let label = fit(&spot.label.replace('\n', " "), chip.width - 16.0, TEXT, Weight::Medium);
            let fill = &self.theme.token("ink-2");
            let at = Text {
                x: chip.x + chip.width / 2.0,
                y: y + 4.5,
                size: TEXT,
                weight: Weight::Medium,
                fill,
                more: " text-anchor='middle'",
            };
            text(to, &at, &label);
        } else if spot.named {
            let label = fit(&spot.label, WIDTH - 26.0, 11.0, Weight::Medium);
            let more = if spot.part == Part::Lost {
                " text-anchor='end' font-style='italic' text-decoration='line-through'"
            } else {
                " text-anchor='end'"
            };
            let at = Text { x: x - 14.0, y: y + 4.0, size: 11.0, weight: Weight::Medium, fill: &faint, more };
            text(to, &at, &label);
        }
        let inside = if wired { own.clone() } else { self.theme.token("raised") };
        port(to, x, y, own, &inside);
    }

    /// Where a kind works, if that is not everywhere the bot is.
    fn only(&self, node: &Node) -> Option<String> {
        let kind = self.kinds.get(&node.kind)?;
        let name = |one: &Platform| match one {
            Platform::Telegram => ("telegram", "Telegram"),
            Platform::Discord => ("discord", "Discord"),
        };
        let known: Vec<_> = kind.platforms.iter().map(name).collect();
        let elsewhere =
            self.look.bot?.manifest.channels().any(|channel| !known.iter().any(|(id, _)| *id == channel));
        let names: Vec<&str> = known.iter().map(|(_, name)| *name).collect();
        (!names.is_empty() && elsewhere).then(|| names.join(", "))
    }

    fn own(&self, named: Option<&str>) -> Option<Colour> {
        self.theme.own(named?)
    }
}

fn of_family(family: Option<Family>) -> &'static str {
    match family {
        None => "puzzle",
        Some(Family::Trigger) => "zap",
        Some(Family::Message) => "message-square",
        Some(Family::Logic) => "git-branch",
        Some(Family::Data) => "database",
        Some(Family::World) => "globe",
        Some(Family::People) => "users",
        Some(Family::Ai) => "sparkles",
    }
}

fn sized(rect: Rect) -> String {
    let Rect { x, y, width, height } = rect;
    format!(" x='{}' y='{}' width='{}' height='{}'", short(x), short(y), short(width), short(height))
}

fn rounded(to: &mut String, rect: Rect, radius: f32, fill: &Colour, more: &str) {
    let _ = write!(to, "<rect{} rx='{radius}' fill='{fill}'{more}/>", sized(rect));
}

fn port(to: &mut String, x: f32, y: f32, line: &Colour, fill: &Colour) {
    let _ = write!(
        to,
        "<circle cx='{}' cy='{}' r='4.1' fill='{fill}' stroke='{line}' stroke-width='1.75'/>",
        short(x),
        short(y)
    );
}

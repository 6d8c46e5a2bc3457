//! A difference as one page: both graphs drawn side by side, what changed in colour and in words.

use std::collections::BTreeMap;
use std::fmt::Write;

use flow::{Bot, Flow, Id, Kinds, Value};
use merge::Diff;
use merge::diff::{FileDiff, Item, State, What};
use picture::Marks;

use super::{drawn, escape, prose, whole};

pub fn of(before: &Bot, after: &Bot, diff: &Diff, titles: [&str; 2], kinds: &Kinds) -> String {
    let mut body = String::new();
    for file in &diff.files {
        section(&mut body, file, before, after, titles, kinds);
    }
    let title = format!("{} → {}", titles[0], titles[1]);
    if diff.is_empty() {
        return whole(&title, "Nothing changed.", &body, &[]);
    }
    let key = ["added", "removed", "changed", "moved"].map(|mark| (mark, mark));
    whole(&title, &prose(&diff.summary()), &body, &key)
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
        for (title, flow, other, bot) in [(titles[0], old, new, before), (titles[1], new, old, after)] {
            let _ = write!(page, "<figure><figcaption>{}</figcaption>", escape(title));
            match flow {
                Some(flow) => {
                    let card = |id: &Id| marks.get(id).copied().unwrap_or("same");
                    let wire = |id: &Id, port: &str, target: &Id| {
                        let Some(other) = other else { return "same" };
                        let there = other.nodes.get(id).and_then(|node| node.next.get(port));
                        if there == Some(target) { "same" } else { "changed" }
                    };
                    page.push_str(&drawn(
                        flow,
                        bot,
                        Marks { card: &card, wire: &wire, beside: other },
                        kinds,
                    ));
                }
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

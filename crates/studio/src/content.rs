//! One file's content as a part of the bot: read, printed, put, compared.

use std::collections::BTreeSet;
use std::sync::Arc;

use flow::change::{FlowProp, MANIFEST_FILE, is_flow_path};
use flow::text::{MAX_BYTES, parse_flow, parse_manifest, print_flow, print_manifest};
use flow::{Bot, Change, Edit, FilePath, Flow, Manifest, Problem, Seg, Value};

/// Other text files are read up to this size.
pub const MOST_TEXT: u64 = 1 << 20;

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Manifest(Manifest),
    Flow(Box<Flow>),
    Text(Arc<str>),
}

/// What a file said.
#[derive(Debug)]
pub struct Reading {
    pub content: Content,
    pub problems: Vec<Problem>,
    /// Not everything is in `content`: it must not be saved over the file.
    pub lossy: bool,
}

/// Files larger than this are not read.
pub fn most(path: &str) -> u64 {
    if path == MANIFEST_FILE || is_flow_path(path) { MAX_BYTES } else { MOST_TEXT }
}

/// Nothing if the bytes are not text and nobody says they are.
pub fn parse(path: &str, bytes: &[u8]) -> Option<Reading> {
    if path == MANIFEST_FILE {
        let parsed = parse_manifest(bytes);
        let lossy = parsed.lossy();
        let problems = parsed.problems.iter().map(|problem| problem.at_file(path)).collect();
        return Some(Reading { content: Content::Manifest(parsed.value), problems, lossy });
    }
    if is_flow_path(path) {
        let parsed = parse_flow(bytes);
        let lossy = parsed.lossy();
        let problems = parsed.problems.iter().map(|problem| problem.at_file(path)).collect();
        return Some(Reading { content: Content::Flow(Box::new(parsed.value)), problems, lossy });
    }
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))?;
    Some(Reading { content: Content::Text(text.into()), problems: Vec::new(), lossy: false })
}

/// What the bot holds at a path; a manifest without members is none.
pub fn of(bot: &Bot, path: &str) -> Option<Content> {
    if path == MANIFEST_FILE {
        return (!bot.manifest.0.is_empty()).then(|| Content::Manifest(bot.manifest.clone()));
    }
    if is_flow_path(path) {
        return bot.flows.get(path).map(|flow| Content::Flow(Box::new(flow.clone())));
    }
    bot.texts.get(path).map(|text| Content::Text(text.clone()))
}

pub fn put(bot: &mut Bot, path: &FilePath, content: Option<Content>) {
    match content {
        Some(Content::Manifest(manifest)) => bot.manifest = manifest,
        Some(Content::Flow(flow)) => drop(bot.flows.insert(path.clone(), *flow)),
        Some(Content::Text(text)) => drop(bot.texts.insert(path.clone(), text)),
        None if path == MANIFEST_FILE => bot.manifest = Manifest::default(),
        None => {
            bot.flows.remove(path);
            bot.texts.remove(path);
        }
    }
}

impl Content {
    /// The one text that says this.
    pub fn print(&self) -> String {
        match self {
            Content::Manifest(manifest) => print_manifest(manifest),
            Content::Flow(flow) => print_flow(flow),
            Content::Text(text) => text.to_string(),
        }
    }
}

/// The change that makes one content of a file into another, as small as edits can say it.
pub fn difference(path: &FilePath, from: Option<&Content>, to: Option<&Content>) -> Change {
    match (from, to) {
        (Some(Content::Flow(from)), Some(Content::Flow(to))) => between_flows(path, from, to),
        (_, Some(Content::Flow(flow))) => Edit::Flow { flow: path.clone(), value: Some(flow.clone()) }.into(),
        (Some(Content::Flow(_)), _) => Edit::Flow { flow: path.clone(), value: None }.into(),
        (Some(Content::Text(from)), Some(Content::Text(to))) if from == to => Change::default(),
        (_, Some(Content::Text(text))) => Edit::File { path: path.clone(), text: Some(text.clone()) }.into(),
        (Some(Content::Text(_)), _) => Edit::File { path: path.clone(), text: None }.into(),
        (from, to) => between_manifests(manifest(from), manifest(to)),
    }
}

fn manifest(content: Option<&Content>) -> Manifest {
    match content {
        Some(Content::Manifest(manifest)) => manifest.clone(),
        _ => Manifest::default(),
    }
}

fn between_manifests(from: Manifest, to: Manifest) -> Change {
    let names: BTreeSet<&str> = from.0.iter().chain(to.0.iter()).map(|(name, _)| name).collect();
    let differs = names.into_iter().filter(|name| from.0.get(name) != to.0.get(name));
    Change::new(
        differs.map(|name| Edit::Manifest { path: vec![Seg::from(name)], value: to.0.get(name).cloned() }),
    )
}

fn between_flows(path: &FilePath, from: &Flow, to: &Flow) -> Change {
    if from.extra != to.extra {
        return Edit::Flow { flow: path.clone(), value: Some(Box::new(to.clone())) }.into();
    }
    let mut edits = Vec::new();
    let props = [
        (FlowProp::Id, Some(Value::text(from.id.clone())), Some(Value::text(to.id.clone()))),
        (FlowProp::Name, Some(Value::text(from.name.clone())), Some(Value::text(to.name.clone()))),
        (FlowProp::Inputs, Some(Value::Object(from.inputs.clone())), Some(Value::Object(to.inputs.clone()))),
        (
            FlowProp::Outputs,
            Some(Value::Object(from.outputs.clone())),
            Some(Value::Object(to.outputs.clone())),
        ),
        (FlowProp::Unresolved, from.unresolved.clone(), to.unresolved.clone()),
    ];
    for (prop, from, to) in props {
        if from != to {
            edits.push(Edit::FlowProp { flow: path.clone(), prop, value: to });
        }
    }
    each_difference(&from.nodes, &to.nodes, |id, node| {
        edits.push(Edit::Node { flow: path.clone(), id, node: node.map(|node| (**node).clone()) });
    });
    each_difference(&from.groups, &to.groups, |id, group| {
        edits.push(Edit::Group { flow: path.clone(), id, group: group.cloned() });
    });
    each_difference(&from.notes, &to.notes, |id, note| {
        edits.push(Edit::Note { flow: path.clone(), id, note: note.cloned() });
    });
    each_difference(&from.layout, &to.layout, |id, place| {
        edits.push(Edit::Place { flow: path.clone(), id, place: place.copied() });
    });
    Change { edits }
}

fn each_difference<T: PartialEq>(
    from: &std::collections::BTreeMap<flow::Id, T>,
    to: &std::collections::BTreeMap<flow::Id, T>,
    mut hear: impl FnMut(flow::Id, Option<&T>),
) {
    for id in from.keys().filter(|id| !to.contains_key(*id)) {
        hear(id.clone(), None);
    }
    for (id, value) in to {
        if from.get(id) != Some(value) {
            hear(id.clone(), Some(value));
        }
    }
}

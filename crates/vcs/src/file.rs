//! Merging one file by itself: three texts in, one text out. This is all that git's merge driver can see.

use flow::problem::ReadProblem;
use flow::text::{Parsed, parse_flow, parse_manifest, print_flow, print_manifest};
use flow::{Bot, Edit, FilePath, Flow, Kinds, Manifest, Value};
use merge::Conflict;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Flow,
    Manifest,
}

/// What a file is, by its name; nothing if it is none of ours.
pub fn form(path: &str) -> Option<Form> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name == flow::change::MANIFEST_FILE {
        Some(Form::Manifest)
    } else if name.ends_with(".flow.json") && name.len() > ".flow.json".len() {
        Some(Form::Flow)
    } else {
        None
    }
}

#[derive(Clone, Debug)]
pub struct Merged {
    /// In canonical form; what is open stands in its member `unresolved`.
    pub text: String,
    pub open: Vec<(String, Conflict)>,
}

/// A side that could not be read whole. It must not be merged: what is missing would count as deleted.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{side} cannot be read (line {}, column {}): {}", problem.position.line, problem.position.column, problem.message)]
pub struct Unreadable {
    pub side: &'static str,
    pub problem: ReadProblem,
}

/// Merges three texts of one file. There is no base where both sides added it.
pub fn merge(
    form: Form,
    base: Option<&[u8]>,
    ours: &[u8],
    theirs: &[u8],
    kinds: &Kinds,
) -> Result<Merged, Unreadable> {
    match form {
        Form::Flow => {
            let base = base.map(|base| whole("the common base", parse_flow(base))).transpose()?;
            let ours = whole("our side", parse_flow(ours))?;
            let theirs = whole("their side", parse_flow(theirs))?;
            Ok(flows(base, ours, theirs, kinds))
        }
        Form::Manifest => {
            let base = base.map(|base| whole("the common base", parse_manifest(base))).transpose()?;
            let ours = whole("our side", parse_manifest(ours))?;
            let theirs = whole("their side", parse_manifest(theirs))?;
            let bot =
                |manifest: Option<Manifest>| Bot { manifest: manifest.unwrap_or_default(), ..Bot::default() };
            let merged = merge::merge(&bot(base), &bot(Some(ours)), &bot(Some(theirs)), kinds);
            Ok(Merged { text: print_manifest(&merged.bot.manifest), open: open(&merged.bot) })
        }
    }
}

fn whole<T>(side: &'static str, parsed: Parsed<T>) -> Result<T, Unreadable> {
    match parsed.problems.iter().find(|problem| problem.lossy) {
        Some(problem) => Err(Unreadable { side, problem: problem.clone() }),
        None => Ok(parsed.value),
    }
}

/// The one flow's name in a bot of its own.
const FILE: &str = "flows/this.flow.json";

pub(crate) fn flows(base: Option<Flow>, mut ours: Flow, mut theirs: Flow, kinds: &Kinds) -> Merged {
    // Flows are paired by id. Here they are paired already, by the file they are in, so their ids only differ.
    let ids = (base.as_ref().map(|flow| flow.id.clone()), ours.id.clone(), theirs.id.clone());
    let id = match &ids {
        (Some(base), ours, theirs) if base == ours => theirs.clone(),
        (_, ours, _) => ours.clone(),
    };
    let contested = ids.1 != ids.2 && ids.0.as_ref() != Some(&ids.1) && ids.0.as_ref() != Some(&ids.2);
    let base = base.map(|flow| Flow { id: id.clone(), ..flow });
    (ours.id, theirs.id) = (id.clone(), id.clone());
    let bot = |flow: Option<Flow>| Bot {
        flows: flow.into_iter().map(|flow| (FilePath::new(FILE), flow)).collect(),
        ..Bot::default()
    };
    let mut merged = merge::merge(&bot(base), &bot(Some(ours)), &bot(Some(theirs)), kinds).bot;
    if let Some(flow) = merged.flows.get_mut(FILE).filter(|_| contested) {
        let what = "Both sides have a flow of their own in this file; they were put together.";
        let mut new = Conflict::new(merge::Kind::File, None, what);
        let edit = |id: &flow::Id| Edit::FlowProp {
            flow: FilePath::default(),
            prop: flow::change::FlowProp::Id,
            value: Some(Value::String(id.clone())),
        };
        new.ours.push(edit(&ids.1));
        new.theirs.push(edit(&ids.2));
        let mut all = merge::conflict::open_in_flow(flow);
        all.insert("id".into(), new);
        flow.unresolved = written(&all);
    }
    let text = merged.flows.values().next().map(print_flow).unwrap_or_default();
    Merged { text, open: open(&merged) }
}

fn open(bot: &Bot) -> Vec<(String, Conflict)> {
    merge::open(bot).into_iter().map(|(_, place, one)| (place.to_string(), one)).collect()
}

/// Open conflicts as the member `unresolved` holds them.
pub(crate) fn written(open: &merge::conflict::Open) -> Option<Value> {
    if open.is_empty() {
        return None;
    }
    let json = serde_json::to_value(open).ok()?;
    serde_json::from_value(json).ok()
}

/// The number of conflicts that stand open in a text; nothing if it has none or is no text of ours.
pub fn open_in_text(path: &str, text: &[u8]) -> usize {
    let Some(form) = form(path) else { return 0 };
    let member: &[u8] = b"\"unresolved\"";
    if !text.windows(member.len()).any(|window| window == member) {
        return 0;
    }
    let value = match form {
        Form::Flow => parse_flow(text).value.unresolved,
        Form::Manifest => parse_manifest(text).value.0.get(merge::conflict::MEMBER).cloned(),
    };
    // Whatever stands there, somebody has to look at it.
    value.map_or(0, |value| value.as_object().map_or(1, |open| open.iter().count().max(1)))
}

/// Nothing of it is lost by reading it.
pub(crate) fn is_whole(form: Form, text: &[u8]) -> bool {
    match form {
        Form::Flow => !parse_flow(text).lossy(),
        Form::Manifest => !parse_manifest(text).lossy(),
    }
}

/// Many programs have a bot.json. Ours says so.
pub fn is_manifest(text: &[u8]) -> bool {
    let parsed = parse_manifest(text);
    let member: &[u8] = b"\"nexus\"";
    parsed.lossy() || text.windows(member.len()).any(|window| window == member)
}

/// Merges files that are none of ours line by line, as git would: the text, with markers where it is open, and whether it is clean.
/// Nothing for what is no text.
pub fn merge_lines(base: Option<&[u8]>, ours: &[u8], theirs: &[u8]) -> Option<(Vec<u8>, bool)> {
    let binary = |bytes: &[u8]| bytes.iter().take(8000).any(|byte| *byte == 0);
    if [base.unwrap_or_default(), ours, theirs].into_iter().any(binary) {
        return None;
    }
    let mut options = git2::MergeFileOptions::new();
    options.our_label("ours").their_label("theirs");
    let (mut b, mut o, mut t) =
        (git2::MergeFileInput::new(), git2::MergeFileInput::new(), git2::MergeFileInput::new());
    b.content(base.unwrap_or_default());
    o.content(ours);
    t.content(theirs);
    let merged = git2::merge_file(&b, &o, &t, Some(&mut options)).ok()?;
    Some((merged.content().to_vec(), merged.is_automergeable()))
}

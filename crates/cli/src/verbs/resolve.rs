//! `nexus resolve`: what a merge left open, and how to settle it.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use flow::change::MANIFEST_FILE;
use flow::text::{MAX_BYTES, print_flow, print_manifest};
use flow::{Bot, Edit, FilePath};
use merge::{Choice, Conflict, Refusal};
use serde::Deserialize;
use serde_json::json;
use smol_str::SmolStr;
use studio::disk::{self, Hash, Outcome};
use studio::{Glance, Glimpse, glance};

use super::sources::{Source, find, shown};
use super::{many, unfit};
use crate::End;
use crate::out::{FAINT, Out, STRONG, WARNING};

/// Settle what a merge left open.
///
/// Without a choice it lists the open conflicts; in a terminal it asks about each.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus resolve\n  nexus resolve shop-bot/flows/main.flow.json --theirs\n  nexus resolve --choose choices.json\n\nA file of choices names places: {\"nodes.k3f9a2.fields.text\": \"ours\", …}. The choices are ours, theirs, base, ours-then-theirs,\ntheirs-then-ours, or {\"edits\": […]}. Where a place is open in several files: \"flows/main.flow.json#nodes.…\"."
)]
pub struct Args {
    /// The bot's folder, a folder that holds bots, or one file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Take our side everywhere.
    #[arg(long, conflicts_with_all = ["theirs", "base", "choose"])]
    ours: bool,
    /// Take their side everywhere.
    #[arg(long, conflicts_with_all = ["base", "choose"])]
    theirs: bool,
    /// Leave everything as it was before either side.
    #[arg(long, conflicts_with = "choose")]
    base: bool,
    /// Take the choices from a JSON file.
    #[arg(long, value_name = "FILE")]
    choose: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

type Found = (FilePath, SmolStr, Conflict);

/// How one conflict after the other is decided.
enum Decider {
    All(Choice),
    Named(BTreeMap<String, Choice>),
    Ask,
    /// Only list.
    Nobody,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Word(String),
    Edits { edits: Vec<Edit> },
}

pub fn run(args: Args, out: &mut Out) -> End {
    let sources = match find(std::slice::from_ref(&args.path)) {
        Ok(sources) => sources,
        Err(error) => return unfit(&error, args.json, out),
    };
    let mut decider = match decider(&args) {
        Ok(decider) => decider,
        Err(message) => return bad(&message, args.json, out),
    };
    let mut listed = Vec::new();
    let (mut left, mut settled) = (0, 0);
    let mut enough = false;
    for source in &sources {
        let mut glance = glance_of(source);
        let before = glance.bot.clone();
        let mut seen: Vec<(FilePath, SmolStr)> = Vec::new();
        loop {
            let next = open_here(&glance.bot, source)
                .into_iter()
                .find(|(file, place, _)| !seen.iter().any(|(f, p)| f == file && p == place));
            let Some((file, place, one)) = next.filter(|_| !enough) else { break };
            seen.push((file.clone(), place.clone()));
            let where_ = shown(&source.root.join(file.as_str()));
            if glance.files.get(&file).is_some_and(|file| file.lossy) {
                listed.push((where_, place, one, None));
                continue;
            }
            let choice = match decider.decide(&file, &place, &where_, &one, out) {
                Ok(choice) => choice,
                Err(Quit) => {
                    enough = true;
                    break;
                }
            };
            let Some(choice) = choice else {
                listed.push((where_, place, one, None));
                continue;
            };
            match settle(&mut glance.bot, &file, &place, &choice) {
                Ok(()) => {
                    settled += 1;
                    listed.push((where_, place, one, Some(word(&choice))));
                }
                Err(message) => {
                    out.note(format_args!("{where_}: {place}: {message}"));
                    listed.push((where_, place, one, None));
                }
            }
        }
        if let Err(message) = save(source, &glance, &before) {
            out.error(message, Some("nothing else was changed; try again"));
            return End::Failed;
        }
        left += open_here(&glance.bot, source).len();
    }
    if args.json {
        let conflicts: Vec<_> = listed
            .iter()
            .map(|(file, place, one, choice)| {
                json!({
                    "file": file, "place": place, "kind": one.kind, "node": one.node, "what": one.what,
                    "both": !one.both.is_empty(), "chosen": choice,
                })
            })
            .collect();
        out.json(&json!({ "settled": settled, "open": left, "conflicts": conflicts }));
    } else {
        if matches!(decider, Decider::Nobody) {
            for (file, place, one, _) in &listed {
                say(file, place, one, out);
            }
        }
        match (settled, left) {
            (0, 0) => out.line("Nothing is open."),
            (_, 0) => {
                out.line(format_args!("{} settled, none is left.", many(settled, "conflict")));
                out.line("In a git repository: `git add` the files, then `git commit`, or `--continue` what you began.");
            }
            (0, _) => out.line(format_args!("{} open.", many(left, "conflict"))),
            _ => out.line(format_args!("{} settled, {left} still open.", many(settled, "conflict"))),
        }
    }
    if left > 0 { End::Findings } else { End::Fine }
}

fn bad(message: &str, json: bool, out: &mut Out) -> End {
    if json {
        out.json(&json!({ "error": { "message": message } }));
    } else {
        out.error(message, None);
    }
    End::BadUse
}

fn decider(args: &Args) -> Result<Decider, String> {
    if args.ours {
        return Ok(Decider::All(Choice::Ours));
    }
    if args.theirs {
        return Ok(Decider::All(Choice::Theirs));
    }
    if args.base {
        return Ok(Decider::All(Choice::Base));
    }
    let Some(path) = &args.choose else {
        let talks = !args.json && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        return Ok(if talks { Decider::Ask } else { Decider::Nobody });
    };
    let name = path.display();
    let bytes = match disk::read(path, MAX_BYTES) {
        Ok(disk::Found::File { bytes, .. }) => bytes,
        Ok(_) => return Err(format!("there is no file {name}")),
        Err(error) => return Err(format!("{name} could not be read: {}", disk::reason(&error))),
    };
    let said: BTreeMap<String, Said> = serde_json::from_slice(&bytes)
        .map_err(|error| format!("{name} is no list of choices, {{place: choice}}: {error}"))?;
    let mut choices = BTreeMap::new();
    for (place, said) in said {
        let choice = match said {
            Said::Edits { edits } => Choice::Custom(edits),
            Said::Word(word) => choice(&word).ok_or_else(|| {
                format!("{name}: `{word}` is no choice; they are ours, theirs, base, ours-then-theirs and theirs-then-ours")
            })?,
        };
        choices.insert(place, choice);
    }
    Ok(Decider::Named(choices))
}

fn choice(word: &str) -> Option<Choice> {
    Some(match word {
        "ours" => Choice::Ours,
        "theirs" => Choice::Theirs,
        "base" => Choice::Base,
        "ours-then-theirs" => Choice::OursThenTheirs,
        "theirs-then-ours" => Choice::TheirsThenOurs,
        _ => return None,
    })
}

fn word(choice: &Choice) -> &'static str {
    match choice {
        Choice::Ours => "ours",
        Choice::Theirs => "theirs",
        Choice::Base => "base",
        Choice::OursThenTheirs => "ours-then-theirs",
        Choice::TheirsThenOurs => "theirs-then-ours",
        Choice::Custom(_) => "edits",
    }
}

struct Quit;

impl Decider {
    fn decide(
        &mut self,
        file: &str,
        place: &str,
        shown: &str,
        one: &Conflict,
        out: &mut Out,
    ) -> Result<Option<Choice>, Quit> {
        match self {
            Decider::All(choice) => Ok(Some(choice.clone())),
            Decider::Named(choices) => {
                let choice = choices.get(&format!("{file}#{place}")).or_else(|| choices.get(place));
                Ok(choice.cloned())
            }
            Decider::Nobody => Ok(None),
            Decider::Ask => ask(shown, place, one, out),
        }
    }
}

fn ask(file: &str, place: &str, one: &Conflict, out: &mut Out) -> Result<Option<Choice>, Quit> {
    say(file, place, one, out);
    let both = if one.both.is_empty() { "" } else { ", 1 ours then theirs, 2 theirs then ours" };
    loop {
        out.ask(format_args!("  o ours, t theirs, b as it was{both}, s skip, q quit: "));
        let mut answer = String::new();
        match std::io::stdin().lock().read_line(&mut answer) {
            Ok(0) | Err(_) => {
                out.line("");
                return Err(Quit);
            }
            Ok(_) => {}
        }
        return Ok(Some(match answer.trim().to_lowercase().as_str() {
            "o" | "ours" => Choice::Ours,
            "t" | "theirs" => Choice::Theirs,
            "b" | "base" => Choice::Base,
            "1" if !one.both.is_empty() => Choice::OursThenTheirs,
            "2" if !one.both.is_empty() => Choice::TheirsThenOurs,
            "s" | "skip" => return Ok(None),
            "q" | "quit" => return Err(Quit),
            _ => continue,
        }));
    }
}

fn say(file: &str, place: &str, one: &Conflict, out: &mut Out) {
    let head = out.paint(STRONG, file);
    out.line(format_args!("{head}: {} {}", out.paint(WARNING, &one.what), out.paint(FAINT, place)));
    for (side, edits) in [("ours", &one.ours), ("theirs", &one.theirs)] {
        for line in edits.iter().map(in_words).collect::<std::collections::BTreeSet<_>>() {
            out.line(format_args!("  {side}: {line}"));
        }
    }
}

/// An edit in a few words.
fn in_words(edit: &Edit) -> String {
    let short = |value: &flow::Value| {
        let text = match value {
            flow::Value::String(text) => text.to_string(),
            other => serde_json::to_string(other).unwrap_or_default(),
        };
        let mut short: String = text.chars().take(200).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        short.replace('\n', "⏎")
    };
    let set = |what: String, value: Option<&flow::Value>| match value {
        Some(value) => format!("{what} = {}", short(value)),
        None => format!("no {what}"),
    };
    match edit {
        Edit::Node { id, node: Some(node), .. } => {
            format!("the node {} ({})", node.name.as_ref().unwrap_or(id), node.kind)
        }
        Edit::Node { id, node: None, .. } => format!("the node {id} deleted"),
        Edit::Prop { prop, value, .. } => set(format!("{prop:?}").to_lowercase(), value.as_ref()),
        Edit::Field { path, value, .. } | Edit::Manifest { path, value } => {
            set(super::place_text(path), value.as_ref())
        }
        Edit::Insert { path, item, .. } => format!("{} with {}", super::place_text(path), short(item)),
        Edit::Move { path, before, .. } => match before {
            Some(before) => format!("{} before {before}", super::place_text(path)),
            None => format!("{} last", super::place_text(path)),
        },
        Edit::Wire { port, to: Some(to), .. } => format!("{port} → {to}"),
        Edit::Wire { port, to: None, .. } => format!("{port} leads nowhere"),
        Edit::Place { id, .. } => format!("another place for {id}"),
        Edit::Group { id, group, .. } => match group {
            Some(group) => format!("the group {}", group.title),
            None => format!("the group {id} deleted"),
        },
        Edit::Note { id, note, .. } => match note {
            Some(note) => format!("the note: {}", note.text.replace('\n', "⏎")),
            None => format!("the note {id} deleted"),
        },
        Edit::Flow { value: Some(flow), .. } => {
            format!("the flow {} with {}", flow.name, many(flow.nodes.len(), "node"))
        }
        Edit::Flow { value: None, .. } => "the flow deleted".into(),
        Edit::FlowProp { prop, value, .. } => {
            set(format!("the flow's {}", format!("{prop:?}").to_lowercase()), value.as_ref())
        }
        Edit::File { path, text: Some(text) } => {
            format!("{path} with {}", many(text.lines().count(), "line"))
        }
        Edit::File { path, text: None } => format!("{path} deleted"),
    }
}

fn glance_of(source: &Source) -> Glance {
    if !source.alone {
        return glance(&source.root);
    }
    let name = source.only.as_deref().unwrap_or_default();
    let path = source.root.join(name);
    let mut glance = Glance::default();
    // What cannot be read has nothing open that could be settled here; `nexus check` says why.
    if let Ok(disk::Found::File { bytes, .. }) = disk::read(&path, MAX_BYTES) {
        let parsed = flow::text::parse_flow(&bytes);
        glance.files.insert(name.into(), Glimpse { path, bytes, lossy: parsed.lossy() });
        glance.bot.flows.insert(name.into(), parsed.value);
    }
    glance
}

/// What is open, in the file that was asked for if it was one.
fn open_here(bot: &Bot, source: &Source) -> Vec<Found> {
    let mut open = merge::open(bot);
    open.retain(|(file, _, _)| source.only.as_ref().is_none_or(|only| only == file));
    open
}

fn settle(bot: &mut Bot, file: &FilePath, place: &SmolStr, choice: &Choice) -> Result<(), String> {
    let change = merge::resolve(bot, file, place, choice).map_err(|refusal| match refusal {
        Refusal::NotOpen => "it is not open any more".to_owned(),
        Refusal::NotOffered => "this choice is not offered here".to_owned(),
        Refusal::DoesNotFit(why) => format!("the edits do not fit: {why}"),
    })?;
    flow::apply(bot, &change).map(drop).map_err(|refusal| refusal.to_string())
}

/// Writes what changed, each file whole, if it is still what was read.
fn save(source: &Source, glance: &Glance, before: &Bot) -> Result<(), String> {
    let now = &glance.bot;
    let mut writes: Vec<(FilePath, Option<String>)> = Vec::new();
    if now.manifest != before.manifest {
        writes.push((MANIFEST_FILE.into(), Some(print_manifest(&now.manifest))));
    }
    let mut paths: Vec<&FilePath> = now.flows.keys().chain(before.flows.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths.into_iter().filter(|path| now.flows.get(*path) != before.flows.get(*path)) {
        writes.push((path.clone(), now.flows.get(path).map(print_flow)));
    }
    let mut texts: Vec<&FilePath> = now.texts.keys().chain(before.texts.keys()).collect();
    texts.sort();
    texts.dedup();
    for path in texts.into_iter().filter(|path| now.texts.get(*path) != before.texts.get(*path)) {
        writes.push((path.clone(), now.texts.get(path).map(|text| text.to_string())));
    }
    for (path, text) in writes {
        let known = glance.files.get(&path);
        let real = known.map_or_else(|| source.root.join(path.as_str()), |file| file.path.clone());
        let expected = known.map(|file| Hash::of(&file.bytes));
        match disk::replace(&real, expected, text.as_ref().map(String::as_bytes), MAX_BYTES) {
            Ok(Outcome::Done) => {}
            Ok(Outcome::NotAsExpected) => {
                return Err(format!("{} was changed by another program meanwhile", shown(&real)));
            }
            Err(error) => {
                return Err(format!(
                    "{} could not be written: {}",
                    shown(Path::new(&real)),
                    disk::reason(&error)
                ));
            }
        }
    }
    let _ = std::io::stdout().flush();
    Ok(())
}

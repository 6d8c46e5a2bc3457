//! `nexus merge`: three states of a bot into one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flow::change::MANIFEST_FILE;
use flow::text::{MAX_BYTES, parse_flow, parse_manifest, print_flow, print_manifest};
use flow::{Bot, FilePath, Problem};
use merge::{Merged, Side};
use serde_json::{Value, json};
use studio::disk::{self, Found};
use vcs::file::{Form, form};

use super::assets::{self, Assets};
use super::sources::shown;
use crate::End;
use crate::out::{FAINT, Out, STRONG, WARNING};

/// Merge three states of a bot, or of one flow, by what they mean.
///
/// What the sides do not agree on stays open in the merged flows, in their member `unresolved`; `nexus resolve` settles it.
/// With --finish: what plain `git merge` could not see, in the repository of this folder.
#[derive(clap::Args)]
#[command(
    override_usage = "nexus merge BASE OURS THEIRS [-o OUT] [--json]\n       nexus merge --finish [--json]",
    after_help = "Examples:\n  nexus merge base-bot our-bot their-bot -o merged-bot\n  nexus merge base.flow.json ours.flow.json theirs.flow.json\n  git merge feature; nexus merge --finish"
)]
pub struct Args {
    /// What both sides started from, then our side, then theirs: three folders or three files.
    #[arg(num_args = 3, value_names = ["BASE", "OURS", "THEIRS"], required_unless_present_any = ["finish"], conflicts_with_all = ["finish"])]
    sides: Vec<PathBuf>,
    /// Where to write the merged bot: a new or empty folder, or a file. Without it a file is printed, and of folders is only said how
    /// they would merge.
    #[arg(short, long, value_name = "OUT", conflicts_with = "finish")]
    out: Option<PathBuf>,
    /// Finish a merge that `git merge` began: look at what spans files, and stage what is settled.
    #[arg(long)]
    finish: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    if args.finish {
        return finish(args.json, out);
    }
    let states: Result<Vec<State>, Unread> = args.sides.iter().map(|path| read(path)).collect();
    let states = match states {
        Ok(states) => states,
        Err(error) => return unread(&error, args.json, out),
    };
    let [base, ours, theirs] = states.as_slice() else { return End::BadUse };
    if base.alone != ours.alone || base.alone != theirs.alone {
        let error = Unread::Use("folders merge with folders and files with files".into());
        return unread(&error, args.json, out);
    }
    let merged = merge::merge(&base.bot, &ours.bot, &theirs.bot, &engine::kinds());
    let texts = texts(&merged.bot);
    let assets = match assets::merge(&base.assets, &ours.assets, &theirs.assets) {
        Ok(assets) => assets,
        Err(error) => return unread(&Unread::Disk("the bots' other files".into(), error), args.json, out),
    };
    let doubtful: Vec<(&str, &str)> =
        assets.iter().filter_map(|one| Some((one.to.as_str(), one.open.as_deref()?))).collect();
    let open = merged.conflicts().len() + doubtful.len();
    let written = match (&args.out, base.alone) {
        (Some(to), true) => write_one(to, &texts),
        (Some(to), false) => write_all(to, &texts, &assets),
        (None, _) => Ok(()),
    };
    if let Err(error) = written {
        return unread(&error, args.json, out);
    }
    if args.json {
        let mut report = report(&merged);
        report["clean"] = (open == 0).into();
        report["files"] = doubtful.iter().map(|(file, what)| json!({ "file": file, "what": what })).collect();
        if base.alone && args.out.is_none() {
            report["text"] = texts.values().next().cloned().into();
        }
        out.json(&report);
    } else if base.alone && args.out.is_none() {
        texts.values().for_each(|text| out.bytes(text.as_bytes()));
    } else {
        for (file, what) in &doubtful {
            out.line(format_args!("{}: {}", out.paint(STRONG, file), out.paint(WARNING, what)));
        }
        say(&merged, open, out);
    }
    if open > 0 { End::Findings } else { End::Fine }
}

/// One state of a bot, read from the disk.
pub(super) struct State {
    pub bot: Bot,
    /// The folder's other files.
    pub assets: Assets,
    /// A single file.
    pub alone: bool,
}

pub(super) enum Unread {
    Use(String),
    Problem(Box<Problem>, String),
    Disk(String, std::io::Error),
}

/// The name under which single files meet, whatever they are called.
pub(super) const ONE: &str = "flows/this.flow.json";

pub(super) fn read(path: &Path) -> Result<State, Unread> {
    let name = path.display().to_string();
    if path.is_dir() {
        if !studio::is_bot(path) {
            return Err(Unread::Use(format!("{name} is no bot: it holds neither a bot.json nor flows")));
        }
        let glance = studio::glance(path);
        let broken = |problem: &&Problem| {
            glance.files.get(&problem.at.file).is_none_or(|file| file.lossy)
                && problem.severity == flow::Severity::Error
        };
        if let Some(problem) = glance.problems.iter().find(broken) {
            let at = path.join(problem.at.file.as_str());
            return Err(Unread::Problem(Box::new(problem.clone()), shown(&at)));
        }
        let assets = assets::of(path, &glance).map_err(|error| Unread::Disk(name, error))?;
        return Ok(State { bot: glance.bot, assets, alone: false });
    }
    let bytes = match disk::read(path, MAX_BYTES) {
        Ok(Found::File { bytes, .. }) => bytes,
        Ok(Found::TooLarge) => return Err(Unread::Use(format!("{name} is larger than 64 MiB"))),
        Ok(_) => return Err(Unread::Use(format!("there is no file or folder {name}"))),
        Err(error) => return Err(Unread::Disk(name, error)),
    };
    let mut bot = Bot::default();
    let problems = if form(&name) == Some(Form::Manifest) {
        let parsed = parse_manifest(&bytes);
        bot.manifest = parsed.value;
        parsed.problems
    } else {
        let parsed = parse_flow(&bytes);
        bot.flows.insert(FilePath::new(ONE), parsed.value);
        parsed.problems
    };
    match problems.iter().find(|problem| problem.lossy) {
        Some(problem) => Err(Unread::Problem(Box::new(problem.at_file(&name)), name)),
        None => Ok(State { bot, assets: Assets::new(), alone: true }),
    }
}

pub(super) fn unread(error: &Unread, json: bool, out: &mut Out) -> End {
    let (message, hint) = match error {
        Unread::Use(message) => (message.clone(), None),
        Unread::Problem(problem, file) => {
            let line = problem.at.line.map(|line| format!(":{line}")).unwrap_or_default();
            (format!("{file}{line} cannot be read whole: {}", problem.message), Some(problem.help.as_str()))
        }
        Unread::Disk(name, error) => {
            (format!("{name} could not be worked with: {}", disk::reason(error)), Some(disk::advice(error)))
        }
    };
    if json {
        out.json(&json!({ "error": { "message": message, "hint": hint } }));
    } else {
        out.error(message, hint);
    }
    if matches!(error, Unread::Disk(..)) { End::Failed } else { End::BadUse }
}

/// The files of a bot, as they are written.
fn texts(bot: &Bot) -> BTreeMap<FilePath, String> {
    let flows = bot.flows.iter().map(|(path, flow)| (path.clone(), print_flow(flow)));
    let texts = bot.texts.iter().map(|(path, text)| (path.clone(), text.to_string()));
    let mut files: BTreeMap<FilePath, String> = flows.chain(texts).collect();
    if bot.manifest.0.iter().next().is_some() {
        files.insert(MANIFEST_FILE.into(), print_manifest(&bot.manifest));
    }
    files
}

fn write_one(to: &Path, texts: &BTreeMap<FilePath, String>) -> Result<(), Unread> {
    // Two flows that share a file's name and nothing else do not merge into one file.
    let [text] = texts.values().collect::<Vec<_>>()[..] else {
        return Err(Unread::Use("the files hold different flows, so there is no one file to write".into()));
    };
    let written = std::path::absolute(to).and_then(|to| disk::write(&to, text.as_bytes()));
    written.map_err(|error| Unread::Disk(to.display().to_string(), error))
}

fn write_all(to: &Path, texts: &BTreeMap<FilePath, String>, assets: &[assets::Merged]) -> Result<(), Unread> {
    let failed = |path: &Path| {
        let name = path.display().to_string();
        move |error| Unread::Disk(name, error)
    };
    if to.exists() && std::fs::read_dir(to).map_err(failed(to))?.next().is_some() {
        return Err(Unread::Use(format!("{} is not empty; name a new folder", to.display())));
    }
    for (path, text) in texts {
        let file = to.join(path.as_str());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(failed(folder))?;
        }
        let written = std::path::absolute(&file).and_then(|file| disk::write(&file, text.as_bytes()));
        written.map_err(failed(&file))?;
    }
    for one in assets {
        let file = to.join(&one.to);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(failed(folder))?;
        }
        std::fs::copy(&one.from, &file).map_err(failed(&file))?;
    }
    Ok(())
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Ours => "ours",
        Side::Theirs => "theirs",
        Side::Both => "both",
        Side::Mixed => "mixed",
    }
}

fn report(merged: &Merged) -> Value {
    let conflicts = super::conflicts_as_json(&merged.conflicts());
    let taken = merged.taken.iter().map(
        |(file, taken)| json!({ "file": shown_file(file), "place": taken.place, "side": side(taken.side) }),
    );
    let derived = merged.derived.iter().map(
        |(file, derived)| json!({ "file": shown_file(file), "place": derived.place, "cause": derived.cause }),
    );
    json!({
        "clean": conflicts.is_empty(),
        "conflicts": conflicts,
        "taken": taken.collect::<Vec<_>>(),
        "derived": derived.collect::<Vec<_>>(),
    })
}

fn shown_file(file: &str) -> Option<&str> {
    Some(file).filter(|file| *file != ONE)
}

fn say(merged: &Merged, open: usize, out: &mut Out) {
    for (file, derived) in &merged.derived {
        out.line(format_args!("{file}: {}", derived.cause));
    }
    let conflicts = merged.conflicts();
    super::say_conflicts(&conflicts, out);
    let taken = super::many(merged.taken.len(), "change");
    let verdict = match open {
        0 => out.paint(STRONG, "Merged, nothing is open"),
        open => out.paint(WARNING, format_args!("{} open", super::many(open, "conflict"))),
    };
    out.line(format_args!("{verdict} {}", out.paint(FAINT, format_args!("({taken} taken over)"))));
}

fn finish(json: bool, out: &mut Out) -> End {
    let finished = vcs::Repo::open(Path::new(".")).and_then(|repo| repo.finish_merge(&engine::kinds()));
    let (_, changed) = match finished {
        Ok(finished) => finished,
        Err(error) => return super::refused(&error, json, out),
    };
    // What counts is what stands in the folder: some of it may have been settled already.
    let open = vcs::Repo::open(Path::new(".")).and_then(|repo| repo.open_in_folder());
    let open = match open {
        Ok(open) => open,
        Err(error) => return super::refused(&error, json, out),
    };
    if json {
        let open: Vec<Value> =
            open.iter().map(|(file, count)| json!({ "file": file, "open": count })).collect();
        out.json(&json!({ "changed": changed, "open": open }));
    } else {
        for path in &changed {
            out.line(format_args!("{path}: changed, since other files of the bot were merged too"));
        }
        for (path, count) in &open {
            out.line(format_args!("{}: {} open", out.paint(STRONG, path), super::many(*count, "conflict")));
        }
        if !open.is_empty() {
            out.line("Settle them with `nexus resolve`, then `git add` the files and `git commit`.");
        } else if changed.is_empty() {
            out.line("Nothing spans files here; all flows are settled. `git commit` ends the merge if it is not committed.");
        } else {
            out.line("Nothing is open; `git commit` ends the merge.");
        }
    }
    if open.is_empty() { End::Fine } else { End::Findings }
}

//! `nexus fmt`: the canonical form.

use std::path::{Path, PathBuf};

use flow::change::{MANIFEST_FILE, is_flow_path};
use flow::text::{MAX_BYTES, Parsed, parse_flow, parse_manifest, print_flow, print_manifest, too_large};
use serde::Serialize;
use studio::disk::{self, Found, Hash, Outcome};
use studio::glance;

use super::sources::{Source, find, shown};
use super::unfit;
use crate::End;
use crate::out::{ERROR, Out, STRONG};

/// Put flows and bot.json into canonical form.
///
/// A file that cannot be read whole is never touched.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  nexus fmt shop-bot\n  nexus fmt bots/ --check")]
pub struct Args {
    /// Bots' folders, folders that hold several bots, or single files.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Write nothing; say which files are not in canonical form, and end with 1 if there are some.
    #[arg(long)]
    check: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Default, Serialize)]
struct Report {
    files: usize,
    /// Put into canonical form, or with `--check` those that are not in it.
    changed: Vec<String>,
    unreadable: Vec<Unreadable>,
    failed: Vec<Failed>,
}

#[derive(Serialize)]
struct Unreadable {
    file: String,
    line: u32,
    column: u32,
    message: String,
}

#[derive(Serialize)]
struct Failed {
    file: String,
    message: String,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let sources = match find(&args.paths) {
        Ok(sources) => sources,
        Err(error) => return unfit(&error, args.json, out),
    };
    let mut report = Report::default();
    for path in sources.iter().flat_map(files) {
        report.files += 1;
        if let Err(error) = format(&path, args.check, &mut report) {
            report.failed.push(Failed { file: shown(&path), message: disk::reason(&error) });
        }
    }
    if args.json {
        out.json(&serde_json::to_value(&report).unwrap_or_default());
    } else {
        say(&report, args.check, out);
    }
    match report {
        Report { failed, .. } if !failed.is_empty() => End::Failed,
        Report { unreadable, .. } if !unreadable.is_empty() => End::BadUse,
        Report { changed, .. } if args.check && !changed.is_empty() => End::Findings,
        _ => End::Fine,
    }
}

/// The files that have a canonical form.
fn files(source: &Source) -> Vec<PathBuf> {
    if let Some(only) = &source.only {
        return vec![source.root.join(only)];
    }
    let glance = glance(&source.root);
    let ours = glance.files.into_iter().filter(|(path, _)| path == MANIFEST_FILE || is_flow_path(path));
    ours.map(|(_, file)| file.path).collect()
}

fn format(path: &Path, check: bool, report: &mut Report) -> std::io::Result<()> {
    let bytes = match disk::read(path, MAX_BYTES)? {
        Found::File { bytes, .. } => bytes,
        Found::TooLarge => {
            report.unreadable.push(unreadable(path, &too_large()));
            return Ok(());
        }
        Found::Nothing => return Err(std::io::ErrorKind::NotFound.into()),
        Found::NotAFile => return Err(std::io::ErrorKind::IsADirectory.into()),
    };
    let text = if path.ends_with(MANIFEST_FILE) {
        canonical(parse_manifest(&bytes), print_manifest)
    } else {
        canonical(parse_flow(&bytes), print_flow)
    };
    let text = match text {
        Ok(text) => text,
        Err(problem) => {
            report.unreadable.push(unreadable(path, &problem));
            return Ok(());
        }
    };
    if text.as_bytes() == bytes {
        return Ok(());
    }
    if !check
        && disk::replace(path, Some(Hash::of(&bytes)), Some(text.as_bytes()), MAX_BYTES)?
            == Outcome::NotAsExpected
    {
        return Err(std::io::Error::other("another program writes it at the same time"));
    }
    report.changed.push(shown(path));
    Ok(())
}

fn canonical<T>(
    parsed: Parsed<T>,
    print: impl FnOnce(&T) -> String,
) -> Result<String, flow::problem::ReadProblem> {
    match parsed.problems.iter().find(|problem| problem.lossy) {
        Some(problem) => Err(problem.clone()),
        None => Ok(print(&parsed.value)),
    }
}

fn unreadable(path: &Path, problem: &flow::problem::ReadProblem) -> Unreadable {
    let flow::Position { line, column } = problem.position;
    Unreadable { file: shown(path), line, column, message: problem.message.clone() }
}

fn say(report: &Report, check: bool, out: &mut Out) {
    for file in &report.changed {
        out.line(if check {
            format!("{file}: not in canonical form")
        } else {
            format!("{file}: put into canonical form")
        });
    }
    for Unreadable { file, line, column, message } in &report.unreadable {
        let (place, word) =
            (out.paint(STRONG, format_args!("{file}:{line}:{column}")), out.paint(ERROR, "error"));
        out.line(format_args!("{place}: {word}: {message}"));
        out.line("    help: Mend the text first; it was not touched.");
    }
    for Failed { file, message } in &report.failed {
        let word = out.paint(ERROR, "error");
        out.line(format_args!("{file}: {word}: The file could not be formatted: {message}."));
    }
    if report.changed.is_empty() && report.unreadable.is_empty() && report.failed.is_empty() {
        out.line(format_args!("All {} files are in canonical form.", report.files));
    }
}

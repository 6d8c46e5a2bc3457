//! `nexus check`: what is wrong with bots, where, and what to do about it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flow::change::{MANIFEST_FILE, steps};
use flow::text::{parse_flow, print_flow, print_manifest};
use flow::{Bot, Code, FilePath, PathStep, Position, Problem, Severity, Spot};
use serde::Serialize;
use studio::{Glance, Glimpse, glance};

use super::sources::{Source, find, shown};
use super::unfit;
use crate::End;
use crate::out::{ERROR, FAINT, HINT, Out, STRONG, WARNING};

/// Say what is wrong with bots.
///
/// Takes bots' folders, folders that hold several bots, and single files. A flow is checked inside its bot when it lies in one.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus check shop-bot\n  nexus check bots/ --json\n  nexus check shop-bot/flows/main.flow.json"
)]
pub struct Args {
    /// What to check.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    /// The number of bots and of flows outside of any bot.
    sources: usize,
    files: usize,
    errors: usize,
    warnings: usize,
    hints: usize,
    problems: Vec<Finding>,
}

/// A problem with its place in a text, which every problem has.
#[derive(Serialize)]
struct Finding {
    file: String,
    line: u32,
    column: u32,
    severity: Severity,
    code: Code,
    message: String,
    help: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Vec<flow::Seg>>,
    /// What a fix would be called, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let sources = match find(&args.paths) {
        Ok(sources) => sources,
        Err(error) => return unfit(&error, args.json, out),
    };
    let kinds = engine::kinds();
    let mut report =
        Report { sources: sources.len(), files: 0, errors: 0, warnings: 0, hints: 0, problems: Vec::new() };
    for source in &sources {
        let glance = if source.alone { lone(source) } else { glance(&source.root) };
        let mut problems = glance.check(&kinds);
        problems
            .extend(glance.files.iter().filter_map(|(path, file)| not_canonical(&glance.bot, path, file)));
        if !source.alone && !glance.files.contains_key(MANIFEST_FILE) {
            let at = Spot { file: MANIFEST_FILE.into(), ..Spot::default() };
            let message = "This folder has no bot.json, which says the bot's name, channels and variables.";
            problems.push(Problem::new(
                Code::NoManifest,
                at,
                message,
                "Make one, or open the bot in the studio and name it.",
            ));
        }
        let wanted = |problem: &Problem| source.only.as_ref().is_none_or(|only| *only == problem.at.file);
        let known = |problem: &Problem| !source.alone || !needs_bot(problem.code);
        report.files += glance.files.len();
        let files = &glance.files;
        let found = problems.into_iter().filter(|problem| wanted(problem) && known(problem));
        report.problems.extend(found.map(|problem| finding(problem, &glance.bot, files, &source.root)));
    }
    report.problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    let count = |severity| report.problems.iter().filter(|finding| finding.severity == severity).count();
    (report.errors, report.warnings, report.hints) =
        (count(Severity::Error), count(Severity::Warning), count(Severity::Hint));
    if args.json {
        out.json(&serde_json::to_value(&report).unwrap_or_default());
    } else {
        say(&report, out);
    }
    if report.errors > 0 { End::Findings } else { End::Fine }
}

/// A flow outside of any bot, as a bot of its own.
fn lone(source: &Source) -> Glance {
    let name = source.only.as_deref().unwrap_or_default();
    let (key, path) = (FilePath::from(name), source.root.join(name));
    let mut glance = Glance::default();
    let bytes = match studio::disk::read(&path, flow::text::MAX_BYTES) {
        Ok(studio::disk::Found::File { bytes, .. }) => bytes,
        Ok(studio::disk::Found::TooLarge) => {
            glance.problems.push(flow::text::too_large().at_file(name));
            return glance;
        }
        Ok(_) | Err(_) => {
            let at = Spot { file: key, ..Spot::default() };
            glance.problems.push(Problem::new(
                Code::Unreadable,
                at,
                "The file could not be read.",
                "Allow reading it.",
            ));
            return glance;
        }
    };
    let parsed = parse_flow(&bytes);
    glance.problems.extend(parsed.problems.iter().map(|problem| problem.at_file(name)));
    glance.files.insert(key.clone(), Glimpse { path, bytes, lossy: parsed.lossy() });
    glance.bot.flows.insert(key, parsed.value);
    glance
}

/// Without its bot nobody can say.
fn needs_bot(code: Code) -> bool {
    matches!(
        code,
        Code::BadManifest
            | Code::NoManifest
            | Code::UnknownVariable
            | Code::UnknownSecret
            | Code::UnknownFlow
            | Code::NoTrigger
    )
}

fn not_canonical(bot: &Bot, path: &FilePath, file: &Glimpse) -> Option<Problem> {
    let canonical = match bot.flows.get(path) {
        Some(flow) => print_flow(flow),
        None if path == MANIFEST_FILE => print_manifest(&bot.manifest),
        None => return None,
    };
    if file.lossy || file.bytes == canonical.as_bytes() {
        return None;
    }
    let text = String::from_utf8_lossy(&file.bytes);
    let same = text.lines().zip(canonical.lines()).take_while(|(is, should)| is == should).count();
    let at = Spot { file: path.clone(), line: Some(same as u32 + 1), column: Some(1), ..Spot::default() };
    let message = "From here on the file is correct, but not in canonical form.";
    Some(Problem::new(Code::NotCanonical, at, message, "Run `nexus fmt` on it."))
}

fn finding(problem: Problem, bot: &Bot, files: &BTreeMap<FilePath, Glimpse>, root: &Path) -> Finding {
    let Spot { file, node, port, field, line, column, .. } = &problem.at;
    let (line, column) = match (line, column) {
        (Some(line), Some(column)) => (*line, *column),
        _ => {
            let text = files.get(file).map(|file| String::from_utf8_lossy(&file.bytes)).unwrap_or_default();
            let Position { line, column } = flow::locate(&text, &path_to(&problem.at, bot));
            (line, column)
        }
    };
    Finding {
        file: shown(&root.join(file.as_str())),
        line,
        column,
        severity: problem.severity,
        code: problem.code,
        node: node.as_ref().map(ToString::to_string),
        port: port.as_ref().map(ToString::to_string),
        field: field.clone(),
        fix: problem.fix.map(|fix| fix.label),
        message: problem.message,
        help: problem.help,
    }
}

/// The members that lead to a spot in the text of its file.
fn path_to<'a>(at: &'a Spot, bot: &Bot) -> Vec<PathStep<'a>> {
    let mut path = Vec::new();
    if let Some(id) = &at.node {
        let flow = bot.flows.get(&at.file);
        let table = match flow {
            Some(flow) if flow.groups.contains_key(id) => "groups",
            Some(flow) if flow.notes.contains_key(id) => "notes",
            _ => "nodes",
        };
        path.extend([PathStep::Key(table), PathStep::Key(id)]);
        if at.field.is_some() && table == "nodes" {
            path.push(PathStep::Key("fields"));
        }
    }
    if let Some(field) = &at.field {
        path.extend(steps(field));
    } else if let Some(port) = &at.port {
        path.extend([PathStep::Key("next"), PathStep::Key(port)]);
    }
    path
}

fn say(report: &Report, out: &mut Out) {
    for Finding { file, line, column, severity, code, message, help, .. } in &report.problems {
        let (style, word) = match severity {
            Severity::Error => (ERROR, "error"),
            Severity::Warning => (WARNING, "warning"),
            Severity::Hint => (HINT, "hint"),
        };
        let place = out.paint(STRONG, format_args!("{file}:{line}:{column}"));
        let (word, code) =
            (out.paint(style, word), out.paint(FAINT, format_args!("[{code}]", code = code.as_str())));
        out.line(format_args!("{place}: {word}: {message} {code}"));
        if !help.is_empty() {
            out.line(format_args!("    help: {help}"));
        }
    }
    let looked = format!("{} in {}", many(report.files, "file"), many(report.sources, "bot"));
    let found: Vec<String> = [(report.errors, "error"), (report.warnings, "warning"), (report.hints, "hint")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| many(count, word))
        .collect();
    if found.is_empty() {
        out.line(format_args!("Nothing to put right ({looked})."));
    } else {
        out.line(format_args!("{} ({looked}).", found.join(", ")));
    }
}

fn many(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

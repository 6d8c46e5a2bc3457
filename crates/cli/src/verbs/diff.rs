//! `nexus diff`: what changed, in terms of the bot.

use std::path::{Path, PathBuf};

use flow::change::MANIFEST_FILE;
use flow::text::{parse_flow, parse_manifest};
use flow::{Bot, FilePath};
use merge::diff::{FileDiff, State as Changed};
use serde_json::json;
use vcs::file::{Form, form};

use super::merge::{ONE, State, Unread, read, unread};
use crate::End;
use crate::out::{FAINT, Out, STRONG};
use crate::page;

/// Say what changed between two states of a bot, or of one flow.
///
/// Each is a folder, a file, or a commit of the repository here: `REV` for this folder's bot, `REV:path` for another folder or a file.
/// Without B it is the folder as it stands; without A as well, what is not committed.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus diff                      what is not committed\n  nexus diff main                 what changed since the branch main\n  nexus diff v1 v2 --json\n  nexus diff main --html > changes.html\n  nexus diff HEAD~3:flows/main.flow.json flows/main.flow.json\n  nexus diff shop-bot shop-bot-copy"
)]
pub struct Args {
    /// The state before.
    #[arg(default_value = "HEAD")]
    a: String,
    /// The state after.
    #[arg(default_value = ".")]
    b: String,
    /// Print one JSON object, with the edits that lead from A to B.
    #[arg(long)]
    json: bool,
    /// Print one page that needs nothing else, with both states drawn.
    #[arg(long, conflicts_with = "json")]
    html: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let states = state(&args.a).and_then(|a| Ok((a, state(&args.b)?)));
    let (a, b) = match states {
        Ok(states) => states,
        Err(Trouble::Unread(error)) => return unread(&error, args.json, out),
        Err(Trouble::Git(error)) => return super::refused(&error, args.json, out),
    };
    if a.alone != b.alone {
        let error = Unread::Use("a folder is compared with a folder and a file with a file".into());
        return unread(&error, args.json, out);
    }
    let diff = merge::diff(&a.bot, &b.bot, &engine::kinds());
    if args.html {
        out.line(page::diff::of(&a.bot, &b.bot, &diff, [&args.a, &args.b], &engine::kinds()));
    } else if args.json {
        out.json(&json!({ "same": diff.is_empty(), "summary": diff.summary(), "files": diff.files }));
    } else if diff.is_empty() {
        out.line("Nothing changed.");
    } else {
        diff.files.iter().for_each(|file| say(file, out));
    }
    End::Fine
}

pub fn say(file: &FileDiff, out: &mut Out) {
    let title = match file.path.as_str() {
        ONE => file.name.to_string(),
        path if path == file.name => path.to_owned(),
        path => format!("{} ({path})", file.name),
    };
    let state = match &file.state {
        Changed::Added => ": added".into(),
        Changed::Removed => ": removed".into(),
        Changed::Renamed { from } => format!(": renamed from {from}"),
        Changed::Changed => String::new(),
    };
    out.line(format_args!("{}{state}", out.paint(STRONG, title)));
    if matches!(file.state, Changed::Added | Changed::Removed) {
        return;
    }
    for item in &file.changes {
        let text = if item.what.is_cosmetic() { out.paint(FAINT, &item.words) } else { item.words.clone() };
        out.line(format_args!("  {text}"));
    }
}

enum Trouble {
    Unread(Unread),
    Git(vcs::Error),
}

impl From<vcs::Error> for Trouble {
    fn from(error: vcs::Error) -> Trouble {
        Trouble::Git(error)
    }
}

/// What an argument names: first of all something on the disk.
fn state(named: &str) -> Result<State, Trouble> {
    if Path::new(named).exists() {
        return read(&PathBuf::from(named)).map_err(Trouble::Unread);
    }
    let repo = vcs::Repo::open(Path::new(".")).map_err(|error| match error {
        vcs::Error::NoRepository(_) => Trouble::Unread(Unread::Use(format!(
            "there is no file or folder {named}, and no repository here"
        ))),
        other => Trouble::Git(other),
    })?;
    let (rev, path) = match named.split_once(':') {
        Some((rev, path)) => (if rev.is_empty() { "HEAD" } else { rev }, Some(path)),
        None => (named, None),
    };
    let Some(path) = path else {
        let (bot, lossy) = repo.read(rev)?;
        return whole(bot, lossy.first().map(String::as_str), rev);
    };
    // Written as one stands in the folder, or from the repository's root.
    let inside = format!("{}{}", repo.below(), path.trim_start_matches("./"));
    for path in [inside.as_str(), path] {
        if form(path).is_some()
            && let Some(text) = repo.read_file(rev, path)?
        {
            return one(path, &text, rev);
        }
    }
    for path in [inside.as_str(), path] {
        let (bot, lossy) = repo.read_folder(rev, path)?;
        if !bot.flows.is_empty() || bot.manifest.0.iter().next().is_some() {
            return whole(bot, lossy.first().map(String::as_str), rev);
        }
    }
    Err(Trouble::Unread(Unread::Use(format!("the commit {rev} has neither a bot nor a flow at {path}"))))
}

fn whole(bot: Bot, lossy: Option<&str>, rev: &str) -> Result<State, Trouble> {
    match lossy {
        Some(path) => Err(Trouble::Unread(Unread::Use(format!("{rev}:{path} cannot be read whole")))),
        None => Ok(State { bot, assets: Default::default(), alone: false }),
    }
}

fn one(path: &str, text: &[u8], rev: &str) -> Result<State, Trouble> {
    let mut bot = Bot::default();
    let lossy = if path.ends_with(MANIFEST_FILE) && form(path) == Some(Form::Manifest) {
        let parsed = parse_manifest(text);
        let lossy = parsed.lossy();
        bot.manifest = parsed.value;
        lossy
    } else {
        let parsed = parse_flow(text);
        let lossy = parsed.lossy();
        bot.flows.insert(FilePath::new(ONE), parsed.value);
        lossy
    };
    if lossy {
        return Err(Trouble::Unread(Unread::Use(format!("{rev}:{path} cannot be read whole"))));
    }
    Ok(State { bot, assets: Default::default(), alone: true })
}

//! `nexus replay-merges`: a repository's own proof.

use std::path::PathBuf;

use serde_json::json;

use crate::End;
use crate::out::{FAINT, Out, STRONG, WARNING};

/// Do every merge of a repository's history again that touched flows on both sides, and compare.
///
/// Changes nothing that can be seen: only git's store of objects gets the texts that are compared.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  nexus replay-merges\n  nexus replay-merges ../shop --json")]
pub struct Args {
    /// The repository.
    #[arg(default_value = ".")]
    repo: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let replayed = vcs::Repo::open(&args.repo).and_then(|repo| repo.replay_merges(&engine::kinds()));
    let replayed = match replayed {
        Ok(replayed) => replayed,
        Err(error) => return super::refused(&error, args.json, out),
    };
    let text = replayed.iter().filter(|one| one.text_conflict).count();
    let clean = replayed.iter().filter(|one| one.open == Some(0)).count();
    let same = replayed.iter().filter(|one| one.open == Some(0) && one.same_as_committed).count();
    if args.json {
        out.json(&json!({
            "merges": replayed.len(), "text_conflicts": text, "clean": clean, "same_as_committed": same, "commits": replayed,
        }));
        return End::Fine;
    }
    for one in &replayed {
        let short: String = one.commit.chars().take(8).collect();
        let by_text = if one.text_conflict { "conflict" } else { "clean" };
        let ours = match (&one.failed, one.open) {
            (Some(why), _) => out.paint(WARNING, format_args!("not done: {why}")),
            (None, Some(0)) if one.same_as_committed => "clean, as committed".into(),
            (None, Some(0)) => out.paint(WARNING, "clean, other than committed"),
            (None, open) => super::many(open.unwrap_or_default(), "conflict"),
        };
        let head = out.paint(STRONG, &short);
        out.line(format_args!(
            "{head} text: {by_text}; by meaning: {ours} {}",
            out.paint(FAINT, &one.subject)
        ));
    }
    out.line(format_args!(
        "{} touched flows on both sides. As text {text} conflict. By meaning {clean} are clean, {same} of them exactly as committed.",
        super::many(replayed.len(), "merge")
    ));
    End::Fine
}

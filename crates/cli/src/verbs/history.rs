//! `nexus history`: what happened to one flow.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::day::day;
use crate::End;
use crate::out::{FAINT, Out, STRONG};

/// Say what happened to a flow, commit by commit, also under its earlier names.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus history flows/main.flow.json\n  nexus history flows/main.flow.json --json"
)]
pub struct Args {
    /// The flow's file.
    flow: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    // The file may be gone from the folder; its folder need not be.
    let mut folder =
        args.flow.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    while !folder.exists() {
        folder = folder.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    }
    let name = args.flow.strip_prefix(folder).unwrap_or(&args.flow).to_string_lossy().replace('\\', "/");
    let steps = vcs::Repo::open(folder).and_then(|repo| {
        let path = format!("{}{name}", repo.below());
        repo.history(&path, &engine::kinds())
    });
    let steps = match steps {
        Ok(steps) => steps,
        Err(error) => return super::refused(&error, args.json, out),
    };
    if args.json {
        let steps: Vec<_> = steps
            .iter()
            .map(|step| {
                let mut value = serde_json::to_value(step).unwrap_or_default();
                value["changes"] = step
                    .diff
                    .files
                    .iter()
                    .flat_map(|file| &file.changes)
                    .map(|item| json!({ "place": item.place, "what": item.what, "words": item.words }))
                    .collect();
                value
            })
            .collect();
        out.json(&json!({ "commits": steps }));
        return End::Fine;
    }
    for step in &steps {
        let short: String = step.commit.chars().take(8).collect();
        let head = out.paint(STRONG, &short);
        let by = out.paint(FAINT, format_args!("({}, {})", step.author, day(step.at)));
        out.line(format_args!("{head} {} {by}", step.subject));
        out.line(format_args!(
            "    {}",
            if step.words.is_empty() { "nothing that shows" } else { &step.words }
        ));
    }
    End::Fine
}

//! One file per verb.

mod assets;
pub mod attach;
mod attach_commands;
mod attach_desk;
mod attach_json;
mod attach_lines;
mod attach_past;
mod attach_point;
mod attach_show;
mod attach_talk;
pub mod bench;
mod bench_serve;
mod bench_store;
pub mod check;
mod control;
mod data;
mod day;
pub mod dead;
pub mod diff;
pub mod fmt;
pub mod git;
pub mod history;
mod hosting;
pub mod login;
pub mod merge;
mod one_bot;
pub mod pack;
pub mod publish;
mod refused;
pub mod render;
pub mod replay_merges;
pub mod resolve;
pub mod run;
pub mod runner;
pub mod secret;
mod secret_list;
mod secret_value;
pub mod serve;
pub mod sim;
mod sim_commands;
mod sim_json;
mod sim_listen;
mod sim_record;
mod sim_said;
mod sim_save;
mod sim_show;
mod sources;
pub mod studio;
pub mod test;
mod test_coverage;
mod test_from;
mod test_report;
mod test_update;

use self::sources::Unfit;
use crate::End;
use crate::out::{FAINT, Out, STRONG, WARNING};

/// A path that cannot be worked with, said to people or programs.
fn unfit(error: &Unfit, json: bool, out: &mut Out) -> End {
    let hint = match error {
        Unfit::NoBot(_) => Some("name a bot's folder, or one that holds bots"),
        _ => None,
    };
    if json {
        out.json(&serde_json::json!({ "error": { "message": error.to_string(), "hint": hint } }));
    } else {
        out.error(error, hint);
    }
    if matches!(error, Unfit::Disk(..)) { End::Failed } else { End::BadUse }
}

/// What the repository did not let happen.
fn refused(error: &vcs::Error, json: bool, out: &mut Out) -> End {
    if json {
        out.json(&serde_json::json!({ "error": { "message": error.to_string(), "hint": error.hint() } }));
    } else {
        out.error(error, error.hint());
    }
    if error.is_refusal() { End::BadUse } else { End::Failed }
}

type Open = (flow::FilePath, smol_str::SmolStr, ::merge::Conflict);

fn conflicts_as_json(open: &[Open]) -> Vec<serde_json::Value> {
    let one = |(file, place, one): &Open| serde_json::json!({ "file": file, "place": place, "kind": one.kind, "node": one.node, "what": one.what });
    open.iter().map(one).collect()
}

fn say_conflicts(open: &[Open], out: &mut Out) {
    for (file, place, one) in open {
        let (file, what) = (out.paint(STRONG, file), out.paint(WARNING, &one.what));
        out.line(format_args!("{file}: {what} {}", out.paint(FAINT, place)));
    }
}

/// A place inside a field, as people write it.
fn place_text(path: &[flow::Seg]) -> String {
    let parts = path.iter().map(|seg| match seg {
        flow::Seg::Key(key) => key.to_string(),
        flow::Seg::Item { item } => item.to_string(),
        flow::Seg::Index(at) => at.to_string(),
    });
    parts.collect::<Vec<_>>().join(".")
}

fn many(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

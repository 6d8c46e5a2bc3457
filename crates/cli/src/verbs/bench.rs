//! `nexus bench`: how fast bots run on this machine, each figure beside what it has to be compared with.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::refused::Refused;
use super::{bench_serve, bench_store, hosting};
use crate::End;
use crate::out::{FAINT, Out, STRONG};

/// Measure how fast bots run here.
///
/// One message through three nodes to its answer: in the engine alone; with every step on disk, one and 32 conversations at a time, beside
/// what the disk itself can do; and over HTTP through a runner in another process, every acknowledged message on disk. All in one run, on
/// the disk of the folder that is named.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus bench\n  nexus bench --seconds 10 --folder /var/lib\n  nexus bench --json"
)]
pub struct Args {
    /// How long each part takes.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Where it writes: the disk that is to be measured.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    folder: std::path::PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// A message, three nodes that decide, an answer.
pub const NODES: &str = r#"
    "a": {"kind": "logic.switch", "v": 1, "fields": {"cases": [{"id": "c", "when": "bot.total > 100"}]}, "next": {"else": "b"}},
    "b": {"kind": "logic.switch", "v": 1, "fields": {"cases": [{"id": "c", "when": "bot.total < 0"}]}, "next": {"else": "c"}},
    "c": {"kind": "logic.if", "v": 1, "fields": {"when": "bot.total == 0"}, "next": {"yes": "s", "no": "s"}}"#;
pub const MANIFEST: &str = r#"{"nexus": 1, "id": "bench", "name": "Bench", "channels": [],
    "variables": {"bot": {"total": {"type": "number", "default": 0}}}}"#;

/// The bot with this trigger and this answer.
pub fn bot(trigger: &str, answer: &str) -> flow::Bot {
    let flow = format!(
        r#"{{"nexus": 1, "id": "main", "name": "Main", "nodes": {{"t": {trigger}, {NODES}, "s": {answer}}}}}"#
    );
    flow::Bot {
        manifest: flow::text::parse_manifest(MANIFEST.as_bytes()).value,
        flows: [("flows/main.flow.json".into(), flow::text::parse_flow(flow.as_bytes()).value)].into(),
        ..flow::Bot::default()
    }
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    begin(&args, out).unwrap_or_else(|refused| refused.say(json, out))
}

fn begin(args: &Args, out: &mut Out) -> Result<End, Refused> {
    let time = Duration::from_secs(args.seconds);
    let folder = temporary(&args.folder)?;
    let mut say = |words: String| {
        if !args.json {
            out.line(words);
        }
    };
    let engine = bench_store::engine_only(time);
    say(format!("{:<46}{:>10} messages/s", "The engine alone", whole(engine)));
    let disk = bench_store::syncs(folder.path(), time)?;
    say(format!("{:<46}{:>10} /s", "The disk: one write made sure of (fdatasync)", whole(disk)));
    let durable = hosting::runtime()?.block_on(bench_store::durable(folder.path(), time))?;
    say(format!("{:<46}{:>10} messages/s", "The store: one commit a message", whole(durable.single)));
    say(format!("{:<46}{:>10} messages/s", "On disk, 1 conversation at a time", whole(durable.one)));
    let (ratio, gain) = (durable.many / durable.single, durable.many / durable.one);
    say(format!(
        "{:<46}{:>10} messages/s   {gain:.1}× one at a time, {ratio:.1}× one commit a message, {:.1}× the disk's writes",
        "On disk, 32 conversations at a time",
        whole(durable.many),
        durable.many / disk
    ));
    let served = hosting::runtime()?.block_on(bench_serve::measure(folder.path(), time))?;
    say(format!(
        "{:<46}{:>10} messages/s   half within {:.1} ms, 99 % within {:.1} ms",
        "Over HTTP on `nexus serve`, 32 connections",
        whole(served.rate),
        ms(served.half),
        ms(served.most)
    ));
    say(format!("{:<46}{:>10.0} ms", "From the start of the process to the first answer", ms(served.first)));
    if args.json {
        out.json(&json!({
            "engine": engine, "fdatasync": disk, "one_commit_each": durable.single, "durable_1": durable.one,
            "durable_32": durable.many, "durable_32_over_durable_1": gain, "durable_32_over_one_commit_each": ratio, "served": served.rate,
            "served_p50_ms": ms(served.half), "served_p99_ms": ms(served.most), "first_answer_ms": ms(served.first),
            "lost": served.lost,
        }));
    } else {
        let words = format!(
            "{} answered over HTTP; after a kill none of them was missing on disk.",
            out.paint(STRONG, served.answered)
        );
        out.line(out.paint(FAINT, words));
    }
    Ok(End::Fine)
}

fn temporary(folder: &Path) -> Result<TempDir, Refused> {
    tempfile::Builder::new()
        .prefix(".nexus-bench-")
        .tempdir_in(folder)
        .map_err(|error| Refused::failed(format!("{} cannot be written to: {error}", folder.display())))
}

fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

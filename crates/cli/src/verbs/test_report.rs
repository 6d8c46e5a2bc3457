//! What came of tests: for people, for programs, for continuous integration.

use std::fmt::Write;

use serde_json::{Value, json};
use sim::cases::{Failure, Tone};

use super::many;
use super::test::{BotReport, FileReport, Report};
use crate::out::{ERROR, FAINT, GOOD, HINT, Out, STRONG};

pub fn say(report: &Report, filter: Option<&str>, out: &mut Out) {
    for (bot, file) in report.files() {
        let name = bot.shown(&file.path);
        for wrong in &file.wrongs {
            let place = out.paint(STRONG, format_args!("{name}:{}:{}", wrong.at.line, wrong.at.column));
            let word = out.paint(ERROR, "error");
            out.line(format_args!("{place}: {word}: {}", wrong.message));
            if !wrong.help.is_empty() {
                out.line(format_args!("    help: {}", wrong.help));
            }
        }
        let failed = file.cases.iter().filter(|case| case.failure.is_some()).count();
        if !file.wrongs.is_empty() || file.cases.is_empty() {
            continue;
        }
        let mark = if failed == 0 { out.paint(GOOD, "✓") } else { out.paint(ERROR, "✗") };
        let count = many(file.cases.len(), "case");
        let count = if failed > 0 { format!("{count}, {failed} failed") } else { count };
        out.line(format_args!("{mark} {name}  {}", out.paint(FAINT, count)));
        for case in &file.cases {
            if let Some(failure) = &case.failure {
                say_failure(bot, file, &case.title, failure, out);
            }
        }
    }
    for bot in &report.bots {
        if let Some(why) = &bot.broken {
            out.line(format_args!("{} {}: {why}", out.paint(ERROR, "✗"), bot.shown("")));
        }
    }
    let (all, failed) = (report.cases().count(), report.failed());
    if let Some(filter) =
        filter.filter(|_| all == 0 && report.broken() == 0 && report.files().next().is_some())
    {
        out.line(format_args!("No case has `{filter}` in its name or its file's."));
        return;
    }
    if all == 0 && report.broken() == 0 {
        out.line("No tests: they are the files `tests/*.test.yaml` of a bot. `nexus sim` writes one with `/save-test`.");
        return;
    }
    let mut parts = vec![format!("{} passed", all - failed)];
    if failed > 0 {
        parts.push(format!("{failed} failed"));
    }
    if report.broken() > 0 {
        parts.push(format!("{} cannot be played", many(report.broken(), "file")));
    }
    out.line(format_args!("{} in {:.2}s.", parts.join(", "), report.took.as_secs_f64()));
}

fn say_failure(bot: &BotReport, file: &FileReport, title: &str, failure: &Failure, out: &mut Out) {
    let place = format!("{}:{}:{}", bot.shown(&file.path), failure.at.line, failure.at.column);
    out.line(format_args!("\n  {} {}", out.paint(STRONG, title), out.paint(FAINT, place)));
    for (tone, line) in failure.lines() {
        let line = match tone {
            Tone::Plain => line,
            Tone::Faint => out.paint(FAINT, line),
            Tone::Strong => out.paint(STRONG, line),
            Tone::Good => out.paint(HINT, line),
            Tone::Bad => out.paint(ERROR, line),
        };
        out.line(format_args!("    {line}").to_string().trim_end());
    }
    out.line("");
}

pub fn json(report: &Report, coverage: bool) -> Value {
    let cases: Vec<Value> = report
        .cases()
        .map(|(bot, file, case)| {
            json!({
                "bot": bot.shown(""), "file": bot.shown(&file.path), "line": case.at.line, "name": case.title,
                "ok": case.failure.is_none(), "failure": case.failure,
            })
        })
        .collect();
    let wrongs = report.files().flat_map(|(bot, file)| {
        file.wrongs.iter().map(move |wrong| {
            json!({
                "file": bot.shown(&file.path), "line": wrong.at.line, "column": wrong.at.column,
                "message": wrong.message, "help": wrong.help,
            })
        })
    });
    let broken = report.bots.iter().filter_map(|bot| Some((bot, bot.broken.as_ref()?)));
    let broken = broken.map(|(bot, why)| json!({ "file": bot.shown(""), "message": why }));
    let mut value = json!({
        "bots": report.bots.len(), "passed": cases.len() - report.failed(), "failed": report.failed(),
        "seconds": report.took.as_secs_f64(), "cases": cases, "problems": wrongs.chain(broken).collect::<Vec<_>>(),
    });
    if coverage {
        let flows = |bot: &BotReport| json!({ "bot": bot.shown(""), "flows": bot.coverage.flows(&bot.bot) });
        value["coverage"] = report.bots.iter().map(flows).collect();
    }
    value
}

pub fn tap(report: &Report, out: &mut Out) {
    let broken = report.files().filter(|(_, file)| !file.wrongs.is_empty());
    let (cases, broken): (Vec<_>, Vec<_>) = (report.cases().collect(), broken.collect());
    let unplayed: Vec<_> = report.bots.iter().filter_map(|bot| Some((bot, bot.broken.as_ref()?))).collect();
    out.line("TAP version 14");
    out.line(format_args!("1..{}", cases.len() + broken.len() + unplayed.len()));
    let mut number = 0;
    let mut one = |ok: bool, name: &str, lines: Vec<String>, out: &mut Out| {
        number += 1;
        // A `#` would begin a directive.
        let name = name.replace('\\', "\\\\").replace('#', "\\#").replace('\n', " ");
        out.line(format_args!("{} {number} - {name}", if ok { "ok" } else { "not ok" }));
        lines.iter().for_each(|line| out.line(format_args!("# {line}")));
    };
    for (bot, file, case) in cases {
        let name = format!("{}: {}", bot.shown(&file.path), case.title);
        let lines = case.failure.iter().flat_map(|failure| {
            let place = format!("line {}, column {}", failure.at.line, failure.at.column);
            [place].into_iter().chain(failure.lines().into_iter().map(|(_, line)| line))
        });
        one(case.failure.is_none(), &name, lines.collect(), out);
    }
    for (bot, file) in broken {
        let lines = file
            .wrongs
            .iter()
            .map(|wrong| format!("{}:{}: {}", wrong.at.line, wrong.at.column, wrong.message));
        one(false, &bot.shown(&file.path), lines.collect(), out);
    }
    for (bot, why) in unplayed {
        one(false, &bot.shown(""), vec![why.clone()], out);
    }
}

pub fn junit(report: &Report) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let total = report.cases().count() + report.broken();
    let _ = writeln!(
        xml,
        "<testsuites name=\"nexus\" tests=\"{total}\" failures=\"{}\" errors=\"{}\" time=\"{:.3}\">",
        report.failed(),
        report.broken(),
        report.took.as_secs_f64()
    );
    for (bot, file) in report.files() {
        let name = escape(&bot.shown(&file.path));
        let failed = file.cases.iter().filter(|case| case.failure.is_some()).count();
        let errors = usize::from(!file.wrongs.is_empty());
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failed}\" errors=\"{errors}\">",
            file.cases.len() + errors
        );
        if errors > 0 {
            let text = |wrong: &sim::cases::Wrong| {
                format!("{}:{}: {}\n", wrong.at.line, wrong.at.column, wrong.message)
            };
            let text: String = file.wrongs.iter().map(text).collect();
            let _ = writeln!(
                xml,
                "    <testcase classname=\"{name}\" name=\"(the file)\"><error message=\"The file cannot be read.\">{}</error></testcase>",
                escape(&text)
            );
        }
        for case in &file.cases {
            let _ = write!(
                xml,
                "    <testcase classname=\"{name}\" name=\"{}\" file=\"{name}\" line=\"{}\"",
                escape(&case.title),
                case.at.line
            );
            match &case.failure {
                None => xml.push_str("/>\n"),
                Some(failure) => {
                    let lines: String = failure.lines().into_iter().map(|(_, line)| line + "\n").collect();
                    let _ = writeln!(
                        xml,
                        "><failure message=\"{}\">{name}:{}:{}\n{}</failure></testcase>",
                        escape(&failure.message),
                        failure.at.line,
                        failure.at.column,
                        escape(&lines)
                    );
                }
            }
        }
        xml.push_str("  </testsuite>\n");
    }
    for bot in report.bots.iter().filter(|bot| bot.broken.is_some()) {
        let (name, why) = (escape(&bot.shown("")), escape(bot.broken.as_deref().unwrap_or_default()));
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\"><testcase classname=\"{name}\" name=\"(the bot)\"><error message=\"{why}\"/></testcase></testsuite>"
        );
    }
    xml.push_str("</testsuites>\n");
    xml
}

/// For XML; characters that XML cannot hold at all become a mark.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() && c != '\t' => out.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

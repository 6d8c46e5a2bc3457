//! What a conversation went through, in `nexus attach`: the list, one moment of it, and all of it in a file.

use std::path::PathBuf;

use runner::debug::{Command, Reply, Visited};
use smol_str::SmolStr;

use super::attach_desk::{Desk, Trouble};
use super::{attach_show, day};
use crate::out::{FAINT, GOOD, Out, STRONG};

/// So many entries are listed.
const MOST: u32 = 20;

pub async fn moments(desk: &mut Desk, rest: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let conversation = desk.about()?;
    let from = match rest {
        "" => {
            let position = desk.inspect().await?.conversation.position;
            position.saturating_sub(u64::from(MOST))
        }
        rest => rest.parse().map_err(|_| "From which one on?")?,
    };
    let Reply::Moments { moments } = desk.ask(Command::Moments { conversation, from, most: MOST }).await?
    else {
        return Ok(Vec::new());
    };
    if moments.is_empty() {
        return Ok(vec![out.paint(FAINT, "(nothing is kept of it there)")]);
    }
    let line = |one: &runner::debug::Entered| {
        let altered = if one.altered { ", altered by hand" } else { "" };
        let at = out.paint(FAINT, format_args!("{}{altered}", day::moment(one.at.0)));
        format!("{:>5}  {}  {at}", one.position, attach_show::came(&one.came))
    };
    Ok(moments.iter().map(line).collect())
}

pub async fn visit(desk: &mut Desk, rest: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let how = "Write it as visit N, visit N TICK, or visit N TICK EXPRESSION; moments lists them.";
    let (position, rest) = split(rest);
    let position = position.parse().map_err(|_| how)?;
    let (tick, mut rest) = split(rest);
    let tick =
        Some(tick).filter(|tick| !tick.is_empty()).map(|tick| tick.parse().map_err(|_| how)).transpose()?;
    let mut port = None;
    if let Some(by) = rest.strip_prefix("by ") {
        let (output, more) = split(by);
        (port, rest) = (Some(SmolStr::from(output)), more);
    }
    let expression = Some(rest).filter(|rest| !rest.is_empty()).map(String::from);
    let asks = expression.is_some();
    let conversation = desk.about()?;
    match desk.ask(Command::Visit { conversation, position, tick, port, expression }).await? {
        Reply::Visited(visited) => {
            desk.stage_of(&visited.entry.program).await?;
            Ok(visited_lines(desk, &visited, asks, out))
        }
        _ => Ok(Vec::new()),
    }
}

fn visited_lines(desk: &Desk, visited: &Visited, asks: bool, out: &Out) -> Vec<String> {
    if let Some(value) = visited.value.as_ref().filter(|_| asks) {
        return vec![attach_show::value(value)];
    }
    if let Some(variables) = &visited.variables {
        return attach_show::seen(variables);
    }
    let program = &visited.entry.program;
    let mut lines = vec![out.paint(STRONG, attach_show::came(&visited.entry.came))];
    for stand in &visited.before {
        let node = desk.node(&stand.program, &stand.spot);
        lines.push(out.paint(FAINT, format_args!("run {} stood at `{node}`", stand.run)));
    }
    for one in &visited.moments {
        let node = desk.node(program, &one.spot);
        let at = match &one.port {
            Some(port) => format!("after `{node}` by {port}"),
            None => format!("before `{node}`"),
        };
        lines.push(format!("{:>5}  {}{at}", one.tick, "  ".repeat(one.depth.saturating_sub(1))));
    }
    lines.push(out.paint(FAINT, "What was seen:"));
    for one in &visited.records {
        let text = attach_show::record(&desk.node(program, &one.spot), one);
        lines.push(out.paint(FAINT, format_args!("       {text}")));
    }
    for one in &visited.asked {
        let node = desk.node(program, &one.spot);
        lines.push(out.paint(FAINT, format_args!("       `{node}` asked for {}", one.name)));
    }
    lines
}

fn split(text: &str) -> (&str, &str) {
    let (first, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    (first, rest.trim())
}

pub async fn record(desk: &mut Desk, rest: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let path = match rest {
        // Never over another one.
        "" => (1..)
            .map(|n| PathBuf::from(format!("conversation-{n}.recording.json")))
            .find(|path| !path.exists()),
        name => Some(PathBuf::from(name)),
    };
    let path = path.ok_or("There are too many recordings.")?;
    if path.exists() {
        return Err(format!("{} is there already; choose another name.", path.display()).into());
    }
    let conversation = desk.about()?;
    let Reply::Recording { text } = desk.ask(Command::Recording { conversation, from: 0 }).await? else {
        return Ok(Vec::new());
    };
    let wrong = |error| format!("{} could not be written: {error}", path.display());
    std::fs::write(&path, text + "\n").map_err(wrong)?;
    Ok(vec![
        format!("{} {}", out.paint(GOOD, "✓"), path.display()),
        out.paint(FAINT, format_args!("`nexus test --from {} BOT` makes a test of it.", path.display())),
    ])
}

//! What is typed in `nexus attach`. The words are those of `nexus sim`; a `/` before them changes nothing.

use std::time::Duration;

use runner::debug::{Command, Go, Placed, Reply};
use smol_str::SmolStr;
use tokio::time::Instant;

use super::attach_desk::{Desk, Trouble};
use super::{attach_past, attach_point, attach_show, one_bot, sim_commands};
use crate::out::{FAINT, GOOD, Out, STRONG};

/// Name, what follows, what it does.
const COMMANDS: &[(&str, &str, &str)] = &[
    ("conversations", "[N]", "with whom, and where they stand; the latest first"),
    ("in", "N or NAME", "what follows is about this conversation; alone: which one it is"),
    (
        "break",
        "NODE [by OUTPUT] [here] [at N] [if CONDITION]",
        "stops before a node, or where it is left; here: in this conversation alone. Alone: where it stops",
    ),
    ("note", "NODE TEXT", "says the text whenever a run comes by, and stops nothing"),
    ("unbreak", "NODE or #N", "does not stop there any more"),
    ("mute", "[off]", "stops nowhere, for everybody; off: stops again"),
    ("paused", "", "what is stopped, and where"),
    ("wait", "[30s]", "until something is stopped"),
    ("step", "", "on to the next node; over passes over called flows, out leaves this one"),
    ("go", "[all]", "on to the next stop"),
    ("to", "NODE", "on to this node"),
    ("back", "", "to the moment before"),
    ("vars", "", "the variables"),
    ("set", "user.size \"L\"", "sets a variable where it is stopped"),
    ("eval", "EXPRESSION", "what an expression gives where it is stopped"),
    ("leave", "[OUTPUT]", "does not run the node, and goes on by this output"),
    ("edit", "FOLDER", "goes on with the bot as it is in this folder, in this conversation alone"),
    ("trace", "on [here] or off", "the nodes, as they run"),
    ("moments", "[FROM]", "what this conversation went through"),
    (
        "visit",
        "N [TICK [by OUTPUT] [EXPRESSION]]",
        "a moment of it again; a tick: the variables there, or what an expression gives",
    ),
    ("record", "[FILE]", "writes the conversation as a recording, for `nexus test --from FILE`"),
    ("help", "", "this"),
    ("quit", "", "ends it; what is stopped goes on"),
];

pub async fn line(desk: &mut Desk, line: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let text = line.trim();
    let text = text.strip_prefix('/').unwrap_or(text);
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    let faint = |text: String| Ok(vec![out.paint(FAINT, text)]);
    match name {
        "" => Ok(Vec::new()),
        "conversations" => conversations(desk, rest, out).await,
        "in" if rest.is_empty() => {
            let conversation = desk.about()?;
            Ok(vec![format!("{} ({conversation})", desk.label(&conversation).await?)])
        }
        "in" => {
            let conversation = desk.conversation(rest)?;
            desk.label(&conversation).await?;
            desk.chosen = Some(conversation);
            Ok(Vec::new())
        }
        "break" if rest.is_empty() => {
            let (points, muted) = points(desk).await?;
            Ok(attach_show::points(desk, &points, muted, out))
        }
        "break" => attach_point::place(desk, rest, out).await,
        "note" => attach_point::note(desk, rest, out).await,
        "unbreak" => unbreak(desk, rest).await,
        "mute" => {
            desk.ask(Command::Mute { muted: rest != "off" }).await?;
            Ok(Vec::new())
        }
        "paused" => {
            let all: Vec<_> = desk.paused.values().cloned().collect();
            if all.is_empty() {
                return faint("(nothing is stopped)".into());
            }
            let mut lines = Vec::new();
            for stopped in &all {
                let label = desk.label(&stopped.conversation).await?;
                lines.extend(attach_show::stopped(desk, &label, stopped, out));
            }
            Ok(lines)
        }
        "wait" => wait(desk, rest),
        "step" => go(desk, Go::Into, out).await,
        "over" => go(desk, Go::Over, out).await,
        "out" => go(desk, Go::Out, out).await,
        "go" if rest == "all" => {
            let all: Vec<SmolStr> = desk.paused.keys().cloned().collect();
            for conversation in all {
                desk.ask(Command::Go { conversation, how: Go::On }).await?;
            }
            Ok(Vec::new())
        }
        "go" => go(desk, Go::On, out).await,
        "to" => {
            let spot = desk.find_node(rest).await?;
            go(desk, Go::To(spot), out).await
        }
        "back" => {
            let conversation = desk.stopped()?.conversation.clone();
            moves(desk, Command::Back { conversation }, out).await
        }
        "vars" => {
            let inspected = desk.inspect().await?;
            Ok(attach_show::variables(&inspected, out))
        }
        "set" => set(desk, rest, out).await,
        "eval" => {
            let conversation = desk.stopped()?.conversation.clone();
            let expression = rest.to_string();
            match desk.ask(Command::Evaluate { conversation, expression }).await? {
                Reply::Value { value } => Ok(vec![attach_show::value(&value)]),
                _ => Ok(Vec::new()),
            }
        }
        "leave" => {
            let conversation = desk.stopped()?.conversation.clone();
            let port = Some(rest).filter(|rest| !rest.is_empty()).map(SmolStr::from);
            moves(desk, Command::Leave { conversation, port }, out).await
        }
        "edit" => edit(desk, rest, out).await,
        "trace" => {
            let (on, conversation) = match rest {
                "on" => (true, None),
                "on here" => (true, Some(desk.about()?)),
                "off" => (false, None),
                _ => return Err("Write it as trace on, trace on here, or trace off.".into()),
            };
            desk.ask(Command::Trace { on, conversation }).await?;
            Ok(Vec::new())
        }
        "moments" => attach_past::moments(desk, rest, out).await,
        "visit" => attach_past::visit(desk, rest, out).await,
        "record" => attach_past::record(desk, rest, out).await,
        "help" => Ok(help(out)),
        "quit" => {
            desk.over = true;
            Ok(Vec::new())
        }
        name => {
            let known = COMMANDS.iter().map(|(known, ..)| *known).chain(["over", "out"]);
            let near = flow::check::nearest(name, known).map(|near| format!(" Did you mean {near}?"));
            Err(format!("There is no command {name}; help says which.{}", near.unwrap_or_default()).into())
        }
    }
}

async fn conversations(desk: &mut Desk, rest: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let most = if rest.is_empty() { 20 } else { rest.parse().map_err(|_| "How many?")? };
    match desk.ask(Command::Conversations { before: None, most }).await? {
        Reply::Conversations { conversations, before } => {
            let mut lines = Vec::new();
            for one in &conversations {
                let label = desk.knows(one);
                lines.push(attach_show::conversation(desk, &label, one, out));
            }
            if conversations.is_empty() {
                lines.push(out.paint(FAINT, "(nobody has written yet)"));
            } else if before.is_some() {
                lines.push(out.paint(FAINT, "(there are more: conversations N shows N)"));
            }
            Ok(lines)
        }
        _ => Ok(Vec::new()),
    }
}

pub async fn points(desk: &Desk) -> Result<(Vec<Placed>, bool), Trouble> {
    match desk.ask(Command::Points).await? {
        Reply::Points { points, muted } => Ok((points, muted)),
        _ => Ok((Vec::new(), false)),
    }
}

async fn unbreak(desk: &mut Desk, rest: &str) -> Result<Vec<String>, Trouble> {
    let ids: Vec<u64> = match rest.strip_prefix('#') {
        Some(number) => vec![number.parse().map_err(|_| "Which one? break alone lists them.")?],
        None => {
            let spot = desk.find_node(rest).await?;
            let (points, _) = points(desk).await?;
            points.iter().filter(|one| one.point.spot == spot).map(|one| one.id).collect()
        }
    };
    if ids.is_empty() {
        return Err("It does not stop there; break alone says where it does.".into());
    }
    for id in ids {
        desk.ask(Command::Unbreak { id }).await?;
    }
    Ok(Vec::new())
}

/// Nothing more is read until something is stopped.
fn wait(desk: &mut Desk, rest: &str) -> Result<Vec<String>, Trouble> {
    let millis = match rest {
        "" => 60_000,
        rest => flow::time::duration(rest).ok_or("Write how long, as in wait 30s.")?,
    };
    if desk.paused.is_empty() {
        desk.waits = Some(Instant::now() + Duration::from_millis(millis.max(0).cast_unsigned()));
    }
    Ok(Vec::new())
}

async fn go(desk: &mut Desk, how: Go, out: &Out) -> Result<Vec<String>, Trouble> {
    let conversation = desk.stopped()?.conversation.clone();
    moves(desk, Command::Go { conversation, how }, out).await
}

async fn moves(desk: &mut Desk, command: Command, out: &Out) -> Result<Vec<String>, Trouble> {
    let conversation = desk.stopped()?.conversation.clone();
    match desk.ask(command).await? {
        Reply::Stopped(stopped) => desk.arrived = Some(*stopped),
        // News says it, too, and maybe later.
        Reply::Went if desk.paused.remove(&conversation).is_some() => {
            return Ok(vec![went(&desk.label(&conversation).await?, out)]);
        }
        _ => {}
    }
    Ok(Vec::new())
}

pub fn went(label: &str, out: &Out) -> String {
    out.paint(FAINT, format_args!("({label} goes on)"))
}

async fn set(desk: &mut Desk, rest: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let (variable, text) = rest.split_once(' ').ok_or("Write it as set user.size \"L\".")?;
    let value = sim_commands::value(text)?;
    let conversation = desk.stopped()?.conversation.clone();
    let shown = format!("{variable} = {value}");
    let command = Command::Set { conversation: conversation.clone(), variable: variable.into(), value };
    if let Reply::Stopped(stopped) = desk.ask(command).await? {
        desk.paused.insert(conversation, *stopped);
    }
    Ok(vec![out.paint(FAINT, format_args!("{:11}{shown}", ""))])
}

async fn edit(desk: &mut Desk, rest: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    if rest.is_empty() {
        return Err("Write it as edit FOLDER, the folder of the changed bot.".into());
    }
    let conversation = desk.stopped()?.conversation.clone();
    let bot = one_bot::read(std::path::Path::new(rest)).map_err(|refused| refused.message)?;
    let files = engine::recording::files(&bot.bot);
    moves(desk, Command::Edit { conversation, files }, out).await
}

fn help(out: &Out) -> Vec<String> {
    let wide = COMMANDS.iter().map(|(name, rest, _)| name.len() + rest.chars().count());
    let wide = wide.max().unwrap_or_default().min(28) + 2;
    let line = |(name, rest, does): &(&str, &str, &str)| {
        let head = format!("{name} {rest}");
        format!("  {}  {does}", out.paint(STRONG, format_args!("{head:<wide$}")))
    };
    let mut lines: Vec<String> = COMMANDS.iter().map(line).collect();
    lines.push(
        "A node is called by its key, its name or its id; where that is not enough, by FLOW.NODE.".into(),
    );
    lines
}

pub fn placed(id: u64, what: &str, out: &Out) -> Vec<String> {
    vec![format!("{} #{id} {what}", out.paint(GOOD, "✓"))]
}

//! How `nexus attach` shows stops, variables and traces: as `nexus sim` does.

use engine::event::{Event, What};
use runner::debug::{
    Came, Conversation, Inspected, Named, Placed, Saw, Seen, Shown, Stopped, Variables, Waits,
};
use smol_str::SmolStr;

use super::attach_desk::Desk;
use super::day;
use crate::out::{ERROR, FAINT, HINT, Out, STRONG, WARNING};

const WIDE: usize = 9;

pub fn stopped(desk: &Desk, label: &str, stopped: &Stopped, out: &Out) -> Vec<String> {
    let node = desk.node(&stopped.program, &stopped.spot);
    let at = match &stopped.port {
        Some(port) => format!("after `{node}`, which leads on by `{port}`"),
        None => format!("before `{node}`"),
    };
    let text = out.paint(STRONG, format_args!("{label}: stopped {at}"));
    let mut lines = vec![format!("{}  {text}", out.paint(WARNING, format_args!("{:>WIDE$}", "‖")))];
    let mut faint = |text: String| lines.push(out.paint(FAINT, format_args!("{:WIDE$}  {text}", "")));
    if stopped.calls.len() > 1 {
        let outer = &stopped.calls[..stopped.calls.len() - 1];
        let names: Vec<String> =
            outer.iter().map(|spot| format!("`{}`", desk.node(&stopped.program, spot))).collect();
        faint(format!("called by {}", names.join(", ")));
    }
    if stopped.moved {
        faint("others changed something meanwhile, so the run has gone another way".into());
    }
    faint(format!("on {}", came(&stopped.input)));
    for (scope, values) in [("flow", &stopped.variables.flow), ("nodes", &stopped.variables.nodes)] {
        values.iter().for_each(|(name, shown)| faint(format!("{scope}.{name} = {}", value(shown))));
    }
    faint("step, over, out, go, back; eval EXPRESSION, set NAME VALUE, vars".into());
    lines
}

/// All that can be seen of a conversation.
pub fn variables(inspected: &Inspected, out: &Out) -> Vec<String> {
    let mut lines = Vec::new();
    let Inspected { conversation, paused, user, chat, bot } = inspected;
    if let Some(Stopped { variables, .. }) = paused {
        lines.extend(seen(variables));
    } else {
        for (scope, values) in [("user", user), ("chat", chat), ("bot", bot)] {
            lines.extend(named(scope, values));
        }
        for stand in &conversation.stands {
            lines.extend(named("flow", &stand.flow).chain(named("nodes", &stand.nodes)));
        }
    }
    if lines.is_empty() {
        lines.push(out.paint(FAINT, "(no variables)"));
    }
    lines
}

pub fn seen(variables: &Variables) -> Vec<String> {
    let Variables { msg, user, chat, bot, flow, nodes, .. } = variables;
    // Most events have little of all that a message can have.
    let is_something = |shown: &Shown| !matches!(shown, Shown::Value(flow::Data::Null));
    let mut msg = msg.clone();
    msg.retain(|_, shown| is_something(shown));
    let all = [("msg", &msg), ("user", user), ("chat", chat), ("bot", bot), ("flow", flow), ("nodes", nodes)];
    all.iter().flat_map(|(scope, values)| named(scope, values)).collect()
}

fn named<'n>(scope: &'n str, values: &'n Named) -> impl Iterator<Item = String> + 'n {
    values.iter().map(move |(name, shown)| format!("{scope}.{name} = {}", value(shown)))
}

pub fn value(shown: &Shown) -> String {
    match shown {
        Shown::Value(value) => value.to_string(),
        Shown::Cut { kind, bytes, start } if start.is_empty() => format!("({kind} of {bytes} bytes)"),
        Shown::Cut { kind, bytes, start } => format!("{start}… ({kind} of {bytes} bytes)"),
    }
}

pub fn conversation(desk: &Desk, label: &str, one: &Conversation, out: &Out) -> String {
    let mut stands: Vec<String> = Vec::new();
    if one.paused {
        let at = desk.paused.get(&one.id).map(|stopped| desk.node(&stopped.program, &stopped.spot));
        stands.push(match at {
            Some(node) => format!("stopped at `{node}`"),
            None => "stopped".into(),
        });
    } else {
        for stand in &one.stands {
            let node = desk.node(&stand.program, &stand.spot);
            stands.push(format!("{} at `{node}`", waits(&stand.waits)));
        }
    }
    if one.held > 0 {
        stands.push(wait(one.held));
    }
    if stands.is_empty() {
        stands.push("nothing is going on".into());
    }
    let about = if one.channel.is_empty() { String::new() } else { format!(" on {}", one.channel) };
    let at = out.paint(FAINT, format_args!("{}, {}", day::moment(one.at.0), one.id));
    format!("{}{about}: {}  {at}", out.paint(STRONG, label), stands.join(", "))
}

fn waits(waits: &Waits) -> String {
    match waits {
        Waits::Person { .. } => "waits for an answer".into(),
        Waits::Effect { name, resting: true, .. } => format!("rests between two tries of {name}"),
        Waits::Effect { name, .. } => format!("waits for {name}"),
        Waits::Time { until } => format!("waits until {}", day::moment(until.0)),
        Waits::Branches => "waits for its branches".into(),
        Waits::Nothing => "is".into(),
    }
}

/// So much has come that cannot be taken yet.
pub fn wait(count: usize) -> String {
    if count == 1 { "1 input waits".into() } else { format!("{count} inputs wait") }
}

pub fn points(desk: &Desk, points: &[Placed], muted: bool, out: &Out) -> Vec<String> {
    let mut lines = Vec::new();
    if muted {
        lines.push(out.paint(WARNING, "(mute: it stops nowhere; mute off)"));
    }
    for Placed { id, mine, count, point } in points {
        let node = desk.node(&desk.hello.program, &point.spot);
        let mut text = format!("#{id} {node}");
        if let Some(port) = &point.port {
            text.push_str(&format!(" by {port}"));
        }
        if let Some(conversation) = &point.conversation {
            let label = desk.labelled(conversation).unwrap_or_else(|| conversation.to_string());
            text.push_str(&format!(" in {label}"));
        }
        if point.hit > 0 {
            text.push_str(&format!(" at {}", point.hit));
        }
        if let Some(when) = &point.when {
            text.push_str(&format!(" if {when}"));
        }
        if let Some(log) = &point.log {
            text.push_str(&format!(": {log}"));
        }
        let whose = if *mine { "" } else { ", somebody else's" };
        let about = out.paint(FAINT, format_args!("({count}×{whose})"));
        lines.push(format!("{text}  {about}"));
    }
    if lines.is_empty() {
        lines.push(out.paint(FAINT, "(it stops nowhere)"));
    }
    lines
}

pub fn note(label: &str, node: &str, text: &str, failed: bool, out: &Out) -> String {
    let text = if failed { out.paint(ERROR, text) } else { text.to_string() };
    format!(
        "{}  {text} {}",
        out.paint(HINT, format_args!("{label:>WIDE$}")),
        out.paint(FAINT, format_args!("(at `{node}`)"))
    )
}

pub fn trace(desk: &Desk, label: &str, records: &[Seen], out: &Out) -> Vec<String> {
    let line = |one: &Seen| {
        let text = record(&desk.node(&desk.hello.program, &one.spot), one);
        out.paint(FAINT, format_args!("{label:>WIDE$}    {text}"))
    };
    records.iter().map(line).collect()
}

pub fn record(node: &SmolStr, one: &Seen) -> String {
    match &one.saw {
        Saw::Began => format!("run {} begins", one.run),
        Saw::Entered => format!("→ {node}"),
        Saw::Left { port } => format!("  {node} leads on by `{port}`"),
        Saw::Gave { value: given } => format!("  {node} gives {}", value(given)),
        Saw::Set { variable, value: now } => format!("  {node} sets {variable} = {}", value(now)),
        Saw::Asked { attempt: 1, .. } => format!("  {node} asks and waits"),
        Saw::Asked { attempt, .. } => format!("  {node} asks again, try {attempt}"),
        Saw::Answered { ok: true, .. } => format!("  {node} has its answer"),
        Saw::Answered { .. } => format!("  {node} is told that it failed"),
        Saw::Waits => format!("  {node} waits"),
        Saw::Woke => format!("  {node} goes on"),
        Saw::Failed { message, .. } => format!("  {node} fails: {message}"),
        Saw::RolledBack => format!("  {node}: what was done is taken back"),
        Saw::Altered => format!("  {node}: altered by hand"),
        Saw::Ended { how } => format!("run {} is over ({how:?})", one.run).to_lowercase(),
    }
}

/// What came, for a sentence.
pub fn came(came: &Came) -> String {
    match came {
        Came::Event { event } => event_text(event),
        Came::Result { ok: true, .. } => "an answer from outside".into(),
        Came::Result { .. } => "word that something outside failed".into(),
        Came::Timer => "a timer".into(),
        Came::Cancel => "a call to end it".into(),
        Came::Switch { .. } => "a changed bot".into(),
        Came::Begin { at } => format!("a jump to {}/{}", at.flow, at.node),
    }
}

fn event_text(event: &Event) -> String {
    match &event.what {
        What::Message(message) if message.text.is_empty() => "a message".into(),
        What::Message(message) => format!("“{}”", message.text),
        What::Command(command) => format!("/{} {}", command.name, command.args).trim_end().to_string(),
        What::Button(pressed) => format!("the button `{}`", pressed.data),
        What::Reaction(reaction) => format!("the reaction {}", reaction.emoji),
        What::Joined(_) => "somebody who joined".into(),
        What::Left(_) => "somebody who left".into(),
        What::Inline(query) => format!("the inline query “{}”", query.query),
        What::Webhook(webhook) => format!("{} {}", webhook.method, webhook.path),
        What::Custom { name, .. } => format!("the event {name}"),
        What::Schedule { .. } => "a schedule".into(),
        What::Started => "the start of the bot".into(),
        What::Failed(_) => "a run that failed".into(),
    }
}

//! A failure in words: the conversation so far, what was expected, what came, and the way that led there.

use engine::trace::Saw;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::judge::message_line;
use super::yaml::At;
use crate::chat::{Did, DidState, Happened, Line};
use crate::moves::Move;
use crate::view::{is_quiet, view};
use crate::world::World;

/// Why a case failed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Failure {
    /// The step in the file.
    pub at: At,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The conversation so far: who, and what.
    pub talk: Vec<(String, String)>,
    /// Nodes that ran since the last thing from outside.
    pub path: Vec<String>,
    /// What to write where in the file, so that it says what the bot does.
    #[serde(skip)]
    pub fix: Option<Fix>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Instead of these characters.
    Replace { from: usize, to: usize, text: String },
    /// As steps of their own before the step that begins at this character, or after the one that ends there.
    Insert { at: usize, column: u32, after: bool, steps: Vec<String> },
}

/// How a line of a told failure is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Faint,
    Strong,
    /// Was expected.
    Good,
    /// Came instead.
    Bad,
}

impl Failure {
    /// Line by line, without colours.
    pub fn lines(&self) -> Vec<(Tone, String)> {
        let mut lines = Vec::new();
        let wide =
            self.talk.iter().map(|(who, _)| who.chars().count()).max().unwrap_or_default().clamp(4, 16);
        for (who, what) in &self.talk {
            for (place, part) in what.lines().enumerate() {
                let who = if place == 0 { who.as_str() } else { "" };
                lines.push((Tone::Faint, format!("{who:>wide$}  {part}")));
            }
        }
        lines.push((Tone::Strong, self.message.clone()));
        match (&self.expected, &self.came) {
            (Some(expected), Some(came)) => lines.extend(diff(expected, came)),
            (Some(expected), None) => lines.extend(prefixed(Tone::Good, "- ", expected)),
            (None, Some(came)) => lines.extend(prefixed(Tone::Bad, "+ ", came)),
            (None, None) => {}
        }
        if !self.help.is_empty() {
            lines.extend(self.help.lines().map(|line| (Tone::Plain, format!("  {line}"))));
        }
        if !self.path.is_empty() {
            lines.push((Tone::Faint, format!("  by {}", self.path.join(" → "))));
        }
        lines
    }
}

fn prefixed(tone: Tone, before: &str, text: &str) -> Vec<(Tone, String)> {
    let lines = text.split('\n').map(|line| (tone, format!("  {before}{line}")));
    lines.collect()
}

/// `-` was expected, `+` came; in a single line the letters that differ are marked.
fn diff(expected: &str, came: &str) -> Vec<(Tone, String)> {
    if expected.contains('\n') || came.contains('\n') {
        let diff = TextDiff::from_lines(expected, came);
        let line = |change: similar::Change<&str>| {
            let text = change.value().trim_end_matches('\n').to_string();
            match change.tag() {
                ChangeTag::Equal => (Tone::Plain, format!("    {text}")),
                ChangeTag::Delete => (Tone::Good, format!("  - {text}")),
                ChangeTag::Insert => (Tone::Bad, format!("  + {text}")),
            }
        };
        return diff.iter_all_changes().map(line).collect();
    }
    let mut lines = vec![(Tone::Good, format!("  - {expected}")), (Tone::Bad, format!("  + {came}"))];
    let diff = TextDiff::from_chars(expected, came);
    let kept = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Equal).count();
    // Marks help where most is the same.
    if kept * 2 >= came.chars().count().max(1) {
        let marks: String = diff
            .iter_all_changes()
            .filter_map(|change| match change.tag() {
                ChangeTag::Equal => Some(' '),
                ChangeTag::Insert => Some('~'),
                ChangeTag::Delete => None,
            })
            .collect();
        if marks.contains('~') {
            lines.push((Tone::Bad, format!("    {}", marks.trim_end())));
        }
    }
    lines
}

/// The conversation so far.
pub fn talk(world: &World) -> Vec<(String, String)> {
    world.lines().iter().filter_map(|line| talk_line(world, line)).collect()
}

/// Who, and what they say or do; nothing for what nobody has to see.
pub fn talk_line(world: &World, line: &Line) -> Option<(String, String)> {
    Some(match &line.what {
        Happened::Moved { message } => {
            let one = world.moves().get(line.by_move)?;
            let by = one.who().and_then(|who| world.cast.named(&who.by));
            let by = by.map(|member| member.name.to_string()).unwrap_or_default();
            match message.as_ref().and_then(|id| world.message(id)) {
                Some(message) => (by, message_line(message)),
                None => moved(one, &by),
            }
        }
        Happened::Ignored => (String::new(), "(nothing in the bot took it)".into()),
        Happened::Did(did) if is_quiet(&did.request.effect) && did_well(did) => return None,
        Happened::Did(did) => ("bot".into(), did_line(world, did)),
        Happened::Died(letter) => {
            let node = world.stage.name_of(&letter.spot);
            (String::new(), format!("(the run failed at {node}: {})", letter.message))
        }
    })
}

fn did_well(did: &Did) -> bool {
    matches!(did.state, DidState::Done(Ok(_)))
}

fn moved(one: &Move, by: &str) -> (String, String) {
    let by = |text: String| (by.to_string(), text);
    match one {
        Move::Presses { button, .. } => by(format!("presses [{button}]")),
        Move::Fills { .. } => by("fills in the form".into()),
        Move::Reacts { emoji, removed: false, .. } => by(format!("reacts {emoji}")),
        Move::Reacts { emoji, .. } => by(format!("takes {emoji} back")),
        Move::Asks { query, .. } => by(format!("asks inline: {query}")),
        Move::Joins { .. } => by("joins".into()),
        Move::Leaves { .. } => by("leaves".into()),
        Move::Webhook { method, path, .. } => ("world".into(), format!("calls {method} {path}")),
        Move::Event { name, .. } => ("world".into(), format!("event {name}")),
        Move::Starts => ("world".into(), "the bot starts".into()),
        Move::After { millis } => ("clock".into(), format!("+{}", duration(*millis))),
        Move::Until { at } => ("clock".into(), format!("until {at}")),
        Move::Next => ("clock".into(), "on to what is due".into()),
        Move::Answers { .. } => ("world".into(), "answers".into()),
        Move::Mocks { rule } => {
            ("mock".into(), format!("{} {}", rule.on.effect, rule.on.main.as_deref().unwrap_or("*")))
        }
        Move::Sets { variable, value } => ("set".into(), format!("{variable} = {value}")),
        Move::Says { .. } | Move::Sends { .. } | Move::Slash { .. } => by(String::new()),
    }
}

/// Milliseconds as a person writes them.
pub fn duration(millis: i64) -> String {
    let units =
        [(604_800_000, "w"), (86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    let mut rest = millis;
    let mut parts = Vec::new();
    for (size, name) in units {
        if rest >= size {
            parts.push(format!("{}{name}", rest / size));
            rest %= size;
        }
    }
    if parts.is_empty() { "0s".into() } else { parts.join(" ") }
}

/// What the bot did, in one line.
pub fn did_line(world: &World, did: &Did) -> String {
    use engine::Effect;
    let text = match &did.request.effect {
        Effect::Send(send) => {
            let sent = crate::chat::Message {
                text: send.text.clone(),
                media: send.media.clone(),
                embed: send.embed.clone(),
                keyboard: send.keyboard.clone(),
                ..Default::default()
            };
            let to = did.message.as_ref().and_then(|id| world.message(id)).map(|message| &message.place);
            let usual = world.moves().iter().rev().find_map(Move::who).and_then(|who| world.who(who).ok());
            match to.filter(|to| usual.as_ref().is_some_and(|(_, place)| place.name != **to)) {
                Some(to) => format!("→ {to}: {}", message_line(&sent)),
                None => message_line(&sent),
            }
        }
        Effect::Edit(edit) => {
            format!("(edits) {}", edit.text.clone().or_else(|| did.before.clone()).unwrap_or_default())
        }
        Effect::Delete { .. } => format!("(deletes) {}", did.before.clone().unwrap_or_default()),
        Effect::React { emoji, .. } => format!("(reacts) {emoji}"),
        Effect::Poll(poll) => format!("(poll) {}: {}", poll.question, poll.options.join(", ")),
        Effect::Form(form) => format!("(form) {}", form.title),
        Effect::AnswerInline { results, .. } => {
            let titles: Vec<&str> = results.iter().map(|one| one.title.as_str()).collect();
            format!("(inline results) {}", titles.join(", "))
        }
        other => {
            let view = view(other);
            format!("({}) {}", view.name, view.main)
        }
    };
    match &did.state {
        DidState::Open => format!("{text} — waits for an answer"),
        DidState::Later(at) => format!("{text} — the answer comes at {at}"),
        DidState::Dropped => format!("{text} — the bot does not wait for it any more"),
        DidState::Done(Err(error)) => format!("{text} — {}: {}", error.kind.as_str(), error.message),
        DidState::Done(Ok(_)) => text,
    }
}

/// The nodes that ran since the last thing from outside.
pub fn path(world: &World) -> Vec<String> {
    let last = world.moves().len().saturating_sub(1);
    let entered = world.trail().iter().filter(|one| one.by_move == last && one.saw == Saw::Entered);
    let names: Vec<String> = entered.map(|one| world.stage.name_of(&one.spot).to_string()).collect();
    // The end is what matters.
    match names.len() {
        0..=30 => names,
        long => std::iter::once("…".to_string()).chain(names[long - 29..].iter().cloned()).collect(),
    }
}

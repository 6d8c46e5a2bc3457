//! What the simulator itself has to say: what commands give, why they cannot be carried out, that the bot was changed. For people and
//! for programs.

use engine::effect::InlineResult;
use flow::{Data, Time};
use serde_json::{Value, json};
use sim::cases::duration;
use smol_str::SmolStr;

use super::many;
use super::sim_commands::COMMANDS;
use crate::out::{ERROR, FAINT, GOOD, Out, STRONG};

pub enum Said {
    /// What was asked for cannot be done.
    Refused(String),
    Value(Data),
    /// The answers to an inline query.
    Inline(Vec<InlineResult>),
    Mocks(Vec<String>),
    Clock {
        now: Time,
        /// When something is due next.
        due: Option<Time>,
    },
    /// By their names, and what lies in the bot's own store.
    Variables(Vec<(String, Data)>, Vec<(String, Data)>),
    /// Before these nodes it stops.
    Stops(Vec<SmolStr>),
    /// The world is as after so many moves.
    Undone(usize),
    Saved {
        file: String,
        /// Why it does not pass as it stands.
        why: Option<String>,
    },
    Recorded {
        file: String,
        inputs: usize,
        /// So many conversations that it is not of.
        others: usize,
        /// So many secrets were taken out.
        blotted: usize,
    },
    Help,
    /// The bot's files were changed, and the bot with them. Where it is stopped: why it goes on as it was, if it does.
    Reloaded(Option<Vec<String>>),
    /// The bot's files were changed to something that cannot be played.
    Broken(String),
}

impl Said {
    pub fn tell(&self, json: bool, out: &mut Out) {
        match json {
            true => out.json_line(&self.json()),
            false => self.lines(out).into_iter().for_each(|line| out.line(line)),
        }
    }

    /// For people.
    pub fn lines(&self, out: &Out) -> Vec<String> {
        let faint = |text: String| vec![out.paint(FAINT, text)];
        match self {
            Said::Refused(why) => vec![out.paint(ERROR, why)],
            Said::Value(value) => vec![value.to_string()],
            Said::Inline(results) => {
                results.iter().map(|one| format!("{:11}{} — {}", "", one.title, one.text)).collect()
            }
            Said::Mocks(rules) if rules.is_empty() => faint("(no rules)".into()),
            Said::Mocks(rules) => rules.clone(),
            Said::Clock { now, due: None } => vec![format!("{now}; nothing is due")],
            Said::Clock { now, due: Some(due) } => {
                let wait = duration(due.0.saturating_sub(now.0));
                vec![format!("{now}; the next is due in {wait} (/next)")]
            }
            Said::Variables(shared, stored) if shared.is_empty() && stored.is_empty() => {
                faint("(no variables)".into())
            }
            Said::Variables(shared, stored) => {
                let all = shared.iter().chain(stored);
                all.map(|(name, value)| format!("{:11}{name} = {value}", "")).collect()
            }
            Said::Stops(nodes) if nodes.is_empty() => faint("(it stops nowhere; /break NODE)".into()),
            Said::Stops(nodes) => nodes.iter().map(|node| format!("{:11}stops before {node}", "")).collect(),
            Said::Undone(0) => faint("(from the beginning)".into()),
            Said::Undone(moves) => faint(format!("(as after line {moves})")),
            Said::Saved { file, why } => {
                let line = format!("{} {file}", out.paint(GOOD, "✓"));
                let but = |why| {
                    out.paint(FAINT, format_args!("It does not pass as it stands, so look it over: {why}"))
                };
                [line].into_iter().chain(why.as_ref().map(but)).collect()
            }
            Said::Recorded { file, inputs, others, blotted } => {
                let about = out.paint(FAINT, many(*inputs, "input"));
                let mut lines = vec![format!("{} {file}  {about}", out.paint(GOOD, "✓"))];
                let how = format!("`nexus test --from {file} BOT` makes a test of it.");
                lines.push(out.paint(FAINT, how));
                if *others > 0 {
                    let text = format!("{} not in it: /as NAME, then /record.", many_are(*others));
                    lines.push(out.paint(FAINT, text));
                }
                if *blotted > 0 {
                    let text =
                        format!("{} blotted out, so it does not play as it did.", many(*blotted, "secret"));
                    lines.push(out.paint(FAINT, text));
                }
                lines
            }
            Said::Help => help(out),
            Said::Reloaded(None) => {
                faint("(reloaded: what begins from now on is the bot as it was changed)".into())
            }
            Said::Reloaded(Some(why)) if why.is_empty() => {
                faint("(reloaded: what is stopped goes on with the bot as it was changed)".into())
            }
            Said::Reloaded(Some(why)) => {
                let head = "(reloaded, but what is stopped goes on with the bot as it was:".to_string();
                let why = why.iter().flat_map(|why| wrapped(why));
                let mut lines: Vec<String> = [head].into_iter().chain(why).collect();
                lines.last_mut().into_iter().for_each(|line| line.push(')'));
                lines.into_iter().map(|line| out.paint(FAINT, line)).collect()
            }
            Said::Broken(why) => {
                let head = "The bot was changed, but cannot be taken:".to_string();
                [head].into_iter().chain(wrapped(why)).map(|line| out.paint(ERROR, line)).collect()
            }
        }
    }

    /// For programs.
    fn json(&self) -> Value {
        let object = |pairs: &[(String, Data)]| -> Value {
            pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
        };
        match self {
            Said::Refused(message) => json!({ "is": "refused", "message": message }),
            Said::Value(value) => json!({ "is": "value", "value": value }),
            Said::Inline(results) => json!({ "is": "inline", "results": results }),
            Said::Mocks(rules) => json!({ "is": "mocks", "rules": rules }),
            Said::Clock { now, due } => {
                json!({ "is": "clock", "now": now.to_string(), "due": due.map(|due| due.to_string()) })
            }
            Said::Variables(shared, stored) => {
                json!({ "is": "variables", "variables": object(shared), "stored": object(stored) })
            }
            Said::Stops(nodes) => json!({ "is": "stops", "nodes": nodes }),
            Said::Undone(moves) => json!({ "is": "undone", "moves": moves }),
            Said::Saved { file, why } => {
                json!({ "is": "saved", "file": file, "passes": why.is_none(), "why": why })
            }
            Said::Recorded { file, inputs, others, blotted } => {
                json!({ "is": "recorded", "file": file, "inputs": inputs, "others": others, "blotted": blotted })
            }
            Said::Help => {
                let one = |(name, rest, does): &(&str, &str, &str)| json!({ "command": name, "takes": rest, "does": does });
                json!({ "is": "help", "commands": COMMANDS.iter().map(one).collect::<Vec<_>>() })
            }
            Said::Reloaded(None) => json!({ "is": "reloaded" }),
            Said::Reloaded(Some(why)) => {
                json!({ "is": "reloaded", "stopped": if why.is_empty() { "moved" } else { "kept" }, "why": why })
            }
            Said::Broken(message) => json!({ "is": "broken", "message": message }),
        }
    }
}

fn many_are(count: usize) -> String {
    if count == 1 { "Another conversation is".into() } else { format!("{count} other conversations are") }
}

/// In lines that fit on any screen.
fn wrapped(text: &str) -> Vec<String> {
    const WIDE: usize = 74;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("   {word}")),
        }
    }
    lines
}

fn help(out: &Out) -> Vec<String> {
    let mut lines =
        vec!["What you type is said to the bot. The number of a button presses it. Besides:".to_string()];
    let wide = COMMANDS.iter().map(|(name, rest, _)| name.len() + rest.chars().count());
    let wide = wide.max().unwrap_or_default().min(28) + 2;
    for (name, rest, does) in COMMANDS {
        let head = format!("/{name} {rest}");
        lines.push(format!("  {}  {does}", out.paint(STRONG, format_args!("{head:<wide$}"))));
    }
    lines.push(
        "Other commands go to the bot. Where it has one of these names itself, write ours with two: //help."
            .into(),
    );
    lines
}

//! `nexus secret list`: what a bot needs, and what of it is set.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use studio::{Needed, needed};
use vault::{Entry, Vault};

use super::day::day;
use super::many;
use super::refused::Refused;
use super::secret::Bot;
use crate::End;
use crate::out::{FAINT, GOOD, Out, STRONG, WARNING};

struct Row {
    name: String,
    note: String,
    needed: bool,
    entry: Option<Entry>,
}

pub fn list(bot: &Bot, vault: &Vault, place: String, json: bool, out: &mut Out) -> Result<End, Refused> {
    let mut entries = vault.list(&bot.id)?;
    let needed = bot.manifest.as_ref().map(needed).unwrap_or_default();
    let mut rows: Vec<Row> = needed
        .into_iter()
        .map(|Needed { name, note, .. }| {
            let at = entries.iter().position(|entry| entry.name == name);
            Row { entry: at.map(|at| entries.remove(at)), name, note, needed: true }
        })
        .collect();
    // What is kept and not asked for, such as the secrets of an earlier version.
    rows.extend(entries.into_iter().map(|entry| Row {
        name: entry.name.clone(),
        note: String::new(),
        needed: false,
        entry: Some(entry),
    }));
    let missing = rows.iter().filter(|row| row.needed && row.entry.is_none()).count();
    if json {
        let kept = vault.place()?.map(|place| place.to_string());
        let secrets: Vec<_> = rows.iter().map(as_json).collect();
        out.json(&json!({ "bot": bot.id, "kept": kept, "missing": missing, "secrets": secrets }));
    } else {
        say(bot, &rows, missing, &place, out);
    }
    Ok(if missing > 0 { End::Findings } else { End::Fine })
}

fn as_json(row: &Row) -> serde_json::Value {
    let entry = row.entry.as_ref();
    json!({
        "name": row.name,
        "note": row.note,
        "needed": row.needed,
        "set": entry.is_some(),
        "set_at": entry.map(|entry| seconds(entry.set)),
        "rotated_at": entry.and_then(|entry| entry.rotated).map(seconds),
        "undoable": entry.is_some_and(|entry| entry.undoable),
    })
}

fn say(bot: &Bot, rows: &[Row], missing: usize, place: &str, out: &mut Out) {
    if rows.is_empty() {
        let known = if bot.manifest.is_some() { "needs no secrets" } else { "has no secrets in the vault" };
        return out.line(format_args!("{} {known}.", bot.id));
    }
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or_default();
    let states: Vec<String> = rows.iter().map(state).collect();
    let wide = states.iter().map(String::len).max().unwrap_or_default();
    for (row, state) in rows.iter().zip(&states) {
        let style = if row.entry.is_some() { GOOD } else { WARNING };
        let name = out.paint(STRONG, format_args!("{:width$}", row.name));
        let note = match (bot.manifest.is_some(), row.needed) {
            (true, false) => "not needed by bot.json",
            _ => row.note.as_str(),
        };
        let state = out.paint(style, format_args!("{state:wide$}"));
        let line = format!(
            "{name}  {state}  {}",
            if note.is_empty() { String::new() } else { out.paint(FAINT, note) }
        );
        out.line(line.trim_end());
    }
    let kept = if rows.iter().any(|row| row.entry.is_some()) {
        format!(" They are kept in {place}.")
    } else {
        String::new()
    };
    if missing > 0 {
        let are = if missing == 1 { "is" } else { "are" };
        out.line(format_args!("{} {are} not set: use `nexus secret set`.{kept}", many(missing, "secret")));
    } else {
        out.line(format_args!("All is set.{kept}"));
    }
}

fn state(row: &Row) -> String {
    match &row.entry {
        None => "not set".into(),
        Some(Entry { set, rotated: None, .. }) => format!("set {}", date(*set)),
        Some(Entry { set, rotated: Some(rotated), .. }) => {
            format!("set {}, rotated {}", date(*set), date(*rotated))
        }
    }
}

fn date(at: SystemTime) -> String {
    day(i64::try_from(seconds(at)).unwrap_or_default())
}

fn seconds(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

//! The files of a bot's folder that no change can hold: pictures, sounds. They are merged as wholes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use studio::Glance;

/// By their paths in the bot.
pub type Assets = BTreeMap<String, PathBuf>;

/// One file of the merged bot: where its bytes are, and why somebody has to look at it.
pub struct Merged {
    pub to: String,
    pub from: PathBuf,
    pub open: Option<String>,
}

/// What lies in the folder and is not in the bot. Hidden files, links and what programs made stay out, as everywhere.
pub fn of(folder: &Path, glance: &Glance) -> std::io::Result<Assets> {
    let mut found = Assets::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') || ["node_modules", "target", "dist"].contains(&name.as_str()) {
                continue;
            }
            let (kind, path) = (entry.file_type()?, format!("{prefix}{name}"));
            if kind.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else if kind.is_file() && !glance.files.contains_key(path.as_str()) {
                found.insert(path, entry.path());
            }
        }
    }
    Ok(found)
}

/// The side that changed a file counts. Where both did, both stay.
pub fn merge(base: &Assets, ours: &Assets, theirs: &Assets) -> std::io::Result<Vec<Merged>> {
    let mut merged = Vec::new();
    let paths: BTreeSet<&String> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    for path in paths {
        let [b, o, t] = [base.get(path), ours.get(path), theirs.get(path)];
        let mut keep = |to: String, from: &PathBuf, open: Option<&str>| {
            merged.push(Merged { to, from: from.clone(), open: open.map(str::to_owned) });
        };
        if same(o, t)? || same(b, t)? {
            o.into_iter().for_each(|from| keep(path.clone(), from, None));
        } else if same(b, o)? {
            t.into_iter().for_each(|from| keep(path.clone(), from, None));
        } else if let (Some(o), Some(t)) = (o, t) {
            keep(path.clone(), o, Some("both sides changed it; theirs lies next to it"));
            keep(beside(path), t, None);
        } else if let Some(from) = o.or(t) {
            keep(path.clone(), from, Some("one side changed it and the other deleted it; it was kept"));
        }
    }
    Ok(merged)
}

fn same(one: Option<&PathBuf>, other: Option<&PathBuf>) -> std::io::Result<bool> {
    Ok(match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => std::fs::read(one)? == std::fs::read(other)?,
        _ => false,
    })
}

/// `assets/logo.png` → `assets/logo.theirs.png`
fn beside(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let name = match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.theirs.{ending}"),
        None => format!("{name}.theirs"),
    };
    if folder.is_empty() { name } else { format!("{folder}/{name}") }
}

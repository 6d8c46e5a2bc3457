//! The pass over whole bots after git has merged file by file. What people settled meanwhile stays: only what the pass adds comes in.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use flow::change::MANIFEST_FILE;
use flow::text::{parse_flow, parse_manifest, print_flow, print_manifest};
use flow::{Bot, Flow, Kinds};

use crate::file::{self, Form, form};
use crate::folder::disk;
use crate::repo::Repo;
use crate::tree::{Entry, Files, Merged, root};
use crate::{Error, names};

/// Brings the folder from what merging each file gives to what merging the bots gives, and stages what is settled.
pub(crate) fn carry_over(
    repo: &Repo,
    sides: [&Files; 3],
    whole: &Merged,
    kinds: &Kinds,
) -> Result<Vec<String>, Error> {
    let mut changed = Vec::new();
    let here = whole.here();
    let [base, ours, theirs] = sides;
    names::fit(&here, ours)?;
    let folder = repo.folder()?.to_owned();
    let mut paths: BTreeSet<&String> = sides.into_iter().flat_map(|files| files.keys()).collect();
    paths.extend(here.keys());
    let mut index = repo.index()?;
    for path in paths.into_iter().filter(|path| root(path).is_some()) {
        let both = base.get(path) != ours.get(path) || base.get(path) != theirs.get(path);
        if !both && here.get(path) == ours.get(path) {
            continue;
        }
        let file = folder.join(path);
        let now = match fs::read(&file) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(disk(&file, "read", error)),
        };
        let alone = alone(repo, path, sides.map(|files| files.get(path).copied()), kinds)?;
        let wanted = here.get(path).map(|entry| repo.blob(entry.id)).transpose()?.flatten();
        let next = if now == alone || now == wanted {
            wanted
        } else if alone == wanted {
            now.clone()
        } else {
            merged(path, alone.as_deref(), now.as_deref(), wanted.as_deref(), kinds)
        };
        if next != now {
            changed.push(path.clone());
            match &next {
                Some(text) => {
                    let entry = Entry { id: repo.git.blob(text)?, mode: 0o100_644 };
                    let to: Files = [(path.clone(), entry)].into();
                    repo.put(&Files::new(), &to, crate::folder::Manner::Over)?;
                }
                None => fs::remove_file(&file).map_err(|error| disk(&file, "removed", error))?,
            }
        }
        let at = Path::new(path);
        match &next {
            Some(text)
                if file::open_in_text(path, text) == 0
                    && form(path).is_none_or(|form| file::is_whole(form, text)) =>
            {
                index.add_path(at)?
            }
            // What is open again must not be committed as it was staged before.
            Some(_) => {
                let staged = index.get_path(at, 0).is_some();
                if staged {
                    index.remove_path(at)?;
                    for (files, stage) in sides.into_iter().zip(1u16..) {
                        if let Some(entry) = files.get(path) {
                            index.add(&crate::tree::index_entry(path, *entry, stage))?;
                        }
                    }
                    if sides.iter().all(|files| !files.contains_key(path)) {
                        index.add_path(at)?;
                    }
                }
            }
            None => index.remove_path(at)?,
        }
    }
    index.write()?;
    Ok(changed)
}

/// What git with the driver made of one path.
fn alone(
    repo: &Repo,
    path: &str,
    sides: [Option<Entry>; 3],
    kinds: &Kinds,
) -> Result<Option<Vec<u8>>, Error> {
    let [base, ours, theirs] = sides;
    let text = |entry: Option<Entry>| -> Result<Option<Vec<u8>>, Error> {
        Ok(entry.map(|entry| repo.blob(entry.id)).transpose()?.flatten())
    };
    if ours == theirs || base == theirs {
        return text(ours);
    }
    if base == ours {
        return text(theirs);
    }
    let (Some(_), Some(_)) = (ours, theirs) else { return text(ours.or(theirs)) };
    let (was, mine, yours) = (text(base)?, text(ours)?, text(theirs)?);
    let (Some(form), Some(mine), Some(yours)) = (form(path), mine, yours) else { return Ok(None) };
    Ok(file::merge(form, was.as_deref(), &mine, &yours, kinds).ok().map(|merged| merged.text.into_bytes()))
}

/// Somebody worked on the file, and the pass has something to add.
fn merged(
    path: &str,
    alone: Option<&[u8]>,
    now: Option<&[u8]>,
    wanted: Option<&[u8]>,
    kinds: &Kinds,
) -> Option<Vec<u8>> {
    let (Some(now), Some(wanted)) = (now, wanted) else {
        // Deleted by one and kept by the other: nothing is thrown away here.
        return now.or(wanted).map(<[u8]>::to_vec);
    };
    let alone = alone.unwrap_or_default();
    match form(path)? {
        Form::Flow => {
            let states = [alone, now, wanted].map(|text| parse_flow(text).value);
            let opens = states.each_ref().map(merge::conflict::open_in_flow);
            let bots = states.map(|flow| {
                let flow = Flow { unresolved: None, ..flow };
                Bot { flows: [("flows/this.flow.json".into(), flow)].into(), ..Bot::default() }
            });
            let [a, n, w] = &bots;
            let mut flow = merge::merge(a, n, w, kinds).bot.flows.into_values().next()?;
            let mut open = merge::conflict::open_in_flow(&flow);
            let [before, still, added] = opens;
            open.extend(still);
            open.extend(added.into_iter().filter(|(place, _)| !before.contains_key(place)));
            flow.unresolved = file::written(&open);
            Some(print_flow(&flow).into_bytes())
        }
        Form::Manifest => {
            let states = [alone, now, wanted].map(|text| parse_manifest(text).value);
            let opens = states.each_ref().map(merge::conflict::open_in_manifest);
            let bots = states.map(|mut manifest| {
                manifest.0.remove(merge::conflict::MEMBER);
                Bot { manifest, ..Bot::default() }
            });
            let [a, n, w] = &bots;
            let mut manifest = merge::merge(a, n, w, kinds).bot.manifest;
            let mut open = merge::conflict::open_in_manifest(&manifest);
            let [before, still, added] = opens;
            open.extend(still);
            open.extend(added.into_iter().filter(|(place, _)| !before.contains_key(place)));
            manifest.0.remove(merge::conflict::MEMBER);
            if let Some(open) = file::written(&open) {
                manifest.0.insert(merge::conflict::MEMBER, open);
            }
            let file = if path.ends_with(MANIFEST_FILE) { print_manifest(&manifest) } else { return None };
            Some(file.into_bytes())
        }
    }
}

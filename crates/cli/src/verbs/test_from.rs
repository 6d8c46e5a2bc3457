//! `nexus test --from`: a recording as a test file of the bot.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::recording::Recording;
use sim::Stage;
use sim::recorded::{Replayed, replay};

use super::sim_save::write_test;
use super::sources::{find, shown};
use super::{test, unfit};
use crate::End;
use crate::out::{FAINT, GOOD, Out, WARNING};

pub fn write(from: &Path, name: Option<&str>, paths: &[PathBuf], json: bool, out: &mut Out) -> End {
    let recording = match read(from) {
        Ok(recording) => recording,
        Err(why) => return fails(&why, json, out),
    };
    let sources = match find(paths) {
        Ok(sources) => sources,
        Err(error) => return unfit(&error, json, out),
    };
    let mut roots: Vec<PathBuf> =
        sources.into_iter().filter(|source| !source.alone).map(|source| source.root).collect();
    roots.dedup();
    let Some((root, stage)) = bot_of(&recording, &roots) else {
        let names: Vec<String> = roots.iter().map(|root| shown(root)).collect();
        return fails(
            &format!("it is not clear which bot gets the test: name one of {}", names.join(", ")),
            json,
            out,
        );
    };
    let stage = match stage {
        Ok(stage) => stage,
        Err(why) => return fails(&why, json, out),
    };
    let replayed = on_a_deep_stack(|| replay(&recording, &stage));
    let Replayed { world, notes } = match replayed {
        Some(Ok(replayed)) => replayed,
        Some(Err(error)) => return fails(&format!("{}: {error}", from.display()), json, out),
        None => return fails(&format!("{}: this recording cannot be played", from.display()), json, out),
    };
    let stem = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = [".json", ".recording"].iter().fold(stem.as_str(), |stem, end| stem.trim_end_matches(end));
    let (path, why) = match write_test(&root, &world, name, stem) {
        Ok(written) => written,
        Err(why) if name.is_some_and(|name| !name.is_empty()) => return fails(&why, json, out),
        Err(why) => {
            out.error(why, None);
            return End::Failed;
        }
    };
    let file = shown(&path);
    if json {
        out.json(&serde_json::json!({ "file": file, "passes": why.is_none(), "why": why, "notes": notes }));
    } else {
        match &why {
            None => {
                out.line(format_args!("{} {file}  {}", out.paint(GOOD, "✓"), out.paint(FAINT, "it passes")))
            }
            Some(why) => {
                let but = out.paint(WARNING, format_args!("it does not pass, so look it over: {why}"));
                out.line(format_args!("{} {file}  {but}", out.paint(WARNING, "!")));
            }
        }
        notes.iter().for_each(|note| out.line(out.paint(FAINT, format_args!("  {note}"))));
    }
    if why.is_none() { End::Fine } else { End::Findings }
}

fn read(from: &Path) -> Result<Recording, String> {
    let name = from.display();
    let bytes = std::fs::read(from).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no file {name}"),
        _ => format!("{name} could not be read: {error}"),
    })?;
    let text =
        String::from_utf8(bytes).map_err(|_| format!("{name}: this is no recording: it is no text"))?;
    Recording::from_text(&text).map_err(|error| format!("{name}: {error}"))
}

/// The one bot that there is; of several the one that was recorded.
fn bot_of(recording: &Recording, roots: &[PathBuf]) -> Option<(PathBuf, Result<Arc<Stage>, String>)> {
    if let [root] = roots {
        return Some((root.clone(), test::load(root)));
    }
    let manifests = recording.bots.values().filter_map(|files| files.get(flow::change::MANIFEST_FILE));
    let ids = manifests.map(|text| flow::text::parse_manifest(text.as_bytes()).value.id().to_string());
    let ids: Vec<String> = ids.filter(|id| !id.is_empty()).collect();
    let mut fits = roots.iter().map(|root| (root.clone(), test::load(root))).filter(|(_, stage)| {
        stage.as_ref().is_ok_and(|stage| ids.iter().any(|id| id == stage.bot.manifest.id()))
    });
    fits.next().filter(|_| fits.next().is_none())
}

fn fails(why: &str, json: bool, out: &mut Out) -> End {
    match json {
        true => out.json(&serde_json::json!({ "error": { "message": why } })),
        false => out.error(why, None),
    }
    End::BadUse
}

/// Whatever is in a file from somewhere, it ends in an answer: nothing if the engine itself failed.
fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(16 << 20).spawn_scoped(scope, work).ok()?;
        worker.join().ok()
    })
}

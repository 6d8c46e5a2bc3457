//! Decisions about single files: which of two contents counts, and what to do with one that cannot be read whole.

use std::path::PathBuf;

use flow::change::is_flow_path;
use flow::{FilePath, Value};
use serde::Deserialize;
use ts_rs::TS;

use super::file::{Broken, Theirs, text_hash};
use super::outside::OUTSIDE;
use super::{Document, Request, State};
use crate::content::{self, Content, Reading};
use crate::disk::{self, Found, Hash};
use crate::error::{Code, Error, Result};
use crate::journal::Record;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[ts(export_to = "Keep.ts")]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    Mine,
    Theirs,
}

impl Document {
    /// Ends a clash. Both contents stay in the history, whichever is kept.
    pub fn settle(&self, path: &FilePath, keep: Keep) -> Result<u64> {
        let _folder = self.folder();
        let mut state = self.state()?;
        let Some(theirs) = state.files.get_mut(path).and_then(|file| file.clash.take()) else {
            return Err(Error::new(Code::Refused, format!("{path} has not changed in two places.")));
        };
        if let Err(error) = self.decide(&mut state, path, &theirs, keep) {
            state.file(path).clash = Some(theirs);
            return Err(error);
        }
        state.tell_clashes();
        state.save_soon(&self.pace);
        let revision = state.revision;
        drop(state);
        self.stirred.notify_all();
        Ok(revision)
    }

    fn decide(&self, state: &mut State, path: &FilePath, theirs: &Theirs, keep: Keep) -> Result<()> {
        let reading = theirs.bytes.as_deref().and_then(|bytes| content::parse(path, bytes));
        if let (Some(bytes), true) = (&theirs.bytes, reading.as_ref().is_none_or(|reading| reading.lossy)) {
            return self.decide_unreadable(state, path, theirs, bytes, reading, keep);
        }
        let mine = content::of(&state.bot, path);
        let theirs_content = reading.map(|reading| reading.content);
        let label = if keep == Keep::Mine { OUTSIDE } else { "Take the version on the disk" };
        let change = content::difference(path, mine.as_ref(), theirs_content.as_ref());
        state.commit(&labelled(label), change, &self.pace)?;
        state.agree(path, theirs.disk, text_hash(theirs_content.as_ref()));
        state.file(path).dirty = false;
        if keep == Keep::Mine {
            let back = content::difference(path, theirs_content.as_ref(), mine.as_ref());
            state.commit(&labelled("Keep my version"), back, &self.pace)?;
        }
        Ok(())
    }

    /// Theirs is not in the history, since it cannot be read whole: it stays on the disk, under this name or another.
    fn decide_unreadable(
        &self,
        state: &mut State,
        path: &FilePath,
        theirs: &Theirs,
        bytes: &[u8],
        reading: Option<Reading>,
        keep: Keep,
    ) -> Result<()> {
        if keep == Keep::Mine {
            self.keep_beside(path, bytes)?;
            state.agree(path, theirs.disk, None);
            state.file(path).dirty = true;
            return Ok(());
        }
        let (partial, problems) = reading.map(|reading| (reading.content, reading.problems)).unzip();
        let file = state.file(path);
        file.problems = problems.unwrap_or_default();
        let reason = "The version on the disk cannot be read whole.".into();
        file.broken = Some(Broken { reason, partial, disk: theirs.disk });
        state.shown_anew(path);
        Ok(())
    }

    /// Makes a file editable that cannot be read whole, from what can be read. The original stays beside it; says where.
    pub fn repair(&self, path: &FilePath) -> Result<(u64, String)> {
        let folder = self.folder();
        let mut state = self.state()?;
        let file = state.files.get(path);
        let Some((file, broken)) = file.and_then(|file| Some((file, file.broken.as_ref()?))) else {
            return Err(Error::new(Code::Refused, format!("{path} needs no repair.")));
        };
        if file.problems.iter().any(|problem| problem.code == flow::Code::NewerSchema) {
            return Err(Error::new(
                Code::ReadOnly,
                format!("{path} is not damaged, it is only newer than this program."),
            )
            .hint("Update Nexus Bots to edit this file."));
        }
        let (Some(partial), Some(real)) = (broken.partial.clone(), file.real.clone()) else {
            return Err(Error::new(
                Code::ReadOnly,
                format!("Nothing of {path} can be read, so there is nothing to repair."),
            )
            .hint("Replace the file, or remove it."));
        };
        let expected = broken.disk;
        let bytes = match disk::read(&real, content::most(path)) {
            Ok(Found::File { bytes, .. }) if Some(Hash::of(&bytes)) == expected => bytes,
            Ok(_) => {
                return Err(Error::new(Code::Refused, format!("{path} has just changed again."))
                    .hint("Look again in a moment."));
            }
            Err(error) => return Err(Error::disk(format!("{path} could not be read"), &error)),
        };
        let kept = self.keep_beside(path, &bytes)?;
        state.mend(path, whole(path, partial, &self.root), expected, self)?;
        state.save_soon(&self.pace);
        let revision = state.revision;
        drop(state);
        drop(folder);
        self.stirred.notify_all();
        self.save()?;
        Ok((revision, kept))
    }

    fn keep_beside(&self, path: &FilePath, bytes: &[u8]) -> Result<String> {
        let copy = || -> std::io::Result<PathBuf> {
            let real = disk::inside(&self.root, &self.root.join(path.as_str()))?;
            let beside = disk::free_name(&real, "broken");
            disk::write(&beside, bytes)?;
            Ok(beside)
        };
        let beside = copy()
            .map_err(|error| Error::disk(format!("The original of {path} could not be kept"), &error))?;
        let shown = beside.strip_prefix(&self.root).unwrap_or(&beside);
        Ok(shown.to_string_lossy().replace('\\', "/"))
    }
}

impl State {
    fn mend(
        &mut self,
        path: &FilePath,
        content: Content,
        disk: Option<Hash>,
        document: &Document,
    ) -> Result<()> {
        let ours = content::of(&self.bot, path);
        let broken = self.file(path).broken.take();
        let said = std::mem::take(&mut self.file(path).problems);
        let mended = if self.file(path).based {
            let change = content::difference(path, ours.as_ref(), Some(&content));
            self.commit(&labelled("Repair"), change, &document.pace).map(drop)
        } else {
            // The document never held the file, so there is nothing to go back to: its story starts here.
            self.begin(path, content, disk)
        };
        if let Err(error) = mended {
            let file = self.file(path);
            (file.broken, file.problems) = (broken, said);
            return Err(error);
        }
        self.agree(path, disk, None);
        self.file(path).dirty = true;
        self.shown_anew(path);
        Ok(())
    }

    fn begin(&mut self, path: &FilePath, content: Content, disk: Option<Hash>) -> Result<()> {
        let before = content::of(&self.bot, path);
        content::put(&mut self.bot, path, Some(content));
        let base = crate::journal::Base { disk, agreed: None, ..self.base(path.clone()) };
        if let Err(error) = self.journal.append(&Record::Base(base)) {
            content::put(&mut self.bot, path, before);
            return Err(Error::disk(
                "The repair could not be written to the journal, so it was not made",
                &error,
            ));
        }
        self.file(path).based = true;
        Ok(())
    }
}

fn labelled(label: &str) -> Request {
    Request { label: label.into(), ..Request::default() }
}

/// What a repaired file must say, where the original does not any more.
fn whole(path: &str, content: Content, root: &std::path::Path) -> Content {
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.strip_suffix(".flow.json").unwrap_or(name).to_owned()
    };
    match content {
        Content::Flow(mut flow) if is_flow_path(path) => {
            for slot in [&mut flow.id, &mut flow.name] {
                if slot.is_empty() {
                    *slot = stem(path).into();
                }
            }
            Content::Flow(flow)
        }
        Content::Manifest(mut manifest) => {
            let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            for member in ["id", "name"] {
                if !manifest.0.contains(member) {
                    manifest.0.insert(member, Value::text(name.clone()));
                }
            }
            Content::Manifest(manifest)
        }
        content => content,
    }
}

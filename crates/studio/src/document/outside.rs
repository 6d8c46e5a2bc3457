//! What other programs do to the folder: noticed, brought in as a change, or put side by side where both changed.

use flow::change::{MANIFEST_FILE, is_flow_path};
use flow::{FilePath, Problem};

use super::file::{Broken, Theirs, text_hash};
use super::{Document, Request, State};
use crate::content::{self, Content};
use crate::disk::{self, Hash, Stamp};
use crate::error::Result;
use crate::event::{News, Patch};
use crate::journal::Record;
use crate::listing::{self, Listed};
use crate::look::{Is, Look, look};
use crate::setup::Pace;

/// What the history calls what other programs did.
pub const OUTSIDE: &str = "Changed outside";

impl Document {
    /// Looks at every file whose time or size is another than when it was looked at last.
    pub fn look(&self) -> Result<()> {
        let _folder = self.folder();
        let listing = listing::list(&self.root);
        let mut state = self.state()?;
        // An unplugged disk is no deletion.
        let known = state.files.values().any(|file| file.disk.is_some());
        if known && !listing.files.keys().any(|path| path == MANIFEST_FILE || is_flow_path(path)) {
            return Ok(());
        }
        let stale = |path: &FilePath, listed: Option<&Listed>| match (state.files.get(path), listed) {
            (Some(file), Some(listed)) => file.stamp.is_none() || file.stamp != listed.stamp,
            (Some(file), None) => file.disk.is_some() || file.broken.is_some() || file.stamp.is_some(),
            (None, Some(listed)) => {
                listed.stamp.is_none() || state.skipped.get(path) != listed.stamp.as_ref()
            }
            (None, None) => false,
        };
        let gone = state.files.keys().filter(|path| !listing.files.contains_key(*path) && stale(path, None));
        let mut suspects: Vec<(FilePath, Option<Listed>)> = gone.map(|path| (path.clone(), None)).collect();
        let there = listing.files.iter().filter(|(path, listed)| stale(path, Some(listed)));
        suspects.extend(there.map(|(path, listed)| (path.clone(), Some(listed.clone()))));
        if state.set_folder_troubles(listing.problems) {
            state.recheck();
            self.stirred.notify_all();
        }
        drop(state);
        for (path, listed) in suspects {
            self.look_at(&path, listed.as_ref())?;
        }
        Ok(())
    }

    /// The folder is held by the caller.
    pub fn look_at_one(&self, path: &FilePath) -> Result<()> {
        let listed = disk::inside(&self.root, &self.root.join(path.as_str())).ok().and_then(|real| {
            let stamp = std::fs::metadata(&real).ok()?;
            Some(Listed { stamp: stamp.is_file().then(|| Stamp::of(&stamp)), real })
        });
        self.look_at(path, listed.as_ref())
    }

    fn look_at(&self, path: &FilePath, listed: Option<&Listed>) -> Result<()> {
        let look = look(path, listed);
        let mut state = self.state()?;
        let before = (state.checked.wanted, state.revision);
        state.take_in(path, look, &self.pace);
        state.conclude();
        let after = (state.checked.wanted, state.revision);
        drop(state);
        if before != after {
            self.stirred.notify_all();
        }
        Ok(())
    }
}

impl State {
    /// Makes the document's picture of a file that of the disk, as far as nothing of the document is lost by it.
    fn take_in(&mut self, path: &FilePath, look: Look, pace: &Pace) {
        let Look { stamp, real, hash, bytes, found } = look;
        if let Is::NoText = found
            && !self.files.contains_key(path)
        {
            self.skipped.extend(stamp.map(|stamp| (path.clone(), stamp)));
            return;
        }
        let file = self.file(path);
        let was_broken = file.broken.is_some();
        if hash == file.disk
            && !matches!(found, Is::Unreadable { partial: None, .. })
            && (hash.is_some() || !was_broken)
        {
            (file.stamp, file.real, file.suspect) = (stamp, real, None);
            let healed = file.broken.take().is_some();
            if healed {
                file.problems = match found {
                    Is::Readable(reading) => reading.problems,
                    _ => Vec::new(),
                };
                self.shown_anew(path);
            }
            if self.file(path).clash.take().is_some() {
                self.tell_clashes();
                self.save_soon(pace);
            }
            return;
        }
        match found {
            Is::Gone => {
                if self.take_broken_off(path, Vec::new()) {
                    self.shown_anew(path);
                }
                if !self.take_content(path, None, hash, bytes, pace) {
                    return;
                }
            }
            Is::Readable(reading) => {
                if self.take_broken_off(path, reading.problems) {
                    self.shown_anew(path);
                }
                if !self.take_content(path, Some(reading.content), hash, bytes, pace) {
                    return;
                }
            }
            Is::NoText => {
                self.take_broken(path, "This is no text any more.".into(), None, Vec::new(), hash, bytes)
            }
            Is::Unreadable { reason, partial, problems } => {
                // Perhaps another program is in the middle of writing it.
                if hash.is_some() && self.file(path).suspect != hash && !was_broken {
                    self.file(path).suspect = hash;
                    return;
                }
                self.take_broken(path, reason, partial, problems, hash, bytes);
            }
        }
        let file = self.file(path);
        (file.stamp, file.real) = (stamp, real);
    }

    /// False if that could not be done now; the next look tries again.
    fn take_content(
        &mut self,
        path: &FilePath,
        theirs: Option<Content>,
        hash: Option<Hash>,
        bytes: Option<Vec<u8>>,
        pace: &Pace,
    ) -> bool {
        let ours = content::of(&self.bot, path);
        if ours != theirs && self.differs(path) {
            self.clash(path, Theirs { disk: hash, bytes });
            return true;
        }
        let request = Request { label: OUTSIDE.into(), ..Request::default() };
        let change = content::difference(path, ours.as_ref(), theirs.as_ref());
        if self.commit(&request, change, pace).is_err() {
            return false;
        }
        self.agree(path, hash, text_hash(theirs.as_ref()));
        self.file(path).dirty = false;
        self.unclash(path);
        true
    }

    /// The disk holds this, and the document knows it.
    pub fn agree(&mut self, path: &FilePath, disk: Option<Hash>, text: Option<Hash>) {
        let file = self.file(path);
        (file.disk, file.text) = (disk, text);
        if file.based {
            // If it fails, the next start finds out again.
            let _ = self.journal.append(&Record::Agreed { file: path.clone(), disk, text });
        }
    }

    pub fn clash(&mut self, path: &FilePath, theirs: Theirs) {
        self.file(path).clash = Some(theirs);
        self.tell_clashes();
    }

    pub fn unclash(&mut self, path: &FilePath) {
        if self.file(path).clash.take().is_some() {
            self.tell_clashes();
        }
    }

    pub fn tell_clashes(&self) {
        self.tell(News::Clash { clashes: self.clashes() });
    }

    fn take_broken(
        &mut self,
        path: &FilePath,
        reason: String,
        partial: Option<Content>,
        problems: Vec<Problem>,
        hash: Option<Hash>,
        bytes: Option<Vec<u8>>,
    ) {
        if self.differs(path) && bytes.is_some() {
            return self.clash(path, Theirs { disk: hash, bytes });
        }
        let file = self.file(path);
        if file.broken.as_ref().is_some_and(|broken| broken.disk == hash && broken.reason == reason) {
            return;
        }
        file.problems = problems;
        file.broken = Some(Broken { reason, partial, disk: hash });
        self.shown_anew(path);
    }

    fn take_broken_off(&mut self, path: &FilePath, problems: Vec<Problem>) -> bool {
        let file = self.file(path);
        if file.problems != problems {
            file.problems = problems;
            self.recheck();
        }
        self.file(path).broken.take().is_some()
    }

    /// The file looks different in the windows, though the document itself did not change.
    pub fn shown_anew(&mut self, path: &FilePath) {
        self.revision += 1;
        let patch = if path == MANIFEST_FILE {
            Patch::Manifest { manifest: self.manifest() }
        } else if is_flow_path(path) {
            Patch::Flow { path: path.clone(), view: self.flow_view(path).map(Box::new) }
        } else {
            Patch::File { path: path.clone(), exists: self.bot.texts.contains_key(path) }
        };
        self.tell(News::Changed {
            revision: self.revision,
            client: String::new(),
            seq: 0,
            label: OUTSIDE.into(),
            patches: vec![patch],
            undo: self.undo_label(),
            redo: self.redo_label(),
        });
        self.recheck();
    }

    /// True if they are others than before.
    fn set_folder_troubles(&mut self, troubles: Vec<Problem>) -> bool {
        if self.folder_troubles == troubles {
            return false;
        }
        self.folder_troubles = troubles;
        true
    }
}

//! Newer versions of the program itself. A host that can replace its program hands in a way to do so ([`Updates`]); what is known is
//! one value ([`Update`]) that all windows hear of.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use ts_rs::TS;

use crate::event::{Listeners, News};

/// A host's way to newer versions. Everything blocks, and must come to an end when nobody answers.
pub trait Updates: Send + Sync {
    /// What is published, beside what runs.
    fn look(&self) -> Result<Published, Failed>;
    /// Loads what `look` found last, makes sure who signed it, and puts it in the program's place. Says how far it is.
    fn install(&self, say: Say) -> Result<Ended, Failed>;
    /// Ends a download that is under way.
    fn stop(&self);
    /// Ends this program and starts the new version.
    fn restart(&self);
}

pub type Say = Arc<dyn Fn(Step) + Send + Sync>;

#[derive(Clone, Debug, PartialEq)]
pub enum Published {
    Same,
    /// This program is ahead of what is published.
    Older {
        version: String,
    },
    Newer(Release),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// So many bytes, of how many where that is known.
    Loading {
        loaded: u64,
        size: Option<u64>,
    },
    Installing,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ended {
    Installed,
    Stopped,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    pub trouble: Trouble,
    /// What the machine says, for whoever looks for the cause.
    pub detail: String,
}

/// A newer version.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(rename = "UpdateRelease", export_to = "UpdateRelease.ts", optional_fields)]
pub struct Release {
    pub version: String,
    /// What is new in it, by its makers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// Closed: one for each sentence that a person reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "UpdateTrouble", export_to = "UpdateTrouble.ts")]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Nobody answered.
    Unreachable,
    /// What was answered is no list of versions.
    Unreadable,
    /// There is a newer version, but not for this system.
    NotForHere,
    /// The download ended before it was whole.
    BrokenDownload,
    /// It is not signed by the program's makers, or was changed since.
    WrongSignature,
    /// It is signed for another version than the one that was announced: an old package in new clothes.
    OtherVersion,
    /// It is good, but could not be put in the program's place.
    NotInstalled,
}

/// What is known of newer versions.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "Update.ts", optional_fields)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Update {
    /// Nobody has asked since the program started.
    Unasked,
    Looking,
    UpToDate,
    /// What is published is older than this program.
    Older {
        version: String,
    },
    Found {
        release: Release,
    },
    Loading {
        release: Release,
        loaded: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<u64>,
    },
    Installing {
        release: Release,
    },
    Restarting {
        release: Release,
    },
    /// With a release, it was found, and not installed.
    Failed {
        trouble: Trouble,
        detail: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        release: Option<Release>,
    },
}

/// The one that knows, for all windows.
pub(crate) struct Watch {
    host: Arc<dyn Updates>,
    known: Mutex<Update>,
    listeners: Arc<Listeners>,
}

impl Watch {
    pub fn over(host: Arc<dyn Updates>, listeners: Arc<Listeners>) -> Arc<Watch> {
        Arc::new(Watch { host, known: Mutex::new(Update::Unasked), listeners })
    }

    pub fn known(&self) -> Update {
        self.lock().clone()
    }

    /// Asks what is published, unless something is under way.
    pub fn look(&self) -> Update {
        {
            let mut known = self.lock();
            if known.is_under_way() {
                return known.clone();
            }
            self.tell(&mut known, Update::Looking);
        }
        let found = match self.host.look() {
            Ok(Published::Same) => Update::UpToDate,
            Ok(Published::Older { version }) => Update::Older { version },
            Ok(Published::Newer(release)) => Update::Found { release },
            Err(failed) => failed.with(None),
        };
        self.tell(&mut self.lock(), found)
    }

    /// As [`Watch::look`], without anybody waiting for it.
    pub fn look_meanwhile(self: &Arc<Watch>) {
        let watch = Arc::clone(self);
        // Without a thread nobody looks; the person can still ask.
        let _ = std::thread::Builder::new().name("updates".into()).spawn(move || watch.look());
    }

    /// Installs what was found and starts it. Does nothing when nothing was, or while something is under way.
    pub fn install(self: &Arc<Watch>) -> Update {
        let (before, release) = {
            let mut known = self.lock();
            let before = known.clone();
            let (Update::Found { release } | Update::Failed { release: Some(release), .. }) = before.clone()
            else {
                return before;
            };
            self.tell(&mut known, Update::Loading { release: release.clone(), loaded: 0, size: None });
            (before, release)
        };
        let (watch, of) = (Arc::clone(self), release.clone());
        let end = match self.host.install(Arc::new(move |step| watch.hear(&of, step))) {
            Ok(Ended::Installed) => Update::Restarting { release },
            Ok(Ended::Stopped) => before,
            Err(failed) => failed.with(Some(release)),
        };
        let end = self.tell(&mut self.lock(), end);
        if let Update::Restarting { .. } = end {
            self.host.restart();
        }
        end
    }

    pub fn stop(&self) {
        self.host.stop();
    }

    fn hear(&self, release: &Release, step: Step) {
        let mut known = self.lock();
        let release = release.clone();
        match step {
            Step::Installing => drop(self.tell(&mut known, Update::Installing { release })),
            Step::Loading { loaded, size } => {
                if let Update::Loading { loaded: told, .. } = *known
                    && is_worth_telling(told, loaded, size)
                {
                    self.tell(&mut known, Update::Loading { release, loaded, size });
                }
            }
        }
    }

    /// Told under the lock, so that windows hear it in the order in which it happened.
    fn tell(&self, known: &mut Update, now: Update) -> Update {
        *known = now.clone();
        self.listeners.tell("", News::Update { update: now.clone() });
        now
    }

    fn lock(&self) -> MutexGuard<'_, Update> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Update {
    fn is_under_way(&self) -> bool {
        use Update::*;
        matches!(self, Looking | Loading { .. } | Installing { .. } | Restarting { .. })
    }
}

impl Failed {
    fn with(self, release: Option<Release>) -> Update {
        Update::Failed { trouble: self.trouble, detail: self.detail, release }
    }
}

/// Chunks come by the thousand; a bar has a hundred places.
fn is_worth_telling(told: u64, loaded: u64, size: Option<u64>) -> bool {
    const UNSIZED: u64 = 256 * 1024;
    let step = size.map_or(UNSIZED, |size| (size / 100).max(1));
    loaded >= told.saturating_add(step) || size == Some(loaded)
}

//! What the studio tells everyone who listens.

use std::collections::BTreeMap;
use std::sync::Arc;

use flow::{FilePath, Group, Id, Manifest, Map, Node, Note, Place, Problem};
use serde::Serialize;
use ts_rs::TS;

use crate::running::{RunLine, RunView};
use crate::updates::Update;
use crate::view::{Clash, FlowView, SaveState};

#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "Event.ts")]
pub struct Event {
    /// The handle of the bot it is about; empty for what is about none.
    pub bot: String,
    #[serde(flatten)]
    #[ts(flatten)]
    pub news: News,
}

#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "News.ts", optional_fields)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum News {
    /// The bot has a new revision. `client` and `seq` name the request it came from; both are empty for what came from the disk.
    Changed {
        revision: u64,
        client: String,
        seq: u64,
        label: String,
        patches: Vec<Patch>,
        #[serde(skip_serializing_if = "Option::is_none")]
        undo: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        redo: Option<String>,
    },
    /// All problems of a revision.
    Problems {
        revision: u64,
        problems: Arc<Vec<Problem>>,
    },
    Save {
        save: SaveState,
    },
    /// How the bot's run is now.
    Run {
        run: RunView,
    },
    /// Something happened while it runs.
    RunLine {
        line: RunLine,
    },
    /// All clashes there are now.
    Clash {
        clashes: Vec<Clash>,
    },
    /// Something new is known of newer versions of the program.
    Update {
        update: Update,
    },
}

/// The new value of a part of the bot.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "Patch.ts", optional_fields)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Patch {
    /// A whole flow, or that it is gone.
    Flow {
        path: FilePath,
        #[serde(skip_serializing_if = "Option::is_none")]
        view: Option<Box<FlowView>>,
    },
    /// Parts of a flow; `null` is a part that is gone.
    Parts {
        path: FilePath,
        #[serde(flatten)]
        #[ts(flatten)]
        parts: Box<Parts>,
    },
    Manifest {
        manifest: Manifest,
    },
    File {
        path: FilePath,
        exists: bool,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[ts(export_to = "Parts.ts", optional_fields)]
pub struct Parts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Map>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Map>,
    pub nodes: BTreeMap<Id, Option<Arc<Node>>>,
    pub groups: BTreeMap<Id, Option<Group>>,
    pub notes: BTreeMap<Id, Option<Note>>,
    pub layout: BTreeMap<Id, Option<Place>>,
}

type Listener = Box<dyn Fn(&Event) + Send + Sync>;

/// Those who listen. They are called in the order of revisions, one event at a time per bot, and must not block.
#[derive(Default)]
pub struct Listeners(std::sync::RwLock<Vec<Listener>>);

impl Listeners {
    pub fn add(&self, listener: Listener) {
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner).push(listener);
    }

    pub fn tell(&self, bot: &str, news: News) {
        let event = Event { bot: bot.to_owned(), news };
        for listener in self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner).iter() {
            listener(&event);
        }
    }
}

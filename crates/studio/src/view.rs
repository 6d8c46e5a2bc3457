//! The bot as a window gets it when it opens one.

use flow::{FilePath, Flow, Manifest};
use serde::Serialize;
use ts_rs::TS;

#[derive(Clone, Debug, Serialize, TS)]
#[ts(export_to = "BotView.ts", optional_fields)]
pub struct BotView {
    /// The bot's handle: what later requests name it by. The same for the same folder, always.
    pub bot: String,
    pub root: String,
    pub revision: u64,
    pub manifest: Manifest,
    pub flows: Vec<FlowView>,
    /// The other text files.
    pub files: Vec<FilePath>,
    /// The label of what undo would take back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redo: Option<String>,
    pub clashes: Vec<Clash>,
    pub save: SaveState,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "FlowView.ts", optional_fields)]
pub struct FlowView {
    pub path: FilePath,
    /// Why the flow cannot be edited: its file could not be read whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<String>,
    pub flow: Flow,
}

/// A file that was changed here and by another program, before either knew of the other.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "Clash.ts")]
pub struct Clash {
    pub path: FilePath,
    pub mine: String,
    pub theirs: String,
}

/// Whether the bot's folder holds what the windows show. What it does not hold yet stands in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "SaveState.ts")]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SaveState {
    Saved,
    Unsaved,
    Failed { message: String, hint: String },
}

//! A running bot as windows see it.

use flow::Id;
use runner::live::{Network, State};
use serde::Serialize;
use ts_rs::TS;

use crate::error::Error;

#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[ts(export_to = "RunView.ts", optional_fields)]
pub struct RunView {
    pub state: RunState,
    /// Those it is connected to; they are kept when it ends.
    pub networks: Vec<RunNetwork>,
    /// Why it did not start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Error>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "RunState.ts")]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    #[default]
    Stopped,
    Connecting,
    Running,
    Stopping,
}

#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "RunNetwork.ts", optional_fields)]
pub struct RunNetwork {
    /// As in bot.json.
    pub network: String,
    pub state: NetworkState,
    /// Why it does not listen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "NetworkState.ts")]
#[serde(rename_all = "snake_case")]
pub enum NetworkState {
    Listening,
    /// Not for the moment; it is tried again.
    Trouble,
    /// Trying again is of no use.
    Ended,
}

/// Something that happened to a bot that runs.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "RunLine.ts", optional_fields)]
pub struct RunLine {
    /// Rises with each line.
    pub seq: u64,
    /// Milliseconds since 1970.
    pub at: u64,
    pub tone: RunTone,
    pub text: String,
    /// Where a run ended: the id of the flow, and of the node in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<Id>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "RunTone.ts")]
#[serde(rename_all = "snake_case")]
pub enum RunTone {
    Quiet,
    Plain,
    Good,
    Warning,
    Error,
}

impl RunNetwork {
    pub fn of(network: Network, state: State) -> RunNetwork {
        let (state, why) = match state {
            State::Listening => (NetworkState::Listening, None),
            State::Trouble(why) => (NetworkState::Trouble, Some(why)),
            State::Ended(why) => (NetworkState::Ended, Some(why)),
        };
        RunNetwork { network: network.as_str().into(), state, why }
    }
}

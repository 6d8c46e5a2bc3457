//! The test language: what a bot is to do, told as a conversation. `docs/tests.md` is its page.
//!
//! [`read`] makes a [`Suite`] of a file, [`run`] plays one [`Case`] of it in a fresh world.

mod coverage;
mod expected;
mod judge;
mod mocks;
mod read;
mod run;
mod save;
mod steps;
mod told;
pub mod yaml;

use engine::Spot;
use flow::Data;
use flow::limits::Platform;
use smol_str::SmolStr;

pub use coverage::{Coverage, FlowCoverage};
pub use expected::{Expected, How, TextRule};
pub use judge::message_lines;
pub use read::{mock, read};
pub use run::{Ran, run, run_in};
pub(crate) use save::gives;
pub use save::save;
pub use told::{Failure, Fix, Tone, did_line, duration, talk, talk_line};
pub use yaml::At;

use crate::Setup;
use crate::mock::{Mock, Pattern};
use crate::moves::Move;
use crate::world::Stage;

/// Something in a test file that cannot be understood, with what to do.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Wrong {
    pub at: At,
    pub message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
}

impl Wrong {
    pub fn new(at: At, message: impl Into<String>) -> Wrong {
        Wrong { at, message: message.into(), help: String::new() }
    }

    pub fn help(self, help: impl Into<String>) -> Wrong {
        Wrong { help: help.into(), ..self }
    }
}

/// A test file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suite {
    pub about: SmolStr,
    pub cases: Vec<Case>,
}

/// One conversation on one platform, or one row of a table of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub name: SmolStr,
    /// What it is called with its row and, where there are several, its platform.
    pub title: String,
    pub at: At,
    pub platform: Platform,
    pub setup: Setup,
    pub variables: Vec<(SmolStr, Data)>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub at: At,
    /// Characters of the file.
    pub span: (usize, usize),
    pub does: Does,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Does {
    Move(Move),
    Bot(Box<Expected>),
    /// An effect that is no message.
    Did {
        what: Pattern,
        tries: Option<u32>,
    },
    Variables(Vec<(At, SmolStr, Data)>),
    Sets(Vec<(SmolStr, Data)>),
    /// Nodes by what the file calls them.
    Ran(Vec<(At, SmolStr)>),
    Failed(SmolStr),
    Mock(Box<Mock>),
    /// Answers the oldest call that waits and is like it.
    Answers(Box<Mock>),
    Nothing,
}

/// A node by its key, name or id; with its flow before it where that is needed: `checkout.pay`.
pub fn find_node(stage: &Stage, text: &str) -> Result<Spot, String> {
    let flows = || stage.bot.flows.values();
    let within = |flow: Option<&str>, name: &str| -> Vec<Spot> {
        let flows = flows().filter(|one| flow.is_none_or(|flow| one.id == flow || one.name == flow));
        // A key says more than a name, and a name more than an id.
        let mut found: [Vec<Spot>; 3] = Default::default();
        for (flow, id, node) in
            flows.flat_map(|flow| flow.nodes.iter().map(move |(id, node)| (flow, id, node)))
        {
            let ways = [node.key.as_deref(), node.name.as_deref(), Some(id.as_str())];
            if let Some(way) = ways.iter().position(|way| *way == Some(name)) {
                found[way].push(Spot { flow: flow.id.clone(), node: id.clone() });
            }
        }
        found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    };
    let mut found = within(None, text);
    if found.is_empty()
        && let Some((flow, name)) = text.split_once('.')
    {
        found = within(Some(flow), name);
    }
    match found.len() {
        0 => {
            let nodes: Vec<_> = flows().flat_map(|flow| flow.nodes.iter()).collect();
            let names = nodes.iter().flat_map(|(id, node)| {
                [node.key.as_deref(), node.name.as_deref(), Some(id.as_str())].into_iter().flatten()
            });
            Err(match flow::check::nearest(text, names) {
                Some(near) => format!("There is no node `{text}`. Did you mean `{near}`?"),
                None => format!("There is no node `{text}`; there are {}.", some_names(stage)),
            })
        }
        1 => Ok(found.remove(0)),
        _ => {
            let names: Vec<String> =
                found.iter().map(|spot| format!("`{}.{}`", spot.flow, spot.node)).collect();
            Err(format!("Several nodes are called `{text}`: write {}.", names.join(" or ")))
        }
    }
}

/// What nodes are called, for a sentence.
fn some_names(stage: &Stage) -> String {
    const MOST: usize = 20;
    let nodes: Vec<_> = stage.bot.flows.values().flat_map(|flow| flow.nodes.iter()).collect();
    let name = |(id, node): &(&flow::Id, &std::sync::Arc<flow::Node>)| {
        format!("`{}`", node.key.as_ref().or(node.name.as_ref()).unwrap_or(id))
    };
    let names: Vec<String> = nodes.iter().take(MOST).map(name).collect();
    let more = nodes.len().saturating_sub(MOST);
    if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") }
}

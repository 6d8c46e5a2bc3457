//! The history as a person sees it: what was done, how to be back there, and the flows that were deleted on the way.

use std::collections::BTreeSet;

use flow::change::is_flow_path;
use flow::{Edit, FilePath, Flow};
use serde::Serialize;
use ts_rs::TS;

use super::{Document, Request, State, Step};
use crate::error::{Code, Error, Result};
use crate::journal::{self, Record};

/// What was done in one stroke.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "Deed.ts", optional_fields)]
pub struct Deed {
    /// How many deeds stand once this one is the last.
    pub at: usize,
    pub label: String,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<u64>,
    /// False for what was taken back and can be done again.
    pub stands: bool,
}

/// A flow that is not there any more and can be brought back.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(export_to = "DeletedFlow.ts", optional_fields)]
pub struct DeletedFlow {
    pub path: FilePath,
    pub name: String,
    pub nodes: usize,
    /// When it was deleted, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<u64>,
}

impl Document {
    /// What was done, the newest first, at most `most` of it; and how much there is.
    pub fn history(&self, most: usize) -> Result<(Vec<Deed>, usize)> {
        let state = self.state()?;
        let deeds = state.deeds();
        let all = deeds.len();
        Ok((deeds.into_iter().rev().take(most).collect(), all))
    }

    /// Undoes or redoes until as many deeds stand.
    pub fn go_to(&self, client: &str, at: usize) -> Result<u64> {
        let mut state = self.state()?;
        let done = state.go_to(client, at, &self.pace);
        drop(state);
        self.stirred.notify_all();
        done
    }

    /// Flows that were deleted and are not there, the latest first.
    pub fn deleted(&self) -> Result<Vec<DeletedFlow>> {
        let mut state = self.state()?;
        let mut found = Vec::new();
        for (path, step) in state.deletions() {
            let flow = state.deleted_flow(&path, &step)?;
            let name = if flow.name.is_empty() { flow.id.to_string() } else { flow.name.to_string() };
            found.push(DeletedFlow { path, name, nodes: flow.nodes.len(), time: step.time });
        }
        Ok(found)
    }

    /// Brings a deleted flow back as it was, as one more change.
    pub fn bring_back(&self, request: &Request, path: &FilePath) -> Result<u64> {
        let flow = {
            let mut state = self.state()?;
            let deletion = state.deletions().into_iter().find(|(deleted, _)| deleted == path);
            let (_, step) = deletion.ok_or_else(|| {
                Error::new(Code::NotFound, format!("There is no deleted flow {path}."))
                    .hint("It may have been brought back meanwhile.")
            })?;
            state.deleted_flow(path, &step)?
        };
        let edit = Edit::Flow { flow: path.clone(), value: Some(Box::new(flow)) };
        self.change(request, edit.into())
    }
}

impl State {
    fn deeds(&self) -> Vec<Deed> {
        let past = self.history.past.iter().map(|step| (step, true));
        let future = self.history.future.iter().rev().map(|step| (step, false));
        let mut deeds: Vec<Deed> = Vec::new();
        for (step, stands) in past.chain(future) {
            match deeds.last_mut() {
                Some(deed) if step.continues && deed.stands == stands => deed.time = step.time,
                _ => {
                    let (at, label) = (deeds.len() + 1, step.label.clone());
                    deeds.push(Deed { at, label, time: step.time, stands });
                }
            }
        }
        deeds
    }

    fn go_to(&mut self, client: &str, at: usize, pace: &crate::setup::Pace) -> Result<u64> {
        let deeds = self.deeds();
        if at > deeds.len() {
            return Err(Error::new(Code::Refused, "This point of the history is not there any more.")
                .hint("Something was changed meanwhile. Look again."));
        }
        let stand = deeds.iter().filter(|deed| deed.stands).count();
        let way = if at < stand { Step::Undo } else { Step::Redo };
        for _ in 0..stand.abs_diff(at) {
            self.step(client, way, pace)?;
        }
        Ok(self.revision)
    }

    /// The last deletion of each flow that is not there now.
    fn deletions(&self) -> Vec<(FilePath, journal::Step)> {
        let mut seen = BTreeSet::new();
        let steps = self.history.past.iter().rev();
        let each = steps.flat_map(|step| step.deleted.iter().map(move |path| (path, step)));
        each.filter(|(path, _)| {
            is_flow_path(path) && !self.bot.flows.contains_key(*path) && seen.insert((*path).clone())
        })
        .map(|(path, step)| (path.clone(), step.clone()))
        .collect()
    }

    fn deleted_flow(&mut self, path: &FilePath, step: &journal::Step) -> Result<Flow> {
        let record = self
            .journal
            .read(step.span)
            .map_err(|error| Error::disk("The journal could not be read", &error))?;
        let Record::Do { inverse, .. } = record else {
            return Err(Error::new(Code::Internal, "The journal does not hold what the history says."));
        };
        inverse
            .edits
            .into_iter()
            .find_map(|edit| match edit {
                Edit::Flow { flow, value: Some(value) } if flow == *path => Some(*value),
                _ => None,
            })
            .ok_or_else(|| Error::new(Code::NotFound, format!("What {path} held is not known any more.")))
    }
}

//! One input, one outcome. The input finds the tokens that wait for it; each goes on until it rests, ends or fails.

mod branches;
mod failing;
mod machine;
mod moves;
mod starts;
mod transactions;

use std::sync::Arc;

use flow::Time;
use flow::data::Fields;
use flow::expr::Scope;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::input::{Input, Outcome, Spot};
use crate::program::Program;
use crate::session::{RunId, Session};
use crate::trace::Trace;
use machine::Machine;

/// The variables of user, chat and bot that were set, as the host found them before the step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    pub user: Arc<Fields>,
    pub chat: Arc<Fields>,
    pub bot: Arc<Fields>,
}

/// The program of new runs, and older ones on which runs are still going on.
#[derive(Clone, Copy)]
pub struct Programs<'a> {
    pub current: &'a Program,
    pub older: &'a [Arc<Program>],
}

impl<'a> From<&'a Program> for Programs<'a> {
    fn from(current: &'a Program) -> Programs<'a> {
        Programs { current, older: &[] }
    }
}

/// A run is about to enter a node, or to leave it.
pub struct Moment<'a> {
    /// How many nodes were entered in this step before.
    pub tick: u32,
    /// The output that it leaves by; nothing before it enters.
    pub leaving: Option<&'a SmolStr>,
    pub program: &'a Program,
    pub node: u32,
    pub run: RunId,
    pub token: u64,
    /// How deeply flows have called each other.
    pub depth: usize,
    pub scope: &'a Arc<Scope>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Go,
    Pause,
}

/// A step that was stopped before it was over. Nothing of it counts: going on is taking the step again, with another stop.
#[derive(Clone, Debug)]
pub struct Paused {
    pub tick: u32,
    pub leaving: Option<SmolStr>,
    pub spot: Spot,
    pub run: RunId,
    pub token: u64,
    pub scope: Arc<Scope>,
    /// The flows that called each other, the outermost first, with the node each one is at.
    pub calls: Vec<Spot>,
}

/// Takes a conversation through one input.
pub fn step<'a>(
    programs: impl Into<Programs<'a>>,
    session: Session,
    shared: &Shared,
    input: &Input,
    trace: &mut Trace,
) -> Outcome {
    let mut machine = Machine::new(programs.into(), session, shared, input, trace, None);
    machine.run();
    machine.finish()
}

/// The same, asking before each node whether to stop there.
pub fn step_watched<'a>(
    programs: impl Into<Programs<'a>>,
    session: Session,
    shared: &Shared,
    input: &Input,
    trace: &mut Trace,
    watch: &mut dyn FnMut(&Moment<'_>) -> Verdict,
) -> Result<Outcome, Box<Paused>> {
    let mut machine = Machine::new(programs.into(), session, shared, input, trace, Some(watch));
    machine.run();
    match machine.paused.take() {
        Some(paused) => Err(paused),
        None => Ok(machine.finish()),
    }
}

/// So many nodes may be entered in one step.
pub(crate) const MOST_TICKS: u32 = 10_000;
/// So deeply may flows call each other.
pub(crate) const MOST_FRAMES: usize = 32;
/// So many tokens may a run have.
pub(crate) const MOST_TOKENS: usize = 256;

pub(crate) fn moment(session: &Session, input: &Input) -> Time {
    input.at.max(session.last)
}

//! The debugger. A pause is a moment inside a step that has not been taken yet: stopping, looking and going on are taking the step again
//! with another place to stop, so watching can never change what a bot does. What does change it (a variable set, a node left out) is
//! part of the input, is journaled with it and marks the run as altered.

mod edit;
mod refresh;

use std::collections::VecDeque;

use flow::Data;
use flow::expr::{Formula, Template, Trouble};
use smol_str::SmolStr;

use crate::input::{Alter, How, Input, Outcome, Spot};
use crate::session::{RunId, Session};
use crate::step::{Moment, Paused, Programs, Shared, Verdict, step_watched};
use crate::trace::Trace;

pub use edit::Moved;
pub use refresh::Refreshed;

/// Where to stop, or what to note in passing.
#[derive(Debug)]
pub struct Breakpoint {
    pub spot: Spot,
    /// Stops where the node is left by this output, rather than where it is entered.
    pub port: Option<SmolStr>,
    pub when: Option<Formula>,
    /// Stops at the so-manieth time only; 0 for each.
    pub hit: u32,
    /// Notes this text and does not stop.
    pub log: Option<Template>,
    pub on: bool,
    /// How often it was passed while its condition held.
    pub count: u32,
}

impl Breakpoint {
    pub fn at(spot: Spot) -> Breakpoint {
        Breakpoint { spot, port: None, when: None, hit: 0, log: None, on: true, count: 0 }
    }
}

/// Until where to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Go {
    /// To the next breakpoint.
    On,
    /// To the next node, also inside a called flow.
    Into,
    /// To the next node of this flow.
    Over,
    /// Back to the flow that called this one.
    Out,
    /// To this node.
    To(Spot),
}

/// What became of an input.
#[derive(Debug)]
pub enum Became {
    Done(Box<Outcome>),
    Paused(Box<Paused>),
    /// The conversation is paused; the input waits in line.
    Held,
}

/// What a logpoint noted.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub spot: Spot,
    pub text: Result<SmolStr, Trouble>,
}

/// Watches over one conversation.
#[derive(Debug, Default)]
pub struct Debugger {
    pub breakpoints: Vec<Breakpoint>,
    /// Stops nowhere.
    pub muted: bool,
    pub notes: Vec<Note>,
    held: VecDeque<Input>,
    paused: Option<Held>,
    /// Goes on into the next input: where the person wanted to stop next.
    wanted: Option<Wanted>,
}

/// A step that is stopped at.
#[derive(Debug)]
struct Held {
    session: Session,
    shared: Shared,
    input: Input,
    stop: Stop,
    at: Box<Paused>,
}

/// A moment of a step: so many nodes entered, and whether the last one is being left.
type Stop = (u32, bool);

#[derive(Clone, Debug)]
struct Wanted {
    go: Go,
    run: RunId,
    token: u64,
    depth: usize,
}

impl Debugger {
    pub fn new(breakpoints: Vec<Breakpoint>) -> Debugger {
        Debugger { breakpoints, ..Debugger::default() }
    }

    pub fn paused(&self) -> Option<&Paused> {
        self.paused.as_ref().map(|held| held.at.as_ref())
    }

    /// The input that it is paused in, with what was changed by hand so far.
    pub fn input(&self) -> Option<&Input> {
        self.paused.as_ref().map(|held| &held.input)
    }

    /// It will stop in an input to come, where the person wanted to stop next.
    pub fn is_stepping(&self) -> bool {
        self.wanted.is_some()
    }

    /// Takes an input, unless the conversation is paused.
    pub fn offer<'a>(
        &mut self,
        programs: impl Into<Programs<'a>>,
        session: Session,
        shared: Shared,
        input: Input,
        trace: &mut Trace,
    ) -> Became {
        if self.paused.is_some() {
            self.held.push_back(input);
            return Became::Held;
        }
        let wanted = self.wanted.clone();
        self.take(programs.into(), session, shared, input, trace, None, wanted)
    }

    /// The next input that waited while the conversation was paused.
    pub fn next_held(&mut self) -> Option<Input> {
        if self.paused.is_some() { None } else { self.held.pop_front() }
    }

    /// Goes on from where it is paused.
    pub fn go<'a>(&mut self, programs: impl Into<Programs<'a>>, go: Go, trace: &mut Trace) -> Option<Became> {
        let held = self.paused.take()?;
        let wanted = (go != Go::On).then_some(Wanted {
            go,
            run: held.at.run,
            token: held.at.token,
            depth: held.at.calls.len(),
        });
        self.wanted = wanted.clone();
        Some(self.take(
            programs.into(),
            held.session,
            held.shared,
            held.input,
            trace,
            Some(held.stop),
            wanted,
        ))
    }

    /// The moment before this one; nothing at the first of the step.
    pub fn back<'a>(&mut self, programs: impl Into<Programs<'a>>) -> Option<&Paused> {
        let programs = programs.into();
        let held = self.paused.as_ref()?;
        let stop = (held.stop.0.checked_sub(u32::from(!held.stop.1))?, false);
        if stop.0 == 0 {
            return None;
        }
        self.stop_at(programs, stop)
    }

    /// Sets a variable where it is paused. The run is marked as altered.
    pub fn set<'a>(
        &mut self,
        programs: impl Into<Programs<'a>>,
        variable: &str,
        value: Data,
    ) -> Option<&Paused> {
        let how = How::Set { variable: variable.into(), value };
        self.alter(programs.into(), how)
    }

    /// Leaves the node out where it is paused, and goes on by one of its outputs.
    pub fn leave<'a>(
        &mut self,
        programs: impl Into<Programs<'a>>,
        port: &str,
        trace: &mut Trace,
    ) -> Option<Became> {
        let held = self.paused.as_mut().filter(|held| !held.stop.1)?;
        held.input.alters.push(Alter { tick: held.stop.0 - 1, how: How::Leave { port: port.into() } });
        self.go(programs, Go::Into, trace)
    }

    /// What an expression gives where it is paused. Changes nothing.
    pub fn evaluate(&self, text: &str) -> Result<Data, String> {
        let paused = self.paused().ok_or("nothing is paused")?;
        let formula = Formula::compile(text).map_err(|error| error.message)?;
        formula.eval(&paused.scope).map_err(|trouble| trouble.message)
    }

    fn alter(&mut self, programs: Programs<'_>, how: How) -> Option<&Paused> {
        let held = self.paused.as_mut()?;
        if held.stop.1 {
            // While a node is left it has done its work: too late to change what it sees.
            return None;
        }
        held.input.alters.push(Alter { tick: held.stop.0 - 1, how });
        let stop = held.stop;
        self.stop_at(programs, stop)
    }

    /// Takes the step again up to a moment.
    fn stop_at(&mut self, programs: Programs<'_>, stop: Stop) -> Option<&Paused> {
        let held = self.paused.as_mut()?;
        let mut watch = |moment: &Moment<'_>| verdict(place(moment) == stop);
        let again = step_watched(
            programs,
            held.session.clone(),
            &held.shared,
            &held.input,
            &mut Trace::Off,
            &mut watch,
        );
        if let Err(paused) = again {
            held.stop = stop;
            held.at = paused;
        }
        self.paused()
    }

    #[allow(clippy::too_many_arguments)]
    fn take(
        &mut self,
        programs: Programs<'_>,
        session: Session,
        shared: Shared,
        input: Input,
        trace: &mut Trace,
        after: Option<Stop>,
        wanted: Option<Wanted>,
    ) -> Became {
        let before = trace.clone();
        let (breakpoints, notes, muted) = (&mut self.breakpoints, &mut self.notes, self.muted);
        let mut stop = (0, false);
        let mut watch = |moment: &Moment<'_>| {
            let here = place(moment);
            // What was passed before is not passed again.
            if after.is_some_and(|after| here <= after) {
                return Verdict::Go;
            }
            stop = here;
            let is_wanted = wanted.as_ref().is_some_and(|wanted| wanted.is_here(moment));
            let mut is_hit = false;
            for one in breakpoints.iter_mut() {
                is_hit |= one.passes(moment, notes);
            }
            verdict(is_wanted || (is_hit && !muted))
        };
        match step_watched(programs, session.clone(), &shared, &input, trace, &mut watch) {
            Ok(outcome) => {
                if outcome.session.runs.is_empty() {
                    self.wanted = None;
                }
                Became::Done(Box::new(outcome))
            }
            Err(at) => {
                *trace = before;
                self.wanted = None;
                self.paused = Some(Held { session, shared, input, stop, at: at.clone() });
                Became::Paused(at)
            }
        }
    }
}

impl Wanted {
    fn is_here(&self, moment: &Moment<'_>) -> bool {
        if moment.leaving.is_some() || moment.run != self.run {
            return false;
        }
        match &self.go {
            Go::On => false,
            Go::Into => true,
            // Another branch is not what was stepped over.
            Go::Over => {
                moment.depth < self.depth || (moment.depth == self.depth && moment.token == self.token)
            }
            Go::Out => moment.depth < self.depth,
            Go::To(spot) => moment.program.spot(moment.node) == *spot,
        }
    }
}

impl Breakpoint {
    fn passes(&mut self, moment: &Moment<'_>, notes: &mut Vec<Note>) -> bool {
        let node = &moment.program.nodes()[moment.node as usize];
        let is_here = node.id == self.spot.node && node.flow == self.spot.flow;
        if !self.on || !is_here || self.port.as_ref() != moment.leaving {
            return false;
        }
        // A condition that cannot be worked out does not hold.
        if self.when.as_ref().is_some_and(|when| !when.holds(moment.scope).unwrap_or(false)) {
            return false;
        }
        self.count += 1;
        if self.hit != 0 && self.count != self.hit {
            return false;
        }
        if let Some(log) = &self.log {
            notes.push(Note { spot: self.spot.clone(), text: log.render(moment.scope) });
            return false;
        }
        true
    }
}

fn place(moment: &Moment<'_>) -> Stop {
    // A node counts as entered once it is left.
    match moment.leaving {
        Some(_) => (moment.tick, true),
        None => (moment.tick + 1, false),
    }
}

fn verdict(stops: bool) -> Verdict {
    if stops { Verdict::Pause } else { Verdict::Go }
}

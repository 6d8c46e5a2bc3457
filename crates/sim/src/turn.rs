//! One input: to the conversation that takes it, through the engine, and what comes of it back into the world.

use std::sync::Arc;

use engine::debug::Became;
use engine::step::Programs;
use engine::{Body, Event, Input, Outcome, Program, Session, Spot, Trace};
use smol_str::{SmolStr, format_smolstr};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::chat::{DidState, Happened};
use crate::journal::is_kept;
use crate::trail::Trail;
use crate::world::{Answered, Waiting, World};
use engine::input::Owners;

/// Where a step was held.
struct Held;

impl World {
    pub(crate) fn deliver(&mut self, waiting: Waiting) {
        self.inputs += 1;
        match &waiting {
            Waiting::Event(event) => {
                let mut taken = false;
                for offer in engine::route(&self.stage.program, event) {
                    let body = Body::Event { event: Event::clone(event), trigger: offer.trigger };
                    let whose = Owners::of(event);
                    match self.step(&offer.conversation, &whose, body) {
                        Ok(is_taken) => taken = is_taken,
                        Err(Held) => return,
                    }
                    if taken {
                        break;
                    }
                }
                if !taken {
                    self.line(Happened::Ignored);
                }
            }
            Waiting::Answer(Answered { conversation, key, result }) => {
                let (key, result) = (*key, result.clone());
                if let Some(did) = self.did_mut(key) {
                    did.state = DidState::Done(result.clone());
                }
                let body = Body::Result { key, result };
                let whose = self.whose_run(conversation, &body);
                let _ = self.step(&conversation.clone(), &whose, body);
            }
            Waiting::Timer(conversation, id) => {
                let body = Body::Timer { id: *id };
                let whose = self.whose_run(conversation, &body);
                let _ = self.step(&conversation.clone(), &whose, body);
            }
        }
    }

    /// A conversation before anything happened in it.
    pub(crate) fn fresh(&self, conversation: &SmolStr) -> Session {
        Session::new(conversation.clone(), xxh3_64_with_seed(conversation.as_bytes(), self.setup.seed))
    }

    /// Whose variables the run sees that takes this.
    fn whose_run(&self, conversation: &SmolStr, body: &Body) -> Owners {
        let run = self.sessions.get(conversation).and_then(|session| session.run_for(body));
        run.map_or_else(Owners::default, |run| Owners::of(run.latest()))
    }

    fn step(&mut self, conversation: &SmolStr, whose: &Owners, body: Body) -> Result<bool, Held> {
        let input = Input { id: format_smolstr!("{}", self.inputs), at: self.now, body, alters: Vec::new() };
        loop {
            let session = self.sessions.get(conversation).cloned();
            let session = session.unwrap_or_else(|| self.fresh(conversation));
            let seen = self.vars.snapshot(whose);
            let mut trace = Trace::full();
            let stage = self.stage.clone();
            let programs = Programs { current: &stage.program, older: &self.older };
            let outcome = if self.debug.debugger.breakpoints.is_empty() {
                engine::step(programs, session, &seen.shared, &input, &mut trace)
            } else {
                let shared = seen.shared.clone();
                match self.debug.debugger.offer(programs, session, shared, input.clone(), &mut trace) {
                    Became::Done(outcome) => *outcome,
                    Became::Paused(_) | Became::Held => {
                        let (conversation, whose) = (conversation.clone(), whose.clone());
                        self.debug.held = Some(crate::debug::Held { conversation, whose, seen, stage });
                        return Err(Held);
                    }
                }
            };
            if self.vars.commit(whose, &seen, &outcome.reads, &outcome.writes, &stage.usual) {
                self.note(conversation, &stage.program, &trace);
                self.enter(conversation, &stage, &input, &seen.shared, &outcome);
                return Ok(self.take(conversation, outcome));
            }
        }
    }

    /// Keeps what was seen on the way, in runs that began on `current` or on an older one.
    pub(crate) fn note(&mut self, conversation: &SmolStr, current: &Arc<Program>, trace: &Trace) {
        let by_move = self.moves.len().saturating_sub(1);
        let runs = self.sessions.get(conversation).map(|session| session.runs.as_slice()).unwrap_or_default();
        let mut noted = Vec::new();
        for record in trace.records() {
            // A place in the nodes of the program that the run began on.
            let hash = runs.iter().find(|run| run.id == record.run).map(|run| &run.program);
            let older = self.older.iter().find(|program| Some(&program.hash) == hash);
            let program = older.unwrap_or(current);
            if (record.node as usize) < program.nodes().len() {
                noted.push(Trail {
                    at: record.at,
                    conversation: conversation.clone(),
                    run: record.run,
                    spot: program.spot(record.node),
                    saw: record.saw.clone(),
                    by_move,
                });
            }
        }
        self.trail.extend(noted);
    }

    /// What came of a step.
    pub(crate) fn take(&mut self, conversation: &SmolStr, outcome: Outcome) -> bool {
        if !is_kept(&outcome) {
            return false;
        }
        let Outcome { session, taken, effects, dropped, timers, timers_off, raised, dead, .. } = outcome;
        self.sessions.insert(conversation.clone(), session);
        for key in dropped {
            self.coming.retain(|_, answered| answered.key != key);
            self.queue.retain(|waiting| !matches!(waiting, Waiting::Answer(one) if one.key == key));
            if let Some(did) = self.did_mut(key).filter(|did| !matches!(did.state, DidState::Done(_))) {
                did.state = DidState::Dropped;
            }
        }
        self.timers.retain(|(_, id, of)| of != conversation || !timers_off.contains(id));
        self.timers.extend(timers.into_iter().map(|timer| (timer.due, timer.id, conversation.clone())));
        for letter in dead {
            self.line(Happened::Died(Box::new(letter)));
        }
        effects.into_iter().for_each(|request| self.perform(conversation, request));
        // Before anything else.
        raised.into_iter().rev().for_each(|event| self.queue.push_front(Waiting::Event(Box::new(event))));
        taken
    }

    /// A node by its key, name or id; with its flow before it where that is needed: `main.greet`.
    pub fn find_node(&self, name: &str) -> Result<Spot, crate::Cannot> {
        crate::cases::find_node(&self.stage, name).map_err(crate::Cannot)
    }
}

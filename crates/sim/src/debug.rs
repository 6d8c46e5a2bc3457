//! Stopping at a node, looking around, going on. The engine's debugger does it; a pause stops the whole world: nothing else happens
//! and no time goes by.

use std::sync::Arc;

use engine::debug::{Became, Breakpoint, Debugger, Go, Moved};
use engine::input::Owners;
use engine::step::Programs;
use engine::{Paused, Spot, Trace};
use flow::Data;
use smol_str::SmolStr;

use crate::vars::Snapshot;
use crate::world::{Stage, World};

#[derive(Debug, Default)]
pub(crate) struct Debug {
    pub debugger: Debugger,
    /// The step that is stopped at.
    pub held: Option<Held>,
}

#[derive(Debug)]
pub(crate) struct Held {
    pub conversation: SmolStr,
    pub whose: Owners,
    pub seen: Snapshot,
    /// The bot that the step is taken on, which need not be the latest.
    pub stage: Arc<Stage>,
}

impl World {
    pub fn breakpoints(&mut self) -> &mut Vec<Breakpoint> {
        &mut self.debug.debugger.breakpoints
    }

    /// Where the world stands still.
    pub fn paused(&self) -> Option<&Paused> {
        self.debug.debugger.paused()
    }

    /// Whose conversation is paused.
    pub fn paused_conversation(&self) -> Option<&SmolStr> {
        self.debug.held.as_ref().map(|held| &held.conversation)
    }

    /// What an expression gives where it is paused.
    pub fn evaluate(&self, text: &str) -> Result<Data, String> {
        self.debug.debugger.evaluate(text)
    }

    /// Sets a variable of the paused run; it is marked as altered.
    pub fn set_paused(&mut self, variable: &str, value: Data) -> bool {
        let Some(held) = &self.debug.held else { return false };
        let programs = Programs { current: &held.stage.program, older: &self.older };
        self.debug.debugger.set(programs, variable, value).is_some()
    }

    /// The bot is another one from now on, as with [`World::change_bot`]. What is paused is moved to it, too, and its run marked as
    /// altered; where that is not sound it goes on as it was, and this is why.
    pub fn edit_bot(&mut self, stage: Arc<Stage>) -> Result<(), Vec<(Spot, String)>> {
        self.change_bot(stage.clone());
        let Some(held) = &mut self.debug.held else { return Ok(()) };
        if held.stage.program.hash == stage.program.hash {
            held.stage = stage;
        } else {
            let old = Programs { current: &held.stage.program, older: &self.older };
            let new = Programs { current: &stage.program, older: &self.older };
            let Some(moved) = self.debug.debugger.edit(old, new) else { return Ok(()) };
            let Moved { input, outcome } = moved.map_err(|wrong| named(&held.stage, wrong))?;
            held.stage = stage.clone();
            let (conversation, shared) = (held.conversation.clone(), held.seen.shared.clone());
            self.enter(&conversation, &stage, &input, &shared, &outcome);
            if let Some(session) = self.sessions.get_mut(&conversation) {
                *session = outcome.session;
            }
        }
        Ok(())
    }

    /// What logpoints noted since the last look.
    pub fn take_notes(&mut self) -> Vec<engine::debug::Note> {
        std::mem::take(&mut self.debug.debugger.notes)
    }

    /// Goes on from a pause.
    pub fn go(&mut self, go: Go) {
        let Some(held) = self.debug.held.take() else { return };
        let mut trace = Trace::full();
        let stage = held.stage.clone();
        let programs = Programs { current: &stage.program, older: &self.older };
        let input = self.debug.debugger.input().cloned();
        match self.debug.debugger.go(programs, go, &mut trace) {
            Some(Became::Done(outcome)) => {
                // Nothing else happened meanwhile, so what was read still holds.
                self.vars.commit(&held.whose, &held.seen, &outcome.reads, &outcome.writes, &stage.usual);
                self.note(&held.conversation, &stage.program, &trace);
                if let Some(input) = input {
                    self.enter(&held.conversation, &stage, &input, &held.seen.shared, &outcome);
                }
                self.take(&held.conversation, *outcome);
                self.settle();
            }
            Some(Became::Paused(_) | Became::Held) => self.debug.held = Some(held),
            None => {}
        }
    }
}

/// With the names that people gave to nodes.
fn named(stage: &Stage, wrong: Vec<(Spot, String)>) -> Vec<(Spot, String)> {
    let name = |spot: Spot, why: String| {
        let why = why.replace(&format!("`{}`", spot.node), &format!("`{}`", stage.name_of(&spot)));
        (spot, why)
    };
    wrong.into_iter().map(|(spot, why)| name(spot, why)).collect()
}

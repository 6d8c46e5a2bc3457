//! Stopping at a node, looking around, going on. The engine's debugger does it; a pause stops the whole world: nothing else happens
//! and no time goes by.

use engine::debug::{Became, Breakpoint, Debugger, Go};
use engine::{Paused, Trace};
use flow::Data;
use smol_str::SmolStr;

use crate::vars::{Snapshot, Whose};
use crate::world::World;

#[derive(Debug, Default)]
pub(crate) struct Debug {
    pub debugger: Debugger,
    /// The step that is stopped at.
    pub held: Option<Held>,
}

#[derive(Debug)]
pub(crate) struct Held {
    pub conversation: SmolStr,
    pub whose: Whose,
    pub seen: Snapshot,
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
        let stage = self.stage.clone();
        self.debug.debugger.set(&*stage.program, variable, value).is_some()
    }

    /// What logpoints noted since the last look.
    pub fn take_notes(&mut self) -> Vec<engine::debug::Note> {
        std::mem::take(&mut self.debug.debugger.notes)
    }

    /// Goes on from a pause.
    pub fn go(&mut self, go: Go) {
        let Some(held) = self.debug.held.take() else { return };
        let mut trace = Trace::full();
        let stage = self.stage.clone();
        let programs = engine::step::Programs { current: &stage.program, older: &self.older };
        match self.debug.debugger.go(programs, go, &mut trace) {
            Some(Became::Done(outcome)) => {
                // Nothing else happened meanwhile, so what was read still holds.
                self.vars.commit(&held.whose, &held.seen, &outcome.reads, &outcome.writes, &stage.usual);
                self.note(&held.conversation, &trace);
                self.take(&held.conversation, *outcome);
                self.settle();
            }
            Some(Became::Paused(_) | Became::Held) => self.debug.held = Some(held),
            None => {}
        }
    }
}

//! Stopping at a node, looking around, going on. A pause stops the whole world: nothing else happens and no time goes by.

use std::collections::BTreeSet;

use engine::input::{Alter, How};
use engine::{Paused, Spot};

use crate::world::{Waiting, World};

/// How to go on from a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    /// To the next stop.
    On,
    /// To the next node, whichever it is.
    Step,
}

/// Where the world stands still.
#[derive(Clone, Debug)]
pub struct Pause {
    pub conversation: smol_str::SmolStr,
    pub paused: Box<Paused>,
    /// What was being taken: going on is taking it again.
    pub(crate) waiting: Waiting,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Debug {
    pub stops: BTreeSet<Spot>,
    /// Stop at every node.
    pub stepping: bool,
    pub paused: Option<Pause>,
    /// Nodes of this step that were gone past already.
    pub past: Option<u32>,
    pub alters: Vec<Alter>,
}

impl Debug {
    pub fn watches(&self) -> bool {
        self.stepping || !self.stops.is_empty()
    }
}

impl World {
    pub fn stop_at(&mut self, spot: Spot) {
        self.debug.stops.insert(spot);
    }

    pub fn no_stop_at(&mut self, spot: &Spot) -> bool {
        self.debug.stops.remove(spot)
    }

    pub fn stops(&self) -> impl Iterator<Item = &Spot> {
        self.debug.stops.iter()
    }

    pub fn paused(&self) -> Option<&Pause> {
        self.debug.paused.as_ref()
    }

    /// Changes what the paused run does, from where it stands.
    pub fn alter(&mut self, how: How) {
        if let Some(pause) = &self.debug.paused {
            self.debug.alters.push(Alter { tick: pause.paused.tick, how });
        }
    }

    /// Goes on from a pause.
    pub fn go(&mut self, going: Going) {
        let Some(pause) = self.debug.paused.take() else { return };
        self.debug.past = Some(pause.paused.tick);
        self.debug.stepping = going == Going::Step;
        self.deliver(pause.waiting);
        self.settle();
        // Stepping ends when the bot rests.
        self.debug.stepping &= self.debug.paused.is_some();
    }
}

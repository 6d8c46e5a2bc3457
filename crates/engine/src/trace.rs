//! What was seen while a bot ran. Off costs a branch, the ring keeps the latest within a budget, full keeps all.

use std::collections::VecDeque;

use flow::{Data, Time};
use serde::Serialize;
use smol_str::SmolStr;

use crate::build::Place;
use crate::effect::Key;
use crate::fault::Fault;
use crate::input::End;
use crate::session::RunId;

#[derive(Clone, Debug, Default)]
pub enum Trace {
    #[default]
    Off,
    Ring(Ring),
    Full(Vec<Record>),
}

/// The latest records, in about so many bytes.
#[derive(Clone, Debug)]
pub struct Ring {
    records: VecDeque<Record>,
    bytes: usize,
    most: usize,
    /// How many were let go.
    pub lost: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    pub at: Time,
    /// The journal entry that it happened in.
    pub position: u64,
    pub token: u64,
    pub run: RunId,
    /// A place in [`crate::Program::nodes`].
    pub node: u32,
    pub saw: Saw,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Saw {
    Began,
    Entered,
    Left {
        port: SmolStr,
    },
    /// What the node put into `nodes.<key>`.
    Gave {
        value: Data,
    },
    Set(Box<SetTo>),
    Asked {
        key: Key,
        attempt: u32,
    },
    Answered {
        key: Key,
        ok: bool,
    },
    Waits,
    Woke,
    Failed {
        fault: Box<Fault>,
    },
    RolledBack,
    Altered,
    Ended {
        how: End,
    },
}

/// What a variable was set to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetTo {
    #[serde(skip)]
    pub place: Place,
    pub value: Data,
}

impl Trace {
    /// The latest records, in about so many bytes.
    pub fn ring(most: usize) -> Trace {
        Trace::Ring(Ring { records: VecDeque::new(), bytes: 0, most, lost: 0 })
    }

    pub fn full() -> Trace {
        Trace::Full(Vec::new())
    }

    pub fn is_on(&self) -> bool {
        !matches!(self, Trace::Off)
    }

    pub fn push(&mut self, record: impl FnOnce() -> Record) {
        match self {
            Trace::Off => {}
            Trace::Ring(ring) => ring.push(record()),
            Trace::Full(records) => records.push(record()),
        }
    }

    pub fn records(&self) -> Box<dyn Iterator<Item = &Record> + '_> {
        match self {
            Trace::Off => Box::new(std::iter::empty()),
            Trace::Ring(ring) => Box::new(ring.records.iter()),
            Trace::Full(records) => Box::new(records.iter()),
        }
    }
}

impl Ring {
    fn push(&mut self, record: Record) {
        self.bytes += record.weight();
        self.records.push_back(record);
        while self.bytes > self.most {
            let Some(old) = self.records.pop_front() else { break };
            self.bytes -= old.weight();
            self.lost += 1;
        }
    }
}

impl Record {
    fn weight(&self) -> usize {
        size_of::<Record>()
            + match &self.saw {
                Saw::Gave { value } => value.weight(),
                Saw::Set(set) => size_of::<SetTo>() + set.value.weight(),
                Saw::Failed { fault } => fault.message.len(),
                _ => 0,
            }
    }
}

//! What happened to a conversation, kept so that it can be had again: every input with the shared variables that it saw and the hash
//! of what came out. Replaying asks nothing of the world.

use std::sync::Arc;

use flow::data::Fields;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use xxhash_rust::xxh3::xxh3_128;

use crate::effect::Key;
use crate::input::{Input, Outcome, VarScope};
use crate::program::Program;
use crate::session::Session;
use crate::step::{Moment, Programs, Shared, Verdict, step, step_watched};
use crate::trace::{Record, Trace};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub input: Input,
    /// The program that new runs began on.
    pub program: SmolStr,
    /// The shared variables that the step looked at or wrote to, as they were before.
    pub shared: Shared,
    /// Of what came out.
    pub hash: Key,
}

impl Entry {
    pub fn new(program: &Program, input: &Input, shared: &Shared, outcome: &Outcome) -> Entry {
        Entry {
            input: input.clone(),
            program: program.hash.clone(),
            shared: seen(shared, outcome),
            hash: outcome.hash(),
        }
    }
}

impl Outcome {
    /// Two outcomes with one hash are the same to the byte.
    pub fn hash(&self) -> Key {
        // Plain data with text keys: it always has a JSON form.
        Key(xxh3_128(&serde_json::to_vec(self).unwrap_or_default()))
    }
}

/// Of all shared variables those that the step had to do with.
fn seen(shared: &Shared, outcome: &Outcome) -> Shared {
    let of = |scope: VarScope, all: &Arc<Fields>| {
        let reads = outcome.reads.iter().filter(|one| one.scope == scope).map(|one| &one.name);
        if reads.clone().any(SmolStr::is_empty) {
            return all.clone();
        }
        // A transaction writes later than it looked.
        let held = outcome.session.runs.iter().flat_map(|run| &run.transactions).flat_map(|one| &one.writes);
        let writes = outcome.writes.iter().chain(held).filter(|one| one.scope == scope).map(|one| &one.name);
        let some = reads.chain(writes).filter_map(|name| Some((name.clone(), all.get(name)?.clone())));
        Arc::new(some.collect())
    };
    Shared {
        user: of(VarScope::User, &shared.user),
        chat: of(VarScope::Chat, &shared.chat),
        bot: of(VarScope::Bot, &shared.bot),
    }
}

/// Replay came to another outcome than the one that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parted {
    /// A program that is needed is not there.
    NoProgram {
        entry: usize,
        hash: SmolStr,
    },
    Different {
        entry: usize,
    },
}

/// The past of one conversation: any moment of it can be visited. Keeps a state now and then, so that going there is quick.
#[derive(Debug)]
pub struct Timeline {
    programs: Vec<Arc<Program>>,
    entries: Vec<Entry>,
    /// After so many entries.
    kept: Vec<(usize, Session)>,
}

/// A state is kept after so many entries.
const EVERY: usize = 32;

impl Timeline {
    /// `first`: the conversation before the first entry.
    pub fn new(programs: Vec<Arc<Program>>, first: Session, entries: Vec<Entry>) -> Timeline {
        Timeline { programs, entries, kept: vec![(0, first)] }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Adds what just happened.
    pub fn push(&mut self, entry: Entry, after: &Session) {
        self.entries.push(entry);
        if self.entries.len().is_multiple_of(EVERY) {
            self.kept.push((self.entries.len(), after.clone()));
        }
    }

    /// The conversation before an entry; after the last one for their number.
    pub fn at(&mut self, entry: usize) -> Result<Session, Parted> {
        let entry = entry.min(self.entries.len());
        let known = self.kept.iter().rposition(|(at, _)| *at <= entry).unwrap_or_default();
        let (mut at, mut session) = self.kept[known].clone();
        while at < entry {
            session = self.again(at, session, &mut Trace::Off)?.session;
            at += 1;
            if at.is_multiple_of(EVERY) && self.kept.iter().all(|(one, _)| *one != at) {
                self.kept.push((at, session.clone()));
                self.kept.sort_by_key(|(one, _)| *one);
            }
        }
        Ok(session)
    }

    /// One entry again, and what was to be seen in it.
    pub fn look(&mut self, entry: usize) -> Result<(Outcome, Vec<Record>), Parted> {
        let session = self.at(entry)?;
        let mut trace = Trace::full();
        let outcome = self.again(entry, session, &mut trace)?;
        Ok((outcome, trace.records().cloned().collect()))
    }

    /// One entry again, with somebody looking at each moment of it. Nobody can change anything.
    pub fn watch(&mut self, entry: usize, see: &mut dyn FnMut(&Moment<'_>)) -> Result<(), Parted> {
        let session = self.at(entry)?;
        let one = &self.entries[entry];
        let programs = self.programs_of(entry)?;
        let mut look = |moment: &Moment<'_>| {
            see(moment);
            Verdict::Go
        };
        // It never pauses, so it always comes to an end.
        let _ = step_watched(programs, session, &one.shared, &one.input, &mut Trace::Off, &mut look);
        Ok(())
    }

    /// Goes through all of it: does everything come out as it did?
    pub fn verify(&mut self) -> Result<(), Parted> {
        self.kept.truncate(1);
        self.at(self.entries.len()).map(|_| ())
    }

    fn again(&self, entry: usize, session: Session, trace: &mut Trace) -> Result<Outcome, Parted> {
        let one = &self.entries[entry];
        let outcome = step(self.programs_of(entry)?, session, &one.shared, &one.input, trace);
        if outcome.hash() == one.hash { Ok(outcome) } else { Err(Parted::Different { entry }) }
    }

    fn programs_of(&self, entry: usize) -> Result<Programs<'_>, Parted> {
        let hash = &self.entries[entry].program;
        let current = self.programs.iter().find(|program| program.hash == *hash);
        let current = current.ok_or_else(|| Parted::NoProgram { entry, hash: hash.clone() })?;
        Ok(Programs { current, older: &self.programs })
    }
}

/// Where two traces of what should be the same part: the place of the first difference in both.
pub fn parting(one: &[Record], other: &[Record]) -> Option<usize> {
    let same = |(a, b): (&Record, &Record)| a.node == b.node && a.saw == b.saw;
    let alike = one.iter().zip(other).take_while(|pair| same(*pair)).count();
    (alike < one.len().max(other.len())).then_some(alike)
}

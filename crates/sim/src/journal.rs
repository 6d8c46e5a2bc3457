//! What the conversations of a world went through, so that one of them can be taken along as a recording.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::event::{Event, What};
use engine::journal::Entry;
use engine::program::Whose;
use engine::recording::Recording;
use engine::{Input, Outcome, Shared};
use smol_str::SmolStr;

use crate::moves::Who;
use crate::world::{Cannot, Stage, World};

#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// By conversation.
    entries: BTreeMap<SmolStr, Vec<Entry>>,
    /// The bots that they ran on.
    stages: Vec<Arc<Stage>>,
}

impl World {
    /// Keeps a journal from now on; before anything happened, for there is no recording of half a conversation.
    pub fn keep_journal(&mut self) {
        self.journal = Some(Journal::default());
    }

    pub(crate) fn enter(
        &mut self,
        conversation: &SmolStr,
        stage: &Arc<Stage>,
        input: &Input,
        shared: &Shared,
        outcome: &Outcome,
    ) {
        let Some(journal) = &mut self.journal else { return };
        // What nobody took is no part of the conversation.
        if !is_kept(outcome) {
            return;
        }
        if journal.stages.iter().all(|known| known.program.hash != stage.program.hash) {
            journal.stages.push(stage.clone());
        }
        let entry = Entry::new(&stage.program, input, shared, outcome);
        journal.entries.entry(conversation.clone()).or_default().push(entry);
    }

    /// The conversation that somebody has with the bot, from its beginning.
    pub fn recording(&self, who: &Who) -> Result<Recording, Cannot> {
        let (member, place) = self.who(who)?;
        let event: Event = self.event(&member, Some(&place), What::Started);
        let of = |whose: Whose| self.recording_of(&engine::conversation(whose, &event));
        let found = [Whose::Person, Whose::Chat, Whose::Bot].into_iter().find_map(of);
        found.ok_or_else(|| Cannot("Nothing has happened yet in this conversation.".into()))
    }

    /// A conversation by its id.
    pub fn recording_of(&self, conversation: &SmolStr) -> Option<Recording> {
        let journal = self.journal.as_ref()?;
        let entries = journal.entries.get(conversation)?;
        let is_of = |stage: &&Arc<Stage>| entries.iter().any(|entry| entry.program == stage.program.hash);
        let bots = journal.stages.iter().filter(is_of).map(|stage| &stage.bot);
        Some(Recording::new(bots, self.fresh(conversation), entries.clone()))
    }

    /// The conversations that there is a journal of.
    pub fn journaled(&self) -> impl Iterator<Item = &SmolStr> {
        self.journal.iter().flat_map(|journal| journal.entries.keys())
    }
}

/// Is it a step of the conversation? What nobody took is as if it had not been offered.
pub(crate) fn is_kept(outcome: &Outcome) -> bool {
    outcome.taken || !outcome.effects.is_empty() || !outcome.raised.is_empty()
}

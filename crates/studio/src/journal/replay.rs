//! What a journal tells: the history, and what every file that was changed holds.

use std::collections::BTreeMap;

use flow::{Bot, Change, Edit, FilePath, apply};

use super::{Base, Record, Span};
use crate::content;
use crate::disk::Hash;

/// The changes that stand, and those that were taken back. Only where they are in the journal: a long history costs no memory.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub past: Vec<Step>,
    /// The last one is the first to redo.
    pub future: Vec<Step>,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub span: Span,
    pub label: String,
    /// Taken back together with the one before it.
    pub continues: bool,
    /// Seconds since 1970, where it is known.
    pub time: Option<u64>,
    /// Flows that it deleted. What they held stands in the journal.
    pub deleted: Box<[FilePath]>,
}

impl Step {
    pub fn of(span: Span, label: String, continues: bool, time: Option<u64>, change: &Change) -> Step {
        let deleted = |edit: &Edit| match edit {
            Edit::Flow { flow, value: None } => Some(flow.clone()),
            _ => None,
        };
        let deleted = change.edits.iter().filter_map(deleted).collect();
        Step { span, label, continues, time, deleted }
    }
}

/// What our own saves left on the disk.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// The last agreement: the file's hash, and that of the canonical text of what it says.
    pub disk: Option<Hash>,
    pub text: Option<Hash>,
    /// A save that may or may not have happened.
    pub saving: Option<Option<Hash>>,
}

#[derive(Debug, Default)]
pub struct Replay {
    pub history: History,
    pub revision: u64,
    /// Holds only the files of `held`.
    pub bot: Bot,
    pub held: BTreeMap<FilePath, Held>,
    /// Bytes that a rewritten journal would do without.
    pub waste: u64,
    /// The latest changes, since an undo has to know them before the file can be asked.
    undone: Vec<(Change, Change)>,
    done: Vec<(Change, Change)>,
}

impl Replay {
    /// Fails if the record does not fit what came before, which no journal of ours does.
    pub fn hear(&mut self, span: Span, record: Record) -> Result<(), ()> {
        match record {
            Record::Journal { .. } => return Err(()),
            Record::Base(base) => self.base(base)?,
            Record::Do { rev, label, continues, time, bases, change, inverse, .. } => {
                for base in bases {
                    self.waste += base.text.as_ref().map_or(0, |text| text.len() as u64);
                    self.base(base)?;
                }
                self.apply(&change)?;
                self.waste += self.history.future.iter().map(|step| step.span.len).sum::<u64>();
                self.history.future.clear();
                self.undone.clear();
                self.history.past.push(Step::of(span, label, continues, time, &change));
                self.done.push((change, inverse));
                self.revision = rev;
            }
            Record::At { rev } => self.revision = rev,
            Record::Undo { rev } => {
                let step = self.history.past.pop().ok_or(())?;
                let (change, inverse) = self.done.pop().ok_or(())?;
                self.apply(&inverse)?;
                self.history.future.push(step);
                self.undone.push((change, inverse));
                self.revision = rev;
                self.waste += span.len;
            }
            Record::Redo { rev } => {
                let step = self.history.future.pop().ok_or(())?;
                let (change, inverse) = self.undone.pop().ok_or(())?;
                self.apply(&change)?;
                self.history.past.push(step);
                self.done.push((change, inverse));
                self.revision = rev;
                self.waste += span.len;
            }
            Record::Save { file, content } => {
                self.held.get_mut(&file).ok_or(())?.saving = Some(content);
                self.waste += span.len;
            }
            Record::Agreed { file, disk, text } => {
                *self.held.get_mut(&file).ok_or(())? = Held { disk, text, saving: None };
                self.waste += span.len;
            }
        }
        Ok(())
    }

    fn base(&mut self, base: Base) -> Result<(), ()> {
        let Base { file, text, disk, agreed } = base;
        let content = match text {
            None => None,
            Some(text) => {
                let reading = content::parse(&file, text.as_bytes()).ok_or(())?;
                if reading.lossy {
                    return Err(());
                }
                Some(reading.content)
            }
        };
        content::put(&mut self.bot, &file, content);
        self.held.insert(file, Held { disk, text: agreed, saving: None });
        Ok(())
    }

    /// Every edit reaches one file. Those before a rewritten journal's bases tell only of the history.
    fn apply(&mut self, change: &Change) -> Result<(), ()> {
        let known = |edit: &&flow::Edit| self.held.contains_key(edit.file());
        let change = Change::new(change.edits.iter().filter(known).cloned());
        apply(&mut self.bot, &change).map(drop).map_err(drop)
    }
}

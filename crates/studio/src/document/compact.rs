//! A journal that grew large is rewritten without what nobody will ask for again. The history stays whole.

use std::path::Path;

use super::State;
use crate::journal::{Base, Record, VERSION};

/// Less is not worth the while.
const WORTH: u64 = 4 << 20;

impl State {
    pub fn tidy(&mut self, root: &Path, waste: u64) {
        if waste < WORTH || waste < self.journal.len() / 2 {
            return;
        }
        let first = Record::Journal { version: VERSION, root: root.to_string_lossy().into_owned() };
        let steps: Vec<_> =
            self.history.past.iter().chain(self.history.future.iter().rev()).map(|step| step.span).collect();
        let undone = self.history.future.iter().map(|_| Record::Undo { rev: self.revision });
        let mut last: Vec<Record> = undone.collect();
        last.push(Record::At { rev: self.revision });
        let based = self.files.iter().filter(|(_, file)| file.based).map(|(path, _)| path.clone());
        last.extend(based.map(|path| -> Base { self.base(path) }).map(Record::Base));
        // If it fails, the old journal is as good as before.
        let Ok(spans) = self.journal.rewrite(&first, &steps, &last) else { return };
        let history = self.history.past.iter_mut().chain(self.history.future.iter_mut().rev());
        for (step, span) in history.zip(spans) {
            step.span = span;
        }
    }
}

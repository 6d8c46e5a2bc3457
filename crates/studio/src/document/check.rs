//! Problems, worked out in a thread of their own for the newest revision there is.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use flow::Problem;
use flow::change::is_flow_path;
use flow::check::Checker;

use super::{Document, State};
use crate::error::Result;
use crate::event::News;
use crate::look::holds;

/// Who asks for problems waits this long for those of the newest revision.
const PATIENCE: Duration = Duration::from_secs(5);

impl Document {
    /// Returns when the document is closed.
    pub fn keep_checking(&self) {
        let mut checker = Checker::new(Arc::clone(&self.kinds));
        loop {
            let Ok(state) = self.state() else { return };
            let waited = self
                .stirred
                .wait_while(state, |state| state.checked.wanted == state.checked.done && !state.closing);
            let Ok(state) = waited else { return };
            if state.closing {
                return;
            }
            let (bot, wanted, revision) = (state.shown(), state.checked.wanted, state.revision);
            drop(state);

            let found = checker.check(&bot);

            let Ok(mut state) = self.state() else { return };
            let mut problems = state.said();
            let is_broken = |path: &str| state.files.get(path).is_some_and(|file| file.broken.is_some());
            let broken_flow =
                state.files.iter().any(|(path, file)| file.broken.is_some() && is_flow_path(path));
            problems.extend(found.into_iter().filter(|problem| holds(problem, is_broken, broken_flow)));
            let problems = Arc::new(problems);
            state.checked.done = wanted;
            state.checked.revision = revision;
            state.checked.problems = Arc::clone(&problems);
            state.tell(News::Problems { revision, problems });
            drop(state);
            self.stirred.notify_all();
        }
    }

    /// The problems, and the revision they are of: the newest, unless that takes too long.
    pub fn problems(&self) -> Result<(u64, Arc<Vec<Problem>>)> {
        let mut state = self.state()?;
        let wanted = state.checked.wanted;
        let until = Instant::now() + PATIENCE;
        while state.checked.done < wanted && !state.closing && Instant::now() < until {
            state = self
                .stirred
                .wait_timeout(state, until.saturating_duration_since(Instant::now()))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        Ok((state.checked.revision, Arc::clone(&state.checked.problems)))
    }
}

impl State {
    /// What was said by those who read the files.
    fn said(&self) -> Vec<Problem> {
        let of_files = self.files.values().flat_map(|file| &file.problems);
        self.troubles.iter().chain(&self.folder_troubles).chain(of_files).cloned().collect()
    }
}

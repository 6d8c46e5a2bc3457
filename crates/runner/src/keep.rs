//! How long things are kept that nothing needs to go on.

use std::time::Duration;

use flow::Time;
use store::{Before, Commit, StoreError};
use tokio::task::JoinHandle;

use crate::brain::Brain;

/// How long things are kept after they happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// What conversations went through: so far back can be looked, and recordings be made. What belongs to a run that is not over stays.
    pub journal: Duration,
}

impl Default for Keep {
    fn default() -> Keep {
        Keep { journal: 30 * DAY }
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// By their names events are known when they come again. No network brings one again after that long.
const HEARD: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How often what is old is looked for.
const EVERY: Duration = Duration::from_secs(6 * 60 * 60);

/// When what is old is let go next, and who is at it.
#[derive(Default)]
pub struct Tidying {
    next: Time,
    task: Option<JoinHandle<()>>,
}

impl Drop for Tidying {
    fn drop(&mut self) {
        // What is begun to be written is written; the rest goes another time.
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Brain {
    pub(crate) fn should_tidy(&self) -> bool {
        self.last >= self.tidying.next
    }

    /// Lets go of what is old, now and then, beside all else.
    pub(crate) async fn tidy(&mut self) {
        let now = self.last;
        if !self.should_tidy() {
            return;
        }
        self.tidying.next = later(now, EVERY);
        let before = Before {
            heard: earlier(now, HEARD).0,
            journal: earlier(now, self.keep.journal).0,
            // The journal names programs; when they were in use is known only roughly.
            programs: earlier(now, self.keep.journal + DAY).0,
        };
        if let Err(error) = self.note_used(now).await {
            tracing::warn!(bot = self.id, %error, "what is old stays for now");
            return;
        }
        let (store, bot) = (self.store.clone(), self.id.clone());
        let task = tokio::spawn(async move {
            match store.prune(&bot, before).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(bot, rows, "what was old is gone"),
                Err(error) => tracing::warn!(bot, %error, "what is old stays for now"),
            }
        });
        if let Some(before) = self.tidying.task.replace(task) {
            before.abort();
        }
    }

    /// Writes down which programs are in use, and forgets those that no run is on any more.
    async fn note_used(&mut self, now: Time) -> Result<(), StoreError> {
        let mut standing = self.store.standing(&self.id).await?;
        self.older.retain(|program| standing.contains(program.hash.as_str()));
        standing.insert(self.program.hash.to_string());
        let used = standing.into_iter().map(|hash| (hash, now.0)).collect();
        self.store.commit(Commit { bot: self.id.clone(), used, ..Commit::default() }).await
    }
}

fn earlier(now: Time, by: Duration) -> Time {
    Time(now.0.saturating_sub(millis(by)))
}

fn later(now: Time, by: Duration) -> Time {
    Time(now.0.saturating_add(millis(by)))
}

fn millis(of: Duration) -> i64 {
    i64::try_from(of.as_millis()).unwrap_or(i64::MAX)
}

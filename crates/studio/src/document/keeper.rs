//! The thread that keeps the document and the folder in step: it saves a little after changes and looks about once a second.

use std::time::Instant;

use super::Document;

impl Document {
    /// Returns when the document is closed.
    pub fn keep_in_step(&self) {
        let mut next_look = Instant::now() + self.pace.look;
        loop {
            let Ok(state) = self.state() else { return };
            if state.closing {
                return;
            }
            let due = state.save_due.map(|due| due.at);
            let next = due.map_or(next_look, |due| due.min(next_look));
            let wait = next.saturating_duration_since(Instant::now());
            if !wait.is_zero() {
                // Woken early or not, the times are looked at again.
                if self.stirred.wait_timeout(state, wait).is_err() {
                    return;
                }
                continue;
            }
            drop(state);
            let now = Instant::now();
            if due.is_some_and(|due| due <= now) && self.save().is_err() {
                return;
            }
            if next_look <= now {
                if self.look().is_err() {
                    return;
                }
                next_look = Instant::now() + self.pace.look;
            }
        }
    }
}

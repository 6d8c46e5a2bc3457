//! What a bot said and what happened to it lately, for people to read. Bounded, in memory; what must last is in the store.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use remote::wire::LogLine;

#[derive(Default)]
pub struct Log(Mutex<Lines>);

#[derive(Default)]
struct Lines {
    next: u64,
    lines: VecDeque<LogLine>,
}

const MOST: usize = 2000;
/// A line is no place for a novel.
const LONGEST: usize = 2000;

impl Log {
    pub fn add(&self, level: &str, text: impl Into<String>) {
        let mut text = text.into();
        if text.len() > LONGEST {
            text.truncate(text.floor_char_boundary(LONGEST));
            text.push('…');
        }
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.next += 1;
        let seq = log.next;
        log.lines.push_back(LogLine { seq, at: runner::now().0, level: level.into(), text });
        if log.lines.len() > MOST {
            log.lines.pop_front();
        }
    }

    /// The lines after that one.
    pub fn after(&self, seq: u64) -> Vec<LogLine> {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.lines.iter().filter(|line| line.seq > seq).cloned().collect()
    }
}

//! What is typed, and what happens to the bot's files meanwhile: a thread reads the lines, and between them the files are looked at.

use std::io::BufRead;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};

use super::test::{LOOKS, Stamps, settled, stamps};

/// What comes next.
pub enum Heard {
    Line(String),
    /// A file of the bot is another one.
    Changed,
    /// Nobody types any more.
    End,
}

pub struct Ears {
    lines: Receiver<String>,
    paths: [PathBuf; 1],
    stamps: Stamps,
    /// A line that was typed after the files had changed.
    next: Option<String>,
}

impl Ears {
    pub fn open(root: PathBuf) -> Ears {
        // One line at a time: what is piped in does not pile up.
        let (to, lines) = sync_channel(1);
        std::thread::spawn(move || {
            let mut from = std::io::stdin().lock();
            loop {
                let mut line = Vec::new();
                match from.read_until(b'\n', &mut line) {
                    Ok(0) | Err(_) => break,
                    Ok(_) if to.send(String::from_utf8_lossy(&line).into_owned()).is_err() => break,
                    Ok(_) => {}
                }
            }
        });
        let paths = [root];
        let stamps = stamps(&paths);
        Ears { lines, paths, stamps, next: None }
    }

    /// Waits for it. A change is told before a line that was typed after it.
    pub fn hear(&mut self) -> Heard {
        if let Some(line) = self.next.take() {
            return Heard::Line(line);
        }
        loop {
            let line = self.lines.recv_timeout(LOOKS);
            if matches!(line, Err(RecvTimeoutError::Disconnected)) {
                return Heard::End;
            }
            let is_changed = self.look();
            match (line, is_changed) {
                (Ok(line), true) => {
                    self.next = Some(line);
                    return Heard::Changed;
                }
                (Ok(line), false) => return Heard::Line(line),
                (Err(_), true) => return Heard::Changed,
                (Err(_), false) => {}
            }
        }
    }

    /// Are the files others than at the last look? Those that are just being written are waited for.
    fn look(&mut self) -> bool {
        if stamps(&self.paths) == self.stamps {
            return false;
        }
        self.stamps = settled(&self.paths);
        true
    }
}

//! A conversation in one text: the bot as it was, the inputs, what came out. Opens anywhere and shows every moment again.

use std::collections::BTreeMap;
use std::sync::Arc;

use flow::{Bot, FilePath};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::journal::{Entry, Timeline};
use crate::program::{Program, compile};
use crate::session::Session;

/// A bot's files as texts.
pub type Files = BTreeMap<FilePath, String>;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// The form of this text.
    pub nexus: u32,
    /// Every bot that its runs are on, by the hash of its program: its files as texts.
    pub bots: BTreeMap<SmolStr, Files>,
    /// The conversation before the first entry.
    pub first: Session,
    pub entries: Vec<Entry>,
}

const FORM: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplayable {
    #[error("this is no recording: {0}")]
    NotOne(String),
    #[error("this recording was made by a newer Nexus Bots (form {0}); update to open it")]
    Newer(u32),
    #[error("a bot in this recording is not the one it says it is; the file was changed")]
    Changed(SmolStr),
    #[error("a bot that this recording needs is not in it; the file was changed")]
    Missing(SmolStr),
}

impl Recording {
    pub fn new<'b>(
        bots: impl IntoIterator<Item = &'b Bot>,
        first: Session,
        entries: Vec<Entry>,
    ) -> Recording {
        let bots = bots.into_iter().map(|bot| (compile(bot).0.hash, files(bot)));
        Recording::of_files(bots.collect(), first, entries)
    }

    /// Where the bots are kept as texts already.
    pub fn of_files(bots: BTreeMap<SmolStr, Files>, first: Session, entries: Vec<Entry>) -> Recording {
        Recording { nexus: FORM, bots, first, entries }
    }

    pub fn to_text(&self) -> String {
        // Plain data with text keys: it always has a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Values that must not be in it (secrets that came back in an answer, say) are blotted out. Replay will part where they mattered.
    pub fn to_redacted_text(&self, secrets: &[&str]) -> String {
        let mut text = self.to_text();
        for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
            // As it stands inside a JSON text.
            let quoted = serde_json::to_string(secret).unwrap_or_default();
            text = text.replace(quoted.trim_matches('"'), "•••");
        }
        text
    }

    pub fn from_text(text: &str) -> Result<Recording, Unplayable> {
        #[derive(Deserialize)]
        struct Head {
            nexus: u32,
        }
        let wrong = |error: serde_json::Error| Unplayable::NotOne(error.to_string());
        let head: Head = serde_json::from_str(text).map_err(wrong)?;
        if head.nexus > FORM {
            return Err(Unplayable::Newer(head.nexus));
        }
        serde_json::from_str(text).map_err(wrong)
    }

    /// Ready to be looked at.
    pub fn open(self) -> Result<Timeline, Unplayable> {
        Ok(Timeline::new(self.programs()?, self.first, self.entries))
    }

    /// The bots that it ran on, compiled.
    pub fn programs(&self) -> Result<Vec<Arc<Program>>, Unplayable> {
        let mut programs = Vec::with_capacity(self.bots.len());
        for (hash, files) in &self.bots {
            let (program, _) = compile(&bot(files));
            if program.hash != *hash {
                return Err(Unplayable::Changed(hash.clone()));
            }
            programs.push(Arc::new(program));
        }
        let is_there = |hash: &SmolStr| self.bots.contains_key(hash);
        match self.entries.iter().find(|entry| !is_there(&entry.program)) {
            Some(entry) => Err(Unplayable::Missing(entry.program.clone())),
            None => Ok(programs),
        }
    }
}

/// The files that say what a bot does.
pub fn files(bot: &Bot) -> Files {
    let mut files: Files =
        bot.flows.iter().map(|(path, flow)| (path.clone(), flow::text::print_flow(flow))).collect();
    files.insert(flow::change::MANIFEST_FILE.into(), flow::text::print_manifest(&bot.manifest));
    let texts = bot.texts.iter().filter(|(path, _)| !path.starts_with("tests/"));
    files.extend(texts.map(|(path, text)| (path.clone(), text.to_string())));
    files
}

/// The bot of such files.
pub fn bot(files: &Files) -> Bot {
    let mut bot = Bot::default();
    for (path, text) in files {
        if path == flow::change::MANIFEST_FILE {
            bot.manifest = flow::text::parse_manifest(text.as_bytes()).value;
        } else if path.ends_with(".flow.json") {
            bot.flows.insert(path.clone(), flow::text::parse_flow(text.as_bytes()).value);
        } else {
            bot.texts.insert(path.clone(), text.as_str().into());
        }
    }
    bot
}

//! What happens to a running bot, in words.

use engine::effect::Level;
use flow::Id;
use runner::live::{News, State};

use super::view::RunTone;

/// A line before it has a number and a time.
pub struct Said {
    pub tone: RunTone,
    pub text: String,
    /// The ids of a flow and of a node in it.
    pub at: Option<(Id, Id)>,
}

pub fn said(tone: RunTone, text: impl Into<String>) -> Said {
    Said { tone, text: text.into(), at: None }
}

pub fn of(news: &News) -> Said {
    match news {
        News::Network(network, State::Listening) => said(RunTone::Good, format!("{network}: listening.")),
        News::Network(network, State::Trouble(why)) => said(RunTone::Warning, format!("{network}: {why}")),
        News::Network(network, State::Ended(why)) => said(RunTone::Error, format!("{network}: {why}")),
        News::Unknown(network) => {
            said(RunTone::Quiet, format!("{network} told something of a kind that is not known here."))
        }
        News::HandOver { team, note } => {
            let whom = if team.is_empty() { "A person".into() } else { format!("A person of {team}") };
            let note = if note.is_empty() { String::new() } else { format!(": {note}") };
            said(RunTone::Plain, format!("{whom} is asked to take over{note}"))
        }
        News::Log { level, text } => {
            let tone = match level {
                Level::Debug => RunTone::Quiet,
                Level::Info => RunTone::Plain,
                Level::Warning => RunTone::Warning,
                Level::Error => RunTone::Error,
            };
            said(tone, text.clone())
        }
        News::Died(letter) => Said {
            tone: RunTone::Error,
            text: format!("A conversation ended here ({}): {}", letter.code, letter.message),
            at: Some((letter.spot.flow.clone(), letter.spot.node.clone())),
        },
    }
}

//! How a living bot is: with its networks, and in numbers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use engine::effect::Level;
use engine::input::DeadLetter;
use engine::{Done, EffectError};
use tokio::sync::broadcast;

use super::locked;
use crate::Heard;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    Telegram,
    Discord,
}

/// How it is with a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Listening,
    /// It does not work for the moment, and is tried again.
    Trouble(String),
    /// It does not work, and trying again is of no use.
    Ended(String),
}

/// Something that people who watch want to know.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    Network(Network, State),
    /// The network told something of a kind that is not known here.
    Unknown(Network),
    /// A human is asked for: the team, and the note.
    HandOver {
        team: String,
        note: String,
    },
    /// What a node of the bot has to say.
    Log {
        level: Level,
        text: String,
    },
    /// A run failed, and nothing in the bot took care of it.
    Died(Box<DeadLetter>),
}

/// What happened so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub taken: u64,
    pub ignored: u64,
    /// Heard a second time, and left.
    pub before: u64,
    /// Effects by name and by what came of them: `ok`, or the code of the error.
    pub effects: BTreeMap<(&'static str, &'static str), u64>,
}

pub(crate) struct Board {
    states: Mutex<BTreeMap<Network, State>>,
    tally: Mutex<Tally>,
    news: broadcast::Sender<News>,
}

const MOST_NEWS: usize = 256;

impl Default for Board {
    fn default() -> Board {
        Board { states: Mutex::default(), tally: Mutex::default(), news: broadcast::Sender::new(MOST_NEWS) }
    }
}

impl Board {
    pub fn now(&self, network: Network, state: State) {
        let before = locked(&self.states).insert(network, state.clone());
        if before.as_ref() == Some(&state) {
            return;
        }
        match &state {
            State::Listening => tracing::info!(%network, "listening"),
            State::Trouble(why) => tracing::warn!(%network, %why, "trouble"),
            State::Ended(why) => tracing::error!(%network, %why, "ended"),
        }
        self.tell(News::Network(network, state));
    }

    /// Nobody may be watching.
    pub fn tell(&self, news: News) {
        let _ = self.news.send(news);
    }

    pub fn news(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    pub fn states(&self) -> Vec<(Network, State)> {
        locked(&self.states).iter().map(|(network, state)| (*network, state.clone())).collect()
    }

    pub fn tally(&self) -> Tally {
        locked(&self.tally).clone()
    }

    pub fn heard(&self, became: Heard) {
        let mut tally = locked(&self.tally);
        match became {
            Heard::Taken => tally.taken += 1,
            Heard::Ignored => tally.ignored += 1,
            Heard::Before => tally.before += 1,
        }
    }

    pub fn performed(&self, effect: &'static str, result: &Result<Done, EffectError>) {
        let became = result.as_ref().map_or_else(|error| error.kind.as_str(), |_| "ok");
        *locked(&self.tally).effects.entry((effect, became)).or_default() += 1;
    }
}

impl Network {
    /// As in bot.json and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Network::Telegram => "telegram",
            Network::Discord => "discord",
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Network::Telegram => "Telegram",
            Network::Discord => "Discord",
        })
    }
}

//! What a host tells the studio of the world: where things lie, what time it is, how much hurry there is.

use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use flow::Kinds;
use runner::host::{Addresses, BadAddress};
use vault::{Choice, VaultError};

use crate::updates::Updates;

pub struct Setup {
    /// Journals, the list of recent bots.
    pub data: PathBuf,
    /// Where looking for a folder starts.
    pub home: PathBuf,
    /// The bot that the host was started with.
    pub demo: Option<PathBuf>,
    pub version: String,
    pub kinds: Arc<Kinds>,
    pub clock: fn() -> SystemTime,
    pub random: fn() -> u64,
    pub pace: Pace,
    /// Where secrets are kept.
    pub vault: Result<Choice, VaultError>,
    /// Where the chat networks are.
    pub addresses: Result<Addresses, BadAddress>,
    /// How the program is replaced by a newer version, where the host can do that.
    pub updates: Option<Arc<dyn Updates>>,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// From a change until it is saved, unless another one follows.
    pub save_after: Duration,
    /// However many follow.
    pub save_latest: Duration,
    /// From a failed save to the next try.
    pub save_again: Duration,
    /// Between two looks at the folder.
    pub look: Duration,
}

impl Setup {
    pub fn new(data: impl Into<PathBuf>) -> Setup {
        Setup {
            data: data.into(),
            home: std::env::home_dir().unwrap_or_else(|| PathBuf::from("/")),
            demo: None,
            version: env!("CARGO_PKG_VERSION").into(),
            kinds: engine::kinds(),
            clock: SystemTime::now,
            // Every `RandomState` starts from the system's randomness.
            random: || RandomState::new().hash_one(()),
            pace: Pace::default(),
            vault: Choice::from_env(),
            addresses: Addresses::from_env(),
            updates: None,
        }
    }
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            save_after: Duration::from_millis(400),
            save_latest: Duration::from_secs(2),
            save_again: Duration::from_secs(5),
            look: Duration::from_secs(1),
        }
    }
}

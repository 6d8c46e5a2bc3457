//! The place of one bot: whether it lives, and if not, why.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use engine::effect::Level;
use flow::Bot as Document;
use remote::frames::Because;
use runner::live::{Live, News, State};
use tokio::sync::{Semaphore, broadcast, watch};

use super::log::Log;

pub struct Slot {
    pub id: String,
    /// One change at a time.
    pub turn: tokio::sync::Mutex<()>,
    pub log: Arc<Log>,
    /// A permit for each who is attached.
    pub guests: Arc<Semaphore>,
    live: watch::Sender<Option<Arc<Live>>>,
    about: Mutex<About>,
}

#[derive(Default)]
struct About {
    document: Option<Arc<Document>>,
    /// Why it does not live though it should.
    why: Option<String>,
    /// Why its last life ended.
    ended: Option<Because>,
}

/// So many may be attached to a bot at a time.
pub const MOST_GUESTS: u32 = 16;
/// Those who are attached hear within so long that it ends.
const GOODBYE: Duration = Duration::from_secs(2);

impl Slot {
    pub fn new(id: &str) -> Slot {
        Slot {
            id: id.into(),
            turn: tokio::sync::Mutex::new(()),
            log: Arc::default(),
            guests: Arc::new(Semaphore::new(MOST_GUESTS as usize)),
            live: watch::Sender::new(None),
            about: Mutex::default(),
        }
    }

    pub fn live(&self) -> Option<Arc<Live>> {
        self.live.borrow().clone()
    }

    /// The bot, which may be about to come back from a change.
    pub async fn soon(&self, patience: Duration) -> Option<Arc<Live>> {
        let mut live = self.live.subscribe();
        let found = tokio::time::timeout(patience, live.wait_for(Option::is_some)).await.ok()?.ok()?;
        found.clone()
    }

    pub fn document(&self) -> Option<Arc<Document>> {
        self.about().document.clone()
    }

    pub fn why(&self) -> Option<String> {
        self.about().why.clone()
    }

    /// Why its life ended; nothing: by itself, or it lives.
    pub fn ended(&self) -> Option<Because> {
        self.about().ended
    }

    pub fn knows(&self, document: Arc<Document>) {
        self.about().document = Some(document);
    }

    pub fn lives(&self, live: Live) {
        let live = Arc::new(live);
        tokio::spawn(follow(live.news(), Arc::clone(&self.log)));
        for (network, state) in live.states() {
            note(&self.log, &News::Network(network, state));
        }
        {
            let mut about = self.about();
            (about.why, about.ended) = (None, None);
        }
        self.log.add("info", "The bot runs.");
        self.live.send_replace(Some(live));
    }

    pub fn fails(&self, why: String) {
        let before = self.about().why.replace(why.clone());
        if before.as_ref() != Some(&why) {
            tracing::warn!(bot = self.id, %why, "the bot does not run");
            self.log.add("error", format!("The bot does not run: {why}"));
        }
    }

    /// Ends its life, if it has one.
    pub async fn rests(&self, because: Because) {
        self.about().why = None;
        if let Some(live) = self.live.send_replace(None) {
            self.about().ended = Some(because);
            live.stop().await;
            let gone = tokio::time::timeout(GOODBYE, self.guests.acquire_many(MOST_GUESTS)).await;
            drop(gone);
            self.log.add("info", "The bot was stopped.");
        }
    }

    fn about(&self) -> std::sync::MutexGuard<'_, About> {
        self.about.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down what happens to the bot as long as it lives.
async fn follow(mut news: broadcast::Receiver<News>, log: Arc<Log>) {
    loop {
        match news.recv().await {
            Ok(one) => note(&log, &one),
            Err(broadcast::error::RecvError::Lagged(missed)) => {
                log.add("warning", format!("{missed} lines were left out."))
            }
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

fn note(log: &Log, news: &News) {
    match news {
        News::Network(network, State::Listening) => log.add("info", format!("{network}: listening")),
        News::Network(network, State::Trouble(why)) => log.add("warning", format!("{network}: {why}")),
        News::Network(network, State::Ended(why)) => log.add("error", format!("{network}: {why}")),
        News::Unknown(network) => {
            log.add("info", format!("{network} told something of a kind that is not known here."))
        }
        News::HandOver { team, note } if team.is_empty() => {
            log.add("info", format!("A human is asked for: {note}"))
        }
        News::HandOver { team, note } => log.add("info", format!("A human of {team} is asked for: {note}")),
        News::Log { level, text } => {
            let level = match level {
                Level::Debug => "debug",
                Level::Info => "info",
                Level::Warning => "warning",
                Level::Error => "error",
            };
            log.add(level, text.clone());
        }
        News::Died(letter) => {
            let place = format!("{}/{}", letter.spot.flow, letter.spot.node);
            log.add("error", format!("A run ended at {place} ({}): {}", letter.code, letter.message));
        }
    }
}

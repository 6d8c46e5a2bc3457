//! A bot that lives on its networks: what they tell goes to the runner, what the bot says goes out through them.
//!
//! The way in is [`Live::start`]. A network is asked for more only when what it told is on disk. Whatever goes wrong on the way is news
//! for whoever watches ([`Live::news`]) and tried again, as long as trying again can help.

mod board;
mod calls;
mod discord;
mod telegram;
mod world;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use channels::discord::Posted;
use channels::{Discord, Files, Telegram};
use engine::input::DeadLetter;
use engine::{Event, What};
use futures_util::future::{AbortHandle, abortable};
use store::{Commit, Store, StoreError};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::brain::now;
use crate::debug::{Allows, Debugging, Refused};
use crate::round::nobodys;
use crate::{Bot, Heard, Runner, World};

use board::Board;
pub use board::{Network, News, State, Tally};
use calls::Calls;
pub use calls::{Answer, Call};
pub use channels::telegram::SECRET_HEADER as TELEGRAM_WORD;
use world::Joined;

/// What a bot needs to live.
pub struct Setup {
    pub bot: Bot,
    /// What it was compiled from.
    pub document: Arc<flow::Bot>,
    pub telegram: Option<Telegram>,
    pub discord: Option<Discord>,
    /// Telegram posts to a webhook of ours, rather than being asked.
    pub telegram_posts: bool,
    /// Files of the bot's folder, and of addresses.
    pub files: Arc<dyn Files>,
    /// Performs what is no chat network's business.
    pub rest: Arc<dyn World>,
}

/// A living bot.
pub struct Live {
    id: String,
    store: Store,
    runner: Mutex<Option<Runner>>,
    brain: Mutex<Option<JoinHandle<()>>>,
    listeners: Vec<AbortHandle>,
    board: Arc<Board>,
    calls: Arc<Calls>,
    networks: Arc<Networks>,
}

/// What became of something that Discord posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscordPost {
    /// To be answered with `{"type": 1}`.
    Ping,
    /// On disk; the answer goes by calls.
    Taken,
    Unknown,
    /// Somebody else posted it.
    Unsigned,
    /// The bot is not on Discord.
    Nobody,
}

/// Those networks that the bot is on.
pub(crate) struct Networks {
    pub telegram: Option<Telegram>,
    pub discord: Option<Discord>,
}

/// What is on its way out when a bot stops is waited for so long; what does not end by then is in doubt.
const PATIENCE: Duration = Duration::from_secs(20);

impl Live {
    /// Goes on where the bot was, and listens.
    pub async fn start(setup: Setup, store: Store) -> Result<Live, StoreError> {
        let Setup { bot, document, telegram, discord, telegram_posts, files, rest } = setup;
        let id = bot.id.clone();
        let networks = Arc::new(Networks { telegram, discord });
        let (board, calls) = (Arc::new(Board::default()), Arc::new(Calls::new(&document)));
        let joined = Joined {
            bot: id.clone(),
            networks: Arc::clone(&networks),
            files,
            rest,
            calls: Arc::clone(&calls),
            board: Arc::clone(&board),
        };
        let (runner, brain) = Runner::start(bot, store.clone(), Arc::new(joined)).await?;
        let ears = Ears {
            id: id.clone(),
            runner: runner.clone(),
            networks: Arc::clone(&networks),
            board: Arc::clone(&board),
        };
        let mut live = Live {
            id,
            store: store.clone(),
            runner: Mutex::new(Some(runner)),
            brain: Mutex::new(Some(brain)),
            listeners: Vec::new(),
            board,
            calls,
            networks,
        };
        live.listen(offers(channels::commands(&document), Arc::clone(&live.networks)));
        let at = now();
        ears.take(vec![(format!("started:{}", at.0), nobodys(What::Started))]).await?;
        if live.networks.telegram.is_some() {
            if telegram_posts {
                live.board.now(Network::Telegram, State::Listening);
            } else {
                live.listen(telegram::polls(ears.clone()));
            }
        }
        if live.networks.discord.is_some() {
            live.listen(discord::listens(ears, store));
        }
        Ok(live)
    }

    fn listen(&mut self, listening: impl Future<Output = ()> + Send + 'static) {
        let (listening, handle) = abortable(listening);
        tokio::spawn(listening);
        self.listeners.push(handle);
    }

    /// What happens to it from now on.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.board.news()
    }

    /// How it is with each of its networks.
    pub fn states(&self) -> Vec<(Network, State)> {
        self.board.states()
    }

    pub fn tally(&self) -> Tally {
        self.board.tally()
    }

    /// Another program calls the bot. Comes back with the bot's answer, or with the word that it is taken.
    pub async fn call(&self, call: Call) -> Result<Answer, StoreError> {
        self.calls.take(&self.ears()?, call).await
    }

    /// Something is told on the bot's event bus; `id` names it for ever.
    pub async fn tell(&self, id: String, name: &str, data: flow::Data) -> Result<Heard, StoreError> {
        let event = nobodys(What::Custom { name: name.into(), data });
        let heard = self.ears()?.take(vec![(id, event)]).await?;
        Ok(heard.into_iter().next().unwrap_or(Heard::Ignored))
    }

    /// What Telegram posted. False: it is no update, or not for this bot.
    pub async fn telegram_posted(&self, body: &[u8]) -> Result<bool, StoreError> {
        let Some(update) = self.networks.telegram.as_ref().and_then(|telegram| telegram.read(body)) else {
            return Ok(false);
        };
        telegram::hear(&self.ears()?, vec![update]).await?;
        Ok(true)
    }

    /// What was posted to the bot's endpoint for Discord's interactions, with the two headers of its signature.
    pub async fn discord_posted(
        &self,
        signature: &str,
        timestamp: &str,
        body: &[u8],
    ) -> Result<DiscordPost, StoreError> {
        let Some(discord) = self.networks.discord.as_ref() else { return Ok(DiscordPost::Nobody) };
        if !discord.is_signed(signature, timestamp, body) {
            return Ok(DiscordPost::Unsigned);
        }
        match discord.read(body) {
            Some(Posted::Ping) => Ok(DiscordPost::Ping),
            Some(Posted::Heard(heard)) => {
                self.ears()?.take(vec![(heard.id.into(), heard.event)]).await?;
                Ok(DiscordPost::Taken)
            }
            Some(Posted::Unknown(_)) | None => {
                self.board.tell(News::Unknown(Network::Discord));
                Ok(DiscordPost::Unknown)
            }
        }
    }

    /// Lets what began a failed run happen again, and puts the letter away. False: there is no such letter.
    pub async fn replay(&self, letter: i64) -> Result<bool, StoreError> {
        let letters = self.store.dead(&self.id).await?;
        let Some(found) = letters.into_iter().find(|known| known.id == letter) else { return Ok(false) };
        let Ok(letter) = serde_json::from_str::<DeadLetter>(&found.body) else { return Ok(false) };
        // By this name it happens once, however often that is asked for.
        self.ears()?.take(vec![(format!("dead:{}", found.id), letter.event)]).await?;
        let commit = Commit { bot: self.id.clone(), buried: vec![found.id], ..Commit::default() };
        self.store.commit(commit).await?;
        Ok(true)
    }

    /// Looks into it, and takes a conversation of it step by step. When the bot stops there is no news any more.
    pub async fn attach(&self, allows: Allows) -> Result<Debugging, Refused> {
        let runner = locked(&self.runner).clone().ok_or_else(Refused::closed)?;
        runner.attach(allows).await
    }

    /// A name for an event that none had before, also not before the last start.
    pub fn unheard_name(&self) -> String {
        self.calls.name()
    }

    fn ears(&self) -> Result<Ears, StoreError> {
        let runner = locked(&self.runner).clone().ok_or(StoreError::Closed)?;
        let (id, networks, board) = (self.id.clone(), Arc::clone(&self.networks), Arc::clone(&self.board));
        Ok(Ears { id, runner, networks, board })
    }

    fn stop_listening(&self) {
        for listener in &self.listeners {
            listener.abort();
        }
    }

    /// Hears no more, and waits for what is on its way out. What has not begun goes out at the next start.
    pub async fn stop(&self) {
        self.stop_listening();
        drop(locked(&self.runner).take());
        let Some(mut brain) = locked(&self.brain).take() else { return };
        if tokio::time::timeout(PATIENCE, &mut brain).await.is_err() {
            tracing::warn!(
                bot = self.id,
                "not everything that was begun came to an end; it will be in doubt"
            );
            brain.abort();
            let _ = brain.await;
        }
    }
}

impl Drop for Live {
    /// Listeners hold what the bot thinks with: without this it would never end.
    fn drop(&mut self) {
        self.stop_listening();
    }
}

/// Tells the networks which commands to offer. The bot works without it, too.
async fn offers(commands: Vec<channels::CommandSpec>, networks: Arc<Networks>) {
    let said = [
        (
            Network::Telegram,
            match &networks.telegram {
                Some(telegram) => telegram.set_commands(&commands).await,
                None => Ok(()),
            },
        ),
        (
            Network::Discord,
            match &networks.discord {
                Some(discord) => discord.set_commands(&commands).await,
                None => Ok(()),
            },
        ),
    ];
    for (network, said) in said {
        if let Err(error) = said {
            tracing::warn!(%network, %error, "the list of commands could not be set");
        }
    }
}

fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where what is heard goes.
#[derive(Clone)]
pub(crate) struct Ears {
    pub id: String,
    pub runner: Runner,
    pub networks: Arc<Networks>,
    pub board: Arc<Board>,
}

impl Ears {
    /// Comes back when all of it is on disk. A press that nobody wanted is confirmed, so that its button does not stay busy.
    pub async fn take(&self, events: Vec<(String, Event)>) -> Result<Vec<Heard>, StoreError> {
        let presses: Vec<Option<engine::Request>> =
            events.iter().map(|(_, event)| world::confirmation(event)).collect();
        let heard = self.runner.hear_all(events).await?;
        for (became, press) in heard.iter().zip(presses) {
            self.board.heard(*became);
            if let (Heard::Ignored, Some(press)) = (became, press) {
                let networks = Arc::clone(&self.networks);
                tokio::spawn(async move {
                    if let Err(error) = world::confirm(&networks, &press).await {
                        tracing::debug!(%error.message, "a press was not confirmed");
                    }
                });
            }
        }
        Ok(heard)
    }
}

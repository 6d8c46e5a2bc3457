//! Drives one bot: what is heard goes through the engine and into the store, what the bot asks for goes out into the world, and what comes
//! back is heard again.
//!
//! The ways in: [`live::Live::start`] for a bot on its networks; beneath it [`Runner::start`], [`Runner::hear`] for whatever brings events,
//! [`World`] for whoever performs effects. An event is acknowledged when its whole step is on disk, and no effect goes out before.
//! docs/guarantees.md says what that promises.

mod brain;
#[cfg(test)]
mod by_hand;
pub mod debug;
mod doubt;
pub mod host;
mod keep;
mod line;
pub mod live;
mod memory;
mod outbox;
mod programs;
mod round;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use engine::input::DeadLetter;
use engine::recording::{self, Files};
use engine::{Done, EffectError, Event, Program, Request};
use flow::Problem;
use store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub use brain::now;
use brain::{Brain, Said};
use debug::{Allows, Ask, Debugging, Refused};
pub use keep::Keep;

/// Who performs effects. Called once per try; what scripts and the bot's own store can answer never gets here.
pub trait World: Send + Sync + 'static {
    fn perform(&self, request: Request) -> Performing<'_>;

    /// A run failed, and it is written down.
    fn died(&self, _letter: &DeadLetter) {}
}

pub type Performing<'a> = Pin<Box<dyn Future<Output = Result<Done, EffectError>> + Send + 'a>>;

/// A bot, ready to run.
pub struct Bot {
    /// Its name in the store.
    pub id: String,
    pub program: Arc<Program>,
    /// What the program was made of. It is kept in the store, so that a run can finish on the program that it began on, whatever the bot
    /// is by then.
    pub files: Files,
    /// Where chance comes from, for conversations that begin.
    pub seed: u64,
    pub keep: Keep,
}

impl Bot {
    /// Also says what in it cannot be built: a run that gets there fails.
    pub fn new(id: impl Into<String>, bot: &flow::Bot, seed: u64) -> (Bot, Vec<Problem>) {
        let (program, problems) = engine::compile(bot);
        let (program, files) = (Arc::new(program), recording::files(bot));
        (Bot { id: id.into(), program, files, seed, keep: Keep::default() }, problems)
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A conversation took it, or will as soon as whoever debugs it lets it go on.
    Taken,
    /// Nobody wanted it. A press has to be confirmed by whoever brought it.
    Ignored,
    /// It was heard before.
    Before,
}

/// A running bot. Cheap to copy.
#[derive(Clone)]
pub struct Runner {
    say: mpsc::Sender<Said>,
    asks: mpsc::UnboundedSender<Ask>,
}

/// So much may be waiting to be worked on before whoever brings more waits too.
const MOST_WAITING: usize = 1024;

impl Runner {
    /// Goes on where the bot was: timers that came due fire, what was asked for and not begun goes out, what was begun is in doubt.
    pub async fn start(
        bot: Bot,
        store: Store,
        world: Arc<dyn World>,
    ) -> Result<(Runner, JoinHandle<()>), StoreError> {
        let (say, hears) = mpsc::channel(MOST_WAITING);
        let brain = Brain::wake(bot, store, world, say.downgrade()).await?;
        let (asks, asked) = mpsc::unbounded_channel();
        let task = tokio::spawn(brain.run(hears, asked));
        Ok((Runner { say, asks }, task))
    }

    /// Looks into the bot, and, where that is allowed, stops it and goes on step by step. Any number at once.
    pub async fn attach(&self, allows: Allows) -> Result<Debugging, Refused> {
        Debugging::attach(&self.asks, allows).await
    }

    /// Comes back when the event and all it led to is on disk. `id` names it for ever: a second one of that name is not heard.
    pub async fn hear(&self, id: impl Into<String>, event: Event) -> Result<Heard, StoreError> {
        let heard = self.hear_all(vec![(id.into(), event)]).await?;
        heard.into_iter().next().ok_or(StoreError::Closed)
    }

    /// The same for many, which are heard in this order and share a commit where they can. An error: at least one of them is not on disk.
    pub async fn hear_all(&self, events: Vec<(String, Event)>) -> Result<Vec<Heard>, StoreError> {
        let mut answers = Vec::with_capacity(events.len());
        for (id, event) in events {
            let (done, answer) = oneshot::channel();
            let said = Said::Event { id, event: Box::new(event), done: Some(done) };
            self.say.send(said).await.map_err(|_| StoreError::Closed)?;
            answers.push(answer);
        }
        let mut heard = Vec::with_capacity(answers.len());
        for answer in answers {
            heard.push(answer.await.map_err(|_| StoreError::Closed)??);
        }
        Ok(heard)
    }
}

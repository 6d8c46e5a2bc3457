//! The side of whoever is attached: asks, and is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use engine::{Event, Program};
use flow::Time;
use smol_str::SmolStr;
use store::Store;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::desk::Answer;
use super::views::Stopped;
use super::words::{Allows, Code, Command, Hello, News, Refused, Reply};
use super::{look, past};

/// What is asked of the brain.
pub enum Ask {
    Attach {
        allows: Allows,
        news: mpsc::Sender<News>,
        missed: Arc<AtomicU64>,
        attached: oneshot::Sender<(u64, Hello)>,
    },
    Leave(u64),
    Do {
        client: u64,
        command: Command,
        answer: Answer,
    },
    /// What somebody needs who reads in the store. Nothing of it is kept longer than that.
    Lend {
        about: Option<SmolStr>,
        lent: oneshot::Sender<Lent>,
    },
}

pub struct Lent {
    pub store: Store,
    pub bot: String,
    pub program: Arc<Program>,
    pub held: Vec<HeldIn>,
    /// Where the conversation is paused that was asked about.
    pub stopped: Option<Stopped>,
}

/// A conversation in whose line something is.
pub struct HeldIn {
    pub conversation: SmolStr,
    pub paused: bool,
    /// How many inputs wait.
    pub count: usize,
    /// When the first of it came.
    pub at: Time,
    pub event: Option<Event>,
}

/// So much may be waiting for whoever is attached; what does not fit is counted.
const MOST_NEWS: usize = 1024;

/// Somebody who is attached to a running bot. When this goes, so do its breakpoints, and what is paused goes on if nobody else is there who
/// can take it on.
pub struct Debugging {
    client: u64,
    hello: Hello,
    asks: mpsc::UnboundedSender<Ask>,
    news: Mutex<mpsc::Receiver<News>>,
    missed: Arc<AtomicU64>,
}

impl Debugging {
    pub(crate) async fn attach(
        asks: &mpsc::UnboundedSender<Ask>,
        allows: Allows,
    ) -> Result<Debugging, Refused> {
        let (news, told) = mpsc::channel(MOST_NEWS);
        let missed = Arc::new(AtomicU64::new(0));
        let (attached, answer) = oneshot::channel();
        let ask = Ask::Attach { allows, news, missed: missed.clone(), attached };
        asks.send(ask).map_err(|_| Refused::closed())?;
        let (client, hello) = answer.await.map_err(|_| Refused::closed())?;
        Ok(Debugging { client, hello, asks: asks.clone(), news: Mutex::new(told), missed })
    }

    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Does a command, or says why not. Comes back when what it leads to is on disk.
    pub async fn ask(&self, command: Command) -> Result<Reply, Refused> {
        if command.needs() > self.hello.allows {
            let why = "This connection may only look; what pauses or changes a conversation needs one that may debug.";
            return Err(Refused::new(Code::NotAllowed, why));
        }
        match command {
            Command::Hello => Ok(Reply::Hello(self.hello.clone())),
            Command::Program { hash } => past::program(self.lend(None).await?, hash).await,
            Command::Conversations { before, most } => {
                look::conversations(self.lend(None).await?, before, most).await
            }
            Command::Inspect { conversation } => {
                look::inspect(self.lend(Some(conversation.clone())).await?, conversation).await
            }
            Command::Moments { conversation, from, most } => {
                past::moments(self.lend(None).await?, conversation, from, most).await
            }
            Command::Visit { conversation, position, tick, port, expression } => {
                let place = past::Place { position, tick, port };
                past::visit(self.lend(None).await?, conversation, place, expression).await
            }
            Command::Recording { conversation, from } => {
                past::recording(self.lend(None).await?, conversation, from).await
            }
            command => {
                let (answer, reply) = oneshot::channel();
                let ask = Ask::Do { client: self.client, command, answer };
                self.asks.send(ask).map_err(|_| Refused::closed())?;
                reply.await.map_err(|_| Refused::closed())?
            }
        }
    }

    /// What happens, as it happens. Nothing when the bot is not running any more. Can be waited for while something is asked.
    pub async fn news(&self) -> Option<News> {
        let mut told = self.news.lock().await;
        match told.try_recv() {
            Ok(news) => return Some(news),
            Err(mpsc::error::TryRecvError::Disconnected) => return None,
            Err(mpsc::error::TryRecvError::Empty) => {}
        }
        // Nothing is told from the first that was missed until this is known, so it stands where the gap is.
        match self.missed.swap(0, Ordering::AcqRel) {
            0 => told.recv().await,
            count => Some(News::Missed { count }),
        }
    }

    async fn lend(&self, about: Option<SmolStr>) -> Result<Lent, Refused> {
        let (lent, answer) = oneshot::channel();
        self.asks.send(Ask::Lend { about, lent }).map_err(|_| Refused::closed())?;
        answer.await.map_err(|_| Refused::closed())
    }
}

impl Drop for Debugging {
    fn drop(&mut self) {
        // The bot may be gone already.
        let _ = self.asks.send(Ask::Leave(self.client));
    }
}

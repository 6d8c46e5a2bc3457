//! Being attached to a bot that runs elsewhere: asks and their answers, and what is told in between.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use reqwest::Upgraded;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::ear::{Ear, Last};
use crate::frames::{Asked, End, Frame, PING, SILENCE};

type Socket = WebSocketStream<Ear<Upgraded>>;

/// Somebody who is attached. When this goes, what they paused goes on.
pub struct Attached {
    hello: Value,
    asks: mpsc::Sender<Message>,
    news: tokio::sync::Mutex<mpsc::Receiver<Value>>,
    line: Arc<Line>,
    keeping: JoinHandle<()>,
    next: AtomicU64,
}

/// Nothing is said any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gone {
    #[error("{}", .0.why)]
    Ended(End),
    #[error("the connection is lost: {0}")]
    Lost(String),
}

/// What was told without being asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Told<N> {
    News(N),
    /// So much was told while nobody listened here, and is gone.
    Missed(u64),
    /// Of a kind that is not known here.
    Unknown(Value),
}

#[derive(Default)]
struct Line {
    waiting: Mutex<HashMap<u64, oneshot::Sender<Frame>>>,
    missed: AtomicU64,
    gone: OnceLock<Gone>,
}

/// So much may wait for whoever listens; what does not fit is counted.
const MOST_NEWS: usize = 1024;
/// So many asks may be on their way out.
const MOST_ASKS: usize = 32;
/// The other side has so long to say that it is done, too.
const GOODBYE: Duration = Duration::from_secs(2);

impl Attached {
    /// `hello` is the first frame.
    pub(crate) async fn begin(line: Upgraded, config: WebSocketConfig) -> Result<Attached, Gone> {
        let (ear, last) = Ear::on(line);
        let mut socket = WebSocketStream::from_raw_socket(ear, Role::Client, Some(config)).await;
        let first = timeout(SILENCE, first(&mut socket)).await.map_err(|_| silent())??;
        let hello = first.hello.ok_or_else(|| Gone::Lost("it does not begin with a hello".into()))?;
        let (asks, asked) = mpsc::channel(MOST_ASKS);
        let (tell, news) = mpsc::channel(MOST_NEWS);
        let line = Arc::new(Line::default());
        let keeping = tokio::spawn(keep(socket, last, asked, tell, Arc::clone(&line)));
        let news = tokio::sync::Mutex::new(news);
        Ok(Attached { hello, asks, news, line, keeping, next: AtomicU64::new(1) })
    }

    pub fn hello(&self) -> &Value {
        &self.hello
    }

    /// Asks, and waits for the reply or the refusal.
    pub async fn ask<R: DeserializeOwned, E: DeserializeOwned>(
        &self,
        ask: &impl Serialize,
    ) -> Result<Result<R, E>, Gone> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let misread = |error: serde_json::Error| Gone::Lost(format!("an answer cannot be read ({error})"));
        let text = serde_json::to_string(&Asked { id, ask }).map_err(misread)?;
        let (tell, answer) = oneshot::channel();
        locked(&self.line.waiting).insert(id, tell);
        if self.asks.send(Message::text(text)).await.is_err() {
            return Err(self.line.gone());
        }
        let frame = answer.await.map_err(|_| self.line.gone())?;
        match frame {
            Frame { refused: Some(why), .. } => Ok(Err(serde_json::from_value(why).map_err(misread)?)),
            Frame { reply, .. } => {
                Ok(Ok(serde_json::from_value(reply.unwrap_or_default()).map_err(misread)?))
            }
        }
    }

    /// What is told, as it comes. Can be waited for while something is asked.
    pub async fn news<N: DeserializeOwned>(&self) -> Result<Told<N>, Gone> {
        let mut news = self.news.lock().await;
        let next = match news.try_recv() {
            Ok(next) => Some(next),
            // Nothing is kept from the first that was missed until this is known, so it stands where the gap is.
            Err(_) => match self.line.missed.swap(0, Ordering::AcqRel) {
                0 => news.recv().await,
                count => return Ok(Told::Missed(count)),
            },
        };
        let next = next.ok_or_else(|| self.line.gone())?;
        Ok(match N::deserialize(&next) {
            Ok(known) => Told::News(known),
            Err(_) => Told::Unknown(next),
        })
    }

    /// Takes leave, and waits until the other side knows.
    pub async fn detach(self) {
        let Attached { asks, keeping, .. } = self;
        drop(asks);
        // Who does not answer now notices by itself.
        let _ = timeout(GOODBYE * 2, keeping).await;
    }
}

impl Line {
    fn gone(&self) -> Gone {
        self.gone.get().cloned().unwrap_or_else(closed)
    }

    fn took(&self, frame: Frame, tell: &mpsc::Sender<Value>) {
        if let Some(end) = frame.end {
            // The first reason is the right one.
            let _ = self.gone.set(Gone::Ended(end));
        } else if let Some(news) = frame.news {
            if self.missed.load(Ordering::Acquire) > 0 || tell.try_send(news).is_err() {
                self.missed.fetch_add(1, Ordering::AcqRel);
            }
        } else if let Some(waiting) = frame.id.and_then(|id| locked(&self.waiting).remove(&id)) {
            // Who asked may have gone.
            let _ = waiting.send(frame);
        }
    }
}

/// The first frame, whatever else comes before it.
async fn first(socket: &mut Socket) -> Result<Frame, Gone> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return read(&text),
            Some(Ok(Message::Close(_))) | None => return Err(closed()),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(Gone::Lost(error.to_string())),
        }
    }
}

async fn keep(
    socket: Socket,
    last: Last,
    mut asked: mpsc::Receiver<Message>,
    tell: mpsc::Sender<Value>,
    line: Arc<Line>,
) {
    let (mut to, mut from) = socket.split();
    let left = tokio::select! {
        why = writes(&mut to, &mut asked) => why,
        why = reads(&mut from, &last, &tell, &line) => Some(why),
    };
    match left {
        Some(why) => drop(line.gone.set(why)),
        None => {
            let goodbye = async {
                to.send(Message::Close(None)).await.ok();
                while let Some(Ok(_)) = from.next().await {}
            };
            let _ = timeout(GOODBYE, goodbye).await;
        }
    }
    // Nobody is left waiting, and nobody can ask any more.
    asked.close();
    locked(&line.waiting).clear();
}

/// Sends what is asked, and that we are there. Nothing: nobody is attached here any more. A line that takes nothing is noticed by reading.
async fn writes(to: &mut SplitSink<Socket, Message>, asked: &mut mpsc::Receiver<Message>) -> Option<Gone> {
    let mut clock = tokio::time::interval(PING);
    loop {
        let message = tokio::select! {
            message = asked.recv() => message?,
            _ = clock.tick() => Message::Ping(Default::default()),
        };
        if to.send(message).await.is_err() {
            // What the other side said last may still be read: it knows better why.
            std::future::pending().await
        }
    }
}

async fn reads(from: &mut SplitStream<Socket>, last: &Last, tell: &mpsc::Sender<Value>, line: &Line) -> Gone {
    loop {
        let next = tokio::select! {
            next = from.next() => next,
            () = last.silence() => return silent(),
        };
        match next {
            Some(Ok(Message::Text(text))) => match read(&text) {
                Ok(frame) => line.took(frame, tell),
                Err(gone) => return gone,
            },
            Some(Ok(Message::Close(_))) | None => return closed(),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Gone::Lost(error.to_string()),
        }
    }
}

fn read(text: &str) -> Result<Frame, Gone> {
    serde_json::from_str(text).map_err(|error| Gone::Lost(format!("what came is no frame ({error})")))
}

fn silent() -> Gone {
    Gone::Lost(format!("nothing was heard for {} seconds", SILENCE.as_secs()))
}

fn closed() -> Gone {
    Gone::Lost("the other side closed it".into())
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

//! `/api/v1/bots/{bot}/debug`: somebody looks into a bot that runs, over a WebSocket.
//!
//! `remote::frames` is what is said, `runner::debug` has the words in it. One session is five things at once, and ends with the first that ends:
//! reading, writing, dealing with asks in their order, telling news, and keeping the masks up to date. Nothing of it ever holds up the bot: what a
//! client does not take is counted by `runner::debug`, and one that does not answer is gone, with its pauses.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use remote::frames::{Asked, Attach, Because, End, Frame, MOST_ASKED, MOST_TOLD, PING, SILENCE};
use remote::wire::{Code, Scope};
use runner::debug::{self, Allows, Command, Debugging, PROTOCOL, Refused};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, RwLock, mpsc};
use tokio::time::{Instant, timeout};

use super::answer::No;
use super::gate::By;
use super::house::{House, nobody};
use super::registry::Token;
use super::slot::{MOST_GUESTS, Slot};
use super::veil::Veil;

pub fn router() -> Router<Arc<House>> {
    Router::new().route("/api/v1/bots/{bot}/debug", get(attach))
}

/// So many asks may wait for their turn; then no more is read.
const MOST_ASKS: usize = 32;
/// For so long.
const JAM: Duration = Duration::from_secs(60);
/// So long somebody who was told that it ends may take to hang up.
const FAREWELL: Duration = Duration::from_secs(2);
/// So often it is looked whether there are new secrets.
const FRESH: Duration = Duration::from_secs(30);

async fn attach(
    by: By,
    State(house): State<Arc<House>>,
    Path(bot): Path<String>,
    Query(asked): Query<Attach>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, No> {
    by.may(Scope::Observe, Some(&bot))?;
    if asked.protocol.is_some_and(|protocol| protocol != PROTOCOL) {
        let message = format!(
            "This runner speaks version {PROTOCOL} of debugging, not version {}.",
            asked.protocol.unwrap_or_default()
        );
        return Err(No::new(Code::Conflict, message).hint("Bring the older of the two up to date."));
    }
    let may_debug = !asked.observe && by.may(Scope::Debug, Some(&bot)).is_ok();
    let slot = house.slot(&bot).ok_or_else(|| nobody(&bot))?;
    let stopped = || {
        let why = slot.why().map_or_else(String::new, |why| format!(" ({why})"));
        No::new(Code::Conflict, format!("The bot `{bot}` does not run{why}.")).hint("Start it first.")
    };
    let live = slot.live().ok_or_else(stopped)?;
    let permit = Arc::clone(&slot.guests).try_acquire_owned().map_err(|_| {
        No::new(Code::Conflict, format!("{MOST_GUESTS} are attached to the bot `{bot}`; no more can be."))
    })?;
    let upgrade = upgrade.map_err(|_| No::new(Code::Bad, "This is a WebSocket; ask to upgrade to one."))?;
    let veil = Veil::new(&house.vault, &bot).map_err(|error| {
        No::new(Code::Failed, format!("Secrets could not be hidden, so nothing is shown: {error}"))
    })?;
    let allows = if may_debug { Allows::Debug } else { Allows::Observe };
    let debugging = live.attach(allows).await.map_err(|_| stopped())?;
    drop(live);
    slot.log.add("info", format!("{} attached to it, {}.", by.0.name, allowed(allows)));
    let session = Session { debugging, veil: RwLock::new(veil), house, slot, by: by.0, _permit: permit };
    let upgrade = upgrade.max_message_size(MOST_ASKED).max_frame_size(MOST_ASKED);
    Ok(upgrade.on_upgrade(move |socket| session.hold(socket)))
}

fn allowed(allows: Allows) -> &'static str {
    match allows {
        Allows::Observe => "to look",
        Allows::Debug => "to debug",
    }
}

struct Session {
    debugging: Debugging,
    veil: RwLock<Veil>,
    house: Arc<House>,
    slot: Arc<Slot>,
    by: Token,
    _permit: OwnedSemaphorePermit,
}

/// How it ended.
enum Ended {
    /// Whoever was attached took leave, or broke off.
    Left,
    Silent,
    Told,
}

impl Session {
    async fn hold(self, socket: WebSocket) {
        let (to, mut from) = socket.split();
        let (say, said) = mpsc::channel(4);
        let (ask, asked) = mpsc::channel(MOST_ASKS);
        let hello = self.veil.read().await.over(self.debugging.hello());
        // There is room for the first.
        let _ = say.send(Frame { hello: Some(hello), ..Frame::default() }).await;
        let ended = tokio::select! {
            ended = reads(&mut from, ask, &say) => ended,
            ended = writes(to, said) => ended,
            () = self.works(asked, &say) => Ended::Left,
            () = self.tells(&say) => Ended::Left,
            () = self.watches(&say) => Ended::Left,
        };
        if let Ended::Told = ended {
            // A line that is closed with something unread is broken off, and the last word with it.
            let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = from.next().await {} }).await;
        }
        let how = match ended {
            Ended::Left => "left",
            Ended::Silent => "is not there any more",
            Ended::Told => "was told that it ends",
        };
        self.slot.log.add("info", format!("{} {how}; what was paused for it alone goes on.", self.by.name));
    }

    async fn works(&self, mut asked: mpsc::Receiver<String>, say: &mpsc::Sender<Frame>) {
        while let Some(text) = asked.recv().await {
            let frame = self.answer(&text).await;
            if say.send(frame).await.is_err() {
                break;
            }
        }
        // Reading has ended, and says how.
        std::future::pending().await
    }

    async fn answer(&self, text: &str) -> Frame {
        let wrong = |why: String| Refused::new(debug::Code::Wrong, why);
        let (id, answer) = match serde_json::from_str::<Asked<Value>>(text) {
            Err(error) => (None, Err(wrong(format!("This is no ask: {error}")))),
            Ok(Asked { id, ask }) => match serde_json::from_value::<Command>(ask) {
                Err(error) => (Some(id), Err(wrong(format!("This is no command: {error}")))),
                Ok(command) => (Some(id), self.debugging.ask(command).await),
            },
        };
        let veil = self.veil.read().await;
        let mut frame = Frame { id, ..Frame::default() };
        match answer {
            Ok(reply) => frame.reply = Some(veil.over(&reply)),
            Err(refused) => frame.refused = Some(veil.over(&refused)),
        }
        frame
    }

    async fn tells(&self, say: &mpsc::Sender<Frame>) {
        while let Some(news) = self.debugging.news().await {
            let news = self.veil.read().await.over(&news);
            if say.send(Frame { news: Some(news), ..Frame::default() }).await.is_err() {
                break;
            }
        }
        let end = end(self.slot.ended().unwrap_or(Because::Over));
        // Writing ends with it.
        let _ = say.send(Frame { end: Some(end), ..Frame::default() }).await;
        std::future::pending().await
    }

    /// Looks whether it may go on, and what there is to be hidden.
    async fn watches(&self, say: &mpsc::Sender<Frame>) {
        let mut looked = Instant::now();
        loop {
            tokio::time::sleep(PING).await;
            if !self.house.tokens().iter().any(|known| known.sha256 == self.by.sha256) {
                let _ = say.send(Frame { end: Some(end(Because::Revoked)), ..Frame::default() }).await;
                return std::future::pending().await;
            }
            if looked.elapsed() < FRESH {
                continue;
            }
            looked = Instant::now();
            let before = self.veil.read().await.clone();
            // The vault is read from disk.
            if let Ok(fresh) = tokio::task::spawn_blocking(move || before.refresh()).await {
                *self.veil.write().await = fresh;
            }
        }
    }
}

fn end(because: Because) -> End {
    let why = match because {
        Because::Stopped => "The bot was stopped.",
        Because::Switched => "The bot was switched to another version; attach again to look into that one.",
        Because::Leaving => "The runner stops.",
        Because::Revoked => "The token is not known any more.",
        Because::Misspoken => "A frame was too large, or none at all.",
        Because::Over => "The bot does not run any more.",
    };
    End { because, why: why.into() }
}

async fn reads(
    from: &mut SplitStream<WebSocket>,
    ask: mpsc::Sender<String>,
    say: &mpsc::Sender<Frame>,
) -> Ended {
    loop {
        let Ok(next) = timeout(SILENCE, from.next()).await else { return Ended::Silent };
        let text = match next {
            Some(Ok(Message::Text(text))) => text.as_str().to_string(),
            Some(Ok(Message::Binary(_))) => String::new(),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Close(_))) | None => return Ended::Left,
            Some(Err(_)) => {
                // Nothing can be read any more, and if it is not the line, this can still be said. Writing ends with it.
                let _ = say.send(Frame { end: Some(end(Because::Misspoken)), ..Frame::default() }).await;
                return std::future::pending().await;
            }
        };
        match timeout(JAM, ask.send(text)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Ended::Left,
            // It asks and does not take the answers.
            Err(_) => return Ended::Silent,
        }
    }
}

/// Without a limit of time: a line may be slow. Whether somebody is there, reading knows.
async fn writes(mut to: SplitSink<WebSocket, Message>, mut said: mpsc::Receiver<Frame>) -> Ended {
    // The hello goes first.
    let mut clock = tokio::time::interval_at(Instant::now() + PING, PING);
    loop {
        let (message, end) = tokio::select! {
            frame = said.recv() => match frame {
                Some(frame) => (Message::text(text(&frame)), frame.end),
                None => return Ended::Left,
            },
            _ = clock.tick() => (Message::Ping(Default::default()), None),
        };
        if to.send(message).await.is_err() {
            return Ended::Left;
        }
        if let Some(end) = end {
            let close = CloseFrame { code: close_code::NORMAL, reason: end.why.into() };
            // Who has gone needs no word.
            let _ = to.send(Message::Close(Some(close))).await;
            return Ended::Told;
        }
    }
}

/// What is too much for one frame is refused.
fn text(frame: &Frame) -> String {
    let text = serde_json::to_string(frame).unwrap_or_default();
    if text.len() <= MOST_TOLD {
        return text;
    }
    let why = format!("The answer is larger than {} MiB; ask for less.", MOST_TOLD >> 20);
    let refused: Option<Value> = serde_json::to_value(Refused::new(debug::Code::Wrong, why)).ok();
    serde_json::to_string(&Frame { id: frame.id, refused, ..Frame::default() }).unwrap_or_default()
}

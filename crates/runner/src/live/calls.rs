//! Other programs that call the bot: each call waits for the bot's answer, for a while.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use engine::effect::Origin;
use engine::event::Webhook;
use engine::{Done, EffectError, ErrorKind, Event, What};
use flow::Data;
use flow::data::Fields;
use smol_str::SmolStr;
use store::StoreError;
use tokio::sync::oneshot;

use super::{Ears, locked};
use crate::Heard;
use crate::round::nobodys;

/// What another program says.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// A name that the caller gave it: a second call of that name is not heard again.
    pub id: Option<String>,
    pub method: String,
    pub path: String,
    pub query: Fields,
    pub headers: Fields,
    pub body: Data,
}

/// What a caller gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The bot's own words.
    Told { status: u16, headers: Vec<(SmolStr, SmolStr)>, body: SmolStr },
    /// It is on disk and will be worked on; no answer came, or will come.
    Taken,
    /// It was taken, and the run that it began failed.
    Failed,
    /// It was taken before.
    Before,
    /// The bot does not listen there.
    Nobody,
}

pub(crate) struct Calls {
    /// Does the bot answer at all?
    answers: bool,
    waiting: Mutex<HashMap<SmolStr, oneshot::Sender<Answer>>>,
    count: AtomicU64,
}

/// So long a caller is kept waiting for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

impl Calls {
    pub fn new(bot: &flow::Bot) -> Calls {
        let mut nodes = bot.flows.values().flat_map(|flow| flow.nodes.values());
        let answers = nodes.any(|node| node.kind == "world.reply");
        Calls { answers, waiting: Mutex::default(), count: AtomicU64::default() }
    }

    pub async fn take(&self, ears: &Ears, call: Call) -> Result<Answer, StoreError> {
        let id = call.id.unwrap_or_else(|| self.name());
        let name = SmolStr::from(format!("call:{id}"));
        let (tell, told) = oneshot::channel();
        locked(&self.waiting).insert(name.clone(), tell);
        let webhook = Webhook {
            id: name.clone(),
            method: call.method.into(),
            path: call.path.into(),
            query: call.query,
            headers: call.headers,
            body: call.body,
        };
        let heard = ears.take(vec![(name.to_string(), nobodys(What::Webhook(webhook)))]).await;
        let answer = match heard.map(|heard| heard.first().copied()) {
            Ok(Some(Heard::Taken)) if !self.answers => Ok(Answer::Taken),
            Ok(Some(Heard::Taken)) => match tokio::time::timeout(PATIENCE, told).await {
                Ok(Ok(answer)) => Ok(answer),
                _ => Ok(Answer::Taken),
            },
            Ok(Some(Heard::Before)) => Ok(Answer::Before),
            Ok(_) => Ok(Answer::Nobody),
            Err(error) => Err(error),
        };
        locked(&self.waiting).remove(&name);
        answer
    }

    /// A name that no call had before, also not before the last start.
    pub fn name(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        format!("{:x}-{count:x}-{:x}", crate::brain::now().0, std::process::id())
    }

    /// Nobody will answer this call any more.
    pub fn died(&self, event: &Event) {
        if let What::Webhook(call) = &event.what
            && let Some(tell) = locked(&self.waiting).remove(&call.id)
        {
            // A caller that hung up has no use for it.
            let _ = tell.send(Answer::Failed);
        }
    }

    pub fn answer(
        &self,
        origin: &Origin,
        status: u16,
        headers: &[(SmolStr, SmolStr)],
        body: &SmolStr,
    ) -> Result<Done, EffectError> {
        let nobody = || EffectError::new(ErrorKind::NotFound, "No call waits for this answer.");
        let call = origin.answer_to.as_ref().ok_or_else(nobody)?;
        let tell = locked(&self.waiting).remove(call).ok_or_else(nobody)?;
        let answer = Answer::Told { status, headers: headers.to_vec(), body: body.clone() };
        // A caller that hung up has no use for it.
        tell.send(answer).map_err(|_| nobody())?;
        Ok(Done::Done)
    }
}

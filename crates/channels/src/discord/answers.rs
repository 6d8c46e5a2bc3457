//! Interactions wait three seconds for an answer, which is given once; what follows goes by their token. Whatever is not answered in
//! time by the bot itself is put off here, so that its answer may take longer.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use engine::effect::Origin;
use engine::{EffectError, ErrorKind};
use reqwest::Method;
use serde_json::{Value, json};
use smol_str::SmolStr;

use super::body::refused;
use super::call::Upload;
use super::{Account, Discord, NETWORK};
use crate::MessageId;
use crate::error::{Failed, Refusal};

/// Discord gives three seconds.
const PUT_OFF: Duration = Duration::from_secs(2);
/// How long a token is good.
const GOOD: Duration = Duration::from_secs(15 * 60);

/// What an interaction came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It wants a message, even if only 'is thinking'.
    OfCommand,
    /// A press or a form at a message, which can stay as it is.
    OfMessage,
}

/// How far an interaction is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    /// 'is thinking': the message itself is still to come.
    PutOff,
    Answered,
    /// It was heard before this process began.
    Forgotten,
}

#[derive(Default)]
pub(super) struct Answers(Mutex<HashMap<SmolStr, Waiting>>);

/// Locked while a call is made, so that two answers never meet.
type Shared = Arc<tokio::sync::Mutex<Phase>>;

#[derive(Clone)]
struct Waiting {
    since: Instant,
    kind: Kind,
    phase: Shared,
}

/// An interaction that an effect answers.
pub(super) struct Answer<'a> {
    id: &'a str,
    pub token: &'a str,
    pub kind: Kind,
    phase: Shared,
}

/// A message that went out, or the news that the interaction is over.
pub(super) enum Responded {
    Message(Value),
    Over,
}

impl Discord {
    /// An interaction was heard: unless it is answered soon, it is put off.
    pub(super) fn await_answer(&self, answer_to: &SmolStr, kind: Kind) {
        let phase: Shared = Arc::new(tokio::sync::Mutex::new(Phase::Open));
        {
            let mut waiting = self.answers.0.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|_, one| one.since.elapsed() < GOOD);
            // Told twice, it is one.
            if waiting.contains_key(answer_to) {
                return;
            }
            waiting.insert(answer_to.clone(), Waiting { since: Instant::now(), kind, phase: phase.clone() });
        }
        let (it, answer_to) = (self.clone(), answer_to.clone());
        tokio::spawn(async move {
            tokio::time::sleep(PUT_OFF).await;
            let Some((id, token)) = answer_to.split_once(':') else { return };
            let answer = Answer { id, token, kind, phase };
            if let Err(failed) = it.put_off(&answer, false).await {
                tracing::warn!(?failed, "an interaction could not be put off");
            }
        });
    }
}

/// Messages that one person alone sees, with the token by which they can be changed.
#[derive(Default)]
pub(super) struct Private(Mutex<VecDeque<(MessageId, String, Instant)>>);

impl Account {
    pub(super) fn keep_private(&self, message: &MessageId, token: &str) {
        let mut kept = self.private.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, _, since)| since.elapsed() < GOOD);
        kept.push_back((message.clone(), token.into(), Instant::now()));
    }

    pub(super) fn private_token(&self, message: &MessageId) -> Option<String> {
        let kept = self.private.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, ..)| known == message).map(|(_, token, _)| token.clone())
    }

    /// The interaction that an effect answers, if there is one.
    pub(super) fn answering<'a>(&self, origin: &'a Origin) -> Option<Answer<'a>> {
        let answer_to = origin.answer_to.as_ref()?;
        let (id, token) = answer_to.split_once(':')?;
        let known = self.answers.0.lock().unwrap_or_else(PoisonError::into_inner).get(answer_to).cloned();
        let (kind, phase) = match known {
            Some(waiting) => (waiting.kind, waiting.phase),
            None => {
                let kind = if origin.message.is_some() { Kind::OfMessage } else { Kind::OfCommand };
                (kind, Arc::new(tokio::sync::Mutex::new(Phase::Forgotten)))
            }
        };
        Some(Answer { id, token, kind, phase })
    }

    /// Answers by a message, by the message that was put off, or by one more.
    pub(super) async fn respond(
        &self,
        answer: &Answer<'_>,
        body: &Value,
        uploads: Vec<Upload>,
    ) -> Result<Responded, EffectError> {
        let mut phase = answer.phase.lock().await;
        let is_private = body["flags"].as_u64().is_some_and(|flags| flags & (1 << 6) != 0);
        if matches!(*phase, Phase::Open | Phase::Forgotten) {
            let said = self.callback(answer, &json!({"type": 4, "data": body}), &uploads).await;
            match said {
                Ok(said) => {
                    *phase = Phase::Answered;
                    return Ok(Responded::Message(said["resource"]["message"].clone()));
                }
                Err(Failed::Refused(Refusal { code: ANSWERED, .. })) => *phase = Phase::Answered,
                Err(failed) if is_over(&failed) => return Ok(Responded::Over),
                Err(failed) => return Err(failed.effect(NETWORK, false)),
            }
        }
        let hook = format!("/webhooks/{}/{}", self.application, answer.token);
        let original = format!("{hook}/messages/@original");
        let done = match (*phase, answer.kind) {
            (Phase::PutOff, Kind::OfCommand) if !is_private => {
                self.call(Method::PATCH, &original, &without_flags(body), uploads).await
            }
            (put_off, kind) => {
                // What was announced to all cannot become what one alone sees.
                if (put_off, kind) == (Phase::PutOff, Kind::OfCommand) {
                    self.call(Method::DELETE, &original, &Value::Null, Vec::new())
                        .await
                        .map_err(|failed| failed.effect(NETWORK, true))?;
                    *phase = Phase::Answered;
                }
                self.call(Method::POST, &format!("{hook}?wait=true"), body, uploads).await
            }
        };
        match done {
            Ok(message) => {
                *phase = Phase::Answered;
                Ok(Responded::Message(message))
            }
            Err(failed) if is_over(&failed) => Ok(Responded::Over),
            Err(failed) => Err(failed.effect(NETWORK, false)),
        }
    }

    /// Nothing more is to be seen: 'is thinking' ends, a press is confirmed.
    pub(super) async fn settle(&self, answer: &Answer<'_>) -> Result<(), Failed> {
        if answer.kind == Kind::OfMessage {
            return self.put_off(answer, false).await;
        }
        self.put_off(answer, true).await?;
        let mut phase = answer.phase.lock().await;
        if *phase == Phase::PutOff {
            let original = format!("/webhooks/{}/{}/messages/@original", self.application, answer.token);
            self.call(Method::DELETE, &original, &Value::Null, Vec::new()).await?;
            *phase = Phase::Answered;
        }
        Ok(())
    }

    /// A form in front of the chat: it can be nothing but the first answer.
    pub(super) async fn show_form(&self, answer: &Answer<'_>, modal: Value) -> Result<(), EffectError> {
        let mut phase = answer.phase.lock().await;
        if !matches!(*phase, Phase::Open | Phase::Forgotten) {
            return Err(refused(
                "Discord shows a form only as the first answer, and within two seconds: something was sent before it.",
            ));
        }
        let shown = self.callback(answer, &json!({"type": 9, "data": modal}), &[]).await;
        shown.map_err(|failed| match failed {
            failed if is_over(&failed) => EffectError::new(ErrorKind::NotFound, "Unknown interaction"),
            failed => failed.effect(NETWORK, false),
        })?;
        *phase = Phase::Answered;
        Ok(())
    }

    /// Changes the message that was pressed, by the press.
    pub(super) async fn update(
        &self,
        answer: &Answer<'_>,
        message: &str,
        body: &Value,
    ) -> Result<Value, Failed> {
        let mut phase = answer.phase.lock().await;
        if *phase == Phase::Open && answer.kind == Kind::OfMessage {
            let said = self.callback(answer, &json!({"type": 7, "data": body}), &[]).await?;
            *phase = Phase::Answered;
            return Ok(said["resource"]["message"].clone());
        }
        let path = format!("/webhooks/{}/{}/messages/{message}", self.application, answer.token);
        self.call(Method::PATCH, &path, body, Vec::new()).await
    }

    async fn put_off(&self, answer: &Answer<'_>, privately: bool) -> Result<(), Failed> {
        let mut phase = answer.phase.lock().await;
        if !matches!(*phase, Phase::Open | Phase::Forgotten) {
            return Ok(());
        }
        let (body, next) = match (answer.kind, privately) {
            (Kind::OfMessage, _) => (json!({"type": 6}), Phase::Answered),
            (Kind::OfCommand, false) => (json!({"type": 5}), Phase::PutOff),
            (Kind::OfCommand, true) => (json!({"type": 5, "data": {"flags": 1 << 6}}), Phase::PutOff),
        };
        match self.callback(answer, &body, &[]).await {
            Ok(_) => *phase = next,
            // It was answered before this process began.
            Err(Failed::Refused(Refusal { code: ANSWERED, .. })) => *phase = Phase::Answered,
            Err(failed) => return Err(failed),
        }
        Ok(())
    }

    async fn callback(&self, answer: &Answer<'_>, body: &Value, uploads: &[Upload]) -> Result<Value, Failed> {
        let path = format!("/interactions/{}/{}/callback?with_response=true", answer.id, answer.token);
        self.call(Method::POST, &path, body, uploads.to_vec()).await
    }
}

/// 'Interaction has already been acknowledged.'
const ANSWERED: i64 = 40060;

/// The interaction is unknown, or its token has run out.
pub(super) fn is_over(failed: &Failed) -> bool {
    matches!(failed, Failed::Refused(Refusal { code: 10062 | 10015 | 50027, .. }))
}

fn without_flags(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(members) = body.as_object_mut() {
        members.remove("flags");
    }
    body
}

//! From an effect to calls, and from their answers to what a bot gets.

use engine::effect::{Done, Edit, Effect, Keyboard, Origin, Poll, Request, Send};
use engine::{EffectError, ErrorKind};
use reqwest::Method;
use serde_json::{Value, json};
use smol_str::SmolStr;

use super::answers::{Kind, Responded};
use super::body::{self, refused};
use super::call::Upload;
use super::{Account, NETWORK, hear};
use crate::error::{Failed, Refusal};
use crate::{Files, MessageId};

type Performed = Result<Done, EffectError>;

const UNKNOWN_CHANNEL: i64 = 10003;
const UNKNOWN_MESSAGE: i64 = 10008;

impl Account {
    /// Does what a bot asks for in a chat, once. `ErrorKind::InDoubt`: it may have been done.
    pub async fn perform(&self, request: &Request, files: &dyn Files) -> Performed {
        let origin = &request.origin;
        match &request.effect {
            Effect::Send(send) => self.send_message(send, request, files).await,
            Effect::Poll(poll) => self.send_poll(poll, request).await,
            Effect::Edit(edit) => self.edit(edit, origin).await,
            Effect::Delete { message } => match self.delete(message, origin).await {
                // Another try finds that the one before had done it.
                Err(error) if request.attempt > 1 && error.kind == ErrorKind::NotFound => Ok(Done::Done),
                result => result,
            },
            Effect::React { message, emoji } => self.react(message, emoji, origin).await,
            Effect::Typing => {
                let path = format!("/channels/{}/typing", channel(None, origin)?);
                self.done(Method::POST, &path, &Value::Null).await
            }
            Effect::Confirm { text, .. } => self.confirm(text, origin).await,
            Effect::Form(form) => {
                let none = || EffectError::new(ErrorKind::NotFound, "Unknown interaction");
                let answer = self.answering(origin).ok_or_else(none)?;
                self.show_form(&answer, json!(body::modal(form))).await.map(|()| Done::Done)
            }
            Effect::UserInfo { person } => {
                let user = self.get(&format!("/users/{}", segment(person))).await;
                let user = user.map_err(|failed| failed.effect(NETWORK, true))?;
                let known = hear::known_person(&user).ok_or_else(|| invalid("there is no person in it"))?;
                Ok(Done::Person { person: known.data().as_object().cloned().unwrap_or_default() })
            }
            Effect::Role { person, role, give } => {
                let guild = self.guild(origin).await?;
                let method = if *give { Method::PUT } else { Method::DELETE };
                let path = format!("/guilds/{guild}/members/{}/roles/{}", segment(person), segment(role));
                self.done(method, &path, &Value::Null).await
            }
            Effect::Kick { person, reason } => {
                let path = format!("/guilds/{}/members/{}", self.guild(origin).await?, segment(person));
                self.because(Method::DELETE, &path, reason).await
            }
            Effect::Ban { until: Some(_), .. } => {
                Err(refused("Discord bans for good: leave out until when, and lift the ban later."))
            }
            Effect::Ban { person, reason, .. } => {
                let path = format!("/guilds/{}/bans/{}", self.guild(origin).await?, segment(person));
                self.because(Method::PUT, &path, reason).await
            }
            Effect::AnswerInline { .. } => Err(refused("Discord has no inline queries.")),
            other => Err(refused(&format!("Discord does not know how to do `{}`.", other.name()))),
        }
    }

    async fn send_message(&self, send: &Send, request: &Request, files: &dyn Files) -> Performed {
        let origin = &request.origin;
        let body = body::message(send)?;
        let uploads = body::uploads(&send.media, files).await?;
        let is_here = send.to.is_none() || send.to == origin.chat;
        let answer = self.answering(origin).filter(|_| is_here);
        // A press is answered by its confirmation; what else is sent is a message like any other.
        if let Some(answer) = answer.filter(|answer| send.private || answer.kind == Kind::OfCommand) {
            if let Responded::Message(message) = self.respond(&answer, &body, uploads.clone()).await? {
                return self.answered(&message, answer.token, send.private);
            }
            tracing::debug!("an interaction was over before its answer");
        }
        if send.private {
            return Err(refused(
                "Discord shows a message to one person alone only as the answer to a slash command or a pressed button, within 15 minutes.",
            ));
        }
        let mut body = body;
        if let Some(reply) = send.reply_to.as_ref().and_then(|id| MessageId::read(id, origin)) {
            // An answer to a message that is gone goes out all the same.
            body["message_reference"] =
                json!({"message_id": reply.message, "channel_id": reply.chat, "fail_if_not_exists": false});
        }
        self.post(send.to.as_ref(), body, uploads, request).await
    }

    async fn send_poll(&self, poll: &Poll, request: &Request) -> Performed {
        let body = body::poll(poll);
        if let Some(answer) = self.answering(&request.origin).filter(|answer| answer.kind == Kind::OfCommand)
            && let Responded::Message(message) = self.respond(&answer, &body, Vec::new()).await?
        {
            return self.answered(&message, answer.token, false);
        }
        self.post(None, body, Vec::new(), request).await
    }

    /// A message in a channel. Discord makes one of those that bear the same number within some minutes, so it can be sent again.
    async fn post(
        &self,
        to: Option<&SmolStr>,
        mut body: Value,
        uploads: Vec<Upload>,
        request: &Request,
    ) -> Performed {
        let key = request.key.to_string();
        (body["nonce"], body["enforce_nonce"]) = (json!(key[..25]), json!(true));
        let place = channel(to, &request.origin)?;
        let path = |channel: &str| format!("/channels/{channel}/messages");
        let sent = match self.call(Method::POST, &path(&place), &body, uploads.clone()).await {
            // A person's id stands for the chat with them.
            Err(Failed::Refused(Refusal { code: UNKNOWN_CHANNEL, status, words, .. })) => {
                let opened = self.open(&place).await.map_err(|failed| failed.effect(NETWORK, true))?;
                match opened {
                    Some(direct) => self.call(Method::POST, &path(&direct), &body, uploads).await,
                    None => {
                        let refusal = Refusal { code: UNKNOWN_CHANNEL, status, words, retry_after: None };
                        Err(Failed::Refused(refusal))
                    }
                }
            }
            sent => sent,
        };
        let message = sent.map_err(|failed| failed.effect(NETWORK, true))?;
        id(&message).map(|id| Done::Sent { message: id.text() })
    }

    async fn open(&self, person: &str) -> Result<Option<SmolStr>, Failed> {
        let body = json!({ "recipient_id": person });
        match self.call(Method::POST, "/users/@me/channels", &body, Vec::new()).await {
            Ok(channel) => Ok(channel["id"].as_str().map(SmolStr::from)),
            Err(Failed::Refused(Refusal { status: 400 | 404, .. })) => Ok(None),
            Err(failed) => Err(failed),
        }
    }

    /// A message that answered an interaction. What one alone sees can be changed by the token alone.
    fn answered(&self, message: &Value, token: &str, is_private: bool) -> Performed {
        let id = id(message)?;
        if is_private {
            self.keep_private(&id, token);
        }
        Ok(Done::Sent { message: id.text() })
    }

    async fn confirm(&self, text: &str, origin: &Origin) -> Performed {
        let none = || EffectError::new(ErrorKind::NotFound, "No press waits for this answer.");
        let answer = self.answering(origin).ok_or_else(none)?;
        if text.is_empty() {
            let settled = self.settle(&answer).await.map_err(|failed| failed.effect(NETWORK, true));
            return settled.map(|()| Done::Done);
        }
        match self.respond(&answer, &body::notice(text), Vec::new()).await? {
            Responded::Message(_) => Ok(Done::Done),
            Responded::Over => Err(EffectError::new(ErrorKind::NotFound, "Unknown interaction")),
        }
    }

    async fn edit(&self, edit: &Edit, origin: &Origin) -> Performed {
        let mut body = json!({});
        if let Some(text) = &edit.text {
            body["content"] = json!(text);
        }
        if let Some(embed) = &edit.embed {
            body["embeds"] = json!([body::embed(embed)]);
        }
        if let Some(keyboard) = &edit.keyboard {
            if matches!(keyboard, Keyboard::Remove) {
                return Err(refused("Discord has no keyboards in place of a person's own."));
            }
            body["components"] = json!(body::components(keyboard)?);
        }
        let place = place(&edit.message, origin)?;
        let path = self.message_path(&place);
        let edited = match self.call(Method::PATCH, &path, &body, Vec::new()).await {
            // A message that one person alone sees can be changed by their press.
            Err(Failed::Refused(Refusal { code: UNKNOWN_MESSAGE, status, words, .. })) => match self
                .answering(origin)
            {
                Some(answer) => self.update(&answer, &place.message, &body).await,
                None => {
                    Err(Failed::Refused(Refusal { code: UNKNOWN_MESSAGE, status, words, retry_after: None }))
                }
            },
            edited => edited,
        };
        edited.map_err(|failed| failed.effect(NETWORK, true))?;
        Ok(Done::Sent { message: place.text() })
    }

    async fn delete(&self, message: &str, origin: &Origin) -> Performed {
        let path = self.message_path(&place(message, origin)?);
        self.done(Method::DELETE, &path, &Value::Null).await
    }

    async fn react(&self, message: &str, emoji: &str, origin: &Origin) -> Performed {
        let place = place(message, origin)?;
        let path = format!("/channels/{}/messages/{}", segment(&place.chat), segment(&place.message));
        if !emoji.is_empty() {
            let path = format!("{path}/reactions/{}/@me", segment(emoji));
            return self.done(Method::PUT, &path, &Value::Null).await;
        }
        let message = self.get(&path).await.map_err(|failed| failed.effect(NETWORK, true))?;
        let own = message["reactions"].as_array().into_iter().flatten().filter(|one| one["me"] == true);
        for reaction in own {
            let emoji = &reaction["emoji"];
            let name = emoji["name"].as_str().unwrap_or_default();
            let emoji = emoji["id"].as_str().map_or_else(|| name.to_string(), |id| format!("{name}:{id}"));
            let path = format!("{path}/reactions/{}/@me", segment(&emoji));
            self.done(Method::DELETE, &path, &Value::Null).await?;
        }
        Ok(Done::Done)
    }

    /// The guild of the run's channel.
    async fn guild(&self, origin: &Origin) -> Result<SmolStr, EffectError> {
        let channel = channel(None, origin)?;
        let known = self.known().channels.get(&channel).and_then(|channel| channel.guild.clone());
        if let Some(guild) = known {
            return Ok(guild);
        }
        let channel = self.get(&format!("/channels/{}", segment(&channel))).await;
        let channel = channel.map_err(|failed| failed.effect(NETWORK, true))?;
        let guild = channel["guild_id"].as_str().map(SmolStr::from);
        guild.ok_or_else(|| refused("Cannot execute action on this channel type"))
    }

    async fn because(&self, method: Method, path: &str, reason: &str) -> Performed {
        let done = self.call_because(method, path, reason).await;
        done.map(|_| Done::Done).map_err(|failed| failed.effect(NETWORK, true))
    }

    /// A call that can be made twice without harm.
    async fn done(&self, method: Method, path: &str, body: &Value) -> Performed {
        let done = self.call(method, path, body, Vec::new()).await;
        done.map(|_| Done::Done).map_err(|failed| failed.effect(NETWORK, true))
    }

    /// Where a message is changed: in its channel, or by the token of what it answered.
    fn message_path(&self, place: &MessageId) -> String {
        match self.private_token(place) {
            Some(token) => {
                format!("/webhooks/{}/{token}/messages/{}", self.application, segment(&place.message))
            }
            None => format!("/channels/{}/messages/{}", segment(&place.chat), segment(&place.message)),
        }
    }
}

/// The channel that is written to.
fn channel(to: Option<&SmolStr>, origin: &Origin) -> Result<SmolStr, EffectError> {
    let id = to.or(origin.chat.as_ref()).or(origin.person.as_ref());
    let id = id.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
    id.cloned().ok_or_else(|| EffectError::new(ErrorKind::NotFound, "Unknown Channel"))
}

fn place(id: &str, origin: &Origin) -> Result<MessageId, EffectError> {
    let is_number = |text: &SmolStr| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let found = MessageId::read(id, origin).filter(|id| is_number(&id.chat) && is_number(&id.message));
    found.ok_or_else(|| EffectError::new(ErrorKind::NotFound, "Unknown Message"))
}

fn id(message: &Value) -> Result<MessageId, EffectError> {
    match (message["channel_id"].as_str(), message["id"].as_str()) {
        (Some(channel), Some(id)) => Ok(MessageId::new(channel, id)),
        _ => Err(invalid("there is no message in it")),
    }
}

fn invalid(why: &str) -> EffectError {
    Failed::Unread(why.into()).effect(NETWORK, false)
}

/// One part of a path.
fn segment(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

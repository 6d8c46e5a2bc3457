//! From an effect to calls, and from their answers to what a bot gets.

use engine::effect::{Done, Edit, Effect, InlineResult, Keyboard, Origin, Poll, Request, Send};
use engine::event::Person;
use engine::{EffectError, ErrorKind};
use reqwest::Url;
use serde_json::Value;
use smol_str::{SmolStr, format_smolstr};
use teloxide::payloads::{
    AnswerCallbackQuery, AnswerInlineQuery, BanChatMember, DeleteMessage, EditMessageCaption,
    EditMessageReplyMarkup, EditMessageText, GetChat, GetChatMember, SendChatAction, SendMessage, SendPoll,
    SetMessageReaction, SetMessageReactionSetters, UnbanChatMember, UnbanChatMemberSetters,
};
use teloxide::types::{
    CallbackQueryId, ChatAction, ChatId, InlineKeyboardMarkup, InlineQueryId, InlineQueryResult,
    InlineQueryResultArticle, InputMessageContent, InputMessageContentText, InputPollOption,
    LinkPreviewOptions, PollType, ReactionType, Recipient, ReplyParameters, UserId,
};

use super::call::Payload;
use super::keyboards::{inline, markup};
use super::media::{Outgoing, mode, refused};
use super::{NETWORK, PATIENCE, Telegram};
use crate::error::{Failed, Refusal};
use crate::{Files, MessageId};

type Performed = Result<Done, EffectError>;

impl Telegram {
    /// Does what a bot asks for in a chat, once. `ErrorKind::InDoubt`: it may have been done.
    pub async fn perform(&self, request: &Request, files: &dyn Files) -> Performed {
        let origin = &request.origin;
        match &request.effect {
            Effect::Send(send) => self.send_message(send, origin, files).await,
            Effect::Poll(poll) => self.send_poll(poll, origin).await,
            Effect::Edit(edit) => {
                let result = self.edit(edit, origin).await;
                settled(result, request, "message is not modified", || Done::Sent {
                    message: edit.message.clone(),
                })
            }
            Effect::Delete { message } => {
                let (chat, message) = place(message, origin, "delete")?;
                let result = self.done(&DeleteMessage::new(chat, message)).await;
                settled(result, request, "message to delete not found", || Done::Done)
            }
            Effect::React { message, emoji } => {
                let (chat, message) = place(message, origin, "react")?;
                let reaction = reaction(emoji);
                self.done(&SetMessageReaction::new(chat, message).reaction(reaction)).await
            }
            Effect::Typing => {
                self.done(&SendChatAction::new(recipient(None, origin)?, ChatAction::Typing)).await
            }
            Effect::Confirm { text, alert } => {
                let press = waiting(origin, "No press waits for this answer.")?;
                let mut payload = AnswerCallbackQuery::new(CallbackQueryId(press));
                payload.text = (!text.is_empty()).then(|| text.to_string());
                payload.show_alert = alert.then_some(true);
                self.done(&payload).await
            }
            Effect::AnswerInline { results, cache } => {
                let query = waiting(origin, "No query waits for this answer.")?;
                let mut payload = AnswerInlineQuery::new(InlineQueryId(query), results.iter().map(article));
                payload.cache_time = Some(u32::try_from(*cache).unwrap_or(0));
                self.done(&payload).await
            }
            Effect::UserInfo { person } => self.user_info(person, origin).await,
            Effect::Ban { person, until, .. } => {
                let mut payload = BanChatMember::new(recipient(None, origin)?, user(person)?);
                payload.until_date = until.and_then(|until| until.text().parse().ok());
                self.done(&payload).await
            }
            Effect::Kick { person, .. } => {
                // Who is put out and let in again can come back.
                let (chat, user) = (recipient(None, origin)?, user(person)?);
                self.done(&BanChatMember::new(chat.clone(), user)).await?;
                self.done(&UnbanChatMember::new(chat, user).only_if_banned(true)).await
            }
            Effect::Role { .. } => Err(refused("Telegram has no roles.")),
            Effect::Form(_) => Err(refused("Telegram has no forms.")),
            other => Err(refused(&format!("Telegram does not know how to do `{}`.", other.name()))),
        }
    }

    async fn send_message(&self, send: &Send, origin: &Origin, files: &dyn Files) -> Performed {
        if send.embed.is_some() {
            return Err(refused("Telegram has no embeds."));
        }
        if send.private {
            return Err(refused("Telegram has no messages that one person alone sees."));
        }
        let chat = recipient(send.to.as_ref(), origin)?;
        let reply = send.reply_to.as_ref().and_then(|id| reply(id, &chat, origin));
        let markup = markup(&send.keyboard)?;
        if !send.media.is_empty() {
            let answer = self.send_media(Outgoing { chat, send, reply, markup }, files).await?;
            return self.sent(&answer);
        }
        let mut payload = SendMessage::new(chat, send.text.as_str());
        payload.parse_mode = mode(send.format);
        payload.disable_notification = send.silent.then_some(true);
        payload.link_preview_options = send.no_preview.then(no_preview);
        payload.reply_parameters = reply;
        payload.reply_markup = markup;
        self.sent(&self.ask(&payload, false).await?)
    }

    async fn send_poll(&self, poll: &Poll, origin: &Origin) -> Performed {
        let options = poll.options.iter().map(|option| InputPollOption::new(option.as_str()));
        let mut payload = SendPoll::new(recipient(None, origin)?, poll.question.as_str(), options);
        payload.is_anonymous = Some(poll.anonymous);
        payload.type_ = Some(if poll.correct.is_some() { PollType::Quiz } else { PollType::Regular });
        payload.allows_multiple_answers = Some(poll.multiple);
        payload.correct_option_id = poll.correct.map(|place| u8::try_from(place).unwrap_or(u8::MAX));
        payload.open_period =
            poll.open_for.map(|millis| u16::try_from((millis + 999) / 1000).unwrap_or(u16::MAX));
        self.sent(&self.ask(&payload, false).await?)
    }

    async fn edit(&self, edit: &Edit, origin: &Origin) -> Performed {
        if edit.embed.is_some() {
            return Err(refused("Telegram has no embeds."));
        }
        let (chat, message) = place(&edit.message, origin, "edit")?;
        let id = MessageId::read(&edit.message, origin);
        let keyboard = match &edit.keyboard {
            Some(Keyboard::Inline(rows)) => Some(inline(rows)?),
            Some(Keyboard::None) => Some(InlineKeyboardMarkup::default()),
            Some(_) => return Err(refused("Telegram puts a keyboard only under a new message.")),
            // What is left out stays as it is.
            None => id.and_then(|id| self.lock_keyboards().at(&id)),
        };
        let Some(text) = &edit.text else {
            let mut payload = EditMessageReplyMarkup::new(chat, message);
            payload.reply_markup = keyboard;
            return self.sent(&self.ask(&payload, true).await?);
        };
        let mut payload = EditMessageText::new(chat.clone(), message, text.as_str());
        payload.parse_mode = mode(edit.format);
        payload.reply_markup = keyboard.clone();
        let answer = match self.ask(&payload, true).await {
            // The text of a message with a file is another thing to Telegram.
            Err(error) if error.message.contains("there is no text in the message") => {
                let mut payload = EditMessageCaption::new(chat, message);
                payload.caption = Some(text.to_string());
                payload.parse_mode = mode(edit.format);
                payload.reply_markup = keyboard;
                self.ask(&payload, true).await?
            }
            answer => answer?,
        };
        self.sent(&answer)
    }

    async fn user_info(&self, person: &SmolStr, origin: &Origin) -> Performed {
        let user = user(person)?;
        // Of a member Telegram tells more than of anybody.
        if let Ok(chat) = recipient(None, origin) {
            match self.ask(&GetChatMember::new(chat, user), true).await {
                Ok(member) => return Ok(known(person, &member["user"])),
                Err(error) if error.kind != ErrorKind::Refused => return Err(error),
                Err(_) => {}
            }
        }
        match self.ask(&GetChat::new(Recipient::Id(ChatId(user.0.cast_signed()))), true).await {
            Ok(chat) => Ok(known(person, &chat)),
            Err(error) if error.kind == ErrorKind::Refused => Err(nobody()),
            Err(error) => Err(error),
        }
    }

    /// A call whose answer matters.
    async fn ask<P: Payload>(&self, payload: &P, is_repeatable: bool) -> Result<Value, EffectError> {
        self.call(payload, PATIENCE).await.map_err(|failed| failed.effect(NETWORK, is_repeatable))
    }

    /// A call that can be made twice without harm, and is answered with a yes.
    async fn done<P: Payload>(&self, payload: &P) -> Performed {
        self.ask(payload, true).await.map(|_| Done::Done)
    }

    /// The message that stands now; of an album the first.
    fn sent(&self, answer: &Value) -> Performed {
        let message = answer.get(0).unwrap_or(answer);
        let (Some(chat), Some(number)) = (message["chat"]["id"].as_i64(), message["message_id"].as_i64())
        else {
            return Err(Failed::Unread("there is no message in it".into()).effect(NETWORK, false));
        };
        let id = MessageId::new(chat, number);
        let text = id.text();
        let keyboard = serde_json::from_value(message["reply_markup"].clone()).ok();
        self.keep_keyboard(id, keyboard);
        Ok(Done::Sent { message: text })
    }

    pub(super) fn keep_keyboard(&self, message: MessageId, keyboard: Option<InlineKeyboardMarkup>) {
        self.lock_keyboards().keep(message, keyboard);
    }

    fn lock_keyboards(&self) -> std::sync::MutexGuard<'_, super::Keyboards> {
        self.keyboards.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Another try finds that the one before had done it.
fn settled(result: Performed, request: &Request, words: &str, done: impl FnOnce() -> Done) -> Performed {
    match result {
        Err(error) if request.attempt > 1 && error.message.contains(words) => Ok(done()),
        result => result,
    }
}

/// The chat that is written to.
fn recipient(to: Option<&SmolStr>, origin: &Origin) -> Result<Recipient, EffectError> {
    let id = to.or(origin.chat.as_ref()).or(origin.person.as_ref());
    id.and_then(|id| chat(id)).ok_or_else(|| bad("chat not found"))
}

fn chat(id: &str) -> Option<Recipient> {
    match id.strip_prefix('@') {
        Some(_) => Some(Recipient::ChannelUsername(id.into())),
        None => id.parse().ok().map(|id| Recipient::Id(ChatId(id))),
    }
}

type Wire = teloxide::types::MessageId;

/// A message with its chat.
fn place(id: &str, origin: &Origin, to_do: &str) -> Result<(Recipient, Wire), EffectError> {
    let found = MessageId::read(id, origin).and_then(|id| Some((chat(&id.chat)?, id.message.parse().ok()?)));
    let (chat, number) = found.ok_or_else(|| bad(&format!("message to {to_do} not found")))?;
    Ok((chat, teloxide::types::MessageId(number)))
}

/// An answer to a message that is gone goes out all the same.
fn reply(id: &str, to: &Recipient, origin: &Origin) -> Option<ReplyParameters> {
    let (chat, number) = place(id, origin, "reply").ok()?;
    let reply = ReplyParameters::new(number).allow_sending_without_reply();
    Some(if chat == *to { reply } else { reply.chat_id(chat) })
}

fn reaction(emoji: &str) -> Vec<ReactionType> {
    match emoji {
        "" => Vec::new(),
        id if id.bytes().all(|b| b.is_ascii_digit()) => {
            vec![ReactionType::CustomEmoji { custom_emoji_id: id.to_string().into() }]
        }
        emoji => vec![ReactionType::Emoji { emoji: emoji.into() }],
    }
}

fn article(result: &InlineResult) -> InlineQueryResult {
    let text = InputMessageContent::Text(InputMessageContentText::new(result.text.as_str()));
    let mut article = InlineQueryResultArticle::new(result.id.as_str(), result.title.as_str(), text);
    article.description = (!result.description.is_empty()).then(|| result.description.to_string());
    article.thumbnail_url = Url::parse(&result.thumbnail).ok();
    InlineQueryResult::Article(article)
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn user(person: &str) -> Result<UserId, EffectError> {
    person.parse().map(UserId).map_err(|_| nobody())
}

fn known(id: &SmolStr, user: &Value) -> Done {
    let some = |name: &str| user[name].as_str().map(SmolStr::from);
    let person = Person {
        id: user["id"].as_i64().map_or_else(|| id.clone(), |id| format_smolstr!("{id}")),
        first_name: some("first_name"),
        last_name: some("last_name"),
        username: some("username"),
        language: some("language_code"),
    };
    Done::Person { person: person.data().as_object().cloned().unwrap_or_default() }
}

fn waiting(origin: &Origin, words: &str) -> Result<String, EffectError> {
    let id = origin.answer_to.as_ref().map(SmolStr::to_string);
    id.ok_or_else(|| EffectError::new(ErrorKind::NotFound, words))
}

/// As Telegram says it, of what cannot even be asked.
fn bad(words: &str) -> EffectError {
    let words = format!("Bad Request: {words}");
    Failed::Refused(Refusal { status: 400, code: 400, words, retry_after: None }).effect(NETWORK, true)
}

fn nobody() -> EffectError {
    bad("user not found")
}

//! The table of methods: by name in any letter case, each judged by its type and handed to where it is performed.

use frankenstein::methods as p;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parse::judged;
use super::refusal::Refusal;
use super::world::World;
use super::{edit, people, send};
use crate::record::{Act, Did, Record};
use crate::wire::{Fields, Sent};

/// One call, on its way into the world.
pub(crate) struct Call<'a> {
    pub name: &'static str,
    pub sent: &'a Sent,
    pub record: &'a Record,
}

impl Call<'_> {
    /// The parameters, judged, as they were understood.
    pub fn judged<T: Serialize + serde::de::DeserializeOwned>(&self) -> Result<Value, Refusal> {
        let params: T = judged(self.sent)?;
        Ok(serde_json::to_value(params).expect("parameters are JSON"))
    }

    pub fn act(&self, did: Did, chat: i64, message: i32, detail: Value) -> Act {
        let text = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_string);
        Act {
            did,
            call: self.name.into(),
            chat: chat.to_string(),
            message: if message == 0 { String::new() } else { message.to_string() },
            text: text("text").or_else(|| text("caption")).unwrap_or_default(),
            parse_mode: text("parse_mode"),
            person: detail.get("user_id").map(Value::to_string),
            detail,
            ..Act::default()
        }
    }
}

/// Methods that are answered at once; polling and webhooks have their own door.
const METHODS: [&str; 40] = [
    "getMe",
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "sendVideo",
    "sendAudio",
    "sendVoice",
    "sendAnimation",
    "sendVideoNote",
    "sendSticker",
    "sendMediaGroup",
    "sendPoll",
    "sendLocation",
    "sendContact",
    "sendInvoice",
    "sendChatAction",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "deleteMessage",
    "deleteMessages",
    "setMessageReaction",
    "answerCallbackQuery",
    "answerInlineQuery",
    "getFile",
    "banChatMember",
    "unbanChatMember",
    "restrictChatMember",
    "promoteChatMember",
    "getChat",
    "getChatMember",
    "getChatMemberCount",
    "getChatAdministrators",
    "leaveChat",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
    "pinChatMessage",
    "unpinChatMessage",
    "logOut",
];

pub(crate) fn canonical(name: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(name))
}

/// A method without parameters refuses any.
#[derive(Serialize, Deserialize)]
struct Nothing {}

pub(crate) fn perform(world: &mut World, call: &Call) -> Result<Value, Refusal> {
    match call.name {
        "getMe" => call.judged::<Nothing>().map(|_| json!(world.me())),
        "logOut" => call.judged::<Nothing>().map(|_| json!(true)),
        "sendMessage" => send::text(world, call, call.judged::<p::SendMessageParams>()?),
        "sendPhoto" => send::media(world, call, "photo", call.judged::<p::SendPhotoParams>()?),
        "sendDocument" => send::media(world, call, "document", call.judged::<p::SendDocumentParams>()?),
        "sendVideo" => send::media(world, call, "video", call.judged::<p::SendVideoParams>()?),
        "sendAudio" => send::media(world, call, "audio", call.judged::<p::SendAudioParams>()?),
        "sendVoice" => send::media(world, call, "voice", call.judged::<p::SendVoiceParams>()?),
        "sendAnimation" => send::media(world, call, "animation", call.judged::<p::SendAnimationParams>()?),
        "sendVideoNote" => send::media(world, call, "video_note", call.judged::<p::SendVideoNoteParams>()?),
        "sendSticker" => send::media(world, call, "sticker", call.judged::<p::SendStickerParams>()?),
        "sendMediaGroup" => send::album(world, call, call.judged::<p::SendMediaGroupParams>()?),
        "sendPoll" => {
            let sent = with_old_poll(call.sent);
            send::poll(world, call, judged(&sent)?)
        }
        "sendLocation" => send::location(world, call, call.judged::<p::SendLocationParams>()?),
        "sendContact" => send::contact(world, call, call.judged::<p::SendContactParams>()?),
        "sendInvoice" => send::invoice(world, call, call.judged::<p::SendInvoiceParams>()?),
        "sendChatAction" => send::action(world, call, judged(call.sent)?),
        "editMessageText" => edit::text(world, call, call.judged::<p::EditMessageTextParams>()?),
        "editMessageCaption" => edit::caption(world, call, call.judged::<p::EditMessageCaptionParams>()?),
        "editMessageReplyMarkup" => {
            edit::markup(world, call, call.judged::<p::EditMessageReplyMarkupParams>()?)
        }
        "deleteMessage" => edit::delete(world, call, judged(call.sent)?),
        "deleteMessages" => edit::delete_many(world, call, judged(call.sent)?),
        "setMessageReaction" => {
            let sent = with_reaction(call.sent);
            edit::react(world, call, judged(&sent)?)
        }
        "answerCallbackQuery" => {
            edit::answer_press(world, call, call.judged::<p::AnswerCallbackQueryParams>()?)
        }
        "answerInlineQuery" => edit::answer_inline(world, call, call.judged::<p::AnswerInlineQueryParams>()?),
        "pinChatMessage" => edit::pin(world, call, call.judged::<p::PinChatMessageParams>()?),
        "unpinChatMessage" => edit::pin(world, call, call.judged::<p::UnpinChatMessageParams>()?),
        "getFile" => send::file(world, judged(call.sent)?),
        "banChatMember" => people::ban(world, call, call.judged::<p::BanChatMemberParams>()?),
        "unbanChatMember" => people::unban(world, call, call.judged::<p::UnbanChatMemberParams>()?),
        "restrictChatMember" => people::restrict(world, call, call.judged::<p::RestrictChatMemberParams>()?),
        "promoteChatMember" => people::promote(world, call, call.judged::<p::PromoteChatMemberParams>()?),
        "getChat" => people::chat(world, judged(call.sent)?),
        "getChatMember" => people::get_member(world, judged(call.sent)?),
        "getChatMemberCount" => people::count(world, judged(call.sent)?),
        "getChatAdministrators" => people::administrators(world, judged(call.sent)?),
        "leaveChat" => people::leave(world, call, judged(call.sent)?),
        "setMyCommands" => people::set_commands(world, call, judged(call.sent)?),
        "getMyCommands" => people::get_commands(world, judged(call.sent)?),
        "deleteMyCommands" => people::delete_commands(world, call, judged(call.sent)?),
        other => unreachable!("{other} is in the table and has no home"),
    }
}

/// The platform still takes `correct_option_id`, as it was called before there could be several.
fn with_old_poll(sent: &Sent) -> Sent {
    rewritten(sent, |fields| {
        if let Some(id) = fields.remove("correct_option_id") {
            fields.insert("correct_option_ids".into(), json!([id]));
        }
    })
}

/// Reactions may be left out, which takes them away; the model wants them to be there.
fn with_reaction(sent: &Sent) -> Sent {
    rewritten(sent, |fields| {
        let reaction = fields.entry("reaction").or_insert(Value::Null);
        if reaction.is_null() {
            *reaction = json!([]);
        }
    })
}

fn rewritten(sent: &Sent, change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Sent {
    let fields = match &sent.fields {
        Fields::Json(Value::Object(fields)) => {
            let mut fields = fields.clone();
            change(&mut fields);
            Fields::Json(Value::Object(fields))
        }
        Fields::Json(other) => Fields::Json(other.clone()),
        Fields::Form(texts) => {
            let read = |text: &String| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            let mut fields = texts.iter().map(|(name, text)| (name.clone(), read(text))).collect();
            change(&mut fields);
            let texts_again = fields.into_iter().map(|(name, value)| {
                let text = texts.get(&name).cloned().unwrap_or_else(|| value.to_string());
                (name, text)
            });
            Fields::Form(texts_again.collect())
        }
    };
    Sent { fields, files: sent.files.clone() }
}

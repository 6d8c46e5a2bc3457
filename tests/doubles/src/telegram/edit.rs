//! What a bot changes on messages that stand, and how it answers presses and inline queries.

use frankenstein::ParseMode;
use frankenstein::methods::{DeleteMessageParams, DeleteMessagesParams, SetMessageReactionParams};
use frankenstein::types::{ChatId, ChatType, InlineKeyboardMarkup, ReactionType};
use serde::Deserialize;
use serde_json::{Value, json};

use super::methods::Call;
use super::refusal::Refusal;
use super::send::{checked_caption, checked_keyboard, checked_text, inline_buttons, visible};
use super::world::{Kept, World, now};
use crate::record::{Act, Did};

#[derive(Deserialize)]
struct Edit {
    chat_id: Option<ChatId>,
    message_id: Option<i32>,
    text: Option<String>,
    caption: Option<String>,
    parse_mode: Option<ParseMode>,
    reply_markup: Option<InlineKeyboardMarkup>,
}

pub(crate) fn text(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let edit = read(&params)?;
    let text = edit.text.clone().unwrap_or_default();
    checked_text(&text, edit.parse_mode)?;
    change(world, call, params, edit, Some(text), |kept, text| {
        kept.message
            .text
            .as_mut()
            .map(|old| *old = text)
            .ok_or_else(|| Refusal::bad("there is no text in the message to edit"))
    })
}

pub(crate) fn caption(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    checked_caption(&params)?;
    let edit = read(&params)?;
    let caption = edit.caption.clone().unwrap_or_default();
    change(world, call, params, edit, Some(caption), |kept, caption| {
        if kept.message.text.is_some() {
            return Err(Refusal::bad("there is no caption in the message to edit"));
        }
        kept.message.caption = Some(caption).filter(|caption| !caption.is_empty());
        Ok(())
    })
}

pub(crate) fn markup(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let edit = read(&params)?;
    change(world, call, params, edit, None, |_, _| Ok(()))
}

fn read(params: &Value) -> Result<Edit, Refusal> {
    Edit::deserialize(params).map_err(|error| Refusal::unparsed(error.to_string()))
}

fn change(
    world: &mut World,
    call: &Call,
    params: Value,
    edit: Edit,
    raw: Option<String>,
    put: impl FnOnce(&mut Kept, String) -> Result<(), Refusal>,
) -> Result<Value, Refusal> {
    let bot = world.bot.id;
    if let Some(keyboard) = &edit.reply_markup {
        checked_keyboard(keyboard)?;
    }
    let chat = edit.chat_id.ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
    let room = world.speaking(&chat)?;
    let chat = room.chat.id;
    let kept = edit
        .message_id
        .and_then(|id| room.messages.get_mut(&id))
        .ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if kept.message.from.as_ref().is_none_or(|from| from.id != bot) {
        return Err(Refusal::bad("message can't be edited"));
    }
    let markup = edit.reply_markup.filter(|keyboard| !keyboard.inline_keyboard.is_empty()).map(Box::new);
    let same_text = raw.as_ref().is_none_or(|raw| *raw == kept.raw && edit.parse_mode == kept.parse_mode);
    if same_text && markup == kept.message.reply_markup {
        return Err(Refusal::bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content and \
             reply markup of the message",
        ));
    }
    if let Some(raw) = raw {
        put(kept, visible(&raw, edit.parse_mode))?;
        (kept.raw, kept.parse_mode) = (raw, edit.parse_mode);
    }
    kept.message.reply_markup = markup;
    kept.message.edit_date = Some(now());
    let message = kept.message.clone();
    let mut act = call.act(Did::Edited, chat, message.message_id, params);
    act.buttons = message.reply_markup.as_deref().map(inline_buttons).unwrap_or_default();
    call.record.act(act);
    Ok(json!(message))
}

pub(crate) fn delete(world: &mut World, call: &Call, params: DeleteMessageParams) -> Result<Value, Refusal> {
    let room = world.room(&params.chat_id)?;
    let chat = room.chat.id;
    room.messages.remove(&params.message_id).ok_or_else(|| Refusal::bad("message to delete not found"))?;
    call.record.act(call.act(Did::Deleted, chat, params.message_id, json!(params)));
    Ok(json!(true))
}

/// Those that are not there are skipped.
pub(crate) fn delete_many(
    world: &mut World,
    call: &Call,
    params: DeleteMessagesParams,
) -> Result<Value, Refusal> {
    if !(1..=100).contains(&params.message_ids.len()) {
        return Err(Refusal::bad("wrong number of message identifiers"));
    }
    let room = world.room(&params.chat_id)?;
    let chat = room.chat.id;
    for id in &params.message_ids {
        if room.messages.remove(id).is_some() {
            call.record.act(call.act(Did::Deleted, chat, *id, json!(params)));
        }
    }
    Ok(json!(true))
}

const REACTIONS: &str = "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡";
const JOINED_REACTIONS: [&str; 4] = ["❤\u{200d}🔥", "👨\u{200d}💻", "🤷\u{200d}♂", "🤷\u{200d}♀"];

pub(crate) fn react(
    world: &mut World,
    call: &Call,
    params: SetMessageReactionParams,
) -> Result<Value, Refusal> {
    let bot = world.bot.id;
    let room = world.speaking(&params.chat_id)?;
    let chat = room.chat.id;
    let kept = room
        .messages
        .get_mut(&params.message_id)
        .ok_or_else(|| Refusal::bad("message to react not found"))?;
    if params.reaction.len() > 1 {
        return Err(Refusal::bad("REACTIONS_TOO_MANY"));
    }
    let is_known = |reaction: &ReactionType| match reaction {
        ReactionType::Emoji(one) => {
            let emoji = one.emoji.replace('\u{fe0f}', "");
            let is_single = emoji.chars().count() == 1 && REACTIONS.contains(&emoji);
            is_single || JOINED_REACTIONS.contains(&emoji.as_str())
        }
        _ => true,
    };
    if !params.reaction.iter().all(is_known) {
        return Err(Refusal::bad("REACTION_INVALID"));
    }
    kept.reactions.insert(bot, params.reaction.clone());
    let emoji = params.reaction.iter().map(|reaction| match reaction {
        ReactionType::Emoji(one) => one.emoji.clone(),
        other => json!(other).to_string(),
    });
    let act = Act { text: emoji.collect(), ..call.act(Did::Reacted, chat, params.message_id, json!(params)) };
    call.record.act(act);
    Ok(json!(true))
}

const TOO_OLD: &str = "query is too old and response timeout expired or query ID is invalid";

pub(crate) fn answer_press(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    if params.get("text").and_then(Value::as_str).is_some_and(|text| text.encode_utf16().count() > 200) {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let id = params["callback_query_id"].as_str().unwrap_or_default().to_string();
    let press = world.presses.get_mut(&id).ok_or_else(|| Refusal::bad(TOO_OLD))?;
    *press = Some(params.clone());
    call.record.act(Act { message: id, ..call.act(Did::Answered, 0, 0, params) });
    Ok(json!(true))
}

pub(crate) fn answer_inline(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let results = params["results"].as_array().map(Vec::len).unwrap_or_default();
    if results > 50 {
        return Err(Refusal::bad("RESULTS_TOO_MUCH"));
    }
    let id = params["inline_query_id"].as_str().unwrap_or_default().to_string();
    let asked = world.inline.get_mut(&id).ok_or_else(|| Refusal::bad(TOO_OLD))?;
    *asked = Some(params.clone());
    call.record.act(Act { message: id, ..call.act(Did::Answered, 0, 0, params) });
    Ok(json!(true))
}

pub(crate) fn pin(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let chat = ChatId::deserialize(&params["chat_id"]).map_err(|_| Refusal::bad("chat_id is empty"))?;
    let room = world.speaking(&chat)?;
    let (chat, kind) = (room.chat.id, room.chat.type_field);
    let id = params.get("message_id").and_then(Value::as_i64).unwrap_or_default() as i32;
    if !room.messages.contains_key(&id) && (id != 0 || kind == ChatType::Channel) {
        return Err(Refusal::bad("message to pin not found"));
    }
    call.record.act(call.act(Did::Changed, chat, id, params));
    Ok(json!(true))
}

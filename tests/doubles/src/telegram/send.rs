//! What a bot sends: texts, media, albums, polls and the rest, each a message that stays.

use frankenstein::ParseMode;
use frankenstein::methods::{GetFileParams, SendChatActionParams, SendPollParams};
use frankenstein::payments::Invoice;
use frankenstein::types::{
    ChatId, Contact, InlineKeyboardMarkup, Location, Message, Poll, PollOption, PollType, ReplyMarkup,
    ReplyParameters,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::attach::attach;
use super::methods::Call;
use super::refusal::Refusal;
use super::world::World;
use crate::record::{Button, Did, Media};
use crate::wire::Upload;

const TEXT: usize = 4096;
const CAPTION: usize = 1024;
const MOST_FILE: usize = 20 << 20;

/// What all calls that send have in common.
#[derive(Deserialize)]
struct Outgoing {
    chat_id: ChatId,
    text: Option<String>,
    caption: Option<String>,
    parse_mode: Option<ParseMode>,
    reply_parameters: Option<ReplyParameters>,
    reply_markup: Option<ReplyMarkup>,
}

pub(crate) fn text(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    checked_text(params["text"].as_str().unwrap_or_default(), mode(&params)?)?;
    put(world, call, params, Vec::new(), |_, message, out| message.text = out.text.clone())
}

pub(crate) fn media(
    world: &mut World,
    call: &Call,
    kind: &'static str,
    params: Value,
) -> Result<Value, Refusal> {
    checked_caption(&params)?;
    world.speaking(&chat(&params)?)?;
    let (id, upload, media) = resolved(world, call, kind, &params[kind])?;
    put(world, call, params, vec![media], |params, message, out| {
        attach(message, kind, &id, &upload, params);
        message.caption = out.caption.clone();
    })
}

pub(crate) fn album(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let items = params["media"].as_array().cloned().unwrap_or_default();
    if !(2..=10).contains(&items.len()) {
        return Err(Refusal::bad("media group must include 2-10 items"));
    }
    world.speaking(&chat(&params)?)?;
    let mut resolved_items = Vec::new();
    for item in items {
        checked_caption(&item)?;
        let kind = ["photo", "video", "audio", "document", "live_photo"]
            .into_iter()
            .find(|kind| item["type"] == **kind);
        let kind = kind.expect("the model knows these");
        let (id, upload, media) = resolved(world, call, kind, &item["media"])?;
        resolved_items.push((item, kind, id, upload, media));
    }
    let group = world.number().to_string();
    let mut sent = Vec::new();
    for (item, kind, id, upload, media) in resolved_items {
        let mut one = item.clone();
        one["chat_id"] = params["chat_id"].clone();
        if let Some(reply) = params.get("reply_parameters") {
            one["reply_parameters"] = reply.clone();
        }
        one["media_group_id"] = json!(group);
        sent.push(put(world, call, one, vec![media], |params, message, out| {
            attach(message, kind, &id, &upload, params);
            message.caption = out.caption.clone();
            message.media_group_id = Some(group.clone());
        })?);
    }
    Ok(Value::Array(sent))
}

pub(crate) fn poll(world: &mut World, call: &Call, params: SendPollParams) -> Result<Value, Refusal> {
    if !(1..=300).contains(&units(&params.question)) {
        return Err(Refusal::bad(if params.question.is_empty() {
            "poll question must be non-empty"
        } else {
            "poll question length must not exceed 300"
        }));
    }
    match params.options.len() {
        0 | 1 => return Err(Refusal::bad("poll must have at least 2 option")),
        2..=12 => {}
        _ => return Err(Refusal::bad("poll can't have more than 12 options")),
    }
    let texts: Vec<String> =
        params.options.iter().map(|option| option.text.clone().unwrap_or_default()).collect();
    if texts.iter().any(|text| !(1..=100).contains(&units(text))) {
        return Err(Refusal::bad("poll options length must not exceed 100"));
    }
    let quiz = params.type_field == Some(PollType::Quiz);
    if quiz
        && params
            .correct_option_ids
            .as_ref()
            .is_none_or(|ids| ids.iter().any(|id| usize::from(*id) >= texts.len()))
    {
        return Err(Refusal::bad("wrong correct option ID specified"));
    }
    let number = world.number();
    let options = texts.iter().enumerate().map(|(at, text)| {
        PollOption::builder().persistent_id(format!("{number}-{at}")).text(text).voter_count(0).build()
    });
    let poll = Poll::builder()
        .id(number.to_string())
        .question(&params.question)
        .options(options.collect())
        .total_voter_count(0)
        .is_closed(params.is_closed.unwrap_or(false))
        .is_anonymous(params.is_anonymous.unwrap_or(true))
        .type_field(params.type_field.unwrap_or(PollType::Regular))
        .allows_multiple_answers(params.allows_multiple_answers.unwrap_or(false))
        .maybe_correct_option_ids(params.correct_option_ids.clone())
        .build();
    let value = json!(params);
    let sent = put(world, call, value, Vec::new(), |_, message, _| message.poll = Some(Box::new(poll)))?;
    let place = (
        sent["chat"]["id"].as_i64().unwrap_or_default(),
        sent["message_id"].as_i64().unwrap_or_default() as i32,
    );
    world.polls.insert(number.to_string(), place);
    Ok(sent)
}

pub(crate) fn location(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let (latitude, longitude) =
        (params["latitude"].as_f64().unwrap_or(999.), params["longitude"].as_f64().unwrap_or(999.));
    if latitude.abs() > 90. || longitude.abs() > 180. {
        return Err(Refusal::bad("wrong location specified"));
    }
    let location = Location::builder().latitude(latitude).longitude(longitude).build();
    put(world, call, params, Vec::new(), |_, message, _| message.location = Some(Box::new(location)))
}

pub(crate) fn contact(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let word = |name: &str| params[name].as_str().unwrap_or_default().to_string();
    let contact =
        Contact::builder().phone_number(word("phone_number")).first_name(word("first_name")).build();
    put(world, call, params, Vec::new(), |_, message, _| message.contact = Some(Box::new(contact)))
}

pub(crate) fn invoice(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let word = |name: &str| params[name].as_str().unwrap_or_default().to_string();
    let total = params["prices"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|price| price["amount"].as_u64())
        .sum::<u64>();
    let invoice = Invoice::builder()
        .title(word("title"))
        .description(word("description"))
        .start_parameter(word("start_parameter"))
        .currency(word("currency"))
        .total_amount(total as u32)
        .build();
    put(world, call, params, Vec::new(), |_, message, _| message.invoice = Some(Box::new(invoice)))
}

pub(crate) fn action(world: &mut World, call: &Call, params: SendChatActionParams) -> Result<Value, Refusal> {
    let chat = world.speaking(&params.chat_id)?.chat.id;
    call.record.act(call.act(Did::Typed, chat, 0, json!(params)));
    Ok(json!(true))
}

pub(crate) fn file(world: &mut World, params: GetFileParams) -> Result<Value, Refusal> {
    let file = world
        .files
        .get(&params.file_id)
        .ok_or_else(|| Refusal::bad("wrong file_id or the file is temporarily unavailable"))?;
    let size = file.upload.bytes.len();
    if size > MOST_FILE {
        return Err(Refusal::bad("file is too big"));
    }
    let id = &params.file_id;
    Ok(json!({"file_id": id, "file_unique_id": format!("u{id}"), "file_size": size, "file_path": file.path}))
}

/// Makes the message, keeps it and notes it.
fn put(
    world: &mut World,
    call: &Call,
    params: Value,
    media: Vec<Media>,
    fill: impl FnOnce(&Value, &mut Message, &Outgoing),
) -> Result<Value, Refusal> {
    let out = Outgoing::deserialize(&params).map_err(|error| Refusal::unparsed(error.to_string()))?;
    let bot = world.bot.clone();
    let room = world.speaking(&out.chat_id)?;
    let mut reply_to = None;
    if let Some(reply) = &out.reply_parameters {
        let found = reply.message_id.and_then(|id| room.messages.get(&id));
        match found {
            Some(kept) => {
                reply_to = Some(Box::new(Message { reply_to_message: None, ..kept.message.clone() }))
            }
            None if reply.allow_sending_without_reply == Some(true) => {}
            None => return Err(Refusal::bad("message to be replied not found")),
        }
    }
    if let Some(markup) = &out.reply_markup {
        checked_markup(markup)?;
    }
    let mut message = room.draft(&bot);
    message.reply_to_message = reply_to;
    if let Some(ReplyMarkup::InlineKeyboardMarkup(keyboard)) = &out.reply_markup {
        message.reply_markup = Some(Box::new(keyboard.clone()));
    }
    fill(&params, &mut message, &out);
    let raw = out.text.as_deref().or(out.caption.as_deref()).unwrap_or_default();
    for text in [&mut message.text, &mut message.caption].into_iter().flatten() {
        *text = visible(text, out.parse_mode);
    }
    room.keep(message.clone(), raw, out.parse_mode);
    let mut act = call.act(Did::Sent, message.chat.id, message.message_id, params);
    act.reply_to = message.reply_to_message.as_ref().map(|reply| reply.message_id.to_string());
    act.buttons = out.reply_markup.as_ref().map(buttons).unwrap_or_default();
    act.media = media;
    call.record.act(act);
    Ok(json!(message))
}

fn chat(params: &Value) -> Result<ChatId, Refusal> {
    ChatId::deserialize(&params["chat_id"]).map_err(|_| Refusal::bad("chat_id is empty"))
}

fn mode(params: &Value) -> Result<Option<ParseMode>, Refusal> {
    Option::deserialize(params.get("parse_mode").unwrap_or(&Value::Null))
        .map_err(|_| Refusal::bad("unsupported parse_mode"))
}

/// The file that a member names: an upload, an address, or one that is known already.
fn resolved(
    world: &mut World,
    call: &Call,
    kind: &str,
    named: &Value,
) -> Result<(String, Upload, Media), Refusal> {
    let name = named.as_str().ok_or_else(|| Refusal::bad(&format!("there is no {kind} in the request")))?;
    if let Some(part) = name.strip_prefix("attach://") {
        let upload = call
            .sent
            .files
            .get(part)
            .ok_or_else(|| Refusal::bad("wrong file identifier/HTTP URL specified"))?;
        if upload.bytes.is_empty() {
            return Err(Refusal::bad("file must be non-empty"));
        }
        let id = world.keep_file(kind, upload.clone());
        let media =
            Media { kind: kind.into(), name: upload.name.clone(), bytes: upload.bytes.clone(), url: None };
        return Ok((id, upload.clone(), media));
    }
    if name.starts_with("http://") || name.starts_with("https://") {
        let file_name = name.rsplit('/').next().unwrap_or_default().to_string();
        let upload = Upload { name: file_name.clone(), mime: String::new(), bytes: Vec::new() };
        let id = world.keep_file(kind, upload.clone());
        return Ok((
            id,
            upload,
            Media { kind: kind.into(), name: file_name, url: Some(name.into()), ..Media::default() },
        ));
    }
    let file =
        world.files.get(name).ok_or_else(|| Refusal::bad("wrong file identifier/HTTP URL specified"))?;
    let upload = file.upload.clone();
    let media =
        Media { kind: kind.into(), name: upload.name.clone(), bytes: upload.bytes.clone(), url: None };
    Ok((name.to_string(), upload, media))
}

pub(crate) fn checked_text(text: &str, mode: Option<ParseMode>) -> Result<(), Refusal> {
    let visible = visible(text, mode);
    match units(&visible) {
        _ if visible.trim().is_empty() => Err(Refusal::bad("message text is empty")),
        length if length > TEXT => Err(Refusal::bad("message is too long")),
        _ => Ok(()),
    }
}

pub(crate) fn checked_caption(params: &Value) -> Result<(), Refusal> {
    let caption = params.get("caption").and_then(Value::as_str).unwrap_or_default();
    if units(&visible(caption, mode(params)?)) > CAPTION {
        return Err(Refusal::bad("message caption is too long"));
    }
    Ok(())
}

pub(crate) fn checked_markup(markup: &ReplyMarkup) -> Result<(), Refusal> {
    match markup {
        ReplyMarkup::InlineKeyboardMarkup(keyboard) => checked_keyboard(keyboard),
        ReplyMarkup::ReplyKeyboardMarkup(keyboard)
            if keyboard.keyboard.iter().flatten().any(|button| button.text.is_empty()) =>
        {
            Err(Refusal::bad("can't parse keyboard button: text must be non-empty"))
        }
        ReplyMarkup::ReplyKeyboardRemove(remove) if !remove.remove_keyboard => {
            Err(Refusal::bad("can't parse reply keyboard remove"))
        }
        _ => Ok(()),
    }
}

pub(crate) fn checked_keyboard(keyboard: &InlineKeyboardMarkup) -> Result<(), Refusal> {
    let buttons: Vec<_> = keyboard.inline_keyboard.iter().flatten().collect();
    if buttons.len() > 100 {
        return Err(Refusal::bad("reply markup is too long"));
    }
    for button in buttons {
        if button.text.is_empty() {
            return Err(Refusal::bad("can't parse inline keyboard button: text must be non-empty"));
        }
        if button.callback_data.as_ref().is_some_and(|data| data.is_empty() || data.len() > 64) {
            return Err(Refusal::bad("BUTTON_DATA_INVALID"));
        }
        let members = json!(button);
        let does = members.as_object().into_iter().flat_map(|members| members.keys());
        let does =
            does.filter(|name| !matches!(name.as_str(), "text" | "icon_custom_emoji_id" | "style")).count();
        if does != 1 {
            return Err(Refusal::bad(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            ));
        }
    }
    Ok(())
}

pub(crate) fn buttons(markup: &ReplyMarkup) -> Vec<Vec<Button>> {
    match markup {
        ReplyMarkup::InlineKeyboardMarkup(keyboard) => inline_buttons(keyboard),
        ReplyMarkup::ReplyKeyboardMarkup(keyboard) => {
            let rows = keyboard.keyboard.iter();
            rows.map(|row| {
                row.iter().map(|button| Button { text: button.text.clone(), ..Button::default() }).collect()
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

pub(crate) fn inline_buttons(keyboard: &InlineKeyboardMarkup) -> Vec<Vec<Button>> {
    let rows = keyboard.inline_keyboard.iter().map(|row| {
        let row = row.iter();
        row.map(|one| Button {
            text: one.text.clone(),
            data: one.callback_data.clone(),
            url: one.url.clone(),
        })
        .collect()
    });
    rows.collect()
}

/// Telegram counts UTF-16 code units.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Roughly what people see, for lengths: the markup taken off, without judging it.
pub(crate) fn visible(text: &str, mode: Option<ParseMode>) -> String {
    match mode {
        None => text.to_string(),
        Some(ParseMode::Html) => {
            let mut out = String::new();
            for (at, piece) in text.split('<').enumerate() {
                out += if at == 0 { piece } else { piece.split_once('>').map_or("", |(_, after)| after) };
            }
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
                .iter()
                .fold(out, |out, (from, to)| out.replace(from, to))
        }
        Some(_) => {
            let (mut out, mut chars) = (String::new(), text.chars());
            while let Some(c) = chars.next() {
                match c {
                    '\\' => out.extend(chars.next()),
                    '*' | '_' | '~' | '|' | '`' | '[' => {}
                    ']' => {
                        // What follows in brackets is an address.
                        let rest = chars.as_str();
                        if let Some((_, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'))
                        {
                            chars = after.chars();
                        }
                    }
                    c => out.push(c),
                }
            }
            out
        }
    }
}

#[test]
fn markup_is_not_counted() {
    assert_eq!(visible("<b>a</b> &amp; <i>b</i>", Some(ParseMode::Html)), "a & b");
    assert_eq!(visible(r"*a* 1\.5 [b](http://c)\!", Some(ParseMode::MarkdownV2)), "a 1.5 b!");
    assert_eq!(visible("<b>", None), "<b>");
}

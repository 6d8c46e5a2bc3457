//! Messages: what a bot writes is read by strict types, the parts that matter by twilight-model, then held to the limits.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use twilight_model::channel::message::{AllowedMentions, Component, Embed, MessageFlags, MessageReference};
use twilight_model::id::Id;
use twilight_model::id::marker::StickerMarker;

use super::limits;
use super::refusal::Refusal;
use super::rest::Call;
use super::world::{World, id_of, is_by, now};
use crate::record::{Act, Button, Did, Media};
use crate::strict::lost;

/// The union of what the calls that write messages take.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Writes {
    content: Option<String>,
    nonce: Option<Value>,
    enforce_nonce: Option<bool>,
    tts: Option<bool>,
    embeds: Option<Vec<Embed>>,
    allowed_mentions: Option<AllowedMentions>,
    message_reference: Option<MessageReference>,
    components: Option<Vec<Component>>,
    sticker_ids: Option<Vec<Id<StickerMarker>>>,
    attachments: Option<Vec<Attached>>,
    flags: Option<MessageFlags>,
    poll: Option<Value>,
    // Of webhooks alone.
    username: Option<String>,
    avatar_url: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Attached {
    id: Value,
    filename: Option<String>,
    title: Option<String>,
    description: Option<String>,
}

/// What a bot wrote: judged, within the limits, with its files attached.
pub(crate) fn judged(
    world: &mut World,
    call: &Call,
    data: &Value,
    channel: u64,
) -> Result<(Value, Vec<Media>), Refusal> {
    let mut data = if data.is_null() { json!({}) } else { data.clone() };
    for embed in data.get_mut("embeds").and_then(Value::as_array_mut).into_iter().flatten() {
        // The type may be left out; the model wants it.
        if let Some(embed) = embed.as_object_mut() {
            embed.entry("type").or_insert_with(|| json!("rich"));
        }
    }
    let written = Writes::deserialize(&data).map_err(|error| Refusal::unparsed(&error.to_string()))?;
    if let Some(unknown) = written.components.iter().flatten().find_map(unknown_component) {
        return Err(Refusal::unparsed(&format!("there is no component of type {unknown}")));
    }
    let understood = serde_json::to_value(&written).map_err(|error| Refusal::unparsed(&error.to_string()))?;
    if let Some(path) = lost("", &data, Some(&understood), says_nothing) {
        return Err(Refusal::unparsed(&format!("unknown member `{path}`")));
    }
    let wrong = limits::message(&data);
    if !wrong.is_empty() {
        return Err(Refusal::form(&wrong));
    }
    let media = attach(world, call, &mut data, channel)?;
    Ok((data, media))
}

fn unknown_component(component: &Component) -> Option<u8> {
    match component {
        Component::Unknown(kind) => Some(*kind),
        Component::ActionRow(row) => row.components.iter().find_map(unknown_component),
        _ => None,
    }
}

/// Puts uploaded files in the place of what announced them. Files that nobody announced are attached too, as Discord does.
fn attach(world: &mut World, call: &Call, data: &mut Value, channel: u64) -> Result<Vec<Media>, Refusal> {
    let announced = data.get("attachments").and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut attached, mut media) = (Vec::new(), Vec::new());
    for one in &announced {
        let id = one["id"].as_str().map(str::to_string).unwrap_or_else(|| one["id"].to_string());
        let is_upload = call.sent.files.contains_key(&format!("files[{id}]"));
        let is_kept = world.files.keys().any(|path| path.split('/').nth(3) == Some(id.as_str()));
        if !is_upload && !is_kept {
            return Err(Refusal::form(&[(
                "attachments".into(),
                "ATTACHMENT_NOT_FOUND",
                "Invalid attachment".into(),
            )]));
        }
        if !is_upload {
            let path = world.files.keys().find(|path| path.split('/').nth(3) == Some(id.as_str())).cloned();
            let upload = path.as_ref().and_then(|path| world.files.get(path));
            attached.extend(upload.map(|upload| json!({
                "id": id, "filename": upload.name, "size": upload.bytes.len(), "url": format!("{}{}", call.url, path.clone().unwrap_or_default()),
                "proxy_url": format!("{}{}", call.url, path.clone().unwrap_or_default())
            })));
        }
    }
    for (part, upload) in &call.sent.files {
        let is_file = part
            .strip_prefix("files[")
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|n| n.parse::<u64>().is_ok());
        if !is_file {
            return Err(Refusal::unparsed(&format!("a part of a message is called files[n], not `{part}`")));
        }
        let id = world.id();
        let path = format!("/attachments/{channel}/{id}/{}", upload.name);
        let url = format!("{}{path}", call.url);
        attached.push(json!({
            "id": id.to_string(), "filename": upload.name, "size": upload.bytes.len(), "url": url, "proxy_url": url,
            "content_type": upload.mime
        }));
        media.push(Media {
            kind: "file".into(),
            name: upload.name.clone(),
            bytes: upload.bytes.clone(),
            url: None,
        });
        world.files.insert(path, upload.clone());
    }
    if !attached.is_empty() || !announced.is_empty() {
        data["attachments"] = Value::Array(attached);
    }
    Ok(media)
}

/// twilight leaves out what is false or empty when it writes.
pub(crate) fn says_nothing(value: &Value) -> bool {
    matches!(value, Value::Bool(false)) || value.as_array().is_some_and(Vec::is_empty)
}

pub(crate) fn is_empty(data: &Value) -> bool {
    let none =
        |name: &str| data.get(name).is_none_or(|value| value.is_null() || value == "" || value == &json!([]));
    ["content", "embeds", "components", "attachments", "sticker_ids", "poll"].into_iter().all(none)
}

pub(crate) fn create(world: &mut World, call: &Call, channel: u64) -> Result<Value, Refusal> {
    let place = world.channel(channel)?;
    if place.is_closed {
        return Err(Refusal::cannot_send());
    }
    let (data, media) = judged(world, call, &call.data, channel)?;
    if is_empty(&data) {
        return Err(Refusal::empty_message());
    }
    let place = world.channel(channel)?;
    let nonce = data.get("nonce").filter(|nonce| !nonce.is_null()).map(Value::to_string);
    let nonce = nonce.filter(|_| data["enforce_nonce"] == true);
    if let Some(id) = nonce.as_ref().and_then(|nonce| place.nonces.get(nonce)) {
        // The same nonce again: the message that is there already is the answer.
        return Ok(place.messages.get(id).cloned().unwrap_or_default());
    }
    if let Some(reference) = data.get("message_reference").filter(|reference| !reference.is_null()) {
        let replied = reference["message_id"].as_str().and_then(|id| id.parse::<u64>().ok());
        let is_there = replied.is_some_and(|id| place.messages.contains_key(&id));
        if !is_there && reference["fail_if_not_exists"] != false {
            let words = "Unknown message".to_string();
            return Err(Refusal::form(&[(
                "message_reference".into(),
                "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
                words,
            )]));
        }
    }
    let message = world.message(channel, world.bot, &data);
    let id = world.post(channel, message.clone());
    if let Some(nonce) = nonce {
        world.channel(channel)?.nonces.insert(nonce, id);
    }
    note(call, Did::Sent, channel, id, &data, media);
    Ok(message)
}

pub(crate) fn edit(world: &mut World, call: &Call, channel: u64, id: u64) -> Result<Value, Refusal> {
    let bot = world.bot;
    let message = world.channel(channel)?.messages.get(&id).ok_or_else(|| Refusal::unknown("Message"))?;
    if !is_by(message, bot) {
        return Err(Refusal::other_author());
    }
    let (data, media) = judged(world, call, &call.data, channel)?;
    let message = change(world, channel, id, &data)?;
    note(call, Did::Edited, channel, id, &data, media);
    Ok(message)
}

/// Puts what was written into a message that stands.
pub(crate) fn change(world: &mut World, channel: u64, id: u64, data: &Value) -> Result<Value, Refusal> {
    let message = world.channel(channel)?.messages.get_mut(&id).ok_or_else(|| Refusal::unknown("Message"))?;
    let mut changed = message.clone();
    for name in ["content", "embeds", "components", "attachments", "flags"] {
        if let Some(value) = data.get(name) {
            let empty = if name == "content" { json!("") } else { json!([]) };
            changed[name] = if value.is_null() { empty } else { value.clone() };
        }
    }
    if is_empty(&changed) {
        return Err(Refusal::empty_message());
    }
    changed["edited_timestamp"] = json!(now());
    *message = changed.clone();
    world.tell_message("MESSAGE_UPDATE", channel, &changed);
    Ok(changed)
}

pub(crate) fn delete(world: &mut World, call: &Call, channel: u64, id: u64) -> Result<Value, Refusal> {
    let bot = world.bot;
    let place = world.channel(channel)?;
    let (guild, is_own) = (place.guild, place.messages.get(&id).map(|message| is_by(message, bot)));
    match is_own {
        None => return Err(Refusal::unknown("Message")),
        Some(false) if guild.is_none() => return Err(Refusal::missing_permissions()),
        Some(_) => place.messages.remove(&id),
    };
    let told = json!({"id": id.to_string(), "channel_id": channel.to_string(), "guild_id": guild.map(|guild| guild.to_string())});
    world.gateway.dispatch("MESSAGE_DELETE", guild, bot, without_nulls(told));
    call.record.act(call.act(Did::Deleted, channel, id, json!({})));
    Ok(Value::Null)
}

pub(crate) fn note(call: &Call, did: Did, channel: u64, id: u64, data: &Value, media: Vec<Media>) {
    let act = call.act(did, channel, id, data.clone());
    let reply = data.get("message_reference").and_then(|reference| reference["message_id"].as_str());
    call.record.act(Act {
        text: data.get("content").and_then(Value::as_str).unwrap_or_default().into(),
        buttons: buttons(data),
        reply_to: reply.map(str::to_string),
        media,
        ..act
    });
}

/// Buttons and selects, row by row; a select is one entry whose data is its custom_id.
pub(crate) fn buttons(data: &Value) -> Vec<Vec<Button>> {
    let word = |part: &Value, name: &str| part.get(name).and_then(Value::as_str).map(str::to_string);
    let rows = data.get("components").and_then(Value::as_array).into_iter().flatten();
    let rows = rows.map(|row| {
        let parts = row["components"].as_array().into_iter().flatten();
        let shown =
            |part: &Value| word(part, "label").or_else(|| word(part, "placeholder")).unwrap_or_default();
        parts
            .map(|part| Button { text: shown(part), data: word(part, "custom_id"), url: word(part, "url") })
            .collect()
    });
    rows.collect()
}

pub(crate) fn react(
    world: &mut World,
    call: &Call,
    channel: u64,
    message: u64,
    emoji: &str,
) -> Result<Value, Refusal> {
    let emoji = percent_encoding::percent_decode_str(emoji).decode_utf8_lossy().into_owned();
    let bot = world.bot;
    if emoji.is_ascii() && !emoji.contains(':') {
        return Err(Refusal::unknown("Emoji"));
    }
    world.channel(channel)?.messages.get(&message).ok_or_else(|| Refusal::unknown("Message"))?;
    if call.method == "PUT" {
        let told = reaction(world, channel, message, bot, &emoji);
        let guild = world.channels[&channel].guild;
        world.gateway.dispatch("MESSAGE_REACTION_ADD", guild, bot, told);
    }
    call.record.act(Act { text: emoji, ..call.act(Did::Reacted, channel, message, json!({})) });
    Ok(Value::Null)
}

/// The event of a reaction.
pub(crate) fn reaction(world: &World, channel: u64, message: u64, person: u64, emoji: &str) -> Value {
    let place = &world.channels[&channel];
    let author =
        place.messages.get(&message).map(|message| message["author"]["id"].clone()).unwrap_or_default();
    let mut told = json!({
        "user_id": person.to_string(), "channel_id": channel.to_string(), "message_id": message.to_string(),
        "message_author_id": author, "emoji": {"id": null, "name": emoji}, "burst": false, "burst_colors": [], "type": 0
    });
    if let Some(guild) = place.guild {
        told["guild_id"] = json!(guild.to_string());
        told["member"] = world.member(guild, person);
    }
    told
}

pub(crate) fn list(world: &mut World, channel: u64) -> Result<Value, Refusal> {
    Ok(world.channel(channel)?.messages.values().rev().take(50).cloned().collect())
}

pub(crate) fn get(world: &mut World, channel: u64, id: u64) -> Result<Value, Refusal> {
    let message =
        world.channel(channel)?.messages.get(&id).cloned().ok_or_else(|| Refusal::unknown("Message"))?;
    debug_assert_eq!(id_of(&message), id);
    Ok(message)
}

pub(crate) fn without_nulls(mut value: Value) -> Value {
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    value
}

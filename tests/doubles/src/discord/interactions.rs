//! Interactions: each is answered once and in time, then followed up through its webhook.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use twilight_model::application::command::CommandOptionChoice;
use twilight_model::channel::message::Component;
use twilight_model::http::interaction::InteractionResponseType;

use super::limits;
use super::messages::{change, is_empty, judged, note, says_nothing};
use super::refusal::Refusal;
use super::rest::Call;
use super::world::World;
use crate::record::Did;
use crate::strict::lost;

pub(crate) const PING: u64 = 1;
pub(crate) const COMMAND: u64 = 2;
pub(crate) const COMPONENT: u64 = 3;
pub(crate) const MODAL: u64 = 5;

const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);
const LOADING: u64 = 1 << 7;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Callback {
    #[serde(rename = "type")]
    kind: InteractionResponseType,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct Modal {
    title: String,
    custom_id: String,
    components: Vec<Component>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choices {
    #[serde(rename = "choices")]
    _choices: Vec<CommandOptionChoice>,
}

/// `POST /interactions/{id}/{token}/callback`, and the body of an answer over HTTP.
pub(crate) fn callback(
    world: &mut World,
    call: &Call,
    id: u64,
    token: &str,
    patience: Duration,
) -> Result<Value, Refusal> {
    let body = Callback::deserialize(&call.data).map_err(|error| Refusal::unparsed(&error.to_string()))?;
    let asked = world
        .asked
        .get(&id)
        .filter(|asked| asked.token == token)
        .ok_or_else(|| Refusal::unknown("interaction"))?;
    if asked.is_expired || (asked.answer.is_none() && asked.at.elapsed() > patience) {
        return Err(Refusal::unknown("interaction"));
    }
    if asked.answer.is_some() {
        return Err(Refusal::already_answered());
    }
    let (kind, channel, of_message) = (asked.kind, asked.channel, asked.message);
    let wrong_type = || {
        Refusal::form(&[(
            "type".into(),
            "INTERACTION_RESPONSE_TYPE_INVALID",
            "This answer does not fit the interaction".into(),
        )])
    };
    match body.kind {
        InteractionResponseType::Pong if kind == PING => {}
        InteractionResponseType::ChannelMessageWithSource => {
            let (data, media) = judged(world, call, &body.data, channel)?;
            if is_empty(&data) {
                return Err(Refusal::empty_message());
            }
            let message = answer_message(world, id, channel, &data);
            note(call, Did::Sent, channel, message, &data, media);
        }
        InteractionResponseType::DeferredChannelMessageWithSource => {
            let (mut data, _) = judged(world, call, &body.data, channel)?;
            data["flags"] = json!(data.get("flags").and_then(Value::as_u64).unwrap_or_default() | LOADING);
            let message = answer_message(world, id, channel, &data);
            call.record.act(call.act(Did::Answered, channel, message, data));
        }
        InteractionResponseType::DeferredUpdateMessage => {
            let message = of_message.ok_or_else(wrong_type)?;
            world.asked.get_mut(&id).expect("looked").original = Some(message);
            call.record.act(call.act(Did::Answered, channel, message, json!({})));
        }
        InteractionResponseType::UpdateMessage => {
            let message = of_message.ok_or_else(wrong_type)?;
            let (data, media) = judged(world, call, &body.data, channel)?;
            change(world, channel, message, &data)?;
            world.asked.get_mut(&id).expect("looked").original = Some(message);
            note(call, Did::Edited, channel, message, &data, media);
        }
        InteractionResponseType::Modal if kind != MODAL && kind != PING => {
            judged_modal(&body.data)?;
            call.record.act(call.act(Did::Answered, channel, 0, body.data.clone()));
        }
        InteractionResponseType::ApplicationCommandAutocompleteResult if kind == 4 => {
            Choices::deserialize(&body.data).map_err(|error| Refusal::unparsed(&error.to_string()))?;
            call.record.act(call.act(Did::Answered, channel, 0, body.data.clone()));
        }
        _ => return Err(wrong_type()),
    }
    world.asked.get_mut(&id).expect("looked").answer = Some(call.data.clone());
    if !call.query.contains("with_response=true") {
        return Ok(Value::Null);
    }
    let original = world.asked[&id].original;
    let message = original.and_then(|message| world.channels[&channel].messages.get(&message).cloned());
    Ok(json!({
        "interaction": {"id": id.to_string(), "type": kind, "response_message_id": original.map(|id| id.to_string())},
        "resource": {"type": body.kind as u8, "message": message}
    }))
}

fn judged_modal(data: &Value) -> Result<(), Refusal> {
    let modal = Modal::deserialize(data).map_err(|error| Refusal::unparsed(&error.to_string()))?;
    let understood = serde_json::to_value(&modal).map_err(|error| Refusal::unparsed(&error.to_string()))?;
    if let Some(path) = lost("", data, Some(&understood), says_nothing) {
        return Err(Refusal::unparsed(&format!("unknown member `{path}`")));
    }
    let wrong = limits::modal(data);
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::form(&wrong)) }
}

/// The message that answers an interaction.
fn answer_message(world: &mut World, id: u64, channel: u64, data: &Value) -> u64 {
    let (bot, app) = (world.bot, world.app.to_string());
    let mut message = world.message(channel, bot, data);
    let asked = &world.asked[&id];
    message["type"] = json!(if asked.kind == COMMAND { 20 } else { 19 });
    message["application_id"] = json!(app);
    message["webhook_id"] = json!(app);
    let original = world.post(channel, message);
    world.asked.get_mut(&id).expect("looked").original = Some(original);
    original
}

/// `/webhooks/{application}/{token}…`: what follows an answer.
pub(crate) fn webhook(
    world: &mut World,
    call: &Call,
    app: u64,
    token: &str,
    rest: &[&str],
) -> Result<Value, Refusal> {
    if app != world.app {
        return Err(Refusal::unknown("Webhook"));
    }
    let asked =
        world.asked.iter().find(|(_, asked)| asked.token == token).ok_or_else(Refusal::invalid_token)?;
    let (id, asked) = (*asked.0, asked.1);
    if asked.at.elapsed() > TOKEN_LIFE || asked.is_expired {
        return Err(Refusal::invalid_token());
    }
    if asked.answer.is_none() {
        return Err(Refusal::unknown("Webhook"));
    }
    let (channel, original) = (asked.channel, asked.original);
    if rest.is_empty() && call.method == "POST" {
        let (data, media) = judged(world, call, &call.data, channel)?;
        if is_empty(&data) {
            return Err(Refusal::empty_message());
        }
        let mut message = world.message(channel, world.bot, &data);
        message["webhook_id"] = json!(app.to_string());
        message["application_id"] = json!(app.to_string());
        let message_id = world.post(channel, message.clone());
        note(call, Did::Sent, channel, message_id, &data, media);
        return Ok(message);
    }
    let message = match rest {
        ["messages", "@original"] => original,
        ["messages", message] => message.parse().ok(),
        _ => return Err(Refusal::no_route()),
    };
    let message = message.filter(|message| world.channels[&channel].messages.contains_key(message));
    let message = message.ok_or_else(|| Refusal::unknown("Message"))?;
    match call.method.as_str() {
        "GET" => Ok(world.channels[&channel].messages[&message].clone()),
        "PATCH" => {
            let (mut data, media) = judged(world, call, &call.data, channel)?;
            let flags = world.channels[&channel].messages[&message]["flags"].as_u64().unwrap_or_default();
            // What was only announced is seen for the first time.
            let did = if flags & LOADING != 0 { Did::Sent } else { Did::Edited };
            data["flags"] = json!(flags & !LOADING);
            let changed = change(world, channel, message, &data)?;
            note(call, did, channel, message, &data, media);
            Ok(changed)
        }
        "DELETE" => {
            world.channel(channel)?.messages.remove(&message);
            if original == Some(message) {
                world.asked.get_mut(&id).expect("looked").original = None;
            }
            call.record.act(call.act(Did::Deleted, channel, message, json!({})));
            Ok(Value::Null)
        }
        _ => Err(Refusal::no_route()),
    }
}

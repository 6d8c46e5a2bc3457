//! The routes of the REST API, version 10.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use twilight_model::application::command::Command;

use super::messages::says_nothing;
use super::refusal::Refusal;
use super::world::{Member, World, now};
use super::{interactions, limits, messages};
use crate::record::{Act, Did, Record};
use crate::strict::lost;
use crate::wire::Sent;

/// One request on its way into the world.
pub(crate) struct Call<'a> {
    pub method: String,
    /// Without `/api/v10`.
    pub path: String,
    pub query: String,
    /// The JSON of the body, or of its part `payload_json`.
    pub data: Value,
    pub sent: &'a Sent,
    pub record: &'a Record,
    /// Where the double is.
    pub url: &'a str,
}

impl Call<'_> {
    pub fn act(&self, did: Did, channel: u64, message: u64, detail: Value) -> Act {
        let id = |id: u64| if id == 0 { String::new() } else { id.to_string() };
        let call = format!("{} {}", self.method, self.path);
        Act { did, call, chat: id(channel), message: id(message), detail, ..Act::default() }
    }
}

pub(crate) fn needs_token(path: &str) -> bool {
    !["/interactions/", "/webhooks/", "/gateway"].iter().any(|open| path.starts_with(open))
        || path == "/gateway/bot"
}

pub(crate) fn perform(world: &mut World, call: &Call, patience: Duration) -> Result<Value, Refusal> {
    let path = call.path.clone();
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    let id = |text: &str, what: &str| text.parse::<u64>().map_err(|_| Refusal::unknown(what));
    match (call.method.as_str(), steps.as_slice()) {
        ("GET", ["users", "@me"]) => Ok(world.users[&world.bot].clone()),
        ("GET", ["users", user]) => {
            world.users.get(&id(user, "User")?).cloned().ok_or_else(|| Refusal::unknown("User"))
        }
        ("POST", ["users", "@me", "channels"]) => {
            let person = call.data["recipient_id"].as_str().and_then(|id| id.parse().ok());
            let person = person
                .filter(|person| world.users.contains_key(person))
                .ok_or_else(|| Refusal::unknown("User"))?;
            let channel = world.direct(person);
            Ok(world.channel_value(channel))
        }
        ("GET", ["gateway"]) => Ok(json!({"url": gateway(call)})),
        ("GET", ["gateway", "bot"]) => Ok(json!({
            "url": gateway(call), "shards": 1,
            "session_start_limit": {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        })),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => Ok(application(world)),
        (_, ["applications", app, "commands", rest @ ..]) if id(app, "Application")? == world.app => {
            commands(world, call, None, rest)
        }
        (_, ["applications", app, "guilds", guild, "commands", rest @ ..])
            if id(app, "Application")? == world.app =>
        {
            let guild = id(guild, "Guild")?;
            world.guild(guild)?;
            commands(world, call, Some(guild), rest)
        }
        ("POST", ["interactions", interaction, token, "callback"]) => {
            interactions::callback(world, call, id(interaction, "interaction")?, token, patience)
        }
        (_, ["webhooks", app, token, rest @ ..]) => {
            interactions::webhook(world, call, id(app, "Webhook")?, token, rest)
        }
        (_, ["channels", channel, rest @ ..]) => {
            let channel = id(channel, "Channel")?;
            world.channel(channel)?;
            of_channel(world, call, channel, rest)
        }
        (_, ["guilds", guild, rest @ ..]) => {
            let guild = id(guild, "Guild")?;
            world.guild(guild)?;
            of_guild(world, call, guild, rest)
        }
        _ => Err(Refusal::no_route()),
    }
}

fn gateway(call: &Call) -> String {
    call.url.replace("http://", "ws://")
}

fn application(world: &World) -> Value {
    json!({
        "id": world.app.to_string(), "name": "double", "icon": null, "description": "", "bot_public": true,
        "bot_require_code_grant": false, "verify_key": world.gateway.public_key, "team": null, "flags": 0,
        "owner": world.users[&world.bot], "summary": "", "rpc_origins": [], "hook": true
    })
}

fn of_channel(world: &mut World, call: &Call, channel: u64, rest: &[&str]) -> Result<Value, Refusal> {
    let id = |text: &str| text.parse::<u64>().map_err(|_| Refusal::unknown("Message"));
    match (call.method.as_str(), rest) {
        ("GET", []) => Ok(world.channel_value(channel)),
        ("GET", ["messages"]) => messages::list(world, channel),
        ("POST", ["messages"]) => messages::create(world, call, channel),
        ("GET", ["messages", message]) => messages::get(world, channel, id(message)?),
        ("PATCH", ["messages", message]) => messages::edit(world, call, channel, id(message)?),
        ("DELETE", ["messages", message]) => messages::delete(world, call, channel, id(message)?),
        ("PUT" | "DELETE", ["messages", message, "reactions", emoji, "@me"]) => {
            messages::react(world, call, channel, id(message)?, emoji)
        }
        ("POST", ["typing"]) => {
            call.record.act(call.act(Did::Typed, channel, 0, Value::Null));
            Ok(Value::Null)
        }
        _ => Err(Refusal::no_route()),
    }
}

fn of_guild(world: &mut World, call: &Call, guild: u64, rest: &[&str]) -> Result<Value, Refusal> {
    let bot = world.bot;
    let id = |text: &str, what: &str| {
        if text == "@me" { Ok(bot) } else { text.parse().map_err(|_| Refusal::unknown(what)) }
    };
    let changed = |person: u64| {
        call.record
            .act(Act { person: Some(person.to_string()), ..call.act(Did::Changed, 0, 0, call.data.clone()) })
    };
    match (call.method.as_str(), rest) {
        ("GET", []) => Ok(world.guild_value(guild)),
        ("GET", ["channels"]) => Ok(world.guild_value(guild)["channels"].clone()),
        ("GET", ["roles"]) => Ok(world.guild_value(guild)["roles"].clone()),
        ("GET", ["members"]) => Ok(world.guild_value(guild)["members"].clone()),
        ("GET", ["members", person]) => {
            let person = member(world, guild, id(person, "User")?)?;
            Ok(world.member(guild, person))
        }
        ("DELETE", ["members", person]) => {
            let person = member(world, guild, id(person, "User")?)?;
            leave(world, guild, person)?;
            changed(person);
            Ok(Value::Null)
        }
        ("PUT" | "DELETE", ["members", person, "roles", role]) => {
            let (person, role) = (member(world, guild, id(person, "User")?)?, id(role, "Role")?);
            let place = world.guild(guild)?;
            if !place.roles.contains_key(&role) || role == guild {
                return Err(Refusal::unknown("Role"));
            }
            let roles = &mut place.members.get_mut(&person).expect("looked").roles;
            let _ = if call.method == "PUT" { roles.insert(role) } else { roles.remove(&role) };
            let mut told = world.member(guild, person);
            told["guild_id"] = json!(guild.to_string());
            world.gateway.dispatch("GUILD_MEMBER_UPDATE", Some(guild), bot, told);
            changed(person);
            Ok(Value::Null)
        }
        ("PUT", ["bans", person]) => {
            let person = id(person, "User")?;
            if !world.users.contains_key(&person) {
                return Err(Refusal::unknown("User"));
            }
            if world.guild(guild)?.members.contains_key(&person) {
                leave(world, guild, person)?;
            }
            world.guild(guild)?.banned.insert(person);
            changed(person);
            Ok(Value::Null)
        }
        ("DELETE", ["bans", person]) => {
            let person = id(person, "User")?;
            if !world.guild(guild)?.banned.remove(&person) {
                return Err(Refusal::unknown("Ban"));
            }
            changed(person);
            Ok(Value::Null)
        }
        _ => Err(Refusal::no_route()),
    }
}

fn member(world: &mut World, guild: u64, person: u64) -> Result<u64, Refusal> {
    if !world.users.contains_key(&person) {
        return Err(Refusal::unknown("User"));
    }
    let is_member = world.guild(guild)?.members.contains_key(&person);
    is_member.then_some(person).ok_or_else(|| Refusal::unknown("Member"))
}

/// Takes somebody out of a guild; its owner stays.
pub(crate) fn leave(world: &mut World, guild: u64, person: u64) -> Result<(), Refusal> {
    let (bot, place) = (world.bot, world.guild(guild)?);
    if place.owner == person {
        return Err(Refusal::missing_permissions());
    }
    place.members.remove(&person);
    let told = json!({"guild_id": guild.to_string(), "user": world.users[&person]});
    world.gateway.dispatch("GUILD_MEMBER_REMOVE", Some(guild), bot, told);
    Ok(())
}

pub(crate) fn join(world: &mut World, guild: u64, person: u64) {
    let (bot, member) = (world.bot, Member { roles: Default::default(), joined: now() });
    world.guilds.get_mut(&guild).expect("the test made it").members.insert(person, member);
    let mut told = world.member(guild, person);
    told["guild_id"] = json!(guild.to_string());
    world.gateway.dispatch("GUILD_MEMBER_ADD", Some(guild), bot, told);
}

fn commands(world: &mut World, call: &Call, guild: Option<u64>, rest: &[&str]) -> Result<Value, Refusal> {
    let at = |world: &World| {
        let known = world.commands.get(&guild).into_iter().flatten();
        known.into_iter().position(|command| Some(command["id"].as_str()) == rest.first().map(|id| Some(*id)))
    };
    match (call.method.as_str(), rest) {
        ("GET", []) => Ok(json!(world.commands.get(&guild).cloned().unwrap_or_default())),
        ("PUT", []) => {
            let given = call.data.as_array().ok_or_else(|| Refusal::unparsed("commands are a list"))?;
            let mut registered = Vec::new();
            for (at, command) in given.iter().enumerate() {
                registered.push(judged_command(world, guild, command, &at.to_string())?);
            }
            if registered.len() > 100 {
                return Err(Refusal::form(&[(
                    "_".into(),
                    "APPLICATION_COMMAND_TOO_MANY",
                    "Maximum number of commands reached (100).".into(),
                )]));
            }
            world.commands.insert(guild, registered.clone());
            call.record.act(call.act(Did::Configured, 0, 0, call.data.clone()));
            Ok(json!(registered))
        }
        ("POST", []) => {
            let command = judged_command(world, guild, &call.data, "_")?;
            let known = world.commands.entry(guild).or_default();
            known.retain(|one| one["name"] != command["name"]);
            known.push(command.clone());
            call.record.act(call.act(Did::Configured, 0, 0, call.data.clone()));
            Ok(command)
        }
        ("DELETE", [_]) => {
            let at = at(world).ok_or_else(|| Refusal::unknown("application command"))?;
            world.commands.entry(guild).or_default().remove(at);
            call.record.act(call.act(Did::Configured, 0, 0, Value::Null));
            Ok(Value::Null)
        }
        _ => Err(Refusal::no_route()),
    }
}

/// twilight's command is the one that Discord shows: what it adds itself is put in before the model reads.
fn judged_command(
    world: &mut World,
    guild: Option<u64>,
    given: &Value,
    path: &str,
) -> Result<Value, Refusal> {
    let mut command = given.clone();
    let members = command.as_object_mut().ok_or_else(|| Refusal::unparsed("a command is an object"))?;
    members.retain(|_, value| !value.is_null());
    let is_slash = members.get("type").is_none_or(|kind| kind == 1);
    members.entry("type").or_insert(json!(1));
    if !is_slash {
        members.entry("description").or_insert(json!(""));
    }
    members.insert("id".into(), json!(world.id().to_string()));
    members.insert("version".into(), json!(world.id().to_string()));
    members.insert("application_id".into(), json!(world.app.to_string()));
    members.entry("default_member_permissions").or_insert(Value::Null);
    if let Some(guild) = guild {
        members.insert("guild_id".into(), json!(guild.to_string()));
    }
    let understood = Command::deserialize(&command).map_err(|error| Refusal::unparsed(&error.to_string()))?;
    let understood =
        serde_json::to_value(understood).map_err(|error| Refusal::unparsed(&error.to_string()))?;
    if let Some(lost) = lost("", &command, Some(&understood), says_nothing) {
        return Err(Refusal::unparsed(&format!("unknown member `{lost}`")));
    }
    let wrong = limits::command(&command, path);
    if wrong.is_empty() { Ok(command) } else { Err(Refusal::form(&wrong)) }
}

//! The people on the other end of the line, in guilds and in direct messages.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::Discord;
use super::endpoint;
use super::interactions::{COMMAND, COMPONENT, MODAL};
use super::messages::reaction;
use super::rest::{join, leave};
use super::world::{Asked, Channel, Guild, Member, World, now};
use crate::fault::Disturb;
use crate::wire::Upload;

/// Somebody who has an account.
#[derive(Clone)]
pub struct Person {
    discord: Discord,
    pub id: u64,
}

/// A guild with one channel for text.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub guild: u64,
    pub channel: u64,
}

/// An interaction that the bot has to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub id: u64,
    pub token: String,
}

impl Discord {
    /// A guild that the bot is in. Its owner is nobody who can be played.
    pub fn guild(&self, name: &str) -> Place {
        let mut world = self.shared().world();
        let (guild, channel, owner) = (world.id(), world.id(), world.user("Owner", false));
        let mut members = std::collections::BTreeMap::new();
        for person in [owner, world.bot] {
            members.insert(person, Member { roles: BTreeSet::new(), joined: now() });
        }
        let roles = [(guild, "@everyone".to_string())].into();
        world
            .guilds
            .insert(guild, Guild { name: name.into(), owner, members, roles, banned: BTreeSet::new() });
        world.channels.insert(channel, Channel::new(channel, Some(guild), "general", None));
        let (bot, value) = (world.bot, world.guild_value(guild));
        world.gateway.dispatch("GUILD_CREATE", Some(guild), bot, value);
        Place { guild, channel }
    }

    pub fn channel(&self, guild: u64, name: &str) -> u64 {
        let mut world = self.shared().world();
        let id = world.id();
        world.channels.insert(id, Channel::new(id, Some(guild), name, None));
        let (bot, value) = (world.bot, world.channel_value(id));
        world.gateway.dispatch("CHANNEL_CREATE", Some(guild), bot, value);
        id
    }

    pub fn role(&self, guild: u64, name: &str) -> u64 {
        let mut world = self.shared().world();
        let id = world.id();
        world.guilds.get_mut(&guild).expect("the guild is there").roles.insert(id, name.into());
        id
    }

    /// Somebody new, in no guild yet.
    pub fn person(&self, name: &str) -> Person {
        let id = self.shared().world().user(name, false);
        Person { discord: self.clone(), id }
    }
}

impl Person {
    /// The channel of direct messages between this person and the bot.
    pub fn direct(&self) -> u64 {
        self.discord.shared().world().direct(self.id)
    }

    /// Takes no direct messages any more.
    pub fn closes_direct(&self) {
        let channel = self.direct();
        self.world(|world| world.channels.get_mut(&channel).expect("just made").is_closed = true);
    }

    pub fn joins(&self, guild: u64) {
        self.world(|world| join(world, guild, self.id));
    }

    pub fn leaves(&self, guild: u64) {
        self.world(|world| leave(world, guild, self.id)).unwrap_or_else(|refusal| panic!("{}", refusal.body));
    }

    pub fn says(&self, channel: u64, text: &str) -> u64 {
        self.writes(channel, json!({"content": text}))
    }

    pub fn replies(&self, channel: u64, to: u64, text: &str) -> u64 {
        self.writes(channel, json!({"content": text, "message_reference": {"message_id": to.to_string()}}))
    }

    /// Sends a file, which the bot can fetch from the address in the message.
    pub fn sends(&self, channel: u64, name: &str, bytes: &[u8], text: &str) -> u64 {
        let url = self.discord.url();
        let attached = self.world(|world| {
            let id = world.id();
            let path = format!("/attachments/{channel}/{id}/{name}");
            world
                .files
                .insert(path.clone(), Upload { name: name.into(), mime: String::new(), bytes: bytes.into() });
            let url = format!("{url}{path}");
            json!({"id": id.to_string(), "filename": name, "size": bytes.len(), "url": url, "proxy_url": url})
        });
        self.writes(channel, json!({"content": text, "attachments": [attached]}))
    }

    fn writes(&self, channel: u64, data: Value) -> u64 {
        self.world(|world| {
            let message = world.message(channel, self.id, &data);
            world.post(channel, message)
        })
    }

    pub fn reacts(&self, channel: u64, message: u64, emoji: &str) {
        self.world(|world| {
            let (told, guild, bot) = (
                reaction(world, channel, message, self.id, emoji),
                world.channels[&channel].guild,
                world.bot,
            );
            world.gateway.dispatch("MESSAGE_REACTION_ADD", guild, bot, told);
        });
    }

    /// Types a slash command that the bot has registered; `name` may go on with a group and a sub-command, and options are read by
    /// the types that the command declares. Panics where Discord's own form would not let the person send it.
    pub fn slash(&self, channel: u64, name: &str, options: &[(&str, Value)]) -> Ask {
        let data = self.world(|world| command(world, channel, name, options));
        self.asks(channel, COMMAND, data, None)
    }

    /// Presses the button with this label or custom_id.
    pub fn presses(&self, channel: u64, message: u64, button: &str) -> Ask {
        let part = self.part(channel, message, button, 2);
        self.asks(
            channel,
            COMPONENT,
            json!({"component_type": 2, "custom_id": part["custom_id"]}),
            Some(message),
        )
    }

    /// Chooses in the select menu with this placeholder or custom_id.
    pub fn selects(&self, channel: u64, message: u64, menu: &str, values: &[&str]) -> Ask {
        let part = self.part(channel, message, menu, 3);
        let known: Vec<_> =
            part["options"].as_array().into_iter().flatten().map(|option| option["value"].clone()).collect();
        assert!(
            values.iter().all(|value| known.contains(&json!(value))),
            "the menu has {known:?}, not all of {values:?}"
        );
        let data = json!({"component_type": 3, "custom_id": part["custom_id"], "values": values});
        self.asks(channel, COMPONENT, data, Some(message))
    }

    /// Fills in the form by which the bot answered, and sends it.
    pub fn submits(&self, form: &Ask, fields: &[(&str, &str)]) -> Ask {
        let (channel, message, answer) = self.world(|world| {
            let asked = &world.asked[&form.id];
            (asked.channel, asked.message, asked.answer.clone().unwrap_or_default())
        });
        assert_eq!(answer["type"], 9, "the bot did not answer by a form: {answer}");
        let mut rows = Vec::new();
        let mut left: BTreeSet<&str> = fields.iter().map(|(name, _)| *name).collect();
        for row in answer["data"]["components"].as_array().into_iter().flatten() {
            let input = if row["type"] == 1 { &row["components"][0] } else { &row["component"] };
            let name = input["custom_id"].as_str().unwrap_or_default();
            left.remove(name);
            let value = fields.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| value);
            assert!(!value.is_empty() || input["required"] == false, "the form wants `{name}`");
            let filled = json!({"type": 4, "id": rows.len() + 1, "custom_id": name, "value": value});
            rows.push(json!({"type": 1, "id": rows.len() + 20, "components": [filled]}));
        }
        assert!(left.is_empty(), "the form has no {left:?}");
        self.asks(
            channel,
            MODAL,
            json!({"custom_id": answer["data"]["custom_id"], "components": rows}),
            message,
        )
    }

    fn part(&self, channel: u64, message: u64, wanted: &str, kind: u64) -> Value {
        let value = self.world(|world| world.channels[&channel].messages.get(&message).cloned());
        let value = value.unwrap_or_else(|| panic!("there is no message {message} in {channel}"));
        let parts = value["components"].as_array().into_iter().flatten();
        let mut parts = parts.flat_map(|row| row["components"].as_array().into_iter().flatten());
        let is_wanted =
            |part: &&Value| ["label", "placeholder", "custom_id"].iter().any(|name| part[*name] == wanted);
        let part = parts.find(|part| part["type"] == kind && is_wanted(part));
        let part =
            part.unwrap_or_else(|| panic!("no `{wanted}` under message {message}: {}", value["components"]));
        assert!(part["disabled"] != true, "`{wanted}` is disabled");
        part.clone()
    }

    /// Makes an interaction and sends it where the bot wants it.
    fn asks(&self, channel: u64, kind: u64, data: Value, message: Option<u64>) -> Ask {
        let shared = self.discord.shared();
        let (ask, interaction, endpoint, bot) = {
            let mut world = shared.world();
            let (id, serial) = (world.id(), world.id());
            let ask = Ask { id, token: format!("aW50ZXJhY3Rpb246{serial}") };
            let interaction = self.interaction(&world, &ask, channel, kind, data, message);
            world.asked.insert(
                id,
                Asked {
                    kind,
                    token: ask.token.clone(),
                    channel,
                    message,
                    at: Instant::now(),
                    is_expired: false,
                    answer: None,
                    original: None,
                },
            );
            (ask, interaction, world.gateway.endpoint.clone(), world.bot)
        };
        match endpoint {
            Some(url) => {
                let is_twice = shared.world().gateway.disturb.pop_front() == Some(Disturb::Twice);
                for _ in 0..if is_twice { 2 } else { 1 } {
                    tokio::spawn(endpoint::deliver(shared.clone(), url.clone(), interaction.clone()));
                }
            }
            None => shared.world().gateway.dispatch("INTERACTION_CREATE", None, bot, interaction),
        }
        ask
    }

    fn interaction(
        &self,
        world: &World,
        ask: &Ask,
        channel: u64,
        kind: u64,
        data: Value,
        message: Option<u64>,
    ) -> Value {
        let mut value = json!({
            "id": ask.id.to_string(), "application_id": world.app.to_string(), "type": kind, "token": ask.token, "version": 1,
            "channel_id": channel.to_string(), "channel": world.channel_value(channel), "data": data, "locale": "en-US",
            "app_permissions": "562949953421311", "entitlements": [], "attachment_size_limit": 10485760
        });
        match world.channels[&channel].guild {
            Some(guild) => {
                let mut member = world.member(guild, self.id);
                member["permissions"] = json!("562949953421311");
                value["member"] = member;
                value["guild_id"] = json!(guild.to_string());
                value["guild"] = json!({"id": guild.to_string(), "locale": "en-US", "features": []});
                value["guild_locale"] = json!("en-US");
                value["context"] = json!(0);
                value["authorizing_integration_owners"] = json!({"0": guild.to_string()});
            }
            None => {
                value["user"] = world.users[&self.id].clone();
                value["context"] = json!(1);
                value["authorizing_integration_owners"] = json!({"0": "0"});
            }
        }
        if let Some(message) = message.and_then(|message| world.channels[&channel].messages.get(&message)) {
            value["message"] = message.clone();
        }
        value
    }

    fn world<T>(&self, with: impl FnOnce(&mut World) -> T) -> T {
        with(&mut self.discord.shared().world())
    }
}

const SUB_COMMAND: u64 = 1;
const GROUP: u64 = 2;

/// The data of a slash command, by what the bot has registered.
fn command(world: &World, channel: u64, name: &str, options: &[(&str, Value)]) -> Value {
    let guild = world.channels[&channel].guild;
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default();
    let known = world
        .commands
        .get(&guild)
        .into_iter()
        .chain(world.commands.get(&None).filter(|_| guild.is_some()))
        .flatten();
    let names: Vec<_> = known.clone().map(|command| command["name"].clone()).collect();
    let registered = known.into_iter().find(|command| command["name"] == first);
    let registered =
        registered.unwrap_or_else(|| panic!("no command `{first}` is registered here; there are {names:?}"));
    let mut resolved = Map::new();
    let words: Vec<&str> = words.collect();
    let given = filled(world, guild, registered, &words, options, &mut resolved);
    let mut data = json!({"id": registered["id"], "name": first, "type": 1, "options": given});
    if let Some(of) = registered.get("guild_id") {
        data["guild_id"] = of.clone();
    }
    if !resolved.is_empty() {
        data["resolved"] = Value::Object(resolved);
    }
    data
}

fn filled(
    world: &World,
    guild: Option<u64>,
    level: &Value,
    words: &[&str],
    options: &[(&str, Value)],
    resolved: &mut Map<String, Value>,
) -> Vec<Value> {
    let declared: Vec<&Value> = level["options"].as_array().into_iter().flatten().collect();
    if let Some((word, rest)) = words.split_first() {
        let sub = declared.iter().find(|option| {
            option["name"] == *word && matches!(option["type"].as_u64(), Some(SUB_COMMAND | GROUP))
        });
        let sub = sub.unwrap_or_else(|| panic!("`{}` has no sub-command `{word}`", level["name"]));
        return vec![
            json!({"name": word, "type": sub["type"], "options": filled(world, guild, sub, rest, options, resolved)}),
        ];
    }
    for option in declared.iter().filter(|option| option["required"] == true) {
        assert!(
            options.iter().any(|(name, _)| option["name"] == *name),
            "`{}` wants {}",
            level["name"],
            option["name"]
        );
    }
    let given = options.iter().map(|(name, value)| {
        let option = declared.iter().find(|option| option["name"] == *name);
        let option = option.unwrap_or_else(|| panic!("`{}` has no option `{name}`", level["name"]));
        let choices = option.get("choices").and_then(Value::as_array).filter(|choices| !choices.is_empty());
        let fits = choices.is_none_or(|choices| choices.iter().any(|choice| choice["value"] == *value));
        assert!(fits, "`{name}` has no choice {value}");
        json!({"name": name, "type": option["type"], "value": typed(world, guild, option, value, resolved)})
    });
    given.collect()
}

/// Users, channels and roles are given by id and shown in full beside.
fn typed(
    world: &World,
    guild: Option<u64>,
    option: &Value,
    value: &Value,
    resolved: &mut Map<String, Value>,
) -> Value {
    let id = || {
        value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("{value} is no id"))
    };
    let mut show = |group: &str, id: u64, object: Value| {
        resolved.entry(group).or_insert_with(|| json!({}))[id.to_string()] = object;
    };
    match option["type"].as_u64() {
        Some(3) => assert!(value.is_string(), "{} is text, not {value}", option["name"]),
        Some(4) => {
            assert!(value.is_i64() || value.is_u64(), "{} is a whole number, not {value}", option["name"])
        }
        Some(5) => assert!(value.is_boolean(), "{} is yes or no, not {value}", option["name"]),
        Some(6) => {
            show("users", id(), world.users[&id()].clone());
            if let Some(guild) = guild.filter(|guild| world.guilds[guild].members.contains_key(&id())) {
                let mut member = world.member_part(guild, id());
                member["permissions"] = json!("0");
                show("members", id(), member);
            }
        }
        Some(7) => {
            let channel = world.channel_value(id());
            show(
                "channels",
                id(),
                json!({"id": channel["id"], "name": channel["name"], "type": 0, "permissions": "0"}),
            );
        }
        Some(8) => show("roles", id(), world.role_value(guild.expect("roles are of guilds"), id())),
        Some(10) => assert!(value.is_number(), "{} is a number, not {value}", option["name"]),
        other => panic!("options of type {other:?} cannot be given here"),
    }
    if matches!(option["type"].as_u64(), Some(6..=8)) { json!(id().to_string()) } else { value.clone() }
}

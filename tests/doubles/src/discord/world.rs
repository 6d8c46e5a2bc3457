//! Discord as it stands: users, guilds with members and roles, channels with messages, commands, interactions. Objects are kept as the
//! JSON that Discord shows; whatever goes out as an event is read by twilight-model first.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use twilight_model::util::Timestamp;

use super::gateway::Gateway;
use super::refusal::Refusal;
use crate::wire::Upload;

pub(crate) struct World {
    pub bot: u64,
    pub app: u64,
    pub users: BTreeMap<u64, Value>,
    pub guilds: BTreeMap<u64, Guild>,
    pub channels: BTreeMap<u64, Channel>,
    /// Registered commands: of one guild, or everywhere.
    pub commands: BTreeMap<Option<u64>, Vec<Value>>,
    pub asked: BTreeMap<u64, Asked>,
    /// Attached files by the path of their address.
    pub files: BTreeMap<String, Upload>,
    pub gateway: Gateway,
    last: u64,
}

pub(crate) struct Guild {
    pub name: String,
    pub owner: u64,
    pub members: BTreeMap<u64, Member>,
    pub roles: BTreeMap<u64, String>,
    pub banned: BTreeSet<u64>,
}

pub(crate) struct Member {
    pub roles: BTreeSet<u64>,
    pub joined: String,
}

pub(crate) struct Channel {
    pub id: u64,
    pub guild: Option<u64>,
    pub name: String,
    /// Whose direct messages these are.
    pub with: Option<u64>,
    /// This person takes no direct messages.
    pub is_closed: bool,
    pub messages: BTreeMap<u64, Value>,
    /// Messages by their nonce, where the bot asked that it be enforced.
    pub nonces: BTreeMap<String, u64>,
}

/// An interaction, and how far it is answered.
pub(crate) struct Asked {
    pub kind: u64,
    pub token: String,
    pub channel: u64,
    /// The message whose component was used.
    pub message: Option<u64>,
    pub at: Instant,
    pub is_expired: bool,
    pub answer: Option<Value>,
    /// The message that answers it, once there is one.
    pub original: Option<u64>,
}

impl World {
    pub fn new() -> World {
        let mut world = World {
            bot: 0,
            app: 0,
            users: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            commands: BTreeMap::new(),
            asked: BTreeMap::new(),
            files: BTreeMap::new(),
            gateway: Gateway::default(),
            last: 0,
        };
        world.bot = world.user("double", true);
        // Since 2016 an application and its bot share their id.
        world.app = world.bot;
        world
    }

    /// A new id, greater than all before it.
    pub fn id(&mut self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64);
        self.last = ((since - 1_420_070_400_000) << 22).max(self.last + 1);
        self.last
    }

    pub fn user(&mut self, name: &str, bot: bool) -> u64 {
        let id = self.id();
        let user = json!({
            "id": id.to_string(), "username": name.to_lowercase(), "global_name": name, "discriminator": "0", "avatar": null,
            "bot": bot, "system": false, "public_flags": 0, "flags": 0
        });
        self.users.insert(id, user);
        id
    }

    pub fn channel(&mut self, id: u64) -> Result<&mut Channel, Refusal> {
        self.channels.get_mut(&id).ok_or_else(|| Refusal::unknown("Channel"))
    }

    pub fn guild(&mut self, id: u64) -> Result<&mut Guild, Refusal> {
        self.guilds.get_mut(&id).ok_or_else(|| Refusal::unknown("Guild"))
    }

    /// The channel of direct messages with somebody, made if need be.
    pub fn direct(&mut self, person: u64) -> u64 {
        if let Some(channel) = self.channels.values().find(|channel| channel.with == Some(person)) {
            return channel.id;
        }
        let id = self.id();
        self.channels.insert(id, Channel::new(id, None, "", Some(person)));
        id
    }

    pub fn channel_value(&self, id: u64) -> Value {
        let channel = &self.channels[&id];
        let last = channel.messages.keys().next_back().map(u64::to_string);
        match channel.guild {
            Some(guild) => json!({
                "id": id.to_string(), "type": 0, "guild_id": guild.to_string(), "name": channel.name, "position": 0,
                "permission_overwrites": [], "topic": null, "nsfw": false, "rate_limit_per_user": 0, "parent_id": null,
                "last_message_id": last, "flags": 0
            }),
            None => json!({
                "id": id.to_string(), "type": 1, "last_message_id": last, "flags": 0,
                "recipients": channel.with.map(|person| self.users[&person].clone()).into_iter().collect::<Vec<_>>()
            }),
        }
    }

    /// A member without the user, as messages carry it.
    pub fn member_part(&self, guild: u64, person: u64) -> Value {
        let member = self.guilds[&guild].members.get(&person);
        let roles: Vec<_> = member.into_iter().flat_map(|member| &member.roles).map(u64::to_string).collect();
        let joined = member.map_or_else(now, |member| member.joined.clone());
        json!({
            "roles": roles, "nick": null, "avatar": null, "banner": null, "joined_at": joined, "premium_since": null, "deaf": false,
            "mute": false, "flags": 0, "pending": false, "communication_disabled_until": null
        })
    }

    pub fn member(&self, guild: u64, person: u64) -> Value {
        let mut member = self.member_part(guild, person);
        member["user"] = self.users[&person].clone();
        member
    }

    pub fn role_value(&self, guild: u64, role: u64) -> Value {
        let colors = json!({"primary_color": 0, "secondary_color": null, "tertiary_color": null});
        json!({
            "id": role.to_string(), "name": self.guilds[&guild].roles[&role], "color": 0, "colors": colors, "hoist": false,
            "icon": null, "unicode_emoji": null, "position": 1, "permissions": "0", "managed": false, "mentionable": true, "flags": 0
        })
    }

    pub fn guild_value(&self, id: u64) -> Value {
        let guild = &self.guilds[&id];
        let roles: Vec<_> = guild.roles.keys().map(|role| self.role_value(id, *role)).collect();
        let members: Vec<_> = guild.members.keys().map(|person| self.member(id, *person)).collect();
        let of_guild = self.channels.values().filter(|channel| channel.guild == Some(id));
        let channels: Vec<_> = of_guild.map(|channel| self.channel_value(channel.id)).collect();
        json!({
            "id": id.to_string(), "name": guild.name, "owner_id": guild.owner.to_string(), "icon": null, "splash": null,
            "discovery_splash": null, "banner": null, "description": null, "afk_channel_id": null, "afk_timeout": 300,
            "verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "roles": roles, "emojis": [],
            "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null, "system_channel_flags": 0,
            "rules_channel_id": null, "public_updates_channel_id": null, "safety_alerts_channel_id": null, "vanity_url_code": null,
            "premium_tier": 0, "premium_subscription_count": 0, "premium_progress_bar_enabled": false, "preferred_locale": "en-US",
            "nsfw_level": 0, "stickers": [], "joined_at": now(), "large": false, "unavailable": false,
            "member_count": guild.members.len(), "voice_states": [], "members": members, "channels": channels, "threads": [],
            "presences": [], "stage_instances": [], "guild_scheduled_events": []
        })
    }

    /// A message as Discord shows it; `data` holds what its author wrote.
    pub fn message(&mut self, channel: u64, author: u64, data: &Value) -> Value {
        let id = self.id();
        let or_empty = |name: &str| {
            data.get(name).filter(|value| !value.is_null()).cloned().unwrap_or_else(|| json!([]))
        };
        let mut message = json!({
            "id": id.to_string(), "channel_id": channel.to_string(), "type": 0, "author": self.users[&author],
            "content": data.get("content").and_then(Value::as_str).unwrap_or_default(), "timestamp": now(),
            "edited_timestamp": null, "tts": data["tts"] == true, "mention_everyone": false, "mentions": [], "mention_roles": [],
            "attachments": or_empty("attachments"), "embeds": or_empty("embeds"), "components": or_empty("components"),
            "pinned": false, "flags": data.get("flags").and_then(Value::as_u64).unwrap_or_default()
        });
        if let Some(nonce) = data.get("nonce").filter(|nonce| !nonce.is_null()) {
            message["nonce"] = nonce.clone();
        }
        let replied = data
            .get("message_reference")
            .and_then(|reference| reference["message_id"].as_str()?.parse().ok());
        if let Some(replied) = replied {
            let referenced = self.channels[&channel].messages.get(&replied).cloned();
            message["type"] = json!(19);
            message["message_reference"] =
                json!({"type": 0, "channel_id": channel.to_string(), "message_id": replied.to_string()});
            message["referenced_message"] = referenced.unwrap_or_default();
            if let Some(object) = message["referenced_message"].as_object_mut() {
                object.remove("referenced_message");
            }
        }
        message
    }

    /// Keeps a new message and tells the gateway of it.
    pub fn post(&mut self, channel: u64, message: Value) -> u64 {
        let id = id_of(&message);
        self.tell_message("MESSAGE_CREATE", channel, &message);
        self.channels
            .get_mut(&channel)
            .expect("messages are made for channels that are there")
            .messages
            .insert(id, message);
        id
    }

    pub fn tell_message(&mut self, event: &'static str, channel: u64, message: &Value) {
        const EPHEMERAL: u64 = 1 << 6;
        if message["flags"].as_u64().unwrap_or_default() & EPHEMERAL != 0 {
            return;
        }
        let (guild, mut told) = (self.channels[&channel].guild, message.clone());
        if let Some(guild) = guild {
            let author = message["author"]["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
            told["guild_id"] = json!(guild.to_string());
            told["member"] = self.member_part(guild, author);
        }
        self.gateway.dispatch(event, guild, self.bot, told);
    }
}

impl Channel {
    pub fn new(id: u64, guild: Option<u64>, name: &str, with: Option<u64>) -> Channel {
        let (messages, nonces) = (BTreeMap::new(), BTreeMap::new());
        Channel { id, guild, name: name.into(), with, is_closed: false, messages, nonces }
    }
}

pub(crate) fn id_of(object: &Value) -> u64 {
    object["id"].as_str().and_then(|id| id.parse().ok()).expect("an object of Discord has an id")
}

/// Whether this person wrote the message.
pub(crate) fn is_by(message: &Value, person: u64) -> bool {
    message["author"]["id"].as_str().and_then(|id| id.parse().ok()) == Some(person)
}

pub(crate) fn now() -> String {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as i64);
    Timestamp::from_micros(micros).map(|at| at.iso_8601().to_string()).expect("now is a time")
}

//! From what Discord tells to what the bot hears of it. Only what is needed is read, so that what is new does no harm.

use engine::event::{Chat, ChatKind, Command, File, FileKind, Member, Message, Person, Pressed, Reaction};
use engine::{Event, What};
use flow::Data;
use flow::data::Fields;
use serde::Deserialize;
use serde_json::Value;
use smol_str::{SmolStr, format_smolstr};

use super::answers::Kind;
use super::{Channel, Discord};
use crate::{Heard, MessageId};

/// The option that stands for what follows a command on other networks.
pub(super) const ARGS: &str = "args";

const VOICE: u64 = 1 << 13;

/// What was posted to the bot's endpoint for interactions.
#[derive(Clone, Debug, PartialEq)]
pub enum Posted {
    /// To be answered with `{"type": 1}`.
    Ping,
    /// To be answered with status 202 once it is committed: the rest goes by calls.
    Heard(Box<Heard>),
    Unknown(Value),
}

#[derive(Clone, Deserialize)]
struct User {
    id: SmolStr,
    username: Option<SmolStr>,
    global_name: Option<SmolStr>,
    #[serde(default)]
    bot: bool,
}

#[derive(Deserialize)]
struct Written {
    id: SmolStr,
    channel_id: SmolStr,
    guild_id: Option<SmolStr>,
    author: User,
    #[serde(default)]
    content: SmolStr,
    #[serde(rename = "type", default)]
    kind: u64,
    #[serde(default)]
    flags: u64,
    #[serde(default)]
    attachments: Vec<Attachment>,
    message_reference: Option<Reference>,
}

#[derive(Deserialize)]
struct Attachment {
    url: SmolStr,
    filename: Option<SmolStr>,
    content_type: Option<SmolStr>,
    size: Option<i64>,
}

#[derive(Deserialize)]
struct Reference {
    channel_id: Option<SmolStr>,
    message_id: Option<SmolStr>,
}

#[derive(Deserialize)]
struct Reacted {
    user_id: SmolStr,
    channel_id: SmolStr,
    message_id: SmolStr,
    guild_id: Option<SmolStr>,
    member: Option<Of>,
    emoji: Emoji,
}

#[derive(Deserialize)]
struct Emoji {
    id: Option<SmolStr>,
    name: Option<SmolStr>,
}

#[derive(Deserialize)]
struct Of {
    user: User,
}

#[derive(Deserialize)]
struct Moved {
    guild_id: SmolStr,
    user: User,
}

#[derive(Deserialize)]
struct Asked {
    id: SmolStr,
    token: SmolStr,
    #[serde(rename = "type")]
    kind: u64,
    channel_id: Option<SmolStr>,
    channel: Option<Named>,
    guild_id: Option<SmolStr>,
    member: Option<Of>,
    user: Option<User>,
    message: Option<Id>,
    locale: Option<SmolStr>,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize)]
struct Named {
    name: Option<SmolStr>,
}

#[derive(Deserialize)]
struct Id {
    id: SmolStr,
}

impl Discord {
    /// An event of the gateway. `id` is the event's own, where what it tells has none. `Err`: it could not be read.
    pub(super) fn hear(
        &self,
        name: &str,
        data: &Value,
        id: SmolStr,
    ) -> Result<Option<Heard>, serde_json::Error> {
        let event = match name {
            "MESSAGE_CREATE" => {
                let message = Written::deserialize(data)?;
                let id = format_smolstr!("discord:{}:message:{}", self.id, message.id);
                return Ok(self.written(message).map(|event| Heard { id, event }));
            }
            "INTERACTION_CREATE" => return Asked::deserialize(data).map(|asked| self.asked(asked)),
            "MESSAGE_REACTION_ADD" => self.reacted(Reacted::deserialize(data)?, false),
            "MESSAGE_REACTION_REMOVE" => self.reacted(Reacted::deserialize(data)?, true),
            "GUILD_MEMBER_ADD" => self.moved(Moved::deserialize(data)?, true),
            "GUILD_MEMBER_REMOVE" => self.moved(Moved::deserialize(data)?, false),
            "GUILD_CREATE" => {
                self.learn_guild(data, [&data["channels"], &data["threads"]]);
                None
            }
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "THREAD_CREATE" | "THREAD_UPDATE" => {
                self.learn(data, None);
                None
            }
            _ => None,
        };
        Ok(event.map(|event| Heard { id, event }))
    }

    /// The body of a request to the bot's endpoint, after [`Discord::is_signed`].
    pub fn read(&self, body: &[u8]) -> Option<Posted> {
        let data: Value = serde_json::from_slice(body).ok()?;
        if data["type"] == 1 {
            return Some(Posted::Ping);
        }
        let heard = Asked::deserialize(&data).ok().and_then(|asked| self.asked(asked));
        Some(heard.map_or(Posted::Unknown(data), |heard| Posted::Heard(Box::new(heard))))
    }

    fn written(&self, message: Written) -> Option<Event> {
        // Messages that people wrote, and answers to others; not what Discord itself tells, nor what bots say.
        if message.author.bot || !matches!(message.kind, 0 | 19) {
            return None;
        }
        let id = MessageId::new(&message.channel_id, &message.id).text();
        let what = match command(&message.content) {
            Some((name, args)) => What::Command(Command {
                name: name.into(),
                args: args.into(),
                message: id,
                ..Command::default()
            }),
            None => {
                let is_voice = message.flags & VOICE != 0;
                let reply_to = message.message_reference.filter(|_| message.kind == 19).and_then(|to| {
                    Some(
                        MessageId::new(to.channel_id.as_ref().unwrap_or(&message.channel_id), to.message_id?)
                            .text(),
                    )
                });
                What::Message(Message {
                    id,
                    text: message.content,
                    files: message.attachments.into_iter().map(|one| file(one, is_voice)).collect(),
                    reply_to,
                    ..Message::default()
                })
            }
        };
        let chat = self.chat(&message.channel_id, message.guild_id.as_ref(), None);
        Some(event(Some(chat), Some(person(message.author, None)), what))
    }

    fn reacted(&self, reacted: Reacted, removed: bool) -> Option<Event> {
        if reacted.user_id == self.id {
            return None;
        }
        let by = match reacted.member {
            Some(member) => person(member.user, None),
            None => Person { id: reacted.user_id, ..Person::default() },
        };
        let emoji = match (reacted.emoji.name, reacted.emoji.id) {
            (Some(name), Some(id)) => format_smolstr!("{name}:{id}"),
            (name, id) => name.or(id)?,
        };
        let message = MessageId::new(&reacted.channel_id, &reacted.message_id).text();
        let what = What::Reaction(Reaction { emoji, message, removed });
        Some(event(Some(self.chat(&reacted.channel_id, reacted.guild_id.as_ref(), None)), Some(by), what))
    }

    /// Somebody joined or left a guild; it is told in the channel that greets newcomers.
    fn moved(&self, moved: Moved, joined: bool) -> Option<Event> {
        if moved.user.id == self.id {
            return None;
        }
        let who = person(moved.user, None);
        let chat = self.greeting(&moved.guild_id);
        let member = Member { who: who.clone() };
        Some(event(chat, Some(who), if joined { What::Joined(member) } else { What::Left(member) }))
    }

    fn asked(&self, asked: Asked) -> Option<Heard> {
        let by = person(asked.member.map(|member| member.user).or(asked.user)?, asked.locale);
        let answer = format_smolstr!("{}:{}", asked.id, asked.token);
        let channel = asked.channel_id?;
        let message = asked.message.map(|message| MessageId::new(&channel, &message.id).text());
        let what = match asked.kind {
            2 if asked.data["type"].as_u64().unwrap_or(1) == 1 => {
                let mut options = Fields::default();
                given(&asked.data["options"], &mut options);
                let args = options.get(ARGS).and_then(Data::as_str).unwrap_or_default().into();
                What::Command(Command {
                    name: word(&asked.data, "name"),
                    args,
                    options,
                    slash: true,
                    id: answer.clone(),
                    ..Command::default()
                })
            }
            3 | 5 => What::Button(Pressed {
                data: word(&asked.data, "custom_id"),
                message: message.clone().unwrap_or_default(),
                id: answer.clone(),
                values: values(&asked.data),
            }),
            _ => return None,
        };
        let kind = if message.is_some() { Kind::OfMessage } else { Kind::OfCommand };
        self.await_answer(&answer, kind);
        let name = asked.channel.and_then(|channel| channel.name);
        let chat = self.chat(&channel, asked.guild_id.as_ref(), name);
        let id = format_smolstr!("discord:{}:interaction:{}", self.id, asked.id);
        Some(Heard { id, event: event(Some(chat), Some(by), what) })
    }

    fn chat(&self, channel: &SmolStr, guild: Option<&SmolStr>, name: Option<SmolStr>) -> Chat {
        let Some(guild) = guild else {
            return Chat { id: channel.clone(), kind: ChatKind::Private, title: None };
        };
        let mut known = self.known();
        let of = known.channels.entry(channel.clone()).or_default();
        of.guild = Some(guild.clone());
        of.name = name.or(of.name.take());
        Chat { id: channel.clone(), kind: ChatKind::Group, title: of.name.clone() }
    }

    /// A guild with its channels. Its first one for text greets newcomers, unless the guild names another.
    pub(super) fn learn_guild(&self, guild: &Value, lists: [&Value; 2]) {
        let Some(id) = guild["id"].as_str() else { return };
        let mut channels = lists.into_iter().filter_map(Value::as_array).flatten();
        channels.clone().for_each(|channel| self.learn(channel, Some(id)));
        let first = channels.find(|channel| channel["type"] == 0).and_then(|channel| channel["id"].as_str());
        if let Some(greets) = guild["system_channel_id"].as_str().or(first) {
            self.known().greets.insert(id.into(), Some(greets.into()));
        }
    }

    fn learn(&self, channel: &Value, guild: Option<&str>) {
        let Some(id) = channel["id"].as_str() else { return };
        let guild = channel["guild_id"].as_str().or(guild).map(SmolStr::from);
        let name = channel["name"].as_str().map(SmolStr::from);
        self.known().channels.insert(id.into(), Channel { guild, name });
    }

    fn greeting(&self, guild: &str) -> Option<Chat> {
        let channel = self.known().greets.get(guild).cloned()??;
        Some(self.chat(&channel, Some(&guild.into()), None))
    }
}

fn event(chat: Option<Chat>, person: Option<Person>, what: What) -> Event {
    Event { channel: SmolStr::new_static("discord"), chat, person, what }
}

fn person(user: User, locale: Option<SmolStr>) -> Person {
    Person {
        id: user.id,
        first_name: user.global_name.or_else(|| user.username.clone()),
        last_name: None,
        username: user.username,
        // `en-US` is English.
        language: locale.map(|locale| locale.split('-').next().unwrap_or_default().into()),
    }
}

pub(super) fn known_person(user: &Value) -> Option<Person> {
    User::deserialize(user).ok().map(|user| person(user, None))
}

fn file(attached: Attachment, is_voice: bool) -> File {
    let mime = attached.content_type.filter(|mime| !mime.is_empty());
    let kind = match mime.as_deref().and_then(|mime| mime.split('/').next()) {
        _ if is_voice => FileKind::Voice,
        Some("image") => FileKind::Photo,
        Some("video") => FileKind::Video,
        Some("audio") => FileKind::Audio,
        _ => FileKind::Document,
    };
    File { id: attached.url, kind, name: attached.filename, mime, size: attached.size }
}

/// Options as they were typed; those of sub-commands too.
fn given(options: &Value, into: &mut Fields) {
    for option in options.as_array().into_iter().flatten() {
        given(&option["options"], into);
        let value = match &option["value"] {
            Value::Null => continue,
            Value::Bool(value) => Data::Bool(*value),
            Value::String(text) => Data::text(text.as_str()),
            other => {
                other.as_i64().map(Data::Int).or_else(|| Data::number(other.as_f64()?)).unwrap_or_default()
            }
        };
        into.insert(word(option, "name"), value);
    }
}

/// What was chosen in a menu, or typed into a form, whichever way the form is built.
fn values(data: &Value) -> Fields {
    let mut values = Fields::default();
    if let Some(chosen) = data["values"].as_array() {
        let chosen = chosen.iter().filter_map(Value::as_str).map(Data::text);
        values.insert("chosen".into(), Data::list(chosen));
    }
    for row in data["components"].as_array().into_iter().flatten() {
        let single = std::slice::from_ref(&row["component"]);
        for input in row["components"].as_array().map_or(single, Vec::as_slice) {
            if let Some(text) = input["value"].as_str() {
                values.insert(word(input, "custom_id"), Data::text(text));
            }
        }
    }
    values
}

fn word(value: &Value, name: &str) -> SmolStr {
    value[name].as_str().unwrap_or_default().into()
}

/// A text that begins like a command, where it is not one of the platform's own.
fn command(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('/')?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let name = &rest[..end];
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    is_name.then(|| (name, rest[end..].trim()))
}

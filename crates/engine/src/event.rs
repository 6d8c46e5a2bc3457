//! What comes from outside: messages, pressed buttons, schedules, calls. One form for all channels.

use std::sync::Arc;

use flow::data::Fields;
use flow::expr::Given;
use flow::{Data, Id, Time};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::session::RunId;

/// Something that happened outside, as it is journaled and routed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// `telegram`, `discord`; empty for what belongs to no channel, such as a schedule.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub channel: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    pub what: What,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    pub id: SmolStr,
    #[serde(default)]
    pub kind: ChatKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<SmolStr>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatKind {
    #[default]
    Private,
    Group,
    Channel,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: SmolStr,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<SmolStr>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum What {
    Message(Message),
    /// A text that is a command of the bot: `/order two`. Also Discord's slash commands, with typed options.
    Command(Command),
    Button(Pressed),
    Reaction(Reaction),
    Joined(Member),
    Left(Member),
    Inline(InlineQuery),
    Webhook(Webhook),
    /// From the event bus.
    Custom {
        name: SmolStr,
        data: Data,
    },
    /// A schedule of the bot came due.
    Schedule {
        flow: Id,
        node: Id,
        /// When it should have run; `at` of the input says when it does.
        due: Time,
    },
    /// The bot was started.
    Started,
    /// A run failed and nothing in its flow took care of it.
    Failed(Failed),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: SmolStr,
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub text: SmolStr,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<SmolStr>,
    /// The message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<SmolStr>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// How the channel finds it again.
    pub id: SmolStr,
    #[serde(default)]
    pub kind: FileKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    #[default]
    Document,
    Photo,
    Video,
    Audio,
    Voice,
    Sticker,
    Animation,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Command {
    pub name: SmolStr,
    /// What follows the command.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub args: SmolStr,
    /// Discord's typed options.
    #[serde(default, skip_serializing_if = "no_fields")]
    pub options: Fields,
    /// A slash command of the platform rather than a text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub slash: bool,
    #[serde(default)]
    pub message: SmolStr,
    /// How to answer a slash command.
    #[serde(default, skip_serializing_if = "SmolStr::is_empty")]
    pub id: SmolStr,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pressed {
    /// What the button carries.
    pub data: SmolStr,
    /// The message that the button is at.
    pub message: SmolStr,
    /// How to answer the press.
    #[serde(default)]
    pub id: SmolStr,
    /// What was typed into a form, or chosen in a menu.
    #[serde(default, skip_serializing_if = "no_fields")]
    pub values: Fields,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reaction {
    pub emoji: SmolStr,
    pub message: SmolStr,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Who joined or left; the event's person is who did it.
    pub who: Person,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InlineQuery {
    pub id: SmolStr,
    pub query: SmolStr,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// To answer it.
    pub id: SmolStr,
    pub method: SmolStr,
    pub path: SmolStr,
    #[serde(default)]
    pub query: Fields,
    #[serde(default)]
    pub headers: Fields,
    #[serde(default)]
    pub body: Data,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    pub run: RunId,
    pub flow: Id,
    pub node: Id,
    pub code: SmolStr,
    pub message: SmolStr,
}

/// What expressions see as `msg`. Every event has the same members; what it does not bring is null, so a text may ask for it.
const MSG: &[&str] = &[
    "args", "button", "command", "data", "emoji", "files", "id", "location", "options", "phone", "reply_to",
    "text",
];
const PERSON: &[&str] = &["id", "first_name", "last_name", "name", "username", "language"];
const CHAT: &[&str] = &["id", "title", "type"];

/// `msg`, `user` and `chat` as an event gives them.
#[derive(Clone, Debug)]
pub enum Seen {
    Msg(Arc<Event>),
    Person(Arc<Event>),
    Chat(Arc<Event>),
}

impl Given for Seen {
    fn get(&self, name: &str) -> Option<Data> {
        if !self.names().contains(&name) {
            return None;
        }
        Some(match self {
            Seen::Msg(event) => event.msg(name),
            // Where there is no person or chat, what it would give is null rather than unknown.
            Seen::Person(event) => event.about().map_or(Data::Null, |person| person.get(name)),
            Seen::Chat(event) => event.chat.as_ref().map_or(Data::Null, |chat| chat.get(name)),
        })
    }

    fn names(&self) -> &'static [&'static str] {
        match self {
            Seen::Msg(_) => MSG,
            Seen::Person(_) => PERSON,
            Seen::Chat(_) => CHAT,
        }
    }
}

impl Event {
    /// A member of `msg`.
    pub fn msg(&self, name: &str) -> Data {
        if name == "id" {
            return self.message().or(self.answer_to()).cloned().into();
        }
        match (&self.what, name) {
            (What::Message(message), "text") => message.text.clone().into(),
            (What::Message(message), "files") => Data::list(message.files.iter().map(File::data)),
            (What::Message(message), "phone") => message.phone.clone().into(),
            (What::Message(message), "reply_to") => message.reply_to.clone().into(),
            (What::Message(message), "location") => message.location.map_or(Data::Null, |at| {
                let number = |n: f64| Data::number(n).unwrap_or_default();
                Data::object([("latitude", number(at.latitude)), ("longitude", number(at.longitude))])
            }),
            (What::Command(command), "text") if command.args.is_empty() => {
                Data::text(format!("/{}", command.name))
            }
            (What::Command(command), "text") => Data::text(format!("/{} {}", command.name, command.args)),
            (What::Command(command), "command") => command.name.clone().into(),
            (What::Command(command), "args") => command.args.clone().into(),
            (What::Command(command), "options") => Data::Object(command.options.clone().into()),
            (What::Button(pressed), "button") => pressed.data.clone().into(),
            // `buy:7` is to a button what `/buy 7` is to a command.
            (What::Button(pressed), "args") => {
                pressed.data.split_once(':').map_or("", |(_, rest)| rest).into()
            }
            (What::Button(pressed), "data") => Data::Object(pressed.values.clone().into()),
            (What::Reaction(reaction), "emoji") => reaction.emoji.clone().into(),
            (What::Joined(member) | What::Left(member), "data") => member.who.data(),
            (What::Inline(query), "text") => query.query.clone().into(),
            (What::Webhook(call), "data") => Data::object([
                ("method", Data::from(call.method.clone())),
                ("path", call.path.clone().into()),
                ("query", Data::Object(call.query.clone().into())),
                ("headers", Data::Object(call.headers.clone().into())),
                ("body", call.body.clone()),
            ]),
            (What::Custom { name, .. }, "text") => name.clone().into(),
            (What::Custom { data, .. }, "data") => data.clone(),
            (What::Schedule { due, .. }, "data") => Data::object([("due", Data::from(due.text()))]),
            (What::Failed(failed), "data") => Data::object([
                ("run", Data::from(i64::from(failed.run.0))),
                ("flow", failed.flow.clone().into()),
                ("node", failed.node.clone().into()),
                ("code", failed.code.clone().into()),
                ("message", failed.message.clone().into()),
            ]),
            _ => Data::Null,
        }
    }

    /// The person it is about: who joined or left, else who did it.
    pub fn about(&self) -> Option<&Person> {
        match &self.what {
            What::Joined(member) | What::Left(member) => Some(&member.who),
            _ => self.person.as_ref(),
        }
    }

    /// The message it is about, for answers.
    pub fn message(&self) -> Option<&SmolStr> {
        let id = match &self.what {
            What::Message(message) => &message.id,
            What::Command(command) => &command.message,
            What::Button(pressed) => &pressed.message,
            What::Reaction(reaction) => &reaction.message,
            _ => return None,
        };
        (!id.is_empty()).then_some(id)
    }

    /// The id by which the platform or the caller expects an answer: a slash command, a press, an inline query, a call.
    pub fn answer_to(&self) -> Option<&SmolStr> {
        let id = match &self.what {
            What::Command(command) => &command.id,
            What::Button(pressed) => &pressed.id,
            What::Inline(query) => &query.id,
            What::Webhook(call) => &call.id,
            _ => return None,
        };
        (!id.is_empty()).then_some(id)
    }
}

impl File {
    pub fn data(&self) -> Data {
        let kind = match self.kind {
            FileKind::Document => "document",
            FileKind::Photo => "photo",
            FileKind::Video => "video",
            FileKind::Audio => "audio",
            FileKind::Voice => "voice",
            FileKind::Sticker => "sticker",
            FileKind::Animation => "animation",
        };
        Data::object([
            ("id", Data::from(self.id.clone())),
            ("kind", kind.into()),
            ("name", self.name.clone().into()),
            ("mime", self.mime.clone().into()),
            ("size", self.size.into()),
        ])
    }
}

impl Person {
    /// The name to call them by.
    pub fn name(&self) -> SmolStr {
        match (&self.first_name, &self.last_name) {
            (Some(first), Some(last)) => SmolStr::from(format!("{first} {last}")),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => self.username.clone().unwrap_or_else(|| self.id.clone()),
        }
    }

    /// A member of `user`.
    pub fn get(&self, name: &str) -> Data {
        match name {
            "id" => self.id.clone().into(),
            "first_name" => self.first_name.clone().into(),
            "last_name" => self.last_name.clone().into(),
            "name" => self.name().into(),
            "username" => self.username.clone().into(),
            "language" => self.language.clone().into(),
            _ => Data::Null,
        }
    }

    pub fn data(&self) -> Data {
        Data::object(PERSON.iter().map(|name| (*name, self.get(name))))
    }
}

impl Chat {
    /// A member of `chat`.
    pub fn get(&self, name: &str) -> Data {
        match name {
            "id" => self.id.clone().into(),
            "title" => self.title.clone().into(),
            "type" => Data::from(match self.kind {
                ChatKind::Private => "private",
                ChatKind::Group => "group",
                ChatKind::Channel => "channel",
            }),
            _ => Data::Null,
        }
    }
}

fn no_fields(fields: &Fields) -> bool {
    fields.is_empty()
}

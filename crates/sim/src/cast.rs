//! Who is there: people and chats by the names that a script gives them, with ids as the platform makes them.

use std::collections::BTreeSet;

use engine::event::{Chat, ChatKind, Person};
use flow::Time;
use flow::limits::Platform;
use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use crate::mock::Mock;

/// How a world begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    #[serde(with = "platform_name")]
    pub platform: Platform,
    pub chat: ChatKind,
    pub start: Time,
    pub seed: u64,
    /// The first is the one who speaks where nobody is named.
    pub people: Vec<Somebody>,
    /// Chats besides the one that the conversation is about.
    pub chats: Vec<Room>,
    pub mocks: Vec<Mock>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Somebody {
    pub name: SmolStr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<SmolStr>,
    /// They blocked the bot: it cannot write to them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub blocked: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Room {
    pub name: SmolStr,
    pub kind: ChatKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<SmolStr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<SmolStr>,
}

/// Where a test begins when it does not say: a Monday morning.
pub const START: Time = Time(1_767_603_600_000);

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            platform: Platform::Telegram,
            chat: ChatKind::Private,
            start: START,
            seed: 1,
            people: Vec::new(),
            chats: Vec::new(),
            mocks: Vec::new(),
        }
    }
}

mod platform_name {
    use flow::limits::Platform;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(platform: &Platform, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(platform.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Platform, D::Error> {
        let name = String::deserialize(from)?;
        Platform::named(&name).ok_or_else(|| serde::de::Error::custom(format!("no platform `{name}`")))
    }
}

/// Somebody as the bot meets them.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub name: SmolStr,
    pub person: Person,
    pub blocked: bool,
    pub roles: BTreeSet<SmolStr>,
}

/// A chat as the bot meets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The name of the person in a chat with the bot alone; `group`, or what the script calls it.
    pub name: SmolStr,
    pub chat: Chat,
    /// Of a group: who is in it, by name.
    pub members: BTreeSet<SmolStr>,
}

/// All who are there.
#[derive(Clone, Debug, PartialEq)]
pub struct Cast {
    pub people: Vec<Member>,
    pub places: Vec<Place>,
    platform: Platform,
    kind: ChatKind,
}

/// The name of the group where the script names none.
pub const GROUP: &str = "group";
/// The person where the script names none.
pub const FIRST: &str = "ada";

impl Cast {
    pub fn new(setup: &Setup) -> Cast {
        let mut cast =
            Cast { people: Vec::new(), places: Vec::new(), platform: setup.platform, kind: setup.chat };
        let ada = [Somebody { name: FIRST.into(), ..Somebody::default() }];
        let people = if setup.people.is_empty() { &ada[..] } else { &setup.people };
        people.iter().for_each(|somebody| cast.invite(somebody));
        if setup.chat != ChatKind::Private {
            cast.open(&Room { name: GROUP.into(), kind: setup.chat, ..Room::default() });
        }
        setup.chats.iter().for_each(|room| cast.open(room));
        cast
    }

    pub(crate) fn invite(&mut self, somebody: &Somebody) {
        let count = self.people.len() as u64 + 1;
        let id = somebody.id.clone().unwrap_or_else(|| self.id(1000, 900, count));
        let mut letters = somebody.name.chars();
        let capital = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
        let person = Person {
            id: id.clone(),
            first_name: somebody.first_name.clone().or_else(|| capital.map(SmolStr::from)),
            last_name: somebody.last_name.clone(),
            username: somebody.username.clone().or_else(|| Some(somebody.name.clone())),
            language: somebody.language.clone().or_else(|| Some("en".into())),
        };
        // On Telegram a chat with a person has the person's id.
        let chat = match self.platform {
            Platform::Telegram => id,
            Platform::Discord => self.id(0, 910, count),
        };
        self.places.push(Place {
            name: somebody.name.clone(),
            chat: Chat { id: chat, kind: ChatKind::Private, title: None },
            members: BTreeSet::from([somebody.name.clone()]),
        });
        for place in self.places.iter_mut().filter(|place| place.chat.kind != ChatKind::Private) {
            place.members.insert(somebody.name.clone());
        }
        self.people.push(Member {
            name: somebody.name.clone(),
            person,
            blocked: somebody.blocked,
            roles: BTreeSet::new(),
        });
    }

    fn open(&mut self, room: &Room) {
        let count = self.places.len() as u64 + 1 - self.people.len() as u64;
        let id = room.id.clone().unwrap_or_else(|| match self.platform {
            Platform::Telegram => format_smolstr!("-{}", 100_000 + count),
            Platform::Discord => self.id(0, 920, count),
        });
        let title = room.title.clone().unwrap_or_else(|| room.name.clone());
        self.places.push(Place {
            name: room.name.clone(),
            chat: Chat { id, kind: room.kind, title: Some(title) },
            members: self.people.iter().map(|member| member.name.clone()).collect(),
        });
    }

    fn id(&self, telegram: u64, discord: u64, count: u64) -> SmolStr {
        match self.platform {
            Platform::Telegram => format_smolstr!("{}", telegram + count),
            Platform::Discord => format_smolstr!("{discord}{count:015}"),
        }
    }

    /// The id of the message with this number.
    pub fn message_id(&self, count: u64) -> SmolStr {
        self.id(0, 930, count)
    }

    /// Who is called so; the first where nobody is named.
    pub fn named(&self, name: &str) -> Option<&Member> {
        match name {
            "" => self.people.first(),
            name => self.people.iter().find(|member| member.name == name),
        }
    }

    pub fn named_mut(&mut self, name: &str) -> Option<&mut Member> {
        self.people.iter_mut().find(|member| member.name == name)
    }

    pub fn by_id(&self, id: &str) -> Option<&Member> {
        self.people.iter().find(|member| member.person.id == id)
    }

    pub fn place(&self, name: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.name == name)
    }

    pub fn place_mut(&mut self, name: &str) -> Option<&mut Place> {
        self.places.iter_mut().find(|place| place.name == name)
    }

    /// Where a person talks with the bot when the script names no chat.
    pub fn usual_place(&self, person: &str) -> Option<&Place> {
        self.place(if self.kind == ChatKind::Private { person } else { GROUP })
    }

    /// A chat by its id, or the chat with a person by theirs.
    pub fn place_by_id(&self, id: &str) -> Option<&Place> {
        self.places
            .iter()
            .find(|place| place.chat.id == id)
            .or_else(|| self.by_id(id).and_then(|member| self.place(&member.name)))
    }

    /// `ada`, `bob` and so on, for a sentence.
    pub fn names(&self) -> String {
        self.people.iter().map(|member| format!("`{}`", member.name)).collect::<Vec<_>>().join(", ")
    }
}

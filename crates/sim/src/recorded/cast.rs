//! Who is in a recording: people and chats by names that a test can call them, with what the world would not say of them by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::Effect;
use engine::event::{Chat, ChatKind, Event, Person, What};
use flow::Time;
use flow::limits::Platform;
use smol_str::{SmolStr, format_smolstr};

use super::past::Past;
use crate::cast::{Cast, GROUP, Room, START, Setup, Somebody};
use crate::moves::Who;
use crate::world::Stage;

pub(super) struct Names {
    pub setup: Setup,
    /// By their ids.
    people: BTreeMap<SmolStr, SmolStr>,
    /// Chats of several people by their ids; empty for the one that the conversation is about.
    rooms: BTreeMap<SmolStr, SmolStr>,
}

impl Names {
    pub fn of(past: &Past, stage: &Arc<Stage>) -> Names {
        let mut channels = past.events().filter_map(|event| Platform::named(&event.channel));
        let first = || stage.bot.manifest.channels().find_map(Platform::named);
        let mut setup = Setup {
            platform: channels.next().or_else(first).unwrap_or(Platform::Telegram),
            start: start(past),
            ..Setup::default()
        };
        let mut found: Vec<Person> = Vec::new();
        let mut chats: Vec<Chat> = Vec::new();
        for event in past.events() {
            for person in [event.about(), event.person.as_ref()].into_iter().flatten() {
                if found.iter().all(|known| known.id != person.id) {
                    found.push(person.clone());
                }
            }
            if let Some(chat) = event.chat.as_ref().filter(|chat| chat.kind != ChatKind::Private)
                && chats.iter().all(|known| known.id != chat.id)
            {
                chats.push(chat.clone());
            }
        }
        reached(past, setup.platform, &mut found, &mut chats);
        let mut people = BTreeMap::new();
        for person in &found {
            let name = word(person.username.as_ref().or(person.first_name.as_ref()), "person", |name| {
                people.values().any(|known| known == name)
            });
            people.insert(person.id.clone(), name.clone());
            setup.people.push(Somebody { name, ..Somebody::default() });
        }
        let mut rooms = BTreeMap::new();
        for (place, chat) in chats.iter().enumerate() {
            let usual = Cast::new(&Setup { chat: chat.kind, ..setup.clone() });
            let is_usual = usual.place(GROUP).is_some_and(|place| place.chat == *chat);
            if place == 0 && is_usual {
                setup.chat = chat.kind;
                rooms.insert(chat.id.clone(), SmolStr::default());
                continue;
            }
            let is_taken = |name: &str| {
                let known = people.values().chain(rooms.values());
                name == GROUP || known.into_iter().any(|known| known == name)
            };
            let name = word(chat.title.as_ref(), "room", is_taken);
            let (id, title) = (Some(chat.id.clone()), chat.title.clone());
            setup.chats.push(Room { name: name.clone(), kind: chat.kind, id, title });
            rooms.insert(chat.id.clone(), name);
        }
        // Only what a world would not say of them by itself is worth a word.
        let usual = Cast::new(&setup);
        for ((person, somebody), usual) in found.iter().zip(&mut setup.people).zip(&usual.people) {
            let is = |is: &Option<SmolStr>, usual: &Option<SmolStr>| is.clone().filter(|_| is != usual);
            somebody.id = Some(person.id.clone()).filter(|id| *id != usual.person.id);
            somebody.first_name = is(&person.first_name, &usual.person.first_name);
            somebody.last_name = is(&person.last_name, &usual.person.last_name);
            somebody.username = is(&person.username, &usual.person.username);
            somebody.language = is(&person.language, &usual.person.language);
        }
        Names { setup, people, rooms }
    }

    pub fn who(&self, event: &Event) -> Who {
        let by = event.about().and_then(|person| self.people.get(&person.id)).cloned().unwrap_or_default();
        let Some(chat) = &event.chat else { return Who { by, place: SmolStr::default() } };
        let place = match self.rooms.get(&chat.id) {
            Some(room) => room.clone(),
            // Alone with the bot, which has to be said where the conversation is about a group.
            None if self.setup.chat != ChatKind::Private => by.clone(),
            None => SmolStr::default(),
        };
        Who { by, place }
    }

    /// Who let somebody into a group, where they did not come by themselves.
    pub fn brought_by(&self, event: &Event) -> SmolStr {
        let by = event.person.as_ref().filter(|by| Some(*by) != event.about());
        by.and_then(|by| self.people.get(&by.id)).cloned().unwrap_or_default()
    }

    pub fn is_first(&self, name: &str) -> bool {
        name.is_empty() || self.setup.people.first().is_some_and(|first| first.name == name)
    }

    /// What a chat is called where variables are set.
    pub fn chat_of(&self, who: &Who) -> Option<SmolStr> {
        match (who.place.is_empty(), self.setup.chat) {
            (false, _) => Some(who.place.clone()),
            (true, ChatKind::Private) => Some(who.by.clone()),
            (true, _) => None,
        }
    }
}

/// What comes due is due after a world began.
fn start(past: &Past) -> Time {
    let Some(first) = past.inputs.first() else { return START };
    let is_due = past.events().next().is_some_and(|event| matches!(event.what, What::Schedule { .. }));
    if is_due { first.at.after(-60_000) } else { first.at }
}

/// Those that nothing is heard of but that the bot reached all the same.
fn reached(past: &Past, platform: Platform, people: &mut Vec<Person>, chats: &mut Vec<Chat>) {
    let private: Vec<&SmolStr> =
        past.events().filter_map(|event| event.chat.as_ref()).map(|chat| &chat.id).collect();
    for effect in past.reached() {
        let (person, chat) = match effect {
            // On Telegram a chat with a person has the person's id, and others are negative.
            Effect::Send(send) => match (platform, &send.to) {
                (Platform::Telegram, Some(to)) if !to.starts_with('-') => (Some(to), None),
                (_, to) => (None, to.as_ref()),
            },
            Effect::UserInfo { person }
            | Effect::Role { person, .. }
            | Effect::Kick { person, .. }
            | Effect::Ban { person, .. } => (Some(person), None),
            _ => (None, None),
        };
        if let Some(id) =
            person.filter(|id| people.iter().all(|known| known.id != **id) && !private.contains(id))
        {
            people.push(Person { id: id.clone(), ..Person::default() });
        }
        let is_known = |id: &SmolStr| {
            private.contains(&id)
                || chats.iter().any(|known| known.id == *id)
                || people.iter().any(|known| known.id == *id)
        };
        if let Some(id) = chat.filter(|id| !is_known(id)) {
            chats.push(Chat { id: id.clone(), kind: ChatKind::Group, title: None });
        }
    }
}

/// One word of small letters that nobody else is called.
fn word(text: Option<&SmolStr>, usual: &str, is_taken: impl Fn(&str) -> bool) -> SmolStr {
    let text = text.map(|text| text.to_lowercase()).unwrap_or_default();
    let fits = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '-' };
    let word: String = text.trim().chars().map(fits).collect();
    let word = word.trim_matches('-');
    let is_word = word.chars().next().is_some_and(char::is_alphabetic)
        && !["bot", "event", "true", "false", "null", "yes", "no"].contains(&word);
    let word = if is_word { word } else { usual };
    let more = (2..).map(|n| format_smolstr!("{word}-{n}"));
    std::iter::once(SmolStr::from(word)).chain(more).find(|name| !is_taken(name)).unwrap_or_default()
}

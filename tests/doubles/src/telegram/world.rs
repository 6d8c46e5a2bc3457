//! Telegram as it stands: people, chats, messages, files, what is asked and not answered yet.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use frankenstein::ParseMode;
use frankenstein::types::{BotCommand, Chat, ChatId, ChatType, Message, User};
use serde_json::Value;

use super::refusal::Refusal;
use super::updates::Queue;
use crate::wire::Upload;

pub(crate) struct World {
    pub bot: User,
    pub people: BTreeMap<u64, User>,
    pub rooms: BTreeMap<i64, Room>,
    pub files: BTreeMap<String, File>,
    /// Pressed buttons by id, with how they were answered.
    pub presses: BTreeMap<String, Option<Value>>,
    pub inline: BTreeMap<String, Option<Value>>,
    /// By scope and language.
    pub commands: BTreeMap<String, Vec<BotCommand>>,
    pub queue: Queue,
    pub polls: BTreeMap<String, (i64, i32)>,
    numbers: u64,
}

pub(crate) struct Room {
    pub chat: Chat,
    /// What everybody is in this chat; the bot too.
    pub members: BTreeMap<u64, Standing>,
    pub messages: BTreeMap<i32, Kept>,
    /// A bot cannot begin a conversation: the person has to.
    pub is_open: bool,
    pub is_blocked: bool,
    last: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Creator,
    Administrator,
    Member,
    Restricted,
    Left,
    Kicked,
}

pub(crate) struct Kept {
    pub message: Message,
    /// As it was sent, to see whether an edit changes anything.
    pub raw: String,
    pub parse_mode: Option<ParseMode>,
    pub reactions: BTreeMap<u64, Vec<frankenstein::types::ReactionType>>,
}

pub(crate) struct File {
    pub path: String,
    pub upload: Upload,
}

impl World {
    pub fn new(bot_id: u64) -> World {
        let bot = User::builder().id(bot_id).is_bot(true).first_name("Double").username("double_bot").build();
        World {
            bot,
            people: BTreeMap::new(),
            rooms: BTreeMap::new(),
            files: BTreeMap::new(),
            presses: BTreeMap::new(),
            inline: BTreeMap::new(),
            commands: BTreeMap::new(),
            queue: Queue::default(),
            polls: BTreeMap::new(),
            numbers: 1000,
        }
    }

    /// The bot as only `getMe` shows it.
    pub fn me(&self) -> User {
        User {
            can_join_groups: Some(true),
            can_read_all_group_messages: Some(true),
            supports_inline_queries: Some(true),
            supports_guest_queries: Some(false),
            supports_join_request_queries: Some(false),
            can_connect_to_business: Some(false),
            has_main_web_app: Some(false),
            has_topics_enabled: Some(false),
            allows_users_to_create_topics: Some(false),
            can_manage_bots: Some(false),
            ..self.bot.clone()
        }
    }

    /// A number that was not given out before.
    pub fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub fn chat_id(&self, id: &ChatId) -> Result<i64, Refusal> {
        let found = match id {
            ChatId::Integer(id) => Some(*id),
            ChatId::String(name) if name.starts_with('@') => self.named(&name[1..]),
            ChatId::String(text) => text.parse().ok(),
        };
        found.filter(|id| self.rooms.contains_key(id)).ok_or_else(|| Refusal::bad("chat not found"))
    }

    fn named(&self, name: &str) -> Option<i64> {
        // A person's name is no address: bots reach people by number.
        let room = self.rooms.values().find(|room| room.chat.username.as_deref() == Some(name))?;
        (room.chat.type_field != ChatType::Private).then_some(room.chat.id)
    }

    pub fn room(&mut self, id: &ChatId) -> Result<&mut Room, Refusal> {
        let id = self.chat_id(id)?;
        Ok(self.rooms.get_mut(&id).expect("chat_id looked"))
    }

    /// The chat, where the bot may speak in it.
    pub fn speaking(&mut self, id: &ChatId) -> Result<&mut Room, Refusal> {
        let bot = self.bot.id;
        let room = self.room(id)?;
        let is_private = room.chat.type_field == ChatType::Private;
        if room.is_blocked {
            return Err(Refusal::forbidden("bot was blocked by the user"));
        }
        if is_private && !room.is_open {
            return Err(Refusal::forbidden("bot can't initiate conversation with a user"));
        }
        match room.members.get(&bot) {
            _ if is_private => Ok(room),
            Some(Standing::Kicked) => Err(Refusal::forbidden("bot was kicked from the group chat")),
            Some(Standing::Left) | None => Err(Refusal::forbidden("bot is not a member of the group chat")),
            Some(_) => Ok(room),
        }
    }

    /// Keeps a file; returns its id.
    pub fn keep_file(&mut self, kind: &str, upload: Upload) -> String {
        let number = self.number();
        let ending = upload.name.rsplit_once('.').map_or("bin", |(_, ending)| ending).to_string();
        let path = format!("{kind}s/file_{number}.{ending}");
        let id = format!("AgAD{kind}-{number}");
        self.files.insert(id.clone(), File { path, upload });
        id
    }
}

impl Room {
    pub fn new(chat: Chat) -> Room {
        Room {
            chat,
            members: BTreeMap::new(),
            messages: BTreeMap::new(),
            is_open: false,
            is_blocked: false,
            last: 0,
        }
    }

    /// An empty message of this chat with the next id.
    pub fn draft(&mut self, from: &User) -> Message {
        self.last += 1;
        Message::builder()
            .message_id(self.last)
            .date(now())
            .chat(self.chat.clone())
            .from(from.clone())
            .build()
    }

    pub fn keep(&mut self, message: Message, raw: &str, parse_mode: Option<ParseMode>) {
        let kept = Kept { raw: raw.into(), parse_mode, reactions: BTreeMap::new(), message };
        self.messages.insert(kept.message.message_id, kept);
    }
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

//! The people on the other end of the line. What they do becomes an update, if the bot has asked for updates of that kind.

use frankenstein::inline_mode::InlineQuery;
use frankenstein::methods::SetMessageReactionParams;
use frankenstein::types::{
    CallbackQuery, Chat, ChatId, ChatMemberUpdated, ChatType, Contact, Location, MaybeInaccessibleMessage,
    Message, MessageEntity, MessageEntityType, MessageReactionUpdated, PollAnswer, ReactionType,
    ReactionTypeEmoji, User,
};
use frankenstein::updates::UpdateContent;
use serde_json::json;

use super::Telegram;
use super::attach::attach;
use super::people::member;
use super::world::{Room, Standing, World, now};
use crate::wire::Upload;

/// Somebody who has an account.
#[derive(Clone)]
pub struct Person {
    telegram: Telegram,
    pub id: u64,
}

/// What a person can send besides text.
#[derive(Clone, Debug)]
pub enum Sends<'a> {
    Photo { name: &'a str, bytes: &'a [u8] },
    Document { name: &'a str, bytes: &'a [u8] },
    Voice { bytes: &'a [u8] },
    Location { latitude: f64, longitude: f64 },
    Contact { phone: &'a str },
}

impl Telegram {
    /// Somebody new, who has opened a conversation with the bot and written nothing yet.
    pub fn person(&self, first_name: &str) -> Person {
        let person = self.stranger(first_name);
        self.shared().world().rooms.get_mut(&person.private()).expect("just made").is_open = true;
        person
    }

    /// Somebody new who has never turned to the bot: it may not write to them.
    pub fn stranger(&self, first_name: &str) -> Person {
        let mut world = self.shared().world();
        let id = 5_000_000_000 + world.number();
        let user = User::builder().id(id).is_bot(false).first_name(first_name).language_code("en");
        let user = user.username(format!("{}_{id}", first_name.to_lowercase())).build();
        let chat = Chat::builder().id(id as i64).type_field(ChatType::Private).first_name(first_name);
        let chat = chat.maybe_username(user.username.clone()).build();
        world.rooms.insert(chat.id, Room::new(chat));
        world.people.insert(id, user);
        Person { telegram: self.clone(), id }
    }

    /// A group whose creator is the first of them; the bot is an administrator.
    pub fn group(&self, title: &str, people: &[&Person]) -> i64 {
        let mut world = self.shared().world();
        let id = -1_001_000_000_000 - world.number() as i64;
        let mut room =
            Room::new(Chat::builder().id(id).type_field(ChatType::Supergroup).title(title).build());
        for (at, person) in people.iter().enumerate() {
            room.members.insert(person.id, if at == 0 { Standing::Creator } else { Standing::Member });
        }
        room.members.insert(world.bot.id, Standing::Administrator);
        world.rooms.insert(id, room);
        id
    }
}

impl Person {
    /// The id of this person's conversation with the bot.
    pub fn private(&self) -> i64 {
        self.id as i64
    }

    /// Says something; returns the message's id.
    pub fn says(&self, chat: i64, text: &str) -> i32 {
        self.message(chat, |message| {
            message.text = Some(text.into());
            message.entities = commands(text);
        })
    }

    pub fn replies(&self, chat: i64, to: i32, text: &str) -> i32 {
        let replied =
            self.telegram.shared().world().rooms[&chat].messages.get(&to).map(|kept| kept.message.clone());
        let replied = replied.unwrap_or_else(|| panic!("there is no message {to} in {chat}"));
        self.message(chat, |message| {
            message.text = Some(text.into());
            message.reply_to_message = Some(Box::new(Message { reply_to_message: None, ..replied }));
        })
    }

    pub fn sends(&self, chat: i64, what: Sends, caption: Option<&str>) -> i32 {
        let kept = |kind: &str, name: &str, mime: &str, bytes: &[u8]| {
            let upload = Upload { name: name.into(), mime: mime.into(), bytes: bytes.into() };
            let id = self.telegram.shared().world().keep_file(kind, upload.clone());
            (id, upload)
        };
        let file = match &what {
            Sends::Photo { name, bytes } => Some(("photo", kept("photo", name, "image/jpeg", bytes))),
            Sends::Document { name, bytes } => {
                Some(("document", kept("document", name, "application/octet-stream", bytes)))
            }
            Sends::Voice { bytes } => Some(("voice", kept("voice", "voice.ogg", "audio/ogg", bytes))),
            _ => None,
        };
        let name = self.telegram.shared().world().people[&self.id].first_name.clone();
        self.message(chat, |message| {
            message.caption = caption.map(str::to_string);
            match what {
                Sends::Location { latitude, longitude } => {
                    let location = Location::builder().latitude(latitude).longitude(longitude).build();
                    message.location = Some(Box::new(location));
                }
                Sends::Contact { phone } => {
                    let contact =
                        Contact::builder().phone_number(phone).first_name(name).user_id(self.id).build();
                    message.contact = Some(Box::new(contact));
                }
                _ => {
                    if let Some((kind, (id, upload))) = file {
                        attach(message, kind, &id, &upload, &json!({}));
                    }
                }
            }
        })
    }

    /// Edits what they said.
    pub fn edits(&self, chat: i64, message: i32, text: &str) {
        self.does(chat, |world| {
            let kept = world.rooms.get_mut(&chat).and_then(|room| room.messages.get_mut(&message));
            let kept = kept.unwrap_or_else(|| panic!("there is no message {message} in {chat}"));
            kept.message.text = Some(text.into());
            kept.message.edit_date = Some(now());
            UpdateContent::EditedMessage(Box::new(kept.message.clone()))
        });
    }

    /// Presses the button with this label under a message; returns the id by which the bot has to answer.
    pub fn presses(&self, chat: i64, message: i32, label: &str) -> String {
        let mut query = String::new();
        self.does(chat, |world| {
            query = world.number().to_string();
            let kept = world.rooms[&chat].messages.get(&message);
            let kept = kept.unwrap_or_else(|| panic!("there is no message {message} in {chat}"));
            let buttons =
                kept.message.reply_markup.iter().flat_map(|markup| markup.inline_keyboard.iter().flatten());
            let mut labels = Vec::new();
            let button = buttons
                .inspect(|button| labels.push(button.text.clone()))
                .find(|button| button.text == label);
            let data = button.and_then(|button| button.callback_data.clone());
            let data = data
                .unwrap_or_else(|| panic!("no button `{label}` that tells the bot; there are {labels:?}"));
            let pressed = CallbackQuery::builder()
                .id(&query)
                .from(world.people[&self.id].clone())
                .message(MaybeInaccessibleMessage::Message(Box::new(kept.message.clone())))
                .chat_instance(format!("{chat}"))
                .data(data)
                .build();
            world.presses.insert(query.clone(), None);
            UpdateContent::CallbackQuery(Box::new(pressed))
        });
        query
    }

    /// Puts one reaction in the place of those that were there; an empty one takes them away.
    pub fn reacts(&self, chat: i64, message: i32, emoji: &str) {
        self.does(chat, |world| {
            let user = world.people[&self.id].clone();
            let room = world.rooms.get_mut(&chat).expect("the chat is there");
            let of_chat = room.chat.clone();
            let kept = room
                .messages
                .get_mut(&message)
                .unwrap_or_else(|| panic!("there is no message {message} in {chat}"));
            let new: Vec<_> = (!emoji.is_empty())
                .then(|| ReactionType::Emoji(ReactionTypeEmoji::builder().emoji(emoji).build()))
                .into_iter()
                .collect();
            let params = SetMessageReactionParams::builder()
                .chat_id(ChatId::Integer(chat))
                .message_id(message)
                .reaction(new)
                .build();
            let old = kept.reactions.insert(self.id, params.reaction.clone()).unwrap_or_default();
            let reacted =
                MessageReactionUpdated::builder().chat(of_chat).message_id(message).user(user).date(now());
            UpdateContent::MessageReaction(reacted.old_reaction(old).new_reaction(params.reaction).build())
        });
    }

    /// Joins a group: a service message, and a change of membership for bots that ask for those.
    pub fn joins(&self, chat: i64) {
        let user = self.telegram.shared().world().people[&self.id].clone();
        self.changes(chat, Standing::Member);
        self.message(chat, |message| message.new_chat_members = Some(vec![user]));
    }

    pub fn leaves(&self, chat: i64) {
        let user = self.telegram.shared().world().people[&self.id].clone();
        self.changes(chat, Standing::Left);
        self.message(chat, |message| message.left_chat_member = Some(Box::new(user)));
    }

    /// Blocks the bot in their conversation.
    pub fn blocks(&self) {
        let chat = self.private();
        self.does(chat, |world| {
            world.rooms.get_mut(&chat).expect("a person has one").is_blocked = true;
            let (bot, person) = (world.bot.clone(), world.people[&self.id].clone());
            let blocked =
                ChatMemberUpdated::builder().chat(world.rooms[&chat].chat.clone()).from(person).date(now());
            let blocked = blocked
                .old_chat_member(member(bot.clone(), Standing::Member))
                .new_chat_member(member(bot, Standing::Kicked));
            UpdateContent::MyChatMember(blocked.build())
        });
    }

    /// Types the bot's name and a query into some chat; returns the id by which the bot has to answer.
    pub fn asks_inline(&self, query: &str) -> String {
        let mut id = String::new();
        self.does(self.private(), |world| {
            id = world.number().to_string();
            world.inline.insert(id.clone(), None);
            let asked =
                InlineQuery::builder().id(&id).from(world.people[&self.id].clone()).query(query).offset("");
            UpdateContent::InlineQuery(asked.chat_type("sender").build())
        });
        id
    }

    /// Votes in a poll that is not anonymous.
    pub fn votes(&self, chat: i64, message: i32, options: &[u8]) {
        self.does(chat, |world| {
            let kept = world.rooms.get_mut(&chat).and_then(|room| room.messages.get_mut(&message));
            let poll = kept
                .and_then(|kept| kept.message.poll.as_mut())
                .unwrap_or_else(|| panic!("message {message} is no poll"));
            poll.total_voter_count += 1;
            let mut names = Vec::new();
            for option in options {
                let option = &mut poll.options[usize::from(*option)];
                option.voter_count += 1;
                names.extend(option.persistent_id.clone());
            }
            let answer = PollAnswer::builder().poll_id(&poll.id).user(world.people[&self.id].clone());
            UpdateContent::PollAnswer(
                answer.option_ids(options.to_vec()).option_persistent_ids(names).build(),
            )
        });
    }

    fn changes(&self, chat: i64, to: Standing) {
        self.does(chat, |world| {
            let user = world.people[&self.id].clone();
            let room = world.rooms.get_mut(&chat).unwrap_or_else(|| panic!("there is no chat {chat}"));
            let was = room.members.insert(self.id, to).unwrap_or(Standing::Left);
            let changed = ChatMemberUpdated::builder().chat(room.chat.clone()).from(user.clone()).date(now());
            let changed =
                changed.old_chat_member(member(user.clone(), was)).new_chat_member(member(user, to));
            UpdateContent::ChatMember(changed.build())
        });
    }

    fn message(&self, chat: i64, fill: impl FnOnce(&mut Message)) -> i32 {
        let mut id = 0;
        self.does(chat, |world| {
            let from = world.people[&self.id].clone();
            let room = world.rooms.get_mut(&chat).unwrap_or_else(|| panic!("there is no chat {chat}"));
            (room.is_open, room.is_blocked) = (true, false);
            let mut message = room.draft(&from);
            fill(&mut message);
            id = message.message_id;
            let raw = message.text.clone().unwrap_or_default();
            room.keep(message.clone(), &raw, None);
            UpdateContent::Message(Box::new(message))
        });
        id
    }

    fn does(&self, chat: i64, what: impl FnOnce(&mut World) -> UpdateContent) {
        let shared = self.telegram.shared();
        {
            let mut world = shared.world();
            let content = what(&mut world);
            world.queue.push(chat, content);
        }
        shared.tell();
    }
}

/// Telegram marks a command at the beginning.
fn commands(text: &str) -> Option<Vec<MessageEntity>> {
    let word = text.split_whitespace().next().filter(|word| text.starts_with('/') && word.len() > 1)?;
    let length = word.encode_utf16().count() as u16;
    Some(vec![
        MessageEntity::builder().type_field(MessageEntityType::BotCommand).offset(0).length(length).build(),
    ])
}

//! From an update to what the bot hears of it.

use engine::event::{
    Chat, ChatKind, Command, File, FileKind, InlineQuery, Location, Member, Message, Person, Pressed,
    Reaction,
};
use engine::{Event, What};
use smol_str::{SmolStr, format_smolstr};
use teloxide::types::{self as wire, FileMeta, MediaKind, MessageKind, ReactionType, UpdateKind};

use super::{Telegram, Update};
use crate::{Heard, MessageId};

impl Telegram {
    /// As text: teloxide reads updates in no other form.
    pub(super) fn hear(&self, text: &str) -> Option<Update> {
        let update: wire::Update = serde_json::from_str(text).ok()?;
        let number = i64::from(update.id.0);
        let id = format_smolstr!("telegram:{}:{number}", self.id);
        let (mut heard, mut unknown) = (Vec::new(), None);
        match update.kind {
            UpdateKind::Message(message) | UpdateKind::ChannelPost(message) => {
                self.message(&message, &id, &mut heard);
            }
            UpdateKind::CallbackQuery(query) => heard.push(Heard { id, event: self.pressed(query) }),
            UpdateKind::MessageReaction(reacted) => reactions(&reacted, &id, &mut heard),
            UpdateKind::ChatMember(changed) => {
                let member = &changed.new_chat_member;
                let (was, is) = (changed.old_chat_member.kind.is_present(), member.kind.is_present());
                if was != is {
                    let date = changed.date.timestamp();
                    heard.extend(self.moved(is, &member.user, Some(&changed.from), &changed.chat, date));
                }
            }
            UpdateKind::InlineQuery(query) => {
                let what = What::Inline(InlineQuery { id: query.id.0.into(), query: query.query.into() });
                heard.push(Heard { id, event: event(None, Some(person(&query.from)), what) });
            }
            _ => unknown = serde_json::from_str(text).ok(),
        }
        Some(Update { next: number + 1, heard, unknown })
    }

    fn message(&self, message: &wire::Message, id: &SmolStr, heard: &mut Vec<Heard>) {
        let (from, date) = (message.from.as_ref(), message.date.timestamp());
        match &message.kind {
            MessageKind::Common(common) => {
                if let Some(what) = self.said(message, common) {
                    let event = event(Some(chat(&message.chat)), from.map(person), what);
                    heard.push(Heard { id: id.clone(), event });
                }
            }
            MessageKind::NewChatMembers(joined) => heard.extend(
                joined
                    .new_chat_members
                    .iter()
                    .filter_map(|who| self.moved(true, who, from, &message.chat, date)),
            ),
            MessageKind::LeftChatMember(left) => {
                heard.extend(self.moved(false, &left.left_chat_member, from, &message.chat, date));
            }
            _ => {}
        }
    }

    /// A message that somebody wrote; nothing where it is none for this bot.
    fn said(&self, message: &wire::Message, common: &wire::MessageCommon) -> Option<What> {
        let id = message_id(message.chat.id, message.id);
        let reply_to = common.reply_to_message.as_ref().map(|to| message_id(to.chat.id, to.id));
        let mut said = Message { id: id.clone(), reply_to, ..Message::default() };
        match &common.media_kind {
            MediaKind::Text(media) => {
                if let Some((name, bot, args)) = command(&media.text) {
                    if bot.is_some_and(|bot| !bot.eq_ignore_ascii_case(&self.username)) {
                        return None;
                    }
                    let command =
                        Command { name: name.into(), args: args.into(), message: id, ..Command::default() };
                    return Some(What::Command(command));
                }
                said.text = media.text.as_str().into();
            }
            MediaKind::Location(media) => said.location = Some(location(&media.location)),
            MediaKind::Venue(media) => said.location = Some(location(&media.venue.location)),
            MediaKind::Contact(media) => said.phone = Some(media.contact.phone_number.as_str().into()),
            other => said.files.extend(file(other)?),
        }
        if let Some(caption) = caption(&common.media_kind) {
            said.text = caption.into();
        }
        Some(What::Message(said))
    }

    fn pressed(&self, query: wire::CallbackQuery) -> Event {
        let mut pressed = Pressed {
            data: query.data.unwrap_or_default().into(),
            id: query.id.0.into(),
            ..Pressed::default()
        };
        let mut place = None;
        if let Some(message) = &query.message {
            pressed.message = message_id(message.chat().id, message.id());
            place = Some(chat(message.chat()));
            if let Some(regular) = message.regular_message() {
                let keyboard = regular.reply_markup().cloned();
                self.keep_keyboard(MessageId::new(regular.chat.id, regular.id), keyboard);
            }
        }
        event(place, Some(person(&query.from)), What::Button(pressed))
    }

    /// Somebody joined or left. Groups tell it as a message, and to administrators as a change of membership too: both have one id.
    fn moved(
        &self,
        joined: bool,
        who: &wire::User,
        by: Option<&wire::User>,
        place: &wire::Chat,
        date: i64,
    ) -> Option<Heard> {
        if who.id.0 == self.id {
            return None;
        }
        let word = if joined { "joined" } else { "left" };
        let id = format_smolstr!("telegram:{}:{word}:{}:{}:{date}", self.id, place.id, who.id);
        let member = Member { who: person(who) };
        let what = if joined { What::Joined(member) } else { What::Left(member) };
        Some(Heard { id, event: event(Some(chat(place)), Some(person(by.unwrap_or(who))), what) })
    }
}

/// One update tells all reactions of a person before and after.
fn reactions(reacted: &wire::MessageReactionUpdated, id: &SmolStr, heard: &mut Vec<Heard>) {
    let (old, new) = (&reacted.old_reaction, &reacted.new_reaction);
    let gone = old.iter().filter(|one| !new.contains(one)).map(|one| (one, true));
    let come = new.iter().filter(|one| !old.contains(one)).map(|one| (one, false));
    for (at, (reaction, removed)) in gone.chain(come).enumerate() {
        let emoji = match reaction {
            ReactionType::Emoji { emoji } => emoji.as_str().into(),
            ReactionType::CustomEmoji { custom_emoji_id } => custom_emoji_id.0.as_str().into(),
            ReactionType::Paid => SmolStr::new_static("⭐"),
        };
        let message = message_id(reacted.chat.id, reacted.message_id);
        let what = What::Reaction(Reaction { emoji, message, removed });
        let id = if at == 0 { id.clone() } else { format_smolstr!("{id}:{at}") };
        heard.push(Heard { id, event: event(Some(chat(&reacted.chat)), reacted.user().map(person), what) });
    }
}

fn event(chat: Option<Chat>, person: Option<Person>, what: What) -> Event {
    Event { channel: SmolStr::new_static("telegram"), chat, person, what }
}

fn chat(chat: &wire::Chat) -> Chat {
    let kind = match () {
        () if chat.is_private() => ChatKind::Private,
        () if chat.is_channel() => ChatKind::Channel,
        () => ChatKind::Group,
    };
    Chat { id: format_smolstr!("{}", chat.id), kind, title: chat.title().map(SmolStr::from) }
}

fn person(user: &wire::User) -> Person {
    let some = |text: &Option<String>| text.as_deref().map(SmolStr::from);
    Person {
        id: format_smolstr!("{}", user.id),
        first_name: Some(user.first_name.as_str().into()),
        last_name: some(&user.last_name),
        username: some(&user.username),
        language: some(&user.language_code),
    }
}

fn message_id(chat: wire::ChatId, message: wire::MessageId) -> SmolStr {
    MessageId::new(chat, message).text()
}

/// `/order@pizza_bot two`: a command, the bot that is named, what follows.
fn command(text: &str) -> Option<(&str, Option<&str>, &str)> {
    let rest = text.strip_prefix('/')?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (name, bot) = match rest[..end].split_once('@') {
        Some((name, bot)) => (name, Some(bot)),
        None => (&rest[..end], None),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    is_name.then(|| (name, bot, rest[end..].trim()))
}

fn location(at: &wire::Location) -> Location {
    Location { latitude: at.latitude, longitude: at.longitude }
}

fn caption(media: &MediaKind) -> Option<&str> {
    match media {
        MediaKind::Animation(media) => media.caption.as_deref(),
        MediaKind::Audio(media) => media.caption.as_deref(),
        MediaKind::Document(media) => media.caption.as_deref(),
        MediaKind::Photo(media) => media.caption.as_deref(),
        MediaKind::Video(media) => media.caption.as_deref(),
        MediaKind::Voice(media) => media.caption.as_deref(),
        _ => None,
    }
}

/// The file of a message; nothing where it brings neither a text nor one, such as a poll.
fn file(media: &MediaKind) -> Option<Option<File>> {
    let of = |kind, meta: &FileMeta, name: Option<&String>, mime: Option<&str>| File {
        id: meta.id.0.as_str().into(),
        kind,
        name: name.map(SmolStr::from),
        mime: mime.map(SmolStr::from),
        // What teloxide says where Telegram does not know it.
        size: (meta.size != u32::MAX).then(|| meta.size.into()),
    };
    let file = match media {
        MediaKind::Photo(media) => {
            // The last is the largest.
            media.photo.last().map(|photo| of(FileKind::Photo, &photo.file, None, Some("image/jpeg")))
        }
        MediaKind::Document(media) => {
            let it = &media.document;
            let mime = it.mime_type.as_ref().map(|mime| mime.essence_str());
            Some(of(FileKind::Document, &it.file, it.file_name.as_ref(), mime))
        }
        MediaKind::Video(media) => {
            let it = &media.video;
            let mime = it.mime_type.as_ref().map(|mime| mime.essence_str());
            Some(of(FileKind::Video, &it.file, it.file_name.as_ref(), mime))
        }
        MediaKind::VideoNote(media) => {
            Some(of(FileKind::Video, &media.video_note.file, None, Some("video/mp4")))
        }
        MediaKind::Audio(media) => {
            let it = &media.audio;
            let mime = it.mime_type.as_ref().map(|mime| mime.essence_str());
            Some(of(FileKind::Audio, &it.file, it.file_name.as_ref(), mime))
        }
        MediaKind::Voice(media) => {
            let mime = media.voice.mime_type.as_ref().map(|mime| mime.essence_str());
            Some(of(FileKind::Voice, &media.voice.file, None, mime))
        }
        MediaKind::Animation(media) => {
            let it = &media.animation;
            let mime = it.mime_type.as_ref().map(|mime| mime.essence_str());
            Some(of(FileKind::Animation, &it.file, it.file_name.as_ref(), mime))
        }
        MediaKind::Sticker(media) => {
            let flags = &media.sticker.flags;
            let mime = match (flags.is_animated, flags.is_video) {
                (true, _) => "application/x-tgsticker",
                (_, true) => "video/webm",
                _ => "image/webp",
            };
            Some(of(FileKind::Sticker, &media.sticker.file, None, Some(mime)))
        }
        _ => return None,
    };
    Some(file)
}

#[test]
fn commands_are_read() {
    let cases = [
        ("/start", Some(("start", None, ""))),
        ("/order@pizza_bot  two pizzas ", Some(("order", Some("pizza_bot"), "two pizzas"))),
        ("/a-b", Some(("a-b", None, ""))),
        ("/", None),
        ("/ x", None),
        ("/a/b", None),
        ("order", None),
    ];
    for (text, expected) in cases {
        assert_eq!(command(text), expected, "{text}");
    }
}

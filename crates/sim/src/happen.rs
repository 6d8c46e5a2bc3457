//! From a move to what the bot hears of it.

use engine::event::{
    Command, Event, File, FileKind, InlineQuery, Location, Member as Moved, Message as Heard, Pressed,
    Reaction, Webhook, What,
};
use engine::input::{VarScope, Write, WriteHow};
use engine::{Done, EffectError, Key};
use flow::limits::Platform;
use flow::{Data, Time};
use smol_str::{SmolStr, format_smolstr};

use crate::cast::{Member, Place};
use crate::chat::{DidState, Message, Press};
use crate::moves::{Move, Sent, Who};
use crate::world::{Answered, Cannot, World, nobodys};

/// What a move comes to.
#[derive(Default)]
pub(crate) struct Happening {
    pub event: Option<Event>,
    pub answer: Option<Answered>,
    /// Where the clock goes.
    pub until: Option<Time>,
    /// The message that it brings.
    pub message: Option<SmolStr>,
}

impl World {
    pub(crate) fn prepare(&mut self, one: &Move) -> Result<Happening, Cannot> {
        let event = |event: Event| Happening { event: Some(event), ..Happening::default() };
        Ok(match one {
            Move::Says { who, text, reply_to } => self.says(who, text, reply_to.as_ref())?,
            Move::Sends { who, what } => self.sends(who, what)?,
            Move::Presses { who, button, message } => self.presses(who, button, message.as_ref())?,
            Move::Fills { who, values } => {
                let (member, place) = self.who(who)?;
                let Some(form) = self.form.take_if(|form| form.place == place.name) else {
                    return Err(Cannot("There is no form to fill in.".into()));
                };
                let pressed = Pressed { data: form.form.data, values: values.clone(), ..Pressed::default() };
                let what = What::Button(self.with_id(pressed));
                event(self.event(&member, Some(&place), what))
            }
            Move::Reacts { who, emoji, message, removed } => {
                let (member, place) = self.who(who)?;
                let found = self.messages.iter_mut().rev().find(|known| match message {
                    Some(id) => known.id == *id,
                    None => known.by.is_none() && known.place == place.name && !known.deleted,
                });
                let Some(found) = found else {
                    return Err(Cannot("There is no message to react to.".into()));
                };
                let mine = (Some(member.name.clone()), emoji.clone());
                found.reactions.retain(|one| *one != mine);
                if !removed {
                    found.reactions.push(mine);
                }
                let message = found.id.clone();
                let reaction = Reaction { emoji: emoji.clone(), message, removed: *removed };
                event(self.event(&member, Some(&place), What::Reaction(reaction)))
            }
            Move::Slash { who, command, options } => {
                let (member, place) = self.who(who)?;
                let name = SmolStr::from(command.trim_start_matches('/'));
                let message = self.post(Message {
                    place: place.name.clone(),
                    by: Some(member.name.clone()),
                    text: slash_text(&name, options),
                    ..Message::default()
                });
                let command = Command {
                    name,
                    options: options.clone(),
                    slash: true,
                    id: format_smolstr!("c{message}"),
                    message: message.clone(),
                    ..Command::default()
                };
                let heard = self.event(&member, Some(&place), What::Command(command));
                Happening { event: Some(heard), message: Some(message), ..Happening::default() }
            }
            Move::Asks { who, query } => {
                let (member, _) = self.who(who)?;
                self.count += 1;
                let id = format_smolstr!("q{}", self.count);
                self.offered = crate::chat::Offered { query: query.clone(), results: Vec::new() };
                event(self.event(&member, None, What::Inline(InlineQuery { id, query: query.clone() })))
            }
            Move::Joins { who, brought_by } => {
                let (member, place) = self.who(who)?;
                let by = if brought_by.is_empty() { member.clone() } else { self.named(brought_by)? };
                if let Some(place) = self.cast.place_mut(&place.name) {
                    place.members.insert(member.name.clone());
                }
                event(self.event(&by, Some(&place), What::Joined(Moved { who: member.person })))
            }
            Move::Leaves { who } => {
                let (member, place) = self.who(who)?;
                if let Some(place) = self.cast.place_mut(&place.name) {
                    place.members.remove(&member.name);
                }
                event(self.event(&member, Some(&place), What::Left(Moved { who: member.person.clone() })))
            }
            Move::Webhook { method, path, query, headers, body } => {
                self.count += 1;
                event(nobodys(What::Webhook(Webhook {
                    id: format_smolstr!("w{}", self.count),
                    method: method.clone(),
                    path: path.clone(),
                    query: query.clone(),
                    headers: headers.clone(),
                    body: body.clone(),
                })))
            }
            Move::Event { who, name, data } => {
                let what = What::Custom { name: name.clone(), data: data.clone() };
                if *who == Who::default() {
                    event(nobodys(what))
                } else {
                    let (member, place) = self.who(who)?;
                    event(self.event(&member, Some(&place), what))
                }
            }
            Move::Starts => {
                event(Event { channel: SmolStr::default(), chat: None, person: None, what: What::Started })
            }
            Move::After { millis } if *millis < 0 => {
                return Err(Cannot("The clock does not go back.".into()));
            }
            Move::After { millis } => self.clock(self.now.after(*millis)),
            Move::Until { at } if *at < self.now => return Err(Cannot("The clock does not go back.".into())),
            Move::Until { at } => self.clock(*at),
            Move::Next => match self.due_next() {
                Some(due) => self.clock(due.max(self.now)),
                None => return Err(Cannot("Nothing is due: the bot waits for somebody.".into())),
            },
            Move::Answers { key, result } => self.answers(*key, result)?,
            Move::Mocks { rule } => {
                self.mocks.first(rule.clone());
                Happening::default()
            }
            Move::Sets { variable, value } => {
                self.set(variable, value.clone())?;
                Happening::default()
            }
        })
    }

    fn clock(&self, until: Time) -> Happening {
        Happening { until: Some(until), ..Happening::default() }
    }

    fn answers(&mut self, key: Key, result: &Result<Done, EffectError>) -> Result<Happening, Cannot> {
        let is_it = |did: &crate::chat::Did| did.request.key == key && did.state == DidState::Open;
        let Some((_, did)) = self.dids().find(|(_, did)| is_it(did)) else {
            return Err(Cannot("No call waits for this answer.".into()));
        };
        let answer = Answered { conversation: did.conversation.clone(), key, result: result.clone() };
        Ok(Happening { answer: Some(answer), ..Happening::default() })
    }

    /// Sets `user.size`, `chat.cart of team`, `bot.total`.
    fn set(&mut self, variable: &str, value: Data) -> Result<(), Cannot> {
        let (scope, name, whose) = self.variable(variable)?;
        let usual = self.stage.clone();
        self.vars.write(&whose, &Write { scope, name, how: WriteHow::Set(value) }, &usual.usual);
        Ok(())
    }

    /// A variable by the name that scripts give it.
    pub fn variable(&self, text: &str) -> Result<(VarScope, SmolStr, engine::input::Owners), Cannot> {
        let (path, of) = text.split_once(" of ").unwrap_or((text, ""));
        let (scope, name) = path.trim().split_once('.').unwrap_or(("", path));
        let Some(scope) = VarScope::ALL.into_iter().find(|known| known.name() == scope) else {
            let message =
                format!("`{text}` is no shared variable; they begin with `user.`, `chat.` or `bot.`.");
            return Err(Cannot(message));
        };
        let of = of.trim();
        let whose = match scope {
            VarScope::User => self.whose(of, ""),
            VarScope::Chat if of.is_empty() => self.whose("", ""),
            VarScope::Chat => self.whose("", of),
            VarScope::Bot => Some(Default::default()),
        };
        let whose = whose
            .ok_or_else(|| Cannot(format!("Nobody is called `{of}`: there are {}.", self.cast.names())))?;
        Ok((scope, name.into(), whose))
    }

    /// What a variable is now.
    pub fn value(&self, variable: &str) -> Result<Data, Cannot> {
        let (scope, name, whose) = self.variable(variable)?;
        Ok(self.vars.get(&whose, scope, &name, &self.stage.usual))
    }

    fn named(&self, name: &str) -> Result<Member, Cannot> {
        let found = self.cast.named(name).cloned();
        found.ok_or_else(|| Cannot(format!("Nobody is called `{name}`: there are {}.", self.cast.names())))
    }

    pub(crate) fn who(&self, who: &Who) -> Result<(Member, Place), Cannot> {
        let member = self.named(&who.by)?;
        let place = match who.place.as_str() {
            "" => self.cast.usual_place(&member.name),
            name => self.cast.place(name),
        };
        let place = place.cloned().ok_or_else(|| Cannot(format!("There is no chat `{}`.", who.place)))?;
        Ok((member, place))
    }

    pub(crate) fn event(&self, by: &Member, place: Option<&Place>, what: What) -> Event {
        Event {
            channel: self.setup.platform.name().into(),
            chat: place.map(|place| place.chat.clone()),
            person: Some(by.person.clone()),
            what,
        }
    }

    /// Puts a message into its chat.
    pub(crate) fn post(&mut self, message: Message) -> SmolStr {
        self.count += 1;
        let id = self.cast.message_id(self.count);
        self.messages.push(Message { id: id.clone(), at: self.now, ..message });
        id
    }

    fn says(&mut self, who: &Who, text: &SmolStr, reply_to: Option<&SmolStr>) -> Result<Happening, Cannot> {
        let (member, place) = self.who(who)?;
        let id = self.post(Message {
            place: place.name.clone(),
            by: Some(member.name.clone()),
            text: text.clone(),
            reply_to: reply_to.cloned(),
            ..Message::default()
        });
        let what = match command(text) {
            Some((name, args)) => {
                // On Discord what begins with a slash is one.
                let slash = self.setup.platform == Platform::Discord;
                What::Command(Command {
                    name: name.into(),
                    args: args.into(),
                    slash,
                    id: if slash { format_smolstr!("c{id}") } else { SmolStr::default() },
                    message: id.clone(),
                    ..Command::default()
                })
            }
            None => What::Message(Heard {
                id: id.clone(),
                text: text.clone(),
                reply_to: reply_to.cloned(),
                ..Heard::default()
            }),
        };
        let event = self.event(&member, Some(&place), what);
        Ok(Happening { event: Some(event), message: Some(id), ..Happening::default() })
    }

    fn sends(&mut self, who: &Who, what: &Sent) -> Result<Happening, Cannot> {
        let (member, place) = self.who(who)?;
        let mut shown =
            Message { place: place.name.clone(), by: Some(member.name.clone()), ..Message::default() };
        match what {
            Sent::File { kind, name, text, size } => {
                self.count += 1;
                shown.text = text.clone();
                shown.files = vec![File {
                    id: format_smolstr!("file{}", self.count),
                    kind: *kind,
                    name: Some(name.clone()),
                    mime: mime(*kind, name).map(SmolStr::new_static),
                    size: *size,
                }];
            }
            Sent::Location { latitude, longitude } => {
                shown.location = Some(Location { latitude: *latitude, longitude: *longitude });
            }
            Sent::Phone { phone } => shown.phone = Some(phone.clone()),
        }
        let (text, files) = (shown.text.clone(), shown.files.clone());
        let (location, phone) = (shown.location, shown.phone.clone());
        let id = self.post(shown);
        let heard = Heard { id: id.clone(), text, files, location, phone, reply_to: None };
        let event = self.event(&member, Some(&place), What::Message(heard));
        Ok(Happening { event: Some(event), message: Some(id), ..Happening::default() })
    }

    fn presses(&mut self, who: &Who, button: &str, message: Option<&SmolStr>) -> Result<Happening, Cannot> {
        let (member, place) = self.who(who)?;
        let seen = self.messages.iter().rev().filter(|known| {
            known.place == place.name
                && !known.deleted
                && known.only.as_ref().is_none_or(|only| *only == member.name)
                && message.is_none_or(|id| known.id == *id)
        });
        // Of two alike, the one that was meant for them.
        let own =
            format_smolstr!("person:{}:{}:{}", self.setup.platform.name(), place.chat.id, member.person.id);
        let is_own = |known: &&Message| known.from.as_ref().is_some_and(|from| from.conversation == own);
        let with_it = |known: &Message| {
            let pressable = known.buttons().into_iter().find(|one| one.label == button)?;
            Some((known.id.clone(), pressable))
        };
        let found = seen.clone().filter(is_own).find_map(with_it).or_else(|| seen.clone().find_map(with_it));
        let Some((message, pressable)) = found else {
            let labels = seen.map(Message::buttons).find(|buttons| !buttons.is_empty()).unwrap_or_default();
            let labels: Vec<String> = labels.iter().map(|one| format!("[{}]", one.label)).collect();
            return Err(Cannot(match labels.is_empty() {
                true => format!("There is no button `{button}`: nothing in the chat has buttons."),
                false => format!("There is no button `{button}`; the latest are {}.", labels.join(" ")),
            }));
        };
        match pressable.press {
            Press::Data(data) => {
                let pressed = self.with_id(Pressed { data, message, ..Pressed::default() });
                let event = self.event(&member, Some(&place), What::Button(pressed));
                Ok(Happening { event: Some(event), ..Happening::default() })
            }
            Press::Url(url) => {
                Err(Cannot(format!("The button `{button}` opens {url}; the bot hears nothing of it.")))
            }
            Press::Writes => self.says(who, &pressable.label, None),
            Press::Phone => {
                let phone = format_smolstr!("+49 30 {}", member.person.id);
                self.sends(who, &Sent::Phone { phone })
            }
            Press::Location => self.sends(who, &Sent::Location { latitude: 52.52, longitude: 13.405 }),
        }
    }

    fn with_id(&mut self, pressed: Pressed) -> Pressed {
        self.count += 1;
        Pressed { id: format_smolstr!("p{}", self.count), ..pressed }
    }
}

/// `/order two` is a command with what follows it.
fn command(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('/')?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    // In groups the bot is named: `/order@pizza_bot`.
    let name = rest[..end].split('@').next()?;
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-'))
        .then(|| (name, rest[end..].trim()))
}

fn slash_text(name: &str, options: &flow::data::Fields) -> SmolStr {
    let options = options.iter().map(|(name, value)| format!(" {name}:{}", value.shown()));
    format_smolstr!("/{name}{}", options.collect::<String>())
}

fn mime(kind: FileKind, name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    Some(match (ending, kind) {
        ("jpg" | "jpeg", _) | (_, FileKind::Photo) => "image/jpeg",
        ("png", _) => "image/png",
        ("gif", _) => "image/gif",
        ("pdf", _) => "application/pdf",
        ("txt", _) => "text/plain",
        ("csv", _) => "text/csv",
        ("json", _) => "application/json",
        ("mp4", _) | (_, FileKind::Video | FileKind::Animation) => "video/mp4",
        ("mp3", _) | (_, FileKind::Audio) => "audio/mpeg",
        (_, FileKind::Voice) => "audio/ogg",
        (_, FileKind::Sticker) => "image/webp",
        _ => return None,
    })
}

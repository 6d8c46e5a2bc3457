//! What the world does when a bot asks something of it.

use engine::effect::{Edit, Effect, Filled, Keep, KeepDoes, Keyboard, Origin, Request, Send};
use engine::event::{ChatKind, Event, What};
use engine::{Done, EffectError, ErrorKind};
use flow::Data;
use smol_str::SmolStr;

use crate::cast::Place;
use crate::chat::{Did, DidState, From, Happened, Message, Shown};
use crate::mock::Answer;
use crate::platform::{self, refusal};
use crate::view::is_asking;
use crate::world::{Answered, Waiting, World};

type Performed = Result<Done, EffectError>;

impl World {
    pub(crate) fn perform(&mut self, conversation: &SmolStr, request: Request) {
        let key = request.key;
        let effect = request.effect.clone();
        match self.did_mut(key) {
            // Another try of the same.
            Some(did) => did.request = request,
            None => {
                let did = Did {
                    request,
                    conversation: conversation.clone(),
                    message: None,
                    before: None,
                    state: DidState::Open,
                };
                self.line(Happened::Did(Box::new(did)));
            }
        }
        let mocked = self.mocks.answer(&effect);
        let takes = mocked.as_ref().map_or(0, |(_, takes)| *takes);
        let result = match mocked.map(|(answer, _)| answer) {
            Some(Answer::Fails(error)) => Err(error),
            Some(answer) => match self.built_in(key, &effect) {
                // What is seen in a chat is still seen.
                Some(result @ Ok(Done::Sent { .. })) => result,
                Some(result @ Err(_)) if crate::view::is_seen(&effect) => result,
                _ => answer.to(&effect),
            },
            None => match self.built_in(key, &effect) {
                Some(result) => result,
                None => {
                    if let Some(did) = self.did_mut(key) {
                        did.state = DidState::Open;
                    }
                    return;
                }
            },
        };
        let answered = Answered { conversation: conversation.clone(), key, result };
        if takes > 0 {
            let due = self.now.after(takes);
            if let Some(did) = self.did_mut(key) {
                did.state = DidState::Later(due);
            }
            self.count += 1;
            self.coming.insert((due, self.count), answered);
        } else {
            if let Some(did) = self.did_mut(key) {
                did.state = DidState::Done(answered.result.clone());
            }
            let went_well = answered.result.is_ok();
            self.queue.push_back(Waiting::Answer(answered));
            // The run that tells goes on before those who hear of it begin.
            if let (Effect::Emit { name, data }, true) = (&effect, went_well) {
                self.emit(key, name, data);
            }
        }
    }

    fn emit(&mut self, key: engine::Key, name: &SmolStr, data: &Data) {
        let Some(origin) = self.did_mut(key).map(|did| did.request.origin.clone()) else { return };
        // Whoever listens can answer where it came from.
        let chat = origin.chat.as_ref().and_then(|id| self.cast.place_by_id(id));
        let person = origin.person.as_ref().and_then(|id| self.cast.by_id(id));
        let event = Event {
            channel: origin.channel.clone(),
            chat: chat.map(|place| place.chat.clone()),
            person: person.map(|member| member.person.clone()),
            what: What::Custom { name: name.clone(), data: data.clone() },
        };
        self.queue.push_back(Waiting::Event(Box::new(event)));
    }

    /// What the world knows how to do by itself.
    fn built_in(&mut self, key: engine::Key, effect: &Effect) -> Option<Performed> {
        if is_asking(effect) {
            return None;
        }
        if let Some(result) = compute::performed(effect) {
            return Some(result);
        }
        if let Some(error) = refusal(self.setup.platform, effect) {
            return Some(Err(error));
        }
        let did = self.did_mut(key)?;
        let (origin, conversation) = (did.request.origin.clone(), did.conversation.clone());
        let spot = engine::Spot { flow: did.request.flow.clone(), node: did.request.node.clone() };
        let from = From { conversation, spot };
        let (platform, now) = (self.setup.platform, self.now);
        Some(match effect {
            Effect::Send(send) => self.send(key, send, &origin, from),
            Effect::Poll(poll) => self.chat_of(None, &origin).map(|place| {
                let message = Message {
                    place: place.name,
                    text: poll.question.clone(),
                    poll: Some(poll.clone()),
                    from: Some(from),
                    ..Message::default()
                };
                self.sent(key, message)
            }),
            Effect::Edit(edit) => self.edit(key, edit),
            Effect::Delete { message } => match self.own(message, "delete", true) {
                Ok(found) if platform::too_old(platform, found, now).is_some() => {
                    platform::too_old(platform, found, now).map_or(Ok(Done::Done), Err)
                }
                Ok(found) => {
                    found.deleted = true;
                    let (id, text) = (found.id.clone(), found.text.clone());
                    self.about(key, id, Some(text));
                    Ok(Done::Done)
                }
                Err(error) => Err(error),
            },
            Effect::React { message, emoji } => match self.own(message, "react", true) {
                Ok(found) => {
                    found.reactions.retain(|(by, _)| by.is_some());
                    if !emoji.is_empty() {
                        found.reactions.push((None, emoji.clone()));
                    }
                    let (id, text) = (found.id.clone(), found.text.clone());
                    self.about(key, id, Some(text));
                    Ok(Done::Done)
                }
                Err(error) => Err(error),
            },
            Effect::Form(_) if origin.answer_to.is_none() => {
                Err(EffectError::new(ErrorKind::NotFound, "Unknown interaction"))
            }
            Effect::Form(form) => self.chat_of(None, &origin).map(|place| {
                self.form = Some(Shown { place: place.name, form: form.clone() });
                Done::Done
            }),
            Effect::AnswerInline { results, .. } => {
                self.offered.results = results.clone();
                Ok(Done::Done)
            }
            Effect::UserInfo { person } => match self.cast.by_id(person) {
                Some(member) => {
                    let person = member.person.data().as_object().cloned().unwrap_or_default();
                    Ok(Done::Person { person })
                }
                None => Err(platform::no_person(platform)),
            },
            Effect::Role { person, role, give } => {
                let name = self.cast.by_id(person).map(|member| member.name.clone());
                match name.and_then(|name| self.cast.named_mut(&name)) {
                    Some(member) => {
                        if *give {
                            member.roles.insert(role.clone());
                        } else {
                            member.roles.remove(role);
                        }
                        Ok(Done::Done)
                    }
                    None => Err(platform::no_person(platform)),
                }
            }
            Effect::Kick { person, .. } | Effect::Ban { person, .. } => self.remove(person, &origin),
            Effect::Keep(keep) => self.keep(keep),
            Effect::Sign(sign) => {
                // Nobody here knows a secret: its name stands for it.
                let (Filled::Text(key) | Filled::Secret(key)) = &sign.key;
                let value =
                    engine::digest::sign(sign.algorithm, sign.spelling, key.as_bytes(), sign.text.as_bytes());
                Ok(Done::Value { value: value.into() })
            }
            Effect::Reply { .. } if origin.answer_to.is_none() => {
                Err(EffectError::new(ErrorKind::NotFound, "No call waits for this answer."))
            }
            _ => Ok(Done::Done),
        })
    }

    /// The chat that is written to.
    fn chat_of(&self, to: Option<&SmolStr>, origin: &Origin) -> Result<Place, EffectError> {
        let platform = self.setup.platform;
        let id = to.or(origin.chat.as_ref()).or(origin.person.as_ref());
        let place = id.and_then(|id| self.cast.place_by_id(id)).ok_or_else(|| platform::no_chat(platform))?;
        let alone = place.chat.kind == ChatKind::Private;
        if alone && self.cast.named(&place.name).is_some_and(|member| member.blocked) {
            return Err(platform::blocked(platform));
        }
        Ok(place.clone())
    }

    fn send(&mut self, key: engine::Key, send: &Send, origin: &Origin, from: From) -> Performed {
        let place = self.chat_of(send.to.as_ref(), origin)?;
        let only = match send.private {
            true => {
                origin.person.as_ref().and_then(|id| self.cast.by_id(id)).map(|member| member.name.clone())
            }
            false => None,
        };
        let takes_away = matches!(send.keyboard, Keyboard::Remove | Keyboard::Reply { .. });
        if takes_away {
            // One keyboard at a time stands in place of the person's own.
            let old = self.messages.iter_mut().filter(|message| message.place == place.name);
            old.filter(|message| matches!(message.keyboard, Keyboard::Reply { .. }))
                .for_each(|message| message.keyboard = Keyboard::None);
        }
        let message = Message {
            place: place.name,
            text: send.text.clone(),
            format: send.format,
            media: send.media.clone(),
            embed: send.embed.clone(),
            keyboard: send.keyboard.clone(),
            reply_to: send.reply_to.clone(),
            silent: send.silent,
            only,
            from: Some(from),
            ..Message::default()
        };
        Ok(self.sent(key, message))
    }

    fn sent(&mut self, key: engine::Key, message: Message) -> Done {
        let id = self.post(message);
        self.about(key, id.clone(), None);
        Done::Sent { message: id }
    }

    fn about(&mut self, key: engine::Key, message: SmolStr, before: Option<SmolStr>) {
        if let Some(did) = self.did_mut(key) {
            (did.message, did.before) = (Some(message), before);
        }
    }

    /// A message that the bot can change; or any, where others' can be meant too.
    fn own(&mut self, id: &str, to_do: &str, any: bool) -> Result<&mut Message, EffectError> {
        let platform = self.setup.platform;
        let found = self.messages.iter_mut().find(|message| message.id == id && !message.deleted);
        match found {
            Some(message) if any || message.by.is_none() => Ok(message),
            Some(_) => Err(platform::not_own(platform)),
            None => Err(platform::no_message(platform, to_do)),
        }
    }

    fn edit(&mut self, key: engine::Key, edit: &Edit) -> Performed {
        let platform = self.setup.platform;
        let found = self.own(&edit.message, "edit", false)?;
        let before = found.clone();
        if let Some(text) = &edit.text {
            (found.text, found.format) = (text.clone(), edit.format);
        }
        if let Some(embed) = &edit.embed {
            found.embed = Some(embed.clone());
        }
        if let Some(keyboard) = &edit.keyboard {
            found.keyboard = keyboard.clone();
        }
        if let Some(error) = platform::same(platform, &before, found) {
            return Err(error);
        }
        found.edited = true;
        let message = found.id.clone();
        self.about(key, message.clone(), Some(before.text));
        Ok(Done::Sent { message })
    }

    /// Takes somebody out of the chat.
    fn remove(&mut self, person: &str, origin: &Origin) -> Performed {
        let platform = self.setup.platform;
        let place = self.chat_of(None, origin)?;
        if place.chat.kind == ChatKind::Private {
            return Err(platform::private_chat(platform));
        }
        let Some(member) = self.cast.by_id(person) else { return Err(platform::no_person(platform)) };
        let name = member.name.clone();
        if let Some(place) = self.cast.place_mut(&place.name) {
            place.members.remove(&name);
        }
        Ok(Done::Done)
    }

    fn keep(&mut self, keep: &Keep) -> Performed {
        let Keep { store, key, does } = keep;
        let place = (store.clone(), key.clone());
        let now = self.now;
        self.store.retain(|_, (_, until)| until.is_none_or(|until| until > now));
        let value = match does {
            KeepDoes::Get => self.store.get(&place).map(|(value, _)| value.clone()).unwrap_or_default(),
            KeepDoes::Put { value, lasts } => {
                self.store.insert(place, (value.clone(), lasts.map(|lasts| now.after(lasts))));
                return Ok(Done::Done);
            }
            KeepDoes::Delete => {
                self.store.remove(&place);
                return Ok(Done::Done);
            }
            KeepDoes::List { most } => {
                let mine =
                    self.store.keys().filter(|(of, name)| of == store && name.starts_with(key.as_str()));
                Data::list(mine.take(*most as usize).map(|(_, name)| name.clone().into()))
            }
        };
        Ok(Done::Value { value })
    }
}

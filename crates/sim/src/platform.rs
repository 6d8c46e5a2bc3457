//! The one place that judges what a bot sends: it is refused here as the platform refuses it, in the platform's own words. The numbers
//! and the words are those of `flow::limits`.

use engine::effect::{Edit, Effect, Embed, Form, Format, Keyboard, MediaFrom, Poll, Send};
use engine::event::FileKind;
use engine::{EffectError, ErrorKind};
use flow::limits::{Limit, Platform, Refusal, Window, reaction_problem, unparsed, window};
use flow::markup::{self, Notation};
use flow::{Data, Time};
use smol_str::SmolStr;

use crate::chat::Message;

/// Why a platform does not take it, whatever the chat is like.
pub fn refusal(platform: Platform, effect: &Effect) -> Option<EffectError> {
    Judge { platform }.effect(effect).err()
}

type Judged = Result<(), EffectError>;

struct Judge {
    platform: Platform,
}

impl Judge {
    fn effect(&self, effect: &Effect) -> Judged {
        match effect {
            Effect::Send(send) => self.send(send),
            Effect::Edit(edit) => self.edit(edit),
            Effect::Poll(poll) => self.poll(poll),
            Effect::Form(form) => self.form(form),
            Effect::Confirm { text, .. } if !text.is_empty() => self.text(Limit::Notice, text, None),
            Effect::React { emoji, .. } if !emoji.is_empty() => {
                match reaction_problem(self.platform, emoji) {
                    None => Ok(()),
                    Some(_) => Err(match self.platform {
                        Platform::Telegram => refused("Bad Request: REACTION_INVALID"),
                        Platform::Discord => refused("Unknown Emoji"),
                    }),
                }
            }
            Effect::AnswerInline { results, .. } => {
                if self.platform == Platform::Discord {
                    return Err(self.missing("inline queries"));
                }
                self.count(Limit::InlineResults, results.len(), None)?;
                results.iter().try_for_each(|one| self.text(Limit::InlineResultId, &one.id, None))
            }
            Effect::Role { .. } if self.platform == Platform::Telegram => Err(self.missing("roles")),
            _ => Ok(()),
        }
    }

    fn send(&self, send: &Send) -> Judged {
        let is_telegram = self.platform == Platform::Telegram;
        match &send.keyboard {
            Keyboard::Reply { .. } | Keyboard::Remove if !is_telegram => {
                return Err(self.missing("keyboards in place of a person's own"));
            }
            _ if send.embed.is_some() && is_telegram => return Err(self.missing("embeds")),
            _ if send.private && is_telegram => {
                return Err(self.missing("messages that one person alone sees"));
            }
            _ => {}
        }
        let length = self.length(&send.text, send.format)?;
        if send.media.is_empty() && send.embed.is_none() {
            self.count(Limit::MessageText, length, None)?;
        } else if send.media.is_empty() {
            // An embed needs no text beside it.
            self.count(Limit::MessageText, length.max(1), None)?;
        } else {
            self.count(Limit::Caption, length, None)?;
        }
        if send.media.len() > 1 {
            self.count(Limit::MediaGroup, send.media.len(), None)?;
        }
        for media in &send.media {
            let is_empty = matches!(&media.from, MediaFrom::Asset(at) | MediaFrom::Url(at) | MediaFrom::File(at) if at.is_empty());
            if is_empty {
                return Err(match self.platform {
                    Platform::Telegram if media.kind == FileKind::Photo => {
                        refused("Bad Request: there is no photo in the request")
                    }
                    Platform::Telegram => refused("Bad Request: there is no document in the request"),
                    Platform::Discord => refused("Cannot send an empty message"),
                });
            }
        }
        if let Some(embed) = &send.embed {
            self.embed(embed)?;
        }
        self.keyboard(&send.keyboard)
    }

    fn edit(&self, edit: &Edit) -> Judged {
        if let Some(text) = &edit.text {
            let length = self.length(text, edit.format)?;
            self.count(Limit::MessageText, length, None)?;
        }
        if let Some(embed) = &edit.embed {
            if self.platform == Platform::Telegram {
                return Err(self.missing("embeds"));
            }
            self.embed(embed)?;
        }
        edit.keyboard.as_ref().map_or(Ok(()), |keyboard| self.keyboard(keyboard))
    }

    /// How long the text is that people see; or why its markup cannot be read.
    fn length(&self, text: &str, format: Format) -> Result<usize, EffectError> {
        let notation = match (self.platform, format) {
            (Platform::Telegram, Format::Markdown) => Notation::Markdown,
            (Platform::Telegram, Format::Html) => Notation::Html,
            (Platform::Telegram, Format::Plain) => Notation::Plain,
            // Discord counts what is written.
            (Platform::Discord, _) => return Ok(Limit::length(text.trim(), self.platform)),
        };
        let marked = markup::read(text, notation).map_err(|why| said(&unparsed(why)))?.trimmed();
        Ok(Limit::length(marked.text.trim(), self.platform))
    }

    fn keyboard(&self, keyboard: &Keyboard) -> Judged {
        match keyboard {
            Keyboard::None | Keyboard::Remove => Ok(()),
            Keyboard::Inline(rows) => {
                let count = rows.iter().map(Vec::len).sum();
                self.count(Limit::ButtonCount, count, None)?;
                self.count(Limit::ButtonRows, rows.len(), None)?;
                for (row, buttons) in rows.iter().enumerate() {
                    self.count(
                        Limit::ButtonsPerRow,
                        buttons.len(),
                        Some(&format!("components[{row}].components")),
                    )?;
                    for (place, button) in buttons.iter().enumerate() {
                        let at = |member: &str| format!("components[{row}].components[{place}].{member}");
                        self.text(Limit::ButtonLabel, &button.label, Some(&at("label")))?;
                        match &button.does {
                            engine::effect::ButtonDoes::Data(data) => {
                                self.text(Limit::CallbackData, data, Some(&at("custom_id")))?;
                            }
                            engine::effect::ButtonDoes::Url(url) => {
                                self.text(Limit::ButtonUrl, url, Some(&at("url")))?;
                            }
                        }
                    }
                }
                Ok(())
            }
            Keyboard::Reply { rows, .. } => {
                self.count(Limit::KeyboardButtons, rows.iter().map(Vec::len).sum(), None)?;
                rows.iter()
                    .flatten()
                    .try_for_each(|button| self.text(Limit::ButtonLabel, &button.label, None))
            }
        }
    }

    fn embed(&self, embed: &Embed) -> Judged {
        let texts = [
            (Limit::EmbedTitle, &embed.title),
            (Limit::EmbedDescription, &embed.text),
            (Limit::EmbedFooter, &embed.footer),
            (Limit::EmbedAuthor, &embed.author),
        ];
        texts.iter().try_for_each(|(limit, text)| self.text(*limit, text, None))?;
        self.count(Limit::EmbedFields, embed.fields.len(), None)?;
        for (place, field) in embed.fields.iter().enumerate() {
            let at = |member: &str| format!("embeds[0].fields[{place}].{member}");
            self.text(Limit::EmbedFieldName, &field.name, Some(&at("name")))?;
            self.text(Limit::EmbedFieldValue, &field.value, Some(&at("value")))?;
        }
        let fields = embed.fields.iter().flat_map(|field| [&field.name, &field.value]);
        let all = texts.into_iter().map(|(_, text)| text).chain(fields);
        self.count(Limit::EmbedTotal, all.map(|text| Limit::length(text, self.platform)).sum(), None)
    }

    fn poll(&self, poll: &Poll) -> Judged {
        self.text(Limit::PollQuestion, &poll.question, None)?;
        self.count(Limit::PollOptions, poll.options.len(), None)?;
        poll.options.iter().try_for_each(|option| self.text(Limit::PollOption, option, None))
    }

    fn form(&self, form: &Form) -> Judged {
        if self.platform == Platform::Telegram {
            return Err(self.missing("forms"));
        }
        self.text(Limit::FormTitle, &form.title, None)?;
        self.count(Limit::FormInputs, form.inputs.len(), None)?;
        for (place, input) in form.inputs.iter().enumerate() {
            let at = |member: &str| format!("data.components[{place}].{member}");
            self.text(Limit::InputLabel, &input.label, Some(&at("label")))?;
            self.text(Limit::InputPlaceholder, &input.placeholder, Some(&at("component.placeholder")))?;
        }
        Ok(())
    }

    fn text(&self, limit: Limit, text: &SmolStr, path: Option<&str>) -> Judged {
        self.count(limit, limit.measure(text, self.platform), path)
    }

    fn count(&self, limit: Limit, found: usize, path: Option<&str>) -> Judged {
        limit.refusal(self.platform, found, path).map_or(Ok(()), |refusal| Err(said(&refusal)))
    }

    /// What the platform has no such thing of.
    fn missing(&self, what: &str) -> EffectError {
        refused(&format!("{} has no {what}.", self.platform.title()))
    }
}

/// In the platform's words.
fn said(refusal: &Refusal) -> EffectError {
    let kind = match refusal.status {
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        _ => ErrorKind::Refused,
    };
    let detail = Data::object([
        ("status", Data::Int(refusal.status.into())),
        ("code", Data::Int(refusal.code.into())),
    ]);
    EffectError { detail, ..EffectError::new(kind, refusal.message.as_str()) }
}

pub fn refused(words: &str) -> EffectError {
    EffectError::new(ErrorKind::Refused, words)
}

/// An edit that changes nothing.
pub fn same(platform: Platform, before: &Message, after: &Message) -> Option<EffectError> {
    let is_same = (&before.text, before.format, &before.keyboard, &before.embed)
        == (&after.text, after.format, &after.keyboard, &after.embed);
    (is_same && platform == Platform::Telegram).then(|| {
        refused(
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
        )
    })
}

/// A message that is too old to be deleted.
pub fn too_old(platform: Platform, message: &Message, now: Time) -> Option<EffectError> {
    let most = window(Window::Delete, platform)?;
    (now.0.saturating_sub(message.at.0) > most)
        .then(|| refused("Bad Request: message can't be deleted for everyone"))
}

/// There is no such chat, or the bot is not in it.
pub fn no_chat(platform: Platform) -> EffectError {
    match platform {
        Platform::Telegram => refused("Bad Request: chat not found"),
        Platform::Discord => EffectError::new(ErrorKind::NotFound, "Unknown Channel"),
    }
}

pub fn no_message(platform: Platform, to_do: &str) -> EffectError {
    match platform {
        Platform::Telegram => refused(&format!("Bad Request: message to {to_do} not found")),
        Platform::Discord => EffectError::new(ErrorKind::NotFound, "Unknown Message"),
    }
}

/// A message of somebody else, which nobody but they can edit.
pub fn not_own(platform: Platform) -> EffectError {
    match platform {
        Platform::Telegram => refused("Bad Request: message can't be edited"),
        Platform::Discord => {
            EffectError::new(ErrorKind::Forbidden, "Cannot edit a message authored by another user")
        }
    }
}

pub fn blocked(platform: Platform) -> EffectError {
    let words = match platform {
        Platform::Telegram => "Forbidden: bot was blocked by the user",
        Platform::Discord => "Cannot send messages to this user",
    };
    EffectError::new(ErrorKind::Forbidden, words)
}

pub fn no_person(platform: Platform) -> EffectError {
    match platform {
        Platform::Telegram => refused("Bad Request: user not found"),
        Platform::Discord => EffectError::new(ErrorKind::NotFound, "Unknown User"),
    }
}

/// Nobody can be taken out of a chat with the bot alone.
pub fn private_chat(platform: Platform) -> EffectError {
    refused(match platform {
        Platform::Telegram => "Bad Request: chat member status can't be changed in private chats",
        Platform::Discord => "Cannot execute action on this channel type",
    })
}

#[cfg(test)]
mod tests {
    use engine::effect::{Button, ButtonDoes};

    use super::*;

    #[test]
    fn what_platforms_refuse() {
        let text = |text: &str, format| Effect::Send(Send { text: text.into(), format, ..Send::default() });
        let buttons = |count: usize, label: &str| {
            let button = Button { label: label.into(), does: ButtonDoes::Data("d".into()) };
            Effect::Send(Send {
                text: "x".into(),
                keyboard: Keyboard::Inline(vec![vec![button; count]]),
                ..Send::default()
            })
        };
        let long = "x".repeat(4097);
        let react = |emoji: &str| Effect::React { message: "1".into(), emoji: emoji.into() };
        let cases: [(Effect, &str, &str); 12] = [
            (text("hi", Format::Plain), "", ""),
            (text(" \n", Format::Plain), "message text is empty", "Cannot send an empty message"),
            (text(&long, Format::Plain), "message is too long", "Must be 2000 or fewer in length."),
            (text("*bold", Format::Markdown), "can't parse entities", ""),
            (text("<b>x</i>", Format::Html), "can't parse entities", ""),
            // What is not seen does not count.
            (text(&format!("<b>{}</b>", "x".repeat(4090)), Format::Html), "", "2000 or fewer"),
            (buttons(5, "a"), "", ""),
            (buttons(9, "a"), "reply markup is too long", "Must be between 1 and 5"),
            (buttons(1, ""), "text must be non-empty", "components[0].components[0].label"),
            (buttons(1, &"x".repeat(81)), "", "Must be 80 or fewer"),
            (react("👍"), "", ""),
            (react("🪴"), "REACTION_INVALID", ""),
        ];
        for (effect, telegram, discord) in cases {
            for (platform, part) in [(Platform::Telegram, telegram), (Platform::Discord, discord)] {
                let is = refusal(platform, &effect).map(|error| error.message).unwrap_or_default();
                assert_eq!(is.is_empty(), part.is_empty(), "{platform:?} {effect:?}: {is}");
                assert!(is.contains(part), "{platform:?} {effect:?}: {is}");
            }
        }
    }
}

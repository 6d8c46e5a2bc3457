//! Is it what was expected?

use engine::effect::Effect;
use engine::event::FileKind;
use flow::Data;
use smol_str::SmolStr;

use super::expected::{Expected, How, TextRule};
use crate::chat::{Did, Message};
use crate::mock::has;
use crate::world::World;

/// How something differs from what was expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Differs {
    /// What of it: `text`, `buttons`.
    pub what: &'static str,
    pub expected: String,
    pub came: String,
}

fn differs(what: &'static str, expected: impl Into<String>, came: impl Into<String>) -> Option<Differs> {
    Some(Differs { what, expected: expected.into(), came: came.into() })
}

/// Compares what the bot did in a chat.
pub fn judge(world: &World, expected: &Expected, did: &Did) -> Option<Differs> {
    let effect = &did.request.effect;
    let how = how(effect);
    if expected.how != how && expected.how != How::Open {
        return differs("what the bot does", verb(expected.how), verb(how));
    }
    let message = did.message.as_ref().and_then(|id| world.message(id));
    let place = message.map(|message| &message.place);
    if let (Some(wanted), Some(is)) = (&expected.place, place)
        && wanted != is
    {
        return differs("the chat", wanted.as_str(), is.as_str());
    }
    let text = text_of(effect, did);
    for rule in &expected.text {
        if !rule.fits(&text) {
            let (what, words) = match rule {
                TextRule::Is(is) => ("the text", is.to_string()),
                TextRule::Contains(part) => ("the text: it should contain", part.to_string()),
                TextRule::Matches(pattern) => ("the text: it should match", pattern.as_str().to_string()),
            };
            return differs(what, words, text);
        }
    }
    let Some(message) = message else { return others(expected, effect) };
    if let Some(wanted) = &expected.buttons {
        // An edit that says nothing of buttons leaves them as they are.
        let rows = buttons_of(message);
        let same = match wanted.len() {
            0 | 1 => wanted.concat() == rows.concat(),
            _ => *wanted == rows,
        };
        if !same {
            return differs("the buttons", buttons(wanted), buttons(&rows));
        }
    }
    if let Some(wanted) = &expected.embed {
        let is = message.embed.as_ref().map(plain).unwrap_or_default();
        if !has(&is, wanted) {
            return differs("the embed", wanted.to_string(), is.to_string());
        }
    }
    if let Some((kind, name)) = &expected.file {
        let fits = |is: &engine::effect::Media| {
            kind.is_none_or(|kind| kind == is.kind)
                && name.as_ref().is_none_or(|name| crate::mock::glob(name, &file_name(is)))
        };
        if !message.media.iter().any(fits) {
            let is: Vec<String> = message
                .media
                .iter()
                .map(|one| format!("{} {}", kind_word(one.kind), file_name(one)))
                .collect();
            let kind = kind.map_or("file", kind_word);
            let wanted = format!("{kind} {}", name.as_deref().unwrap_or("of any name"));
            return differs("the file", wanted, if is.is_empty() { "no file".into() } else { is.join(", ") });
        }
    }
    if let Some(wanted) = &expected.poll {
        let is = message.poll.as_ref().map(plain).unwrap_or_default();
        if !has(&is, wanted) {
            return differs("the poll", wanted.to_string(), is.to_string());
        }
    }
    if let Some(wanted) = &expected.reply_to {
        let to = message.reply_to.as_ref().and_then(|id| world.message(id));
        let is = to.map(|message| message.text.as_str()).unwrap_or_default();
        if is != wanted {
            let is = if is.is_empty() { "no reply" } else { is };
            return differs("the message that is answered", wanted.as_str(), is);
        }
    }
    let flags = [
        ("whether it is silent", expected.silent, message.silent),
        ("whether one person alone sees it", expected.only, message.only.is_some()),
    ];
    for (what, wanted, is) in flags {
        if let Some(wanted) = wanted.filter(|wanted| *wanted != is) {
            return differs(what, wanted.to_string(), is.to_string());
        }
    }
    None
}

fn others(expected: &Expected, effect: &Effect) -> Option<Differs> {
    match (effect, &expected.form, &expected.inline) {
        (Effect::Form(form), Some(wanted), _) if !has(&plain(form), wanted) => {
            differs("the form", wanted.to_string(), plain(form).to_string())
        }
        (Effect::AnswerInline { results, .. }, _, Some(wanted)) => {
            let is: Vec<SmolStr> = results.iter().map(|one| one.title.clone()).collect();
            (is != *wanted).then(|| Differs {
                what: "the results",
                expected: wanted.join(", "),
                came: is.join(", "),
            })
        }
        _ => None,
    }
}

fn how(effect: &Effect) -> How {
    match effect {
        Effect::Edit(_) => How::Edits,
        Effect::Delete { .. } => How::Deletes,
        Effect::React { .. } => How::Reacts,
        Effect::Form(_) => How::Form,
        Effect::AnswerInline { .. } => How::Inline,
        _ => How::Says,
    }
}

fn verb(how: How) -> &'static str {
    match how {
        How::Says | How::Open => "says something",
        How::Edits => "edits a message",
        How::Deletes => "deletes a message",
        How::Reacts => "reacts to a message",
        How::Form => "shows a form",
        How::Inline => "answers an inline query",
    }
}

/// The text that it is about.
pub fn text_of(effect: &Effect, did: &Did) -> SmolStr {
    match effect {
        Effect::Send(send) => send.text.clone(),
        Effect::Edit(edit) => edit.text.clone().or_else(|| did.before.clone()).unwrap_or_default(),
        Effect::Delete { .. } => did.before.clone().unwrap_or_default(),
        Effect::React { emoji, .. } => emoji.clone(),
        Effect::Poll(poll) => poll.question.clone(),
        Effect::Form(form) => form.title.clone(),
        _ => SmolStr::default(),
    }
}

fn plain(value: &impl serde::Serialize) -> Data {
    serde_json::to_value(value).ok().and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

pub fn file_name(media: &engine::effect::Media) -> SmolStr {
    use engine::effect::MediaFrom;
    let (MediaFrom::Asset(from) | MediaFrom::Url(from) | MediaFrom::File(from)) = &media.from;
    media.name.clone().unwrap_or_else(|| from.clone())
}

pub fn kind_word(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Document => "file",
        FileKind::Photo => "photo",
        FileKind::Video => "video",
        FileKind::Audio => "audio",
        FileKind::Voice => "voice",
        FileKind::Sticker => "sticker",
        FileKind::Animation => "animation",
    }
}

pub fn buttons(rows: &[Vec<SmolStr>]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|row| row.iter().map(|label| format!("[{label}]")).collect::<Vec<_>>().join(" "))
        .collect();
    if rows.is_empty() { "no buttons".into() } else { rows.join(" / ") }
}

/// The labels of a message's buttons, row by row.
pub fn buttons_of(message: &Message) -> Vec<Vec<SmolStr>> {
    let rows = message.rows();
    rows.iter().map(|row| row.iter().map(|button| button.label.clone()).collect()).collect()
}

/// A message in one line, with its buttons.
pub fn message_line(message: &Message) -> String {
    let mut parts = message_lines(message);
    let rows = buttons_of(message);
    if !rows.is_empty() {
        parts.push(buttons(&rows));
    }
    parts.join(" ")
}

/// What a message shows, without its buttons: its text, and what comes with it.
pub fn message_lines(message: &Message) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    if !message.text.is_empty() {
        parts.push(message.text.to_string());
    }
    parts.extend(message.files.iter().map(|file| {
        format!("({} {})", kind_word(file.kind), file.name.as_deref().unwrap_or("without a name"))
    }));
    parts.extend(
        message.media.iter().map(|media| format!("({} {})", kind_word(media.kind), file_name(media))),
    );
    if let Some(at) = message.location {
        parts.push(format!("(location {}, {})", at.latitude, at.longitude));
    }
    if let Some(phone) = &message.phone {
        parts.push(format!("(phone {phone})"));
    }
    if let Some(embed) = &message.embed {
        parts.push(format!("(embed {})", embed.title));
    }
    if let Some(poll) = &message.poll {
        parts.push(format!("(poll: {})", poll.options.join(", ")));
    }
    parts
}

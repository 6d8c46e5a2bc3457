//! What is written, in Discord's words.

use engine::effect::{ButtonDoes, Embed, Form, Keyboard, Media, MediaFrom, Poll, Send};
use engine::{EffectError, ErrorKind};
use serde_json::{Value, json};
use serenity::all::{
    ButtonStyle, CommandOptionType, CreateActionRow, CreateButton, CreateCommand, CreateCommandOption,
    CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter, CreateInputText, CreateModal, InputTextStyle,
};

use super::call::Upload;
use crate::Files;
use crate::commands::{CommandSpec, OptionKind, OptionSpec};
use crate::files::last_name;

const PRIVATE: u64 = 1 << 6;
const NO_PREVIEW: u64 = 1 << 2;
const SILENT: u64 = 1 << 12;

/// A message, without what only one of the ways to send it knows.
pub(super) fn message(send: &Send) -> Result<Value, EffectError> {
    let mut flags = 0;
    for (is_so, flag) in [(send.private, PRIVATE), (send.no_preview, NO_PREVIEW), (send.silent, SILENT)] {
        flags |= if is_so { flag } else { 0 };
    }
    let mut body = json!({ "content": send.text });
    if flags != 0 {
        body["flags"] = json!(flags);
    }
    if let Some(shown) = &send.embed {
        body["embeds"] = json!([embed(shown)]);
    }
    let rows = components(&send.keyboard)?;
    if !rows.is_empty() {
        body["components"] = json!(rows);
    }
    Ok(body)
}

/// A notice that its reader alone sees.
pub(super) fn notice(text: &str) -> Value {
    json!({"content": text, "flags": PRIVATE})
}

pub(super) fn components(keyboard: &Keyboard) -> Result<Vec<CreateActionRow>, EffectError> {
    let rows = match keyboard {
        Keyboard::None => return Ok(Vec::new()),
        Keyboard::Inline(rows) => rows,
        Keyboard::Reply { .. } | Keyboard::Remove => {
            return Err(refused("Discord has no keyboards in place of a person's own."));
        }
    };
    let row = |row: &Vec<engine::effect::Button>| {
        let buttons = row.iter().map(|button| match &button.does {
            ButtonDoes::Data(data) => {
                CreateButton::new(data.as_str()).label(button.label.as_str()).style(ButtonStyle::Primary)
            }
            ButtonDoes::Url(url) => CreateButton::new_link(url.as_str()).label(button.label.as_str()),
        });
        CreateActionRow::Buttons(buttons.collect())
    };
    Ok(rows.iter().map(row).collect())
}

pub(super) fn embed(embed: &Embed) -> CreateEmbed {
    let mut it = CreateEmbed::new();
    let some = |text: &smol_str::SmolStr| (!text.is_empty()).then(|| text.to_string());
    if let Some(title) = some(&embed.title) {
        it = it.title(title);
    }
    if let Some(text) = some(&embed.text) {
        it = it.description(text);
    }
    if let Some(url) = some(&embed.url) {
        it = it.url(url);
    }
    if let Ok(color) = u32::from_str_radix(embed.color.trim_start_matches('#'), 16) {
        it = it.color(color);
    }
    if let Some(image) = some(&embed.image) {
        it = it.image(image);
    }
    if let Some(thumbnail) = some(&embed.thumbnail) {
        it = it.thumbnail(thumbnail);
    }
    if let Some(footer) = some(&embed.footer) {
        it = it.footer(CreateEmbedFooter::new(footer));
    }
    if let Some(author) = some(&embed.author) {
        it = it.author(CreateEmbedAuthor::new(author));
    }
    let fields = embed.fields.iter();
    it.fields(fields.map(|field| (field.name.as_str(), field.value.as_str(), field.inline)))
}

/// Discord has no quizzes: the right answer stays with the bot.
pub(super) fn poll(poll: &Poll) -> Value {
    let answers: Vec<Value> =
        poll.options.iter().map(|option| json!({"poll_media": {"text": option}})).collect();
    // A day, unless the bot says otherwise; in whole hours.
    let hours = poll.open_for.map_or(24, |millis| (millis + 3_599_999) / 3_600_000).clamp(1, 768);
    json!({"poll": {
        "question": {"text": poll.question}, "answers": answers, "duration": hours,
        "allow_multiselect": poll.multiple, "layout_type": 1
    }})
}

pub(super) fn modal(form: &Form) -> CreateModal {
    let inputs = form.inputs.iter().map(|input| {
        let style = if input.long { InputTextStyle::Paragraph } else { InputTextStyle::Short };
        let mut text =
            CreateInputText::new(style, input.label.as_str(), input.id.as_str()).required(input.required);
        if !input.placeholder.is_empty() {
            text = text.placeholder(input.placeholder.as_str());
        }
        CreateActionRow::InputText(text)
    });
    CreateModal::new(form.data.as_str(), form.title.as_str()).components(inputs.collect())
}

pub(super) fn command(spec: &CommandSpec) -> CreateCommand {
    let it = CreateCommand::new(spec.name.as_str()).description(spec.description.as_str());
    if spec.is_slash {
        return it.set_options(spec.options.iter().map(option).collect());
    }
    // What follows a command elsewhere is typed into an option here.
    let args =
        CreateCommandOption::new(CommandOptionType::String, super::hear::ARGS, "What follows the command");
    it.add_option(args)
}

fn option(spec: &OptionSpec) -> CreateCommandOption {
    let kind = match spec.kind {
        OptionKind::Text => CommandOptionType::String,
        OptionKind::Whole => CommandOptionType::Integer,
        OptionKind::Number => CommandOptionType::Number,
        OptionKind::Bool => CommandOptionType::Boolean,
        OptionKind::Person => CommandOptionType::User,
        OptionKind::Channel => CommandOptionType::Channel,
    };
    let it =
        CreateCommandOption::new(kind, spec.name.as_str(), spec.description.as_str()).required(spec.required);
    spec.choices.iter().fold(it, |it, (label, value)| it.add_string_choice(label.as_str(), value.as_str()))
}

/// Files on their way up: Discord takes nothing but bytes.
pub(super) async fn uploads(media: &[Media], files: &dyn Files) -> Result<Vec<Upload>, EffectError> {
    let mut uploads = Vec::new();
    for one in media {
        let (place, bytes) = match &one.from {
            MediaFrom::Asset(path) => (path, files.asset(path)?),
            // A file that came is known by its address.
            MediaFrom::Url(url) | MediaFrom::File(url) => (url, files.fetch(url).await?),
        };
        let name = one.name.as_deref().unwrap_or(last_name(place));
        uploads.push(Upload { name: name.into(), bytes });
    }
    Ok(uploads)
}

pub(super) fn refused(words: &str) -> EffectError {
    EffectError::new(ErrorKind::Refused, words)
}

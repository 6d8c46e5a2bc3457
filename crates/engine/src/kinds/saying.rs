//! What the kinds that say something have in common: how a message goes out, buttons in rows, embeds, and which message is meant.

use flow::Data;
use flow::descriptor::Field;
use flow::limits::{Limit, Platform};
use smol_str::SmolStr;

use crate::build::{Broken, Build};
use crate::effect::{Button, ButtonDoes, Done, Embed, EmbedField, Keyboard, Send};
use crate::fault::{Fault, FaultCode};
use crate::node::{At, Next, Turn};
use crate::source::Source;

/// The fields of how a message goes out.
pub fn with_way(mut fields: Vec<Field>) -> Vec<Field> {
    fields.extend([
        Field::bool("reply", "Reply to the message", false).advanced(),
        Field::bool("silent", "Without sound", false).advanced(),
        Field::bool("private", "Only for the person", false)
            .help("On Discord only the person sees the answer to a command or a pressed button.")
            .advanced(),
        Field::text("to", "To another chat")
            .placeholder("{{ bot.team_chat }}")
            .help("The id of a chat. Left empty, the message goes to the chat of the run.")
            .advanced(),
    ]);
    fields
}

/// How a message goes out.
#[derive(Debug)]
pub struct Way {
    reply: bool,
    silent: bool,
    private: bool,
    to: Source,
}

impl Way {
    pub fn build(of: &mut Build<'_>) -> Result<Way, Broken> {
        Ok(Way {
            reply: of.flag("reply"),
            silent: of.flag("silent"),
            private: of.flag("private"),
            to: of.source("to")?,
        })
    }

    /// A message that goes out in this way, still without anything in it.
    pub fn message(&self, at: &At<'_>) -> Result<Send, Fault> {
        Ok(Send {
            to: at.some_text(&self.to).map_err(|fault| fault.at("to"))?,
            reply_to: at.origin.message.clone().filter(|_| self.reply),
            silent: self.silent,
            // Elsewhere there is no such thing, and the message goes out as any other.
            private: self.private && at.origin.channel == Platform::Discord.name(),
            ..Send::default()
        })
    }
}

/// The message was sent: its id is what the node gives.
pub fn sent(at: &mut At<'_>, done: &Done) -> Turn {
    if let Done::Sent { message } = done {
        at.give(Data::object([("message", Data::from(message.clone()))]));
    }
    Next::out()
}

/// Buttons one below the other, as they are read best; side by side where the platform has no room for so many rows.
pub fn stacked(channel: &str, buttons: Vec<Button>) -> Keyboard {
    if buttons.is_empty() {
        return Keyboard::None;
    }
    let platform = Platform::named(channel);
    let most = |limit: Limit| platform.and_then(|platform| limit.most(platform));
    let is_tall = most(Limit::ButtonRows).is_some_and(|rows| buttons.len() > rows);
    let across = if is_tall { most(Limit::ButtonsPerRow).unwrap_or(1) } else { 1 };
    Keyboard::Inline(buttons.chunks(across).map(<[Button]>::to_vec).collect())
}

/// Elements in rows: each begins a row, except those that stand beside the one before.
pub fn rows<T>(elements: impl IntoIterator<Item = (bool, T)>) -> Vec<Vec<T>> {
    let mut rows: Vec<Vec<T>> = Vec::new();
    for (beside, element) in elements {
        match rows.last_mut().filter(|_| beside) {
            Some(row) => row.push(element),
            None => rows.push(vec![element]),
        }
    }
    rows
}

pub fn beside() -> Field {
    Field::bool("beside", "Beside the one before", false)
}

/// A list of buttons that carry fixed data or open an address.
pub fn buttons_field() -> Field {
    let button = vec![
        Field::text("label", "Label").required().placeholder("Buy").limit(Limit::ButtonLabel),
        Field::choice("does", "When pressed", &[("data", "Tells the bot"), ("url", "Opens an address")]),
        Field::text("data", "Data")
            .required()
            .placeholder("buy:7")
            .help("What the bot is told. *Button pressed* and *Wait for a button* know the button by it.")
            .limit(Limit::CallbackData)
            .when("does", &["data"]),
        Field::text("url", "Address")
            .required()
            .placeholder("https://example.com")
            .limit(Limit::ButtonUrl)
            .when("does", &["url"]),
        beside(),
    ];
    Field::list("buttons", "Buttons", button).limit(Limit::ButtonCount)
}

#[derive(Debug)]
pub struct Buttons(Vec<OneButton>);

#[derive(Debug)]
struct OneButton {
    id: SmolStr,
    label: Source,
    url: bool,
    carries: Source,
    beside: bool,
}

impl Buttons {
    pub fn build(of: &mut Build<'_>) -> Result<Buttons, Broken> {
        let buttons = of.each("buttons", |one, id| {
            let url = one.word("does") == "url";
            Ok(OneButton {
                id,
                label: one.source("label")?,
                url,
                carries: one.source(if url { "url" } else { "data" })?,
                beside: one.flag("beside"),
            })
        });
        Ok(Buttons(buttons?))
    }

    pub fn rows(&self, at: &At<'_>) -> Result<Vec<Vec<Button>>, Fault> {
        let button = |one: &OneButton| {
            let carries = some(at, &one.carries, || {
                format!("buttons.{}.{}", one.id, if one.url { "url" } else { "data" })
            })?;
            let does = if one.url { ButtonDoes::Url(carries) } else { ButtonDoes::Data(carries) };
            Ok((
                one.beside,
                Button { label: some(at, &one.label, || format!("buttons.{}.label", one.id))?, does },
            ))
        };
        Ok(rows(self.0.iter().map(button).collect::<Result<Vec<_>, Fault>>()?))
    }
}

/// A text that may not be empty, with the field that it stands in.
pub fn some(at: &At<'_>, source: &Source, field: impl Fn() -> String) -> Result<SmolStr, Fault> {
    let empty = || {
        let message = format!("`{}` is empty. Fill it in, or look at what its expression gives.", field());
        Fault::wrong_type(message).at(field())
    };
    at.some_text(source).map_err(|fault| fault.at(field()))?.ok_or_else(empty)
}

/// The fields of an embed; `when` they are shown: another field and its value.
pub fn embed_fields(when: Option<(&'static str, &'static str)>) -> Vec<Field> {
    let part = vec![
        Field::text("name", "Name").required().placeholder("Price").limit(Limit::EmbedFieldName),
        Field::text("value", "Value")
            .required()
            .placeholder("{{ flow.price }} €")
            .limit(Limit::EmbedFieldValue),
        Field::bool("inline", "Beside the one before", false),
    ];
    let fields = [
        Field::text("title", "Title").placeholder("Order {{ flow.order }}").limit(Limit::EmbedTitle),
        Field::long_text("description", "Description").limit(Limit::EmbedDescription),
        Field::text("link", "Address of the title").advanced(),
        Field::word("color", "Colour").placeholder("#5865f2").advanced(),
        Field::text("image", "Image").placeholder("https://example.com/pizza.png"),
        Field::text("thumbnail", "Small image").advanced(),
        Field::text("author", "Author").limit(Limit::EmbedAuthor).advanced(),
        Field::text("footer", "Footer").limit(Limit::EmbedFooter).advanced(),
        Field::list("parts", "Parts", part).limit(Limit::EmbedFields),
    ];
    let shown = |field: Field| match when {
        Some((other, value)) => field.when(other, &[value]),
        None => field,
    };
    fields.into_iter().map(shown).collect()
}

#[derive(Debug)]
pub struct EmbedOf {
    texts: [(&'static str, Source); 7],
    color: SmolStr,
    parts: Vec<(SmolStr, Source, Source, bool)>,
}

impl EmbedOf {
    pub fn build(of: &mut Build<'_>) -> Result<EmbedOf, Broken> {
        let color = of.word("color");
        let digits = color.strip_prefix('#').unwrap_or(&color);
        if !color.is_empty() && (digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            let message = format!("`{color}` is no colour; write it as `#5865f2`.");
            return Err(Broken::new(message).at("color"));
        }
        let mut text = |name| Ok((name, of.source(name)?));
        let texts = [
            text("title")?,
            text("description")?,
            text("link")?,
            text("image")?,
            text("thumbnail")?,
            text("author")?,
            text("footer")?,
        ];
        let parts = of.each("parts", |one, id| {
            Ok((id, one.source("name")?, one.source("value")?, one.flag("inline")))
        })?;
        let color =
            if digits.is_empty() { SmolStr::default() } else { format!("#{digits}").to_lowercase().into() };
        Ok(EmbedOf { texts, color, parts })
    }

    pub fn embed(&self, at: &At<'_>) -> Result<Embed, Fault> {
        let text = |place: usize| {
            let (name, source) = &self.texts[place];
            at.text(source).map_err(|fault| fault.at(*name))
        };
        let field = |(id, name, value, inline): &(SmolStr, Source, Source, bool)| {
            Ok(EmbedField {
                name: some(at, name, || format!("parts.{id}.name"))?,
                value: some(at, value, || format!("parts.{id}.value"))?,
                inline: *inline,
            })
        };
        let embed = Embed {
            title: text(0)?,
            text: text(1)?,
            url: text(2)?,
            color: self.color.clone(),
            image: text(3)?,
            thumbnail: text(4)?,
            author: text(5)?,
            footer: text(6)?,
            fields: self.parts.iter().map(field).collect::<Result<_, Fault>>()?,
        };
        let is_empty = Embed { color: SmolStr::default(), ..embed.clone() } == Embed::default();
        if is_empty {
            return Err(Fault::wrong_type("The embed is empty. Give it a title, a description or an image."));
        }
        Ok(embed)
    }
}

/// Which message is meant. `this`: what the message at hand is called.
pub fn target_fields(this: &'static str) -> [Field; 2] {
    [
        Field::choice("which", "Which message", &[("this", this), ("id", "Another one")]),
        Field::text("message", "Its id")
            .required()
            .placeholder("{{ nodes.menu.message }}")
            .help("What a node sent last is in `nodes.<key>.message`.")
            .when("which", &["id"]),
    ]
}

#[derive(Debug)]
pub struct Target(Option<Source>);

impl Target {
    pub fn build(of: &mut Build<'_>) -> Result<Target, Broken> {
        Ok(Target(if of.word("which") == "id" { Some(of.source("message")?) } else { None }))
    }

    pub fn id(&self, at: &At<'_>) -> Result<SmolStr, Fault> {
        let none = || {
            let message =
                "No message began this run, so there is none at hand. Choose another one by its id.";
            Fault::new(FaultCode::WrongType, message).at("which")
        };
        match &self.0 {
            Some(id) => some(at, id, || "message".into()),
            None => at.origin.message.clone().ok_or_else(none),
        }
    }
}

/// Which person is meant; left empty, the one of the run.
pub fn who_field() -> Field {
    Field::text("person", "Person")
        .placeholder("{{ nodes.joined.who.id }}")
        .help("The id of a person. Left empty, it is the one of this run.")
}

#[derive(Debug)]
pub struct Who(Source);

impl Who {
    pub fn build(of: &mut Build<'_>) -> Result<Who, Broken> {
        of.source("person").map(Who)
    }

    pub fn id(&self, at: &At<'_>) -> Result<SmolStr, Fault> {
        let nobody =
            || Fault::wrong_type("No person is there in this run. Say which one by the id.").at("person");
        let named = at.some_text(&self.0).map_err(|fault| fault.at("person"))?;
        named.or_else(|| at.origin.person.clone()).ok_or_else(nobody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_buttons_stand_side_by_side_where_rows_are_few() {
        let buttons = |count: usize| {
            let button = |n: usize| Button {
                label: n.to_string().into(),
                does: ButtonDoes::Data(n.to_string().into()),
            };
            (0..count).map(button).collect::<Vec<_>>()
        };
        let rows = |channel: &str, count| match stacked(channel, buttons(count)) {
            Keyboard::Inline(rows) => rows.iter().map(Vec::len).collect(),
            _ => Vec::new(),
        };
        assert_eq!(rows("discord", 5), [1, 1, 1, 1, 1]);
        assert_eq!(rows("discord", 7), [5, 2]);
        assert_eq!(rows("discord", 25), [5, 5, 5, 5, 5]);
        assert_eq!(rows("telegram", 7), [1; 7]);
        assert!(rows("telegram", 0).is_empty());
    }
}

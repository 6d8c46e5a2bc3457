//! Changes a message that the bot sent.

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::Limit;

use super::parts::{ERROR, OUT, base, example, format, formatting, with_effect};
use super::saying::{Buttons, EmbedOf, Target, buttons_field, embed_fields, target_fields};
use crate::build::{Broken, Build};
use crate::effect::{Edit, Effect, Format, Keyboard};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut fields: Vec<Field> = target_fields("The one whose button was pressed").into();
    fields.extend([
        Field::long_text("text", "New text").help("Left empty, the text stays.").limit(Limit::MessageText),
        formatting().advanced(),
        Field::choice(
            "keys",
            "Its buttons",
            &[("keep", "Stay"), ("replace", "Are replaced"), ("remove", "Are taken away")],
        ),
        Field { required: true, ..buttons_field().when("keys", &["replace"]) },
        Field::choice("embed", "Its embed (Discord)", &[("keep", "Stays"), ("replace", "Is replaced")])
            .advanced(),
    ]);
    fields.extend(embed_fields(Some(("embed", "replace"))));
    let mut it = Descriptor {
        summary: "{text}",
        help: "Changes a message that the bot sent: its text, its buttons, its embed. What you leave empty stays as it is. \
               So a menu can turn its pages in place instead of filling the chat.",
        synonyms: &["change", "update", "replace", "modify", "page", "rewrite"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", fields),
        ..base("message.edit", Family::Message, "Edit message", "pen-line")
    };
    it.example =
        example(&it, r#"{"which": "this", "text": "Thank you, it is on its way.", "keys": "remove"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let buttons = match of.word("keys").as_str() {
        "replace" => Keys::Replace(Buttons::build(of)?),
        "remove" => Keys::Remove,
        _ => Keys::Keep,
    };
    let embed = if of.word("embed") == "replace" { Some(EmbedOf::build(of)?) } else { None };
    if !of.has("text") && matches!(buttons, Keys::Keep) && embed.is_none() {
        return Err(Broken::new(
            "Nothing is to be changed. Write a new text, or choose what happens to the buttons.",
        ));
    }
    Ok(Box::new(Change {
        target: Target::build(of)?,
        text: of.source("text")?,
        format: format(&of.word("format")),
        buttons,
        embed,
    }))
}

#[derive(Debug)]
struct Change {
    target: Target,
    text: Source,
    format: Format,
    buttons: Keys,
    embed: Option<EmbedOf>,
}

#[derive(Debug)]
enum Keys {
    Keep,
    Replace(Buttons),
    Remove,
}

impl Behaviour for Change {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Edit(Edit {
            message: self.target.id(at)?,
            text: at.some_text(&self.text).map_err(|fault| fault.at("text"))?,
            format: self.format,
            embed: self.embed.as_ref().map(|embed| embed.embed(at)).transpose()?,
            keyboard: match &self.buttons {
                Keys::Keep => None,
                Keys::Replace(buttons) => Some(Keyboard::Inline(buttons.rows(at)?)),
                Keys::Remove => Some(Keyboard::None),
            },
        }))))
    }
}

//! Sends a framed message (Discord).

use flow::descriptor::{Descriptor, Family, Field};
use flow::limits::{Limit, Platform};

use super::parts::{ERROR, OUT, base, example, with_effect};
use super::saying::{EmbedOf, Way, embed_fields, sent, with_way};
use crate::build::Build;
use crate::effect::{Done, Effect, Send};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut fields = embed_fields(None);
    fields.push(
        Field::long_text("text", "Text above it")
            .placeholder("Here it is:")
            .limit(Limit::MessageText)
            .advanced(),
    );
    let mut it = Descriptor {
        summary: "{title}",
        help: "Sends a framed message with a title, a colour, an image and parts with a name and a value, as Discord shows them.",
        synonyms: &["card", "rich", "frame", "box", "panel", "discord", "fields"],
        platforms: vec![Platform::Discord],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", with_way(fields)),
        ..base("message.embed", Family::Message, "Embed", "sticky-note")
    };
    it.example = example(
        &it,
        r##"{"title": "Your order", "description": "Thank you, {{ user.first_name }}!", "color": "#5865f2", "parts": [{"id": "p", "name": "Price", "value": "12 €", "inline": true}]}"##,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(SendEmbed { embed: EmbedOf::build(of)?, text: of.source("text")?, way: Way::build(of)? }))
}

#[derive(Debug)]
struct SendEmbed {
    embed: EmbedOf,
    text: Source,
    way: Way,
}

impl Behaviour for SendEmbed {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Send(Send {
            text: at.text(&self.text).map_err(|fault| fault.at("text"))?,
            embed: Some(self.embed.embed(at)?),
            ..self.way.message(at)?
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        sent(at, done)
    }
}

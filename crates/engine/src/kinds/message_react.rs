//! Puts an emoji to a message.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{ERROR, OUT, base, example, with_effect};
use super::saying::{Target, some, target_fields};
use crate::build::Build;
use crate::effect::Effect;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut fields = vec![Field::text("emoji", "Emoji").required().placeholder("👍")];
    fields.extend(target_fields("The one at hand"));
    let mut it = Descriptor {
        summary: "{emoji}",
        help: "Puts an emoji to the message that came in, or to another one. Telegram lets bots choose from a short list of emoji.",
        synonyms: &["reaction", "emoji", "like", "thumbs up", "heart"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("30s", fields),
        ..base("message.react", Family::Message, "React", "smile")
    };
    it.example = example(&it, r#"{"emoji": "👍"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(React { emoji: of.source("emoji")?, target: Target::build(of)? }))
}

#[derive(Debug)]
struct React {
    emoji: Source,
    target: Target,
}

impl Behaviour for React {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let emoji = some(at, &self.emoji, || "emoji".into())?;
        Ok(Next::Do(Box::new(Effect::React { message: self.target.id(at)?, emoji })))
    }
}

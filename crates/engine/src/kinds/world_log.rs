//! Writes into the bot's log.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{OUT, base, example};
use crate::build::Build;
use crate::effect::{Effect, Level};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text}",
        help: "Writes a line into the bot's log, which only you see: to follow what a run does, or to be told of what should not happen.",
        synonyms: &["print", "debug", "trace", "note", "write", "console", "monitor"],
        effect: true,
        ports: vec![OUT],
        fields: vec![
            Field::long_text("text", "Text").required().placeholder("Paid: {{ bot.total }}"),
            Field::choice(
                "level",
                "How grave",
                &[
                    ("info", "Worth knowing"),
                    ("debug", "For finding mistakes"),
                    ("warning", "A warning"),
                    ("error", "An error"),
                ],
            ),
        ],
        ..base("world.log", Family::World, "Log", "sticky-note")
    };
    it.example = example(&it, r#"{"text": "Paid: {{ bot.total }}", "level": "info"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let level = match of.word("level").as_str() {
        "debug" => Level::Debug,
        "warning" => Level::Warning,
        "error" => Level::Error,
        _ => Level::Info,
    };
    Ok(Box::new(Log { text: of.source("text")?, level }))
}

#[derive(Debug)]
struct Log {
    text: Source,
    level: Level,
}

impl Behaviour for Log {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let text = at.text(&self.text).map_err(|fault| fault.at("text"))?;
        Ok(Next::Do(Box::new(Effect::Log { level: self.level, text })))
    }
}

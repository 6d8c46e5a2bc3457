//! Tells the rest of the world, and the bot's other flows, that something happened.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{OUT, base, example, json};
use crate::build::Build;
use crate::effect::Effect;
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{name}",
        help: "Tells that something happened, by a name of your choice. Every flow with an *Event* trigger of that name begins a run with the \
               data, and other programs that listen to the bot hear of it too. This run does not wait for them.",
        synonyms: &["event", "publish", "signal", "notify", "broadcast", "trigger", "fire"],
        effect: true,
        ports: vec![OUT],
        fields: vec![
            Field::text("name", "Event").required().placeholder("paid"),
            Field::map("data", "Data", json("value", "Value")),
        ],
        ..base("world.emit", Family::World, "Emit event", "radio")
    };
    it.example = example(&it, r#"{"name": "paid", "data": {"total": {"$expr": "bot.total"}}}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Emit { name: of.source("name")?, data: of.map("data")? }))
}

#[derive(Debug)]
struct Emit {
    name: Source,
    data: Vec<(SmolStr, Source)>,
}

impl Behaviour for Emit {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let name = at.some_text(&self.name).map_err(|fault| fault.at("name"))?;
        let name = name.ok_or_else(|| Fault::wrong_type("The event has no name.").at("name"))?;
        let data = Data::Object(at.fields(&self.data).map_err(|fault| fault.at("data"))?.into());
        Ok(Next::Do(Box::new(Effect::Emit { name, data })))
    }
}

//! An event of the event bus.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{Pattern, base, example, with_trigger};
use crate::build::{Broken, Build};
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{name}",
        help: "Starts a run when an event of this name is sent, by another flow, another bot or a program of yours. Its name is in `msg.text`, \
               what it brings in `msg.data`.\n\n\
               Write `order.*` for all events that begin so.",
        synonyms: &["signal", "publish", "subscribe", "bus", "notify", "broadcast", "custom"],
        trigger: true,
        fields: with_trigger(
            "beside",
            vec![Field::word("name", "Name").required().placeholder("order.paid")],
        ),
        ..base("trigger.event", Family::Trigger, "Event", "megaphone")
    };
    it.example = example(&it, r#"{"name": "order.paid"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let name = of.word("name");
    if name.is_empty() {
        return Err(Broken::new("Say which event it waits for.").at("name"));
    }
    Ok(Box::new(Custom { name: Pattern::new(&name) }))
}

#[derive(Debug)]
struct Custom {
    name: Pattern,
}

impl Behaviour for Custom {
    fn hears(&self, event: &Event) -> Option<Fit> {
        match &event.what {
            What::Custom { name, .. } => self.name.fit(name),
            _ => None,
        }
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        if let What::Custom { name, data } = &at.event.what {
            at.give(Data::object([("name", Data::from(name.clone())), ("data", data.clone())]));
        }
        Next::out()
    }
}

//! The bot was started.

use flow::descriptor::{Descriptor, Family};

use super::parts::{base, with_bot_trigger};
use crate::build::Build;
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    Descriptor {
        help: "Starts a run each time that the bot begins to work: after it was published, and when its machine was restarted. \
               The run is the bot's own, since no person is there: say to which chat a message goes.",
        synonyms: &["boot", "launch", "begin", "online", "init", "deploy"],
        trigger: true,
        fields: with_bot_trigger("beside", Vec::new()),
        ..base("trigger.started", Family::Trigger, "Bot started", "rocket")
    }
}

pub fn build(_: &mut Build<'_>) -> Built {
    Ok(Box::new(Started))
}

#[derive(Debug)]
struct Started;

impl Behaviour for Started {
    fn hears(&self, event: &Event) -> Option<Fit> {
        matches!(event.what, What::Started).then_some(Fit::Any)
    }

    fn enter(&self, _: &mut At<'_>) -> Turn {
        Next::out()
    }
}

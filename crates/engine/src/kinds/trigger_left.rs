//! A person leaves a group.

use flow::Data;
use flow::descriptor::{Descriptor, Family};

use super::parts::{base, with_trigger};
use crate::build::Build;
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    Descriptor {
        help: "Starts a run when somebody leaves the group or the server, or was put out. The run is that person's, so `{{ user.first_name }}` is their name; who put them out is in `nodes.<key>.by`.",
        synonyms: &["goodbye", "leave", "exit", "gone", "removed", "kicked"],
        trigger: true,
        fields: with_trigger("beside", Vec::new()),
        ..base("trigger.left", Family::Trigger, "Member left", "users")
    }
}

pub fn build(_: &mut Build<'_>) -> Built {
    Ok(Box::new(Left))
}

#[derive(Debug)]
struct Left;

impl Behaviour for Left {
    fn hears(&self, event: &Event) -> Option<Fit> {
        matches!(event.what, What::Left(_)).then_some(Fit::Any)
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        if let What::Left(member) = &at.event.what {
            let by = at.event.person.as_ref().filter(|by| by.id != member.who.id);
            at.give(Data::object([("who", member.who.data()), ("by", by.map(|by| by.data()).into())]));
        }
        Next::out()
    }
}

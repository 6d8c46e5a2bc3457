//! A person joins a group.

use flow::Data;
use flow::descriptor::{Descriptor, Family};

use super::parts::{base, with_trigger};
use crate::build::Build;
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    Descriptor {
        help: "Starts a run when somebody joins the group or the server: to greet them, to tell them the rules. The run is that person's, so `{{ user.first_name }}` is their name; who brought them in is in `nodes.<key>.by`.",
        synonyms: &["welcome", "new member", "enter", "join", "greet", "invite"],
        trigger: true,
        fields: with_trigger("beside", Vec::new()),
        ..base("trigger.joined", Family::Trigger, "Member joined", "user-plus")
    }
}

pub fn build(_: &mut Build<'_>) -> Built {
    Ok(Box::new(Joined))
}

#[derive(Debug)]
struct Joined;

impl Behaviour for Joined {
    fn hears(&self, event: &Event) -> Option<Fit> {
        matches!(event.what, What::Joined(_)).then_some(Fit::Any)
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        if let What::Joined(member) = &at.event.what {
            let by = at.event.person.as_ref().filter(|by| by.id != member.who.id);
            at.give(Data::object([("who", member.who.data()), ("by", by.map(|by| by.data()).into())]));
        }
        Next::out()
    }
}

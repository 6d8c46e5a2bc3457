//! Another flow calls this one.

use flow::descriptor::{Descriptor, Family};

use super::parts::base;
use crate::build::Build;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

pub fn descriptor() -> Descriptor {
    Descriptor {
        summary: "Called by another flow",
        help: "Starts here when another flow calls this one. The values it was given are in `flow.<input>`, by the inputs that this flow declares.",
        synonyms: &["sub-flow", "function", "entry", "called"],
        trigger: true,
        ..base("trigger.call", Family::Trigger, "When called", "log-in")
    }
}

pub fn build(_: &mut Build<'_>) -> Built {
    Ok(Box::new(Called))
}

#[derive(Debug)]
struct Called;

impl Behaviour for Called {
    fn enter(&self, _: &mut At<'_>) -> Turn {
        Next::out()
    }
}

//! Another flow calls this one.

use flow::descriptor::{Descriptor, Family};

use super::parts::base;

pub fn descriptor() -> Descriptor {
    Descriptor {
        summary: "Called by another flow",
        help: "Starts here when another flow calls this one. The values it was given are in `flow.<input>`, by the inputs that this flow declares.",
        synonyms: &["sub-flow", "function", "entry", "called"],
        trigger: true,
        ..base("trigger.call", Family::Trigger, "When called", "log-in")
    }
}

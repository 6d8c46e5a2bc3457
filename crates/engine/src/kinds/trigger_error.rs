//! A run failed, and nothing took care of it.

use flow::Id;
use flow::descriptor::{Descriptor, Family, Field, FieldType};
use smol_str::SmolStr;

use super::parts::{base, example, with_trigger};
use crate::build::Build;
use crate::event::{Event, What};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Fit, Next, Turn};

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{codes}",
        help: "Starts a run when another one failed and no *On error* took care of it: to say sorry to the person, to tell your team. \
               What happened is in `msg.data`: `code`, `message`, `flow` and `node`.\n\n\
               A failure in this run starts no further one.",
        synonyms: &["failure", "exception", "crash", "catch", "problem", "sorry", "alert"],
        trigger: true,
        fields: with_trigger(
            "beside",
            vec![
                Field::word("codes", "Only these")
                    .placeholder("timeout, forbidden")
                    .help("Codes of failures, with commas between them. Left empty, any failure will do."),
                Field::new("flow", "Only in this flow", FieldType::Flow).advanced(),
            ],
        ),
        ..base("trigger.error", Family::Trigger, "When a run fails", "bell")
    };
    it.example = example(&it, r#"{"codes": "timeout, unavailable"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let flow = if of.has("flow") { Some(of.flow("flow")?) } else { None };
    let codes =
        of.word("codes").split([',', ' ']).filter(|code| !code.is_empty()).map(SmolStr::new).collect();
    Ok(Box::new(Failure { codes, flow }))
}

#[derive(Debug)]
struct Failure {
    codes: Vec<SmolStr>,
    flow: Option<Id>,
}

impl Behaviour for Failure {
    fn hears(&self, event: &Event) -> Option<Fit> {
        let What::Failed(failed) = &event.what else { return None };
        if self.flow.as_ref().is_some_and(|flow| *flow != failed.flow) {
            return None;
        }
        match (self.codes.is_empty(), &self.flow) {
            (true, None) => Some(Fit::Any),
            (true, Some(_)) => Some(Fit::Pattern),
            (false, _) => self.codes.contains(&failed.code).then_some(Fit::Exact),
        }
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        at.give(at.event.msg("data"));
        Next::out()
    }
}

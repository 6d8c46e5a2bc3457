//! Ends the run, a loop, or a round of it.

use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, example};
use crate::build::Build;
use crate::fault::{Fault, FaultCode};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Stop as End, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{what}",
        help: "Ends the whole run, leaves the loop around it (which goes on by *Done*), or goes on with the loop's next round.\n\n\
               *The run, as failed* ends it with a message of yours: it is listed among the failed runs, a transaction takes back what was \
               done, and a flow that called this one goes on by its *On error*.",
        synonyms: &[
            "end", "exit", "break", "continue", "cancel", "abort", "finish", "throw", "fail", "error",
        ],
        ends: true,
        ports: Vec::new(),
        fields: vec![
            Field::choice(
                "what",
                "Stop",
                &[
                    ("run", "The run"),
                    ("loop", "The loop"),
                    ("round", "This round of the loop"),
                    ("fail", "The run, as failed"),
                ],
            ),
            Field::text("message", "Message")
                .required()
                .placeholder("There is no price for {{ msg.text }}")
                .help("What went wrong, for whoever looks after the bot.")
                .when("what", &["fail"]),
        ],
        ..base("logic.stop", Family::Logic, "Stop", "square")
    };
    it.example = example(&it, r#"{"what": "fail", "message": "There is no price for {{ msg.text }}"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(match of.word("what").as_str() {
        "loop" => Stop::Quietly(End::Loop),
        "round" => Stop::Quietly(End::Round),
        "fail" => Stop::Failing(of.source("message")?),
        _ => Stop::Quietly(End::Run),
    }))
}

#[derive(Debug)]
enum Stop {
    Quietly(End),
    Failing(Source),
}

impl Behaviour for Stop {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        match self {
            Stop::Quietly(end) => Ok(Next::Stop(*end)),
            Stop::Failing(message) => {
                let message = at.text(message).map_err(|fault| fault.at("message"))?;
                Err(Fault::new(FaultCode::Stopped, message.as_str()))
            }
        }
    }
}

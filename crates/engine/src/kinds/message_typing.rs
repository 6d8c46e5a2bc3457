//! Shows that the bot is typing.

use flow::descriptor::{Descriptor, Family};
use flow::{Data, Time};

use super::parts::{ERROR, OUT, base, duration, example, with_effect};
use crate::build::Build;
use crate::effect::{Done, Effect};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

/// The platforms stop showing it after five seconds (Telegram) or ten (Discord).
const SHOWN: i64 = 4_500;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{for}",
        help: "Shows that the bot is typing, for a few seconds or for as long as you say. Before an answer that takes its time it is friendly; \
               left empty, the bot goes on at once.",
        synonyms: &["is typing", "wait", "busy", "thinking", "pause", "indicator"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect("10s", vec![duration("for", "For").placeholder("3s")]),
        ..base("message.typing", Family::Message, "Typing", "hourglass")
    };
    it.example = example(&it, r#"{"for": "3s"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Typing { lasts: of.duration("for")? }))
}

#[derive(Debug)]
struct Typing {
    lasts: Option<Source>,
}

impl Behaviour for Typing {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let end = self.lasts.as_ref().map_or(Ok(at.now()), |lasts| at.after(lasts));
        let end = end.map_err(|fault| fault.at("for"))?;
        at.keep(Data::Int(end.0));
        Ok(Next::Do(Box::new(Effect::Typing)))
    }

    fn done(&self, at: &mut At<'_>, _: &Done) -> Turn {
        let (now, end) = (at.now(), ends(at));
        if end > now { Ok(Next::Sleep(end.min(now.after(SHOWN)))) } else { Next::out() }
    }

    fn due(&self, at: &mut At<'_>) -> Turn {
        if ends(at) > at.now() { Ok(Next::Do(Box::new(Effect::Typing))) } else { Next::out() }
    }
}

fn ends(at: &At<'_>) -> Time {
    Time(at.memo().as_int().unwrap_or_default())
}

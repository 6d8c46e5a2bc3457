//! Rests for a while.

use flow::descriptor::{Descriptor, Family, Field};
use flow::{Data, Time, time};

use super::parts::{base, duration, example, zone};
use crate::build::{Broken, Build};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{for}{moment}{clock}",
        help: "Waits, then goes on: after a while, at a moment, or when the clock shows a time the next time. Meanwhile the bot does other \
               things, and it may even be switched off: it goes on when it is back. A moment that is over is not waited for.",
        synonyms: &[
            "wait",
            "pause",
            "sleep",
            "hourglass",
            "later",
            "remind",
            "schedule",
            "tomorrow",
            "until",
        ],
        sleeps: true,
        fields: vec![
            Field::choice(
                "until",
                "Wait",
                &[("for", "For a while"), ("moment", "Until a moment"), ("clock", "Until a time of day")],
            ),
            duration("for", "For").required().when("until", &["for"]),
            Field::text("moment", "Moment")
                .required()
                .placeholder("2026-12-24T18:00")
                .help("Without an offset such as `Z` or `+01:00` it is meant in the time zone.")
                .when("until", &["moment"]),
            Field::text("clock", "Time of day")
                .required()
                .placeholder("09:00")
                .help("Today, or tomorrow if it is past.")
                .when("until", &["clock"]),
            zone().when("until", &["moment", "clock"]),
        ],
        ..base("logic.delay", Family::Logic, "Delay", "timer")
    };
    it.example = example(&it, r#"{"until": "clock", "clock": "09:00", "zone": "Europe/Berlin"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let until = match of.word("until").as_str() {
        "moment" => Until::Moment(of.source("moment")?),
        "clock" => Until::Clock(of.source("clock")?),
        _ => Until::For(
            of.duration("for")?.ok_or_else(|| Broken::new("It does not say how long to wait.").at("for"))?,
        ),
    };
    Ok(Box::new(Delay { until, zone: of.source("zone")? }))
}

#[derive(Debug)]
struct Delay {
    until: Until,
    zone: Source,
}

#[derive(Debug)]
enum Until {
    For(Source),
    Moment(Source),
    Clock(Source),
}

impl Behaviour for Delay {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let due = match &self.until {
            Until::For(span) => at.after(span).map_err(|fault| fault.at("for"))?,
            Until::Moment(moment) => {
                let text = at.text(moment).map_err(|fault| fault.at("moment"))?;
                let wrong =
                    || Fault::wrong_type(format!("`{text}` is no moment; write it as `2026-12-24T18:00`."));
                time::moment(&text, &at.zone(&self.zone)?)
                    .ok_or_else(wrong)
                    .map_err(|fault| fault.at("moment"))?
            }
            Until::Clock(clock) => {
                let text = at.text(clock).map_err(|fault| fault.at("clock"))?;
                let wrong = || Fault::wrong_type(format!("`{text}` is no time of day; write it as `09:00`."));
                time::next_clock(at.now(), &text, &at.zone(&self.zone)?)
                    .ok_or_else(wrong)
                    .map_err(|fault| fault.at("clock"))?
            }
        };
        if due <= at.now() {
            return gone_on(at, due);
        }
        Ok(Next::Sleep(due))
    }

    fn due(&self, at: &mut At<'_>) -> Turn {
        let now = at.now();
        gone_on(at, now)
    }
}

fn gone_on(at: &mut At<'_>, since: Time) -> Turn {
    at.give(Data::object([("at", Data::from(since.text()))]));
    Next::out()
}

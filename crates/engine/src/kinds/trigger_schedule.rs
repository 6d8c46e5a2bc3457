//! At certain times.

use croner::Cron;
use croner::parser::{CronParser, Seconds};
use flow::descriptor::{Descriptor, Family, Field};
use flow::{Data, Time, time};
use jiff::tz::TimeZone;

use super::parts::{base, duration, example, with_bot_trigger};
use crate::build::{Broken, Build};
use crate::event::What;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};

const DAYS: &[(&str, &str)] = &[
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("0", "Sunday"),
];

const MINUTE: i64 = 60_000;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{when} {at}",
        help: "Starts a run at certain times: every morning, each Monday, every ten minutes. \
               When it was due is in `nodes.<key>.due`.\n\n\
               The run is the bot's own, since no person is there: say to which chat a message goes.",
        synonyms: &["timer", "cron", "daily", "weekly", "every", "repeat", "clock", "reminder", "interval"],
        trigger: true,
        fields: with_bot_trigger(
            "beside",
            vec![
                Field::choice(
                    "when",
                    "When",
                    &[
                        ("day", "Every day"),
                        ("workday", "Monday to Friday"),
                        ("week", "Once a week"),
                        ("month", "Once a month"),
                        ("interval", "Again and again"),
                        ("cron", "By a cron line"),
                    ],
                ),
                Field::choice("weekday", "On", DAYS).when("when", &["week"]),
                Field::whole("day", "On day", 1, 31)
                    .default(flow::Value::int(1))
                    .help("A month that has no such day is left out.")
                    .when("when", &["month"]),
                Field::word("at", "At")
                    .required()
                    .default("09:00")
                    .placeholder("09:00")
                    .when("when", &["day", "workday", "week", "month"]),
                duration("every", "Every").required().when("when", &["interval"]),
                Field::word("cron", "Cron line")
                    .required()
                    .placeholder("0 9 * * 1-5")
                    .help("Minute, hour, day, month, weekday.")
                    .when("when", &["cron"]),
                Field::word("zone", "Time zone")
                    .default("UTC")
                    .placeholder("Europe/Berlin")
                    .help("Where clocks are put forward, what is due in the hour that is left out happens right after it.")
                    .when("when", &["day", "workday", "week", "month", "cron"]),
            ],
        ),
        ..base("trigger.schedule", Family::Trigger, "Schedule", "alarm-clock")
    };
    it.example = example(&it, r#"{"when": "workday", "at": "09:00", "zone": "Europe/Berlin"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    if of.word("when") == "interval" {
        let every = time::duration(&of.word("every")).filter(|every| *every >= MINUTE);
        let wrong =
            || Broken::new("Write how often as `10m`, `2h` or `3d`; a minute at the least.").at("every");
        return Ok(Box::new(Schedule::Interval(every.ok_or_else(wrong)?)));
    }
    let zone = of.word("zone");
    let unknown =
        || Broken::new(format!("There is no time zone `{zone}`; write it as `Europe/Berlin`.")).at("zone");
    let zone = time::zone(&zone).ok_or_else(unknown)?;
    let (line, field) = match of.word("when").as_str() {
        "cron" => (of.word("cron").to_string(), "cron"),
        "workday" => (format!("{} * * 1-5", clock(of)?), "at"),
        "week" => (format!("{} * * {}", clock(of)?, of.word("weekday")), "at"),
        "month" => (format!("{} {} * *", clock(of)?, of.whole("day").unwrap_or(1)), "day"),
        _ => (format!("{} * * *", clock(of)?), "at"),
    };
    let wrong = |error| Broken::new(format!("`{line}` is no cron line: {error}")).at(field);
    let cron = CronParser::builder().seconds(Seconds::Disallowed).build().parse(&line).map_err(wrong)?;
    Ok(Box::new(Schedule::Calendar { cron: Box::new(cron), zone }))
}

/// `09:30` as a cron line begins.
fn clock(of: &Build<'_>) -> Result<String, Broken> {
    let text = of.word("at");
    let parts = text.trim().split_once(':');
    let number =
        |text: &str, most: u8| text.parse::<u8>().ok().filter(|number| *number <= most && text.len() <= 2);
    let read = parts.and_then(|(hour, minute)| Some((number(hour, 23)?, number(minute, 59)?)));
    let wrong = || Broken::new(format!("`{text}` is no time of day; write it as `09:30`.")).at("at");
    read.map(|(hour, minute)| format!("{minute} {hour}")).ok_or_else(wrong)
}

#[derive(Debug)]
enum Schedule {
    Calendar {
        cron: Box<Cron>,
        zone: TimeZone,
    },
    /// Milliseconds. Counted from 1970, so that a restart changes nothing.
    Interval(i64),
}

impl Behaviour for Schedule {
    fn next_due(&self, after: Time) -> Option<Time> {
        match self {
            Schedule::Interval(every) => {
                after.0.div_euclid(*every).checked_add(1)?.checked_mul(*every).map(Time)
            }
            Schedule::Calendar { cron, zone } => {
                let after = after.timestamp().to_zoned(zone.clone());
                let next = cron.find_next_occurrence(&after, false).ok()?;
                Some(Time(next.timestamp().as_millisecond()))
            }
        }
    }

    fn enter(&self, at: &mut At<'_>) -> Turn {
        if let What::Schedule { due, .. } = &at.event.what {
            at.give(Data::object([("due", Data::from(due.text()))]));
        }
        Next::out()
    }
}

#[cfg(test)]
mod tests {
    use flow::{Bot, Time};

    use super::*;

    #[track_caller]
    fn due(fields: &str, after: &str) -> Vec<String> {
        let text = format!(
            r#"{{"id": "f", "nodes": {{"n": {{"kind": "trigger.schedule", "v": 1, "fields": {fields}}}}}}}"#
        );
        let flow = flow::text::parse_flow(text.as_bytes()).value;
        let (bot, descriptor) = (Bot::default(), descriptor());
        let built = build(&mut Build::new(&bot, &flow.nodes["n"], &descriptor));
        let built = match built {
            Ok(built) => built,
            Err(broken) => return vec![broken.field.unwrap_or_default().into()],
        };
        let mut at = Time::parse(after).unwrap();
        let mut due = Vec::new();
        for _ in 0..3 {
            at = built.next_due(at).unwrap();
            due.push(at.text().replace(":00.000Z", ""));
        }
        due
    }

    #[test]
    fn what_comes_next() {
        let friday = "2026-01-02T09:00:00Z";
        for (fields, after, expected) in [
            ("{}", friday, ["2026-01-03T09:00", "2026-01-04T09:00", "2026-01-05T09:00"]),
            (
                r#"{"when": "workday", "at": "7:05"}"#,
                friday,
                ["2026-01-05T07:05", "2026-01-06T07:05", "2026-01-07T07:05"],
            ),
            (
                r#"{"when": "week", "weekday": "0"}"#,
                friday,
                ["2026-01-04T09:00", "2026-01-11T09:00", "2026-01-18T09:00"],
            ),
            (
                r#"{"when": "month", "day": 31}"#,
                friday,
                ["2026-01-31T09:00", "2026-03-31T09:00", "2026-05-31T09:00"],
            ),
            (
                r#"{"when": "interval", "every": "90m"}"#,
                friday,
                ["2026-01-02T10:30", "2026-01-02T12:00", "2026-01-02T13:30"],
            ),
            (
                r#"{"when": "cron", "cron": "*/20 8 * * *"}"#,
                friday,
                ["2026-01-03T08:00", "2026-01-03T08:20", "2026-01-03T08:40"],
            ),
            // The night in which 02:30 is left out, and the one in which it comes twice.
            (
                r#"{"at": "02:30", "zone": "Europe/Berlin"}"#,
                "2026-03-28T12:00:00Z",
                ["2026-03-29T01:00", "2026-03-30T00:30", "2026-03-31T00:30"],
            ),
            (
                r#"{"at": "02:30", "zone": "Europe/Berlin"}"#,
                "2026-10-24T12:00:00Z",
                ["2026-10-25T00:30", "2026-10-26T01:30", "2026-10-27T01:30"],
            ),
        ] {
            assert_eq!(due(fields, after), expected, "{fields}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_field() {
        for (fields, field) in [
            (r#"{"at": "25:00"}"#, "at"),
            (r#"{"at": "nine"}"#, "at"),
            (r#"{"zone": "Europe/Nowhere"}"#, "zone"),
            (r#"{"when": "interval", "every": "10s"}"#, "every"),
            (r#"{"when": "interval"}"#, "every"),
            (r#"{"when": "cron", "cron": "61 * * * *"}"#, "cron"),
            (r#"{"when": "cron", "cron": "0 0 9 * * *"}"#, "cron"),
        ] {
            assert_eq!(due(fields, "2026-01-01T00:00:00Z"), [field], "{fields}");
        }
    }
}

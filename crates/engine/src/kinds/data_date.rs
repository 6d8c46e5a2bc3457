//! Reckons with moments and days.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};
use smol_str::SmolStr;

use super::parts::{base, example, json, variable, zone};
use crate::build::{Build, Place};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let units = || {
        Field::choice(
            "unit",
            "Unit",
            &[
                ("day", "Day"),
                ("week", "Week, from Monday"),
                ("month", "Month"),
                ("year", "Year"),
                ("hour", "Hour"),
                ("minute", "Minute"),
                ("second", "Second"),
            ],
        )
    };
    let mut it = Descriptor {
        summary: "{does} {moment}",
        help: "Reckons with moments and days: what comes later, how long it is, which day of the week, when a month begins or ends. Days and \
               months are those of the time zone, so a day in which clocks are changed is right too.\n\n\
               `nodes.<key>` has the `result`: a moment such as `2026-03-01T09:30:00.000Z`, or for *How long* the number of whole units, \
               with the same in words as `text`. *Its parts* gives `year`, `month`, `day`, `hour`, `minute`, `second`, `weekday` (1 is \
               Monday), `name`, `week`, `day_of_year`, `date` and `time`.",
        synonyms: &[
            "time",
            "calendar",
            "now",
            "today",
            "tomorrow",
            "age",
            "deadline",
            "weekday",
            "add days",
            "difference",
            "month",
        ],
        fields: vec![
            json("moment", "Moment").default("{{ now }}").placeholder("2026-03-01T09:30"),
            Field::choice(
                "does",
                "What to do",
                &[
                    ("add", "Later by"),
                    ("subtract", "Earlier by"),
                    ("between", "How long until"),
                    ("parts", "Its parts"),
                    ("start", "Beginning of its"),
                    ("end", "End of its"),
                    ("read", "Read from a text"),
                ],
            ),
            Field::text("span", "By")
                .required()
                .placeholder("1d")
                .help("90s, 5m, 2h, 3d, 1w, 1mo, 1y, or several: `1d 12h`.")
                .when("does", &["add", "subtract"]),
            json("other", "Until").required().placeholder("2026-12-24").when("does", &["between"]),
            units().when("does", &["between", "start", "end"]),
            Field::word("pattern", "Its form")
                .default("%d.%m.%Y")
                .placeholder("%d.%m.%Y %H:%M")
                .when("does", &["read"]),
            zone(),
            variable("save", "Save as"),
        ],
        ..base("data.date", Family::Data, "Date and time", "calendar")
    };
    it.example =
        example(&it, r#"{"moment": "{{ now }}", "does": "add", "span": "1d", "zone": "Europe/Berlin"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let unit = of.word("unit");
    let does = match of.word("does").as_str() {
        "subtract" => Does::Move { filter: "minus", span: Box::new(of.source("span")?) },
        "between" => Does::Between { other: Box::new(of.source("other")?), unit },
        "parts" => Does::Parts,
        "start" => Does::Start(unit),
        "end" => Does::End(unit),
        "read" => Does::Read(of.word("pattern")),
        _ => Does::Move { filter: "plus", span: Box::new(of.source("span")?) },
    };
    Ok(Box::new(Date {
        moment: of.source("moment")?,
        does,
        zone: of.source("zone")?,
        save: of.place("save")?,
    }))
}

#[derive(Debug)]
struct Date {
    moment: Source,
    does: Does,
    zone: Source,
    save: Option<Place>,
}

#[derive(Debug)]
enum Does {
    Move { filter: &'static str, span: Box<Source> },
    Between { other: Box<Source>, unit: SmolStr },
    Parts,
    Start(SmolStr),
    End(SmolStr),
    Read(SmolStr),
}

impl Behaviour for Date {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let moment = at.value(&self.moment).map_err(|fault| fault.at("moment"))?;
        let zone = Reckoner { zone: at.some_text(&self.zone).map_err(|fault| fault.at("zone"))?.into() };
        let (result, more) = match &self.does {
            Does::Move { filter, span } => {
                let span = at.text(span).map_err(|fault| fault.at("span"))?;
                (zone.reckon(filter, &moment, Some(("span", span.into())))?, Vec::new())
            }
            Does::Between { other, unit } => {
                let other = at.value(other).map_err(|fault| fault.at("other"))?;
                let text = zone.reckon("until", &moment, Some(("other", other.clone())))?;
                (zone.between(&moment, other, unit)?, vec![("text", text)])
            }
            Does::Parts => (moment.clone(), zone.parts(&moment)?),
            Does::Start(unit) => (zone.start(&moment, unit)?, Vec::new()),
            Does::End(unit) => {
                // The last millisecond before the next one begins.
                let next =
                    zone.reckon("plus", &zone.start(&moment, unit)?, Some(("span", one(unit).into())))?;
                (zone.reckon("minus", &next, Some(("span", "1ms".into())))?, Vec::new())
            }
            Does::Read(pattern) => {
                (zone.reckon("parse_date", &moment, Some(("format", pattern.clone().into())))?, Vec::new())
            }
        };
        if let Some(place) = &self.save {
            at.set(place, result.clone()).map_err(|fault| fault.at("save"))?;
        }
        at.give(Data::object([("result", result)].into_iter().chain(more)));
        Next::out()
    }
}

/// A span of one unit.
fn one(unit: &str) -> &'static str {
    match unit {
        "week" => "1w",
        "month" => "1mo",
        "year" => "1y",
        "hour" => "1h",
        "minute" => "1m",
        "second" => "1s",
        _ => "1d",
    }
}

/// The filters of expressions, in a time zone.
struct Reckoner {
    zone: Data,
}

impl Reckoner {
    fn reckon(&self, filter: &str, moment: &Data, with: Option<(&'static str, Data)>) -> Result<Data, Fault> {
        self.all(filter, moment, with.into_iter().collect())
    }

    fn all(&self, filter: &str, moment: &Data, mut given: Vec<(&'static str, Data)>) -> Result<Data, Fault> {
        given.push(("tz", self.zone.clone()));
        flow::expr::apply(filter, moment, &given)
            .map_err(|why| Fault::wrong_type(format!("It {why}.")).at("moment"))
    }

    fn start(&self, moment: &Data, unit: &SmolStr) -> Result<Data, Fault> {
        self.reckon("start_of", moment, Some(("unit", unit.clone().into())))
    }

    fn between(&self, from: &Data, to: Data, unit: &SmolStr) -> Result<Data, Fault> {
        self.all("until", from, vec![("other", to), ("unit", unit.clone().into())])
    }

    fn parts(&self, moment: &Data) -> Result<Vec<(&'static str, Data)>, Fault> {
        const NUMBERS: [&str; 9] =
            ["year", "month", "day", "hour", "minute", "second", "weekday", "week", "day_of_year"];
        let form = Data::from("%Y %m %d %H %M %S %u %V %j %A %Y-%m-%d %H:%M");
        let text = self.reckon("date", moment, Some(("format", form)))?.shown();
        let mut words = text.split(' ');
        let mut parts = Vec::with_capacity(NUMBERS.len() + 3);
        for (name, word) in NUMBERS.into_iter().zip(&mut words) {
            parts.push((name, Data::Int(word.parse().unwrap_or_default())));
        }
        parts.extend(["name", "date", "time"].into_iter().zip(words.map(Data::from)));
        Ok(parts)
    }
}

//! Counts in a variable.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{OUT, base, example, json, port, variable};
use crate::build::{Broken, Build, Place};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn, added};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{does} {counter}",
        help: "Counts up or down in a variable; one that was never set begins at 0, or at the smallest number it may be. With a smallest \
               or a largest number it goes no further than that, and *Limit reached* follows as soon as it is there: for tries, turns, places \
               that are left.\n\n`nodes.<key>` has the `value`.",
        synonyms: &[
            "count",
            "increment",
            "decrement",
            "plus",
            "minus",
            "score",
            "points",
            "tries",
            "limit",
            "number",
        ],
        ports: vec![OUT, port("reached", "Limit reached")],
        fields: vec![
            variable("counter", "Counter").required().placeholder("user.tries"),
            Field::choice(
                "does",
                "What to do",
                &[("add", "Count up"), ("subtract", "Count down"), ("reset", "Begin again")],
            ),
            json("by", "By").default(flow::Value::int(1)).when("does", &["add", "subtract"]),
            json("min", "Smallest").placeholder("0"),
            json("max", "Largest").placeholder("10"),
        ],
        ..base("data.counter", Family::Data, "Counter", "calculator")
    };
    it.example = example(&it, r#"{"counter": "user.tries", "does": "add", "max": 3}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let place =
        of.place("counter")?.ok_or_else(|| Broken::new("It does not say which counter.").at("counter"))?;
    let does = of.word("does");
    let by = if does == "reset" { None } else { Some(of.source("by")?) };
    Ok(Box::new(Counter {
        place,
        by,
        down: does == "subtract",
        min: of.source("min")?,
        max: of.source("max")?,
    }))
}

#[derive(Debug)]
struct Counter {
    place: Place,
    /// Nothing: begin again.
    by: Option<Source>,
    down: bool,
    min: Source,
    max: Source,
}

impl Behaviour for Counter {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let (min, max) = (number(at, &self.min, "min")?, number(at, &self.max, "max")?);
        let begin = min.clone().unwrap_or(Data::Int(0));
        let (value, reached) = match &self.by {
            None => {
                at.set(&self.place, begin.clone())?;
                (begin, false)
            }
            Some(by) => {
                let by = number(at, by, "by")?.unwrap_or(Data::Int(1));
                let by = if self.down {
                    negative(&by).ok_or_else(|| at.fault("The number is too large.").at("by"))?
                } else {
                    by
                };
                let before = Some(at.get(&self.place)).filter(|before| !before.is_null());
                if min.is_none() && max.is_none() {
                    // Said as adding, so that others may count at the same time.
                    at.add(&self.place, by)?;
                    (at.get(&self.place), false)
                } else {
                    let sum = added(&before.unwrap_or(begin), &by).map_err(|why| {
                        Fault::wrong_type(format!("{}: {why}", self.place.name)).at("counter")
                    })?;
                    let (value, reached) = within(sum, min, max, self.down);
                    at.set(&self.place, value.clone())?;
                    (value, reached)
                }
            }
        };
        at.give(Data::object([("value", value)]));
        Next::go(if reached { "reached" } else { "out" })
    }
}

fn number(at: &At<'_>, source: &Source, name: &'static str) -> Result<Option<Data>, Fault> {
    let value = at.value(source).map_err(|fault| fault.at(name))?;
    let read = match &value {
        Data::Null => return Ok(None),
        Data::Text(text) if text.trim().is_empty() => return Ok(None),
        Data::Text(text) => {
            text.trim().parse::<i64>().map(Data::Int).ok().or_else(|| Data::number(text.trim().parse().ok()?))
        }
        other => other.as_f64().map(|_| other.clone()),
    };
    read.map(Some).ok_or_else(|| Fault::wrong_type(format!("{value} is no number.")).at(name))
}

fn negative(number: &Data) -> Option<Data> {
    match number {
        Data::Int(n) => n.checked_neg().map(Data::Int),
        other => Data::number(-other.as_f64()?),
    }
}

/// The value between its bounds, and whether it came to the one that it counts towards.
fn within(value: Data, min: Option<Data>, max: Option<Data>, down: bool) -> (Data, bool) {
    let size = |data: &Data| data.as_f64().unwrap_or_default();
    if let Some(max) = max.filter(|max| size(&value) >= size(max)) {
        return (max, !down);
    }
    if let Some(min) = min.filter(|min| size(&value) <= size(min)) {
        return (min, down);
    }
    (value, false)
}

//! Moments. A moment is ISO 8601 text in UTC, as `now` is, or a whole number of milliseconds since 1970; a date is `2026-03-01`.
//! Days, weeks and months are those of a time zone: a day can have 23 hours.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit, Zoned, ZonedRound};

use super::{Answer, Args, Filter, cut};
use crate::data::Data;
use crate::time::{self, Time};

pub(super) const FILTERS: &[Filter] = &[
    Filter::new(
        "date",
        &["format", "tz"],
        date,
        [
            "date(format=\"%d.%m.%Y %H:%M\", tz=\"UTC\")",
            "A moment as text: %Y year, %m month, %d day, %H hour, %M minute, %S second, %A weekday, %B month's name, %j day of the year.",
            "\"2026-03-01T09:30:00Z\" | date(\"%d.%m.%Y %H:%M\", tz=\"Europe/Berlin\")",
            "01.03.2026 10:30",
        ],
    ),
    Filter::new(
        "plus",
        &["span", "tz"],
        plus,
        [
            "plus(span, tz=\"UTC\")",
            "A moment or date, later by a span such as 90s, 5m, 2h, 3d, 1w, 1mo, 1y, or several: `1d 12h`.",
            "\"2026-03-28T12:00:00Z\" | plus(\"1d\", tz=\"Europe/Berlin\")",
            "2026-03-29T11:00:00.000Z",
        ],
    ),
    Filter::new(
        "minus",
        &["span", "tz"],
        minus,
        [
            "minus(span, tz=\"UTC\")",
            "A moment or date, earlier by a span.",
            "\"2026-03-31\" | minus(\"1mo\")",
            "2026-02-28",
        ],
    ),
    Filter::new(
        "until",
        &["other", "unit", "tz"],
        until,
        [
            "until(other, unit=\"days\", tz=\"UTC\")",
            "How long it is from here to another moment: in words, or as the number of whole units (seconds … years).",
            "\"2026-03-01T09:30:00Z\" | until(\"2026-03-03T11:00:00Z\")",
            "2 days 1 hour",
        ],
    ),
    Filter::new(
        "since",
        &["other", "unit", "tz"],
        since,
        [
            "since(other, unit=\"days\", tz=\"UTC\")",
            "How long it is from another moment to here.",
            "\"2026-03-03\" | since(\"2026-03-01\", unit=\"hours\")",
            "48",
        ],
    ),
    Filter::new(
        "weekday",
        &["tz"],
        weekday,
        [
            "weekday(tz=\"UTC\")",
            "The day of the week in English; `date(\"%u\")` gives its number, 1 for Monday.",
            "\"2026-03-01\" | weekday",
            "Sunday",
        ],
    ),
    Filter::new(
        "start_of",
        &["unit", "tz"],
        start_of,
        [
            "start_of(unit, tz=\"UTC\")",
            "When the minute, hour, day, week (from Monday), month or year of a moment began.",
            "\"2026-03-05T09:30:00Z\" | start_of(\"week\", tz=\"Europe/Berlin\")",
            "2026-03-01T23:00:00.000Z",
        ],
    ),
    Filter::new(
        "parse_date",
        &["format", "tz"],
        parse_date,
        [
            "parse_date(format, tz=\"UTC\")",
            "Reads a moment from a text of a given form; a form without a time, read without `tz`, gives a date.",
            "\"1.3.2026 10:30\" | parse_date(\"%d.%m.%Y %H:%M\", tz=\"Europe/Berlin\")",
            "2026-03-01T09:30:00.000Z",
        ],
    ),
    Filter::new(
        "timestamp",
        &["unit"],
        timestamp,
        [
            "timestamp(unit=\"ms\")",
            "A moment as a number: milliseconds since 1970, or seconds with `s`.",
            "\"2026-03-01T09:30:00Z\" | timestamp(\"s\")",
            "1772357400",
        ],
    ),
];

/// A moment or a date, in a time zone.
struct Moment {
    at: Zoned,
    /// Given as a date: what is made of it stays one where it can.
    date_only: bool,
}

impl Moment {
    fn told(&self) -> Data {
        if self.date_only && self.at.time() == jiff::civil::Time::midnight() {
            return Data::text(self.at.date().to_string());
        }
        Data::Text(told(self.at.timestamp()).text())
    }
}

fn told(at: Timestamp) -> Time {
    Time(at.as_millisecond())
}

fn moment(value: &Data, tz: &TimeZone) -> Result<Moment, String> {
    let unread = || match value {
        Data::Text(_) => format!("cannot read `{}` as a moment such as 2026-03-01T09:30:00Z", cut(value)),
        other => format!("is for moments such as 2026-03-01T09:30:00Z, not for {}", other.kind()),
    };
    let at = match value {
        Data::Int(millis) => Timestamp::from_millisecond(*millis).ok().map(|at| at.to_zoned(tz.clone())),
        Data::Text(text) => {
            let text = text.trim();
            if text.len() <= 10 {
                let at = text.parse::<Date>().and_then(|date| date.to_zoned(tz.clone()));
                return at.map(|at| Moment { at, date_only: true }).map_err(|_| unread());
            }
            match text.parse::<Timestamp>() {
                Ok(at) => Some(at.to_zoned(tz.clone())),
                // Without an offset it is the zone's own time.
                Err(_) => text.parse::<DateTime>().and_then(|at| at.to_zoned(tz.clone())).ok(),
            }
        }
        _ => None,
    };
    at.map(|at| Moment { at, date_only: false }).ok_or_else(unread)
}

fn zone(args: &Args) -> Result<TimeZone, String> {
    let name = args.text_or("tz", "UTC")?;
    time::zone(name).ok_or_else(|| format!("knows no time zone `{name}`; write one such as Europe/Berlin"))
}

fn date(value: &Data, args: &Args) -> Answer {
    let at = moment(value, &zone(args)?)?.at;
    let format = args.text_or("format", "%d.%m.%Y %H:%M")?;
    let text = strtime::format(format, &at).map_err(|error| format!("cannot use `{format}`: {error}"))?;
    Ok(text.as_str().into())
}

fn plus(value: &Data, args: &Args) -> Answer {
    moved(value, args, 1)
}

fn minus(value: &Data, args: &Args) -> Answer {
    moved(value, args, -1)
}

fn moved(value: &Data, args: &Args, sign: i64) -> Answer {
    let Moment { at, date_only } = moment(value, &zone(args)?)?;
    let text = args.needed_text("span")?;
    let span = time::span(text).ok_or_else(|| {
        format!("cannot read `{text}` as a span; write 90s, 5m, 2h, 3d, 1w, 1mo or 1y, or several")
    })?;
    let moved =
        at.checked_add(span * sign).map_err(|_| "leads beyond the years that are known".to_owned())?;
    Ok(Moment { at: moved, date_only }.told())
}

fn until(value: &Data, args: &Args) -> Answer {
    let tz = zone(args)?;
    between(&moment(value, &tz)?.at, &moment(args.need("other")?, &tz)?.at, args)
}

fn since(value: &Data, args: &Args) -> Answer {
    let tz = zone(args)?;
    between(&moment(args.need("other")?, &tz)?.at, &moment(value, &tz)?.at, args)
}

const UNITS: [(&str, Unit); 8] = [
    ("year", Unit::Year),
    ("month", Unit::Month),
    ("week", Unit::Week),
    ("day", Unit::Day),
    ("hour", Unit::Hour),
    ("minute", Unit::Minute),
    ("second", Unit::Second),
    ("millisecond", Unit::Millisecond),
];

fn unit(name: &str) -> Result<Unit, String> {
    let wanted = name.strip_suffix('s').unwrap_or(name);
    UNITS.iter().find(|(unit, _)| *unit == wanted).map(|(_, unit)| *unit).ok_or_else(|| {
        format!("knows no unit `{name}`; there are years, months, weeks, days, hours, minutes, seconds")
    })
}

fn between(from: &Zoned, to: &Zoned, args: &Args) -> Answer {
    let far = |_| "spans more than can be counted".to_owned();
    if let Some(name) = args.text("unit")? {
        let unit = unit(name)?;
        let span = from.until((unit, to)).map_err(far)?;
        return Ok(Data::Int(count(&span, unit)));
    }
    let span = from.until((Unit::Year, to)).map_err(far)?;
    // The two largest units say enough.
    let mut words = Vec::new();
    for (name, unit) in UNITS.into_iter().filter(|(_, unit)| !matches!(unit, Unit::Week | Unit::Millisecond))
    {
        let n = count(&span, unit).abs();
        if n == 0 && words.is_empty() {
            continue;
        }
        if n > 0 {
            words.push(format!("{n} {name}{}", if n == 1 { "" } else { "s" }));
        }
        if words.len() == 2 || n == 0 {
            break;
        }
    }
    if words.is_empty() {
        words.push("0 seconds".into());
    }
    Ok(Data::text(format!("{}{}", if span.is_negative() { "-" } else { "" }, words.join(" "))))
}

fn count(span: &jiff::Span, unit: Unit) -> i64 {
    match unit {
        Unit::Year => span.get_years().into(),
        Unit::Month => span.get_months().into(),
        Unit::Week => span.get_weeks().into(),
        Unit::Day => span.get_days().into(),
        Unit::Hour => span.get_hours().into(),
        Unit::Minute => span.get_minutes(),
        Unit::Second => span.get_seconds(),
        _ => span.get_milliseconds(),
    }
}

fn weekday(value: &Data, args: &Args) -> Answer {
    let at = moment(value, &zone(args)?)?.at;
    Ok(at.strftime("%A").to_string().as_str().into())
}

fn start_of(value: &Data, args: &Args) -> Answer {
    let Moment { at, date_only } = moment(value, &zone(args)?)?;
    let begin = |date: Date| date.to_zoned(at.time_zone().clone());
    let date = at.date();
    let first = match unit(args.needed_text("unit")?)? {
        small @ (Unit::Second | Unit::Minute | Unit::Hour) => {
            at.round(ZonedRound::new().smallest(small).mode(jiff::RoundMode::Trunc))
        }
        Unit::Week => {
            date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).and_then(begin)
        }
        Unit::Month => begin(date.first_of_month()),
        Unit::Year => begin(date.first_of_year()),
        _ => begin(date),
    };
    let at = first.map_err(|_| "leads beyond the years that are known".to_owned())?;
    Ok(Moment { at, date_only }.told())
}

fn parse_date(value: &Data, args: &Args) -> Answer {
    let text = super::text_of(value)?;
    let format = args.needed_text("format")?;
    let unread = |error: jiff::Error| format!("cannot read `{}` as `{format}`: {error}", cut(value));
    let parts = strtime::parse(format, text.trim()).map_err(unread)?;
    if let Ok(at) = parts.to_timestamp() {
        return Ok(Data::Text(told(at).text()));
    }
    if parts.hour().is_none() && args.get("tz").is_none() {
        return Ok(Data::text(parts.to_date().map_err(unread)?.to_string()));
    }
    let at = parts.to_datetime().or_else(|_| parts.to_date().map(DateTime::from)).map_err(unread)?;
    let at = at.to_zoned(zone(args)?).map_err(unread)?;
    Ok(Data::Text(told(at.timestamp()).text()))
}

fn timestamp(value: &Data, args: &Args) -> Answer {
    let at = moment(value, &TimeZone::UTC)?.at.timestamp();
    match args.text_or("unit", "ms")? {
        "ms" => Ok(Data::Int(at.as_millisecond())),
        "s" => Ok(Data::Int(at.as_second())),
        other => Err(format!("knows no unit `{other}`; there are ms and s")),
    }
}

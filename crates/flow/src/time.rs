//! Moments and durations, as a bot writes them. Knows no clock.

use std::fmt;

use jiff::civil::{self, DateTime};
use jiff::{Span, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use jiff::tz::TimeZone;

/// Milliseconds since 1970, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// Read from ISO 8601 text such as `2026-03-01T09:30:00Z`.
    pub fn parse(text: &str) -> Option<Time> {
        text.parse::<Timestamp>().ok().map(|at| Time(at.as_millisecond()))
    }

    pub fn after(self, millis: i64) -> Time {
        Time(self.0.saturating_add(millis))
    }

    /// The moment as calendars know it; the last one they know for what is beyond.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    /// ISO 8601 text, always of one length, so that texts sort as the moments do.
    pub fn text(self) -> SmolStr {
        SmolStr::from(self.timestamp().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// A time zone by its name: `Europe/Berlin`. The database comes with the program, so it is the same everywhere.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// A moment from ISO 8601 text; without an offset it is the zone's own, and a date is its beginning.
pub fn moment(text: &str, zone: &TimeZone) -> Option<Time> {
    let text = text.trim();
    if let Some(at) = Time::parse(text) {
        return Some(at);
    }
    let civil = text.parse::<DateTime>().or_else(|_| text.parse::<civil::Date>().map(DateTime::from)).ok()?;
    Some(Time(civil.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond()))
}

/// The next moment after this one at which clocks of the zone show this time: `09:00`. A time that a day leaves out, since clocks are put
/// forward, comes as much later.
pub fn next_clock(after: Time, clock: &str, zone: &TimeZone) -> Option<Time> {
    let (hour, rest) = clock.trim().split_once(':')?;
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "0"));
    let clock = civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?, 0).ok()?;
    let mut day = after.timestamp().to_zoned(zone.clone()).date();
    // Today or tomorrow, but for a day that the zone left out.
    for _ in 0..3 {
        let at = day.to_datetime(clock).to_zoned(zone.clone()).ok()?.timestamp().as_millisecond();
        if at > after.0 {
            return Some(Time(at));
        }
        day = day.checked_add(1.day()).ok()?;
    }
    None
}

/// `90s`, `5m`, `2h`, `3d`, `1w`, also one after another: `1h 30m`. In milliseconds.
pub fn duration(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|digits| *digits > 0)?;
        let count: i64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        total = total.checked_add(count.checked_mul(unit)?)?;
        rest = rest[letters..].trim_start();
    }
    Some(total)
}

/// A span of the calendar: what [`duration`] reads, and `1mo`, `1y`. Days, weeks, months and years are those of a calendar, so how long
/// they are depends on where they begin.
pub fn span(text: &str) -> Option<Span> {
    let mut total = Span::new();
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|digits| *digits > 0)?;
        let count: i64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        // Each unit adds to what it had: `1h 1h` is two hours.
        let more = |so_far: i64| so_far.checked_add(count);
        total = match &rest[..letters] {
            "ms" => total.try_milliseconds(more(total.get_milliseconds())?),
            "s" => total.try_seconds(more(total.get_seconds())?),
            "m" | "min" => total.try_minutes(more(total.get_minutes())?),
            "h" => total.try_hours(more(total.get_hours().into())?),
            "d" => total.try_days(more(total.get_days().into())?),
            "w" => total.try_weeks(more(total.get_weeks().into())?),
            "mo" => total.try_months(more(total.get_months().into())?),
            "y" => total.try_years(more(total.get_years().into())?),
            _ => return None,
        }
        .ok()?;
        rest = rest[letters..].trim_start();
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written() {
        let at = Time::parse("2026-03-01T09:30:00Z").unwrap();
        assert_eq!(at.to_string(), "2026-03-01T09:30:00.000Z");
        assert_eq!(Time::parse(&at.after(1).to_string()), Some(at.after(1)));
        assert_eq!(Time::parse("tomorrow"), None);
        assert_eq!(Time(i64::MAX).to_string().len(), at.to_string().len());
        assert!(zone("Europe/Berlin").is_some() && zone("Europe/Nowhere").is_none());
    }

    #[test]
    fn clocks_of_a_zone() {
        let berlin = zone("Europe/Berlin").unwrap();
        let at = |text: &str| Time::parse(text).unwrap();
        let next = |after: &str, clock: &str| next_clock(at(after), clock, &berlin);
        assert_eq!(next("2026-01-05T07:00:00Z", "09:00"), Some(at("2026-01-05T08:00:00Z")));
        assert_eq!(next("2026-01-05T08:00:00Z", "9:00"), Some(at("2026-01-06T08:00:00Z")));
        // The night in which clocks are put forward, and the day after it.
        assert_eq!(next("2026-03-28T23:30:00Z", "02:30"), Some(at("2026-03-29T01:30:00Z")));
        assert_eq!(next("2026-03-28T12:00:00Z", "09:00"), Some(at("2026-03-29T07:00:00Z")));
        assert_eq!(
            (next("2026-01-05T07:00:00Z", "25:00"), next("2026-01-05T07:00:00Z", "nine")),
            (None, None)
        );
        assert_eq!(moment("2026-07-01 12:00", &berlin), Some(at("2026-07-01T10:00:00Z")));
        assert_eq!(moment("2026-07-01T12:00:00Z", &berlin), Some(at("2026-07-01T12:00:00Z")));
        assert_eq!(moment("2026-07-01", &berlin), Some(at("2026-06-30T22:00:00Z")));
        assert_eq!(moment("soon", &berlin), None);
    }

    #[test]
    fn durations() {
        for (text, expected) in [
            ("90s", Some(90_000)),
            ("1h 30m", Some(5_400_000)),
            ("2d", Some(172_800_000)),
            ("250ms", Some(250)),
            ("", None),
            ("5", None),
            ("m", None),
            ("5 parsecs", None),
            ("99999999999999999w", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
    }

    #[test]
    fn spans_know_the_calendar() {
        for (text, expected) in [
            ("1y 2mo 3d", Some("P1Y2M3D")),
            ("1h 1h", Some("PT2H")),
            ("90m", Some("PT90M")),
            ("1 mo", Some("P1M")),
            ("", None),
            ("3", None),
            ("99999999y", None),
        ] {
            assert_eq!(span(text).map(|span| span.to_string()).as_deref(), expected, "{text}");
        }
    }
}

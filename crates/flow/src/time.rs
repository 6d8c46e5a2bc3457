//! Moments and durations, as a bot writes them. Knows no clock.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

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
}

//! What a question asks for, and whether what a person sends is that.

use flow::Data;
use flow::expr::Formula;
use jiff::civil::Date;
use regex::{Regex, RegexBuilder};
use smol_str::SmolStr;

use super::saying::some;
use crate::build::{Broken, Build};
use crate::event::{File, FileKind, Message};
use crate::fault::Fault;
use crate::node::At;
use crate::source::Source;

/// What can be chosen, each as it is shown and as it is answered.
pub type Choices = Vec<(SmolStr, Data)>;

#[derive(Debug)]
pub enum Wants {
    Text { shortest: i64, longest: Option<i64>, pattern: Option<Regex> },
    Number { whole: bool, least: Source, most: Source },
    Email,
    Phone,
    Date { order: DateOrder, earliest: Source, latest: Source },
    Choice { here: Vec<(SmolStr, Source, Source)>, list: Option<Formula> },
    File(Option<FileKind>),
    Location,
}

impl Wants {
    pub fn build(of: &mut Build<'_>) -> Result<Wants, Broken> {
        Ok(match of.word("type").as_str() {
            "number" => Wants::Number {
                whole: of.flag("whole"),
                least: of.source("least")?,
                most: of.source("most")?,
            },
            "email" => Wants::Email,
            "phone" => Wants::Phone,
            "date" => Wants::Date {
                order: match of.word("order").as_str() {
                    "month" => DateOrder::Month,
                    "year" => DateOrder::Year,
                    _ => DateOrder::Day,
                },
                earliest: of.source("earliest")?,
                latest: of.source("latest")?,
            },
            "choice" => {
                let here =
                    of.each("choices", |one, id| Ok((id, one.source("label")?, one.source("value")?)))?;
                let list = of.formula("choices_from")?;
                if here.is_empty() && list.is_none() {
                    return Err(Broken::new("There is nothing to choose from.").at("choices"));
                }
                Wants::Choice { here, list }
            }
            "file" => Wants::File(match of.word("file").as_str() {
                "photo" => Some(FileKind::Photo),
                "video" => Some(FileKind::Video),
                "audio" => Some(FileKind::Audio),
                "voice" => Some(FileKind::Voice),
                "document" => Some(FileKind::Document),
                _ => None,
            }),
            "location" => Wants::Location,
            _ => {
                let pattern = of.word("pattern");
                let whole = RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(1 << 20).build();
                let wrong =
                    |error| Broken::new(format!("The pattern cannot be read: {error}.")).at("pattern");
                Wants::Text {
                    shortest: of.whole("shortest").unwrap_or(0),
                    longest: of.whole("longest"),
                    pattern: if pattern.is_empty() { None } else { Some(whole.map_err(wrong)?) },
                }
            }
        })
    }

    /// What can be chosen; nothing where it is no choice.
    pub fn choices(&self, at: &At<'_>) -> Result<Choices, Fault> {
        let Wants::Choice { here, list } = self else { return Ok(Choices::new()) };
        let Some(list) = list else {
            let choice = |(id, label, value): &(SmolStr, Source, Source)| {
                let label = some(at, label, || format!("choices.{id}.label"))?;
                let value = at.value(value).map_err(|fault| fault.at(format!("choices.{id}.value")))?;
                let is_empty = value.is_null() || value.as_str() == Some("");
                Ok((label.clone(), if is_empty { label.into() } else { value }))
            };
            return here.iter().map(choice).collect();
        };
        let list = at.answer(list).map_err(|fault| fault.at("choices_from"))?;
        let choice = |one: &Data| match one.get("label") {
            Some(label) => (label.shown(), one.get("value").cloned().unwrap_or_else(|| label.shown().into())),
            None => (one.shown(), one.clone()),
        };
        let empty = || {
            let message = format!(
                "There is nothing to choose from: a list with something in it is needed, but this is {list}."
            );
            Fault::wrong_type(message).at("choices_from")
        };
        let items = list.as_list().filter(|items| !items.is_empty()).ok_or_else(empty)?;
        Ok(items.iter().map(choice).collect())
    }

    /// The answer, if it fits.
    pub fn read(&self, at: &At<'_>, choices: &Choices, message: &Message) -> Result<Option<Data>, Fault> {
        let text = message.text.trim();
        Ok(match self {
            Wants::Text { shortest, longest, pattern } => {
                let length = text.chars().count() as i64;
                let fits = length >= (*shortest).max(1)
                    && longest.is_none_or(|longest| length <= longest)
                    && pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
                fits.then(|| text.into())
            }
            Wants::Number { whole, least, most } => {
                let (least, most) = (bound(at, least, "least")?, bound(at, most, "most")?);
                number(text, *whole).filter(|number| {
                    let n = number.as_f64().unwrap_or_default();
                    least.is_none_or(|least| n >= least) && most.is_none_or(|most| n <= most)
                })
            }
            Wants::Email => email(text).map(Data::from),
            Wants::Phone => message.phone.as_deref().or(Some(text)).and_then(phone).map(Data::from),
            Wants::Date { order, earliest, latest } => {
                let (earliest, latest) = (day(at, earliest, "earliest")?, day(at, latest, "latest")?);
                let date = date(text, *order).filter(|date| {
                    earliest.is_none_or(|earliest| *date >= earliest)
                        && latest.is_none_or(|latest| *date <= latest)
                });
                date.map(|date| date.to_string().as_str().into())
            }
            Wants::Choice { .. } => {
                // A label that is written is as good as one that is pressed.
                let said = text.to_lowercase();
                let is_it = |label: &SmolStr| label.trim().to_lowercase() == said;
                choices.iter().find(|(label, _)| is_it(label)).map(|(_, value)| value.clone())
            }
            Wants::File(kind) => {
                message.files.iter().find(|file| kind.is_none_or(|kind| file.kind == kind)).map(File::data)
            }
            Wants::Location => message.location.map(|_| at.event.msg("location")),
        })
    }
}

fn bound(at: &At<'_>, source: &Source, field: &'static str) -> Result<Option<f64>, Fault> {
    let value = at.value(source).map_err(|fault| fault.at(field))?;
    match &value {
        Data::Null => Ok(None),
        other => {
            let wrong = || Fault::wrong_type(format!("{other} is no number.")).at(field);
            other.as_f64().map(Some).ok_or_else(wrong)
        }
    }
}

fn day(at: &At<'_>, source: &Source, field: &'static str) -> Result<Option<Date>, Fault> {
    let Some(text) = at.some_text(source).map_err(|fault| fault.at(field))? else { return Ok(None) };
    // The day of a moment is its beginning.
    let day = text.get(..10).unwrap_or(&text);
    let wrong = || Fault::wrong_type(format!("`{text}` is no day; write it as `2026-12-31`.")).at(field);
    date(day, DateOrder::Year).map(Some).ok_or_else(wrong)
}

/// Numbers as people write them: `1,5`, `1.234,50`, `1 000`. A single comma or point is a decimal one, except that before exactly three
/// digits it groups them where a whole number is asked for.
pub fn number(text: &str, whole: bool) -> Option<Data> {
    let bare: String =
        text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')).collect();
    let (sign, digits) = match bare.strip_prefix(['-', '−']) {
        Some(digits) => ("-", digits),
        None => ("", bare.strip_prefix('+').unwrap_or(&bare)),
    };
    let is_mark = |c: char| matches!(c, ',' | '.');
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !digits.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if !digits.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return None;
    }
    let decimal = digits.rfind(is_mark).filter(|place| {
        let mark = &digits[*place..=*place];
        let once = digits.matches(mark).count() == 1;
        let other = digits[..*place].contains(is_mark);
        once && (other || !whole || digits.len() - place != 4)
    });
    let (before, after) = decimal.map_or((digits, ""), |place| (&digits[..place], &digits[place + 1..]));
    let mut groups = before.split(is_mark);
    let first = groups.next().unwrap_or_default();
    let grouped = before.contains(is_mark);
    let marks = before.chars().filter(|c| is_mark(*c)).collect::<std::collections::BTreeSet<_>>();
    if grouped && (first.len() > 3 || marks.len() > 1 || groups.any(|group| group.len() != 3)) {
        return None;
    }
    let plain: String = before.chars().filter(|c| !is_mark(*c)).collect();
    if after.bytes().all(|digit| digit == b'0') {
        return format!("{sign}{plain}").parse().ok().map(Data::Int);
    }
    if whole { None } else { format!("{sign}{plain}.{after}").parse().ok().and_then(Data::number) }
}

/// An address such as `ada@example.com`. Whether somebody reads there, only a letter can tell.
pub fn email(text: &str) -> Option<SmolStr> {
    let text = text.trim();
    let (name, host) = text.rsplit_once('@')?;
    let is_name = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let name_fits = !name.is_empty()
        && name.len() <= 64
        && name.chars().all(is_name)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..");
    let host_fits =
        host.contains('.') && host.split('.').all(label) && !host.ends_with(|c: char| c.is_ascii_digit());
    (name_fits && host_fits && text.len() <= 254).then(|| text.into())
}

/// A number to call, without what people put between the digits: `+491701234567`.
pub fn phone(text: &str) -> Option<SmolStr> {
    let text = text.trim();
    let (abroad, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
        Some(rest) => ("+", rest),
        None => ("", text),
    };
    if !rest
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\u{a0}' | '-' | '–' | '.' | '/' | '(' | ')'))
    {
        return None;
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    // The longest ones that there are have fifteen digits.
    (6..=15).contains(&digits.len()).then(|| SmolStr::from(format!("{abroad}{digits}")))
}

/// Which part of a date comes first. A year of four digits says so by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    Day,
    Month,
    Year,
}

/// A date such as `31.12.2026`, `12/31/26` or `2026-12-31`. Of two digits, those up to 68 are of this century.
pub fn date(text: &str, order: DateOrder) -> Option<Date> {
    let is_between = |c: char| matches!(c, '.' | '/' | '-' | ',') || c.is_whitespace();
    let parts: Vec<&str> = text.trim().split(is_between).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = match order {
        _ if a.len() == 4 => (a, b, c),
        DateOrder::Year => (a, b, c),
        DateOrder::Day => (c, b, a),
        DateOrder::Month => (c, a, b),
    };
    if [year, month, day].iter().any(|part| !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let year = match (year.len(), year.parse::<i16>().ok()?) {
        (4, year) => year,
        (2, year @ 0..=68) => 2000 + year,
        (2, year) => 1900 + year,
        _ => return None,
    };
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let int = |n| Some(Data::Int(n));
        for (text, whole, expected) in [
            ("12", true, int(12)),
            (" -3 ", true, int(-3)),
            ("+3", true, int(3)),
            ("1,5", false, Some(Data::Float(1.5))),
            ("1.5", false, Some(Data::Float(1.5))),
            ("1.5", true, None),
            ("2.0", true, int(2)),
            ("1,000", true, int(1000)),
            ("1,000", false, int(1)),
            ("1 000 000", true, int(1_000_000)),
            ("1.234.567", false, int(1_234_567)),
            ("1.234,5", false, Some(Data::Float(1234.5))),
            ("1,234.5", false, Some(Data::Float(1234.5))),
            ("1.23.4", false, None),
            ("1,2,3", true, None),
            ("12,34.5", false, None),
            ("five", false, None),
            ("5 kg", false, None),
            ("", false, None),
            (".5", false, None),
            ("99999999999999999999", true, None),
        ] {
            assert_eq!(number(text, whole), expected, "{text}, whole: {whole}");
        }
    }

    #[test]
    fn addresses() {
        for (text, fits) in [
            ("ada@example.com", true),
            (" ada.l+bot@mail.example.co.uk ", true),
            ("jörg@müller.de", true),
            ("ada@example", false),
            ("ada example@x.com", false),
            ("@example.com", false),
            ("ada@@example.com", false),
            ("ada@-example.com", false),
            ("a..b@example.com", false),
            ("ada@127.0.0.1", false),
            ("ada", false),
        ] {
            assert_eq!(email(text).is_some(), fits, "{text}");
        }
        assert_eq!(email(" ada@example.com ").as_deref(), Some("ada@example.com"));
    }

    #[test]
    fn phones() {
        for (text, expected) in [
            ("+49 170 1234567", Some("+491701234567")),
            ("0049 (170) 123-4567", Some("+491701234567")),
            ("0170/1234567", Some("01701234567")),
            ("12345", None),
            ("+1234567890123456", None),
            ("call me", None),
        ] {
            assert_eq!(phone(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn dates() {
        use DateOrder::{Day, Month, Year};
        for (text, order, expected) in [
            ("31.12.2026", Day, Some("2026-12-31")),
            ("1. 2. 2026", Day, Some("2026-02-01")),
            ("12/31/2026", Month, Some("2026-12-31")),
            ("12/31/2026", Day, None),
            ("2026-12-31", Day, Some("2026-12-31")),
            ("26-12-31", Year, Some("2026-12-31")),
            ("31.12.85", Day, Some("1985-12-31")),
            ("29.02.2025", Day, None),
            ("29.02.2024", Day, Some("2024-02-29")),
            ("1.1.999", Day, None),
            ("tomorrow", Day, None),
            ("1.1", Day, None),
            ("+1.1.2026", Day, None),
        ] {
            assert_eq!(date(text, order).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
    }
}

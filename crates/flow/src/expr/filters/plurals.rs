//! The forms of words that go with numbers, by the rules of the Unicode locale data.

use super::decimal::Decimal;
use super::numbers::decimal;
use super::{Answer, Args, locales};
use crate::data::Data;

const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

pub(super) fn plural(value: &Data, args: &Args) -> Answer {
    let locale = locales::named(args.text_or("locale", "en")?)?;
    let form = form(locale.name, &decimal(value)?);
    match args.need("one")? {
        Data::Object(forms) => {
            if let Some(odd) = forms.keys().find(|name| !FORMS.contains(&name.as_str())) {
                return Err(format!("knows no form `{odd}`; there are {}", FORMS.join(", ")));
            }
            if args.get("other").is_some() {
                return Err("takes either one object of forms or two words".into());
            }
            let chosen = forms.get(form).or_else(|| forms.get("other"));
            chosen.cloned().ok_or_else(|| format!("needs the form `{form}`, or at least `other`"))
        }
        one => match form {
            "one" => Ok(one.clone()),
            _ => args.need("other").cloned(),
        },
    }
}

/// Which form a number takes. What the rules call i, v and n are the whole part, whether decimals are shown, and the number.
fn form(locale: &str, number: &Decimal) -> &'static str {
    // The rules look at the last two digits, and at whether there are more.
    let digits = number.whole.as_bytes();
    let last = |count: usize| {
        digits[digits.len().saturating_sub(count)..]
            .iter()
            .fold(0, |n: u32, digit| n * 10 + u32::from(digit - b'0'))
    };
    let shown = number.part.is_empty();
    let whole = number.part.bytes().all(|digit| digit == b'0');
    let (small, tens, units) = (digits.len() <= 2, last(2), last(1));
    let is = |n: u32| small && tens == n;
    let millions = shown && digits.len() > 6 && digits[digits.len() - 6..].iter().all(|digit| *digit == b'0');
    match locale.split('-').next().unwrap_or_default() {
        "ja" | "zh" => "other",
        "en" | "de" | "nl" if is(1) && shown => "one",
        "it" if is(1) && shown => "one",
        "tr" if is(1) && whole => "one",
        "es" if is(1) && whole => "one",
        "fr" if is(0) || is(1) => "one",
        "pt" if locale == "pt-PT" && is(1) && shown => "one",
        "pt" if locale != "pt-PT" && (is(0) || is(1)) => "one",
        "fr" | "es" | "it" | "pt" if millions => "many",
        "pl" | "cs" if is(1) && shown => "one",
        "cs" if small && (2..=4).contains(&tens) && shown => "few",
        "cs" if !shown => "many",
        "ru" | "uk" if shown && units == 1 && tens != 11 => "one",
        "pl" | "ru" | "uk" if shown && (2..=4).contains(&units) && !(12..=14).contains(&tens) => "few",
        "pl" | "ru" | "uk" if shown => "many",
        "ar" if whole => match tens {
            0 if small => "zero",
            1 if small => "one",
            2 if small => "two",
            3..=10 => "few",
            11..=99 => "many",
            _ => "other",
        },
        _ => "other",
    }
}

pub(super) fn ordinal(value: &Data, args: &Args) -> Answer {
    let locale = locales::named(args.text_or("locale", "en")?)?;
    let Data::Int(n) = value else { return Err(format!("is for whole numbers, not for {}", value.kind())) };
    Ok(Data::text(match locale.language() {
        "en" => {
            let end = match (n.unsigned_abs() % 10, n.unsigned_abs() % 100) {
                (_, 11..=13) => "th",
                (1, _) => "st",
                (2, _) => "nd",
                (3, _) => "rd",
                _ => "th",
            };
            format!("{n}{end}")
        }
        "fr" => format!("{n}{}", if n.unsigned_abs() == 1 { "er" } else { "e" }),
        "de" | "pl" | "cs" | "tr" => format!("{n}."),
        "es" => format!("{n}.º"),
        "it" | "pt" => format!("{n}º"),
        "nl" => format!("{n}e"),
        "ru" | "uk" => format!("{n}-й"),
        "ja" | "zh" => format!("第{n}"),
        _ => n.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_languages() {
        for (locale, expected) in [
            ("en", "0 other 1 one 2 other 1.5 other 1000000 other"),
            ("fr", "0 one 1 one 1.5 one 2 other 1000000 many"),
            ("es", "0 other 1 one 2 other 1000000 many"),
            ("pt", "0 one 1 one 1.5 one 2 other"),
            ("pt-PT", "0 other 1 one 1.5 other"),
            ("pl", "1 one 2 few 5 many 12 many 22 few 0 many 1.5 other 112 many 101 many"),
            ("ru", "1 one 2 few 5 many 11 many 21 one 14 many 111 many 101 one 1.5 other"),
            ("uk", "1 one 24 few 25 many"),
            ("cs", "1 one 2 few 4 few 5 other 1.5 many 102 other"),
            ("ar", "0 zero 1 one 2 two 3 few 11 many 100 other 103 few 1.5 other"),
            ("tr", "1 one 2 other"),
            ("ja", "1 other"),
            ("zh", "1 other"),
        ] {
            let words: Vec<&str> = expected.split(' ').collect();
            for pair in words.chunks(2) {
                assert_eq!(
                    form(locale, &Decimal::of(&Data::text(pair[0])).unwrap()),
                    pair[1],
                    "{locale} {}",
                    pair[0]
                );
            }
        }
    }
}

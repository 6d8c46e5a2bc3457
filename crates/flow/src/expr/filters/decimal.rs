//! Decimal numbers by their digits: rounding is exact, since nothing is turned into binary and back.

use crate::data::Data;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub negative: bool,
    /// Without leading zeros, except for a single one.
    pub whole: String,
    /// After the point.
    pub part: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    HalfUp,
    HalfEven,
}

impl Rounding {
    pub fn named(name: &str) -> Result<Rounding, String> {
        match name {
            "half-up" => Ok(Rounding::HalfUp),
            "half-even" => Ok(Rounding::HalfEven),
            other => Err(format!("knows no rounding `{other}`; there are half-up and half-even")),
        }
    }
}

impl Decimal {
    /// From a number, or from a text such as `12.50`.
    pub fn of(value: &Data) -> Option<Decimal> {
        match value {
            Data::Int(_) | Data::Float(_) => Decimal::read(&value.shown()),
            Data::Text(text) if text.len() <= 100 => Decimal::read(text.trim()),
            _ => None,
        }
    }

    fn read(text: &str) -> Option<Decimal> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || (part.is_empty() && digits.contains('.'))
            || !all_digits(whole)
            || !all_digits(part)
        {
            return None;
        }
        let short = whole.trim_start_matches('0');
        let whole = if short.is_empty() { "0" } else { short }.to_owned();
        Some(Decimal { negative, whole, part: part.to_owned() })
    }

    /// Moves the point to the right.
    pub fn shifted(mut self, places: usize) -> Decimal {
        while self.part.len() < places {
            self.part.push('0');
        }
        let rest = self.part.split_off(places);
        let whole = self.whole + &self.part;
        let short = whole.trim_start_matches('0');
        Decimal {
            negative: self.negative,
            whole: if short.is_empty() { "0".to_owned() } else { short.to_owned() },
            part: rest,
        }
    }

    /// With as many decimals, no fewer and no more.
    pub fn rounded(mut self, decimals: usize, rounding: Rounding) -> Decimal {
        while self.part.len() < decimals {
            self.part.push('0');
        }
        let rest = self.part.split_off(decimals);
        let odd = |digits: &str| digits.bytes().last().is_some_and(|digit| digit % 2 == 1);
        let last = if self.part.is_empty() { &self.whole } else { &self.part };
        let half = rest.starts_with('5') && rest[1..].bytes().all(|digit| digit == b'0');
        let up = match rest.bytes().next() {
            Some(b'5'..=b'9') if !half => true,
            Some(b'5') => rounding == Rounding::HalfUp || odd(last),
            _ => false,
        };
        if up {
            let mut digits: Vec<u8> = self.whole.bytes().chain(self.part.bytes()).collect();
            let carried = digits.iter_mut().rev().all(|digit| {
                let nine = *digit == b'9';
                *digit = if nine { b'0' } else { *digit + 1 };
                nine
            });
            if carried {
                digits.insert(0, b'1');
            }
            let point = digits.len() - decimals;
            self.whole = digits[..point].iter().map(|digit| char::from(*digit)).collect();
            self.part = digits[point..].iter().map(|digit| char::from(*digit)).collect();
        }
        // There is no minus nothing.
        self.negative &= (self.whole.bytes().chain(self.part.bytes())).any(|digit| digit != b'0');
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_exact() {
        let rounded = |value: Data, decimals, rounding| {
            let decimal = Decimal::of(&value).unwrap().rounded(decimals, rounding);
            let sign = if decimal.negative { "-" } else { "" };
            format!("{sign}{}.{}", decimal.whole, decimal.part)
        };
        for (value, decimals, up, even) in [
            (Data::Float(1.005), 2, "1.01", "1.00"),
            (Data::Float(2.5), 0, "3.", "2."),
            (Data::Float(-3.5), 0, "-4.", "-4."),
            (Data::Float(0.125), 2, "0.13", "0.12"),
            (Data::Float(9.999), 2, "10.00", "10.00"),
            (Data::Float(2.675), 2, "2.68", "2.68"),
            (Data::Float(-0.001), 2, "0.00", "0.00"),
            (Data::Int(7), 2, "7.00", "7.00"),
            (Data::text("12345678901234567890.5"), 0, "12345678901234567891.", "12345678901234567890."),
        ] {
            assert_eq!(rounded(value.clone(), decimals, Rounding::HalfUp), up, "{value}");
            assert_eq!(rounded(value.clone(), decimals, Rounding::HalfEven), even, "{value}");
        }
        assert_eq!(Decimal::of(&Data::text("1,5")), None);
        assert_eq!(Decimal::of(&Data::text("1.")), None);
        assert_eq!(Decimal::of(&Data::Float(0.0256)).unwrap().shifted(2), Decimal::read("2.56").unwrap());
    }
}

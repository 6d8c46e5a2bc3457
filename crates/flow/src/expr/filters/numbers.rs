//! Numbers as people write them.

use super::decimal::{Decimal, Rounding};
use super::locales::{self, Sign};
use super::{Answer, Args, Filter, cut, plurals};
use crate::data::Data;

pub(super) const FILTERS: &[Filter] = &[
    Filter::new(
        "number",
        &["decimals", "locale", "rounding"],
        number,
        [
            "number(decimals=2, locale=\"en\", rounding=\"half-up\")",
            "A number with the separators of a language, exactly rounded (half-up or half-even).",
            "1234567.891 | number(decimals=2, locale=\"de\")",
            "1.234.567,89",
        ],
    ),
    Filter::new(
        "money",
        &["currency", "locale", "rounding", "decimals"],
        money,
        [
            "money(currency, locale=\"en\", rounding=\"half-up\", decimals=2)",
            "An amount with its currency (a code such as EUR), exactly rounded to what the currency has.",
            "1234.5 | money(\"EUR\", locale=\"en\")",
            "€1,234.50",
        ],
    ),
    Filter::new(
        "percent",
        &["decimals", "locale", "rounding"],
        percent,
        [
            "percent(decimals=0, locale=\"en\", rounding=\"half-up\")",
            "A share as percent: 1 is 100%.",
            "0.256 | percent(decimals=1)",
            "25.6%",
        ],
    ),
    Filter::new(
        "ordinal",
        &["locale"],
        plurals::ordinal,
        ["ordinal(locale=\"en\")", "A whole number as a place in an order.", "22 | ordinal", "22nd"],
    ),
    Filter::new(
        "plural",
        &["one", "other", "locale"],
        plurals::plural,
        [
            "plural(one, other, locale=\"en\") or plural({one: …, few: …, many: …, other: …}, locale=\"pl\")",
            "The form of a word that goes with a number; in the second way a form that is not given is `other`.",
            "3 | plural({\"one\": \"plik\", \"few\": \"pliki\", \"many\": \"plików\", \"other\": \"pliku\"}, locale=\"pl\")",
            "pliki",
        ],
    ),
];

/// No currency and no sensible number has as many.
const MOST_DECIMALS: usize = 20;

pub(super) fn decimal(value: &Data) -> Result<Decimal, String> {
    Decimal::of(value).ok_or_else(|| match value {
        Data::Text(_) => format!("cannot read `{}` as a number such as 12.50", cut(value)),
        other => format!("is for numbers, not for {}", other.kind()),
    })
}

fn decimals(args: &Args) -> Result<Option<usize>, String> {
    match args.count("decimals")? {
        Some(n) if n > MOST_DECIMALS => Err(format!("takes at most {MOST_DECIMALS} decimals")),
        given => Ok(given),
    }
}

fn rounding(args: &Args) -> Result<Rounding, String> {
    Rounding::named(args.text_or("rounding", "half-up")?)
}

fn number(value: &Data, args: &Args) -> Answer {
    let locale = locales::named(args.text_or("locale", "en")?)?;
    let mut number = decimal(value)?;
    let rounding = rounding(args)?;
    if let Some(decimals) = decimals(args)? {
        number = number.rounded(decimals, rounding);
    }
    let minus = if number.negative { "-" } else { "" };
    Ok(Data::text(minus.to_owned() + &locale.write(&number.whole, &number.part)))
}

fn percent(value: &Data, args: &Args) -> Answer {
    let locale = locales::named(args.text_or("locale", "en")?)?;
    let number = decimal(value)?.shifted(2).rounded(decimals(args)?.unwrap_or(0), rounding(args)?);
    let minus = if number.negative { "-" } else { "" };
    let digits = locale.write(&number.whole, &number.part);
    Ok(Data::text(format!("{minus}{digits}{}%", locale.percent)))
}

/// Currencies with a sign of their own; others are written by their code.
const SIGNS: [(&str, &str); 22] = [
    ("EUR", "€"),
    ("USD", "$"),
    ("GBP", "£"),
    ("JPY", "¥"),
    ("CNY", "CN¥"),
    ("INR", "₹"),
    ("KRW", "₩"),
    ("BRL", "R$"),
    ("RUB", "₽"),
    ("UAH", "₴"),
    ("TRY", "₺"),
    ("PLN", "zł"),
    ("CZK", "Kč"),
    ("ILS", "₪"),
    ("VND", "₫"),
    ("NGN", "₦"),
    ("PHP", "₱"),
    ("AUD", "A$"),
    ("CAD", "CA$"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("HKD", "HK$"),
];
/// ISO 4217 gives most currencies two decimals; these have none or three.
const WITHOUT: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF",
];
const WITH_THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

fn money(value: &Data, args: &Args) -> Answer {
    let locale = locales::named(args.text_or("locale", "en")?)?;
    let code = args.needed_text("currency")?.to_uppercase();
    if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(format!("takes a currency as three letters such as EUR, not `{code}`"));
    }
    let usual = match code.as_str() {
        code if WITHOUT.contains(&code) => 0,
        code if WITH_THREE.contains(&code) => 3,
        _ => 2,
    };
    let number = decimal(value)?.rounded(decimals(args)?.unwrap_or(usual), rounding(args)?);
    let minus = if number.negative { "-" } else { "" };
    let digits = locale.write(&number.whole, &number.part);
    let sign = SIGNS.iter().find(|(known, _)| *known == code).map(|(_, sign)| *sign);
    Ok(Data::text(match (locale.sign, sign) {
        (Sign::Before, Some(sign)) => format!("{minus}{sign}{digits}"),
        (Sign::After, _) => format!("{minus}{digits}\u{a0}{}", sign.unwrap_or(&code)),
        (_, _) => format!("{minus}{}\u{a0}{digits}", sign.unwrap_or(&code)),
    }))
}

//! How languages write numbers: a small table of our own, so that it is the same on every machine.

pub(super) struct Locale {
    /// The language, or the language with its land.
    pub name: &'static str,
    pub decimal: &'static str,
    pub group: &'static str,
    /// Digits that a number needs before the first group; some languages write 1000 but 10 000.
    pub least: usize,
    /// Where the currency's sign stands: before, or after with a space.
    pub sign: Sign,
    /// What stands between a number and `%`.
    pub percent: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Before,
    BeforeSpaced,
    After,
}

const NO_BREAK: &str = "\u{a0}";
const NARROW: &str = "\u{202f}";

const fn locale(
    name: &'static str,
    [decimal, group, percent]: [&'static str; 3],
    least: usize,
    sign: Sign,
) -> Locale {
    Locale { name, decimal, group, least, sign, percent }
}

/// The separators are those of the Unicode locale data.
const LOCALES: [Locale; 19] = [
    locale("en", [".", ",", ""], 4, Sign::Before),
    locale("de", [",", ".", NO_BREAK], 4, Sign::After),
    locale("de-AT", [",", NO_BREAK, NO_BREAK], 4, Sign::BeforeSpaced),
    locale("de-CH", [".", "’", ""], 4, Sign::BeforeSpaced),
    locale("fr", [",", NARROW, NARROW], 4, Sign::After),
    locale("es", [",", ".", NO_BREAK], 5, Sign::After),
    locale("es-MX", [".", ",", ""], 4, Sign::Before),
    locale("it", [",", ".", ""], 4, Sign::After),
    locale("pt", [",", ".", ""], 4, Sign::BeforeSpaced),
    locale("pt-PT", [",", NO_BREAK, ""], 5, Sign::After),
    locale("nl", [",", ".", ""], 4, Sign::BeforeSpaced),
    locale("pl", [",", NO_BREAK, ""], 5, Sign::After),
    locale("ru", [",", NO_BREAK, NO_BREAK], 4, Sign::After),
    locale("uk", [",", NO_BREAK, ""], 4, Sign::After),
    locale("cs", [",", NO_BREAK, NO_BREAK], 4, Sign::After),
    locale("ar", [".", ",", ""], 4, Sign::After),
    locale("tr", [",", ".", ""], 4, Sign::Before),
    locale("ja", [".", ",", ""], 4, Sign::Before),
    locale("zh", [".", ",", ""], 4, Sign::Before),
];

/// `de-AT`, else `de`; `de_AT` and `DE-at` are the same.
pub(super) fn named(name: &str) -> Result<&'static Locale, String> {
    let wanted = name.replace('_', "-");
    let language = wanted.split('-').next().unwrap_or_default();
    let find = |name: &str| LOCALES.iter().find(|locale| locale.name.eq_ignore_ascii_case(name));
    find(&wanted).or_else(|| find(language)).ok_or_else(|| {
        let names: Vec<&str> = LOCALES.iter().map(|locale| locale.name).collect();
        format!("knows no locale `{name}`; there are {}", names.join(", "))
    })
}

impl Locale {
    /// The language alone.
    pub fn language(&self) -> &'static str {
        self.name.split('-').next().unwrap_or_default()
    }

    /// Digits with their separators.
    pub fn write(&self, whole: &str, part: &str) -> String {
        let mut out = String::new();
        for (place, digit) in whole.chars().enumerate() {
            let left = whole.len() - place;
            if place > 0 && left.is_multiple_of(3) && whole.len() >= self.least {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        if !part.is_empty() {
            out.push_str(self.decimal);
            out.push_str(part);
        }
        out
    }
}

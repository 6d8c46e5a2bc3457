//! The colours of the studio, read from its own tokens, so that there is one place for them.

use std::collections::BTreeMap;
use std::fmt;

use flow::descriptor::Family;

const TOKENS: &str = include_str!("../../../ui/src/components/tokens.css");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
    /// Colours are named, not said: the page around has [`declarations`] in its style.
    Page,
}

/// The tokens as a style declares them.
pub fn declarations(dark: bool) -> String {
    let of = |(name, value): (&str, &str)| format!("--{name}:{value};");
    members(if dark { DARK } else { LIGHT }).filter(|(_, value)| is_plain(value)).map(of).collect()
}

const LIGHT: &str = ":root {";
const DARK: &str = "[data-theme=\"dark\"] {";

fn is_plain(value: &str) -> bool {
    value.starts_with("oklch(") && value.ends_with(')') && !value.contains(',')
        || value.parse::<f32>().is_ok()
}

fn members(block: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let (_, after) = TOKENS.split_once(block).unwrap_or_default();
    let (inside, _) = after.split_once('}').unwrap_or_default();
    inside.split(';').filter_map(|one| one.trim().strip_prefix("--")?.split_once(": "))
}

/// A colour as SVG says it, and what it is.
#[derive(Clone, Debug)]
pub struct Colour {
    text: String,
    /// In Oklab, with its opacity.
    lab: [f32; 4],
}

impl fmt::Display for Colour {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.text)
    }
}

pub struct Theme {
    pub scheme: Scheme,
    tokens: BTreeMap<&'static str, &'static str>,
}

impl Theme {
    pub fn new(scheme: Scheme) -> Theme {
        let mut tokens: BTreeMap<_, _> = members(LIGHT).collect();
        if scheme == Scheme::Dark {
            tokens.extend(members(DARK));
        }
        Theme { scheme, tokens }
    }

    pub fn token(&self, name: &str) -> Colour {
        let lab = self.tokens.get(name).and_then(|text| parsed(text)).unwrap_or([0.5, 0.0, 0.0, 1.0]);
        self.colour(lab, || format!("var(--{name})"))
    }

    /// Of a family of kinds; of an unknown one without.
    pub fn kind(&self, family: Option<Family>) -> Colour {
        let hue = match family {
            None => return self.token("ink-3"),
            Some(Family::Trigger) => 75.0,
            Some(Family::Message) => 245.0,
            Some(Family::Logic) => 295.0,
            Some(Family::Data) => 190.0,
            Some(Family::World) => 150.0,
            Some(Family::People) => 45.0,
            Some(Family::Ai) => 335.0,
        };
        self.hue(hue)
    }

    /// The colour that a group or a note names; none for what is no colour.
    pub fn own(&self, named: &str) -> Option<Colour> {
        let hue = match named {
            "blue" => 245.0,
            "violet" => 295.0,
            "teal" => 190.0,
            "green" => 150.0,
            "amber" => 85.0,
            "orange" => 50.0,
            "red" => 25.0,
            "pink" => 345.0,
            other => {
                let lab = from_hex(other)?;
                return Some(Colour { text: hex(lab), lab });
            }
        };
        Some(self.hue(hue))
    }

    /// The yellow of notes.
    pub fn note(&self) -> Colour {
        let lab = from_oklch(0.75, 0.12, 90.0);
        Colour { text: hex(lab), lab }
    }

    /// `share` of one, the rest of the other.
    pub fn mix(&self, one: &Colour, share: f32, other: &Colour) -> Colour {
        let mut lab = [0.0; 4];
        for (at, part) in lab.iter_mut().enumerate() {
            *part = one.lab[at] * share + other.lab[at] * (1.0 - share);
        }
        self.colour(lab, || format!("color-mix(in oklab, {one} {:.0}%, {other})", share * 100.0))
    }

    fn hue(&self, hue: f32) -> Colour {
        let number = |name: &str| self.tokens.get(name).and_then(|text| text.parse().ok()).unwrap_or(0.5);
        let lab = from_oklch(number("kind-l"), number("kind-c"), hue);
        self.colour(lab, || format!("oklch(var(--kind-l) var(--kind-c) {hue:.0})"))
    }

    fn colour(&self, lab: [f32; 4], named: impl Fn() -> String) -> Colour {
        let text = if self.scheme == Scheme::Page { named() } else { hex(lab) };
        Colour { text, lab }
    }
}

fn parsed(text: &str) -> Option<[f32; 4]> {
    let inside = text.strip_prefix("oklch(")?.strip_suffix(')')?;
    let mut parts = inside.split_whitespace().map(|part| part.parse().ok());
    let [l, c, h] = [parts.next()??, parts.next()??, parts.next()??];
    Some(from_oklch(l, c, h))
}

fn from_oklch(l: f32, c: f32, h: f32) -> [f32; 4] {
    let h = h.to_radians();
    [l, c * h.cos(), c * h.sin(), 1.0]
}

fn hex([l, a, b, _]: [f32; 4]) -> String {
    let [l, m, s] = [
        l + 0.396_337_78 * a + 0.215_803_76 * b,
        l - 0.105_561_346 * a - 0.063_854_17 * b,
        l - 0.089_484_18 * a - 1.291_485_5 * b,
    ]
    .map(|one| one.powi(3));
    let linear = [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ];
    let [r, g, b] = linear.map(|one| {
        let one = one.clamp(0.0, 1.0);
        let shown = if one <= 0.003_130_8 { one * 12.92 } else { 1.055 * one.powf(1.0 / 2.4) - 0.055 };
        (shown * 255.0).round() as u8
    });
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn from_hex(text: &str) -> Option<[f32; 4]> {
    let digits = text.strip_prefix('#')?;
    let whole = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let number = u32::from_str_radix(&whole, 16).ok()?;
    let [_, r, g, b] = number.to_be_bytes().map(|one| {
        let one = f32::from(one) / 255.0;
        if one <= 0.040_45 { one / 12.92 } else { ((one + 0.055) / 1.055).powf(2.4) }
    });
    let [l, m, s] = [
        0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b,
        0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b,
        0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b,
    ]
    .map(f32::cbrt);
    Some([
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        1.0,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_the_tokens() {
        let shown = |scheme, name: &str| Theme::new(scheme).token(name).to_string();
        assert_eq!(shown(Scheme::Light, "raised"), "#ffffff");
        assert_eq!(shown(Scheme::Page, "raised"), "var(--raised)");
        assert_ne!(shown(Scheme::Light, "ink"), shown(Scheme::Dark, "ink"));
        for name in [
            "ground",
            "raised",
            "sunken",
            "line",
            "line-strong",
            "ink",
            "ink-2",
            "ink-3",
            "wire",
            "accent",
            "error",
        ] {
            assert!(declarations(false).contains(&format!("--{name}:oklch(")), "{name}");
            assert!(declarations(true).contains(&format!("--{name}:oklch(")), "{name}");
        }
    }

    #[test]
    fn a_colour_survives_the_way_there_and_back() {
        for colour in ["#000000", "#ffffff", "#5b6cf0", "#c03030"] {
            assert_eq!(from_hex(colour).map(hex).as_deref(), Some(colour));
        }
    }
}

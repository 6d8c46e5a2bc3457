//! How wide a text is in Inter, and what of it fits.

use std::sync::OnceLock;

use ttf_parser::Face;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Medium,
    SemiBold,
}

impl Weight {
    pub fn number(self) -> u16 {
        match self {
            Weight::Regular => 400,
            Weight::Medium => 500,
            Weight::SemiBold => 600,
        }
    }
}

/// Latin, Greek and Cyrillic of Inter (SIL Open Font License, beside the files).
pub const FONTS: [&[u8]; 3] = [
    include_bytes!("../fonts/Inter-Regular.ttf"),
    include_bytes!("../fonts/Inter-Medium.ttf"),
    include_bytes!("../fonts/Inter-SemiBold.ttf"),
];

/// What a letter that Inter does not have takes, an emoji before all.
const OTHER: f32 = 1.25;

pub fn width(text: &str, size: f32, weight: Weight) -> f32 {
    text.chars().map(|letter| advance(letter, weight).unwrap_or(OTHER)).sum::<f32>() * size
}

/// Whether Inter has all letters of it.
pub fn is_known(text: &str) -> bool {
    text.chars().all(|letter| advance(letter, Weight::Regular).is_some())
}

/// Cut so that it fits, which an ellipsis then says.
pub fn fit(text: &str, most: f32, size: f32, weight: Weight) -> String {
    if width(text, size, weight) <= most {
        return text.into();
    }
    let mut used = width("…", size, weight);
    let mut kept = String::new();
    for letter in text.chars() {
        used += advance(letter, weight).unwrap_or(OTHER) * size;
        if used > most {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end())
}

/// In ems. The tables of the first letters are worked out once: a huge flow asks for millions.
fn advance(letter: char, weight: Weight) -> Option<f32> {
    static TABLES: OnceLock<[Vec<Option<f32>>; 3]> = OnceLock::new();
    let tables = TABLES.get_or_init(|| FONTS.map(|font| Face::parse(font, 0).map(table).unwrap_or_default()));
    *tables[weight as usize].get(letter as usize)?
}

/// Beyond are marks and arrows at most.
const LAST: u32 = 0x2600;

fn table(face: Face<'_>) -> Vec<Option<f32>> {
    let em = f32::from(face.units_per_em());
    let of = |code| Some(f32::from(face.glyph_hor_advance(face.glyph_index(char::from_u32(code)?)?)?) / em);
    (0..LAST).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_must_be() {
        assert_eq!(fit("Hello", 100.0, 13.0, Weight::Regular), "Hello");
        let cut = fit("A title that goes on and on", 80.0, 13.0, Weight::SemiBold);
        assert!(cut.ends_with('…') && width(&cut, 13.0, Weight::SemiBold) <= 80.0, "{cut}");
    }

    #[test]
    fn bold_is_wider_and_other_scripts_are_known() {
        assert!(width("wide", 13.0, Weight::SemiBold) > width("wide", 13.0, Weight::Regular));
        assert!(is_known("Größe, Привет, Καλημέρα ›") && !is_known("🍕"));
    }
}

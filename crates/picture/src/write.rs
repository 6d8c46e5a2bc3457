//! The words of SVG.

use std::fmt::Write;

use crate::measure::{Weight, is_known, width};
use crate::route::short;

pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // What XML does not allow.
            letter if letter.is_control() && !matches!(letter, '\n' | '\t') => {}
            letter => safe.push(letter),
        }
    }
    safe
}

pub struct Text<'a> {
    pub x: f32,
    pub y: f32,
    pub size: f32,
    pub weight: Weight,
    pub fill: &'a dyn std::fmt::Display,
    /// More attributes.
    pub more: &'a str,
}

/// As wide as it is in Inter, in whatever font it is shown.
pub fn text(to: &mut String, at: &Text<'_>, said: &str) {
    let said = said.trim_end();
    if said.is_empty() {
        return;
    }
    let _ = write!(to, "<text x='{}' y='{}' fill='{}'", short(at.x), short(at.y), at.fill);
    if at.size != crate::card::TEXT {
        let _ = write!(to, " font-size='{}'", at.size);
    }
    if at.weight != Weight::Regular {
        let _ = write!(to, " font-weight='{}'", at.weight.number());
    }
    if is_known(said) && said.chars().count() > 1 {
        let wide = short(width(said, at.size, at.weight));
        let _ = write!(to, " textLength='{wide}' lengthAdjust='spacingAndGlyphs'");
    }
    let _ = write!(to, "{}>{}</text>", at.more, escape(said));
}

//! The badge of a bot: its name, how large it is, how its tests do, as READMEs show it.

use std::fmt::Write;

use crate::measure::{Weight, fit, width};
use crate::write::{Text, escape, text};

#[derive(Clone, Debug)]
pub struct Said<'a> {
    pub name: &'a str,
    pub nodes: usize,
    /// Passed, and all.
    pub tests: (usize, usize),
    /// Nodes that a test reaches, in percent.
    pub covered: Option<usize>,
}

const HEIGHT: f32 = 20.0;
const SIZE: f32 = 11.0;
const PAD: f32 = 7.0;
const LONGEST_NAME: f32 = 160.0;

const GREY: &str = "#4b5160";
const BLUE: &str = "#4451c5";
const GREEN: &str = "#22754a";
const AMBER: &str = "#8a5a00";
const RED: &str = "#b3261e";

pub fn badge(said: &Said<'_>) -> String {
    let name = fit(said.name, LONGEST_NAME, SIZE, Weight::Medium);
    let nodes = if said.nodes == 1 { "1 node".into() } else { format!("{} nodes", said.nodes) };
    let (passed, all) = said.tests;
    let (tests, colour) = match (passed, all) {
        (_, 0) => ("no tests".into(), AMBER),
        (passed, all) if passed == all && all == 1 => ("1 test passed".into(), GREEN),
        (passed, all) if passed == all => (format!("{all} tests passed"), GREEN),
        (passed, all) => (format!("{} of {all} tests failed", all - passed), RED),
    };
    let covered = said.covered.filter(|_| all > 0).map(|share| format!(" · {share} % covered"));
    let tests = format!("{tests}{}", covered.unwrap_or_default());
    let parts = [(name, GREY), (nodes, BLUE), (tests, colour)];
    let wide = |said: &str| (width(said, SIZE, Weight::Medium) + 2.0 * PAD).ceil();
    let whole: f32 = parts.iter().map(|(said, _)| wide(said)).sum();
    let label = escape(&parts.iter().map(|(said, _)| said.as_str()).collect::<Vec<_>>().join(", "));
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{whole}' height='{HEIGHT}' role='img' aria-label='{label}' font-family='Inter, Verdana, sans-serif'><title>{label}</title><clipPath id='r'><rect width='{whole}' height='{HEIGHT}' rx='4'/></clipPath><g clip-path='url(#r)'>"
    );
    let mut x = 0.0;
    for (said, colour) in &parts {
        let _ = write!(svg, "<rect x='{x}' width='{}' height='{HEIGHT}' fill='{colour}'/>", wide(said));
        x += wide(said);
    }
    svg.push_str("</g>");
    x = 0.0;
    for (said, _) in &parts {
        text(
            &mut svg,
            &Text { x: x + PAD, y: 14.0, size: SIZE, weight: Weight::Medium, fill: &"#fff", more: "" },
            said,
        );
        x += wide(said);
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_says_how_a_bot_does() {
        let check = |tests, covered, said: &str| {
            let badge = badge(&Said { name: "A & B", nodes: 12, tests, covered });
            assert!(badge.contains(&format!("aria-label='A &amp; B, 12 nodes, {said}'")), "{badge}");
        };
        check((4, 4), Some(87), "4 tests passed · 87 % covered");
        check((1, 1), None, "1 test passed");
        check((3, 4), Some(87), "1 of 4 tests failed · 87 % covered");
        check((0, 0), Some(0), "no tests");
    }
}

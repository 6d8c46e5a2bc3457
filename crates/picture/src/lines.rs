//! Text in lines of a width.

use crate::measure::{Weight, fit, width};
use crate::says::Piece;

/// A stretch of one line, and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub x: f32,
    pub text: String,
    pub own: bool,
}

pub type Line = Vec<Run>;

/// Words wrap, typed newlines break, a word that is too long is cut in the middle; what is left over is said by an ellipsis.
pub fn wrapped(pieces: &[Piece], most: f32, size: f32, weight: Weight, most_lines: usize) -> Vec<Line> {
    let mut page = Page { lines: Vec::new(), line: Line::new(), used: 0.0, size, weight };
    for piece in pieces {
        for (at, part) in piece.text.split('\n').enumerate() {
            if at > 0 {
                page.end();
            }
            for word in part.split_inclusive(' ') {
                page.word(word, piece.own, most);
            }
        }
    }
    page.end();
    let Page { mut lines, .. } = page;
    while lines.last().is_some_and(|line| line.iter().all(|run| run.text.trim().is_empty())) {
        lines.pop();
    }
    if lines.len() > most_lines {
        lines.truncate(most_lines);
        if let Some(run) = lines.last_mut().and_then(|line| line.last_mut()) {
            run.text = fit(&format!("{} …………", run.text.trim_end()), most - run.x, size, weight);
            let kept = run.text.trim_end_matches(['…', ' ']).len();
            run.text.truncate(kept);
            run.text.push('…');
        }
    }
    lines
}

struct Page {
    lines: Vec<Line>,
    line: Line,
    used: f32,
    size: f32,
    weight: Weight,
}

impl Page {
    fn end(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
        self.used = 0.0;
    }

    fn word(&mut self, word: &str, own: bool, most: f32) {
        let wide = |text: &str| width(text, self.size, self.weight);
        // The blank behind a word may stand out.
        if self.used > 0.0 && self.used + wide(word.trim_end()) > most {
            self.end();
        }
        let mut rest = word;
        while width(rest.trim_end(), self.size, self.weight) > most - self.used {
            let mut end = 0;
            let mut used = self.used;
            for (at, letter) in rest.char_indices() {
                used += width(letter.encode_utf8(&mut [0; 4]), self.size, self.weight);
                if used > most && at > 0 {
                    break;
                }
                end = at + letter.len_utf8();
            }
            self.put(&rest[..end], own);
            rest = &rest[end..];
            if rest.is_empty() {
                return;
            }
            self.end();
        }
        self.put(rest, own);
    }

    fn put(&mut self, text: &str, own: bool) {
        if self.line.is_empty() && text.trim().is_empty() {
            return;
        }
        match self.line.last_mut() {
            Some(last) if last.own == own => last.text.push_str(text),
            _ => self.line.push(Run { x: self.used, text: text.into(), own }),
        }
        self.used += width(text, self.size, self.weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, most: f32, lines: &[&str]) {
        let pieces = [Piece { text: text.into(), own: true }];
        let found = wrapped(&pieces, most, 13.0, Weight::Regular, 3);
        let found: Vec<String> =
            found.iter().map(|line| line.iter().map(|run| run.text.trim_end()).collect()).collect();
        assert_eq!(found, lines);
    }

    #[test]
    fn words_wrap_and_what_is_left_over_is_said() {
        check("", 100.0, &[]);
        check("one two three", 60.0, &["one two", "three"]);
        check("one\n\ntwo", 100.0, &["one", "", "two"]);
        check("a b\nc\nd\ne", 100.0, &["a b", "c", "d…"]);
    }

    #[test]
    fn a_word_that_is_too_long_is_cut() {
        let pieces = [Piece { text: "w".repeat(200), own: true }];
        let found = wrapped(&pieces, 208.0, 13.0, Weight::Regular, 3);
        assert_eq!(found.len(), 3);
        assert!(found.iter().flatten().all(|run| width(&run.text, 13.0, Weight::Regular) <= 208.5));
    }
}

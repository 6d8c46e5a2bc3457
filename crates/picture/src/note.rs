//! A note's text in blocks, as the canvas sets it: headings, lists, tasks, code; the marks inside of a line are left out.

use crate::lines::{Line, wrapped};
use crate::measure::Weight;
use crate::says::Piece;

pub struct Row {
    pub line: Line,
    pub x: f32,
    /// Of the text's foot, from the top of the note.
    pub y: f32,
    pub size: f32,
    pub weight: Weight,
    /// What stands before a list's line.
    pub bullet: Option<String>,
}

const PAD: f32 = 12.0;
const MOST: usize = 200;

/// Only rows that lie in the note.
pub fn rows(text: &str, width: f32, height: f32) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut y = 10.0;
    let mut number = 0;
    for typed in text.lines() {
        let line = typed.trim();
        if line.is_empty() || line.starts_with("```") || line.chars().all(|letter| letter == '-') {
            y += if rows.is_empty() { 0.0 } else { 6.0 };
            number = 0;
            continue;
        }
        let (text, size, weight, bullet) = if let Some(title) = heading(line) {
            (title, if line.starts_with("# ") { 15.0 } else { 13.0 }, Weight::SemiBold, None)
        } else if let Some((bullet, rest)) = item(line, number + 1) {
            number += 1;
            (rest, 13.0, Weight::Regular, Some(bullet))
        } else {
            number = 0;
            (line, 13.0, Weight::Regular, None)
        };
        let x = if bullet.is_some() { PAD + 18.0 } else { PAD };
        let step = if size > 13.0 { 20.0 } else { 18.0 };
        let pieces = [Piece { text: without_marks(text), own: true }];
        let mut bullet = bullet;
        for line in wrapped(&pieces, width - x - PAD, size, weight, MOST) {
            if y + step > height - 4.0 {
                return rows;
            }
            rows.push(Row { line, x, y: y + step - 4.5, size, weight, bullet: bullet.take() });
            y += step;
        }
    }
    rows
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    (1..=3).contains(&level).then(|| text.strip_prefix(' ')).flatten().map(str::trim)
}

fn item(line: &str, number: usize) -> Option<(String, &str)> {
    if let Some(rest) = ["- ", "* ", "+ "].iter().find_map(|mark| line.strip_prefix(mark)) {
        let rest = rest.trim();
        return Some(
            match (rest.strip_prefix("[ ] "), rest.strip_prefix("[x] ").or(rest.strip_prefix("[X] "))) {
                (Some(open), _) => ("[ ]".into(), open),
                (_, Some(done)) => ("[x]".into(), done),
                _ => ("•".into(), rest),
            },
        );
    }
    let rest = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let rest = (rest.len() < line.len()).then_some(rest)?;
    Some((format!("{number}."), rest.strip_prefix(". ").or(rest.strip_prefix(") "))?.trim()))
}

/// `**bold**` and `code` without their marks, `[text](address)` as its text.
fn without_marks(text: &str) -> String {
    let mut plain = text.replace("**", "").replace('`', "");
    while let Some(middle) = plain.find("](http") {
        let (Some(open), Some(close)) = (plain[..middle].rfind('['), plain[middle..].find(')')) else {
            break;
        };
        let label = plain[open + 1..middle].to_owned();
        plain.replace_range(open..=middle + close, &label);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_set_in_blocks() {
        let text = "# Title\n\nSome **bold** [link](https://a.example).\n- one\n2. two\n- [x] done";
        let rows: Vec<String> = rows(text, 232.0, 400.0)
            .iter()
            .map(|row| format!("{}|{}", row.bullet.as_deref().unwrap_or_default(), row.line[0].text))
            .collect();
        assert_eq!(rows, ["|Title", "|Some bold link.", "•|one", "2.|two", "[x]|done"]);
        assert!(super::rows("a\nb\nc\nd", 232.0, 60.0).len() == 2);
    }
}

//! `nexus test --update`: writes into the test files what the bots say now.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sim::cases::Fix;

use super::test::Report;

/// How many files were written. Several failures of one file are mended from its end to its beginning, so places stay right.
pub fn update(report: &Report) -> Result<usize, String> {
    let mut fixes: BTreeMap<PathBuf, Vec<&Fix>> = BTreeMap::new();
    for (bot, file, case) in report.cases() {
        if let Some(fix) = case.failure.as_ref().and_then(|failure| failure.fix.as_ref()) {
            fixes.entry(bot.root.join(file.path.as_str())).or_default().push(fix);
        }
    }
    for (path, fixes) in &mut fixes {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let mut text: Vec<char> = std::fs::read_to_string(path).map_err(failed)?.chars().collect();
        fixes.sort_by_key(|fix| std::cmp::Reverse(place(fix)));
        // Two cases of one step, as on two platforms: the first one counts.
        fixes.dedup_by_key(|fix| place(fix));
        fixes.iter().for_each(|fix| mend(&mut text, fix));
        std::fs::write(path, text.into_iter().collect::<String>()).map_err(failed)?;
    }
    Ok(fixes.len())
}

fn place(fix: &Fix) -> usize {
    match fix {
        Fix::Replace { from, .. } => *from,
        Fix::Insert { at, .. } => *at,
    }
}

fn mend(text: &mut Vec<char>, fix: &Fix) {
    match fix {
        Fix::Replace { from, to, text: new } => {
            text.splice(*from..*to, new.chars()).for_each(drop);
        }
        Fix::Insert { at, column, after, steps } => {
            // Steps are written as `- …`, so a step's column is two after its line's.
            let indent = " ".repeat((*column as usize).saturating_sub(3));
            let lines: String = steps.iter().map(|step| format!("{indent}- {step}\n")).collect();
            let line_of =
                |at: usize| text[..at].iter().rposition(|c| *c == '\n').map_or(0, |place| place + 1);
            let at = if *after {
                let end = (*at).min(text.len());
                let is_at_start = end == line_of(end);
                match text[end..].iter().position(|c| *c == '\n') {
                    _ if is_at_start => end,
                    Some(rest) => end + rest + 1,
                    None => {
                        text.push('\n');
                        text.len()
                    }
                }
            } else {
                line_of(*at)
            };
            text.splice(at..at, lines.chars()).for_each(drop);
        }
    }
}

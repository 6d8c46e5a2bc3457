//! Regular expressions. Matching takes time linear in the text, whatever the pattern; patterns are bounded in size and kept compiled.

use std::sync::Mutex;

use regex::{Regex, RegexBuilder};
use smol_str::SmolStr;

use super::super::eval::{MOST_ITEMS, MOST_TEXT};
use super::{Answer, Args, Filter, text_of};
use crate::data::Data;

pub(super) const FILTERS: &[Filter] = &[
    Filter::new(
        "matches",
        &["pattern"],
        matches,
        [
            "matches(pattern)",
            "Does a regular expression match somewhere in the text? `^` and `$` tie it to both ends, `(?i)` ignores case.",
            "\"order 42\" | matches(\"^order \\\\d+$\")",
            "true",
        ],
    ),
    Filter::new(
        "find",
        &["pattern", "group"],
        find,
        [
            "find(pattern, group=0)",
            "The first match of a regular expression, or one of its groups (by number or name); nothing if there is none.",
            "\"order 42 of 7\" | find(\"order (\\\\d+)\", group=1)",
            "42",
        ],
    ),
    Filter::new(
        "find_all",
        &["pattern", "group"],
        find_all,
        [
            "find_all(pattern, group=0)",
            "All matches of a regular expression.",
            "\"1 and 22\" | find_all(\"\\\\d+\")",
            "[\"1\", \"22\"]",
        ],
    ),
    Filter::new(
        "replace_pattern",
        &["pattern", "with"],
        replace_pattern,
        [
            "replace_pattern(pattern, with)",
            "Every match replaced; `$1` and `${name}` stand for groups, `$$` for a dollar.",
            "\"2026-03-01\" | replace_pattern(\"(\\\\d+)-(\\\\d+)-(\\\\d+)\", \"$3.$2.$1\")",
            "01.03.2026",
        ],
    ),
    Filter::new(
        "split_pattern",
        &["pattern"],
        split_pattern,
        [
            "split_pattern(pattern)",
            "The parts between the matches of a regular expression.",
            "\"a, b;c\" | split_pattern(\"[,;]\\\\s*\")",
            "[\"a\", \"b\", \"c\"]",
        ],
    ),
];

const MOST_PATTERN: usize = 1_000;
/// What a compiled pattern may take.
const MOST_COMPILED: usize = 1 << 20;
const KEPT: usize = 64;

/// The patterns used last, the newest at the end.
static COMPILED: Mutex<Vec<(SmolStr, Regex)>> = Mutex::new(Vec::new());

fn pattern(args: &Args) -> Result<Regex, String> {
    let text = args.needed_text("pattern")?;
    // Nothing that can fail is done while it is held.
    let mut kept = COMPILED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(place) = kept.iter().position(|(known, _)| known == text) {
        let found = kept.remove(place);
        let regex = found.1.clone();
        kept.push(found);
        return Ok(regex);
    }
    drop(kept);
    if text.len() > MOST_PATTERN {
        return Err(format!("takes a pattern of at most {MOST_PATTERN} bytes"));
    }
    let built = RegexBuilder::new(text)
        .size_limit(MOST_COMPILED)
        .dfa_size_limit(MOST_COMPILED)
        .nest_limit(50)
        .build();
    let regex = built.map_err(|error| {
        // The last line says what is wrong; those before show where.
        let said = error.to_string();
        let why = said.lines().last().unwrap_or_default().trim_start_matches("error: ");
        format!("cannot read the pattern `{text}`: {why}")
    })?;
    let mut kept = COMPILED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if kept.len() >= KEPT {
        kept.remove(0);
    }
    kept.push((text.into(), regex.clone()));
    Ok(regex)
}

/// The place of a group in the pattern.
fn group(regex: &Regex, args: &Args) -> Result<usize, String> {
    let place = match args.get("group") {
        None => Some(0),
        Some(Data::Text(name)) => regex.capture_names().position(|known| known == Some(name.as_str())),
        Some(Data::Int(n)) => usize::try_from(*n).ok(),
        Some(other) => return Err(format!("takes a number or a name as `group`, not {}", other.kind())),
    };
    place
        .filter(|place| *place < regex.captures_len())
        .ok_or_else(|| "has no such group in its pattern".into())
}

fn matches(value: &Data, args: &Args) -> Answer {
    Ok(pattern(args)?.is_match(&text_of(value)?).into())
}

fn find(value: &Data, args: &Args) -> Answer {
    let (regex, text) = (pattern(args)?, text_of(value)?);
    let group = group(&regex, args)?;
    let found = regex.captures(&text).and_then(|found| found.get(group));
    Ok(found.map(|found| Data::text(found.as_str())).into())
}

fn find_all(value: &Data, args: &Args) -> Answer {
    let (regex, text) = (pattern(args)?, text_of(value)?);
    let group = group(&regex, args)?;
    let found = regex.captures_iter(&text).filter_map(|found| found.get(group));
    // One too many is refused with the others' own words.
    Ok(Data::list(found.take(MOST_ITEMS + 1).map(|found| Data::text(found.as_str()))))
}

fn replace_pattern(value: &Data, args: &Args) -> Answer {
    let (regex, text) = (pattern(args)?, text_of(value)?);
    let with = args.needed_text("with")?;
    let (mut out, mut from) = (String::new(), 0);
    for found in regex.captures_iter(&text) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(&text[from..whole.start()]);
        found.expand(with, &mut out);
        from = whole.end();
        if out.len() > MOST_TEXT {
            break;
        }
    }
    out.push_str(&text[from..]);
    Ok(Data::text(out))
}

fn split_pattern(value: &Data, args: &Args) -> Answer {
    let (regex, text) = (pattern(args)?, text_of(value)?);
    Ok(Data::list(regex.split(&text).take(MOST_ITEMS + 1).map(Data::text)))
}

//! Broken folders, made from good ones by seed: each seed breaks the same place in the same way on every machine.

use crate::dice::Dice;
use crate::folder::Files;

/// The files with one to three things broken.
pub fn folder(files: &Files, seed: u64) -> Files {
    let mut dice = Dice::new(seed);
    let mut broken = files.clone();
    for _ in 0..1 + dice.below(3) {
        let paths: Vec<String> = broken.keys().cloned().collect();
        let Some(path) = paths.get(dice.below(paths.len())) else { break };
        match dice.below(24) {
            0 => drop(broken.remove(path)),
            // A folder where the file was: the disk shows it, memory leaves the file out.
            1 => {
                let inside = broken.remove(path).unwrap_or_default();
                broken.insert(format!("{path}/inside.txt"), inside);
            }
            2 => {
                let copy = broken.get(path).cloned().unwrap_or_default();
                broken.insert(format!("flows/copy{}.flow.json", dice.below(3)), copy);
            }
            _ => {
                if let Some(old) = broken.get_mut(path) {
                    *old = bytes(old, &mut dice);
                }
            }
        }
    }
    broken
}

/// One text, broken in one way.
pub fn bytes(old: &[u8], dice: &mut Dice) -> Vec<u8> {
    let text = String::from_utf8_lossy(old).into_owned();
    let way = dice.below(WAYS.len());
    WAYS[way](&text, dice)
}

type Way = fn(&str, &mut Dice) -> Vec<u8>;

const WAYS: &[Way] = &[
    // Of the bytes.
    |text, dice| text.as_bytes()[..dice.below(text.len() + 1)].to_vec(),
    |text, dice| text.as_bytes()[dice.below(text.len() + 1)..].to_vec(),
    |text, dice| {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..1 + dice.below(4) {
            if !bytes.is_empty() {
                let at = dice.below(bytes.len());
                bytes[at] = dice.roll() as u8;
            }
        }
        bytes
    },
    |text, dice| {
        let at = dice.below(text.len() + 1);
        [&text.as_bytes()[..at], &vec![0; 1 + dice.below(600)], &text.as_bytes()[at..]].concat()
    },
    |_, _| Vec::new(),
    |text, _| text.replace('\n', "\r\n").into_bytes(),
    |text, _| format!("\u{feff}{text}").into_bytes(),
    |text, _| text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    |text, _| text.repeat(2).into_bytes(),
    // Of the lines.
    conflict,
    |text, dice| on_lines(text, dice, |lines, at, _| drop(lines.remove(at))),
    |text, dice| on_lines(text, dice, |lines, at, _| lines.insert(at, lines[at].clone())),
    |text, dice| {
        on_lines(text, dice, |lines, at, dice| {
            let other = dice.below(lines.len());
            lines.swap(at, other);
        })
    },
    |text, dice| on_lines(text, dice, |lines, at, _| lines[at] = lines[at].replace(',', "")),
    |text, dice| on_lines(text, dice, |lines, at, _| lines[at].push(',')),
    |text, dice| on_lines(text, dice, |lines, at, _| lines[at].insert_str(0, "// ")),
    // Of the members.
    |text, dice| on_value(text, dice, |dice| dice.pick::<&str>(VALUES).to_string()),
    |text, dice| on_value(text, dice, |dice| dice.pick::<&str>(NUMBERS).to_string()),
    |text, dice| on_value(text, dice, |dice| format!("{:?}", dice.pick(NAMES))),
    |text, dice| {
        on_value(text, dice, |dice| {
            format!("{}1{}", "[".repeat(dice.below(200)), "]".repeat(dice.below(200)))
        })
    },
    |text, dice| on_name(text, dice, |_, dice| dice.pick::<&str>(NAMES).to_string()),
    |text, dice| on_name(text, dice, |_, _| "ü".repeat(5_000)),
    |text, dice| on_name(text, dice, |name, _| format!("{name}x")),
    |text, dice| {
        // A name that stands elsewhere in the file, so that some stand twice.
        let other = parts(text, true);
        let other = other.get(dice.below(other.len())).map(|(from, to)| text[*from..*to].to_string());
        on_name(text, dice, |name, _| other.clone().unwrap_or_else(|| name.to_string()))
    },
    // Of the meaning.
    |text, dice| {
        let newer = format!("\"nexus\": {}", 2 + dice.below(90));
        text.replacen("\"nexus\": 1", &newer, 1).into_bytes()
    },
    |text, _| text.replace("\"kind\": \"message.", "\"kind\": \"mesage.").into_bytes(),
    |text, dice| text.replacen("\"v\": 1", &format!("\"v\": {}", dice.pick(NUMBERS)), 1).into_bytes(),
    |text, _| {
        let circle = r#""groups": {"a": {"title": "A", "parent": "b"}, "b": {"title": "B", "parent": "a"}, "c": {"parent": "c"}},"#;
        text.replacen("\"nodes\":", &format!("{circle} \"nodes\":"), 1).into_bytes()
    },
    |text, dice| {
        text.replacen("\"fields\": {", &format!("\"fields\": {{ {:?}: 1,", dice.pick(NAMES)), 1).into_bytes()
    },
    |text, dice| {
        text.replacen("\"next\": {", &format!("\"next\": {{ {:?}: \"nowhere\",", dice.pick(NAMES)), 1)
            .into_bytes()
    },
    |text, _| text.replacen("\"nodes\":", "\"unresolved\": {\"base\": null}, \"nodes\":", 1).into_bytes(),
    |text, _| text.replace("user.", "usr.").replace("env.", "env.no_").into_bytes(),
    |text, _| text.replace("{{", "{{ {{").into_bytes(),
    |text, _| text.replace(" }}", "").into_bytes(),
];

const VALUES: &[&str] = &[
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"text\"",
    "[1, \"a\", null]",
    "{\"a\": 1}",
    "{\"$expr\": \"1 +\"}",
    "{\"$expr\": 5}",
    "{\"$secret\": \"none\"}",
    "{\"$lines\": [\"a\", 5]}",
    "{\"$t\": {\"en\": 1}}",
    "{\"$raw\": {\"$raw\": 1}}",
    "[{\"id\": \"a\"}, {\"id\": \"a\"}, {}]",
    "nul",
    "'single'",
    "undefined",
    "\"\\ud83d\"",
    "\"\\x\"",
    "\"\u{1}\"",
];
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1.5",
    "1e999",
    "-1e999",
    "99999999999999999999",
    "01",
    "+1",
    ".5",
    "1.",
    "NaN",
    "0x10",
    "4294967296",
    "1e-400",
];
const NAMES: &[&str] = &[
    "",
    "__proto__",
    "constructor",
    "größe",
    "名前",
    "🙂",
    "a b",
    "a\\b",
    "$expr",
    "id",
    "kind",
    "nodes",
    "\u{202e}",
    "..",
    "a/b",
];

fn conflict(text: &str, dice: &mut Dice) -> Vec<u8> {
    on_lines(text, dice, |lines, at, dice| {
        let end = (at + 1 + dice.below(4)).min(lines.len());
        let ours = lines[at..end].to_vec();
        let marked = ["<<<<<<< ours".to_string()]
            .into_iter()
            .chain(ours.iter().cloned())
            .chain(["=======".to_string()])
            .chain(ours.iter().map(|line| line.replace('1', "2")))
            .chain([">>>>>>> theirs".to_string()]);
        lines.splice(at..end, marked);
    })
}

fn on_lines(text: &str, dice: &mut Dice, change: impl FnOnce(&mut Vec<String>, usize, &mut Dice)) -> Vec<u8> {
    let mut lines: Vec<String> = text.split('\n').map(String::from).collect();
    let at = dice.below(lines.len());
    change(&mut lines, at, dice);
    lines.join("\n").into_bytes()
}

fn on_value(text: &str, dice: &mut Dice, new: impl FnOnce(&mut Dice) -> String) -> Vec<u8> {
    replace(text, false, dice, |_, dice| new(dice))
}

/// The name without its quotes.
fn on_name(text: &str, dice: &mut Dice, new: impl FnOnce(&str, &mut Dice) -> String) -> Vec<u8> {
    replace(text, true, dice, new)
}

fn replace(text: &str, names: bool, dice: &mut Dice, new: impl FnOnce(&str, &mut Dice) -> String) -> Vec<u8> {
    let parts = parts(text, names);
    let Some(&(from, to)) = parts.get(dice.below(parts.len())) else { return text.as_bytes().to_vec() };
    let new = new(&text[from..to], dice);
    format!("{}{new}{}", &text[..from], &text[to..]).into_bytes()
}

/// Where names stand in a canonical text, inside their quotes; or values of one line, as they are.
fn parts(text: &str, names: bool) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let here = line.trim_start();
        let at = start + line.len() - here.len();
        start += line.len();
        let Some(colon) = here.find("\": ").filter(|_| here.starts_with('"')) else { continue };
        let value = here[colon + 3..].trim_end().trim_end_matches(',');
        if names {
            found.push((at + 1, at + colon));
        } else if !matches!(value, "{" | "[") {
            found.push((at + colon + 3, at + colon + 3 + value.len()));
        }
    }
    found
}

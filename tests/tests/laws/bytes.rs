//! Any bytes: no panic, and what is not flagged as lossy is not lost.

use flow::text::{Parsed, parse_flow, parse_manifest, print_flow, print_manifest};
use flow::{Code, Flow, Manifest};
use proptest::collection::vec;
use proptest::prelude::*;
use tests::dice::Dice;
use tests::generate::{cases, flow, manifest};
use tests::json::{What, meaning};
use tests::{folder, mutate};

fn reads_safely(bytes: &[u8]) -> Result<(), TestCaseError> {
    is_safe(bytes, What::Flow)?;
    is_safe(bytes, What::Manifest)
}

fn is_safe(bytes: &[u8], what: What) -> Result<(), TestCaseError> {
    let again = |text: &str| match what {
        What::Flow => printed(parse_flow(text.as_bytes()), print_flow),
        What::Manifest => printed(parse_manifest(text.as_bytes()), print_manifest),
    };
    let (text, problems) = match what {
        What::Flow => printed::<Flow>(parse_flow(bytes), print_flow),
        What::Manifest => printed::<Manifest>(parse_manifest(bytes), print_manifest),
    };
    let shown = || String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]).into_owned();
    let lines = bytes.iter().filter(|&&b| b == b'\n').count() as u32 + 1;
    for problem in &problems {
        let position = problem.position;
        prop_assert!(
            (1..=lines).contains(&position.line) && position.column >= 1,
            "{:?} points out of the text: {}",
            problem,
            shown()
        );
        prop_assert!(!problem.message.is_empty());
    }
    // What was read is well-formed, whatever it was read from.
    let (twice, none) = again(&text);
    prop_assert_eq!(&twice, &text, "{} is printed in two ways, read from: {}", what_name(what), shown());
    prop_assert_eq!(&none, &[], "what was printed is not canonical: {}\nread from: {}", text, shown());
    if problems.iter().any(|problem| problem.lossy) {
        return Ok(());
    }
    let spoken_for = [Code::TrailingComma, Code::ControlCharacter];
    match serde_json::from_slice(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)) {
        Ok(before) => {
            let after =
                serde_json::from_str(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(
                meaning(&before, what),
                meaning(&after, what),
                "lost without being lossy: {}",
                shown()
            );
        }
        Err(error) => prop_assert!(
            problems.iter().any(|problem| spoken_for.contains(&problem.code))
                || error.to_string().contains("out of range"),
            "read without a word what is not JSON ({}): {}",
            error,
            shown()
        ),
    }
    Ok(())
}

fn what_name(what: What) -> &'static str {
    if what == What::Flow { "a flow" } else { "bot.json" }
}

fn printed<T: Default>(
    parsed: Parsed<T>,
    print: fn(&T) -> String,
) -> (String, Vec<flow::problem::ReadProblem>) {
    (print(&parsed.value), parsed.problems)
}

/// JSON's own characters, so that random texts get somewhere.
fn scraps() -> impl Strategy<Value = Vec<u8>> {
    let scrap = proptest::sample::select(
        &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            " ",
            "\n",
            "null",
            "true",
            "-",
            "0",
            "1",
            ".",
            "e",
            "\"a\"",
            "\"id\"",
            "\"nodes\"",
            "\"fields\"",
            "\"layout\"",
            "\"v\"",
            "\\u",
            "d83d",
            "\"$lines\"",
            "\u{feff}",
            "é",
            "\u{1}",
            "<<<<<<<",
            "//",
            "1e999",
            "{\"nodes\":{\"a\":{",
        ][..],
    );
    vec(scrap, 0..40).prop_map(|scraps| scraps.concat().into_bytes())
}

proptest! {
    #![proptest_config(cases(2.0))]

    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..300)) {
        reads_safely(&bytes)?;
    }

    #[test]
    fn random_scraps_of_json(bytes in scraps()) {
        reads_safely(&bytes)?;
    }
}

proptest! {
    #![proptest_config(cases(1.0))]

    #[test]
    fn valid_texts_with_flipped_bits(flow in flow(), flips in vec((any::<prop::sample::Index>(), 0..8u8), 1..4)) {
        let mut bytes = print_flow(&flow).into_bytes();
        for (at, bit) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        is_safe(&bytes, What::Flow)?;
    }

    #[test]
    fn mutated_texts(flow in flow(), manifest in manifest(), seed: u64) {
        let mut dice = Dice::new(seed);
        let texts = [(print_flow(&flow), What::Flow), (print_manifest(&manifest), What::Manifest)];
        for (text, what) in texts {
            is_safe(&mutate::bytes(text.as_bytes(), &mut dice), what)?;
        }
    }
}

#[test]
fn examples_cut_off_at_every_byte() {
    for (name, files) in folder::examples() {
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".json")) {
            let what = if path == "bot.json" { What::Manifest } else { What::Flow };
            for end in 0..bytes.len() - 1 {
                let lossy = match what {
                    What::Flow => parse_flow(&bytes[..end]).lossy(),
                    What::Manifest => parse_manifest(&bytes[..end]).lossy(),
                };
                assert!(lossy, "{name}/{path} cut off at byte {end} reads as if it were whole");
                // Every byte is tried; the costlier law on some.
                if end % 29 == 0 {
                    is_safe(&bytes[..end], what)
                        .unwrap_or_else(|error| panic!("{name}/{path} at {end}: {error}"));
                }
            }
        }
    }
}

#[test]
fn depths_and_lengths_beyond_reason() {
    let n = 100_000;
    let many = |text: &str| text.repeat(n);
    let texts = [
        many("["),
        many("{\"a\":"),
        many("[") + &many("]"),
        format!("{{\"nodes\":{{\"a\":{{\"fields\":{}", many("{\"a\":[")),
        format!("{{\"nodes\":{}", many("{\"nodes\":")),
        format!("{{\"extra\":{}1{}}}", many("["), many("]")),
        format!("{{\"layout\":{{\"a\":[{}]}}}}", vec!["1"; n].join(",")),
        format!("{{\"layout\":{{\"a\":[1{},-1e{n}]}}}}", many("0")),
        format!("{{\"a\":{}}}", many("9")),
        format!("{{\"a\":0.{}1e-{}}}", many("0"), many("9")),
        format!("{{\"a\":\"{}\"}}", many("\\u0000")),
        format!("{{{}}}", vec!["\"a\":1"; n].join(",")),
        format!("{{\"nexus\":{}}}", many("9")),
        many("\n") + "{",
        many("\u{feff}"),
        many("\\"),
        many("\""),
    ];
    for text in &texts {
        reads_safely(text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", &text[..40]));
    }
}

//! Parse and print.

use flow::text::{parse_flow, parse_manifest, print_flow, print_manifest};
use flow::{Bot, PathStep, locate};
use proptest::prelude::*;
use tests::dice::Dice;
use tests::generate::{bot, cases, flow, manifest};
use tests::json;

proptest! {
    #![proptest_config(cases(1.0))]

    #[test]
    fn a_flow_is_read_as_it_was_printed(flow in flow()) {
        let text = print_flow(&flow);
        let parsed = parse_flow(text.as_bytes());
        prop_assert_eq!(&parsed.problems, &[], "{}", text);
        prop_assert_eq!(&parsed.value, &flow, "{}", text);
        prop_assert_eq!(print_flow(&parsed.value), text);
    }

    #[test]
    fn a_manifest_is_read_as_it_was_printed(manifest in manifest()) {
        let text = print_manifest(&manifest);
        let parsed = parse_manifest(text.as_bytes());
        prop_assert_eq!(&parsed.problems, &[], "{}", text);
        prop_assert_eq!(&parsed.value, &manifest, "{}", text);
        prop_assert_eq!(print_manifest(&parsed.value), text);
    }

    /// However another program orders and formats it, it is the same flow and prints the same.
    #[test]
    fn order_and_format_mean_nothing(flow in flow(), seed: u64) {
        let other = json::write(&json::of_flow(&flow), &mut Dice::new(seed));
        let parsed = parse_flow(other.as_bytes());
        prop_assert_eq!(&parsed.problems, &[], "{}", other);
        prop_assert_eq!(&parsed.value, &flow, "{}", other);
        prop_assert_eq!(print_flow(&parsed.value), print_flow(&flow));
    }

    #[test]
    fn order_and_format_of_a_manifest_mean_nothing(manifest in manifest(), seed: u64) {
        let plain = json::of(&flow::Value::Object(manifest.0.clone()));
        let other = json::write(&plain, &mut Dice::new(seed));
        let parsed = parse_manifest(other.as_bytes());
        prop_assert_eq!(&parsed.problems, &[], "{}", other);
        prop_assert_eq!(print_manifest(&parsed.value), print_manifest(&manifest));
    }

    #[test]
    fn canonical_text_is_json_to_everybody(bot in bot()) {
        for (path, bytes) in tests::folder::files(&bot) {
            if path.ends_with(".json") && let Err(error) = serde_json::from_slice::<serde_json::Value>(&bytes) {
                prop_assert!(error.to_string().contains("out of range"), "{}: {}", path, error);
            }
        }
    }

    #[test]
    fn every_node_and_field_has_a_line(flow in flow()) {
        let text = print_flow(&flow);
        for (id, node) in &flow.nodes {
            let to_node = [PathStep::Key("nodes"), PathStep::Key(id)];
            prop_assert_eq!(name_at(&text, &to_node), Some(id.to_string()), "{}", text);
            for (name, _) in node.fields.iter() {
                let to_field = [to_node[0], to_node[1], PathStep::Key("fields"), PathStep::Key(name)];
                prop_assert_eq!(name_at(&text, &to_field), Some(name.to_string()), "{}", text);
            }
            for port in node.next.keys() {
                let to_wire = [to_node[0], to_node[1], PathStep::Key("next"), PathStep::Key(port)];
                prop_assert_eq!(name_at(&text, &to_wire), Some(port.to_string()), "{}", text);
            }
        }
    }
}

/// The name that stands where `locate` points.
fn name_at(text: &str, path: &[PathStep]) -> Option<String> {
    let position = locate(text, path);
    let line = text.split('\n').nth(position.line as usize - 1)?;
    let rest: String = line.chars().skip(position.column as usize - 1).collect();
    serde_json::Deserializer::from_str(&rest).into_iter::<String>().next()?.ok()
}

/// A bot that is written, read and written again never moves.
#[test]
fn an_empty_bot_prints_and_reads() {
    assert!(super::saves_well(&Bot::default()).is_ok());
}

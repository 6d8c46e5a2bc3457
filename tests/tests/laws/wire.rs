//! The wire form, on which the journal relies: JSON and back is the same value, literals and nulls included.

use flow::{Change, Flow, Manifest, Map, Value};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tests::generate::{bot, cases, flow, manifest, resolve, script, value};

fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    it: &T,
) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(it).map_err(|error| TestCaseError::fail(format!("{error}: {it:?}")))?;
    let back: T =
        serde_json::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    prop_assert_eq!(&back, it, "{}", text);
    // Through a tree, as a reply takes it.
    let tree = serde_json::to_value(it).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let back: T =
        serde_json::from_value(tree).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    prop_assert_eq!(&back, it, "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(cases(1.0))]

    #[test]
    fn a_value_travels_unchanged(value in value()) {
        there_and_back(&value)?;
        there_and_back(&Some(Map::from_iter([("v".into(), value)])))?;
    }

    #[test]
    fn a_flow_travels_unchanged(flow in flow()) {
        there_and_back::<Flow>(&flow)?;
    }

    #[test]
    fn a_manifest_travels_unchanged(manifest in manifest()) {
        there_and_back::<Manifest>(&manifest)?;
    }

    #[test]
    fn a_change_and_its_inverse_travel_unchanged(bot in bot(), story in script()) {
        let mut bot = bot;
        for steps in &story {
            let change = resolve(steps, &bot);
            there_and_back::<Change>(&change)?;
            if let Ok(inverse) = flow::apply(&mut bot, &change) {
                there_and_back::<Change>(&inverse)?;
            }
        }
    }
}

/// Objects that look like the wire's own form of numbers.
#[test]
fn nothing_is_taken_for_a_number_literal() {
    let object = |members: &[(&str, Value)]| {
        Value::Object(members.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
    };
    for value in [
        object(&[("$num", "1".into())]),
        object(&[("$num", "not a number".into())]),
        object(&[("$num", Value::Null)]),
        object(&[("$num", "1".into()), ("a", Value::Null)]),
        object(&[("$$num", Value::int(1))]),
        object(&[("$$num", Value::int(1)), ("a", Value::Null)]),
        object(&[("$", Value::Null), ("$num", "1".into())]),
    ] {
        there_and_back(&value).unwrap_or_else(|error| panic!("{error}"));
        there_and_back(value.as_object().expect("an object")).unwrap_or_else(|error| panic!("{error}"));
    }
}

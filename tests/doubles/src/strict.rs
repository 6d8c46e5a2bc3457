//! Finds what was said and not understood. The models that judge ignore members that they do not know, so what they understood is
//! written out again and compared with what was given.

use serde_json::Value;

/// The path of the first member that was given and not understood. Values that say nothing, such as null, cannot be lost.
pub(crate) fn lost(
    path: &str,
    given: &Value,
    understood: Option<&Value>,
    says_nothing: fn(&Value) -> bool,
) -> Option<String> {
    match (given, understood) {
        (Value::Null, _) => None,
        (value, None) => (!says_nothing(value)).then(|| path.to_string()),
        (Value::Object(given), Some(Value::Object(understood))) => given.iter().find_map(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            lost(&path, value, understood.get(name), says_nothing)
        }),
        (Value::Array(given), Some(Value::Array(understood))) => {
            let mut pairs = given.iter().zip(understood).enumerate();
            pairs.find_map(|(at, (given, understood))| {
                lost(&format!("{path}[{at}]"), given, Some(understood), says_nothing)
            })
        }
        _ => None,
    }
}

#[test]
fn what_is_lost_is_named() {
    use serde_json::json;
    let given = json!({"a": [{"b": 1, "c": 2}], "d": null});
    assert_eq!(lost("", &given, Some(&json!({"a": [{"b": 1}]})), Value::is_null), Some("a[0].c".into()));
    assert_eq!(lost("", &given, Some(&json!({"a": [{"b": 1, "c": 2}]})), Value::is_null), None);
}

//! A schema in the forms that providers insist on.

use serde_json::{Map, Value};

/// No object has members that the schema does not name, where it names any.
pub fn closed(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut closed: Map<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), self::closed(value))).collect();
            if is_object(members) && !closed.contains_key("additionalProperties") {
                closed.insert("additionalProperties".into(), false.into());
            }
            Value::Object(closed)
        }
        Value::Array(items) => items.iter().map(closed).collect(),
        other => other.clone(),
    }
}

/// Every object names all its members and wants each of them.
pub fn is_complete(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => {
            let wants = |name: &String| {
                members
                    .get("required")
                    .and_then(Value::as_array)
                    .is_some_and(|all| all.iter().any(|one| one == name))
            };
            let is_whole = match members.get("properties") {
                Some(Value::Object(properties)) => {
                    properties.keys().all(wants)
                        && members.get("additionalProperties") == Some(&Value::Bool(false))
                }
                _ => !is_object(members),
            };
            is_whole && members.values().all(is_complete)
        }
        Value::Array(items) => items.iter().all(is_complete),
        _ => true,
    }
}

fn is_object(schema: &Map<String, Value>) -> bool {
    let says = |kind: &Value| kind == "object";
    schema.get("properties").is_some_and(Value::is_object)
        || schema
            .get("type")
            .is_some_and(|kind| says(kind) || kind.as_array().is_some_and(|kinds| kinds.iter().any(says)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_are_closed() {
        let open = json!({"type": "object", "properties": {"a": {"type": ["object", "null"], "properties": {}}, "b": {"type": "string"}}, "required": ["a", "b"]});
        assert!(!is_complete(&open));
        let closed = closed(&open);
        assert_eq!(closed["additionalProperties"], false);
        assert_eq!(closed["properties"]["a"]["additionalProperties"], false);
        assert_eq!(closed["properties"]["b"], json!({"type": "string"}));
        assert!(is_complete(&closed));
        let lax = json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false});
        assert!(!is_complete(&lax));
    }
}

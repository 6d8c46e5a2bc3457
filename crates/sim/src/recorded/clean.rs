//! Secrets do not go into files that others read: what looks like one is blotted out before it is played again.

use flow::check::looks_like_secret;
use serde_json::Value;

use crate::moves::Move;

pub(super) const BLOT: &str = "•••";

/// The move without secrets, and how many there were.
pub(super) fn clean(one: Move) -> (Move, usize) {
    // Plain data: it always has a JSON form, and reads back.
    let Ok(mut value) = serde_json::to_value(&one) else { return (one, 0) };
    let mut count = 0;
    if let Move::Sets { variable, .. } = &one
        && is_secret_name(variable.split(" of ").next().unwrap_or_default())
    {
        blot(&mut value["value"], &mut count);
    }
    walk(&mut value, &mut count);
    match serde_json::from_value(value) {
        Ok(clean) if count > 0 => (clean, count),
        _ => (one, 0),
    }
}

/// All that looks like a secret in a text of JSON: keys and tokens of well-known services, and what headers and members that are called
/// so hold.
pub fn secrets(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    gather(value, &mut found);
    found.sort();
    found.dedup();
    found
}

fn gather(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            found.extend(words(text).filter(|word| looks_like_secret(word).is_some()).map(String::from))
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    // Short ones are words that stand elsewhere, too.
                    Value::String(text) if is_secret_name(name) && text.len() >= 8 => {
                        found.push(text.clone())
                    }
                    member => gather(member, found),
                }
            }
        }
        _ => {}
    }
}

fn walk(value: &mut Value, count: &mut usize) {
    match value {
        Value::String(text) => {
            for word in words(&text.clone()).filter(|word| looks_like_secret(word).is_some()) {
                *text = text.replace(word, BLOT);
                *count += 1;
            }
            // A key of several lines.
            if looks_like_secret(text).is_some() {
                *text = BLOT.into();
                *count += 1;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, count)),
        Value::Object(members) => {
            for (name, member) in members {
                match is_secret_name(name) {
                    true => blot(member, count),
                    false => walk(member, count),
                }
            }
        }
        _ => {}
    }
}

/// Every text in it.
fn blot(value: &mut Value, count: &mut usize) {
    match value {
        Value::String(text) if !text.is_empty() && text != BLOT => {
            *text = BLOT.into();
            *count += 1;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| blot(item, count)),
        Value::Object(members) => members.values_mut().for_each(|member| blot(member, count)),
        _ => {}
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ',' | ';' | '(' | ')' | '<' | '>' | '&')
    })
}

/// `Authorization`, `x-api-key`, `access_token`, `user.password`.
fn is_secret_name(name: &str) -> bool {
    // `{"$secret": "weather_key"}` is a name, which is what should stand there.
    if name.starts_with('$') {
        return false;
    }
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let ends = ["authorization", "cookie", "apikey", "password", "passwd", "secret", "token", "privatekey"];
    ends.iter().any(|end| plain.ends_with(end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::moves::Who;

    #[test]
    fn secrets_are_blotted_out_and_nothing_else() {
        // Made up, and put together here so that no scanner takes this file for a leak.
        let token = format!("sk-{}", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1");
        let says = |text: String| Move::Says { who: Who::default(), text: text.into(), reply_to: None };
        let call = |headers: Value, body: Value| {
            let call =
                json!({ "do": "webhook", "method": "POST", "path": "/x", "headers": headers, "body": body });
            serde_json::from_value::<Move>(call).expect("a move")
        };
        for (one, clean, count) in [
            (says("hello".into()), says("hello".into()), 0),
            (says(format!("my key: {token}, ok?")), says(format!("my key: {BLOT}, ok?")), 1),
            (
                call(
                    json!({"Authorization": "Basic abc", "Accept": "*/*"}),
                    json!({"n": 1, "access_token": "t"}),
                ),
                call(json!({"Authorization": BLOT, "Accept": "*/*"}), json!({"n": 1, "access_token": BLOT})),
                2,
            ),
            (
                call(json!({}), json!({"tokens_in": 3, "secretary": "Eve"})),
                call(json!({}), json!({"tokens_in": 3, "secretary": "Eve"})),
                0,
            ),
        ] {
            assert_eq!(super::clean(one), (clean, count));
        }
        let found =
            secrets(&json!({"a": [format!("Bearer {token}")], "cookie": "sid=12345678", "token": "x"}));
        assert_eq!(found, ["sid=12345678".to_string(), token]);
    }
}

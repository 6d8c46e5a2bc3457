//! Hides secrets in what is told to whoever debugs a bot.
//!
//! What is told is looked at value by value: to mask the text of a frame could hit its own words. Texts are masked wherever they stand. Numbers and
//! names of members are masked inside of a bot's data alone, since elsewhere they are the protocol's.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};
use vault::{Redactor, Vault, VaultError};

/// The values of a bot's secrets, as far as they are known by now.
#[derive(Clone)]
pub struct Veil {
    bot: String,
    vault: Vault,
    /// The values when it was made, and those now: what was removed meanwhile may still stand in what the bot remembers.
    masks: [Redactor; 2],
}

impl Veil {
    /// Reads the vault.
    pub fn new(vault: &Vault, bot: &str) -> Result<Veil, VaultError> {
        let mask = vault.redactor(bot)?;
        Ok(Veil { bot: bot.into(), vault: vault.clone(), masks: [mask.clone(), mask] })
    }

    /// Learns what was set since then. What cannot be read now is read the next time.
    pub fn refresh(mut self) -> Veil {
        match self.vault.redactor(&self.bot) {
            Ok(mask) => self.masks[1] = mask,
            Err(error) => tracing::warn!(bot = self.bot, %error, "new secrets cannot be masked"),
        }
        self
    }

    pub fn over(&self, told: &impl Serialize) -> Value {
        // Plain data with text keys: it always has a JSON form.
        let mut value = serde_json::to_value(told).unwrap_or_default();
        self.hide(&mut value, false);
        value
    }

    fn hide(&self, value: &mut Value, is_data: bool) {
        match value {
            Value::String(text) => {
                if let Some(masked) = self.masked(text) {
                    *text = masked;
                }
            }
            Value::Number(number) if is_data => {
                if let Some(masked) = self.masked(&number.to_string()) {
                    *value = Value::String(masked);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide(item, is_data)),
            Value::Object(members) if is_data => {
                let taken = std::mem::take(members);
                *members = taken
                    .into_iter()
                    .map(|(name, mut value)| {
                        self.hide(&mut value, true);
                        (self.masked(&name).unwrap_or(name), value)
                    })
                    .collect();
            }
            Value::Object(members) => self.hide_in(members),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn hide_in(&self, members: &mut Map<String, Value>) {
        for (name, value) in members.iter_mut() {
            match name.as_str() {
                // Which kind of thing it is: our own words.
                "is" | "for" if value.is_string() => {}
                name => self.hide(value, DATA.contains(&name) && !is_shown(value)),
            }
        }
    }

    fn masked(&self, text: &str) -> Option<String> {
        let [then, now] = &self.masks;
        match (then.redact(text), text) {
            (Cow::Owned(masked), _) => Some(now.redact(&masked).into_owned()),
            (Cow::Borrowed(_), text) => match now.redact(text) {
                Cow::Owned(masked) => Some(masked),
                Cow::Borrowed(_) => None,
            },
        }
    }
}

/// Where the words of debugging and the engine's events have a bot's data, or what came from outside.
const DATA: [&str; 7] = ["value", "data", "body", "query", "headers", "options", "values"];

/// A value as far as there was room for it: `{"value": …}` or `{"cut": …}`, which is no data itself.
fn is_shown(value: &Value) -> bool {
    let members = value.as_object().filter(|members| members.len() == 1);
    members.is_some_and(|members| members.contains_key("value") || members.contains_key("cut"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use vault::{Choice, Secret, Vault};

    use super::Veil;

    const CANARY: &str = "canary \"5\"/7\nsings";

    fn vault() -> (tempfile::TempDir, Vault) {
        let folder = tempfile::tempdir().expect("a temporary folder");

        let vault = Vault::open(folder.path(), Choice::file()).expect("a vault");
        for (name, value) in [("pay_key", CANARY), ("pin", "4711"), ("word", "trace")] {
            vault.set("shop", name, &Secret::new(value)).expect("it is set");
        }
        (folder, vault)
    }

    #[test]
    fn no_secret_is_told_and_no_word_of_ours_is_hit() {
        let (_folder, vault) = vault();
        let veil = Veil::new(&vault, "shop").expect("it can be read");
        let inside = json!({ "said": CANARY }).to_string();
        let cases = [
            (
                json!({"is": "value", "value": {"value": CANARY}}),
                json!({"is": "value", "value": {"value": "***"}}),
            ),
            (json!({"text": format!("a {CANARY} b")}), json!({"text": "a *** b"})),
            (json!({"text": inside}), json!({"text": "{\"said\":\"***\"}"})),
            // Data may have it in numbers and names, too.
            (
                json!({"is": "trace", "at": 1_471_147_110, "value": {"value": {"4711": [4711, 1.5, CANARY]}}}),
                json!({"is": "trace", "at": 1_471_147_110, "value": {"value": {"***": ["***", 1.5, "***"]}}}),
            ),
            (
                json!({"value": {"cut": {"kind": "text", "bytes": 4711, "start": CANARY}}}),
                json!({"value": {"cut": {"kind": "text", "bytes": 4711, "start": "***"}}}),
            ),
            (
                json!({"body": {"pin": 4711}, "is": "webhook"}),
                json!({"body": {"pin": "***"}, "is": "webhook"}),
            ),
        ];
        for (told, expected) in cases {
            assert_eq!(veil.over(&told), expected, "{told}");
        }
    }

    #[test]
    fn what_is_set_later_is_known_after_a_look_and_what_is_removed_stays_hidden() {
        let (_folder, vault) = vault();
        let veil = Veil::new(&vault, "shop").expect("it can be read");
        let new = "a key that came later";
        vault.set("shop", "new_key", &Secret::new(new)).expect("it is set");
        vault.remove("shop", "pay_key").expect("it is removed");
        let veil = veil.refresh();
        assert_eq!(veil.over(&json!([new, CANARY])), Value::from(vec!["***", "***"]));
    }
}

//! What Discord allows in messages, components, embeds, modals and commands. Lengths are counted in characters.

use std::collections::BTreeSet;

use serde_json::Value;

use super::refusal::Wrong;

const BUTTON: u64 = 2;
const TEXT_INPUT: u64 = 4;
const ROW: u64 = 1;
/// Message flag: the message is made of components alone, and there may be other kinds than rows at the top.
const COMPONENTS_V2: u64 = 1 << 15;

pub(crate) fn message(data: &Value) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    most(&mut wrong, data, "content", "content", 2000);
    let embeds = list(data, "embeds");
    most_items(&mut wrong, "embeds", embeds.len(), 10);
    for (at, one) in embeds.iter().enumerate() {
        embed(&mut wrong, one, &format!("embeds.{at}"));
    }
    if embeds.iter().map(embed_length).sum::<usize>() > 6000 {
        wrong.push((
            "embeds".into(),
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000".into(),
        ));
    }
    if data.get("flags").and_then(Value::as_u64).unwrap_or_default() & COMPONENTS_V2 == 0 {
        rows(&mut wrong, list(data, "components"));
    }
    wrong
}

pub(crate) fn modal(data: &Value) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    between(&mut wrong, data, "title", "title", 1, 45);
    between(&mut wrong, data, "custom_id", "custom_id", 1, 100);
    let rows = list(data, "components");
    if rows.is_empty() || rows.len() > 5 {
        wrong.push((
            "components".into(),
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 5 in length.".into(),
        ));
    }
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row["type"] == ROW) {
        let inputs = list(row, "components");
        if inputs.len() != 1 || inputs[0]["type"] != TEXT_INPUT {
            let path = format!("components.{at}.components");
            wrong.push((path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 1 in length.".into()));
        }
        for (place, input) in inputs.iter().enumerate() {
            let path = format!("components.{at}.components.{place}");
            between(&mut wrong, input, "custom_id", &format!("{path}.custom_id"), 1, 100);
            between(&mut wrong, input, "label", &format!("{path}.label"), 1, 45);
            most(&mut wrong, input, "placeholder", &format!("{path}.placeholder"), 100);
            most(&mut wrong, input, "value", &format!("{path}.value"), 4000);
        }
    }
    wrong
}

pub(crate) fn command(data: &Value, path: &str) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let name = data["name"].as_str().unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'');
    let is_slash = data.get("type").and_then(Value::as_u64).unwrap_or(1) == 1;
    if !(1..=32).contains(&name.chars().count())
        || (is_slash && (!name.chars().all(is_name) || name.to_lowercase() != name))
    {
        let words = "Command name is invalid".to_string();
        wrong.push((format!("{path}.name"), "APPLICATION_COMMAND_INVALID_NAME", words));
    }
    if is_slash {
        between(&mut wrong, data, "description", &format!("{path}.description"), 1, 100);
    }
    let options = list(data, "options");
    most_items(&mut wrong, &format!("{path}.options"), options.len(), 25);
    let mut was_optional = false;
    for (at, option) in options.iter().enumerate() {
        let path = format!("{path}.options.{at}");
        let is_required = option["required"] == true;
        if is_required && was_optional {
            let words = "Required options must be placed before non-required options".to_string();
            wrong.push((path.clone(), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words));
        }
        was_optional |= !is_required;
        most_items(&mut wrong, &format!("{path}.choices"), list(option, "choices").len(), 25);
        wrong.extend(command(option, &path));
    }
    wrong
}

fn rows(wrong: &mut Vec<Wrong>, rows: &[Value]) {
    most_items(wrong, "components", rows.len(), 5);
    let mut ids = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        if row["type"] != ROW {
            let words = "Value of field \"type\" must be one of (1,).".to_string();
            wrong.push((format!("components.{at}.type"), "UNION_TYPE_CHOICES", words));
            continue;
        }
        let parts = list(row, "components");
        let is_select = parts.iter().any(|part| part["type"] != BUTTON);
        let path = format!("components.{at}.components");
        if parts.is_empty() || parts.len() > if is_select { 1 } else { 5 } {
            wrong.push((path.clone(), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.".into()));
        }
        for (place, part) in parts.iter().enumerate() {
            let path = format!("{path}.{place}");
            component(wrong, part, &path);
            if let Some(id) = part["custom_id"].as_str().filter(|id| !ids.insert(id.to_string())) {
                let words = format!("Component custom id cannot be duplicated: {id}");
                wrong.push((format!("{path}.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", words));
            }
        }
    }
}

fn component(wrong: &mut Vec<Wrong>, part: &Value, path: &str) {
    let leads_elsewhere = part["type"] == BUTTON && matches!(part["style"].as_u64(), Some(5 | 6));
    if !leads_elsewhere {
        between(wrong, part, "custom_id", &format!("{path}.custom_id"), 1, 100);
    }
    if part["type"] == BUTTON {
        most(wrong, part, "label", &format!("{path}.label"), 80);
        if part.get("label").is_none_or(Value::is_null)
            && part.get("emoji").is_none_or(Value::is_null)
            && !leads_elsewhere
        {
            wrong.push((
                path.to_string(),
                "BUTTON_COMPONENT_LABEL_REQUIRED",
                "A label or an emoji is required".into(),
            ));
        }
        if part["style"] == 5 && part["url"].as_str().is_none() {
            wrong.push((format!("{path}.url"), "BASE_TYPE_REQUIRED", "This field is required".into()));
        }
        return;
    }
    most(wrong, part, "placeholder", &format!("{path}.placeholder"), 150);
    let options = list(part, "options");
    if part["type"] == 3 && !(1..=25).contains(&options.len()) {
        wrong.push((
            format!("{path}.options"),
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 1 and 25 in length.".into(),
        ));
    }
    for (at, option) in options.iter().enumerate() {
        let path = format!("{path}.options.{at}");
        between(wrong, option, "label", &format!("{path}.label"), 1, 100);
        between(wrong, option, "value", &format!("{path}.value"), 1, 100);
        most(wrong, option, "description", &format!("{path}.description"), 100);
    }
}

fn embed(wrong: &mut Vec<Wrong>, embed: &Value, path: &str) {
    most(wrong, embed, "title", &format!("{path}.title"), 256);
    most(wrong, embed, "description", &format!("{path}.description"), 4096);
    most(wrong, &embed["footer"], "text", &format!("{path}.footer.text"), 2048);
    most(wrong, &embed["author"], "name", &format!("{path}.author.name"), 256);
    let fields = list(embed, "fields");
    most_items(wrong, &format!("{path}.fields"), fields.len(), 25);
    for (at, field) in fields.iter().enumerate() {
        between(wrong, field, "name", &format!("{path}.fields.{at}.name"), 1, 256);
        between(wrong, field, "value", &format!("{path}.fields.{at}.value"), 1, 1024);
    }
}

fn embed_length(embed: &Value) -> usize {
    let fields = list(embed, "fields").iter().map(|field| length(field, "name") + length(field, "value"));
    let own = length(embed, "title") + length(embed, "description");
    own + length(&embed["footer"], "text") + length(&embed["author"], "name") + fields.sum::<usize>()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn length(value: &Value, name: &str) -> usize {
    value.get(name).and_then(Value::as_str).map_or(0, |text| text.chars().count())
}

fn most(wrong: &mut Vec<Wrong>, value: &Value, name: &str, path: &str, limit: usize) {
    if length(value, name) > limit {
        wrong.push((path.into(), "BASE_TYPE_MAX_LENGTH", format!("Must be {limit} or fewer in length.")));
    }
}

fn most_items(wrong: &mut Vec<Wrong>, path: &str, items: usize, limit: usize) {
    if items > limit {
        wrong.push((path.into(), "BASE_TYPE_MAX_LENGTH", format!("Must be {limit} or fewer in length.")));
    }
}

fn between(wrong: &mut Vec<Wrong>, value: &Value, name: &str, path: &str, least: usize, limit: usize) {
    match length(value, name) {
        0 if value.get(name).is_none_or(Value::is_null) => {
            wrong.push((path.into(), "BASE_TYPE_REQUIRED", "This field is required".into()));
        }
        length if !(least..=limit).contains(&length) => {
            wrong.push((
                path.into(),
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between {least} and {limit} in length."),
            ));
        }
        _ => {}
    }
}

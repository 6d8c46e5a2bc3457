//! Keeps values under keys.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{ERROR, OUT, base, duration, example, json, port, with_effect};
use crate::build::Build;
use crate::effect::{Done, Effect, Keep, KeepDoes};
use crate::fault::Fault;
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{does} {key}",
        help: "Keeps values under keys, for what a variable is too small for: thousands of orders, codes that hold for an hour, answers that \
               are asked for again. What is kept may go away by itself after a while.\n\n\
               `nodes.<key>` has the `value` that was looked up, or the list of `keys`.",
        synonyms: &["storage", "cache", "key value", "remember", "database", "save", "lookup", "redis"],
        effect: true,
        ports: vec![OUT, port("none", "Not there"), ERROR],
        fields: with_effect(
            "10s",
            vec![
                Field::choice(
                    "does",
                    "What to do",
                    &[("get", "Look up"), ("put", "Keep"), ("delete", "Forget"), ("list", "List keys")],
                ),
                Field::text("store", "Store").default("main").help("Each has keys of its own.").advanced(),
                Field::text("key", "Key")
                    .placeholder("order-{{ msg.args }}")
                    .help("For a list: what the keys begin with."),
                json("value", "Value").required().placeholder("user.cart").when("does", &["put"]),
                duration("lasts", "For").help("Without it, for ever.").when("does", &["put"]),
                Field::whole("most", "At most", 1, 1_000)
                    .default(flow::Value::int(100))
                    .when("does", &["list"]),
            ],
        ),
        ..base("world.store", Family::World, "Key-value store", "box")
    };
    it.example = example(
        &it,
        r#"{"does": "put", "key": "order-{{ msg.args }}", "value": {"$expr": "user.cart"}, "lasts": "30d"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    let does = match of.word("does").as_str() {
        "put" => {
            Does::Put { value: Box::new(of.source("value")?), lasts: of.duration("lasts")?.map(Box::new) }
        }
        "delete" => Does::Delete,
        "list" => Does::List { most: of.whole("most").unwrap_or(100).clamp(1, 1_000) as u32 },
        _ => Does::Get,
    };
    Ok(Box::new(Store { store: of.source("store")?, key: of.source("key")?, does }))
}

#[derive(Debug)]
struct Store {
    store: Source,
    key: Source,
    does: Does,
}

#[derive(Debug)]
enum Does {
    Get,
    Put { value: Box<Source>, lasts: Option<Box<Source>> },
    Delete,
    List { most: u32 },
}

impl Behaviour for Store {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let key = at.text(&self.key).map_err(|fault| fault.at("key"))?;
        if key.is_empty() && !matches!(self.does, Does::List { .. }) {
            return Err(Fault::wrong_type("The key is empty.").at("key"));
        }
        let does = match &self.does {
            Does::Get => KeepDoes::Get,
            Does::Put { value, lasts } => KeepDoes::Put {
                value: at.value(value).map_err(|fault| fault.at("value"))?,
                lasts: lasts
                    .as_ref()
                    .map(|lasts| at.millis(lasts))
                    .transpose()
                    .map_err(|fault| fault.at("lasts"))?,
            },
            Does::Delete => KeepDoes::Delete,
            Does::List { most } => KeepDoes::List { most: *most },
        };
        let store = at.text(&self.store).map_err(|fault| fault.at("store"))?;
        Ok(Next::Do(Box::new(Effect::Keep(Keep { store, key, does }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        let value = match done {
            Done::Value { value } => value.clone(),
            _ => Data::Null,
        };
        match &self.does {
            Does::Get => {
                let port = if value.is_null() { "none" } else { "out" };
                at.give(Data::object([("value", value)]));
                return Next::go(port);
            }
            Does::List { .. } => at.give(Data::object([("keys", value)])),
            Does::Put { .. } | Does::Delete => {}
        }
        Next::out()
    }
}

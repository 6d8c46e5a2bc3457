//! Signs a text with a secret key. The host puts the key in, so no run ever holds it.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{ERROR, OUT, base, digests, example, spellings, variable, with_effect};
use crate::build::{Build, Place};
use crate::digest::{Algorithm, Spelling};
use crate::effect::{Done, Effect, Sign};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{text} with {key}",
        help: "Signs a text with a key that only you and the other side know (HMAC): a shop or a payment service asks for this, and sends \
               such a signature with its calls. It is in `nodes.<key>.signature`; compare it with the one that came.",
        synonyms: &["hmac", "signature", "verify", "webhook", "sha256", "key", "sign request"],
        effect: true,
        ports: vec![OUT, ERROR],
        fields: with_effect(
            "",
            vec![
                Field::long_text("text", "Text").required().placeholder("{{ msg.data.body }}"),
                Field::text("key", "Key").required().secret(),
                digests(),
                spellings(),
                variable("save", "Save as"),
            ],
        ),
        ..base("data.sign", Family::Data, "Sign", "pen-line")
    };
    it.example = example(
        &it,
        r#"{"text": "{{ msg.text }}", "key": {"$secret": "weather_key"}, "algorithm": "sha256", "as": "hex"}"#,
    );
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Signs {
        text: of.source("text")?,
        key: of.source("key")?,
        algorithm: Algorithm::named(&of.word("algorithm")),
        spelling: Spelling::named(&of.word("as")),
        save: of.place("save")?,
    }))
}

#[derive(Debug)]
struct Signs {
    text: Source,
    key: Source,
    algorithm: Algorithm,
    spelling: Spelling,
    save: Option<Place>,
}

impl Behaviour for Signs {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        Ok(Next::Do(Box::new(Effect::Sign(Sign {
            algorithm: self.algorithm,
            spelling: self.spelling,
            key: at.filled(&self.key).map_err(|fault| fault.at("key"))?,
            text: at.text(&self.text).map_err(|fault| fault.at("text"))?,
        }))))
    }

    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        if let Done::Value { value } = done {
            if let Some(place) = &self.save {
                at.set(place, value.clone()).map_err(|fault| fault.at("save"))?;
            }
            at.give(Data::object([("signature", value.clone())]));
        }
        Next::out()
    }
}

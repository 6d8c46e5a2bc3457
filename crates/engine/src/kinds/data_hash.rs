//! The fingerprint of a text.

use flow::Data;
use flow::descriptor::{Descriptor, Family, Field};

use super::parts::{base, digests, example, spellings, variable};
use crate::build::{Build, Place};
use crate::digest::{Algorithm, Spelling};
use crate::kinds::Built;
use crate::node::{At, Behaviour, Next, Turn};
use crate::source::Source;

pub fn descriptor() -> Descriptor {
    let mut it = Descriptor {
        summary: "{algorithm} of {text}",
        help: "Makes a fingerprint of a text: the same text always gives the same one, and nobody can tell the text from it. SHA-256 is the \
               usual one; SHA-1 and MD5 are for old services that ask for them. To sign with a secret key, take *Sign*.\n\n\
               It is in `nodes.<key>.hash`.",
        synonyms: &["sha256", "sha1", "md5", "checksum", "fingerprint", "digest", "gravatar"],
        fields: vec![
            Field::long_text("text", "Text").required().placeholder("{{ user.email | lower }}"),
            digests(),
            spellings(),
            variable("save", "Save as"),
        ],
        ..base("data.hash", Family::Data, "Hash", "hash")
    };
    it.example = example(&it, r#"{"text": "{{ user.size }}", "algorithm": "sha256", "as": "hex"}"#);
    it
}

pub fn build(of: &mut Build<'_>) -> Built {
    Ok(Box::new(Hash {
        text: of.source("text")?,
        algorithm: Algorithm::named(&of.word("algorithm")),
        spelling: Spelling::named(&of.word("as")),
        save: of.place("save")?,
    }))
}

#[derive(Debug)]
struct Hash {
    text: Source,
    algorithm: Algorithm,
    spelling: Spelling,
    save: Option<Place>,
}

impl Behaviour for Hash {
    fn enter(&self, at: &mut At<'_>) -> Turn {
        let text = at.text(&self.text).map_err(|fault| fault.at("text"))?;
        let hash = Data::from(crate::digest::hash(self.algorithm, self.spelling, text.as_bytes()));
        if let Some(place) = &self.save {
            at.set(place, hash.clone()).map_err(|fault| fault.at("save"))?;
        }
        at.give(Data::object([("hash", hash)]));
        Next::out()
    }
}

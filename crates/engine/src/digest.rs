//! Fingerprints and signatures of texts. Pure: whoever performs [`crate::effect::Sign`] brings the key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use smol_str::SmolStr;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    #[default]
    Sha256,
    Sha512,
    /// For old services only, as the next one.
    Sha1,
    Md5,
}

/// How the bytes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spelling {
    #[default]
    Hex,
    Base64,
}

impl Algorithm {
    pub(crate) fn named(name: &str) -> Algorithm {
        match name {
            "sha512" => Algorithm::Sha512,
            "sha1" => Algorithm::Sha1,
            "md5" => Algorithm::Md5,
            _ => Algorithm::Sha256,
        }
    }
}

impl Spelling {
    pub(crate) fn named(name: &str) -> Spelling {
        if name == "base64" { Spelling::Base64 } else { Spelling::Hex }
    }

    fn spell(self, bytes: &[u8]) -> SmolStr {
        match self {
            Spelling::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
            Spelling::Base64 => STANDARD.encode(bytes).into(),
        }
    }
}

pub fn hash(algorithm: Algorithm, spelling: Spelling, text: &[u8]) -> SmolStr {
    match algorithm {
        Algorithm::Sha256 => spelling.spell(&Sha256::digest(text)),
        Algorithm::Sha512 => spelling.spell(&Sha512::digest(text)),
        Algorithm::Sha1 => spelling.spell(&Sha1::digest(text)),
        Algorithm::Md5 => spelling.spell(&Md5::digest(text)),
    }
}

/// The HMAC of a text.
pub fn sign(algorithm: Algorithm, spelling: Spelling, key: &[u8], text: &[u8]) -> SmolStr {
    match algorithm {
        Algorithm::Sha256 => spelling.spell(&signed::<Hmac<Sha256>>(key, text)),
        Algorithm::Sha512 => spelling.spell(&signed::<Hmac<Sha512>>(key, text)),
        Algorithm::Sha1 => spelling.spell(&signed::<Hmac<Sha1>>(key, text)),
        Algorithm::Md5 => spelling.spell(&signed::<Hmac<Md5>>(key, text)),
    }
}

fn signed<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    // A key of any length is one for HMAC.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        use Algorithm::*;
        for (algorithm, expected) in [
            (Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(hash(algorithm, Spelling::Hex, b"abc"), expected);
        }
        assert_eq!(hash(Md5, Spelling::Base64, b"abc"), "kAFQmDzST7DWlj99KOF/cg==");
        assert_eq!(hash(Sha512, Spelling::Hex, b"abc").len(), 128);
        // RFC 4231, test case 2, and RFC 2202.
        let (key, text) = (b"Jefe", b"what do ya want for nothing?");
        for (algorithm, expected) in [
            (Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (Md5, "750c783e6ab0b503eaa86e310a5db738"),
        ] {
            assert_eq!(sign(algorithm, Spelling::Hex, key, text), expected);
        }
    }
}

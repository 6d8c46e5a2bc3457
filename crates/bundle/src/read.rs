//! Reading a bundle. Nothing is believed before the signature and every hash were looked at; nothing is ever written to a path that it names.

use std::collections::BTreeMap;
use std::io::Read;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::key::hex;
use crate::pack::{hash, sealed};
use crate::{
    Bundle, BundleError, CONTENTS, Contents, FORM, MOST_BYTES, PublicKey, SIGNATURE, Signature, Signed,
};

/// A bot has dozens.
const MOST_FILES: usize = 5000;

pub fn read(bytes: &[u8]) -> Result<Signed, BundleError> {
    if bytes.len() > MOST_BYTES {
        return Err(BundleError::TooLarge(bytes.len()));
    }
    let mut files = entries(bytes)?.into_iter().peekable();
    let Some((_, contents)) = files.next_if(|(path, _)| path == CONTENTS) else {
        return Err(not("it does not begin with its contents"));
    };
    let form: Form = parsed(&contents)?;
    if form.nexus > FORM {
        return Err(BundleError::Newer(form.nexus));
    }
    let Some((_, signature)) = files.next_if(|(path, _)| path == SIGNATURE) else {
        return Err(BundleError::Unsigned);
    };
    let signature: Signature = parsed(&signature)?;
    let signer: PublicKey = signature.key.parse().map_err(|()| BundleError::BadSignature)?;
    if !signer.has_signed(&sealed(&contents), &signature.ed25519) {
        return Err(BundleError::BadSignature);
    }
    let listed: Contents = parsed(&contents)?;
    let bundle = Bundle { bot: listed.bot.clone(), files: verified(&listed, files)? };
    // One bot has one bundle: what is listed in another order, or spelled otherwise, was not written by us.
    if bundle.contents() != contents {
        return Err(tampered("its list of contents is not in its one form"));
    }
    Ok(Signed { hash: hash(&contents), signer, bundle })
}

#[derive(serde::Deserialize)]
struct Form {
    nexus: u32,
}

fn entries(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, BundleError> {
    let mut tar = tar::Archive::new(bytes);
    let mut found = Vec::new();
    for entry in tar.entries().map_err(|error| not(&error.to_string()))? {
        let mut entry = entry.map_err(|error| not(&error.to_string()))?;
        if found.len() >= MOST_FILES {
            return Err(not("it holds too many files"));
        }
        if entry.header().entry_type() != tar::EntryType::Regular {
            return Err(tampered("it holds something that is no file"));
        }
        let path = String::from_utf8(entry.path_bytes().into_owned())
            .map_err(|_| tampered("a path in it is not text"))?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(|_| tampered(&format!("`{path}` is cut off")))?;
        found.push((path, content));
    }
    Ok(found)
}

fn verified(
    listed: &Contents,
    files: impl Iterator<Item = (String, Vec<u8>)>,
) -> Result<BTreeMap<String, Vec<u8>>, BundleError> {
    let mut left = listed.files.iter();
    let mut found = BTreeMap::new();
    for (path, content) in files {
        let Some(entry) = left.next().filter(|entry| entry.path == path) else {
            return Err(tampered(&format!("`{path}` is not listed where it stands")));
        };
        if !is_inside(&path) {
            return Err(tampered(&format!("`{path}` leads out of the bot's folder")));
        }
        if entry.size != content.len() as u64 || entry.sha256 != hex(&Sha256::digest(&content)) {
            return Err(tampered(&format!("`{path}` is not what was packed")));
        }
        found.insert(path, content);
    }
    match left.next() {
        Some(missing) => Err(tampered(&format!("`{}` is missing", missing.path))),
        None => Ok(found),
    }
}

fn is_inside(path: &str) -> bool {
    let is_name =
        |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0']);
    path.split('/').all(is_name)
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BundleError> {
    serde_json::from_slice(bytes).map_err(|error| not(&format!("its contents cannot be read ({error})")))
}

fn not(why: &str) -> BundleError {
    BundleError::NotABundle(why.into())
}

fn tampered(why: &str) -> BundleError {
    BundleError::Tampered(why.into())
}

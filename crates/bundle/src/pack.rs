//! Writing a bundle: a tar of its contents, their signature and the files, with nothing in it of the day or the machine.

use sha2::{Digest, Sha256};

use crate::key::hex;
use crate::{
    Bundle, BundleError, CONTENTS, Contents, Entry, FORM, Hash, Key, MOST_BYTES, SEAL, SIGNATURE, Signature,
};

impl Bundle {
    /// The whole file, and its name.
    pub fn pack(&self, key: &Key) -> Result<(Vec<u8>, Hash), BundleError> {
        let contents = self.contents();
        let signature = Signature { key: key.public().to_string(), ed25519: key.sign(&sealed(&contents)) };
        let mut tar = tar::Builder::new(Vec::new());
        add(&mut tar, CONTENTS, &contents)?;
        add(&mut tar, SIGNATURE, &json(&signature))?;
        for (path, bytes) in &self.files {
            add(&mut tar, path, bytes)?;
        }
        let bytes = tar.into_inner().map_err(|error| BundleError::NotABundle(error.to_string()))?;
        if bytes.len() > MOST_BYTES {
            return Err(BundleError::TooLarge(bytes.len()));
        }
        Ok((bytes, hash(&contents)))
    }

    /// What is signed, and hashed.
    pub(crate) fn contents(&self) -> Vec<u8> {
        let entry = |(path, bytes): (&String, &Vec<u8>)| Entry {
            path: path.clone(),
            size: bytes.len() as u64,
            sha256: hex(&Sha256::digest(bytes)),
        };
        json(&Contents { nexus: FORM, bot: self.bot.clone(), files: self.files.iter().map(entry).collect() })
    }
}

pub fn hash(contents: &[u8]) -> Hash {
    Hash(Sha256::digest(contents).into())
}

pub fn sealed(contents: &[u8]) -> Vec<u8> {
    [SEAL, contents].concat()
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    // Plain data with text keys: it always has a JSON form.
    let mut text = serde_json::to_vec_pretty(value).unwrap_or_default();
    text.push(b'\n');
    text
}

fn add(tar: &mut tar::Builder<Vec<u8>>, path: &str, bytes: &[u8]) -> Result<(), BundleError> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_entry_type(tar::EntryType::Regular);
    tar.append_data(&mut header, path, bytes)
        .map_err(|error| BundleError::NotABundle(format!("`{path}` cannot be a file in one ({error})")))
}

//! A keychain in memory that can break down, and what is then left of a vault.

use std::collections::BTreeMap;
use std::sync::Mutex;

use tempfile::TempDir;

use super::*;
use crate::{Choice, Place, Vault};

#[derive(Default)]
struct Fake {
    entries: Mutex<BTreeMap<(String, String), String>>,
    /// So many calls go well, then each fails: as it was asked for, or before.
    breaks: Mutex<Option<(usize, bool)>>,
}

impl Fake {
    fn call<T>(
        &self,
        done: impl FnOnce(&mut BTreeMap<(String, String), String>) -> T,
    ) -> Result<T, VaultError> {
        let mut entries = self.entries.lock().expect("entries");
        let broken = match &mut *self.breaks.lock().expect("breaks") {
            Some((0, after)) => Some(std::mem::take(after)),
            Some((left, _)) => {
                *left -= 1;
                None
            }
            None => None,
        };
        match broken {
            None => Ok(done(&mut entries)),
            Some(after) => {
                if after {
                    done(&mut entries);
                }
                Err(VaultError::KeychainSilent)
            }
        }
    }

    fn breaks(&self, at: Option<(usize, bool)>) {
        *self.breaks.lock().expect("breaks") = at;
    }

    fn values(&self) -> Vec<String> {
        let mut values: Vec<String> = self.entries.lock().expect("entries").values().cloned().collect();
        values.sort();
        values
    }
}

impl Keys for Fake {
    fn read(&self, service: &str, user: &str) -> Result<Option<Secret>, VaultError> {
        self.call(|entries| entries.get(&(service.into(), user.into())).map(Secret::new))
    }

    fn write(&self, service: &str, user: &str, value: &Secret) -> Result<(), VaultError> {
        self.call(|entries| drop(entries.insert((service.into(), user.into()), value.expose().into())))
    }

    fn remove(&self, service: &str, user: &str) -> Result<(), VaultError> {
        self.call(|entries| drop(entries.remove(&(service.into(), user.into()))))
    }
}

fn vault(folder: &TempDir, keys: &Arc<Fake>) -> Vault {
    Vault::over(folder.path(), Choice::default(), keys.clone()).expect("it opens")
}

fn value(vault: &Vault, name: &str) -> Option<String> {
    vault.get("shop", name).expect("it reads").map(|secret| secret.expose().into())
}

fn fresh() -> (TempDir, Arc<Fake>) {
    (TempDir::new().expect("a folder"), Arc::default())
}

#[test]
fn a_keychain_that_answers_is_the_place() {
    let (folder, keys) = fresh();
    let vault = vault(&folder, &keys);
    assert_eq!((vault.place(), value(&vault, "key")), (Ok(None), None));
    vault.set("shop", "key", &Secret::new("one")).expect("set");
    assert_eq!(vault.place(), Ok(Some(Place::Keychain)));
    assert_eq!(value(&vault, "key").as_deref(), Some("one"));
    vault.rotate("shop", "key", &Secret::new("two")).expect("rotated");
    vault.rotate("shop", "key", &Secret::new("three")).expect("rotated");
    assert_eq!(keys.values(), ["three", "two"], "the first is gone");
    assert!(vault.list("shop").expect("a list")[0].undoable);
    assert_eq!(vault.redactor("shop").expect("a redactor").redact("three"), "***");
    vault.undo("shop", "key").expect("undone");
    assert_eq!(value(&vault, "key").as_deref(), Some("two"));
    let index = std::fs::read_to_string(folder.path().join("vault.json")).expect("an index");
    assert!(index.contains("key") && !index.contains("two") && !index.contains("three"), "{index}");
    vault.set("shop", "key", &Secret::new("four")).expect("set");
    assert_eq!(keys.values(), ["four"]);
    vault.remove("shop", "key").expect("removed");
    assert!(keys.values().is_empty());
    assert_eq!(vault.place(), Ok(None));
    assert!(!folder.path().join("vault.json").exists());
}

#[test]
fn folders_share_a_keychain_and_not_their_secrets() {
    let (one, keys) = fresh();
    let two = TempDir::new().expect("a folder");
    let (one, two) = (vault(&one, &keys), vault(&two, &keys));
    one.set("shop", "key", &Secret::new("one")).expect("set");
    two.set("shop", "key", &Secret::new("two")).expect("set");
    assert_eq!(value(&one, "key").as_deref(), Some("one"));
    two.remove("shop", "key").expect("removed");
    assert_eq!(value(&one, "key").as_deref(), Some("one"));
}

#[test]
fn no_place_is_changed_silently() {
    // The keychain does not answer: the file, and it stays when the keychain comes back.
    let (folder, keys) = fresh();
    keys.breaks(Some((0, false)));
    let there = vault(&folder, &keys);
    there.set("shop", "key", &Secret::new("value")).expect("set");
    assert_eq!(there.place(), Ok(Some(Place::File)));
    keys.breaks(None);
    there.set("shop", "other", &Secret::new("value")).expect("set");
    assert!(keys.values().is_empty());
    let forced = |folder: &TempDir, place, keys: &Arc<Fake>| {
        let choice = Choice { place: Some(place), passphrase: None };
        Vault::over(folder.path(), choice, keys.clone()).err()
    };
    assert!(matches!(forced(&folder, Place::Keychain, &keys), Some(VaultError::Elsewhere { .. })));

    // One that is wanted and does not answer is an error, and leaves nothing behind.
    let (folder, keys) = fresh();
    keys.breaks(Some((0, false)));
    let choice = Choice { place: Some(Place::Keychain), passphrase: None };
    let there = Vault::over(folder.path(), choice, keys.clone()).expect("it opens");
    assert_eq!(there.set("shop", "key", &Secret::new("value")), Err(VaultError::KeychainSilent));
    assert!(!folder.path().join("vault.json").exists());

    // The keychain goes: an error, and not another place.
    let (folder, keys) = fresh();
    let there = vault(&folder, &keys);
    there.set("shop", "key", &Secret::new("value")).expect("set");
    keys.breaks(Some((0, false)));
    assert_eq!(there.get("shop", "key").err(), Some(VaultError::KeychainSilent));
    assert_eq!(there.set("shop", "key", &Secret::new("value")), Err(VaultError::KeychainSilent));
    assert_eq!(there.list("shop").expect("a list").len(), 1, "names are told all the same");
    assert!(matches!(forced(&folder, Place::File, &keys), Some(VaultError::Elsewhere { .. })));
    assert!(!folder.path().join("vault.age").exists());

    // Somebody laid both there.
    std::fs::write(folder.path().join("vault.age"), "x").expect("written");
    assert!(matches!(there.place(), Err(VaultError::TwoPlaces(_))));
}

#[test]
fn what_is_taken_out_of_the_keychain_is_said_to_be_gone() {
    let (folder, keys) = fresh();
    let vault = vault(&folder, &keys);
    vault.set("shop", "key", &Secret::new("value")).expect("set");
    keys.entries.lock().expect("entries").clear();
    assert!(matches!(vault.get("shop", "key"), Err(VaultError::Gone { .. })));
    vault.set("shop", "key", &Secret::new("value")).expect("set");
    assert_eq!(value(&vault, "key").as_deref(), Some("value"));
}

/// Each call of the keychain is the last one that does anything, and says that it failed, whether it did it or not.
#[test]
fn wherever_it_breaks_the_old_or_the_new_is_there_and_nothing_stays_behind() {
    type Act = fn(&Vault) -> Result<(), VaultError>;
    let acts: [(Act, &[Option<&str>]); 3] = [
        (|vault| vault.set("shop", "key", &Secret::new("new")), &[Some("two"), Some("new")]),
        (|vault| vault.rotate("shop", "key", &Secret::new("new")), &[Some("two"), Some("new")]),
        (|vault| vault.remove("shop", "key"), &[None]),
    ];
    for (act, allowed) in acts {
        for at in 0..4 {
            for after in [false, true] {
                let (folder, keys) = fresh();
                let vault = vault(&folder, &keys);
                vault.set("shop", "key", &Secret::new("one")).expect("set");
                vault.rotate("shop", "key", &Secret::new("two")).expect("rotated");
                keys.breaks(Some((at, after)));
                let said = act(&vault);
                keys.breaks(None);
                let is = value(&vault, "key");
                assert!(allowed.contains(&is.as_deref()), "{is:?} after {said:?}");
                if said.is_ok() {
                    assert_eq!(is.as_deref(), *allowed.last().expect("an end"));
                }
                // Whoever writes next clears away, and the last one leaves nothing.
                vault.set("shop", "key", &Secret::new("last")).expect("set");
                assert_eq!(keys.values(), ["last"]);
                vault.remove("shop", "key").expect("removed");
                assert!(keys.values().is_empty() && !folder.path().join("vault.json").exists());
            }
        }
    }
}

#[test]
fn a_damaged_or_newer_index_is_an_error_and_stays_as_it_is() {
    let (folder, keys) = fresh();
    let vault = vault(&folder, &keys);
    vault.set("shop", "key", &Secret::new("value")).expect("set");
    let path = folder.path().join("vault.json");
    for (text, newer) in [("", false), ("{\"form\": 1}", false), ("{\"form\": 2, \"x\": []}", true)] {
        std::fs::write(&path, text).expect("written");
        let refused = vault.set("shop", "key", &Secret::new("other")).expect_err("damaged");
        assert_eq!(matches!(refused, VaultError::Newer { .. }), newer, "{refused}");
        assert_eq!(matches!(refused, VaultError::Damaged { .. }), !newer, "{refused}");
        assert_eq!(std::fs::read_to_string(&path).expect("an index"), text);
    }
}

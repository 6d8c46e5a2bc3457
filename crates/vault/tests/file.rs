//! The encrypted file: what is kept, who may open it, what is never written.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use tempfile::TempDir;
use vault::{Choice, Place, Secret, Vault, VaultError};

const CANARY: &str = "1234567890:AAcanary-Wx_yz?>canary";
const SECOND: &str = "sk-second-canary/of+the=day";

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn open(folder: &TempDir) -> Vault {
    Vault::open(folder.path(), Choice::file()).expect("it opens")
}

fn with_phrase(phrase: &str) -> Choice {
    Choice { passphrase: Some(Secret::new(phrase)), ..Choice::file() }
}

fn secret(value: &str) -> Secret {
    Secret::new(value)
}

fn value(vault: &Vault, bot: &str, name: &str) -> Option<String> {
    vault.get(bot, name).expect("it reads").map(|secret| secret.expose().to_owned())
}

#[test]
fn what_is_set_is_there_for_its_bot_alone() {
    let folder = folder();
    let vault = open(&folder);
    assert_eq!(vault.place(), Ok(None));
    assert_eq!(value(&vault, "shop", "pay_key"), None);
    assert!(fs::read_dir(folder.path()).expect("a folder").next().is_none(), "looking makes nothing");

    vault.set("shop", "pay_key", &secret(CANARY)).expect("set");
    assert_eq!(vault.place(), Ok(Some(Place::File)));
    assert_eq!(value(&vault, "shop", "pay_key").as_deref(), Some(CANARY));
    assert_eq!(value(&vault, "pizza", "pay_key"), None);
    assert_eq!(value(&vault, "shop", "pay"), None);
    let list = vault.list("shop").expect("a list");
    assert_eq!(list.len(), 1);
    assert_eq!((list[0].name.as_str(), list[0].rotated, list[0].undoable), ("pay_key", None, false));
    assert!(list[0].set.elapsed().expect("the past").as_secs() < 600);
    assert!(vault.list("pizza").expect("a list").is_empty());
}

#[test]
fn a_rotation_can_be_taken_back_until_the_next() {
    let folder = folder();
    let (vault, running) = (open(&folder), open(&folder));
    let refused = vault.rotate("shop", "key", &secret("one1")).expect_err("nothing to rotate");
    assert!(matches!(refused, VaultError::NotSet { .. }) && refused.is_refusal());

    vault.set("shop", "key", &secret("one1")).expect("set");
    assert_eq!(value(&running, "shop", "key").as_deref(), Some("one1"));
    assert_eq!(vault.undo("shop", "key"), Err(VaultError::NothingBefore("key".into())));
    vault.rotate("shop", "key", &secret("two2")).expect("rotated");
    assert_eq!(value(&running, "shop", "key").as_deref(), Some("two2"), "another process has it at once");
    vault.rotate("shop", "key", &secret("three")).expect("rotated");
    vault.undo("shop", "key").expect("undone");
    assert_eq!(value(&running, "shop", "key").as_deref(), Some("two2"));
    vault.undo("shop", "key").expect("undone");
    assert_eq!(value(&running, "shop", "key").as_deref(), Some("three"), "twice changes nothing");
    assert!(vault.list("shop").expect("a list")[0].rotated.is_some());

    vault.set("shop", "key", &secret("four")).expect("set");
    assert!(matches!(vault.undo("shop", "key"), Err(VaultError::NothingBefore(_))), "set begins anew");
}

#[test]
fn with_the_last_secret_everything_goes() {
    let folder = folder();
    let vault = open(&folder);
    vault.set("shop", "key", &secret(CANARY)).expect("set");
    vault.set("pizza", "key", &secret(SECOND)).expect("set");
    vault.remove("shop", "key").expect("removed");
    assert_eq!(value(&vault, "shop", "key"), None);
    assert!(matches!(vault.remove("shop", "key"), Err(VaultError::NotSet { .. })));
    assert_eq!(value(&vault, "pizza", "key").as_deref(), Some(SECOND));
    vault.remove("pizza", "key").expect("removed");
    assert_eq!(vault.place(), Ok(None));
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert!(left.iter().all(|entry| entry.file_name() == "vault.lock"), "{left:?}");
    vault.set("shop", "key", &secret(CANARY)).expect("set");
    assert_eq!(value(&vault, "shop", "key").as_deref(), Some(CANARY), "a new key, and all is well");
}

#[test]
fn no_byte_on_the_disk_tells_a_value() {
    for choice in [Choice::file(), with_phrase("correct horse")] {
        let folder = folder();
        let vault = Vault::open(folder.path(), choice).expect("it opens");
        vault.set("shop", "key", &secret(CANARY)).expect("set");
        vault.rotate("shop", "key", &secret(SECOND)).expect("rotated");
        nothing_tells(folder.path());
        vault.undo("shop", "key").expect("undone");
        vault.set("shop", "other", &secret(SECOND)).expect("set");
        vault.remove("shop", "other").expect("removed");
        nothing_tells(folder.path());
    }
}

fn nothing_tells(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let bytes = fs::read(entry.path()).expect("a file");
        for value in [CANARY, SECOND] {
            let encoded = [STANDARD_NO_PAD.encode(value), URL_SAFE_NO_PAD.encode(value)];
            for form in encoded.iter().map(String::as_str).chain([value, &value[4..16]]) {
                let found = bytes.windows(form.len()).any(|window| window == form.as_bytes());
                assert!(!found, "{form} is in {:?}", entry.file_name());
            }
        }
    }
}

#[test]
fn names_and_values_that_cannot_be() {
    let folder = folder();
    let vault = open(&folder);
    let long = "x".repeat(101);
    for name in ["", "pay key", "pay-key", "1key", "ключ", "a/b", "a@1", long.as_str()] {
        let refused = vault.set("shop", name, &secret("value")).expect_err(name);
        assert!(matches!(refused, VaultError::Name(_)) && refused.is_refusal(), "{refused}");
    }
    let mixed_up = vault.set("shop", CANARY, &secret("token")).expect_err("no name");
    assert!(!mixed_up.to_string().contains("canary"), "who mixes up name and value tells nobody: {mixed_up}");
    for bot in ["", "  ", "a\nb", &"x".repeat(201)] {
        assert!(matches!(vault.get(bot, "key"), Err(VaultError::Bot(_))), "{bot:?}");
    }
    assert_eq!(vault.set("shop", "key", &secret("")), Err(VaultError::Empty));
    let long = secret(&"x".repeat(vault::MOST_BYTES + 1));
    assert!(matches!(vault.set("shop", "key", &long), Err(VaultError::TooLong { .. })));
    assert_eq!(vault.place(), Ok(None), "nothing was made");

    let most = "é\n\"".repeat(vault::MOST_BYTES / 4);
    vault.set("ключ/и бот @1", "_Key_9", &secret(&most)).expect("set");
    assert_eq!(value(&vault, "ключ/и бот @1", "_Key_9"), Some(most));
}

#[test]
fn a_passphrase_opens_and_nothing_else_does() {
    let folder = folder();
    let at = |choice| Vault::open(folder.path(), choice);
    at(with_phrase("correct horse")).expect("it opens").set("shop", "key", &secret(CANARY)).expect("set");
    let right = at(with_phrase("correct horse")).expect("it opens");
    assert_eq!(value(&right, "shop", "key").as_deref(), Some(CANARY));
    let before = files(folder.path());
    assert_eq!(at(with_phrase("wrong horse")).err(), Some(VaultError::WrongPassphrase));
    assert!(matches!(at(Choice::file()).err(), Some(VaultError::PassphraseNeeded(_))));
    assert_eq!(files(folder.path()), before);

    let plain = self::folder();
    open(&plain).set("shop", "key", &secret(CANARY)).expect("set");
    let refused = Vault::open(plain.path(), with_phrase("correct horse")).err().expect("not what it seems");
    assert!(matches!(refused, VaultError::NotProtected(_)), "{refused}");
}

#[test]
#[cfg(unix)]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    open(&folder).set("shop", "key", &secret(CANARY)).expect("set");
    for file in ["vault.key", "vault.age", "vault.lock"] {
        let mode = fs::metadata(folder.path().join(file)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let key = folder.path().join("vault.key");
    for mode in [0o640, 0o604, 0o666] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).expect("a mode");
        let refused = Vault::open(folder.path(), Choice::file()).err().expect("refused");
        assert_eq!(refused, VaultError::KeyOpen { file: key.clone(), mode });
        assert!(refused.to_string().contains(&format!("{mode:o}")) && !refused.is_refusal(), "{refused}");
    }
    fs::set_permissions(&key, fs::Permissions::from_mode(0o400)).expect("a mode");
    open(&folder);
}

#[test]
fn a_damaged_file_is_an_error_and_stays_as_it_is() {
    let folder = folder();
    let vault = open(&folder);
    vault.set("shop", "key", &secret(CANARY)).expect("set");
    let path = folder.path().join("vault.age");
    let whole = fs::read(&path).expect("a file");
    let damaged = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("written");
        let refused = vault.get("shop", "key").expect_err("damaged");
        assert!(matches!(refused, VaultError::Damaged { .. } | VaultError::WrongKey(_)), "{refused}");
        assert!(!refused.is_refusal() && !refused.to_string().contains('\n'), "{refused}");
        assert_eq!(vault.set("shop", "other", &secret("value")), Err(refused.clone()));
        assert_eq!(vault.rotate("shop", "key", &secret("value")), Err(refused.clone()));
        assert_eq!(vault.remove("shop", "key"), Err(refused.clone()));
        assert_eq!(Vault::open(folder.path(), Choice::file()).err(), Some(refused));
        assert_eq!(fs::read(&path).expect("a file"), bytes, "left as it is");
    };
    for end in (0..whole.len()).step_by(7) {
        damaged(&whole[..end]);
    }
    for at in (0..whole.len()).step_by(5) {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        damaged(&bytes);
    }
    damaged(b"{\"form\": 1}");
    fs::write(&path, &whole).expect("written");
    assert_eq!(value(&vault, "shop", "key").as_deref(), Some(CANARY));
}

#[test]
fn the_key_is_missed_and_never_made_anew_for_what_is_there() {
    let (folder, other) = (folder(), folder());
    open(&folder).set("shop", "key", &secret(CANARY)).expect("set");
    open(&other).set("shop", "key", &secret(SECOND)).expect("set");
    let (key, path) = (folder.path().join("vault.key"), folder.path().join("vault.age"));
    let (own, whole) = (fs::read(&key).expect("a key"), fs::read(&path).expect("a file"));
    let opened = || Vault::open(folder.path(), Choice::file());

    fs::remove_file(&key).expect("removed");
    assert_eq!(opened().err(), Some(VaultError::KeyMissing(key.clone())));
    fs::copy(other.path().join("vault.key"), &key).expect("copied");
    assert_eq!(opened().err(), Some(VaultError::WrongKey(key.clone())));
    fs::write(&key, "not a key\n").expect("written");
    assert!(matches!(opened().err(), Some(VaultError::Damaged { .. })));
    fs::write(&key, &own).expect("written");
    assert_eq!(value(&opened().expect("it opens"), "shop", "key").as_deref(), Some(CANARY));

    // The file is away for a while; the key that is there stays the key.
    fs::remove_file(&path).expect("removed");
    open(&folder).set("shop", "new", &secret(SECOND)).expect("set");
    assert_eq!(fs::read(&key).expect("a key"), own);
    fs::write(&path, &whole).expect("written");
    assert_eq!(value(&open(&folder), "shop", "key").as_deref(), Some(CANARY));
}

#[test]
fn what_a_kill_left_unfinished_is_passed_over() {
    let folder = folder();
    let vault = open(&folder);
    vault.set("shop", "key", &secret(CANARY)).expect("set");
    let whole = fs::read(folder.path().join("vault.age")).expect("a file");
    let unfinished = folder.path().join("vault.age.new");
    for end in [0, 1, 50, whole.len() / 2, whole.len() - 1, whole.len()] {
        fs::write(&unfinished, &whole[..end]).expect("written");
        assert_eq!(value(&open(&folder), "shop", "key").as_deref(), Some(CANARY));
        vault.set("shop", "other", &secret("value")).expect("set");
        assert!(!unfinished.exists());
        assert_eq!(value(&vault, "shop", "key").as_deref(), Some(CANARY));
    }
}

#[test]
fn debug_forms_tell_nothing() {
    assert_eq!(format!("{:?}", secret(CANARY)), "***");
    assert!(!format!("{:?}", with_phrase(CANARY)).contains("canary"));
}

fn files(folder: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut files: Vec<_> =
        entries.map(|entry| (entry.file_name(), fs::read(entry.path()).expect("a file"))).collect();
    files.sort();
    files
}

//! `nexus secret`. Always with the file: no test may reach the keychain of whoever runs it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::{json_of, said};

const CANARY: &str = "1234567890:AAcanary-Wx_yz.canary";
const CANARY_IN_BASE64: &str = "MTIzNDU2Nzg5MDpBQWNhbmFyeS1XeF95ei5jYW5hcn";
const BOT: &str = "{\n  \"id\": \"shop\",\n  \"name\": \"Shop\",\n  \"channels\": [\"telegram\", \"discord\"],\n  \"secrets\": {\n    \"mail\": {},\n    \"pay_key\": { \"note\": \"The key of the bank\" }\n  }\n}\n";

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = TempDir::new().expect("a folder");
        fs::create_dir_all(folder.path().join("shop/flows")).expect("a folder");
        fs::write(folder.path().join("shop/bot.json"), BOT).expect("a file");
        Place { folder }
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// With what is piped in, and more of the environment.
    fn run(&self, args: &[&str], typed: &[u8], environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nexus"));
        command.arg("secret").args(args).current_dir(self.folder.path());
        command
            .env("NEXUS_VAULT", "file")
            .env("NEXUS_DATA", self.data())
            .env_remove("NEXUS_VAULT_PASSPHRASE");
        command.envs(environment.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("the program starts");
        // One that refuses beforehand does not listen.
        let _ = process.stdin.take().expect("it listens").write_all(typed);
        let output = process.wait_with_output().expect("it ends");
        for said in [&output.stdout, &output.stderr] {
            let said = String::from_utf8_lossy(said);
            assert!(!said.contains("canary") && !said.contains("AAcan"), "{args:?} says the value: {said}");
        }
        output
    }

    fn json(&self, args: &[&str], typed: &str) -> (Option<i32>, Value) {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let output = self.run(&args, typed.as_bytes(), &[]);
        (output.status.code(), json_of(&output))
    }

    fn value(&self, bot: &str, name: &str) -> Option<String> {
        let vault = vault::Vault::open(&self.data(), vault::Choice::file()).expect("it opens");
        vault.get(bot, name).expect("it reads").map(|secret| secret.expose().to_owned())
    }
}

fn ends(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    said(output) + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn what_a_bot_needs_is_listed_and_set() {
    let place = Place::new();
    let text = ends(&place.run(&["list", "shop"], b"", &[]), 1);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "telegram_token  not set  The bot's token, which @BotFather gives",
            "discord_token   not set  The bot's token, from discord.com/developers under Bot",
            "mail            not set",
            "pay_key         not set  The key of the bank",
            "4 secrets are not set: use `nexus secret set`."
        ]
    );
    assert!(!place.data().exists(), "looking makes nothing");

    let text = ends(&place.run(&["set", "shop", "telegram_token"], format!("{CANARY}\n").as_bytes(), &[]), 0);
    assert!(text.starts_with("telegram_token of shop is set; it is kept in the encrypted file "), "{text}");
    assert_eq!(place.value("shop", "telegram_token").as_deref(), Some(CANARY));
    let (code, set) = place.json(&["set", "shop", "pay_key"], "value-of-two\r\n");
    assert_eq!(
        (code, set),
        (
            Some(0),
            json!({ "bot": "shop", "name": "pay_key", "kept": "file", "replaced": false, "needed": true })
        )
    );
    assert_eq!(place.value("shop", "pay_key").as_deref(), Some("value-of-two"));
    let text = ends(&place.run(&["set", "shop/bot.json", "pay_key"], b"line one\nline two\n\n", &[]), 0);
    assert!(text.starts_with("pay_key of shop has a new value"), "{text}");
    assert_eq!(
        place.value("shop", "pay_key").as_deref(),
        Some("line one\nline two\n"),
        "one line's end goes"
    );

    let (code, list) = place.json(&["list", "shop"], "");
    assert_eq!(code, Some(1));
    assert_eq!((&list["bot"], &list["kept"], &list["missing"]), (&json!("shop"), &json!("file"), &json!(2)));
    let names: Vec<_> = list["secrets"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["name"].clone(), one["set"].clone()))
        .collect();
    assert_eq!(
        json!(names),
        json!([["telegram_token", true], ["discord_token", false], ["mail", false], ["pay_key", true]])
    );
    assert_eq!(list["secrets"][3]["note"], "The key of the bank");
    assert!(list["secrets"][0]["set_at"].as_u64().is_some_and(|at| at > 1_700_000_000), "{list}");
    assert_eq!(list["secrets"][1]["set_at"], Value::Null);

    for name in ["mail", "discord_token"] {
        ends(&place.run(&["set", "shop", name, "--from-env", "FROM"], b"", &[("FROM", CANARY)]), 0);
    }
    let text = ends(&place.run(&["list", "shop"], b"", &[]), 0);
    assert!(text.contains("All is set. They are kept in the encrypted file"), "{text}");
    assert!(text.lines().all(|line| !line.contains("not set")) && text.contains("  set 20"), "{text}");
}

#[test]
fn a_bot_is_a_folder_or_an_id() {
    let place = Place::new();
    ends(&place.run(&["set", "--bot", "pizza", "oven_key"], b"value", &[]), 0);
    ends(&place.run(&["set", "own_key", "--bot", "shop"], b"value", &[]), 0);
    assert_eq!(place.value("pizza", "oven_key").as_deref(), Some("value"));
    let (code, list) = place.json(&["list", "--bot", "pizza"], "");
    assert_eq!((code, &list["missing"]), (Some(0), &json!(0)));
    assert_eq!(
        (&list["secrets"][0]["name"], &list["secrets"][0]["needed"]),
        (&json!("oven_key"), &json!(false))
    );
    let text = ends(&place.run(&["list", "shop"], b"", &[]), 1);
    assert!(
        text.lines().any(|line| line.starts_with("own_key") && line.ends_with("not needed by bot.json")),
        "{text}"
    );
    let text = ends(&place.run(&["set", "shop", "pay_kee"], b"value", &[]), 0);
    assert!(text.contains("note: the bot's bot.json names no secret `pay_kee`."), "{text}");
}

#[test]
fn a_secret_is_rotated_and_back() {
    let place = Place::new();
    let text = ends(&place.run(&["rotate", "shop", "mail"], b"new", &[]), 2);
    assert!(text.contains("shop has no secret `mail` in the vault"), "{text}");
    ends(&place.run(&["set", "shop", "mail"], b"one1", &[]), 0);
    let text = ends(&place.run(&["rotate", "shop", "mail", "--undo"], b"", &[]), 2);
    assert!(text.contains("there is no earlier value of `mail`"), "{text}");
    ends(&place.run(&["rotate", "shop", "mail"], CANARY.as_bytes(), &[]), 0);
    assert_eq!(place.value("shop", "mail").as_deref(), Some(CANARY));
    let text = ends(&place.run(&["list", "shop"], b"", &[]), 1);
    assert!(text.contains(", rotated 20"), "{text}");
    let (code, undone) = place.json(&["rotate", "shop", "mail", "--undo"], "");
    assert_eq!((code, &undone["undone"]), (Some(0), &json!(true)));
    assert_eq!(place.value("shop", "mail").as_deref(), Some("one1"));
    ends(&place.run(&["rotate", "shop", "mail", "--undo"], b"", &[]), 0);
    assert_eq!(place.value("shop", "mail").as_deref(), Some(CANARY));
}

#[test]
fn a_secret_is_removed_when_that_is_meant() {
    let place = Place::new();
    ends(&place.run(&["remove", "shop", "mail", "--yes"], b"", &[]), 2);
    ends(&place.run(&["set", "shop", "mail"], b"value", &[]), 0);
    let text = ends(&place.run(&["remove", "shop", "mail"], b"y\n", &[]), 2);
    assert!(text.contains("say --yes"), "{text}");
    assert!(place.value("shop", "mail").is_some());
    let (code, removed) = place.json(&["remove", "shop", "mail", "--yes"], "");
    assert_eq!((code, removed), (Some(0), json!({ "bot": "shop", "name": "mail", "removed": true })));
    assert_eq!(place.value("shop", "mail"), None);
    assert!(!place.data().join("vault.age").exists() && !place.data().join("vault.key").exists());
}

#[test]
fn what_makes_no_sense_is_refused_with_a_sentence() {
    let place = Place::new();
    let refused: &[(&[&str], &[u8], &str)] = &[
        (&["set", "shop", "pay-key"], b"value", "`pay-key` is no name for a secret"),
        (&["set", "shop", "none"], b"value", "expressions have a meaning for this word"),
        (&["set", "shop", "1234567890:AAcanary"], b"name", "`12345678…` is no name"),
        (&["set", "shop", "mail"], b"\n", "the value is empty"),
        (&["set", "shop", "mail"], b"", "the value is empty"),
        (&["set", "shop", "mail"], b"\xff\xfe\n", "the value is no text"),
        (&["set", "shop", "mail", "--from-env", "NO_SUCH"], b"", "there is no variable NO_SUCH"),
        (&["set", "nowhere", "mail"], b"value", "there is no file or folder nowhere"),
        (&["set", "mail"], b"value", "no bot is named"),
        (&["list", "--bot", ""], b"", "`` is no id of a bot"),
        (&["list"], b"", "no bot is named"),
        (&["list", "shop", "--bot", "shop"], b"", "cannot be used with"),
        (&["set", "shop", "mail", "value"], b"", "unexpected argument"),
    ];
    for (args, typed, sentence) in refused {
        let text = ends(&place.run(args, typed, &[]), 2);
        assert!(text.contains(sentence), "{args:?}: {text}");
    }
    let long = "x".repeat(vault::MOST_BYTES + 1) + "\n";
    assert!(
        ends(&place.run(&["set", "shop", "mail"], long.as_bytes(), &[]), 2).contains("takes at most 16384")
    );
    let text = ends(&place.run(&["list", "shop"], b"", &[("NEXUS_VAULT", "cellar")]), 2);
    assert!(text.contains("NEXUS_VAULT is `cellar`"), "{text}");
    fs::write(place.folder.path().join("shop/bot.json"), "{}").expect("a file");
    assert!(ends(&place.run(&["list", "shop"], b"", &[]), 2).contains("no bot.json with an id"));
    let (code, refused) = place.json(&["set", "shop", "mail"], "value");
    assert_eq!(
        (code, &refused["error"]["hint"]),
        (Some(2), &json!("its secrets are found by it; `nexus check` says more"))
    );
    assert!(!place.data().exists(), "nothing was made");
}

#[test]
fn a_vault_that_cannot_be_used_is_the_systems_fault() {
    let place = Place::new();
    ends(&place.run(&["set", "shop", "mail"], CANARY.as_bytes(), &[]), 0);
    let file = place.data().join("vault.age");
    let whole = fs::read(&file).expect("a file");
    fs::write(&file, &whole[..whole.len() / 2]).expect("a file");
    let (code, refused) = place.json(&["list", "shop"], "");
    assert_eq!(code, Some(3), "{refused}");
    assert!(
        refused["error"]["message"].as_str().is_some_and(|said| said.contains("the file is damaged")),
        "{refused}"
    );
    ends(&place.run(&["set", "shop", "mail"], b"value", &[]), 3);
    assert_eq!(fs::read(&file).expect("a file").len(), whole.len() / 2, "left as it is");
    fs::write(&file, &whole).expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = place.data().join("vault.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("a mode");
        assert!(ends(&place.run(&["list", "shop"], b"", &[]), 3).contains("chmod 600"));
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a mode");
    }
    let text = ends(&place.run(&["list", "shop"], b"", &[("NEXUS_VAULT", "keychain")]), 2);
    assert!(text.contains("NEXUS_VAULT says `keychain`"), "{text}");
    assert_eq!(place.value("shop", "mail").as_deref(), Some(CANARY));
}

#[test]
fn a_passphrase_protects_the_file() {
    let place = Place::new();
    let phrase = |phrase| [("NEXUS_VAULT_PASSPHRASE", phrase)];
    ends(&place.run(&["set", "shop", "mail"], CANARY.as_bytes(), &phrase("correct horse")), 0);
    ends(&place.run(&["list", "shop"], b"", &phrase("correct horse")), 1);
    assert!(
        ends(&place.run(&["list", "shop"], b"", &phrase("wrong horse")), 2)
            .contains("not the one of this vault")
    );
    let text = ends(&place.run(&["list", "shop"], b"", &[]), 2);
    assert!(text.contains("give it in NEXUS_VAULT_PASSPHRASE"), "{text}");
    nothing_tells(place.folder.path());
}

#[test]
fn no_byte_in_any_folder_tells_a_value() {
    let place = Place::new();
    ends(&place.run(&["set", "shop", "mail"], CANARY.as_bytes(), &[]), 0);
    ends(&place.run(&["rotate", "shop", "mail"], (CANARY.to_owned() + "2").as_bytes(), &[]), 0);
    ends(&place.run(&["rotate", "shop", "mail", "--undo"], b"", &[]), 0);
    nothing_tells(place.folder.path());
}

fn nothing_tells(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            nothing_tells(&path);
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        for form in [CANARY, "AAcanary", CANARY_IN_BASE64] {
            let found = bytes.windows(form.len()).any(|window| window == form.as_bytes());
            assert!(!found, "{form} is in {}", path.display());
        }
    }
}

/// While it waits for its value, and when it has it: what every process of the machine can read.
#[test]
#[cfg(target_os = "linux")]
fn the_value_is_in_no_list_of_processes() {
    let place = Place::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nexus"));
    command.args(["secret", "set", "shop", "mail"]).current_dir(place.folder.path());
    command
        .env("NEXUS_VAULT", "file")
        .env("NEXUS_DATA", place.data())
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let mut process = command.spawn().expect("the program starts");
    let mut to = process.stdin.take().expect("it listens");
    to.write_all(CANARY.as_bytes()).expect("it listens");
    to.flush().expect("it listens");
    // Empty until the system has put the program in its place.
    let arguments = loop {
        let arguments = fs::read_to_string(format!("/proc/{}/cmdline", process.id()))
            .expect("it waits for its value's end");
        if !arguments.is_empty() {
            break arguments;
        }
        assert!(process.try_wait().expect("it is there").is_none(), "it ended");
        std::thread::yield_now();
    };
    assert!(arguments.contains("secret\0set\0shop\0mail") && !arguments.contains("canary"), "{arguments:?}");
    drop(to);
    assert!(process.wait().expect("it ends").success());
    assert_eq!(place.value("shop", "mail").as_deref(), Some(CANARY));
}

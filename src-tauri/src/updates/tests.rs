//! The whole way, with real signatures over loopback: a manifest, a package, and a file in the part of the installed AppImage. Keys are
//! made on the spot; all else of the configuration is what tauri.conf.json says.

mod publisher;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use studio::updates::{Ended, Failed, Published, Say, Updates};
use studio::{Setup, Studio};
use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};
use tempfile::TempDir;

use super::{Asks, Desktop};
use publisher::{Body, Publisher};

const OLD: &[u8] = b"the installed program";

/// The real one, except that there is no program to start again.
struct Staged {
    desktop: Desktop<MockRuntime>,
    restarts: Arc<AtomicUsize>,
}

impl Updates for Staged {
    fn look(&self) -> Result<Published, Failed> {
        self.desktop.look()
    }

    fn install(&self, say: Say) -> Result<Ended, Failed> {
        self.desktop.install(say)
    }

    fn stop(&self) {
        self.desktop.stop();
    }

    fn restart(&self) {
        self.restarts.fetch_add(1, Ordering::SeqCst);
    }
}

/// Version 0.5.0, installed in a folder of its own, that believes in the publisher's key.
struct Installed {
    folder: TempDir,
    studio: Arc<Studio>,
    heard: Arc<Mutex<Vec<String>>>,
    restarts: Arc<AtomicUsize>,
    _app: tauri::App<MockRuntime>,
}

impl Installed {
    fn from(publisher: &Publisher) -> Installed {
        let folder = TempDir::new().expect("a temporary folder");
        let program = folder.path().join("Nexus Bots.AppImage");
        std::fs::write(&program, OLD).expect("a file");
        let mut context = mock_context(noop_assets());
        context.package_info_mut().version = "0.5.0".parse().expect("a version");
        context.config_mut().plugins.0.insert("updater".into(), configured(&publisher.public_key()));
        let app = mock_builder()
            .plugin(tauri_plugin_updater::Builder::new().build())
            .build(context)
            .expect("an app without a window");
        let restarts = Arc::new(AtomicUsize::new(0));
        let asks = Asks { place: Some(publisher.manifest_address()), program: Some(program) };
        let staged =
            Staged { desktop: Desktop::new(app.handle().clone(), asks), restarts: Arc::clone(&restarts) };
        let mut setup = Setup::new(folder.path().join("data"));
        setup.updates = Some(Arc::new(staged));
        let studio = Studio::new(setup);
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        studio.listen(Box::new(move |event| {
            let event = serde_json::to_value(event).expect("events are JSON");
            let state = event["update"]["state"].as_str().expect("only updates are told of").to_owned();
            let mut heard = ears.lock().expect("no panic");
            if heard.last() != Some(&state) {
                heard.push(state);
            }
        }));
        Installed { folder, studio, heard, restarts, _app: app }
    }

    fn call(&self, command: &str) -> Value {
        self.studio.call(command, json!({})).unwrap_or_else(|error| panic!("{command}: {error:?}"))
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("Nexus Bots.AppImage")
    }

    /// Looks and installs, and says what came of it. Whatever did not go well leaves the program as it was.
    fn update(&self) -> Value {
        let found = self.call("updates.check");
        if found["state"] != "found" {
            assert_eq!(self.call("updates.install"), found, "what was not found is not installed");
        }
        let end = self.call("updates.install");
        let installed = std::fs::read(self.program()).expect("the program is there");
        if end["state"] != "restarting" {
            assert!(installed == OLD, "the program was touched: {end}");
            assert_eq!(self.restarts.load(Ordering::SeqCst), 0);
        }
        end
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("no panic").clone()
    }
}

/// What tauri.conf.json says of updates, with another key. Without TLS only because it is loopback.
fn configured(key: &str) -> Value {
    let mut updater = product()["plugins"]["updater"].clone();
    updater["pubkey"] = key.into();
    updater["dangerousInsecureTransportProtocol"] = true.into();
    updater
}

fn product() -> Value {
    serde_json::from_str(include_str!("../../../tauri.conf.json")).expect("tauri.conf.json is JSON")
}

fn expect_trouble(publisher: &Publisher, trouble: &str) {
    let end = Installed::from(publisher).update();
    assert_eq!((&end["state"], &end["trouble"]), (&json!("failed"), &json!(trouble)), "{end}");
}

#[test]
fn a_newer_version_is_loaded_and_takes_the_programs_place() {
    let publisher = Publisher::with("0.6.0");
    let installed = Installed::from(&publisher);
    let found = installed.call("updates.check");
    assert_eq!(found["release"], json!({ "version": "0.6.0", "notes": "What is new in 0.6.0." }));
    assert_eq!(std::fs::read(installed.program()).expect("a file"), OLD, "finding is not installing");

    assert_eq!(installed.call("updates.install")["state"], "restarting");
    assert!(std::fs::read(installed.program()).expect("a file") == publisher.package());
    assert_eq!(installed.restarts.load(Ordering::SeqCst), 1);
    assert_eq!(installed.heard(), ["looking", "found", "loading", "installing", "restarting"]);
}

#[test]
fn the_same_and_an_older_version_are_not_offered() {
    let same = Installed::from(&Publisher::with("0.5.0"));
    assert_eq!(same.update(), json!({ "state": "up_to_date" }));
    let older = Installed::from(&Publisher::with("0.4.9"));
    assert_eq!(older.update(), json!({ "state": "older", "version": "0.4.9" }));
    assert_eq!(older.heard(), ["looking", "older"]);
}

#[test]
fn what_others_signed_is_refused() {
    let mut publisher = Publisher::with("0.6.0");
    publisher.sign_with_a_strangers_key();
    expect_trouble(&publisher, "wrong_signature");
}

#[test]
fn what_was_changed_after_it_was_signed_is_refused() {
    let publisher = Publisher::with("0.6.0");
    let mut package = publisher.package();
    *package.last_mut().expect("some bytes") ^= 1;
    publisher.serve("/package", Body::Whole(package));
    expect_trouble(&publisher, "wrong_signature");
}

#[test]
fn an_old_package_in_new_clothes_is_refused() {
    let mut publisher = Publisher::with("0.4.9");
    publisher.announce("0.6.0");
    expect_trouble(&publisher, "other_version");
    publisher.sign("timestamp:1");
    publisher.announce("0.6.0");
    expect_trouble(&publisher, "other_version");
}

#[test]
fn a_download_that_breaks_off_is_told_and_can_be_tried_again() {
    let publisher = Publisher::with("0.6.0");
    publisher.serve("/package", Body::Cut(publisher.package()));
    let installed = Installed::from(&publisher);
    let end = installed.update();
    assert_eq!(end["trouble"], "broken_download", "{end}");
    assert_eq!(end["release"]["version"], "0.6.0");

    publisher.serve("/package", Body::Missing);
    assert_eq!(installed.call("updates.install")["trouble"], "broken_download");

    publisher.serve("/package", Body::Whole(publisher.package()));
    assert_eq!(installed.call("updates.install")["state"], "restarting");
    assert!(std::fs::read(installed.program()).expect("a file") == publisher.package());
}

/// The line ends as if all were well, before the package does.
#[test]
fn a_package_that_is_too_short_is_refused() {
    let publisher = Publisher::with("0.6.0");
    let package = publisher.package();
    publisher.serve("/package", Body::Whole(package[..package.len() / 2].to_vec()));
    expect_trouble(&publisher, "wrong_signature");
}

#[test]
fn a_download_can_be_stopped() {
    let publisher = Publisher::with("0.6.0");
    publisher.serve("/package", Body::Stuck(publisher.package()));
    let installed = Installed::from(&publisher);
    installed.call("updates.check");
    let studio = Arc::clone(&installed.studio);
    let under_way = std::thread::spawn(move || studio.call("updates.install", json!({})));
    while installed.call("updates.get")["loaded"].as_u64().unwrap_or_default() == 0 {
        assert!(!under_way.is_finished(), "it does not end by itself");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    installed.call("updates.stop");
    let end = under_way.join().expect("no panic").expect("an answer");
    assert_eq!((&end["state"], &end["release"]["version"]), (&json!("found"), &json!("0.6.0")));
    assert_eq!(std::fs::read(installed.program()).expect("a file"), OLD);
}

#[test]
fn what_is_no_program_is_not_installed() {
    let mut publisher = Publisher::with("0.6.0");
    publisher.pack(b"<html>Please log in to this network</html>".repeat(9));
    expect_trouble(&publisher, "not_installed");
}

#[test]
fn a_list_that_is_none_is_told_from_one_that_is_not_there() {
    let publisher = Publisher::with("0.6.0");
    for body in [Body::Missing, Body::Whole(b"<html>".to_vec()), Body::Whole(b"{}".to_vec())] {
        publisher.serve("/latest.json", body);
        expect_trouble(&publisher, "unreadable");
    }
    let elsewhere = json!({ "version": "0.6.0", "platforms": {
        "amiga-m68k": { "url": publisher.manifest_address(), "signature": "" },
    }});
    publisher.serve("/latest.json", Body::Whole(elsewhere.to_string().into_bytes()));
    expect_trouble(&publisher, "not_for_here");
    let nobody = Publisher::nobody();
    expect_trouble(&nobody, "unreachable");
}

/// A typo here would be noticed only by those who can no longer update.
#[test]
fn the_product_has_a_key_and_a_place_to_ask() {
    let updater = &product()["plugins"]["updater"];
    let key = publisher::decoded(updater["pubkey"].as_str().expect("a key"));
    minisign::PublicKeyBox::from_string(&key)
        .and_then(|key| key.into_public_key())
        .expect("minisign's own form");
    let places = updater["endpoints"].as_array().expect("a list of places");
    assert!(!places.is_empty());
    for place in places {
        assert!(place.as_str().is_some_and(|place| place.starts_with("https://")), "{place}");
    }
    assert_eq!(updater["requireSignedVersion"], true);
    assert!(updater["allowDowngrades"].is_null(), "an older version is never installed");
}

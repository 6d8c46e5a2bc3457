//! Looking for newer versions, with a host that says what it is told to say.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use studio::updates::{Ended, Failed, Published, Release, Say, Step, Trouble, Updates};
use studio::{Code, Setup, Studio};
use tempfile::TempDir;

use crate::desk::soon;

/// Answers in turn; what was asked of it is written down.
#[derive(Default)]
struct Host {
    looks: Mutex<Vec<Result<Published, Failed>>>,
    installs: Mutex<Vec<Result<Ended, Failed>>>,
    steps: Vec<Step>,
    asked: Mutex<Vec<&'static str>>,
}

impl Host {
    fn asked(&self) -> Vec<&'static str> {
        self.asked.lock().expect("no panic").clone()
    }

    fn ask(&self, what: &'static str) {
        self.asked.lock().expect("no panic").push(what);
    }
}

impl Updates for Host {
    fn look(&self) -> Result<Published, Failed> {
        self.ask("look");
        self.looks.lock().expect("no panic").remove(0)
    }

    fn install(&self, say: Say) -> Result<Ended, Failed> {
        self.ask("install");
        self.steps.iter().for_each(|step| say(*step));
        self.installs.lock().expect("no panic").remove(0)
    }

    fn stop(&self) {
        self.ask("stop");
    }

    fn restart(&self) {
        self.ask("restart");
    }
}

struct Desk {
    data: TempDir,
    host: Arc<Host>,
    studio: Arc<Studio>,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl Desk {
    fn with(host: Host) -> Desk {
        Desk::over(TempDir::new().expect("a temporary folder"), Arc::new(host))
    }

    fn over(data: TempDir, host: Arc<Host>) -> Desk {
        let updates: Arc<dyn Updates> = Arc::clone(&host) as _;
        let studio = Studio::new(Setup { updates: Some(updates), ..Setup::new(data.path().join("data")) });
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        studio.listen(Box::new(move |event| {
            ears.lock().expect("no panic").push(serde_json::to_value(event).expect("events are JSON"));
        }));
        Desk { data, host, studio, heard }
    }

    fn restart(self) -> Desk {
        Desk::over(self.data, self.host)
    }

    fn call(&self, name: &str, payload: Value) -> Value {
        self.studio.call(name, payload).unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    /// The states that windows heard of, each with how much was loaded.
    fn told(&self) -> Vec<String> {
        let state = |event: &Value| {
            assert_eq!((&event["type"], &event["bot"]), (&json!("update"), &json!("")));
            let update = &event["update"];
            let state = update["state"].as_str().expect("a state");
            update["loaded"].as_u64().map_or(state.to_owned(), |loaded| format!("{state} {loaded}"))
        };
        self.heard.lock().expect("no panic").iter().map(state).collect()
    }
}

fn newer() -> Published {
    Published::Newer(Release { version: "2.0.0".into(), notes: Some("Faster.".into()) })
}

fn failed(trouble: Trouble) -> Failed {
    Failed { trouble, detail: "as the machine says it".into() }
}

#[test]
fn nobody_is_asked_until_the_person_wants_it() {
    let desk =
        Desk::with(Host { looks: Mutex::new(vec![Ok(Published::Same), Ok(newer())]), ..Host::default() });
    assert_eq!(desk.call("settings.get", json!({})), json!({ "look_for_updates": false }));
    assert_eq!(desk.call("updates.get", json!({})), json!({ "state": "unasked" }));
    let desk = desk.restart();
    assert_eq!(desk.host.asked(), [""; 0], "a start without the setting is silent");

    desk.call("settings.set", json!({ "look_for_updates": true }));
    soon("a look once it is on", || desk.told() == ["looking", "up_to_date"]);
    desk.call("settings.set", json!({ "look_for_updates": true }));
    assert_eq!(desk.host.asked(), ["look"], "it was on already");

    let desk = desk.restart();
    assert_eq!(desk.call("settings.get", json!({})), json!({ "look_for_updates": true }));
    soon("a look at the start", || desk.call("updates.get", json!({}))["state"] == "found");
    desk.call("settings.set", json!({ "look_for_updates": false }));
    let desk = desk.restart();
    assert_eq!(desk.host.asked(), ["look", "look"]);
}

#[test]
fn each_outcome_of_a_look_has_its_state() {
    let cases = [
        (Ok(Published::Same), json!({ "state": "up_to_date" })),
        (Ok(Published::Older { version: "0.9.0".into() }), json!({ "state": "older", "version": "0.9.0" })),
        (Ok(newer()), json!({ "state": "found", "release": { "version": "2.0.0", "notes": "Faster." } })),
        (
            Err(failed(Trouble::Unreachable)),
            json!({ "state": "failed", "trouble": "unreachable", "detail": "as the machine says it" }),
        ),
    ];
    for (answer, expected) in cases {
        let desk = Desk::with(Host { looks: Mutex::new(vec![answer]), ..Host::default() });
        assert_eq!(desk.call("updates.check", json!({})), expected);
        assert_eq!(desk.call("updates.get", json!({})), expected);
        assert_eq!(desk.told().len(), 2);
    }
}

#[test]
fn an_update_is_loaded_installed_and_started() {
    let load = |loaded| Step::Loading { loaded, size: Some(1000) };
    let desk = Desk::with(Host {
        looks: Mutex::new(vec![Ok(newer())]),
        installs: Mutex::new(vec![Ok(Ended::Installed)]),
        // Steps of less than a hundredth are not told.
        steps: vec![load(3), load(9), load(400), load(405), load(999), load(1000), Step::Installing],
        ..Host::default()
    });
    desk.call("updates.check", json!({}));
    let end = desk.call("updates.install", json!({}));
    assert_eq!(end["state"], "restarting");
    assert_eq!(
        desk.told()[2..],
        ["loading 0", "loading 400", "loading 999", "loading 1000", "installing", "restarting"]
    );
    assert_eq!(desk.host.asked(), ["look", "install", "restart"]);
    desk.call("updates.install", json!({}));
    desk.call("updates.check", json!({}));
    assert_eq!(desk.host.asked(), ["look", "install", "restart"], "nothing is begun while it restarts");
}

#[test]
fn what_failed_or_was_stopped_can_be_tried_again() {
    let desk = Desk::with(Host {
        looks: Mutex::new(vec![Ok(newer())]),
        installs: Mutex::new(vec![
            Ok(Ended::Stopped),
            Err(failed(Trouble::BrokenDownload)),
            Ok(Ended::Installed),
        ]),
        ..Host::default()
    });
    assert_eq!(desk.call("updates.install", json!({}))["state"], "unasked", "nothing was found yet");
    desk.call("updates.check", json!({}));
    assert_eq!(desk.call("updates.install", json!({}))["state"], "found");
    let broken = desk.call("updates.install", json!({}));
    assert_eq!(
        (&broken["trouble"], &broken["release"]["version"]),
        (&json!("broken_download"), &json!("2.0.0"))
    );
    assert_eq!(desk.call("updates.install", json!({}))["state"], "restarting");
    desk.call("updates.stop", json!({}));
    assert_eq!(desk.host.asked(), ["look", "install", "install", "install", "restart", "stop"]);
}

#[test]
fn a_host_that_cannot_replace_its_program_says_so() {
    let data = TempDir::new().expect("a temporary folder");
    let studio = Studio::new(Setup::new(data.path()));
    assert_eq!(studio.call("app.info", json!({})).expect("answers")["updates"], false);
    for command in ["updates.get", "updates.check", "updates.install", "updates.stop"] {
        assert_eq!(studio.call(command, json!({})).expect_err(command).code, Code::Refused);
    }
    // The choice is kept all the same: the folder may be shared with a window.
    studio.call("settings.set", json!({ "look_for_updates": true })).expect("is kept");
    assert_eq!(studio.call("settings.get", json!({})).expect("answers")["look_for_updates"], true);
}

#[test]
fn settings_that_cannot_be_read_are_those_of_a_first_start() {
    let data = TempDir::new().expect("a temporary folder");
    for text in ["", "[]", "{\"look_for_updates\": \"yes\"}", "{\"other\": 1}"] {
        std::fs::write(data.path().join("settings.json"), text).expect("a file");
        let studio = Studio::new(Setup::new(data.path()));
        assert_eq!(
            studio.call("settings.get", json!({})).expect(text),
            json!({ "look_for_updates": false }),
            "{text}"
        );
    }
}

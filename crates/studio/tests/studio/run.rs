//! A bot on a strict double of Telegram: started, heard, answered, changed, stopped. Its secrets go in and never come out.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use doubles::{Fault, Telegram};
use runner::host::Addresses;
use serde_json::{Value, json};
use studio::Code;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::desk::{BOT, Desk, FLOW, MAIN, QUICK, is, soon};

/// A studio, a network, and somebody on it.
struct Town {
    desk: Desk,
    telegram: Telegram,
    ada: doubles::telegram::Person,
    runtime: Runtime,
}

const PATIENCE: Duration = Duration::from_secs(20);

impl Town {
    fn new() -> Town {
        let runtime = Runtime::new().expect("threads");
        let telegram = runtime.block_on(Telegram::start());
        let folder = TempDir::new().expect("a temporary folder");
        for (path, text) in [("bot.json", BOT), (MAIN, FLOW)] {
            let path = folder.path().join("bot").join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let addresses = Addresses { telegram: telegram.url().parse().ok(), discord: None };
        let data = folder.path().join("data");
        let desk = Desk::on(Arc::new(folder), data, QUICK, addresses);
        let ada = telegram.person("Ada");
        Town { desk, telegram, ada, runtime }
    }

    fn of(&self) -> Value {
        json!({ "bot": self.desk.bot })
    }

    fn token(&self, value: &str) {
        let name = "telegram_token";
        self.desk.call("secrets.set", json!({ "bot": self.desk.bot, "name": name, "value": value }));
    }

    fn start(&self, take_over: bool) -> Value {
        self.desk.call("run.start", json!({ "bot": self.desk.bot, "take_over": take_over }))
    }

    fn says(&self, text: &str) {
        self.ada.says(self.ada.private(), text);
    }

    /// Waits until the bot said this.
    fn hears(&self, text: &str) {
        let said = |acts: &[doubles::Act]| acts.iter().any(|act| act.text == text);
        self.runtime.block_on(self.telegram.record().until(PATIENCE, said));
    }

    /// Somebody sets one, as a form.
    fn webhook(&self, form: &str) {
        let url = self.telegram.url();
        let address = url.trim_start_matches("http://");
        let path = format!("/bot{}/setWebhook", self.telegram.token());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let mut line = TcpStream::connect(address).expect("the double listens");
        line.write_all(request.as_bytes()).expect("it hears");
        let mut answer = String::new();
        line.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn changed(&self) -> bool {
        self.desk.call("run.status", self.of())["changed"] == true
    }
}

#[test]
fn a_bot_runs_answers_and_stops() {
    let town = Town::new();
    assert_eq!(town.desk.call("run.status", town.of())["run"]["state"], "stopped");
    town.token(&format!("  {}\n", town.telegram.token()));
    let run = town.start(false);
    assert_eq!(run["state"], "running", "{run}");
    let listens = json!([{ "network": "telegram", "state": "listening" }]);
    soon("the bot listens", || town.desk.call("run.status", town.of())["run"]["networks"] == listens);
    town.says("/start");
    town.hears("Hi!");
    assert_eq!(town.desk.call("run.stop", town.of())["state"], "stopped");
    let states: Vec<Value> =
        town.desk.events("run").iter().map(|event| event["run"]["state"].clone()).collect();
    assert_eq!(states.first(), Some(&json!("connecting")));
    assert_eq!(states.last(), Some(&json!("stopped")));
    let lines = town.desk.events("run_line");
    assert_eq!(lines[0]["line"]["text"], "Telegram: listening.");
    assert_eq!(town.desk.call("run.status", town.of())["lines"].as_array().map(Vec::len), Some(lines.len()));
    assert!(town.telegram.record().violations().is_empty());
}

#[test]
fn what_was_changed_takes_a_restart() {
    let town = Town::new();
    town.token(town.telegram.token());
    town.start(false);
    assert!(!town.changed());
    let place = json!([{ "op": "place", "flow": MAIN, "id": "bbbbbb", "place": [480, 0] }]);
    town.desk.change("Move", place).expect("a change");
    assert!(!town.changed(), "where a card lies is nothing that a bot does");
    town.desk.greet("Welcome!").expect("a change");
    assert!(town.changed());
    town.says("/start");
    town.hears("Hi!");
    assert_eq!(town.start(false)["state"], "running");
    assert!(!town.changed());
    town.says("/start");
    town.hears("Welcome!");
    town.desk.studio.close();
    assert_eq!(town.desk.events("run").last().expect("events")["run"]["state"], "stopped");
}

#[test]
fn what_keeps_it_from_running_is_said() {
    let town = Town::new();
    let trouble = |run: Value, code: &str| {
        assert_eq!(run["state"], "stopped", "{run}");
        assert_eq!(run["trouble"]["code"], code, "{run}");
        assert!(run["trouble"]["hint"].is_string(), "{run}");
    };
    trouble(town.start(false), "unauthorized");
    town.token("424242:not-this-one");
    trouble(town.start(false), "unauthorized");
    town.token(town.telegram.token());
    town.telegram.faults().add("getMe", Fault::CutBefore, 20);
    trouble(town.start(false), "network");
    town.telegram.faults().clear();
    town.desk.greet("{{ nobody.knows( }}").expect("a change");
    trouble(town.start(false), "refused");
}

#[test]
fn a_webhook_is_taken_away_when_asked_for() {
    let town = Town::new();
    town.token(town.telegram.token());
    town.webhook("url=https://example.com/hook");
    let run = town.start(false);
    assert_eq!(run["trouble"]["code"], "webhook", "{run}");
    assert_eq!(town.start(true)["state"], "running");
}

#[test]
fn one_process_at_a_time_runs_a_bot() {
    let town = Town::new();
    town.token(town.telegram.token());
    let folder = studio::state_folder(&town.desk.data, "shop");
    let store = town.runtime.block_on(store::Store::open(&folder)).expect("a store");
    let run = town.start(false);
    assert_eq!(run["trouble"]["code"], "busy", "{run}");
    drop(store);
    soon("the other one is gone", || town.start(false)["state"] == "running");
}

#[test]
fn secrets_go_in_and_never_come_out() {
    let town = Town::new();
    let listed = |town: &Town| town.desk.call("secrets.list", town.of())["secrets"].clone();
    assert_eq!(listed(&town)[0]["name"], "telegram_token");
    assert_eq!(listed(&town)[0]["set"], false);
    town.token(town.telegram.token());
    let secret = json!({ "bot": town.desk.bot, "name": "pay_key", "value": "sesame-open-now" });
    town.desk.call("secrets.set", secret);
    assert_eq!(listed(&town)[0]["set"], true);
    assert_eq!(listed(&town)[1], json!({ "name": "pay_key", "note": "", "needed": false, "set": true }));
    town.desk.greet("{{ 1 }} sesame-open-now").expect("a change");
    town.start(false);
    town.desk.call("run.stop", town.of());
    let heard = town.desk.heard.lock().expect("no panic").clone();
    let outside = |event: &&Value| matches!(event["type"].as_str(), Some("run" | "run_line"));
    let said = serde_json::to_string(&heard.iter().filter(outside).collect::<Vec<_>>()).expect("JSON");
    let kept = [town.telegram.token(), "sesame-open-now"];
    assert!(kept.iter().all(|value| !said.contains(value)), "{said}");
    let journal = std::fs::read_to_string(town.desk.journal()).unwrap_or_default();
    assert!(!journal.contains(town.telegram.token()));
    let named = json!({ "bot": town.desk.bot, "name": "pay_key" });
    town.desk.call("secrets.remove", named.clone());
    is(&town.desk.refuse("secrets.remove", named), Code::Refused);
    let empty = json!({ "bot": town.desk.bot, "name": "pay_key", "value": " " });
    is(&town.desk.refuse("secrets.set", empty), Code::Refused);
}

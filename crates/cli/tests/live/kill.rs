//! The process is killed again and again while people write and the network misbehaves. A checker over the double counts what reached it:
//! nothing acknowledged is lost, nothing is done twice, and what may or may not have been done is said to be in doubt.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use doubles::record::Did;
use doubles::telegram::Person;
use doubles::{Disturb, Fault};
use serde_json::Value;

use crate::nexus::{Nexus, Running, text};

const BOT: &str = r#"{"nexus": 1, "id": "welcome", "name": "Counts", "channels": ["telegram"],
    "variables": {"bot": {"count": {"type": "number", "default": 0}}}}"#;
/// Answers at once, or a moment later; each answer has a number of its own.
const FLOW: &str = r#"{"nexus": 1, "id": "main", "name": "Main", "nodes": {
    "now": {"kind": "trigger.message", "v": 1, "fields": {"match": "contains", "text": "now"}, "next": {"out": "add"}},
    "add": {"kind": "data.counter", "v": 1, "key": "n", "fields": {"counter": "bot.count", "does": "add"}, "next": {"out": "say"}},
    "say": {"kind": "message.send", "v": 1, "fields": {"text": "{{ msg.text }} #{{ nodes.n.value }}"}},
    "later": {"kind": "trigger.message", "v": 1, "fields": {"match": "contains", "text": "later"}, "next": {"out": "add2"}},
    "add2": {"kind": "data.counter", "v": 1, "key": "m", "fields": {"counter": "bot.count", "does": "add"}, "next": {"out": "wait"}},
    "wait": {"kind": "logic.delay", "v": 1, "fields": {"until": "for", "for": "1s"}, "next": {"out": "say2"}},
    "say2": {"kind": "message.send", "v": 1, "fields": {"text": "{{ msg.text }} #{{ nodes.m.value }}"}}
}}"#;

/// So many in the usual run; `NEXUS_FULL` takes more.
fn kills() -> u32 {
    if std::env::var_os("NEXUS_FULL").is_some() { 100 } else { 30 }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kill_of_run_loses_or_doubles() {
    let double = doubles::Telegram::start().await;
    let nexus = Nexus::new().on_telegram(&double);
    let bot = nexus.bot("bot", &[("bot.json", BOT), ("flows/main.flow.json", FLOW)]);
    let said = torment(&double, || nexus.run(&bot, &[]), |running| running.until_listening("telegram")).await;
    let dead = nexus.ask(&["dead", "list", bot.to_str().expect("a plain path"), "--json"]);
    judge(&double, said, &text(&dead.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kill_of_serve_loses_or_doubles() {
    let double = doubles::Telegram::start().await;
    let nexus = Nexus::new().on_telegram(&double);
    let bot = nexus.bot("bot", &[("bot.json", BOT), ("flows/main.flow.json", FLOW)]);
    let token = publish(&nexus, &bot);
    let nexus = nexus.with("NEXUS_TOKEN", &token);
    // A runner that was started answers; its bots come to live by themselves.
    let said = torment(&double, || nexus.serve("cloud", &[]), |_| {}).await;
    let server = nexus.serve("cloud", &[]);
    let dead = nexus.ask(&["dead", "list", "welcome", "--at", &server.address, "--json"]);
    judge(&double, said, &text(&dead.stdout));
}

fn publish(nexus: &Nexus, bot: &Path) -> String {
    let server = nexus.serve("cloud", &[]);
    let token = server.token.clone().expect("the first token");
    let mut command =
        nexus.command(&["publish", bot.to_str().expect("a plain path"), "--secrets", "--yes", "--to"]);
    let done = command.arg(&server.address).env("NEXUS_TOKEN", &token).output().expect("nexus runs");
    assert!(done.status.success(), "{}{}", text(&done.stdout), text(&done.stderr));
    assert!(server.stop().success());
    token
}

/// Kills it over and over while people write, and lets it come to rest at the end. How many messages they wrote.
async fn torment(
    double: &doubles::Telegram,
    start: impl Fn() -> Running,
    ready: impl Fn(&mut Running),
) -> usize {
    let seed = std::time::UNIX_EPOCH.elapsed().map_or(1, |time| time.as_nanos() as u64) | 1;
    eprintln!("seed {seed}");
    let mut random = Random(seed);
    let people: Vec<Person> = (0..8).map(|n| double.person(&format!("P{n}"))).collect();
    let (stop, said) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writing = std::thread::spawn({
        let (stop, said, double) = (Arc::clone(&stop), Arc::clone(&said), double.clone());
        let mut random = Random(seed ^ 0x5eed);
        move || {
            while !stop.load(Ordering::Relaxed) {
                let number = said.load(Ordering::Relaxed);
                // No more than can be worked off between two kills.
                if double.unconfirmed() < 200 {
                    let person = &people[number % people.len()];
                    let how = if random.below(4) == 0 { "later" } else { "now" };
                    // No more faults than calls: else they pile up, and all that is seen is pauses.
                    match if double.faults().left() < 3 { random.below(40) } else { 40 } {
                        0 => double.disturb(Disturb::Twice),
                        1 => double.disturb(Disturb::Late),
                        2 => double.faults().add("sendMessage", Fault::CutAfter, 1),
                        3 => double.faults().add("sendMessage", Fault::CutBefore, 1),
                        4 => double.faults().add("sendMessage", Fault::TooMany { retry_after: 1.0 }, 1),
                        5 => double.faults().add("sendMessage", Fault::BrokenAfter(502), 1),
                        6 => double.faults().add("getUpdates", Fault::CutAfter, 1),
                        7 => double.faults().add("getUpdates", Fault::Broken(502), 1),
                        _ => {}
                    }
                    person.says(person.private(), &format!("{how} {number}"));
                    said.fetch_add(1, Ordering::Relaxed);
                }
                std::thread::sleep(Duration::from_millis(2 + random.below(6)));
            }
        }
    });
    for _ in 0..kills() {
        let mut running = start();
        ready(&mut running);
        let life = if random.below(4) == 0 { 1500 } else { 300 };
        tokio::time::sleep(Duration::from_millis(random.below(life))).await;
        running.kill();
    }
    stop.store(true, Ordering::Relaxed);
    writing.join().expect("people write");
    double.faults().clear();
    let running = start();
    let rest = Instant::now() + Duration::from_secs(60);
    let mut before = (usize::MAX, Instant::now());
    // At rest: all was heard, and nothing more was sent for longer than anything waits.
    while Instant::now() < rest {
        let sent = double.transcript().len();
        if double.unconfirmed() > 0 || sent != before.0 {
            before = (sent, Instant::now());
        } else if before.1.elapsed() > Duration::from_secs(4) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(running.stop().success());
    said.load(Ordering::Relaxed)
}

fn judge(double: &doubles::Telegram, said: usize, dead: &str) {
    assert_eq!(double.record().violations(), Vec::<String>::new());
    let mut sent: BTreeMap<String, u32> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    for act in double.transcript().iter().filter(|act| act.did == Did::Sent) {
        let (what, number) = act.text.split_once(" #").expect("an answer");
        *sent.entry(what.into()).or_default() += 1;
        assert!(numbers.insert(number.to_string()), "two answers have the number {number}");
    }
    let dead: Value = serde_json::from_str(dead).unwrap_or_else(|error| panic!("{error}: {dead}"));
    let mut doubted = BTreeSet::new();
    for letter in dead["dead"].as_array().expect("letters") {
        assert_eq!(letter["code"], "in-doubt", "{letter:#}");
        doubted.insert(letter["letter"]["event"]["what"]["text"].as_str().expect("a text").to_string());
    }
    let all: BTreeSet<String> = (0..said).flat_map(|n| [format!("now {n}"), format!("later {n}")]).collect();
    assert!(sent.keys().all(|what| all.contains(what)));
    let twice: Vec<_> = sent.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "answered more than once: {twice:?}");
    let answered =
        |n: &usize| [format!("now {n}"), format!("later {n}")].iter().any(|what| sent.contains_key(what));
    let in_doubt =
        |n: &usize| [format!("now {n}"), format!("later {n}")].iter().any(|what| doubted.contains(what));
    let lost: Vec<usize> = (0..said).filter(|n| !answered(n) && !in_doubt(n)).collect();
    assert!(lost.is_empty(), "neither answered nor in doubt: {lost:?} of {said}");
    eprintln!("{said} messages, {} answered once, {} in doubt", sent.len(), doubted.len());
    assert!(said > 100, "{said} messages are no load");
    // Every message was counted, and once.
    let highest = numbers.iter().filter_map(|number| number.parse::<usize>().ok()).max().unwrap_or_default();
    assert!(highest <= said && highest + doubted.len() >= said, "{highest} of {said}");
}

struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

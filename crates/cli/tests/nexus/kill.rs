//! The process is killed at random moments while changes stream in. Nothing that was acknowledged may be lost.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::run::{FLOW, Running, bot};

const KILLS: u32 = 60;
const MAIN: &str = "flows/main.flow.json";

/// What is known from outside: the last change that was acknowledged, and the last one that was asked for.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    acknowledged: u64,
    asked: u64,
}

#[test]
fn no_kill_loses_an_acknowledged_change() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let (root, data) = (folder.path().join("bot"), folder.path().join("data"));
    bot(&root, FLOW);
    let seed = std::time::UNIX_EPOCH.elapsed().map_or(1, |time| time.as_nanos() as u64) | 1;
    let mut random = Random(seed);
    let mut count = Count::default();
    for kill in 0..KILLS {
        let studio = Running::start(&root, &data);
        let view = studio.open(&root);
        let found = text_of(&view);
        assert!(
            (count.acknowledged..=count.asked).contains(&found),
            "seed {seed}, after kill {kill}: {count:?}, but the studio has {found}"
        );
        count = Count { acknowledged: found, asked: found };
        let pace = random.below(3);
        let life = Duration::from_millis(random.below(if pace == 2 { 700 } else { 120 }));
        let handle = view["bot"].as_str().expect("a handle").to_owned();
        count = stream_changes(&studio, &handle, count, life, pace);
        whole(&root, seed, kill);
    }
    all_of_it_can_be_taken_back(&root, &data, count, seed);
    let left: Vec<_> = std::fs::read_dir(root.join("flows"))
        .expect("flows")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(left, ["main.flow.json"], "nothing is left behind");
}

/// Sends changes until the process is killed under them.
fn stream_changes(studio: &Running, handle: &str, from: Count, life: Duration, pace: u64) -> Count {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (stop, mut count) = (&stop, from);
        let sender = scope.spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                count.asked += 1;
                match studio.call("bot.change", &change(handle, count.asked)) {
                    Some(_) => count.acknowledged = count.asked,
                    None => return count,
                }
                // A stream without pauses would put saving off; so some kills hit a save that was asked for, some its own time.
                match pace {
                    0 if count.asked % 5 == 0 => drop(studio.call("bot.save", &json!({ "bot": handle }))),
                    2 if count.asked % 7 == 0 => {
                        std::thread::sleep(Duration::from_millis(390 + count.asked % 30))
                    }
                    _ => {}
                }
            }
            count
        });
        let until = Instant::now() + life;
        while Instant::now() < until {
            std::thread::sleep(Duration::from_millis(1));
        }
        studio.kill();
        stop.store(true, Ordering::Relaxed);
        sender.join().expect("the sender does not panic")
    })
}

fn change(handle: &str, n: u64) -> Value {
    let edits = json!([
        { "op": "field", "flow": MAIN, "node": "bbbbbb", "path": ["text"], "value": n.to_string() },
        { "op": "place", "flow": MAIN, "id": "bbbbbb", "place": { "x": n, "y": 0 } },
        { "op": "manifest", "path": ["settings", "n"], "value": n },
    ]);
    json!({ "bot": handle, "client": "test", "seq": n, "base": 0, "label": n.to_string(), "change": { "edits": edits } })
}

/// All edits of a change are there, or none.
fn text_of(view: &Value) -> u64 {
    let flow = &view["flows"][0]["flow"];
    assert_eq!(view["flows"][0].get("read_only"), None, "{view}");
    assert_eq!(view["clashes"], json!([]), "nobody else wrote");
    let text = flow["nodes"]["bbbbbb"]["fields"]["text"].as_str().expect("a text");
    let n = text.parse().unwrap_or(0);
    if n > 0 {
        assert_eq!(flow["layout"]["bbbbbb"]["x"], n);
        assert_eq!(view["manifest"]["settings"]["n"], n);
    }
    n
}

/// Whatever the moment, the files on the disk are whole.
fn whole(root: &Path, seed: u64, kill: u32) {
    let flow = std::fs::read(root.join(MAIN)).expect("the flow is there");
    let parsed = flow::text::parse_flow(&flow);
    assert!(parsed.problems.is_empty(), "seed {seed}, kill {kill}: {:?}", parsed.problems);
    let manifest =
        flow::text::parse_manifest(&std::fs::read(root.join("bot.json")).expect("bot.json is there"));
    assert!(manifest.problems.is_empty(), "seed {seed}, kill {kill}: {:?}", manifest.problems);
}

fn all_of_it_can_be_taken_back(root: &Path, data: &Path, count: Count, seed: u64) {
    let studio = Running::start(root, data);
    let view = studio.open(root);
    let last = text_of(&view);
    assert!((count.acknowledged..=count.asked).contains(&last), "seed {seed}: {count:?}, {last}");
    for n in (1..=last).rev() {
        let undone =
            studio.call("bot.undo", &json!({ "bot": view["bot"], "client": "test" })).expect("an answer");
        assert_eq!(undone["label"], n.to_string(), "seed {seed}");
    }
    assert_eq!(text_of(&studio.open(root)), 0);
    studio.call("bot.save", &json!({ "bot": view["bot"] })).expect("an answer");
    assert_eq!(std::fs::read_to_string(root.join(MAIN)).expect("the flow"), FLOW, "the first bytes again");
}

#[test]
#[cfg(unix)]
fn a_polite_end_saves_what_is_unsaved() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let (root, data) = (folder.path().join("bot"), folder.path().join("data"));
    bot(&root, FLOW);
    let studio = Running::start(&root, &data);
    let handle = studio.open(&root)["bot"].as_str().expect("a handle").to_owned();
    studio.call("bot.change", &change(&handle, 7)).expect("an answer");
    assert_eq!(studio.end(), Some(0));
    assert!(std::fs::read_to_string(root.join(MAIN)).expect("the flow").contains("\"text\": \"7\""));
}

/// Enough chance for moments.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

//! A studio over temporary folders, with what it said.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use runner::host::Addresses;
use serde_json::{Value, json};
use studio::{Code, Error, Pace, Setup, Studio};
use tempfile::TempDir;

pub const MAIN: &str = "flows/main.flow.json";

/// Two nodes in canonical form.
pub const FLOW: &str = r#"{
  "nexus": 1,
  "id": "main",
  "name": "Main",
  "nodes": {
    "aaaaaa": {
      "kind": "trigger.command", "v": 1,
      "fields": {
        "command": "start"
      },
      "next": {
        "out": "bbbbbb"
      }
    },
    "bbbbbb": {
      "kind": "message.send", "v": 1, "key": "greet",
      "fields": {
        "text": "Hi!"
      }
    }
  },
  "layout": {
    "aaaaaa": [0, 0],
    "bbbbbb": [240, 0]
  }
}
"#;

pub const BOT: &str =
    "{\n  \"nexus\": 1,\n  \"id\": \"shop\",\n  \"name\": \"Shop\",\n  \"channels\": [\"telegram\"]\n}\n";

/// Saves and looks by themselves, soon.
pub const QUICK: Pace = Pace {
    save_after: Duration::from_millis(10),
    save_latest: Duration::from_millis(50),
    save_again: Duration::from_millis(50),
    look: Duration::from_millis(20),
};

/// Does nothing unless told to.
pub const NEVER: Pace = Pace {
    save_after: Duration::from_secs(1000),
    save_latest: Duration::from_secs(1000),
    save_again: Duration::from_secs(1000),
    look: Duration::from_secs(1000),
};

pub struct Desk {
    pub folder: Arc<TempDir>,
    pub data: PathBuf,
    pub studio: Arc<Studio>,
    pub heard: Arc<Mutex<Vec<Value>>>,
    pub bot: String,
    pub pace: Pace,
}

impl Desk {
    /// A bot with one flow, open.
    pub fn with(pace: Pace) -> Desk {
        Desk::holding(pace, &[("bot.json", BOT), (MAIN, FLOW)])
    }

    pub fn holding(pace: Pace, files: &[(&str, &str)]) -> Desk {
        let folder = TempDir::new().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join("bot").join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let data = folder.path().join("data");
        Desk::at(Arc::new(folder), data, pace)
    }

    pub fn at(folder: Arc<TempDir>, data: PathBuf, pace: Pace) -> Desk {
        Desk::on(folder, data, pace, Addresses::default())
    }

    /// With chat networks at these addresses.
    pub fn on(folder: Arc<TempDir>, data: PathBuf, pace: Pace, addresses: Addresses) -> Desk {
        let vault = Ok(vault::Choice::file());
        let studio = Studio::new(Setup { pace, vault, addresses: Ok(addresses), ..Setup::new(&data) });
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        studio.listen(Box::new(move |event| {
            ears.lock().expect("no panic").push(serde_json::to_value(event).expect("events are JSON"));
        }));
        let mut desk = Desk { folder, data, studio, heard, bot: String::new(), pace };
        desk.bot = desk.open()["bot"].as_str().expect("a handle").to_owned();
        desk
    }

    /// Closes properly and opens again.
    pub fn restart(self) -> Desk {
        self.studio.close();
        Desk::at(self.folder.clone(), self.data.clone(), self.pace)
    }

    /// As after a kill: what was in memory is lost, nothing is saved. Only for a desk that never saves by itself.
    pub fn crash(self, pace: Pace) -> Desk {
        let data = self.folder.path().join(format!("data{}", self.data.as_os_str().len()));
        copy(&self.data, &data);
        let folder = self.folder.clone();
        std::mem::forget(self);
        Desk::at(folder, data, pace)
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("bot")
    }

    pub fn open(&self) -> Value {
        self.call("bot.open", json!({ "root": self.root() }))
    }

    pub fn call(&self, name: &str, payload: Value) -> Value {
        self.studio.call(name, payload).unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    pub fn refuse(&self, name: &str, payload: Value) -> Error {
        self.studio.call(name, payload).expect_err(name)
    }

    /// Sets the greeting.
    pub fn greet(&self, text: &str) -> Result<Value, Error> {
        self.change(
            "Greet",
            json!([{ "op": "field", "flow": MAIN, "node": "bbbbbb", "path": ["text"], "value": text }]),
        )
    }

    pub fn change(&self, label: &str, edits: Value) -> Result<Value, Error> {
        let change = json!({ "edits": edits });
        self.studio.call(
            "bot.change",
            json!({ "bot": self.bot, "client": "me", "seq": 1, "base": 0, "label": label, "change": change }),
        )
    }

    /// The greeting as windows see it.
    pub fn greeting(&self) -> Value {
        self.open()["flows"][0]["flow"]["nodes"]["bbbbbb"]["fields"]["text"].clone()
    }

    pub fn undo(&self) -> Value {
        self.call("bot.undo", json!({ "bot": self.bot, "client": "me" }))
    }

    pub fn redo(&self) -> Value {
        self.call("bot.redo", json!({ "bot": self.bot, "client": "me" }))
    }

    pub fn save(&self) -> Value {
        self.call("bot.save", json!({ "bot": self.bot }))
    }

    pub fn file(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).unwrap_or_default()
    }

    pub fn write(&self, path: &str, text: &str) {
        std::fs::write(self.root().join(path), text).expect("a file");
    }

    pub fn events(&self, kind: &str) -> Vec<Value> {
        self.heard.lock().expect("no panic").iter().filter(|event| event["type"] == kind).cloned().collect()
    }

    pub fn journal(&self) -> PathBuf {
        self.data.join("bots").join(&self.bot).join("journal")
    }
}

/// Waits for something that happens by itself, but not for ever.
pub fn soon(what: &str, mut happened: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(10);
    while !happened() {
        assert!(Instant::now() < until, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

pub fn greeted(text: &str) -> String {
    FLOW.replace("Hi!", text)
}

pub fn is(error: &Error, code: Code) {
    assert_eq!(error.code, code, "{error:?}");
    assert!(error.message.ends_with('.'), "a sentence: {error:?}");
}

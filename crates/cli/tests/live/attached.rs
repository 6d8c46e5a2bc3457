//! `nexus attach --json` as a program uses it: a line asks, and among what comes is its answer.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::nexus::{Nexus, PATIENCE};

pub struct Attach {
    child: Child,
    to: Option<ChildStdin>,
    lines: Receiver<String>,
    /// Lines that were asked.
    count: u64,
    news: VecDeque<Value>,
    /// Where something was stopped last.
    last: Value,
    /// All that it ever said.
    pub said: String,
    pub hello: Value,
}

impl Attach {
    /// Comes back when it is attached.
    pub fn start(nexus: &Nexus, args: &[&str]) -> Attach {
        let mut command = nexus.command(&["attach"]);
        command
            .args(args)
            .arg("--json")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut child = command.spawn().expect("nexus runs");
        let (tell, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().expect("it is piped"));
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)).ok();
        });
        let to = child.stdin.take();
        let (news, said) = (VecDeque::new(), String::new());
        let mut attach =
            Attach { child, to, lines, count: 0, news, last: Value::Null, said, hello: Value::Null };
        attach.hello = attach.next(PATIENCE).expect("a hello")["hello"].clone();
        assert_eq!(attach.hello["protocol"], 1, "{}", attach.said);
        attach
    }

    fn next(&mut self, within: Duration) -> Option<Value> {
        let line = self.lines.recv_timeout(within).ok()?;
        self.said.push_str(&line);
        self.said.push('\n');
        Some(serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }

    /// The reply or the refusal.
    pub fn ask(&mut self, command: Value) -> Value {
        self.line(&command.to_string())
    }

    pub fn line(&mut self, line: &str) -> Value {
        let to = self.to.as_mut().expect("it is not closed");
        writeln!(to, "{line}").and_then(|()| to.flush()).expect("it listens");
        self.count += 1;
        loop {
            let said = self.next(PATIENCE).unwrap_or_else(|| panic!("no answer to {line}:\n{}", self.said));
            if said["id"] == self.count {
                return said;
            }
            self.news.push_back(said["news"].clone());
        }
    }

    /// The next news that is so; what came before it is passed over.
    pub fn news(&mut self, is_so: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let next = match self.news.pop_front() {
                Some(news) => Some(news),
                None => self.next(left).map(|said| said["news"].clone()),
            };
            let next = next.unwrap_or_else(|| panic!("it is not told:\n{}", self.said));
            if is_so(&next) {
                return next;
            }
        }
    }

    /// The next stop; the one before may be told late.
    pub fn pause(&mut self) -> Value {
        let last = self.last.clone();
        let is_last = |news: &Value| {
            ["spot", "port", "tick", "run", "input"].iter().all(|part| news[part] == last[part])
        };
        self.last = self.news(|news| news["is"] == "paused" && !is_last(news));
        self.last.clone()
    }

    /// Takes it on: where it is stopped at once, if it is.
    pub fn go(&mut self, conversation: &str, how: &str) -> Option<Value> {
        self.news.clear();
        let said = self.ask(json!({"do": "go", "conversation": conversation, "how": how}));
        match said["reply"]["is"].as_str() {
            Some("stopped") => {
                self.last = said["reply"].clone();
                Some(self.last.clone())
            }
            Some("went") => None,
            _ => panic!("{said}"),
        }
    }

    /// Takes it on: where it is stopped then, at once or as soon as it goes on.
    pub fn step(&mut self, conversation: &str, how: &str) -> Value {
        self.go(conversation, how).unwrap_or_else(|| self.pause())
    }

    /// The conversations of the bot, the latest first.
    pub fn conversations(&mut self) -> Vec<Value> {
        let said = self.ask(json!({"do": "conversations", "most": 10}));
        said["reply"]["conversations"].as_array().expect("a list").clone()
    }

    /// The one with this person; waits until there is one.
    pub fn with(&mut self, name: &str) -> String {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let all = self.conversations();
            if let Some(one) = all.iter().find(|one| one["person"]["first_name"] == name) {
                return one["id"].as_str().expect("an id").into();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("there is no conversation with {name}");
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill runs").success());
    }

    /// As the power does.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it ends");
    }

    /// Nobody types any more.
    pub fn end(mut self) -> (ExitStatus, String) {
        drop(self.to.take());
        self.ended()
    }

    /// It ends by itself, or was told to.
    pub fn ended(&mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it ends");
        while self.next(PATIENCE).is_some() {}
        (status, self.said.clone())
    }
}

impl Drop for Attach {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

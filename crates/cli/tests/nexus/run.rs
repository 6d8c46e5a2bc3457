//! Starting the program, and talking to its studio.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub const FLOW: &str = include_str!("main.flow.json");
pub const BOT: &str =
    "{\n  \"nexus\": 1,\n  \"id\": \"shop\",\n  \"name\": \"Shop\",\n  \"channels\": [\"telegram\"]\n}\n";

pub fn nexus(args: &[&str], at: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nexus")).args(args).current_dir(at).output().expect("the program starts")
}

/// With lines that somebody types.
pub fn typed(args: &[&str], at: &Path, lines: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nexus"));
    command.args(args).current_dir(at).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().expect("the program starts");
    let mut to = process.stdin.take().expect("it listens");
    to.write_all((lines.join("\n") + "\n").as_bytes()).expect("it listens");
    drop(to);
    process.wait_with_output().expect("it ends")
}

/// The program with somebody in front of it who types, and waits for what it says.
pub struct Talk {
    process: Child,
    keys: Option<ChildStdin>,
    lines: Receiver<String>,
    said: Vec<String>,
}

/// Nothing takes nearly as long; a machine that is busy with other things may need a while.
const PATIENCE: Duration = Duration::from_secs(120);

impl Talk {
    pub fn start(args: &[&str], at: &Path) -> Talk {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nexus"));
        command.args(args).current_dir(at).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the program starts");
        let (to, lines) = channel();
        let out = BufReader::new(process.stdout.take().expect("it talks"));
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| to.send(line)));
        Talk { keys: process.stdin.take(), process, lines, said: Vec::new() }
    }

    pub fn types(&mut self, line: &str) {
        let keys = self.keys.as_mut().expect("it listens");
        keys.write_all(format!("{line}\n").as_bytes()).expect("it listens");
    }

    /// The next line with this in it.
    pub fn hears(&mut self, part: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("{part:?} was never said, but\n{}", self.said.join("\n"));
            };
            self.said.push(line.clone());
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Nobody types any more. How it ended, and all that it said.
    pub fn ends(mut self) -> (Option<i32>, String) {
        drop(self.keys.take());
        let code = self.process.wait().expect("it ends").code();
        self.said.extend(self.lines.iter());
        (code, self.said.join("\n") + "\n")
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Puts other words for some in a file.
pub fn edit(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).expect("a file");
    assert!(text.contains(from), "{from:?} is not in {}", file.display());
    std::fs::write(file, text.replace(from, to)).expect("a file");
}

/// A folder with one of the example bots in it, as it lies in the repository.
pub fn example(name: &str) -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().expect("a folder");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows-examples").join(name);
    copy(&from, &folder.path().join(name));
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a file");
        }
    }
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Makes a bot in a folder.
pub fn bot(root: &Path, flow: &str) {
    std::fs::create_dir_all(root.join("flows")).expect("a folder");
    std::fs::write(root.join("bot.json"), BOT).expect("a file");
    std::fs::write(root.join("flows/main.flow.json"), flow).expect("a file");
}

/// A studio in a process of its own.
pub struct Running {
    /// Behind a lock, so that it can be killed while others talk to it.
    process: Mutex<Child>,
    port: u64,
    token: String,
}

impl Running {
    pub fn start(bot: &Path, data: &Path) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nexus"));
        command.args(["studio", "--json"]).arg(bot).env("NEXUS_DATA", data).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the program starts");
        let mut line = String::new();
        let out = process.stdout.as_mut().expect("it says where it is");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        let port = said["port"].as_u64().expect("a port");
        Running {
            process: Mutex::new(process),
            port,
            token: said["token"].as_str().expect("a token").to_owned(),
        }
    }

    /// A reply, or nothing when the process is gone.
    pub fn call(&self, name: &str, payload: &Value) -> Option<Value> {
        let body = payload.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port as u16)).ok()?;
        let head = format!(
            "POST /rpc/{name} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            self.port,
            self.token,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).ok()?;
        let (head, body) = reply.split_once("\r\n\r\n")?;
        let reply: Value = serde_json::from_str(body).ok()?;
        assert!(head.starts_with("HTTP/1.1 200"), "{name} {payload}: {reply}");
        Some(reply)
    }

    pub fn open(&self, root: &Path) -> Value {
        self.call("bot.open", &json!({ "root": root })).expect("the studio answers")
    }
}

impl Running {
    /// At once, with no chance to do anything.
    pub fn kill(&self) {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = process.kill();
        let _ = process.wait();
    }

    /// As the system asks programs to end.
    #[cfg(unix)]
    pub fn end(&self) -> Option<i32> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Command::new("kill").args(["-TERM", &process.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()));
        process.wait().ok().and_then(|status| status.code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

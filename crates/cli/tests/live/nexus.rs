//! The program as people use it: a data folder of its own, its secrets, and processes of it that run bots.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// One person's machine.
pub struct Nexus {
    pub folder: TempDir,
    env: Vec<(String, String)>,
}

/// A process that lets bots live.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    pub address: String,
    /// A server's first token.
    pub token: Option<String>,
}

pub const PATIENCE: Duration = Duration::from_secs(60);

impl Nexus {
    pub fn new() -> Nexus {
        Nexus { folder: TempDir::new().expect("a temporary folder"), env: Vec::new() }
    }

    /// For all processes from now on.
    pub fn with(mut self, name: &str, value: &str) -> Nexus {
        self.env.push((name.into(), value.into()));
        self
    }

    pub fn on_telegram(self, double: &doubles::Telegram) -> Nexus {
        let it = self.with("NEXUS_TELEGRAM_API", &double.url());
        it.secret("welcome", "telegram_token", double.token());
        it
    }

    pub fn on_discord(self, double: &doubles::Discord) -> Nexus {
        let it = self.with("NEXUS_DISCORD_API", &double.url());
        it.secret("welcome", "discord_token", double.token());
        it
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A bot's folder with these files.
    pub fn bot(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let root = self.path(name);
        for (path, text) in files {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder is made");
            std::fs::write(file, text).expect("a file is written");
        }
        root
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nexus"));
        command.args(args).env("NEXUS_DATA", self.path("data")).env("NEXUS_VAULT", "file");
        command.env_remove("NEXUS_TOKEN").env_remove("NEXUS_RUNNER").env("NO_COLOR", "1");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn ask(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().expect("nexus runs")
    }

    /// Says something to it.
    pub fn tell(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("nexus runs");
        // Who refuses at once reads nothing.
        let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
        child.wait_with_output().expect("nexus ends")
    }

    pub fn secret(&self, bot: &str, name: &str, value: &str) {
        let done = self.tell(&["secret", "set", "--bot", bot, name], value);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    pub fn run(&self, bot: &Path, more: &[&str]) -> Running {
        let mut args = vec!["run", bot.to_str().expect("a plain path"), "--json"];
        args.extend(more);
        Running::start(self.command(&args))
    }

    pub fn serve(&self, data: &str, more: &[&str]) -> Running {
        let data = self.path(data);
        let mut args = vec!["serve", "--json", "--data", data.to_str().expect("a plain path")];
        if !more.contains(&"--listen") {
            args.extend(["--listen", "127.0.0.1:0"]);
        }
        args.extend(more);
        Running::start(self.command(&args))
    }
}

impl Running {
    /// Comes back when it runs.
    pub fn start(mut command: Command) -> Running {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("nexus runs");
        let (tell, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().expect("it is piped"));
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        let mut running = Running { child, lines, address: String::new(), token: None };
        let first = running.until(|line| matches!(line["is"].as_str(), Some("running" | "serving")));
        running.address = first["address"].as_str().expect("an address").into();
        running.token = first["token"].as_str().map(String::from);
        running
    }

    /// The first line from now on that is as asked.
    pub fn until(&mut self, is_so: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = match self.lines.recv_timeout(left) {
                Ok(line) => line,
                Err(error) => panic!("{error}; the process: {:?}", self.child.try_wait()),
            };
            let line: Value = serde_json::from_str(&line).unwrap_or(Value::Null);
            if is_so(&line) {
                return line;
            }
        }
    }

    pub fn until_listening(&mut self, network: &str) {
        self.until(|line| line["network"] == network && line["state"] == "listening");
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// As the power does.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it ends");
    }

    /// As Ctrl-C does.
    pub fn stop(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        self.child.wait().expect("it ends")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../flows-examples").join(name)
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

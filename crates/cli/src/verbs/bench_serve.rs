//! A runner in another process, called over HTTP by 32 connections; then killed, to see that what it acknowledged is there.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bundle::{Bundle, Key};
use remote::Client;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::bench::bot;
use super::refused::Refused;

const TRIGGER: &str = r#"{"kind": "trigger.webhook", "v": 1, "fields": {"path": "/in", "method": "POST"}, "next": {"out": "a"}}"#;
const ANSWER: &str = r#"{"kind": "world.reply", "v": 1, "fields": {"send": "text", "text": "ok"}}"#;
const CONNECTIONS: usize = 32;

pub struct Served {
    pub rate: f64,
    pub half: Duration,
    pub most: Duration,
    pub first: Duration,
    pub answered: u64,
    /// Answered, and not on disk after the kill.
    pub lost: u64,
}

pub async fn measure(folder: &Path, time: Duration) -> Result<Served, Refused> {
    let data = folder.join("serve");
    let (mut server, address, token) = start(&data).await?;
    let client = Client::new(&format!("http://{address}"), &token.unwrap_or_default())?;
    let seed = [7; 32];
    let (bytes, _) = Bundle::of(&bot(TRIGGER, ANSWER), Default::default()).pack(&Key::from_seed(&seed))?;
    let version = client.upload("bench", bytes).await?;
    client.switch("bench", version.number).await?;

    let names = Arc::new(AtomicU64::new(0));
    let mut all = Vec::new();
    // What is not measured yet warms both sides.
    load(&address, Duration::from_millis(500), &names).await?;
    let began = Instant::now();
    all.extend(load(&address, time, &names).await?);
    let took = began.elapsed();
    server.kill().await.map_err(failed)?;
    all.sort_unstable();
    let answered = names.load(Ordering::Relaxed);
    let lost = lost(&data, answered).await?;

    let begun = Instant::now();
    let (mut server, address, _) = start(&data).await?;
    let mut line = Line::open(&address).await?;
    line.ask("first").await?;
    let first = begun.elapsed();
    server.kill().await.map_err(failed)?;
    let at = |part: f64| all.get((all.len() as f64 * part) as usize).copied().unwrap_or_default();
    Ok(Served {
        rate: all.len() as f64 / took.as_secs_f64(),
        half: at(0.5),
        most: at(0.99),
        first,
        answered,
        lost,
    })
}

/// Keeps all connections busy, and tells how long each message took.
async fn load(address: &str, time: Duration, names: &Arc<AtomicU64>) -> Result<Vec<Duration>, Refused> {
    let until = Instant::now() + time;
    let lines = (0..CONNECTIONS).map(|_| {
        let (address, names) = (address.to_string(), Arc::clone(names));
        tokio::spawn(async move {
            let mut line = Line::open(&address).await?;
            let mut took = Vec::new();
            while Instant::now() < until {
                let name = names.fetch_add(1, Ordering::Relaxed);
                let began = Instant::now();
                line.ask(&format!("m{name}")).await?;
                took.push(began.elapsed());
            }
            Ok::<_, Refused>(took)
        })
    });
    let mut all = Vec::new();
    for line in lines.collect::<Vec<_>>() {
        all.extend(line.await.map_err(|error| Refused::failed(error.to_string()))??);
    }
    Ok(all)
}

/// A connection that is kept, spoken to by hand: a client that costs little leaves the machine to the server.
struct Line {
    stream: BufReader<TcpStream>,
    address: String,
    read: String,
}

impl Line {
    async fn open(address: &str) -> Result<Line, Refused> {
        let stream = TcpStream::connect(address).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Line { stream: BufReader::new(stream), address: address.into(), read: String::new() })
    }

    /// Sends a message of this name, and waits for its answer.
    async fn ask(&mut self, name: &str) -> Result<(), Refused> {
        let body = r#"{"text":"hello"}"#;
        let request = format!(
            "POST /hooks/bench/in HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nIdempotency-Key: {name}\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).await.map_err(failed)?;
        let status = self.line().await?.contains(" 200 ");
        let mut length = 0;
        loop {
            let line = self.line().await?.to_ascii_lowercase();
            if line.trim().is_empty() {
                break;
            }
            if let Some(said) = line.strip_prefix("content-length:") {
                length = said.trim().parse().unwrap_or(0);
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).await.map_err(failed)?;
        if status && answer == b"ok" {
            return Ok(());
        }
        Err(Refused::failed(format!("the runner answered {}", String::from_utf8_lossy(&answer))))
    }

    async fn line(&mut self) -> Result<&str, Refused> {
        self.read.clear();
        self.stream.read_line(&mut self.read).await.map_err(failed)?;
        Ok(&self.read)
    }
}

/// This very program, as a runner.
async fn start(data: &Path) -> Result<(Child, String, Option<String>), Refused> {
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.env("NEXUS_VAULT", "file").env("NEXUS_LOG", "error");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(failed)?;
    let out = child.stdout.take().ok_or_else(|| Refused::failed("the runner says nothing"))?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).await.map_err(failed)?;
    let said: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
    let address = said["address"].as_str().and_then(|address| address.strip_prefix("http://"));
    let address = address.ok_or_else(|| Refused::failed("the runner did not start"))?;
    Ok((child, address.into(), said["token"].as_str().map(String::from)))
}

/// How many of the messages that were answered the disk does not know.
async fn lost(data: &Path, answered: u64) -> Result<u64, Refused> {
    let store = store::Store::open(data).await?;
    let names: Vec<String> = (0..answered).map(|name| format!("call:m{name}")).collect();
    let mut known = 0;
    for some in names.chunks(5000) {
        known += store.heard("bench", some).await?.len() as u64;
    }
    Ok(answered - known)
}

fn failed(error: std::io::Error) -> Refused {
    Refused::failed(error.to_string())
}

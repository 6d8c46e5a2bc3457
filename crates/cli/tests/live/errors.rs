//! What goes wrong: one plain line each, the right exit code, nothing damaged.

use std::net::TcpListener;
use std::path::Path;
use std::process::Output;

use crate::nexus::{Nexus, example, text};

/// The one line that it says, and how it ends.
#[track_caller]
fn says(output: &Output, code: i32, words: &str) {
    let error = text(&output.stderr);
    // The log stands beside it.
    let lines: Vec<&str> = error.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "{error}");
    assert!(lines[0].contains(words), "{} does not say: {words}", lines[0]);
    assert!(!error.contains("panicked"), "{error}");
    assert_eq!(output.status.code(), Some(code), "{error}");
}

fn run(nexus: &Nexus, bot: &Path, more: &[&str]) -> Output {
    let mut args = vec!["run", bot.to_str().expect("a plain path")];
    args.extend(more);
    nexus.ask(&args)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_no_token_and_no_network() {
    let double = doubles::Telegram::start().await;
    let nexus = Nexus::new().with("NEXUS_TELEGRAM_API", &double.url());
    says(&run(&nexus, &example("welcome"), &[]), 2, "there is no secret `telegram_token`");
    nexus.secret("welcome", "telegram_token", "424242:not-the-token");
    says(&run(&nexus, &example("welcome"), &[]), 2, "does not know this token");
    let nexus = nexus.with("NEXUS_TELEGRAM_API", "http://127.0.0.1:1");
    says(&run(&nexus, &example("welcome"), &[]), 3, "Telegram cannot be reached");
    let nexus = nexus.with("NEXUS_TELEGRAM_API", "nowhere");
    says(&run(&nexus, &example("welcome"), &[]), 2, "NEXUS_TELEGRAM_API is no address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_and_a_folder_that_somebody_has() {
    let double = doubles::Telegram::start().await;
    let nexus = Nexus::new().on_telegram(&double);
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    says(&run(&nexus, &example("welcome"), &["--port", &port]), 3, "another program is there already");
    let data = nexus.path("cloud");
    let data = data.to_str().expect("a plain path");
    let serve = nexus.ask(&["serve", "--data", data, "--listen", &format!("127.0.0.1:{port}")]);
    says(&serve, 3, "another program is there already");

    let running = nexus.run(&example("welcome"), &[]);
    says(&run(&nexus, &example("welcome"), &[]), 3, "another runner is at work on this folder");
    assert!(running.stop().success());
    let server = nexus.serve("cloud", &[]);
    says(&nexus.ask(&["serve", "--data", data, "--listen", "127.0.0.1:0"]), 3, "another runner is at work");
    assert!(server.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_with_the_same_token() {
    let double = doubles::Telegram::start().await;
    let first = Nexus::new().on_telegram(&double);
    let mut running = first.run(&example("welcome"), &[]);
    let second = Nexus::new().on_telegram(&double);
    let _other = second.run(&example("welcome"), &[]);
    // Telegram lets the one who asks last have the updates, and tells the other.
    let told = running.until(|line| line["network"] == "telegram" && line["state"] == "trouble");
    assert_eq!(told["why"], "Another program listens with this bot's token; only one can.");
}

#[test]
fn a_broken_flow() {
    let nexus = Nexus::new();
    let flow = r#"{"nexus": 1, "id": "main", "name": "M", "nodes": {"s": {"kind": "message.send", "v": 1, "fields": {"text": "{{ nobody.knows }}"}}}}"#;
    let manifest = r#"{"nexus": 1, "id": "b", "name": "B", "channels": ["telegram"]}"#;
    let bot = nexus.bot("broken", &[("bot.json", manifest), ("flows/main.flow.json", flow)]);
    says(&run(&nexus, &bot, &[]), 1, "flows/main.flow.json");
    let bot = bot.to_str().expect("a plain path");
    says(&nexus.ask(&["pack", bot]), 1, "flows/main.flow.json");
    std::fs::write(nexus.path("broken/flows/main.flow.json"), &flow[..60]).expect("written");
    says(&run(&nexus, &nexus.path("broken"), &[]), 1, "cannot be read whole");
    says(&run(&nexus, &nexus.path("nothing"), &[]), 2, "there is no file or folder");
}

#[test]
fn bundles_that_are_not_believed() {
    let nexus = Nexus::new();
    let welcome = example("welcome");
    let file = nexus.path("w.nexusbot");
    let file = file.to_str().expect("a plain path");
    let packed = nexus.ask(&["pack", welcome.to_str().expect("a plain path"), "-o", file]);
    assert!(packed.status.success(), "{}", text(&packed.stderr));
    let good = std::fs::read(file).expect("it is there");
    let read = |bytes: &[u8]| {
        std::fs::write(file, bytes).expect("written");
        nexus.ask(&["pack", "--read", file])
    };
    assert!(read(&good).status.success());
    let place = good.windows(9).position(|bytes| bytes == b"Good nigh").expect("it says so");
    let mut tampered = good.clone();
    tampered[place] ^= 1;
    says(&read(&tampered), 2, "is not what was packed");
    let mut forged = good.clone();
    let sign = forged.windows(10).position(|bytes| bytes == b"\"ed25519\":").expect("it is signed") + 13;
    forged[sign] = if forged[sign] == b'0' { b'1' } else { b'0' };
    says(&read(&forged), 2, "signature is wrong");
    says(&read(b"hello"), 2, "This is no bundle");
    says(&nexus.ask(&["pack", "--read", "/nowhere"]), 2, "could not be read");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_is_taken() {
    let nexus = Nexus::new();
    let server = nexus.serve("cloud", &[]);
    let token = server.token.clone().expect("the first token");
    let client = reqwest::Client::new();
    let much = vec![b'x'; 30 << 20];
    for (path, auth) in
        [("hooks/welcome/x", ""), ("events", ""), ("api/v1/bots/welcome/versions", token.as_str())]
    {
        let sent = client.post(format!("{}/{path}", server.address)).bearer_auth(auth).body(much.clone());
        // Who is told at once may find the line closed under the rest.
        let Ok(answer) = sent.send().await else { continue };
        assert_eq!(answer.status(), 413, "{path}");
        let body: serde_json::Value = answer.json().await.expect("a plain answer");
        assert_eq!(body["code"], "too-large", "{body}");
    }
    let health = client.get(format!("{}/health", server.address)).send().await.expect("it is well");
    assert_eq!(health.status(), 200);
    assert!(server.stop().success());

    let bot =
        nexus.bot("large", &[("bot.json", r#"{"nexus": 1, "id": "large", "name": "L", "channels": []}"#)]);
    std::fs::create_dir_all(bot.join("assets")).expect("a folder");
    std::fs::write(bot.join("assets/film.mp4"), much).expect("written");
    says(&nexus.ask(&["pack", bot.to_str().expect("a plain path")]), 2, "larger than 24 MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn runners_that_are_none_and_tokens_that_are_not_known() {
    let nexus = Nexus::new();
    let welcome = example("welcome");
    let bot = welcome.to_str().expect("a plain path");
    says(&nexus.ask(&["publish", bot, "--to", "nowhere", "--yes"]), 2, "is no address of a runner");
    says(&nexus.ask(&["publish", bot, "--to", "http://127.0.0.1:1", "--yes"]), 2, "there is no token for");
    says(&nexus.tell(&["login", "http://127.0.0.1:1"], "nxs_x"), 3, "cannot be reached");
    let server = nexus.serve("cloud", &[]);
    says(&nexus.tell(&["login", &server.address], "nxs_wrong"), 2, "not known here");
    let mut command = nexus.command(&["publish", bot, "--to", &server.address, "--yes"]);
    says(&command.env("NEXUS_TOKEN", "nxs_wrong").output().expect("it runs"), 2, "not known here");
    assert!(server.stop().success());
}

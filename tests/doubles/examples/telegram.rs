//! Telegram's double as a program, for tests that are no Rust: it prints where it is as one line of JSON, takes what a person does as
//! lines on the standard input, and prints what the bot did as further lines.
//!
//! `says /start` is a message of Ada's, `webhook on` and `webhook off` another server that gets the updates. It ends with its input.

use std::io::{BufRead, Write};
use std::time::Duration;

use doubles::Telegram;
use serde_json::{Value, json};

#[tokio::main]
async fn main() {
    let telegram = Telegram::start().await;
    let ada = telegram.person("Ada");
    say(&json!({ "url": telegram.url(), "token": telegram.token() }));
    let watched = telegram.clone();
    tokio::spawn(async move {
        let mut told = 0;
        loop {
            let acts = watched.record().until(Duration::from_secs(3600), |acts| acts.len() > told).await;
            for act in &acts[told..] {
                say(&json!({ "did": format!("{:?}", act.did), "text": act.text }));
            }
            told = acts.len();
        }
    });
    let (tell, mut lines) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = lines.recv().await {
        match line.split_once(' ') {
            Some(("says", text)) => drop(ada.says(ada.private(), text)),
            Some(("webhook", "on")) => webhook(&telegram, "setWebhook").await,
            Some(("webhook", "off")) => webhook(&telegram, "deleteWebhook").await,
            _ => eprintln!("nobody knows `{line}`"),
        }
    }
}

async fn webhook(telegram: &Telegram, method: &str) {
    let url = format!("{}/bot{}/{method}", telegram.url(), telegram.token());
    let call = reqwest::Client::new().post(url).json(&json!({ "url": "https://example.com/hook" }));
    if let Err(error) = call.send().await {
        eprintln!("{method}: {error}");
    }
}

fn say(line: &Value) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

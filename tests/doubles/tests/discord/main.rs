//! The double of Discord, driven by plain clients with JSON written by hand as the documentation has it.

mod events;
mod faults;
mod interactions;
mod rest;

use std::time::Duration;

use doubles::Discord;
use futures_util::{SinkExt, StreamExt};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Guilds, members, messages, reactions, direct messages, and what messages say.
pub const INTENTS: u64 = 1 | 1 << 1 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 15;

pub struct Bot {
    pub discord: Discord,
    pub client: Client,
}

impl Bot {
    pub async fn new() -> Bot {
        Bot { discord: Discord::start().await, client: Client::new() }
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v10{path}", self.discord.url());
        let token = format!("Bot {}", self.discord.token());
        self.client.request(method.parse().unwrap(), url).header("Authorization", token)
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(method, path);
        let request = if body.is_null() { request } else { request.json(&body) };
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// What a call that is to work leads to.
    pub async fn does(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(method, path, body.clone()).await;
        assert!((200..300).contains(&status), "{method} {path} {body}: {status} {answer}");
        answer
    }

    /// The code of a call that is to be refused.
    pub async fn refused(&self, method: &str, path: &str, body: Value) -> u64 {
        let (status, answer) = self.call(method, path, body.clone()).await;
        assert!(status >= 400, "{method} {path} {body}: {status} {answer}");
        answer["code"].as_u64().unwrap()
    }

    /// Connects to the gateway and reads HELLO.
    pub async fn connect(&self) -> Line {
        let url = self.does("GET", "/gateway", Value::Null).await["url"].as_str().unwrap().to_string();
        let (socket, _) =
            tokio_tungstenite::connect_async(format!("{url}/?v=10&encoding=json")).await.unwrap();
        let mut line = Line(socket);
        assert_eq!(line.next().await["op"], 10);
        line
    }

    pub async fn identified(&self) -> (Line, Value) {
        let mut line = self.connect().await;
        line.identify(self.discord.token(), INTENTS).await;
        let ready = line.event("READY").await;
        (line, ready)
    }
}

pub struct Line(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Line {
    pub async fn send(&mut self, frame: Value) {
        self.0.send(Message::Text(frame.to_string().into())).await.unwrap();
    }

    pub async fn identify(&mut self, token: &str, intents: u64) {
        let properties = json!({"os": "linux", "browser": "plain", "device": "plain"});
        self.send(json!({"op": 2, "d": {"token": token, "intents": intents, "properties": properties}}))
            .await;
    }

    pub async fn resume(&mut self, token: &str, session: &Value, seq: u64) {
        self.send(json!({"op": 6, "d": {"token": token, "session_id": session, "seq": seq}})).await;
    }

    /// The next frame; `{"close": code}` at the end, with 0 where the line just broke.
    pub async fn next(&mut self) -> Value {
        let message =
            tokio::time::timeout(Duration::from_secs(5), self.0.next()).await.expect("a frame comes");
        match message {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            Some(Ok(Message::Close(frame))) => {
                json!({"close": frame.map_or(0, |frame| u16::from(frame.code))})
            }
            Some(Ok(other)) => panic!("{other:?}"),
            Some(Err(_)) | None => json!({"close": 0}),
        }
    }

    /// The next dispatch, which is to be of this name.
    pub async fn event(&mut self, name: &str) -> Value {
        let frame = self.next().await;
        assert_eq!(frame["t"], name, "{frame}");
        frame["d"].clone()
    }
}

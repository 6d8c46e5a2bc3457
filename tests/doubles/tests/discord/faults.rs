use std::time::Duration;

use doubles::Fault;
use serde_json::{Value, json};

use crate::Bot;

#[tokio::test]
async fn a_limit_tells_when_to_come_again() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let path = format!("/channels/{}/messages", place.channel);
    bot.discord.faults().add("POST /channels/*/messages", Fault::TooMany { retry_after: 0.65 }, 1);
    let response = bot.request("POST", &path).json(&json!({"content": "x"})).send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(response.headers()["x-ratelimit-reset-after"], "0.65");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body, json!({"message": "You are being rate limited.", "retry_after": 0.65, "global": false}));
    bot.does("POST", &path, json!({"content": "x"})).await;
    assert_eq!(bot.discord.transcript().len(), 1);
}

#[tokio::test]
async fn cut_broken_slow_and_unauthorized() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let send = async |text: &str| {
        let path = format!("/channels/{}/messages", place.channel);
        bot.request("POST", &path).json(&json!({"content": text})).send().await
    };
    let faults = [
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::Broken(503),
        Fault::BrokenAfter(502),
        Fault::Unauthorized,
        Fault::Slow(Duration::from_millis(50)),
    ];
    for fault in faults {
        bot.discord.faults().add("POST *", fault, 1);
    }
    assert!(send("cut before").await.is_err());
    assert!(send("cut after").await.is_err());
    assert!(send("broken").await.unwrap().text().await.unwrap().starts_with("<html>"));
    assert_eq!(send("broken after").await.unwrap().status(), 502);
    assert_eq!(send("nobody").await.unwrap().status(), 401);
    assert_eq!(send("slow").await.unwrap().status(), 200);
    let texts: Vec<_> = bot.discord.transcript().into_iter().map(|act| act.text).collect();
    assert_eq!(texts, ["cut after", "broken after", "slow"]);
}

#[tokio::test]
async fn the_way_to_the_gateway_fails_too() {
    let bot = Bot::new().await;
    bot.discord.faults().add("gateway", Fault::CutBefore, 1);
    let url = bot.discord.url().replace("http://", "ws://") + "/?v=10&encoding=json";
    assert!(tokio_tungstenite::connect_async(&url).await.is_err());
    assert!(tokio_tungstenite::connect_async(&url).await.is_ok());
}

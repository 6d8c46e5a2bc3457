use std::time::{Duration, Instant};

use doubles::Fault;
use serde_json::json;

use crate::Bot;

#[tokio::test]
async fn too_many_requests_are_told_to_wait() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    bot.telegram.faults().add("sendMessage", Fault::TooMany { retry_after: 3.0 }, 2);
    let message = json!({"chat_id": ada.id, "text": "hi"});
    for _ in 0..2 {
        let answer = bot.call("SendMessage", message.clone()).await;
        assert_eq!(
            answer,
            json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 3", "parameters": {"retry_after": 3}})
        );
    }
    bot.does("sendMessage", message).await;
    assert_eq!(bot.telegram.transcript().len(), 1);
}

#[tokio::test]
async fn a_cut_line_tells_nothing_of_what_was_done() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    let send = async |text: &str| {
        let message = json!({"chat_id": ada.id, "text": text});
        bot.client.post(bot.address("sendMessage")).json(&message).send().await
    };
    bot.telegram.faults().add("send*", Fault::CutBefore, 1);
    bot.telegram.faults().add("send*", Fault::CutAfter, 1);
    assert!(send("before").await.is_err());
    assert!(send("after").await.is_err());
    assert_eq!(send("whole").await.unwrap().status(), 200);
    let texts: Vec<_> = bot.telegram.transcript().into_iter().map(|act| act.text).collect();
    assert_eq!(texts, ["after", "whole"]);
    let statuses: Vec<_> = bot.telegram.requests().into_iter().map(|exchange| exchange.status).collect();
    assert_eq!(statuses, [0, 0, 200]);
}

#[tokio::test]
async fn broken_slow_and_unauthorized() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    let send = async || {
        let message = json!({"chat_id": ada.id, "text": "hi"});
        bot.client.post(bot.address("sendMessage")).json(&message).send().await.unwrap()
    };
    bot.telegram.faults().add("sendMessage", Fault::Broken(502), 1);
    bot.telegram.faults().add("sendMessage", Fault::BrokenAfter(504), 1);
    bot.telegram.faults().add("sendMessage", Fault::Slow(Duration::from_millis(300)), 1);
    bot.telegram.faults().add("sendMessage", Fault::Unauthorized, 1);
    let broken = send().await;
    assert_eq!(broken.status(), 502);
    assert!(broken.text().await.unwrap().starts_with("<html>"));
    assert!(bot.telegram.transcript().is_empty());
    assert_eq!(send().await.status(), 504);
    assert_eq!(bot.telegram.transcript().len(), 1);
    let began = Instant::now();
    assert_eq!(send().await.status(), 200);
    assert!(began.elapsed() >= Duration::from_millis(300));
    let answer = send().await;
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["description"], "Unauthorized");
    assert_eq!(bot.telegram.faults().left(), 0);
}

#[tokio::test]
async fn a_test_waits_for_what_a_bot_does() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    let waiting =
        bot.telegram.record().until(Duration::from_secs(5), |acts| acts.iter().any(|act| act.text == "hi"));
    let sending = bot.does("sendMessage", json!({"chat_id": ada.id, "text": "hi"}));
    let (acts, _) = tokio::join!(waiting, sending);
    assert_eq!(acts.len(), 1);
}

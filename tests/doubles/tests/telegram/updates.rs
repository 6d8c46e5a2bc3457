use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use doubles::Disturb;
use doubles::telegram::Sends;
use serde_json::{Value, json};

use crate::Bot;

fn texts(updates: &[Value]) -> Vec<String> {
    updates.iter().map(|update| update["message"]["text"].as_str().unwrap_or("?").to_string()).collect()
}

fn next(updates: &[Value]) -> i64 {
    updates.last().unwrap()["update_id"].as_i64().unwrap() + 1
}

#[tokio::test]
async fn an_offset_confirms_what_came_before_it() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    for text in ["one", "two", "three"] {
        ada.says(ada.private(), text);
    }
    let first = bot.updates(json!({"limit": 2})).await;
    assert_eq!(texts(&first), ["one", "two"]);
    assert_eq!(texts(&bot.updates(json!({})).await), ["one", "two", "three"], "nothing was confirmed");
    let rest = bot.updates(json!({"offset": next(&first)})).await;
    assert_eq!(texts(&rest), ["three"]);
    assert_eq!(bot.telegram.unconfirmed(), 1);
    assert!(bot.updates(json!({"offset": next(&rest)})).await.is_empty());
    assert_eq!(bot.telegram.unconfirmed(), 0);
    for text in ["four", "five"] {
        ada.says(ada.private(), text);
    }
    assert_eq!(
        texts(&bot.updates(json!({"offset": -1})).await),
        ["five"],
        "a negative offset forgets what is older"
    );
}

#[tokio::test]
async fn a_long_poll_waits_and_a_second_poller_ends_it() {
    let bot = Arc::new(Bot::new().await);
    let ada = bot.telegram.person("Ada");
    let waiting = tokio::spawn({
        let bot = bot.clone();
        async move { (bot.updates(json!({"timeout": 20})).await, Instant::now()) }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let said = Instant::now();
    ada.says(ada.private(), "hi");
    let (updates, came) = waiting.await.unwrap();
    assert_eq!(texts(&updates), ["hi"]);
    assert!(came - said < Duration::from_secs(2));
    let offset = next(&updates);
    let first = tokio::spawn({
        let bot = bot.clone();
        async move { bot.call("getUpdates", json!({"timeout": 20, "offset": offset})).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(bot.updates(json!({"offset": offset})).await.is_empty());
    let answer = first.await.unwrap();
    assert_eq!(answer["error_code"], 409);
    assert!(
        answer["description"]
            .as_str()
            .unwrap()
            .starts_with("Conflict: terminated by other getUpdates request")
    );
}

#[tokio::test]
async fn everything_people_do_comes_as_an_update() {
    let bot = Bot::new().await;
    let (ada, bob) = (bot.telegram.person("Ada"), bot.telegram.person("Bob"));
    let chat = ada.private();
    let all = json!([
        "message",
        "edited_message",
        "callback_query",
        "message_reaction",
        "chat_member",
        "inline_query",
        "poll_answer",
        "my_chat_member"
    ]);
    bot.updates(json!({"allowed_updates": all})).await;
    let club = bot.telegram.group("Club", &[&ada]);
    let sent = bot.does("sendMessage", json!({"chat_id": chat, "text": "?", "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}})).await;
    let sent = sent["message_id"].as_i64().unwrap() as i32;
    let poll = bot.does("sendPoll", json!({"chat_id": chat, "question": "?", "options": [{"text": "a"}, {"text": "b"}], "is_anonymous": false})).await;
    let said = ada.says(chat, "/start now");
    ada.edits(chat, said, "stop");
    let press = ada.presses(chat, sent, "Yes");
    ada.reacts(chat, sent, "👍");
    bob.joins(club);
    bob.leaves(club);
    let query = ada.asks_inline("cats");
    ada.sends(chat, Sends::Photo { name: "a.jpg", bytes: b"x" }, None);
    ada.sends(chat, Sends::Voice { bytes: b"x" }, None);
    ada.sends(chat, Sends::Location { latitude: 52.5, longitude: 13.4 }, None);
    ada.sends(chat, Sends::Contact { phone: "+49301" }, None);
    ada.votes(chat, poll["message_id"].as_i64().unwrap() as i32, &[1]);
    ada.replies(chat, sent, "well");
    ada.blocks();
    let updates = bot.updates(json!({})).await;
    let at = |pointer: &str| {
        updates.iter().filter_map(|update| update.pointer(pointer)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(updates.len(), 16);
    assert_eq!(at("/message/entities/0/type"), ["bot_command"]);
    assert_eq!(at("/edited_message/text"), ["stop"]);
    assert_eq!(at("/callback_query/data"), ["y"]);
    assert_eq!(at("/callback_query/message/text"), ["?"]);
    assert_eq!(at("/message_reaction/new_reaction/0/emoji"), ["👍"]);
    assert_eq!(at("/chat_member/new_chat_member/status"), ["member", "left"]);
    assert_eq!(at("/message/new_chat_members/0/first_name"), ["Bob"]);
    assert_eq!(at("/inline_query/query"), ["cats"]);
    assert_eq!(at("/message/location/latitude"), [52.5]);
    assert_eq!(at("/message/contact/phone_number"), ["+49301"]);
    assert_eq!(at("/message/photo").len(), 1);
    assert_eq!(at("/poll_answer/option_ids/0"), [1]);
    assert_eq!(at("/message/reply_to_message/text"), ["?"]);
    assert_eq!(at("/my_chat_member/new_chat_member/status"), ["kicked"]);
    bot.does("answerCallbackQuery", json!({"callback_query_id": press, "text": "good"})).await;
    assert_eq!(bot.telegram.answer_to(&press).unwrap()["text"], "good");
    let article = json!({"type": "article", "id": "1", "title": "Cats", "input_message_content": {"message_text": "meow"}});
    bot.does("answerInlineQuery", json!({"inline_query_id": query, "results": [article]})).await;
    assert_eq!(bot.telegram.answer_to(&query).unwrap()["results"][0]["title"], "Cats");
}

#[tokio::test]
async fn only_what_was_asked_for_comes() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    let said = ada.says(ada.private(), "hi");
    ada.reacts(ada.private(), said, "👍");
    assert_eq!(bot.updates(json!({})).await.len(), 1, "reactions have to be asked for");
    bot.updates(json!({"offset": -1, "allowed_updates": ["message_reaction"]})).await;
    ada.says(ada.private(), "again");
    ada.reacts(ada.private(), said, "🔥");
    let updates = bot.updates(json!({})).await;
    assert!(updates.last().unwrap().get("message_reaction").is_some());
    assert_eq!(updates.len(), 2);
}

#[tokio::test]
async fn updates_come_twice_or_late() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    bot.telegram.disturb(Disturb::Twice);
    bot.telegram.disturb(Disturb::Late);
    for text in ["one", "two", "three"] {
        ada.says(ada.private(), text);
    }
    let updates = bot.updates(json!({})).await;
    assert_eq!(texts(&updates), ["one", "one", "three", "two"]);
    assert_eq!(updates[0]["update_id"], updates[1]["update_id"]);
    assert!(updates[3]["update_id"].as_i64() < updates[2]["update_id"].as_i64());
}

#[tokio::test]
async fn a_webhook_is_told_until_it_listens() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    type Heard = Arc<Mutex<Vec<(String, Value)>>>;
    let heard = Heard::default();
    let hook = Router::new().route(
        "/hook",
        post({
            let heard = heard.clone();
            move |headers: HeaderMap, axum::Json(update): axum::Json<Value>| async move {
                let secret = headers["X-Telegram-Bot-Api-Secret-Token"].to_str().unwrap().to_string();
                let mut heard = heard.lock().unwrap();
                heard.push((secret, update));
                if heard.len() == 1 {
                    (StatusCode::BAD_GATEWAY, axum::Json(json!({})))
                } else {
                    (StatusCode::OK, axum::Json(json!({})))
                }
            }
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, hook).await });
    assert_eq!(
        bot.refused("setWebhook", json!({"url": "http://bot.example/hook"})).await,
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    );
    bot.does("setWebhook", json!({"url": url, "secret_token": "s3cret"})).await;
    assert_eq!(bot.call("getUpdates", json!({})).await["error_code"], 409);
    ada.says(ada.private(), "one");
    ada.says(ada.private(), "two");
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if bot.telegram.unconfirmed() == 0 {
            break;
        }
    }
    let heard = heard.lock().unwrap().clone();
    let told: Vec<_> = heard
        .iter()
        .map(|(secret, update)| (secret.as_str(), update["message"]["text"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [("s3cret", "one"), ("s3cret", "one"), ("s3cret", "two")],
        "in order, and again after a refusal"
    );
    let info = bot.does("getWebhookInfo", json!({})).await;
    assert_eq!((&info["url"], &info["pending_update_count"]), (&json!(url), &json!(0)));
    assert!(info["last_error_message"].as_str().unwrap().contains("502"));
    bot.does("deleteWebhook", json!({"drop_pending_updates": true})).await;
    ada.says(ada.private(), "three");
    assert_eq!(texts(&bot.updates(json!({})).await), ["three"]);
}

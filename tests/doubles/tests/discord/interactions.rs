use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use doubles::Did;
use doubles::discord::{Ask, Person, Place};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};

use crate::{Bot, Line};

fn answer(ask: &Ask) -> String {
    format!("/interactions/{}/{}/callback", ask.id, ask.token)
}

impl Bot {
    fn webhook(&self, ask: &Ask, rest: &str) -> String {
        format!("/webhooks/{}/{}{rest}", self.discord.application_id(), ask.token)
    }

    async fn registered(&self) -> (Place, Person, Line) {
        let place = self.discord.guild("Club");
        let ada = self.discord.person("Ada");
        ada.joins(place.guild);
        let (mut line, _) = self.identified().await;
        line.event("GUILD_CREATE").await;
        let commands = json!([{
            "name": "order", "description": "Order a pizza", "options": [
                {"type": 3, "name": "size", "description": "How big", "required": true, "choices": [{"name": "Big", "value": "big"}]},
                {"type": 4, "name": "count", "description": "How many"},
                {"type": 6, "name": "for", "description": "For whom"}
            ]
        }, {
            "name": "admin", "description": "More", "options": [{"type": 1, "name": "stop", "description": "Stop"}]
        }]);
        let registered = self
            .does("PUT", &format!("/applications/{}/commands", self.discord.application_id()), commands)
            .await;
        assert_eq!(registered[0]["options"][0]["choices"][0]["value"], "big");
        (place, ada, line)
    }
}

#[tokio::test]
async fn a_slash_command_is_answered_once_and_followed_up() {
    let bot = Bot::new().await;
    let (place, ada, mut line) = bot.registered().await;
    let ask = ada.slash(
        place.channel,
        "order",
        &[("size", json!("big")), ("count", json!(2)), ("for", json!(ada.id.to_string()))],
    );
    let heard = line.event("INTERACTION_CREATE").await;
    assert_eq!(
        (&heard["type"], &heard["data"]["name"], &heard["token"]),
        (&json!(2), &json!("order"), &json!(ask.token))
    );
    assert_eq!(heard["data"]["options"][1], json!({"name": "count", "type": 4, "value": 2}));
    assert_eq!(heard["data"]["resolved"]["users"][ada.id.to_string()]["global_name"], "Ada");
    assert_eq!(bot.refused("POST", &bot.webhook(&ask, ""), json!({"content": "early"})).await, 10015);
    bot.does("POST", &answer(&ask), json!({"type": 4, "data": {"content": "two", "flags": 64}})).await;
    assert_eq!(
        bot.refused("POST", &answer(&ask), json!({"type": 4, "data": {"content": "again"}})).await,
        40060
    );
    assert_eq!(
        bot.does("GET", &bot.webhook(&ask, "/messages/@original"), Value::Null).await["content"],
        "two"
    );
    bot.does("PATCH", &bot.webhook(&ask, "/messages/@original"), json!({"content": "three"})).await;
    let more = bot.does("POST", &bot.webhook(&ask, ""), json!({"content": "more"})).await;
    bot.does(
        "PATCH",
        &bot.webhook(&ask, &format!("/messages/{}", more["id"].as_str().unwrap())),
        json!({"content": "most"}),
    )
    .await;
    bot.does("DELETE", &bot.webhook(&ask, "/messages/@original"), Value::Null).await;
    assert_eq!(bot.refused("GET", &bot.webhook(&ask, "/messages/@original"), Value::Null).await, 10008);
    let did: Vec<_> =
        bot.discord.transcript().iter().skip(1).map(|act| (act.did, act.text.clone())).collect();
    let expected = [
        (Did::Sent, "two"),
        (Did::Edited, "three"),
        (Did::Sent, "more"),
        (Did::Edited, "most"),
        (Did::Deleted, ""),
    ];
    assert_eq!(did, expected.map(|(did, text)| (did, text.to_string())));
    let sub = ada.slash(place.channel, "admin stop", &[]);
    assert_eq!(
        line.event("MESSAGE_CREATE").await["content"],
        "more",
        "what only one person sees is not told to all"
    );
    line.event("MESSAGE_UPDATE").await;
    assert_eq!(line.event("INTERACTION_CREATE").await["data"]["options"][0]["name"], "stop");
    let response = bot
        .does(
            "POST",
            &format!("{}?with_response=true", answer(&sub)),
            json!({"type": 4, "data": {"content": "ok"}}),
        )
        .await;
    assert_eq!(response["resource"]["message"]["content"], "ok");
}

#[tokio::test]
async fn late_and_unfit_answers_are_refused() {
    let bot = Bot::new().await;
    let (place, ada, _line) = bot.registered().await;
    let order = || ada.slash(place.channel, "order", &[("size", json!("big"))]);
    let ask = order();
    for kind in [1, 6, 7] {
        assert_eq!(
            bot.refused("POST", &answer(&ask), json!({"type": kind, "data": {"content": "x"}})).await,
            50035
        );
    }
    assert_eq!(
        bot.refused("POST", &answer(&ask), json!({"type": 4, "data": {"content": "x".repeat(2001)}})).await,
        50035
    );
    bot.discord.expires(&ask);
    assert_eq!(bot.refused("POST", &answer(&ask), json!({"type": 5})).await, 10062);
    bot.discord.set_patience(Duration::from_millis(50));
    let ask = order();
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(bot.refused("POST", &answer(&ask), json!({"type": 5})).await, 10062);
    assert_eq!(bot.refused("POST", "/interactions/5/none/callback", json!({"type": 5})).await, 10062);
}

#[tokio::test]
async fn a_deferred_answer_is_seen_when_it_is_edited() {
    let bot = Bot::new().await;
    let (place, ada, _line) = bot.registered().await;
    let ask = ada.slash(place.channel, "order", &[("size", json!("big"))]);
    bot.does("POST", &answer(&ask), json!({"type": 5})).await;
    bot.does("PATCH", &bot.webhook(&ask, "/messages/@original"), json!({"content": "done"})).await;
    let did: Vec<_> =
        bot.discord.transcript().iter().skip(1).map(|act| (act.did, act.text.clone())).collect();
    assert_eq!(did, [(Did::Answered, String::new()), (Did::Sent, "done".into())]);
}

#[tokio::test]
async fn buttons_menus_and_forms() {
    let bot = Bot::new().await;
    let (place, ada, mut line) = bot.registered().await;
    let components = json!([
        {"type": 1, "components": [{"type": 2, "style": 1, "label": "Yes", "custom_id": "y"}]},
        {"type": 1, "components": [{"type": 3, "custom_id": "pick", "options": [{"label": "A", "value": "a"}]}]}
    ]);
    let path = format!("/channels/{}/messages", place.channel);
    let sent = bot.does("POST", &path, json!({"content": "?", "components": components})).await;
    line.event("MESSAGE_CREATE").await;
    let message: u64 = sent["id"].as_str().unwrap().parse().unwrap();
    let press = ada.presses(place.channel, message, "Yes");
    let heard = line.event("INTERACTION_CREATE").await;
    assert_eq!((&heard["data"]["custom_id"], &heard["message"]["id"]), (&json!("y"), &sent["id"]));
    bot.does("POST", &answer(&press), json!({"type": 7, "data": {"content": "chosen", "components": []}}))
        .await;
    assert_eq!(bot.discord.message(place.channel, message).unwrap()["content"], "chosen");
    line.event("MESSAGE_UPDATE").await;
    bot.does("PATCH", &format!("{path}/{message}"), json!({"components": components})).await;
    line.event("MESSAGE_UPDATE").await;
    let choice = ada.selects(place.channel, message, "pick", &["a"]);
    assert_eq!(line.event("INTERACTION_CREATE").await["data"]["values"], json!(["a"]));
    bot.does("POST", &answer(&choice), json!({"type": 6})).await;
    let ask = ada.slash(place.channel, "order", &[("size", json!("big"))]);
    line.event("INTERACTION_CREATE").await;
    let input = |id: &str, label: String| json!({"type": 1, "components": [{"type": 4, "custom_id": id, "style": 1, "label": label}]});
    let form = |label: String| json!({"type": 9, "data": {"title": "Address", "custom_id": "form", "components": [input("street", label)]}});
    assert_eq!(bot.refused("POST", &answer(&ask), form("x".repeat(46))).await, 50035);
    bot.does("POST", &answer(&ask), form("Street".into())).await;
    let filled = ada.submits(&ask, &[("street", "Main St 5")]);
    let heard = line.event("INTERACTION_CREATE").await;
    assert_eq!((&heard["type"], &heard["data"]["custom_id"]), (&json!(5), &json!("form")));
    assert_eq!(heard["data"]["components"][0]["components"][0]["value"], "Main St 5");
    assert_eq!(
        bot.refused("POST", &answer(&filled), form("Again".into())).await,
        50035,
        "a form does not answer a form"
    );
    bot.does("POST", &answer(&filled), json!({"type": 4, "data": {"content": "thanks"}})).await;
    assert_eq!(bot.discord.answer_to(&filled).unwrap()["data"]["content"], "thanks");
    assert!(bot.discord.record().violations().is_empty(), "{:?}", bot.discord.record().violations());
}

#[tokio::test]
async fn commands_are_held_to_their_form() {
    let bot = Bot::new().await;
    let path = format!("/applications/{}/commands", bot.discord.application_id());
    let cases = [
        json!([{"name": "Order", "description": "x"}]),
        json!([{"name": "order", "description": ""}]),
        json!([{"name": "order", "description": "x", "colour": 1}]),
        json!([{"name": "order", "description": "x", "options": [
            {"type": 3, "name": "a", "description": "a"}, {"type": 3, "name": "b", "description": "b", "required": true}]}]),
    ];
    for body in cases {
        assert_eq!(bot.refused("PUT", &path, body).await, 50035);
    }
}

#[tokio::test]
async fn interactions_are_posted_with_their_signature() {
    let bot = Bot::new().await;
    let (place, ada, _line) = bot.registered().await;
    let mut key = [0; 32];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&bot.discord.public_key()[at * 2..at * 2 + 2], 16).unwrap();
    }
    let key = VerifyingKey::from_bytes(&key).unwrap();
    let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
    let hook = Router::new().route(
        "/",
        post({
            let heard = heard.clone();
            move |headers: HeaderMap, body: String| async move {
                let word = |name: &str| headers[name].to_str().unwrap().to_string();
                let bytes: Vec<u8> = (0..64)
                    .map(|at| {
                        u8::from_str_radix(&word("x-signature-ed25519")[at * 2..at * 2 + 2], 16).unwrap()
                    })
                    .collect();
                let signature = Signature::from_slice(&bytes).unwrap();
                let signed = format!("{}{body}", word("x-signature-timestamp"));
                if key.verify_strict(signed.as_bytes(), &signature).is_err() {
                    return (StatusCode::UNAUTHORIZED, axum::Json(json!({})));
                }
                let interaction: Value = serde_json::from_str(&body).unwrap();
                let answer = if interaction["type"] == 1 {
                    json!({"type": 1})
                } else {
                    json!({"type": 4, "data": {"content": "by post"}})
                };
                heard.lock().unwrap().push(interaction);
                (StatusCode::OK, axum::Json(answer))
            }
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, hook).await });
    bot.discord.set_endpoint(&url).await.unwrap();
    let ask = ada.slash(place.channel, "order", &[("size", json!("big"))]);
    bot.discord
        .record()
        .until(Duration::from_secs(5), |acts| acts.iter().any(|act| act.text == "by post"))
        .await;
    assert_eq!(heard.lock().unwrap().last().unwrap()["id"], ask.id.to_string());
    bot.does("POST", &bot.webhook(&ask, ""), json!({"content": "more"})).await;
    assert!(bot.discord.set_endpoint("http://127.0.0.1:9/").await.is_err());
}

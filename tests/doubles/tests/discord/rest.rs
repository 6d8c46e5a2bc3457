use doubles::{Button, Did};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::Bot;

#[tokio::test]
async fn the_bot_knows_itself_and_where_the_gateway_is() {
    let bot = Bot::new().await;
    assert_eq!(bot.does("GET", "/users/@me", Value::Null).await["bot"], true);
    assert_eq!(
        bot.does("GET", "/applications/@me", Value::Null).await["id"],
        bot.discord.application_id().to_string()
    );
    let gateway = bot.does("GET", "/gateway/bot", Value::Null).await;
    assert!(gateway["url"].as_str().unwrap().starts_with("ws://127.0.0.1:"));
    assert_eq!(gateway["session_start_limit"]["max_concurrency"], 1);
    let wrong =
        bot.client.get(format!("{}/api/v10/users/@me", bot.discord.url())).header("Authorization", "Bot no");
    let wrong = wrong.send().await.unwrap();
    assert_eq!(wrong.status(), 401);
    assert_eq!(wrong.json::<Value>().await.unwrap(), json!({"message": "401: Unauthorized", "code": 0}));
    assert_eq!(bot.call("GET", "/no/such/route", Value::Null).await.0, 404);
}

#[tokio::test]
async fn messages_are_sent_edited_and_deleted() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let ada = bot.discord.person("Ada");
    ada.joins(place.guild);
    let theirs = ada.says(place.channel, "hello");
    let path = format!("/channels/{}/messages", place.channel);
    let body = json!({
        "content": "one", "message_reference": {"message_id": theirs.to_string()}, "allowed_mentions": {"parse": [], "users": []},
        "embeds": [{"title": "T", "fields": [{"name": "a", "value": "b", "inline": true}], "color": 5}],
        "components": [
            {"type": 1, "components": [{"type": 2, "style": 1, "label": "Yes", "custom_id": "y", "disabled": false}, {"type": 2, "style": 5, "label": "Site", "url": "https://a.example"}]},
            {"type": 1, "components": [{"type": 3, "custom_id": "pick", "placeholder": "Pick", "options": [{"label": "A", "value": "a"}]}]}
        ]
    });
    let sent = bot.does("POST", &path, body).await;
    assert_eq!(sent["referenced_message"]["content"], "hello");
    let one = format!("{path}/{}", sent["id"].as_str().unwrap());
    assert_eq!(bot.does("GET", &one, Value::Null).await["content"], "one");
    assert_eq!(bot.does("PATCH", &one, json!({"content": "two", "components": []})).await["content"], "two");
    assert_eq!(bot.refused("PATCH", &format!("{path}/{theirs}"), json!({"content": "x"})).await, 50005);
    bot.does("PUT", &format!("{path}/{theirs}/reactions/%F0%9F%91%8D/@me"), Value::Null).await;
    bot.does("POST", &format!("/channels/{}/typing", place.channel), Value::Null).await;
    bot.does("DELETE", &one, Value::Null).await;
    assert_eq!(bot.refused("GET", &one, Value::Null).await, 10008);
    let acts = bot.discord.transcript();
    let did: Vec<_> = acts.iter().map(|act| act.did).collect();
    assert_eq!(did, [Did::Sent, Did::Edited, Did::Reacted, Did::Typed, Did::Deleted]);
    let row = [
        Button { text: "Yes".into(), data: Some("y".into()), url: None },
        Button { text: "Site".into(), data: None, url: Some("https://a.example".into()) },
    ];
    assert_eq!(acts[0].buttons[0], row);
    assert_eq!(acts[0].buttons[1][0].text, "Pick");
    assert_eq!(acts[0].reply_to, Some(theirs.to_string()));
    assert_eq!(acts[2].text, "👍");
    assert!(bot.discord.record().violations().is_empty(), "{:?}", bot.discord.record().violations());
}

#[tokio::test]
async fn what_is_beyond_the_limits_is_an_invalid_form() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let path = format!("/channels/{}/messages", place.channel);
    let button = |id: String| json!({"type": 2, "style": 1, "label": "b", "custom_id": id});
    let row = |buttons: Vec<Value>| json!({"type": 1, "components": buttons});
    let cases = [
        (json!({"content": "x".repeat(2001)}), "/content"),
        (json!({"content": "x", "embeds": vec![json!({"title": "t"}); 11]}), "/embeds"),
        (json!({"embeds": [{"title": "x".repeat(257)}]}), "/embeds/0/title"),
        (json!({"embeds": [{"description": "x".repeat(4097)}]}), "/embeds/0/description"),
        (
            json!({"embeds": [{"fields": [{"name": "", "value": "v", "inline": false}]}]}),
            "/embeds/0/fields/0/name",
        ),
        (
            json!({"embeds": [{"description": "x".repeat(3500)}, {"description": "x".repeat(3500)}]}),
            "/embeds",
        ),
        (
            json!({"content": "x", "components": (0..6).map(|n| row(vec![button(n.to_string())])).collect::<Vec<_>>()}),
            "/components",
        ),
        (
            json!({"content": "x", "components": [row((0..6).map(|n| button(n.to_string())).collect())]}),
            "/components/0/components",
        ),
        (
            json!({"content": "x", "components": [row(vec![button("x".repeat(101))])]}),
            "/components/0/components/0/custom_id",
        ),
        (
            json!({"content": "x", "components": [row(vec![button("a".into()), button("a".into())])]}),
            "/components/0/components/1/custom_id",
        ),
        (json!({"content": "x", "message_reference": {"message_id": "5"}}), "/message_reference"),
    ];
    for (body, pointer) in cases {
        let (status, answer) = bot.call("POST", &path, body.clone()).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{body}");
        assert!(
            answer["errors"].pointer(pointer).is_some_and(|error| error.get("_errors").is_some()),
            "{pointer}: {answer}"
        );
    }
    assert_eq!(bot.refused("POST", &path, json!({"content": ""})).await, 50006);
    assert_eq!(bot.refused("POST", "/channels/5/messages", json!({"content": "x"})).await, 10003);
    bot.does("POST", &path, json!({"content": "x".repeat(2000)})).await;
    assert!(bot.discord.record().violations().is_empty());
}

#[tokio::test]
async fn what_is_not_of_the_api_is_refused_and_noted() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let path = format!("/channels/{}/messages", place.channel);
    let cases = [
        json!({"content": "x", "colour": 5}),
        json!({"content": 5}),
        json!({"content": "x", "embeds": [{"titel": "t"}]}),
        json!({"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "b", "custom_id": "c", "data": "d"}]}]}),
        json!({"content": "x", "components": [{"type": 1, "components": [{"type": 99, "custom_id": "c"}]}]}),
        json!({"content": "x", "allowed_mentions": {"parse": ["all"]}}),
    ];
    for (at, body) in cases.iter().enumerate() {
        assert_eq!(bot.refused("POST", &path, body.clone()).await, 50035, "{body}");
        assert_eq!(bot.discord.record().violations().len(), at + 1, "{body}");
    }
    assert!(bot.discord.transcript().is_empty());
}

#[tokio::test]
async fn files_go_up_and_come_down() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let ada = bot.discord.person("Ada");
    ada.joins(place.guild);
    let path = format!("/channels/{}/messages", place.channel);
    let payload =
        json!({"content": "look", "attachments": [{"id": 0, "filename": "cat.png", "description": "a cat"}]})
            .to_string();
    let file = Part::bytes(b"pixels".to_vec()).file_name("cat.png").mime_str("image/png").unwrap();
    let form = Form::new().text("payload_json", payload).part("files[0]", file);
    let response = bot.request("POST", &path).multipart(form).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let message: Value = response.json().await.unwrap();
    let url = message["attachments"][0]["url"].as_str().unwrap();
    assert_eq!(bot.client.get(url).send().await.unwrap().text().await.unwrap(), "pixels");
    assert_eq!(bot.discord.transcript()[0].media[0].name, "cat.png");
    let missing = json!({"content": "x", "attachments": [{"id": 3, "filename": "gone.png"}]});
    assert_eq!(bot.refused("POST", &path, missing).await, 50035);
    let sent = ada.sends(place.channel, "a.txt", b"words", "read");
    let url = bot.discord.message(place.channel, sent).unwrap()["attachments"][0]["url"]
        .as_str()
        .unwrap()
        .to_string();
    assert_eq!(bot.client.get(url).send().await.unwrap().text().await.unwrap(), "words");
}

#[tokio::test]
async fn an_enforced_nonce_sends_once() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let path = format!("/channels/{}/messages", place.channel);
    let body = json!({"content": "once", "nonce": "k1", "enforce_nonce": true});
    let first = bot.does("POST", &path, body.clone()).await;
    assert_eq!(bot.does("POST", &path, body).await["id"], first["id"]);
    assert_eq!(bot.discord.transcript().len(), 1);
}

#[tokio::test]
async fn members_roles_bans_and_direct_messages() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let ada = bot.discord.person("Ada");
    ada.joins(place.guild);
    let role = bot.discord.role(place.guild, "Helper");
    let guild = format!("/guilds/{}", place.guild);
    let member = format!("{guild}/members/{}", ada.id);
    bot.does("PUT", &format!("{member}/roles/{role}"), Value::Null).await;
    assert_eq!(bot.does("GET", &member, Value::Null).await["roles"], json!([role.to_string()]));
    bot.does("DELETE", &format!("{member}/roles/{role}"), Value::Null).await;
    assert_eq!(bot.refused("PUT", &format!("{member}/roles/5"), Value::Null).await, 10011);
    bot.does("DELETE", &member, Value::Null).await;
    assert_eq!(bot.refused("GET", &member, Value::Null).await, 10007);
    bot.does("PUT", &format!("{guild}/bans/{}", ada.id), json!({"delete_message_seconds": 0})).await;
    bot.does("DELETE", &format!("{guild}/bans/{}", ada.id), Value::Null).await;
    assert_eq!(bot.refused("DELETE", &format!("{guild}/bans/{}", ada.id), Value::Null).await, 10026);
    let direct = bot.does("POST", "/users/@me/channels", json!({"recipient_id": ada.id.to_string()})).await;
    assert_eq!(direct["id"], ada.direct().to_string());
    let path = format!("/channels/{}/messages", ada.direct());
    bot.does("POST", &path, json!({"content": "psst"})).await;
    ada.closes_direct();
    assert_eq!(bot.refused("POST", &path, json!({"content": "psst"})).await, 50007);
    let people: Vec<_> = bot.discord.transcript().into_iter().filter_map(|act| act.person).collect();
    assert_eq!(people.len(), 5);
}

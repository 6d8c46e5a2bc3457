use doubles::{Button, Did};
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::Bot;

#[tokio::test]
async fn a_method_is_called_in_any_letter_case_and_form() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    assert_eq!(bot.does("GETME", json!({})).await["username"], "double_bot");
    let get = bot.client.get(bot.address("getMe")).send().await.unwrap();
    assert_eq!(get.status(), 200);
    bot.does("SendMessage", json!({"chat_id": ada.id, "text": "as JSON"})).await;
    let markup = r#"{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}"#;
    let form = format!("chat_id={}&text=12%2B3&disable_notification=true&reply_markup={markup}", ada.id);
    let post = bot.client.post(bot.address("sendmessage")).body(form);
    let post = post.header("Content-Type", "application/x-www-form-urlencoded").send().await.unwrap();
    assert_eq!(post.status(), 200, "{}", post.text().await.unwrap());
    let form =
        Form::new().text("chat_id", ada.id.to_string()).text("text", "as parts").text("parse_mode", "HTML");
    let post = bot.client.post(bot.address("sendMessage")).multipart(form).send().await.unwrap();
    assert_eq!(post.status(), 200, "{}", post.text().await.unwrap());
    let acts = bot.telegram.transcript();
    let texts: Vec<_> = acts.iter().map(|act| (act.did, act.text.as_str())).collect();
    assert_eq!(texts, [(Did::Sent, "as JSON"), (Did::Sent, "12+3"), (Did::Sent, "as parts")]);
    assert_eq!(acts[1].buttons, [[Button { text: "A".into(), data: Some("a".into()), url: None }]]);
    assert_eq!(acts[2].parse_mode.as_deref(), Some("HTML"));
    assert!(bot.telegram.record().violations().is_empty());
}

#[tokio::test]
async fn what_is_not_of_the_api_is_refused_and_noted() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada").id;
    let cases = [
        ("sendMessage", json!({"chat_id": ada, "text": "hi", "colour": "red"})),
        ("sendMessage", json!({"chat_id": ada, "text": 5})),
        ("sendMessage", json!({"chat_id": ada})),
        ("sendMessage", json!({"chat_id": ada, "text": "hi", "parse_mode": "BBCode"})),
        (
            "sendMessage",
            json!({"chat_id": ada, "text": "hi", "reply_markup": {"inline_keyboard": [[{"text": "a", "callbak": "a"}]]}}),
        ),
        ("sendChatAction", json!({"chat_id": ada, "action": "dance"})),
        ("getMe", json!({"now": true})),
        ("sendMesage", json!({"chat_id": ada, "text": "hi"})),
    ];
    for (at, (method, body)) in cases.iter().enumerate() {
        bot.refused(method, body.clone()).await;
        assert_eq!(bot.telegram.record().violations().len(), at + 1, "{method} {body}");
    }
    assert!(bot.telegram.transcript().is_empty());
    let wrong = format!("{}/bot1:nobody/getMe", bot.telegram.url());
    assert_eq!(bot.client.get(wrong).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn limits_are_told_in_the_platforms_words() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada").id;
    let long = "x".repeat(4097);
    let keyboard = |data: &str| json!({"inline_keyboard": [[{"text": "b", "callback_data": data}]]});
    let cases = [
        ("sendMessage", json!({"chat_id": ada, "text": ""}), "Bad Request: message text is empty"),
        ("sendMessage", json!({"chat_id": ada, "text": long}), "Bad Request: message is too long"),
        ("sendMessage", json!({"chat_id": 77, "text": "hi"}), "Bad Request: chat not found"),
        (
            "sendMessage",
            json!({"chat_id": ada, "text": "hi", "reply_markup": keyboard(&"ä".repeat(33))}),
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            "sendMessage",
            json!({"chat_id": ada, "text": "hi", "reply_parameters": {"message_id": 99}}),
            "Bad Request: message to be replied not found",
        ),
        (
            "editMessageText",
            json!({"chat_id": ada, "message_id": 99, "text": "hi"}),
            "Bad Request: message to edit not found",
        ),
        (
            "deleteMessage",
            json!({"chat_id": ada, "message_id": 99}),
            "Bad Request: message to delete not found",
        ),
        (
            "answerCallbackQuery",
            json!({"callback_query_id": "99"}),
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        (
            "sendPhoto",
            json!({"chat_id": ada, "photo": "nothing"}),
            "Bad Request: wrong file identifier/HTTP URL specified",
        ),
        (
            "sendPoll",
            json!({"chat_id": ada, "question": "?", "options": [{"text": "one"}]}),
            "Bad Request: poll must have at least 2 option",
        ),
        (
            "banChatMember",
            json!({"chat_id": ada, "user_id": ada}),
            "Bad Request: chat member status can't be changed in private chats",
        ),
    ];
    for (method, body, words) in cases {
        assert_eq!(bot.refused(method, body).await, words);
    }
    bot.does(
        "sendMessage",
        json!({"chat_id": ada, "text": "x".repeat(4096), "reply_markup": keyboard(&"d".repeat(64))}),
    )
    .await;
    let stranger = bot.telegram.stranger("Eve");
    let words = bot.refused("sendMessage", json!({"chat_id": stranger.id, "text": "hi"})).await;
    assert_eq!(words, "Forbidden: bot can't initiate conversation with a user");
    stranger.says(stranger.private(), "hello");
    bot.does("sendMessage", json!({"chat_id": stranger.id, "text": "hi"})).await;
    stranger.blocks();
    let words = bot.refused("sendMessage", json!({"chat_id": stranger.id, "text": "hi"})).await;
    assert_eq!(words, "Forbidden: bot was blocked by the user");
    assert!(bot.telegram.record().violations().is_empty());
}

#[tokio::test]
async fn messages_are_edited_and_deleted() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    let chat = ada.private();
    let theirs = ada.says(chat, "hello");
    let sent = bot
        .does(
            "sendMessage",
            json!({"chat_id": chat, "text": "one", "reply_parameters": {"message_id": theirs}}),
        )
        .await;
    assert_eq!(sent["reply_to_message"]["text"], "hello");
    let id = &sent["message_id"];
    let edit = json!({"chat_id": chat, "message_id": id, "text": "two"});
    assert_eq!(bot.does("editMessageText", edit.clone()).await["text"], "two");
    assert!(bot.refused("editMessageText", edit).await.starts_with("Bad Request: message is not modified"));
    let words =
        bot.refused("editMessageText", json!({"chat_id": chat, "message_id": theirs, "text": "x"})).await;
    assert_eq!(words, "Bad Request: message can't be edited");
    bot.does("editMessageReplyMarkup", json!({"chat_id": chat, "message_id": id, "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "https://a.example"}]]}})).await;
    bot.does(
        "setMessageReaction",
        json!({"chat_id": chat, "message_id": theirs, "reaction": [{"type": "emoji", "emoji": "👍"}]}),
    )
    .await;
    bot.does("setMessageReaction", json!({"chat_id": chat, "message_id": theirs})).await;
    bot.does("deleteMessage", json!({"chat_id": chat, "message_id": id})).await;
    let did: Vec<_> = bot.telegram.transcript().iter().map(|act| act.did).collect();
    assert_eq!(did, [Did::Sent, Did::Edited, Did::Edited, Did::Reacted, Did::Reacted, Did::Deleted]);
    assert!(bot.telegram.message(chat, id.as_i64().unwrap() as i32).is_none());
}

#[tokio::test]
async fn media_go_up_and_come_down() {
    let bot = Bot::new().await;
    let ada = bot.telegram.person("Ada");
    let part = || Part::bytes(b"pixels".to_vec()).file_name("cat.jpg").mime_str("image/jpeg").unwrap();
    let chat = ada.id.to_string();
    // As its own part, and by a name that another field gives.
    let direct = Form::new().text("chat_id", chat.clone()).text("caption", "a cat").part("photo", part());
    let named =
        Form::new().text("chat_id", chat.clone()).text("document", "attach://xyz").part("xyz", part());
    for (method, form) in [("sendPhoto", direct), ("SendDocument", named)] {
        let answer = bot.client.post(bot.address(method)).multipart(form).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    }
    let media = r#"[{"type":"photo","media":"attach://one","caption":"first"},{"type":"video","media":"https://a.example/b.mp4"}]"#;
    let album = Form::new().text("chat_id", chat).text("media", media).part("one", part());
    let answer = bot.client.post(bot.address("sendMediaGroup")).multipart(album).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    let acts = bot.telegram.transcript();
    let kinds: Vec<_> = acts.iter().map(|act| (act.media[0].kind.as_str(), act.text.as_str())).collect();
    assert_eq!(kinds, [("photo", "a cat"), ("document", ""), ("photo", "first"), ("video", "")]);
    assert_eq!(acts[1].media[0].bytes, b"pixels");
    ada.sends(
        ada.private(),
        doubles::telegram::Sends::Document { name: "a b.txt", bytes: b"words" },
        Some("read"),
    );
    let update = bot.updates(json!({})).await.pop().unwrap();
    let id = update["message"]["document"]["file_id"].clone();
    let path = bot.does("getFile", json!({"file_id": id})).await["file_path"].as_str().unwrap().to_string();
    for path in [path.replace('/', "%2F"), path] {
        let file = format!("{}/file/bot{}/{path}", bot.telegram.url(), bot.telegram.token());
        assert_eq!(bot.client.get(file).send().await.unwrap().text().await.unwrap(), "words");
    }
    assert!(bot.telegram.record().violations().is_empty());
}

#[tokio::test]
async fn people_are_banned_and_commands_set() {
    let bot = Bot::new().await;
    let (ada, bob) = (bot.telegram.person("Ada"), bot.telegram.person("Bob"));
    let club = bot.telegram.group("Club", &[&ada, &bob]);
    let status = async |id: u64| {
        bot.does("getChatMember", json!({"chat_id": club, "user_id": id})).await["status"].clone()
    };
    assert_eq!(status(ada.id).await, "creator");
    bot.does(
        "restrictChatMember",
        json!({"chat_id": club, "user_id": bob.id, "permissions": {"can_send_messages": false}}),
    )
    .await;
    assert_eq!(status(bob.id).await, "restricted");
    bot.does("promoteChatMember", json!({"chat_id": club, "user_id": bob.id, "can_manage_chat": true})).await;
    assert_eq!(status(bob.id).await, "administrator");
    bot.does("banChatMember", json!({"chat_id": club, "user_id": bob.id})).await;
    assert_eq!(status(bob.id).await, "kicked");
    bot.does("unbanChatMember", json!({"chat_id": club, "user_id": bob.id, "only_if_banned": true})).await;
    assert_eq!(status(bob.id).await, "left");
    assert_eq!(
        bot.refused("banChatMember", json!({"chat_id": club, "user_id": ada.id})).await,
        "Bad Request: can't remove chat owner"
    );
    assert_eq!(bot.does("getChat", json!({"chat_id": club})).await["title"], "Club");
    let commands = json!([{"command": "start", "description": "Begin"}]);
    bot.does("setMyCommands", json!({"commands": commands})).await;
    assert_eq!(bot.does("getMyCommands", json!({})).await, commands);
    bot.does("deleteMyCommands", json!({})).await;
    assert_eq!(bot.does("getMyCommands", json!({})).await, json!([]));
    assert_eq!(
        bot.refused("setMyCommands", json!({"commands": [{"command": "Start!", "description": "x"}]})).await,
        "Bad Request: BOT_COMMAND_INVALID"
    );
}

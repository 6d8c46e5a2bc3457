use std::time::Duration;

use doubles::Disturb;
use serde_json::{Value, json};

use crate::{Bot, INTENTS};

#[tokio::test]
async fn a_bot_identifies_and_hears_what_happens() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let (mut line, ready) = bot.identified().await;
    assert_eq!((&ready["v"], &ready["guilds"][0]["id"]), (&json!(10), &json!(place.guild.to_string())));
    assert_eq!(line.event("GUILD_CREATE").await["channels"][0]["name"], "general");
    bot.discord.until_connected(Duration::from_secs(1)).await;
    line.send(json!({"op": 1, "d": 2})).await;
    assert_eq!(line.next().await["op"], 11);
    let ada = bot.discord.person("Ada");
    ada.joins(place.guild);
    assert_eq!(line.event("GUILD_MEMBER_ADD").await["user"]["global_name"], "Ada");
    let said = ada.says(place.channel, "hi");
    let message = line.event("MESSAGE_CREATE").await;
    assert_eq!((&message["content"], &message["guild_id"]), (&json!("hi"), &json!(place.guild.to_string())));
    ada.reacts(place.channel, said, "🔥");
    assert_eq!(line.event("MESSAGE_REACTION_ADD").await["emoji"]["name"], "🔥");
    ada.says(ada.direct(), "psst");
    assert!(line.event("MESSAGE_CREATE").await.get("guild_id").is_none());
    bot.does("POST", &format!("/channels/{}/messages", place.channel), json!({"content": "mine"})).await;
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "mine");
    ada.leaves(place.guild);
    line.event("GUILD_MEMBER_REMOVE").await;
}

#[tokio::test]
async fn only_what_the_intents_name_comes() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let mut line = bot.connect().await;
    line.identify(bot.discord.token(), 1 << 9).await;
    line.event("READY").await;
    let ada = bot.discord.person("Ada");
    ada.joins(place.guild);
    ada.says(ada.direct(), "psst");
    ada.says(place.channel, "secret");
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "", "without the intent for content");
}

#[tokio::test]
async fn wrong_frames_are_closed_by_their_code() {
    let bot = Bot::new().await;
    bot.discord.refuse_intents(1 << 15);
    let identify = |token: &str, intents: u64| json!({"op": 2, "d": {"token": token, "intents": intents, "properties": {"os": "", "browser": "", "device": ""}}});
    let token = bot.discord.token().to_string();
    let cases = [
        (json!({"op": 99}), 4001),
        (json!("no frame"), 4002),
        (json!({"op": 2, "d": {"token": token}}), 4002),
        (json!({"op": 3, "d": {}}), 4003),
        (identify("no", INTENTS), 4004),
        (json!({"op": 6, "d": {"token": "no", "session_id": "a", "seq": 1}}), 4004),
        (identify(&token, 1 << 60), 4013),
        (identify(&token, INTENTS), 4014),
    ];
    for (frame, code) in cases {
        let mut line = bot.connect().await;
        line.send(frame.clone()).await;
        assert_eq!(line.next().await["close"], code, "{frame}");
    }
    let mut line = bot.connect().await;
    line.send(identify(&format!("Bot {token}"), 1)).await;
    line.event("READY").await;
    line.send(identify(&token, 1)).await;
    assert_eq!(line.next().await["close"], 4005);
    bot.discord.set_heartbeat(Duration::from_millis(100));
    assert_eq!(bot.connect().await.next().await["close"], 4009, "no heartbeat came");
}

#[tokio::test]
async fn a_resumed_session_hears_what_it_missed() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let ada = bot.discord.person("Ada");
    let (mut line, ready) = bot.identified().await;
    line.event("GUILD_CREATE").await;
    bot.discord.drop_connections();
    assert_eq!(line.next().await["close"], 0);
    for text in ["one", "two"] {
        ada.says(place.channel, text);
    }
    assert_eq!(bot.discord.connected(), 0);
    let mut line = bot.connect().await;
    line.resume(bot.discord.token(), &ready["session_id"], 2).await;
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "one");
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "two");
    line.event("RESUMED").await;
    ada.says(place.channel, "three");
    let frame = line.next().await;
    assert_eq!((&frame["s"], &frame["d"]["content"]), (&json!(6), &json!("three")));
    bot.discord.ask_to_reconnect();
    assert_eq!(line.next().await["op"], 7);
    // What was confirmed by no sequence comes again.
    let mut line = bot.connect().await;
    line.resume(bot.discord.token(), &ready["session_id"], 5).await;
    assert_eq!(line.event("MESSAGE_CREATE").await["content"], "three");
    line.event("RESUMED").await;
    let mut other = bot.connect().await;
    other.resume(bot.discord.token(), &ready["session_id"], 99).await;
    assert_eq!(other.next().await["close"], 4007);
}

#[tokio::test]
async fn an_invalid_session_begins_anew() {
    let bot = Bot::new().await;
    bot.discord.guild("Club");
    let (mut line, ready) = bot.identified().await;
    line.event("GUILD_CREATE").await;
    bot.discord.invalidate_sessions(true);
    let frame = line.next().await;
    assert_eq!((&frame["op"], &frame["d"]), (&json!(9), &json!(true)));
    bot.discord.invalidate_sessions(false);
    assert_eq!(line.next().await["d"], false);
    let mut line = bot.connect().await;
    line.resume(bot.discord.token(), &ready["session_id"], 1).await;
    let frame = line.next().await;
    assert_eq!((&frame["op"], &frame["d"]), (&json!(9), &json!(false)));
    line.identify(bot.discord.token(), INTENTS).await;
    assert_ne!(line.event("READY").await["session_id"], ready["session_id"]);
    line.event("GUILD_CREATE").await;
    bot.discord.close_connections(4000);
    assert_eq!(line.next().await["close"], 4000);
}

#[tokio::test]
async fn events_come_twice_or_late() {
    let bot = Bot::new().await;
    let place = bot.discord.guild("Club");
    let ada = bot.discord.person("Ada");
    let (mut line, _) = bot.identified().await;
    line.event("GUILD_CREATE").await;
    bot.discord.disturb(Disturb::Twice);
    bot.discord.disturb(Disturb::Late);
    for text in ["one", "two", "three"] {
        ada.says(place.channel, text);
    }
    let mut heard: Vec<Value> = Vec::new();
    for _ in 0..4 {
        heard.push(line.event("MESSAGE_CREATE").await["content"].clone());
    }
    assert_eq!(heard, ["one", "one", "three", "two"]);
}

use std::time::Duration;

use channels::{ChannelError, Discord};
use doubles::Fault;
use engine::What;

use crate::{Line, connect};

#[tokio::test]
async fn a_token_that_nobody_has() {
    let double = doubles::Discord::start().await;
    let url = double.url().parse().unwrap();
    for token in ["wrong", "", "a b"] {
        assert_eq!(
            Discord::connect(token, Some(&url)).await.unwrap_err(),
            ChannelError::Unauthorized("Discord"),
            "{token}"
        );
    }
    let bot = Discord::connect(&format!("Bot {}", double.token()), Some(&url)).await.unwrap();
    assert_eq!(bot.application, double.application_id().to_string());
    assert!(!format!("{bot:?}").contains("MTE0"), "{bot:?}");
    double.faults().add("GET /users/@me", Fault::Broken(502), 1);
    assert!(connect(&double).await.unwrap_err().passes());
    double.faults().add("GET /users/@me", Fault::TooMany { retry_after: 0.5 }, 1);
    let after = Duration::from_millis(500);
    assert_eq!(connect(&double).await.unwrap_err(), ChannelError::RateLimited { network: "Discord", after });
}

async fn says(line: &mut Line, ada: &doubles::discord::Person, channel: u64, text: &str) {
    ada.says(channel, text);
    let event = line.event().await;
    assert!(matches!(&event.what, What::Message(message) if message.text == text), "{text}: {event:?}");
}

#[tokio::test]
async fn a_broken_line_goes_on_where_it_was() {
    let (mut line, place, ada) = Line::new().await;
    says(&mut line, &ada, place.channel, "one").await;
    let session = line.place.clone().unwrap().session;
    line.double.drop_connections();
    says(&mut line, &ada, place.channel, "two").await;
    line.double.ask_to_reconnect();
    says(&mut line, &ada, place.channel, "three").await;
    line.double.close_connections(4000);
    says(&mut line, &ada, place.channel, "four").await;
    assert_eq!(line.place.clone().unwrap().session, session);
    assert_eq!(line.double.frames().iter().filter(|frame| frame["op"] == 2).count(), 1, "identified once");
    line.is_clean();
}

#[tokio::test]
async fn a_session_that_is_lost_begins_anew() {
    let (mut line, place, ada) = Line::new().await;
    says(&mut line, &ada, place.channel, "one").await;
    let session = line.place.clone().unwrap().session;
    line.double.invalidate_sessions(false);
    assert_eq!(line.told().await.heard, None);
    assert_ne!(line.place.clone().unwrap().session, session);
    says(&mut line, &ada, place.channel, "two").await;
    line.is_clean();
}

#[tokio::test]
async fn a_host_that_starts_again_hears_what_it_had_not_committed() {
    let (mut line, place, ada) = Line::new().await;
    says(&mut line, &ada, place.channel, "one").await;
    let committed = line.place.clone();
    says(&mut line, &ada, place.channel, "two").await;
    let Line { double, bot, listener, .. } = line;
    drop(listener);
    ada.says(place.channel, "three");
    let again = connect(&double).await.unwrap();
    drop(bot);
    let mut line = Line { listener: again.listen(committed), double, bot: again, place: None };
    for text in ["two", "three"] {
        let event = line.event().await;
        assert!(matches!(&event.what, What::Message(message) if message.text == text), "{text}: {event:?}");
        assert_eq!(event.chat.unwrap().title.as_deref(), Some("general"), "channels are asked for");
    }
    line.is_clean();
}

#[tokio::test]
async fn what_does_not_pass_ends_the_listener() {
    let (mut line, _, _) = Line::new().await;
    line.double.refuse_intents(1 << 15);
    line.double.forget_sessions();
    line.double.ask_to_reconnect();
    let error = loop {
        match line.listener.next().await.unwrap() {
            Ok(_) => {}
            Err(error) if error.passes() => {}
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("developer portal"), "{error}");
    assert!(line.listener.next().await.is_none());
    let (mut line, _, _) = Line::new().await;
    line.double.close_connections(4004);
    assert_eq!(line.listener.next().await, Some(Err(ChannelError::Unauthorized("Discord"))));
    assert!(line.listener.next().await.is_none());
}

#[tokio::test]
async fn hearts_beat() {
    let double = doubles::Discord::start().await;
    double.set_heartbeat(Duration::from_millis(100));
    let bot = connect(&double).await.unwrap();
    let _listener = bot.listen(None);
    double.until_connected(Duration::from_secs(5)).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let beats = double.frames().iter().filter(|frame| frame["op"] == 1).count();
    assert!((4..9).contains(&beats), "{beats}");
    assert_eq!(double.connected(), 1);
    assert_eq!(double.frames().iter().filter(|frame| frame["op"] == 2).count(), 1);
}

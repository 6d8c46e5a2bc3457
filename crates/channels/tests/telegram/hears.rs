use std::time::Duration;

use channels::telegram::SECRET_HEADER;
use doubles::Disturb;
use doubles::telegram::Sends;
use engine::What;
use engine::effect::{Button, ButtonDoes, Effect, Keyboard, Send};
use engine::event::{ChatKind, FileKind};
use serde_json::json;

use crate::{Line, number, of, to};

#[tokio::test]
async fn people_write() {
    let mut line = Line::new().await;
    let ada = line.double.person("Ada");
    let chat = ada.private();
    let first = ada.says(chat, "hello");
    ada.says(chat, "/order@double_bot two pizzas");
    ada.says(chat, "/order@other_bot two pizzas");
    ada.says(chat, "/start");
    ada.replies(chat, first, "well");
    let heard = line.hear().await;
    assert_eq!(heard.len(), 4, "a command for another bot is none");
    let place = heard[0].chat.clone().unwrap();
    assert_eq!((place.id.as_str(), place.kind, place.title), (&*chat.to_string(), ChatKind::Private, None));
    let person = heard[0].person.clone().unwrap();
    assert_eq!(person.id, ada.id.to_string());
    assert_eq!(
        (person.first_name.as_deref(), person.language.as_deref(), heard[0].channel.as_str()),
        (Some("Ada"), Some("en"), "telegram")
    );
    let What::Message(message) = &heard[0].what else { panic!("{heard:?}") };
    assert_eq!((message.text.as_str(), message.id.as_str()), ("hello", &*format!("{chat}:{first}")));
    let What::Command(command) = &heard[1].what else { panic!("{heard:?}") };
    assert_eq!((command.name.as_str(), command.args.as_str(), command.slash), ("order", "two pizzas", false));
    assert!(command.id.is_empty());
    let What::Message(reply) = &heard[3].what else { panic!("{heard:?}") };
    assert_eq!(reply.reply_to, Some(message.id.clone()));
    line.is_clean();
}

#[tokio::test]
async fn people_send() {
    let mut line = Line::new().await;
    let ada = line.double.person("Ada");
    let chat = ada.private();
    ada.sends(chat, Sends::Photo { name: "a.jpg", bytes: b"photo" }, Some("look"));
    ada.sends(chat, Sends::Document { name: "a.pdf", bytes: b"document" }, None);
    ada.sends(chat, Sends::Voice { bytes: b"voice" }, None);
    ada.sends(chat, Sends::Location { latitude: 52.5, longitude: 13.25 }, None);
    ada.sends(chat, Sends::Contact { phone: "+49301" }, None);
    let messages: Vec<_> = line
        .hear()
        .await
        .into_iter()
        .map(|event| match event.what {
            What::Message(message) => message,
            other => panic!("{other:?}"),
        })
        .collect();
    let kinds: Vec<_> = messages[..3].iter().map(|message| message.files[0].kind).collect();
    assert_eq!(kinds, [FileKind::Photo, FileKind::Document, FileKind::Voice]);
    assert_eq!(messages[0].text, "look");
    assert_eq!((messages[1].files[0].name.as_deref(), messages[1].files[0].size), (Some("a.pdf"), Some(8)));
    assert_eq!(messages[3].location.map(|at| (at.latitude, at.longitude)), Some((52.5, 13.25)));
    assert_eq!(messages[4].phone.as_deref(), Some("+49301"));
    assert_eq!(line.bot.download(&messages[0].files[0].id).await.unwrap(), b"photo");
    line.is_clean();
}

#[tokio::test]
async fn people_press_react_come_and_go() {
    let mut line = Line::new().await;
    let (ada, bob) = (line.double.person("Ada"), line.double.person("Bob"));
    let club = line.double.group("Club", &[&ada]);
    let button = Button { label: "Yes".into(), does: ButtonDoes::Data("y:1".into()) };
    let question =
        Send { text: "?".into(), keyboard: Keyboard::Inline(vec![vec![button]]), ..Send::default() };
    let asked = line.sends(Effect::Send(question), &to(club)).await;
    let press = ada.presses(club, number(&asked), "Yes");
    ada.reacts(club, number(&asked), "👍");
    ada.reacts(club, number(&asked), "🔥");
    let query = ada.asks_inline("cats");
    let heard = line.updates().await.into_iter().flat_map(|update| update.heard).collect::<Vec<_>>();
    let What::Button(pressed) = &heard[0].event.what else { panic!("{heard:?}") };
    assert_eq!((&*pressed.data, &pressed.message, &*pressed.id), ("y:1", &asked, &*press));
    let place = heard[0].event.chat.clone().unwrap();
    assert_eq!((place.kind, place.title.as_deref()), (ChatKind::Group, Some("Club")));
    let reactions: Vec<_> = heard[1..4]
        .iter()
        .map(|heard| match &heard.event.what {
            What::Reaction(one) => (one.emoji.as_str(), one.removed, one.message == asked),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(reactions, [("👍", false, true), ("👍", true, true), ("🔥", false, true)]);
    assert_ne!(heard[2].id, heard[3].id, "two events of one update have two ids");
    let What::Inline(asked) = &heard[4].event.what else { panic!("{heard:?}") };
    assert_eq!((asked.id.as_str(), asked.query.as_str()), (&*query, "cats"));

    bob.joins(club);
    bob.leaves(club);
    let mut moved = line.updates().await.into_iter().flat_map(|update| update.heard).collect::<Vec<_>>();
    assert_eq!(moved.len(), 4, "each is told as a message and as a change");
    moved.dedup_by(|a, b| a.id == b.id);
    assert!(matches!(&moved[0].event.what, What::Joined(member) if member.who.id == bob.id.to_string()));
    assert!(matches!(&moved.last().unwrap().event.what, What::Left(_)));
    line.is_clean();
}

#[tokio::test]
async fn what_is_not_heard_is_told_and_passed_over() {
    let mut line = Line::new().await;
    let unknown = line.bot.read(br#"{"update_id": 7, "telepathy": {"text": "?"}}"#).unwrap();
    assert_eq!((unknown.next, unknown.heard.len()), (8, 0));
    assert_eq!(unknown.unknown.unwrap()["telepathy"]["text"], "?");
    assert_eq!(line.bot.read(b"<html>"), None);
    assert_eq!(line.bot.read(b"{}"), None);
    let ada = line.double.person("Ada");
    let said = ada.says(ada.private(), "hi");
    ada.edits(ada.private(), said, "ho");
    assert_eq!(line.hear().await.len(), 1);
}

#[tokio::test]
async fn updates_come_again_until_they_are_confirmed() {
    let mut line = Line::new().await;
    let ada = line.double.person("Ada");
    ada.says(ada.private(), "one");
    let first = line.bot.poll(0, Duration::ZERO).await.unwrap();
    let again = line.bot.poll(0, Duration::ZERO).await.unwrap();
    assert_eq!(first, again, "with the same ids");
    line.updates().await;
    line.double.disturb(Disturb::Twice);
    line.double.disturb(Disturb::Late);
    for text in ["two", "three", "four"] {
        ada.says(ada.private(), text);
    }
    let updates = line.updates().await;
    let ids: Vec<_> = updates.iter().map(|update| update.heard[0].id.as_str()).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[0], ids[1]);
    assert!(updates[3].next < updates[2].next, "a late one comes after the one that followed it");
    assert!(line.updates().await.is_empty());
    assert_eq!(line.double.unconfirmed(), 0);
}

#[tokio::test]
async fn a_long_poll_ends_with_the_first_update() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    let began = std::time::Instant::now();
    let (updates, ()) = tokio::join!(line.bot.poll(0, Duration::from_secs(20)), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        ada.says(ada.private(), "hi");
    });
    assert_eq!(updates.unwrap().len(), 1);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_webhook_brings_the_same() {
    let line = Line::new().await;
    let (tell, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let url = crate::server::serve(move |posted| {
        tell.send((posted.header(SECRET_HEADER), posted.body)).unwrap();
        (200, String::new())
    });
    let url = url.await;
    line.bot.set_webhook(&url.parse().unwrap(), "s3cret").await.unwrap();
    let ada = line.double.person("Ada");
    ada.says(ada.private(), "hi");
    let (secret, body) = heard.recv().await.unwrap();
    assert_eq!(secret, "s3cret");
    let update = line.bot.read(&body).unwrap();
    assert!(matches!(&update.heard[0].event.what, What::Message(message) if message.text == "hi"));
    assert!(update.heard[0].id.starts_with(&format!("telegram:{}:", line.bot.id)));
    line.bot.delete_webhook().await.unwrap();
    line.is_clean();
}

#[tokio::test]
async fn one_person_is_told_apart_from_another() {
    let mut line = Line::new().await;
    let (ada, bob) = (line.double.person("Ada"), line.double.person("Bob"));
    let sent = line.sends(Effect::Send(Send { text: "hi".into(), ..Send::default() }), &of(&ada)).await;
    assert_eq!(line.double.message(ada.private(), number(&sent)).unwrap()["text"], json!("hi"));
    ada.says(ada.private(), "a");
    bob.says(bob.private(), "b");
    let people: Vec<_> = line.hear().await.into_iter().map(|event| event.person.unwrap().id).collect();
    assert_eq!(people, [ada.id.to_string(), bob.id.to_string()]);
}

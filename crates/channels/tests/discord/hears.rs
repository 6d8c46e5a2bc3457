use doubles::Disturb;
use engine::What;
use engine::event::{ChatKind, FileKind};

use crate::Line;

#[tokio::test]
async fn people_write() {
    let (mut line, place, ada) = Line::new().await;
    let first = ada.says(place.channel, "hello");
    let event = line.event().await;
    let chat = event.chat.clone().unwrap();
    assert_eq!(
        (chat.id, chat.kind, chat.title.as_deref()),
        (place.channel.to_string().into(), ChatKind::Group, Some("general"))
    );
    let person = event.person.clone().unwrap();
    assert_eq!((person.id, person.first_name.as_deref()), (ada.id.to_string().into(), Some("Ada")));
    let What::Message(message) = &event.what else { panic!("{event:?}") };
    assert_eq!(
        (message.text.as_str(), message.id.as_str()),
        ("hello", &*format!("{}:{first}", place.channel))
    );
    ada.replies(place.channel, first, "well");
    let reply = line.event().await;
    assert!(matches!(&reply.what, What::Message(reply) if reply.reply_to == Some(message.id.clone())));
    ada.says(ada.direct(), "/order two pizzas");
    let direct = line.event().await;
    assert_eq!(direct.chat.unwrap().kind, ChatKind::Private);
    let What::Command(command) = direct.what else { panic!() };
    assert_eq!((command.name.as_str(), command.args.as_str(), command.slash), ("order", "two pizzas", false));
    ada.sends(place.channel, "a.pdf", b"document", "look");
    let event = line.event().await;
    let What::Message(message) = event.what else { panic!() };
    let file = &message.files[0];
    assert_eq!(
        (message.text.as_str(), file.kind, file.name.as_deref(), file.size),
        ("look", FileKind::Document, Some("a.pdf"), Some(8))
    );
    assert!(file.id.starts_with(&line.double.url()), "{file:?}");
    line.is_clean();
}

#[tokio::test]
async fn people_react_come_and_go() {
    let (mut line, place, ada) = Line::new().await;
    let said = ada.says(place.channel, "hello");
    line.event().await;
    ada.reacts(place.channel, said, "🔥");
    let event = line.event().await;
    let What::Reaction(reaction) = &event.what else { panic!("{event:?}") };
    assert_eq!((reaction.emoji.as_str(), reaction.removed), ("🔥", false));
    assert_eq!(reaction.message, format!("{}:{said}", place.channel));
    assert_eq!(event.person.unwrap().id, ada.id.to_string());
    let bob = line.double.person("Bob");
    bob.joins(place.guild);
    let event = line.event().await;
    assert!(matches!(&event.what, What::Joined(member) if member.who.id == bob.id.to_string()));
    assert_eq!(event.chat.unwrap().id, place.channel.to_string(), "where newcomers are greeted");
    bob.leaves(place.guild);
    assert!(matches!(line.event().await.what, What::Left(_)));
    line.is_clean();
}

#[tokio::test]
async fn own_messages_are_not_heard() {
    let (mut line, place, ada) = Line::new().await;
    let send = engine::effect::Send { text: "mine".into(), ..Default::default() };
    line.sends(engine::Effect::Send(send), &crate::to(place.channel)).await;
    ada.says(place.channel, "yours");
    assert!(matches!(line.event().await.what, What::Message(message) if message.text == "yours"));
}

#[tokio::test]
async fn events_come_twice_or_late() {
    let (mut line, place, ada) = Line::new().await;
    line.double.disturb(Disturb::Twice);
    line.double.disturb(Disturb::Late);
    for text in ["one", "two", "three"] {
        ada.says(place.channel, text);
    }
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(line.heard().await);
    }
    assert_eq!(heard[0], heard[1], "with the same id");
    assert_ne!(heard[1].id, heard[2].id);
    let before = line.place.clone().unwrap();
    ada.says(place.channel, "four");
    line.heard().await;
    assert!(line.place.unwrap().seq > before.seq);
}

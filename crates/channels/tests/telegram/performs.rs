use channels::CommandSpec;
use doubles::{Act, Did};
use engine::effect::{
    Asks, Button, ButtonDoes, Done, Edit, Effect, Embed, ErrorKind, Form, Format, InlineResult, Keyboard,
    Media, MediaFrom, Origin, Poll, ReplyButton, Send,
};
use engine::event::FileKind;
use flow::Time;
use smol_str::SmolStr;

use crate::{Line, number, of, to};

fn text(text: &str) -> Send {
    Send { text: text.into(), ..Send::default() }
}

fn buttons(labels: &[&str]) -> Keyboard {
    let button =
        |label: &&str| Button { label: (*label).into(), does: ButtonDoes::Data(label.to_lowercase().into()) };
    Keyboard::Inline(vec![labels.iter().map(button).collect()])
}

pub fn question() -> Effect {
    Effect::Send(Send { keyboard: buttons(&["Yes"]), ..text("?") })
}

fn last(line: &Line) -> Act {
    line.double.transcript().pop().unwrap()
}

fn file(kind: FileKind, from: MediaFrom) -> Media {
    Media { kind, from, name: None }
}

#[tokio::test]
async fn texts_go_out() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    let origin = of(&ada);
    let said = ada.says(ada.private(), "hi");
    let send = Send {
        reply_to: Some(format!("{}:{said}", ada.private()).into()),
        silent: true,
        no_preview: true,
        format: Format::Markdown,
        keyboard: buttons(&["Yes", "No"]),
        ..text("*bold*")
    };
    let id = line.sends(Effect::Send(send), &origin).await;
    let act = last(&line);
    assert_eq!(id, format!("{}:{}", act.chat, act.message));
    assert_eq!((act.text.as_str(), act.parse_mode.as_deref()), ("*bold*", Some("MarkdownV2")));
    assert_eq!(act.reply_to, Some(said.to_string()));
    assert_eq!(act.buttons[0][1].data.as_deref(), Some("no"));
    assert_eq!(act.detail["disable_notification"], true);
    assert_eq!(act.detail["link_preview_options"]["is_disabled"], true);

    let gone = Send { reply_to: Some("999".into()), format: Format::Html, ..text("<b>x</b>") };
    line.sends(Effect::Send(gone), &origin).await;
    assert_eq!((last(&line).reply_to, last(&line).parse_mode.as_deref()), (None, Some("HTML")));

    let ask = |label: &str, asks| ReplyButton { label: label.into(), asks };
    let rows =
        vec![vec![ask("A", None)], vec![ask("Phone", Some(Asks::Phone)), ask("Here", Some(Asks::Location))]];
    let keyboard = Send { keyboard: Keyboard::Reply { rows, once: true }, ..text("?") };
    line.sends(Effect::Send(keyboard), &origin).await;
    let shown = &last(&line).detail["reply_markup"];
    assert_eq!(shown["keyboard"][1][0]["request_contact"], true);
    assert_eq!(shown["one_time_keyboard"], true);
    line.sends(Effect::Send(Send { keyboard: Keyboard::Remove, ..text("!") }), &origin).await;
    assert_eq!(last(&line).detail["reply_markup"]["remove_keyboard"], true);
    let url = Button { label: "Site".into(), does: ButtonDoes::Url("https://example.com/a".into()) };
    line.sends(Effect::Send(Send { keyboard: Keyboard::Inline(vec![vec![url]]), ..text("?") }), &origin)
        .await;
    assert_eq!(last(&line).buttons[0][0].url.as_deref(), Some("https://example.com/a"));
    line.is_clean();
}

#[tokio::test]
async fn files_go_out() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    let origin = of(&ada);
    let asset = || MediaFrom::Asset("assets/menu.jpg".into());
    for kind in [
        FileKind::Photo,
        FileKind::Document,
        FileKind::Video,
        FileKind::Audio,
        FileKind::Voice,
        FileKind::Animation,
    ] {
        let send = Send {
            media: vec![file(kind, asset())],
            keyboard: buttons(&["Yes"]),
            silent: true,
            format: Format::Html,
            ..text("<i>our</i> menu")
        };
        line.sends(Effect::Send(send), &origin).await;
        let act = last(&line);
        assert_eq!(act.media[0].bytes, b"menu", "{kind:?}");
        assert_eq!((act.media[0].name.as_str(), act.text.as_str()), ("menu.jpg", "<i>our</i> menu"));
        assert_eq!((act.parse_mode.as_deref(), act.buttons.len()), (Some("HTML"), 1));
    }
    let sticker = |words: &str| Send { media: vec![file(FileKind::Sticker, asset())], ..text(words) };
    line.sends(Effect::Send(sticker("")), &origin).await;
    assert_eq!(last(&line).call, "sendSticker");
    assert_eq!(line.fails(Effect::Send(sticker("no")), &origin).await.0, ErrorKind::Refused);

    let url = MediaFrom::Url("https://example.com/a.png".into());
    let album = vec![file(FileKind::Photo, url), file(FileKind::Photo, asset())];
    let sent = line.sends(Effect::Send(Send { media: album.clone(), ..text("both") }), &origin).await;
    let acts = line.double.transcript();
    let [.., first, second] = acts.as_slice() else { panic!() };
    assert_eq!(number(&sent).to_string(), first.message);
    assert_eq!((first.text.as_str(), second.text.as_str()), ("both", ""));
    assert_eq!(first.media[0].url.as_deref(), Some("https://example.com/a.png"));
    assert_eq!(second.media[0].bytes, b"menu");
    let with_buttons = Send { media: album, keyboard: buttons(&["Yes"]), ..text("both") };
    assert_eq!(line.fails(Effect::Send(with_buttons), &origin).await.0, ErrorKind::Refused);

    let missing =
        Send { media: vec![file(FileKind::Photo, MediaFrom::Asset("assets/no.jpg".into()))], ..text("") };
    assert_eq!(line.fails(Effect::Send(missing), &origin).await.0, ErrorKind::NotFound);
    line.is_clean();
}

#[tokio::test]
async fn a_file_that_came_goes_out_again() {
    let mut line = Line::new().await;
    let ada = line.double.person("Ada");
    ada.sends(ada.private(), doubles::telegram::Sends::Photo { name: "a.jpg", bytes: b"photo" }, None);
    let heard = line.hear().await;
    let engine::What::Message(message) = &heard[0].what else { panic!() };
    let again = file(FileKind::Photo, MediaFrom::File(message.files[0].id.clone()));
    line.sends(Effect::Send(Send { media: vec![again], ..Send::default() }), &of(&ada)).await;
    assert_eq!(last(&line).media[0].bytes, b"photo");
    line.is_clean();
}

#[tokio::test]
async fn messages_change() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    let origin = of(&ada);
    let id = line.sends(Effect::Send(Send { keyboard: buttons(&["Yes"]), ..text("one") }), &origin).await;
    let edit = |edit: Edit| Effect::Edit(Edit { message: id.clone(), ..edit });
    let shown = || line.double.message(ada.private(), number(&id)).unwrap();

    let words = edit(Edit { text: Some("two".into()), ..Edit::default() });
    assert_eq!(line.sends(words.clone(), &origin).await, id);
    assert_eq!(shown()["text"], "two");
    assert_eq!(shown()["reply_markup"]["inline_keyboard"][0][0]["text"], "Yes", "what is left out stays");
    let (kind, message) = line.fails(words.clone(), &origin).await;
    assert_eq!(kind, ErrorKind::Refused);
    assert!(message.starts_with("Bad Request: message is not modified"), "{message}");
    assert_eq!(line.tries(words, &origin, 2).await, Ok(Done::Sent { message: id.clone() }));

    line.sends(edit(Edit { keyboard: Some(buttons(&["No"])), ..Edit::default() }), &origin).await;
    assert_eq!(
        (&shown()["text"], shown()["reply_markup"]["inline_keyboard"][0][0]["text"].as_str()),
        (&"two".into(), Some("No"))
    );
    line.sends(edit(Edit { keyboard: Some(Keyboard::None), ..Edit::default() }), &origin).await;
    assert!(shown().get("reply_markup").is_none());
    // By the network's own number, and from another chat.
    let by_number =
        Edit { message: number(&id).to_string().into(), text: Some("three".into()), ..Edit::default() };
    line.sends(Effect::Edit(by_number), &origin).await;
    let bob = line.double.person("Bob");
    line.sends(edit(Edit { text: Some("four".into()), ..Edit::default() }), &of(&bob)).await;
    assert_eq!(shown()["text"], "four");

    let photo = vec![file(FileKind::Photo, MediaFrom::Asset("assets/menu.jpg".into()))];
    let photo = line.sends(Effect::Send(Send { media: photo, ..text("before") }), &origin).await;
    let caption = Edit { message: photo.clone(), text: Some("after".into()), ..Edit::default() };
    line.sends(Effect::Edit(caption), &origin).await;
    assert_eq!(line.double.message(ada.private(), number(&photo)).unwrap()["caption"], "after");

    let react = |emoji: &str| Effect::React { message: id.clone(), emoji: emoji.into() };
    for emoji in ["👍", ""] {
        assert_eq!(line.does(react(emoji), &origin).await, Ok(Done::Done));
        assert_eq!((last(&line).did, last(&line).text.as_str()), (Did::Reacted, emoji));
    }
    let (kind, words) = line.fails(react("🪴"), &origin).await;
    assert_eq!((kind, words.as_str()), (ErrorKind::Refused, "Bad Request: REACTION_INVALID"));

    let delete = Effect::Delete { message: id.clone() };
    assert_eq!(line.does(delete.clone(), &origin).await, Ok(Done::Done));
    assert_eq!(line.fails(delete.clone(), &origin).await.1, "Bad Request: message to delete not found");
    assert_eq!(line.tries(delete, &origin, 2).await, Ok(Done::Done));
    line.is_clean();
}

#[tokio::test]
async fn presses_and_queries_are_answered() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    let id = line.sends(Effect::Send(Send { keyboard: buttons(&["Yes"]), ..text("?") }), &of(&ada)).await;
    let press = ada.presses(ada.private(), number(&id), "Yes");
    let answers = |id: &str| Origin { answer_to: Some(id.into()), ..of(&ada) };
    let confirm = |text: &str, alert| Effect::Confirm { text: text.into(), alert };
    assert_eq!(line.does(confirm("", false), &answers(&press)).await, Ok(Done::Done));
    assert_eq!(line.does(confirm("Good!", true), &answers(&press)).await, Ok(Done::Done));
    let answer = line.double.answer_to(&press).unwrap();
    assert_eq!((answer["text"].as_str(), answer["show_alert"].as_bool()), (Some("Good!"), Some(true)));
    assert_eq!(line.fails(confirm("", false), &of(&ada)).await.0, ErrorKind::NotFound);
    assert_eq!(line.fails(confirm("", false), &answers("7")).await.0, ErrorKind::Refused);

    let query = ada.asks_inline("cats");
    let results = vec![
        InlineResult {
            id: "1".into(),
            title: "Cats".into(),
            description: "Many".into(),
            text: "meow".into(),
            thumbnail: "https://example.com/c.png".into(),
        },
        InlineResult { id: "2".into(), title: "Dogs".into(), text: "wuff".into(), ..InlineResult::default() },
    ];
    let origin = Origin { chat: None, ..answers(&query) };
    assert_eq!(line.does(Effect::AnswerInline { results, cache: 60 }, &origin).await, Ok(Done::Done));
    let answer = line.double.answer_to(&query).unwrap();
    assert_eq!(answer["results"][0]["input_message_content"]["message_text"], "meow");
    assert_eq!((&answer["results"][1]["title"], &answer["cache_time"]), (&"Dogs".into(), &60.into()));
    line.is_clean();
}

#[tokio::test]
async fn polls_typing_and_people() {
    let line = Line::new().await;
    let (ada, bob) = (line.double.person("Ada"), line.double.person("Bob"));
    let club = line.double.group("Club", &[&ada, &bob]);
    let options = vec![SmolStr::from("a"), SmolStr::from("b")];
    let poll = Poll { question: "?".into(), options, open_for: Some(60_000), ..Poll::default() };
    line.sends(Effect::Poll(Poll { multiple: true, anonymous: true, ..poll.clone() }), &to(club)).await;
    assert_eq!(last(&line).detail["open_period"], 60);
    line.sends(Effect::Poll(Poll { correct: Some(1), ..poll }), &to(club)).await;
    assert_eq!(last(&line).detail["type"], "quiz");
    assert_eq!(line.does(Effect::Typing, &to(club)).await, Ok(Done::Done));
    assert_eq!(last(&line).did, Did::Typed);

    let who: SmolStr = bob.id.to_string().into();
    for origin in [to(club), Origin { chat: None, ..of(&bob) }] {
        let Ok(Done::Person { person }) = line.does(Effect::UserInfo { person: who.clone() }, &origin).await
        else {
            panic!()
        };
        assert_eq!(person["first_name"], "Bob".into());
        assert_eq!(person["id"], who.clone().into());
    }
    let nobody = Effect::UserInfo { person: "17".into() };
    assert_eq!(line.fails(nobody, &to(club)).await.1, "Bad Request: user not found");

    let kick = Effect::Kick { person: who.clone(), reason: "".into() };
    assert_eq!(line.does(kick.clone(), &to(club)).await, Ok(Done::Done));
    let calls: Vec<_> = line.double.transcript().into_iter().map(|act| act.call).collect();
    assert!(calls.ends_with(&["banChatMember".into(), "unbanChatMember".into()]), "{calls:?}");
    let ban = Effect::Ban { person: who.clone(), until: Some(Time(1_900_000_000_000)), reason: "".into() };
    assert_eq!(line.does(ban, &to(club)).await, Ok(Done::Done));
    assert_eq!(last(&line).detail["until_date"], 1_900_000_000);
    let (_, words) = line.fails(kick, &of(&bob)).await;
    assert_eq!(words, "Bad Request: chat member status can't be changed in private chats");
    line.is_clean();
}

#[tokio::test]
async fn what_telegram_has_not_is_refused_in_the_simulators_words() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    let cases = [
        (Effect::Send(Send { embed: Some(Embed::default()), ..text("x") }), "Telegram has no embeds."),
        (
            Effect::Send(Send { private: true, ..text("x") }),
            "Telegram has no messages that one person alone sees.",
        ),
        (Effect::Form(Form::default()), "Telegram has no forms."),
        (Effect::Role { person: "1".into(), role: "r".into(), give: true }, "Telegram has no roles."),
        (Effect::Send(text(" ")), "Bad Request: message text is empty"),
        (Effect::Send(Send { to: Some("17".into()), ..text("x") }), "Bad Request: chat not found"),
        (Effect::Send(Send { to: Some("nobody".into()), ..text("x") }), "Bad Request: chat not found"),
        (
            Effect::Edit(Edit { message: "x".into(), text: Some("y".into()), ..Edit::default() }),
            "Bad Request: message to edit not found",
        ),
    ];
    for (effect, words) in cases {
        let (kind, message) = line.fails(effect.clone(), &of(&ada)).await;
        assert_eq!((kind, message.as_str()), (ErrorKind::Refused, words), "{effect:?}");
    }
    ada.blocks();
    let (kind, words) = line.fails(Effect::Send(text("x")), &of(&ada)).await;
    assert_eq!((kind, words.as_str()), (ErrorKind::Forbidden, "Forbidden: bot was blocked by the user"));
    line.is_clean();
}

#[tokio::test]
async fn commands_are_offered() {
    let line = Line::new().await;
    let command = |name: &str, is_slash| CommandSpec {
        name: name.into(),
        description: "Begin".into(),
        is_slash,
        ..CommandSpec::default()
    };
    let commands = [command("start", false), command("order", true), command("too-long", false)];
    line.bot.set_commands(&commands).await.unwrap();
    assert_eq!(last(&line).detail["commands"].as_array().unwrap().len(), 1);
    assert_eq!(last(&line).detail["commands"][0]["command"], "start");
    line.is_clean();
}

use std::time::{Duration, Instant};

use channels::{CommandSpec, commands::OptionKind, commands::OptionSpec};
use doubles::{Act, Did, Fault};
use engine::effect::{
    Button, ButtonDoes, Done, Edit, Effect, Embed, EmbedField, ErrorKind, Keyboard, Media, MediaFrom, Origin,
    Poll, Send,
};
use engine::event::FileKind;
use flow::Time;
use serde_json::json;
use smol_str::SmolStr;

use crate::{Line, number, to};

fn text(text: &str) -> Send {
    Send { text: text.into(), ..Send::default() }
}

fn buttons(labels: &[&str]) -> Keyboard {
    let button =
        |label: &&str| Button { label: (*label).into(), does: ButtonDoes::Data(label.to_lowercase().into()) };
    Keyboard::Inline(vec![labels.iter().map(button).collect()])
}

fn last(line: &Line) -> Act {
    line.double.transcript().pop().unwrap()
}

#[tokio::test]
async fn messages_go_out() {
    let (line, place, ada) = Line::new().await;
    let origin = to(place.channel);
    let said = ada.says(place.channel, "hi");
    let url = Button { label: "Site".into(), does: ButtonDoes::Url("https://example.com/a".into()) };
    let Keyboard::Inline(mut rows) = buttons(&["Yes", "No"]) else { panic!() };
    rows.push(vec![url]);
    let send = Send {
        reply_to: Some(format!("{}:{said}", place.channel).into()),
        silent: true,
        no_preview: true,
        keyboard: Keyboard::Inline(rows),
        ..text("**bold**")
    };
    let id = line.sends(Effect::Send(send), &origin).await;
    let act = last(&line);
    assert_eq!(id, format!("{}:{}", act.chat, act.message));
    assert_eq!((act.text.as_str(), act.reply_to), ("**bold**", Some(said.to_string())));
    assert_eq!(act.buttons[0][1].data.as_deref(), Some("no"));
    assert_eq!(act.buttons[1][0].url.as_deref(), Some("https://example.com/a"));
    assert_eq!(act.detail["flags"], (1 << 2) | (1 << 12));

    let gone = Send { reply_to: Some("999".into()), ..text("x") };
    line.sends(Effect::Send(gone), &origin).await;
    let embed = Embed {
        title: "T".into(),
        text: "words".into(),
        url: "https://example.com".into(),
        color: "#ff8000".into(),
        image: "https://example.com/i.png".into(),
        thumbnail: "https://example.com/t.png".into(),
        footer: "F".into(),
        author: "A".into(),
        fields: vec![EmbedField { name: "n".into(), value: "v".into(), inline: true }],
    };
    line.sends(Effect::Send(Send { embed: Some(embed), ..Send::default() }), &origin).await;
    let shown = &last(&line).detail["embeds"][0];
    assert_eq!(
        (&shown["color"], &shown["fields"][0]["name"], &shown["author"]["name"]),
        (&json!(0xff8000), &json!("n"), &json!("A"))
    );

    let media = |from| Media { kind: FileKind::Photo, from, name: None };
    let both = vec![
        media(MediaFrom::Asset("assets/menu.jpg".into())),
        media(MediaFrom::Url("https://example.com/a.png?size=1".into())),
    ];
    line.sends(Effect::Send(Send { media: both, keyboard: buttons(&["Yes"]), ..text("both") }), &origin)
        .await;
    let act = last(&line);
    let names: Vec<_> = act.media.iter().map(|media| (media.name.as_str(), media.bytes.len())).collect();
    assert_eq!(names, [("menu.jpg", 4), ("a.png", 32)]);
    assert_eq!((act.text.as_str(), act.buttons.len()), ("both", 1));

    // A person's id stands for the chat with them.
    let direct =
        line.sends(Effect::Send(Send { to: Some(ada.id.to_string().into()), ..text("psst") }), &origin).await;
    assert!(direct.starts_with(&format!("{}:", ada.direct())));
    line.is_clean();
}

#[tokio::test]
async fn messages_change() {
    let (line, place, _) = Line::new().await;
    let origin = to(place.channel);
    let id = line.sends(Effect::Send(Send { keyboard: buttons(&["Yes"]), ..text("one") }), &origin).await;
    let shown = || line.double.message(place.channel, number(&id)).unwrap();
    let edit = |edit: Edit| Effect::Edit(Edit { message: id.clone(), ..edit });
    let words = edit(Edit { text: Some("two".into()), ..Edit::default() });
    assert_eq!(line.sends(words, &Origin::default()).await, id, "from anywhere");
    assert_eq!((&shown()["content"], shown()["components"].as_array().unwrap().len()), (&json!("two"), 1));
    line.sends(edit(Edit { keyboard: Some(Keyboard::None), ..Edit::default() }), &origin).await;
    assert_eq!((&shown()["content"], &shown()["components"]), (&json!("two"), &json!([])));
    let react = |emoji: &str| Effect::React { message: id.clone(), emoji: emoji.into() };
    assert_eq!(line.does(react("👍"), &origin).await, Ok(Done::Done));
    assert_eq!((last(&line).did, last(&line).text), (Did::Reacted, "👍".into()));
    assert_eq!(line.does(react(""), &origin).await, Ok(Done::Done));
    assert_eq!(line.fails(react("no"), &origin).await, (ErrorKind::NotFound, "Unknown Emoji".into()));
    let delete = Effect::Delete { message: id.clone() };
    assert_eq!(line.does(delete.clone(), &origin).await, Ok(Done::Done));
    assert_eq!(line.fails(delete.clone(), &origin).await, (ErrorKind::NotFound, "Unknown Message".into()));
    assert_eq!(line.tries(delete, &origin, 2).await, Ok(Done::Done));
    line.is_clean();
}

#[tokio::test]
async fn polls_typing_and_people() {
    let (line, place, ada) = Line::new().await;
    let origin = to(place.channel);
    let options = vec![SmolStr::from("a"), SmolStr::from("b")];
    let poll = Poll { question: "?".into(), options, open_for: Some(1), multiple: true, ..Poll::default() };
    line.sends(Effect::Poll(poll), &origin).await;
    assert_eq!(last(&line).detail["poll"]["duration"], 1);
    assert_eq!(line.does(Effect::Typing, &origin).await, Ok(Done::Done));
    let who: SmolStr = ada.id.to_string().into();
    let Ok(Done::Person { person }) = line.does(Effect::UserInfo { person: who.clone() }, &origin).await
    else {
        panic!()
    };
    assert_eq!((person["first_name"].clone(), person["id"].clone()), ("Ada".into(), who.clone().into()));
    let nobody = Effect::UserInfo { person: "17".into() };
    assert_eq!(line.fails(nobody, &origin).await, (ErrorKind::NotFound, "Unknown User".into()));
    let role: SmolStr = line.double.role(place.guild, "Guest").to_string().into();
    for give in [true, false] {
        let role = Effect::Role { person: who.clone(), role: role.clone(), give };
        assert_eq!(line.does(role, &origin).await, Ok(Done::Done));
    }
    let kick = Effect::Kick { person: who.clone(), reason: "spam & more".into() };
    let (_, words) = line.fails(kick.clone(), &to(ada.direct())).await;
    assert_eq!(words, "Cannot execute action on this channel type");
    assert_eq!(line.does(kick, &origin).await, Ok(Done::Done));
    let ban = |until| Effect::Ban { person: who.clone(), until, reason: "".into() };
    assert_eq!(line.does(ban(None), &origin).await, Ok(Done::Done));
    assert_eq!(line.fails(ban(Some(Time(1))), &origin).await.0, ErrorKind::Refused);
    line.is_clean();
}

#[tokio::test]
async fn what_discord_has_not_is_refused() {
    let (line, place, ada) = Line::new().await;
    let origin = to(place.channel);
    let long = "x".repeat(2001);
    let cases = [
        (
            Effect::Send(Send { keyboard: Keyboard::Remove, ..text("x") }),
            ErrorKind::Refused,
            "Discord has no keyboards in place of a person's own.",
        ),
        (
            Effect::AnswerInline { results: Vec::new(), cache: 0 },
            ErrorKind::Refused,
            "Discord has no inline queries.",
        ),
        (Effect::Send(text("")), ErrorKind::Refused, "Cannot send an empty message"),
        (
            Effect::Send(text(&long)),
            ErrorKind::Refused,
            "Invalid Form Body\ncontent[BASE_TYPE_MAX_LENGTH]: Must be 2000 or fewer in length.",
        ),
        (Effect::Send(Send { to: Some("17".into()), ..text("x") }), ErrorKind::NotFound, "Unknown Channel"),
        (
            Effect::Confirm { text: "".into(), alert: false },
            ErrorKind::NotFound,
            "No press waits for this answer.",
        ),
        (Effect::Form(Default::default()), ErrorKind::NotFound, "Unknown interaction"),
    ];
    for (effect, kind, words) in cases {
        assert_eq!(line.fails(effect.clone(), &origin).await, (kind, words.into()), "{effect:?}");
    }
    ada.closes_direct();
    let (kind, words) = line.fails(Effect::Send(text("x")), &to(ada.direct())).await;
    assert_eq!((kind, words.as_str()), (ErrorKind::Forbidden, "Cannot send messages to this user"));
    line.is_clean();
}

#[tokio::test]
async fn each_fault_has_its_kind_and_a_message_goes_out_once() {
    let (line, place, _) = Line::new().await;
    let origin = to(place.channel);
    // The same number makes one message of two, so that sending again does no harm.
    let cases = [
        (Fault::TooMany { retry_after: 0.25 }, ErrorKind::RateLimited),
        (Fault::Broken(502), ErrorKind::Unavailable),
        (Fault::BrokenAfter(504), ErrorKind::Unavailable),
        (Fault::CutBefore, ErrorKind::Network),
        (Fault::CutAfter, ErrorKind::Network),
        (Fault::Unauthorized, ErrorKind::Unauthorized),
    ];
    for (fault, kind) in cases {
        let effect = Effect::Send(text(&format!("{fault:?}")));
        line.double.faults().add("POST /channels/*/messages", fault.clone(), 1);
        let (before, began) = (line.double.transcript().len(), Instant::now());
        let error = line.does(effect.clone(), &origin).await.unwrap_err();
        assert_eq!(error.kind, kind, "{fault:?}: {error:?}");
        assert_eq!(error.retry_after, (kind == ErrorKind::RateLimited).then_some(250));
        assert!(began.elapsed() < Duration::from_secs(5), "{fault:?} is told at once");
        line.sends(effect, &origin).await;
        assert_eq!(line.double.transcript().len() - before, 1, "{fault:?}");
    }
    line.is_clean();
}

#[tokio::test]
async fn commands_are_registered() {
    let (line, _, _) = Line::new().await;
    let option = |name: &str, kind, required| OptionSpec {
        name: name.into(),
        description: name.into(),
        kind,
        required,
        choices: Vec::new(),
    };
    let size =
        OptionSpec { choices: vec![("Big".into(), "b".into())], ..option("size", OptionKind::Text, true) };
    let order = CommandSpec {
        name: "order".into(),
        description: "Order".into(),
        is_slash: true,
        options: vec![
            size,
            option("count", OptionKind::Whole, false),
            option("whom", OptionKind::Person, false),
        ],
    };
    let plain = CommandSpec { is_slash: false, options: Vec::new(), ..order.clone() };
    let start = CommandSpec { name: "start".into(), ..plain.clone() };
    line.bot.set_commands(&[plain, order, start]).await.unwrap();
    let registered = last(&line).detail;
    let names: Vec<_> = registered.as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["order", "start"]);
    assert_eq!(registered[0]["options"][0]["choices"][0]["value"], "b");
    assert_eq!(registered[1]["options"][0]["name"], "args");
    line.is_clean();
}

use std::time::Duration;

use channels::discord::Posted;
use doubles::discord::{Ask, Person, Place};
use doubles::{Did, Fault};
use engine::What;
use engine::effect::{
    Button, ButtonDoes, Done, Edit, Effect, ErrorKind, Form, FormInput, Keyboard, Origin, Send,
};
use serde_json::json;

use crate::{Line, number, to};

fn text(text: &str) -> Effect {
    Effect::Send(Send { text: text.into(), ..Send::default() })
}

fn private(text: &str) -> Effect {
    Effect::Send(Send { text: text.into(), private: true, ..Send::default() })
}

fn confirm(text: &str) -> Effect {
    Effect::Confirm { text: text.into(), alert: false }
}

const PUT_OFF: Duration = Duration::from_millis(2300);

impl Line {
    async fn slash(&mut self, ada: &Person, place: Place) -> (Ask, Origin) {
        let ask = ada.slash(place.channel, "order", &[]);
        let event = self.event().await;
        let What::Command(command) = &event.what else { panic!("{event:?}") };
        assert_eq!((command.name.as_str(), command.slash), ("order", true));
        (ask, Origin::of(&event))
    }

    async fn asks(&self, origin: &Origin, effect: Effect) -> u64 {
        number(&self.sends(effect, origin).await)
    }

    async fn press(&mut self, ada: &Person, channel: u64, message: u64) -> (Ask, Origin) {
        let ask = ada.presses(channel, message, "Yes");
        let event = self.event().await;
        let What::Button(pressed) = &event.what else { panic!("{event:?}") };
        assert_eq!(
            (pressed.data.as_str(), pressed.message.as_str()),
            ("y", &*format!("{channel}:{message}"))
        );
        (ask, Origin::of(&event))
    }

    fn did(&self, from: usize) -> Vec<(Did, String)> {
        self.double.transcript().into_iter().skip(from).map(|act| (act.did, act.text)).collect()
    }
}

fn question(private: bool) -> Effect {
    let yes = Button { label: "Yes".into(), does: ButtonDoes::Data("y".into()) };
    let keyboard = Keyboard::Inline(vec![vec![yes]]);
    Effect::Send(Send { text: "?".into(), keyboard, private, ..Send::default() })
}

#[tokio::test]
async fn a_slash_command_is_answered_and_followed_up() {
    let (mut line, place, ada) = Line::new().await;
    line.offers("order").await;
    let (ask, origin) = line.slash(&ada, place).await;
    let first = line.sends(text("one"), &origin).await;
    assert_eq!(line.double.answer_to(&ask).unwrap()["type"], 4);
    line.sends(text("two"), &origin).await;
    let edit = Edit { message: first.clone(), text: Some("one!".into()), ..Edit::default() };
    line.sends(Effect::Edit(edit), &origin).await;
    assert_eq!(line.double.message(place.channel, number(&first)).unwrap()["content"], "one!");
    let other = line.double.channel(place.guild, "other");
    let elsewhere = Send { to: Some(other.to_string().into()), text: "three".into(), ..Send::default() };
    line.sends(Effect::Send(elsewhere), &origin).await;
    let calls: Vec<_> = line.double.transcript().into_iter().skip(1).map(|act| act.call).collect();
    assert!(calls[0].ends_with("/callback") && calls[1].starts_with("POST /webhooks/"), "{calls:?}");
    assert!(calls[3].starts_with(&format!("POST /channels/{other}")), "{calls:?}");
    // After a quarter of an hour the token is worth nothing.
    line.double.expires(&ask);
    line.sends(text("late"), &origin).await;
    assert_eq!(line.fails(private("late"), &origin).await.0, ErrorKind::Refused);
    line.is_clean();
}

#[tokio::test]
async fn what_takes_long_is_put_off() {
    let (mut line, place, ada) = Line::new().await;
    line.offers("order").await;
    let (ask, origin) = line.slash(&ada, place).await;
    tokio::time::sleep(PUT_OFF).await;
    assert_eq!(line.double.answer_to(&ask).unwrap()["type"], 5);
    line.sends(text("one"), &origin).await;
    line.sends(text("two"), &origin).await;
    let expected = [(Did::Answered, ""), (Did::Sent, "one"), (Did::Sent, "two")];
    assert_eq!(line.did(1), expected.map(|(did, text)| (did, text.to_string())));
    let form = Effect::Form(Form { data: "f".into(), title: "F".into(), inputs: Vec::new() });
    assert_eq!(line.fails(form, &origin).await.0, ErrorKind::Refused);

    let (_, origin) = line.slash(&ada, place).await;
    let begin = line.double.transcript().len();
    tokio::time::sleep(PUT_OFF).await;
    let secret = line.sends(private("secret"), &origin).await;
    let expected = [(Did::Answered, ""), (Did::Deleted, ""), (Did::Sent, "secret")];
    assert_eq!(
        line.did(begin),
        expected.map(|(did, text)| (did, text.to_string())),
        "it was not shown to all"
    );
    let shown = line.double.message(place.channel, number(&secret)).unwrap();
    assert_eq!(shown["flags"].as_u64().unwrap() & 64, 64);
    line.is_clean();
}

#[tokio::test]
async fn a_press_is_confirmed() {
    let (mut line, place, ada) = Line::new().await;
    let message = line.asks(&to(place.channel), question(false)).await;
    let (ask, origin) = line.press(&ada, place.channel, message).await;
    line.sends(text("well"), &origin).await;
    assert!(line.double.answer_to(&ask).is_none(), "a message is no answer to a press");
    assert_eq!(line.does(confirm(""), &origin).await, Ok(Done::Done));
    assert_eq!(line.double.answer_to(&ask).unwrap()["type"], 6);
    assert_eq!(line.does(confirm(""), &origin).await, Ok(Done::Done), "twice does no harm");

    let (ask, origin) = line.press(&ada, place.channel, message).await;
    assert_eq!(line.does(confirm("Good!"), &origin).await, Ok(Done::Done));
    let answer = line.double.answer_to(&ask).unwrap();
    assert_eq!(
        (&answer["type"], &answer["data"]["content"], &answer["data"]["flags"]),
        (&json!(4), &json!("Good!"), &json!(64))
    );

    let (ask, origin) = line.press(&ada, place.channel, message).await;
    tokio::time::sleep(PUT_OFF).await;
    assert_eq!(line.double.answer_to(&ask).unwrap()["type"], 6, "nobody has to think of it");
    assert_eq!(line.does(confirm("Late, but good!"), &origin).await, Ok(Done::Done));
    line.is_clean();
}

#[tokio::test]
async fn what_one_person_sees_can_be_changed() {
    let (mut line, place, ada) = Line::new().await;
    line.offers("order").await;
    let (_, origin) = line.slash(&ada, place).await;
    let message = line.sends(question(true), &origin).await;
    let edit = |text: &str| {
        Effect::Edit(Edit { message: message.clone(), text: Some(text.into()), ..Edit::default() })
    };
    line.sends(edit("so"), &origin).await;
    let calls: Vec<_> = line.double.transcript().into_iter().map(|act| act.call).collect();
    assert!(calls.last().unwrap().starts_with("PATCH /webhooks/"), "{calls:?}");
    let (_, origin) = line.press(&ada, place.channel, number(&message)).await;
    line.sends(edit("and so"), &origin).await;
    assert_eq!(line.does(confirm(""), &origin).await, Ok(Done::Done));
    assert_eq!(line.does(Effect::Delete { message: message.clone() }, &origin).await, Ok(Done::Done));
    line.is_clean();
}

#[tokio::test]
async fn forms_are_filled_in() {
    let (mut line, place, ada) = Line::new().await;
    line.offers("order").await;
    let (ask, origin) = line.slash(&ada, place).await;
    let input = |id: &str, required| FormInput {
        id: id.into(),
        label: id.to_uppercase().into(),
        placeholder: "…".into(),
        required,
        long: !required,
    };
    let inputs = vec![input("street", true), input("wishes", false)];
    let form = Effect::Form(Form { data: "address".into(), title: "Address".into(), inputs });
    assert_eq!(line.does(form, &origin).await, Ok(Done::Done));
    let filled = ada.submits(&ask, &[("street", "Main St 5")]);
    let event = line.event().await;
    let What::Button(pressed) = &event.what else { panic!("{event:?}") };
    assert_eq!(pressed.data, "address");
    assert_eq!(pressed.values["street"], "Main St 5".into());
    let origin = Origin::of(&event);
    line.sends(text("thanks"), &origin).await;
    assert_eq!(line.double.answer_to(&filled).unwrap()["data"]["content"], "thanks");
    assert_eq!(line.does(confirm(""), &origin).await, Ok(Done::Done));

    // A form to which there is nothing to say.
    let (ask, origin) = line.slash(&ada, place).await;
    let form = Form { data: "x".into(), title: "X".into(), inputs: vec![input("street", true)] };
    assert_eq!(line.does(Effect::Form(form), &origin).await, Ok(Done::Done));
    ada.submits(&ask, &[("street", "Main St 5")]);
    let origin = Origin::of(&line.event().await);
    let begin = line.double.transcript().len();
    assert_eq!(line.does(confirm(""), &origin).await, Ok(Done::Done));
    assert_eq!(line.did(begin), [(Did::Answered, String::new()), (Did::Deleted, String::new())]);
    line.is_clean();
}

#[tokio::test]
async fn another_process_goes_on_with_an_answer() {
    let (mut line, place, ada) = Line::new().await;
    line.offers("order").await;
    let (_, origin) = line.slash(&ada, place).await;
    line.sends(text("one"), &origin).await;
    line.bot = crate::connect(&line.double).await.unwrap();
    line.sends(text("two"), &origin).await;
    let (_, origin) = line.slash(&ada, place).await;
    line.bot = crate::connect(&line.double).await.unwrap();
    line.sends(text("three"), &origin).await;
    let texts: Vec<_> = line.double.transcript().into_iter().skip(1).map(|act| act.text).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    line.is_clean();
}

#[tokio::test]
async fn an_answer_whose_answer_is_lost_is_in_doubt() {
    let (mut line, place, ada) = Line::new().await;
    line.offers("order").await;
    let cases = [
        (Fault::TooMany { retry_after: 0.5 }, ErrorKind::RateLimited, 0),
        (Fault::Broken(503), ErrorKind::Unavailable, 0),
        (Fault::BrokenAfter(502), ErrorKind::InDoubt, 1),
        (Fault::CutAfter, ErrorKind::InDoubt, 1),
        (Fault::CutBefore, ErrorKind::InDoubt, 0),
    ];
    for (fault, kind, done) in cases {
        let (ask, origin) = line.slash(&ada, place).await;
        let before = line.double.transcript().len();
        line.double.faults().add("POST /interactions/*/callback", fault.clone(), 1);
        assert_eq!(line.fails(text("one"), &origin).await.0, kind, "{fault:?}");
        assert_eq!(line.double.transcript().len() - before, done, "{fault:?}");
        line.sends(text("two"), &origin).await;
        assert!(line.double.answer_to(&ask).is_some());
    }
    line.is_clean();
}

#[tokio::test]
async fn typed_options_come_as_they_are() {
    use channels::commands::{CommandSpec, OptionKind, OptionSpec};
    let (mut line, place, ada) = Line::new().await;
    let option = |name: &str, kind| OptionSpec {
        name: name.into(),
        description: "x".into(),
        kind,
        ..OptionSpec::default()
    };
    let options = vec![
        option("size", OptionKind::Text),
        option("count", OptionKind::Whole),
        option("price", OptionKind::Number),
        option("hot", OptionKind::Bool),
        option("whom", OptionKind::Person),
    ];
    let order = CommandSpec { name: "order".into(), description: "x".into(), options, is_slash: true };
    let start = CommandSpec { name: "start".into(), description: "x".into(), ..CommandSpec::default() };
    line.bot.set_commands(&[order, start]).await.unwrap();
    let given = [
        ("size", json!("big")),
        ("count", json!(2)),
        ("price", json!(2.5)),
        ("hot", json!(true)),
        ("whom", json!(ada.id.to_string())),
    ];
    ada.slash(place.channel, "order", &given);
    let event = line.event().await;
    let What::Command(command) = &event.what else { panic!("{event:?}") };
    let options = serde_json::to_value(&command.options).unwrap();
    assert_eq!(
        options,
        json!({"size": "big", "count": 2, "price": 2.5, "hot": true, "whom": ada.id.to_string()})
    );
    assert_eq!(event.person.unwrap().language.as_deref(), Some("en"));
    ada.slash(place.channel, "start", &[("args", json!("two pizzas"))]);
    assert!(matches!(line.event().await.what, What::Command(command) if command.args == "two pizzas"));
}

#[tokio::test]
async fn interactions_are_posted_too() {
    let (mut line, place, ada) = Line::new().await;
    line.offers("order").await;
    let bot = line.bot.clone();
    let (tell, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let url = crate::server::serve(move |posted| {
        let signature = posted.header("X-Signature-Ed25519");
        if !bot.is_signed(&signature, &posted.header("X-Signature-Timestamp"), &posted.body) {
            return (401, String::new());
        }
        match bot.read(&posted.body) {
            Some(Posted::Ping) => (200, r#"{"type": 1}"#.into()),
            Some(Posted::Heard(heard)) => {
                tell.send(heard).unwrap();
                (202, String::new())
            }
            _ => (400, String::new()),
        }
    })
    .await;
    line.double.set_endpoint(&url).await.unwrap();
    let ask = ada.slash(place.channel, "order", &[]);
    let heard = heard.recv().await.unwrap();
    assert!(heard.id.ends_with(&format!(":interaction:{}", ask.id)));
    line.sends(text("by call"), &Origin::of(&heard.event)).await;
    assert_eq!(line.double.answer_to(&ask).unwrap()["data"]["content"], "by call");
    ada.says(place.channel, "and messages by the gateway");
    assert!(matches!(line.event().await.what, What::Message(_)));
    line.is_clean();
}

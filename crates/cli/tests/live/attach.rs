//! A bot that runs in one process is debugged from another one, as `nexus run` and as `nexus serve` have it.

use std::time::{Duration, Instant};

use doubles::record::{Act, Did};
use doubles::telegram::Person;
use serde_json::{Value, json};
use sim::moves::Who;
use sim::{Move, Setup, Stage, World};

use crate::attached::Attach;
use crate::nexus::{Nexus, PATIENCE, Running, example, text};

const PIZZA: &str = "pizza";

pub fn on(double: &doubles::Telegram) -> Nexus {
    let nexus = Nexus::new().with("NEXUS_TELEGRAM_API", &double.url());
    nexus.secret(PIZZA, "telegram_token", double.token());
    nexus
}

pub fn pizza() -> String {
    example(PIZZA).to_str().expect("a plain path").into()
}

pub fn runs(nexus: &Nexus) -> Running {
    let mut running = nexus.run(&example(PIZZA), &[]);
    running.until_listening("telegram");
    running
}

/// A server with the pizza bot, and a token for this alone.
pub fn served(nexus: &Nexus, may: &str) -> (Running, String) {
    let server = nexus.serve("cloud", &[]);
    let admin = server.token.clone().expect("the first token");
    let with = |args: &[&str]| {
        let done = nexus.command(args).env("NEXUS_TOKEN", &admin).output().expect("nexus runs");
        assert!(done.status.success(), "{}{}", text(&done.stdout), text(&done.stderr));
        text(&done.stdout)
    };
    with(&["publish", &pizza(), "--to", &server.address, "--secrets", "--yes"]);
    let made = with(&["runner", "--at", &server.address, "--json", "token", may, "--may", may]);
    let made: Value = serde_json::from_str(&made).expect("JSON");
    let token = made["token"].as_str().expect("a token").to_string();
    (server, token)
}

pub fn spot(node: &str) -> Value {
    json!({"flow": "main", "node": node})
}

pub async fn sent(double: &doubles::Telegram, count: usize) -> Vec<Act> {
    let is_sent = |act: &&Act| act.did == Did::Sent;
    let acts = double.record().until(PATIENCE, |acts| acts.iter().filter(is_sent).count() >= count).await;
    acts.into_iter().filter(|act| act.did == Did::Sent).collect()
}

/// Says `/order` and is asked for a size: the message with the buttons.
async fn orders(double: &doubles::Telegram, person: &Person) -> i32 {
    let before = double.transcript().iter().filter(|act| act.did == Did::Sent).count();
    person.says(person.private(), "/order");
    let acts = sent(double, before + 1).await;
    acts.last().expect("it was sent").message.parse().expect("a number")
}

/// One conversation is stopped, looked into, changed and taken on, while another one goes on.
async fn debugs_one_of_two(double: &doubles::Telegram, mut attach: Attach) {
    assert_eq!(attach.hello["allows"], "debug");
    let (ada, bob) = (double.person("Ada"), double.person("Bob"));
    let asked_ada = orders(double, &ada).await;
    let with_ada = attach.with("Ada");
    let point = json!({"spot": spot("p1rice"), "conversation": with_ada});
    assert_eq!(attach.ask(json!({"do": "break", "point": point}))["reply"]["is"], "point");

    ada.presses(ada.private(), asked_ada, "Large, 13 EUR");
    let paused = attach.pause();
    assert_eq!((&paused["conversation"], &paused["spot"]), (&json!(with_ada), &spot("p1rice")));
    assert_eq!(paused["variables"]["user"]["size"]["value"], "Large, 13 EUR");

    // The other one is served.
    let asked_bob = orders(double, &bob).await;
    bob.presses(bob.private(), asked_bob, "Small, 8 EUR");
    let acts = sent(double, 3).await;
    assert!(acts[2].text.starts_with("Small pizza: 11.5 EUR"), "{}", acts[2].text);
    let all = attach.conversations();
    let of_ada = all.iter().find(|one| one["id"] == with_ada).expect("it is listed");
    assert_eq!(of_ada["paused"], true);

    // She writes again, which waits.
    ada.says(ada.private(), "hello?");
    let held = attach.news(|news| news["is"] == "held");
    assert_eq!(held, json!({"is": "held", "conversation": with_ada, "count": 1}));

    let value = |attach: &mut Attach, expression: &str| {
        let ask = json!({"do": "evaluate", "conversation": with_ada, "expression": expression});
        attach.ask(ask)["reply"]["value"]["value"].clone()
    };
    assert_eq!(value(&mut attach, "user.size | upper"), "LARGE, 13 EUR");
    let set = json!({"do": "set", "conversation": with_ada, "variable": "user.size", "value": "Medium"});
    assert_eq!(attach.ask(set)["reply"]["is"], "stopped");
    assert_eq!(value(&mut attach, "user.size"), "Medium");

    // Over the script; into the checkout, back before it and into it again.
    assert_eq!(attach.step(&with_ada, "over")["spot"], spot("c1heck"));
    assert_eq!(attach.step(&with_ada, "into")["spot"]["flow"], "checkout");
    let back = attach.ask(json!({"do": "back", "conversation": with_ada}));
    assert_eq!(back["reply"]["spot"], spot("c1heck"), "{back}");
    assert_eq!(attach.step(&with_ada, "into")["spot"]["flow"], "checkout");
    assert_eq!(sent(double, 3).await.len(), 3, "nothing went out");
    let went = attach.ask(json!({"do": "go", "conversation": with_ada, "how": "on"}));
    assert_eq!(went["reply"]["is"], "went");
    let acts = sent(double, 4).await;
    assert!(acts[3].text.starts_with("Medium pizza: 13.5 EUR"), "{}", acts[3].text);
    assert_eq!(acts[3].chat, ada.private().to_string());

    let (status, said) = attach.end();
    assert!(status.success(), "{said}");
    // Nobody is attached any more, and her order goes on.
    ada.presses(ada.private(), acts[3].message.parse().expect("a number"), "Yes, please");
    let acts = sent(double, 5).await;
    assert!(acts[4].text.starts_with("Your medium pizza is in the oven."), "{}", acts[4].text);
    assert_eq!(double.record().violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_conversation_of_a_run_is_debugged() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let running = runs(&nexus);
    debugs_one_of_two(&double, Attach::start(&nexus, &[&pizza()])).await;
    assert!(running.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_conversation_of_a_published_bot_is_debugged() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let (server, token) = served(&nexus, "debug");
    let nexus = nexus.with("NEXUS_TOKEN", &token);
    debugs_one_of_two(&double, Attach::start(&nexus, &[PIZZA, "--at", &server.address])).await;
    assert!(server.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_look_sees_what_runs() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let (server, token) = served(&nexus, "observe");
    let nexus = nexus.with("NEXUS_TOKEN", &token);
    let mut attach = Attach::start(&nexus, &[PIZZA, "--at", &server.address]);
    assert_eq!(attach.hello["allows"], "observe");
    let point = json!({"spot": spot("s2size")});
    let refused = attach.ask(json!({"do": "break", "point": point}));
    assert_eq!(refused["refused"]["code"], "not-allowed", "{refused}");
    let note = json!({"spot": spot("s2size"), "log": "{{ msg.text }} came"});
    assert_eq!(attach.ask(json!({"do": "break", "point": note}))["reply"]["is"], "point");
    assert_eq!(attach.ask(json!({"do": "trace", "on": true}))["reply"]["is"], "done");
    let wrong = attach.line("break s2size");
    assert!(wrong["refused"]["why"].as_str().is_some_and(|why| why.contains("no JSON")), "{wrong}");
    let unknown = attach.ask(json!({"do": "dance"}));
    assert_eq!(unknown["refused"]["code"], "wrong", "{unknown}");
    let ada = double.person("Ada");
    orders(&double, &ada).await;
    let note = attach.news(|news| news["is"] == "note");
    assert_eq!((&note["text"], &note["failed"]), (&json!("/order came"), &json!(false)));
    let traced = attach.news(|news| news["is"] == "trace");
    let entered: Vec<&Value> = traced["records"].as_array().expect("records").iter().collect();
    assert!(
        entered.iter().any(|one| one["saw"]["is"] == "entered" && one["spot"] == spot("s2size")),
        "{traced}"
    );
    let (status, _) = attach.end();
    assert_eq!(status.code(), Some(1), "something was refused");

    // `--observe` asks for no more, whatever is allowed.
    let admin = on(&double);
    let mut running = admin.run(&example(PIZZA), &["--take-over"]);
    running.until(|line| line["network"] == "telegram");
    let mut attach = Attach::start(&admin, &[&pizza(), "--observe"]);
    assert_eq!(attach.hello["allows"], "observe");
    assert_eq!(attach.ask(json!({"do": "mute", "muted": true}))["refused"]["code"], "not-allowed");
    assert!(attach.end().0.code() == Some(1) && server.stop().success());
}

/// Stops Ada in front of the price; comes back with the conversation.
async fn stopped(double: &doubles::Telegram, attach: &mut Attach) -> String {
    let ada = double.person("Ada");
    let asked = orders(double, &ada).await;
    attach.ask(json!({"do": "break", "point": {"spot": spot("p1rice")}}));
    ada.presses(ada.private(), asked, "Large, 13 EUR");
    attach.pause()["conversation"].as_str().expect("an id").into()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_stopped_who_is_killed_goes_on() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let running = runs(&nexus);
    let mut attach = Attach::start(&nexus, &[&pizza()]);
    stopped(&double, &mut attach).await;
    let mut watcher = Attach::start(&nexus, &[&pizza(), "--observe"]);
    assert_eq!(watcher.ask(json!({"do": "paused"}))["reply"]["paused"][0]["spot"], spot("p1rice"));
    attach.kill();
    let killed = Instant::now();
    watcher.news(|news| news["is"] == "resumed");
    let acts = sent(&double, 2).await;
    assert!(acts[1].text.starts_with("Large pizza: 16.5 EUR"), "{}", acts[1].text);
    assert!(killed.elapsed() < Duration::from_secs(5), "{:?}", killed.elapsed());
    assert_eq!(double.record().violations(), Vec::<String>::new());

    // One that stands still, as behind a line that was cut, is noticed a while later.
    let mut attach = Attach::start(&nexus, &[&pizza()]);
    stopped(&double, &mut attach).await;
    attach.signal("-STOP");
    sent(&double, 4).await;
    attach.signal("-CONT");
    let (status, said) = attach.ended();
    assert!(status.code() == Some(3) && said.contains("\"because\":\"lost\""), "{said}");
    assert!(running.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_and_an_end_let_go_on() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let running = runs(&nexus);
    let mut attach = Attach::start(&nexus, &[&pizza()]);
    stopped(&double, &mut attach).await;
    attach.signal("-INT");
    let (status, said) = attach.ended();
    assert!(status.success(), "{said}");
    sent(&double, 2).await;
    // The bot stops while somebody is attached: it is said why, and what is paused waits for the next start.
    let mut attach = Attach::start(&nexus, &[&pizza()]);
    stopped(&double, &mut attach).await;
    assert!(running.stop().success());
    let (status, said) = attach.ended();
    assert!(status.code() == Some(1) && said.contains("\"because\":\"leaving\""), "{said}");
    let running = runs(&nexus);
    sent(&double, 4).await;
    assert!(running.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_to_another_version_ends_it_with_a_word() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let (server, token) = served(&nexus, "debug");
    let admin = server.token.clone().expect("the first token");
    let nexus = nexus.with("NEXUS_TOKEN", &token);
    let runner = |args: &[&str]| {
        let mut command = nexus.command(&["runner", "--at", &server.address]);
        let done = command.args(args).env("NEXUS_TOKEN", &admin).output().expect("nexus runs");
        assert!(done.status.success(), "{}", text(&done.stderr));
    };
    let at = [PIZZA, "--at", &server.address];
    let mut attach = Attach::start(&nexus, &at);
    runner(&["switch", PIZZA, "1"]);
    let (status, said) = attach.ended();
    assert!(status.code() == Some(1) && said.contains("\"because\":\"switched\""), "{said}");
    let mut attach = Attach::start(&nexus, &at);
    runner(&["stop", PIZZA]);
    let (_, said) = attach.ended();
    assert!(said.contains("\"because\":\"stopped\""), "{said}");
    assert!(server.stop().success());
}

/// More moments than a whole order has.
const STEPS: usize = 60;
/// The answers to its questions.
const PRESSES: [&str; 2] = ["Large, 13 EUR", "Yes, please"];

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_those_of_the_simulator() {
    let simulated = simulated();
    assert!(simulated.len() > 10, "{simulated:?}");
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let running = runs(&nexus);
    let mut attach = Attach::start(&nexus, &[&pizza()]);
    attach.ask(json!({"do": "break", "point": {"spot": spot("s1tart")}}));
    let ada = double.person("Ada");
    ada.says(ada.private(), "/order");
    let mut at = attach.pause();
    let conversation = at["conversation"].as_str().expect("an id").to_string();
    let mut seen = Vec::new();
    let name = |at: &Value| {
        let part = |value: &Value| value.as_str().unwrap_or_default().to_string();
        (part(&at["spot"]["flow"]), part(&at["spot"]["node"]), part(&at["port"]))
    };
    while seen.len() < STEPS {
        seen.push(name(&at));
        at = match attach.go(&conversation, "into") {
            Some(stopped) => stopped,
            None if seen.len() == simulated.len() => break,
            // It waits for a person, or for something that was asked for.
            None => {
                let question = ["s2size", "c4onfi"].iter().position(|node| name(&at).1 == *node);
                if let Some(question) = question {
                    let acts = sent(&double, question + 1).await;
                    let message = acts[question].message.parse().expect("a number");
                    // It is in the chat; that the bot knows so too comes a moment later.
                    let inspect = json!({"do": "inspect", "conversation": conversation});
                    while !attach.ask(inspect.clone()).to_string().contains(r#""for":"person""#) {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    ada.presses(ada.private(), message, PRESSES[question]);
                }
                attach.pause()
            }
        };
    }
    assert_eq!(seen, simulated);
    assert_eq!(double.record().violations(), Vec::<String>::new());
    assert!(attach.end().0.success() && running.stop().success());
}

fn simulated() -> Vec<(String, String, String)> {
    let mut world = World::new(&Stage::new(studio::glance(&example(PIZZA)).bot), Setup::default());
    let start = world.find_node("s1tart").expect("it is there");
    world.breakpoints().push(engine::debug::Breakpoint::at(start));
    let who = Who::default;
    let mut presses = PRESSES.into_iter();
    world.act(Move::Says { who: who(), text: "/order".into(), reply_to: None }).expect("it can be done");
    let mut seen = Vec::new();
    while seen.len() < STEPS {
        match world.paused() {
            Some(paused) => {
                let port = paused.leaving.as_ref().map(ToString::to_string).unwrap_or_default();
                seen.push((paused.spot.flow.to_string(), paused.spot.node.to_string(), port));
                world.go(engine::debug::Go::Into);
            }
            None => match presses.next() {
                Some(button) => {
                    let one = Move::Presses { who: who(), button: button.into(), message: None };
                    world.act(one).expect("it can be done");
                }
                None => break,
            },
        }
    }
    seen
}

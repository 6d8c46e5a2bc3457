//! Attached through the library: who does not listen, who may no longer, and a runner that falls silent.

use std::process::Command;
use std::time::{Duration, Instant};

use remote::frames::{Attach, Because};
use remote::{Client, Gone, Told};
use serde_json::{Value, json};

use crate::attach::{on, runs, sent, served};
use crate::nexus::PATIENCE;

/// More than there is room for.
const MESSAGES: usize = 700;

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_listen_holds_nothing_up_and_is_told_what_was_missed() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let running = runs(&nexus);
    let control = nexus.path("data/live/pizza/control.json");
    let control: Value = serde_json::from_slice(&std::fs::read(control).expect("it is there")).expect("JSON");
    let token = control["token"].as_str().expect("a token");
    let client = Client::new(&running.address, token).expect("an address");
    let attached = client.attach("pizza", Attach::default()).await.expect("it lets in");
    let trace = json!({"do": "trace", "on": true});
    attached.ask::<Value, Value>(&trace).await.expect("it is there").expect("it may");
    let people: Vec<_> = (0..70).map(|number| double.person(&format!("P{number}"))).collect();
    for person in people.iter().cycle().take(MESSAGES) {
        person.says(person.private(), "/order");
    }
    sent(&double, MESSAGES).await;
    // Answers come all the same.
    let list = json!({"do": "conversations", "most": 1});
    let answer = attached.ask::<Value, Value>(&list).await.expect("it is there").expect("it may");
    assert_eq!(answer["conversations"][0]["channel"], "telegram");
    let (mut told, mut missed) = (0, 0);
    while missed == 0 {
        let next = tokio::time::timeout(PATIENCE, attached.news::<Value>()).await.expect("it is told");
        match next.expect("it is there") {
            Told::News(_) => told += 1,
            Told::Missed(count) => missed = count,
            Told::Unknown(news) => panic!("{news}"),
        }
    }
    assert!(told == 1024, "{told} told, {missed} missed");
    attached.detach().await;
    assert!(running.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_taken_away_ends_it_and_a_silent_runner_is_lost() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let (server, debug) = served(&nexus, "debug");
    let admin = server.token.clone().expect("the first token");
    let admin = Client::new(&server.address, &admin).expect("an address");
    let client = Client::new(&server.address, &debug).expect("an address");
    let attached = client.attach("pizza", Attach::default()).await.expect("it lets in");
    admin.remove_token("debug").await.expect("it is removed");
    let told = tokio::time::timeout(PATIENCE, attached.news::<Value>()).await.expect("it is told");
    let Err(Gone::Ended(end)) = told else { panic!("{told:?}") };
    assert_eq!((end.because, end.why.as_str()), (Because::Revoked, "The token is not known any more."));

    let attached = admin.attach("pizza", Attach::default()).await.expect("it lets in");
    let stopped = Command::new("kill").args(["-STOP", &server.id().to_string()]).status();
    assert!(stopped.expect("kill runs").success());
    let since = Instant::now();
    let told = tokio::time::timeout(PATIENCE, attached.news::<Value>()).await.expect("it is told");
    let lost = Gone::Lost("nothing was heard for 15 seconds".into());
    assert_eq!(told, Err(lost.clone()));
    assert!(since.elapsed() < Duration::from_secs(25), "{:?}", since.elapsed());
    let asked = attached.ask::<Value, Value>(&json!({"do": "points"})).await;
    assert_eq!(asked, Err(lost));
}

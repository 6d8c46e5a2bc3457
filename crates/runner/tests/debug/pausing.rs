//! A pause holds one conversation. Going on, going back, changing what a run does.

use engine::Body;
use flow::Data;
use runner::debug::{Allows, Code, Command, Go, News, Point, Reply};

use crate::bench::{
    Bench, NODES, at, bot_of, document, evaluate, go, news, pause, spot, step, stop_at, talk,
};

#[tokio::test]
async fn one_conversation_waits_and_all_others_go_on() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    let point = Point { conversation: Some(talk("7").into()), ..at("q") };
    stop_at(&debug, point).await;
    bench.hear("u1", "7", "hello").await;
    let stopped = pause(&debug).await;
    assert_eq!((stopped.spot.clone(), stopped.conversation.as_str()), (spot("q"), talk("7").as_str()));
    assert_eq!(stopped.calls, [spot("q")]);
    assert_eq!(evaluate(&debug, "7", "[flow.twice, msg.text]").await, Data::list([2.into(), "hello".into()]));

    // More comes to it, which waits; somebody else is served.
    bench.hear("u2", "7", "hello too").await;
    bench.hear("u3", "7", "remind").await;
    assert_eq!(news(&debug).await, News::Held { conversation: talk("7").into(), count: 1 });
    bench.hear("u4", "8", "hello").await;
    assert_eq!(bench.world.until(1).await, ["8: Number 1: which size?"]);
    assert!(bench.journal("7").await.is_empty());

    // What the other one counted meanwhile counts: the step is taken with what holds now.
    assert_eq!(step(&debug, "7", Go::On).await, None);
    assert_eq!(bench.world.until(2).await[1..], ["7: Number 2: which size?"]);
    // The second hello pauses again, and the reminder waits behind it.
    assert_eq!(pause(&debug).await.spot, spot("q"));
    step(&debug, "7", Go::On).await;
    assert_eq!(bench.world.until(4).await[2..], ["7: Number 3: which size?", "7: time is up"]);
    bench.rests().await;
    let entries = bench.entries("7").await;
    let events = entries.iter().filter(|entry| matches!(entry.input.body, Body::Event { .. }));
    let ids: Vec<&str> = events.map(|entry| entry.input.id.as_str()).collect();
    assert_eq!(ids, ["u1", "u2", "u3"]);
    bench.replays("7").await;
}

#[tokio::test]
async fn steps_go_over_back_and_on_into_what_comes_next() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    let id = stop_at(&debug, at("n")).await;
    bench.hear("u1", "7", "hello").await;
    assert_eq!(pause(&debug).await.spot, spot("n"));
    debug.ask(Command::Unbreak { id }).await.unwrap();
    assert_eq!(step(&debug, "7", Go::Into).await.unwrap().spot, spot("s"));
    assert_eq!(step(&debug, "7", Go::To(spot("q"))).await.unwrap().spot, spot("q"));
    let back = Command::Back { conversation: talk("7").into() };
    let Reply::Stopped(stopped) = debug.ask(back.clone()).await.unwrap() else { panic!() };
    assert_eq!(stopped.spot, spot("s"));
    debug.ask(back.clone()).await.unwrap();
    let Reply::Stopped(stopped) = debug.ask(back.clone()).await.unwrap() else { panic!() };
    assert_eq!(stopped.spot, spot("t"));
    assert_eq!(debug.ask(back).await.unwrap_err().code, Code::TooLate);
    assert_eq!(step(&debug, "7", Go::To(spot("q"))).await.unwrap().spot, spot("q"));
    // Over the question: the run waits, and stops where it goes on.
    assert_eq!(step(&debug, "7", Go::Over).await, None);
    bench.world.until(1).await;
    bench.hear("u2", "7", "large").await;
    // Each stop on the way was told, too.
    while pause(&debug).await.spot != spot("r") {}
    assert_eq!(bench.world.sent().len(), 1);
    step(&debug, "7", Go::On).await;
    assert_eq!(bench.world.until(2).await[1], "7: large it is, Ada");
    assert_eq!(go(&debug, "7", Go::On).await.unwrap_err().code, Code::NotPaused);
    bench.rests().await;
    bench.replays("7").await;
}

#[tokio::test]
async fn a_run_goes_another_way_when_others_change_what_it_looks_at() {
    let nodes = NODES.replace(r#""next": {"out": "s"}"#, r#""next": {"out": "i"}"#).replace(
        r#""w": {"#,
        r#""i": {"kind": "logic.if", "v": 1, "fields": {"when": "bot.count == 1"}, "next": {"yes": "s", "no": "q"}}, "w": {"#,
    );
    let bench = Bench::with(bot_of(&nodes)).await;
    let debug = bench.debugs().await;
    stop_at(&debug, Point { conversation: Some(talk("7").into()), ..at("s") }).await;
    bench.hear("u1", "7", "hello").await;
    pause(&debug).await;
    bench.hear("u2", "8", "hello").await;
    let stopped = step(&debug, "7", Go::Into).await.unwrap();
    assert!(stopped.moved);
    assert_eq!((stopped.spot, stopped.port.as_deref()), (spot("i"), Some("no")));
    assert_eq!(step(&debug, "7", Go::Into).await.unwrap().spot, spot("q"));
    step(&debug, "7", Go::On).await;
    assert!(bench.world.until(2).await.contains(&"7: Number 2: which size?".to_string()));
    bench.rests().await;
    bench.replays("7").await;
}

#[tokio::test]
async fn what_is_changed_by_hand_is_in_the_journal_and_marks_the_run() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    stop_at(&debug, at("q")).await;
    bench.hear("u1", "7", "hello").await;
    pause(&debug).await;
    let set = |variable: &str, value: Data| Command::Set {
        conversation: talk("7").into(),
        variable: variable.into(),
        value,
    };
    assert_eq!(debug.ask(set("size", Data::Int(1))).await.unwrap_err().code, Code::Wrong);
    assert_eq!(debug.ask(set("bot.count", "many".into())).await.unwrap_err().code, Code::Wrong);
    let Reply::Stopped(stopped) = debug.ask(set("bot.count", Data::Int(40))).await.unwrap() else { panic!() };
    assert!(stopped.altered);
    step(&debug, "7", Go::On).await;
    assert_eq!(bench.world.until(1).await, ["7: Number 40: which size?"]);
    bench.rests().await;
    assert_eq!(bench.store.variables("b", &[(2, String::new())]).await.unwrap()[0].3, "40");

    // The question is left out.
    bench.hear("u2", "8", "hello").await;
    pause(&debug).await;
    let leave =
        |port: Option<&str>| Command::Leave { conversation: talk("8").into(), port: port.map(Into::into) };
    assert_eq!(debug.ask(leave(Some("nowhere"))).await.unwrap_err().code, Code::NotThere);
    let Reply::Stopped(stopped) = debug.ask(leave(None)).await.unwrap() else { panic!() };
    assert_eq!(stopped.spot, spot("r"));
    step(&debug, "8", Go::On).await;
    assert_eq!(bench.world.until(2).await[1], "8: hello it is, Ada");
    bench.rests().await;
    assert_eq!(bench.entries("8").await[0].input.alters.len(), 1);
    bench.replays("7").await;
    bench.replays("8").await;
    let inspect = Command::Inspect { conversation: talk("7").into() };
    let Reply::Inspected(seen) = debug.ask(inspect).await.unwrap() else { panic!() };
    assert!(seen.conversation.stands[0].altered);
}

#[tokio::test]
async fn it_goes_on_with_a_changed_bot() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    stop_at(&debug, Point { conversation: Some(talk("7").into()), ..at("q") }).await;
    bench.hear("u1", "7", "hello").await;
    pause(&debug).await;
    let edit = |nodes: &str| Command::Edit {
        conversation: talk("7").into(),
        files: engine::recording::files(&document(nodes)),
    };
    let gone = NODES.replace(r#""other": "r""#, "");
    assert_eq!(debug.ask(edit(&gone)).await.unwrap_err().code, Code::DoesNotFit);
    let newer = NODES.replace("which size?", "how large?").replace("it is", "then");
    assert!(matches!(debug.ask(edit(&newer)).await.unwrap(), Reply::Stopped(_)));
    step(&debug, "7", Go::On).await;
    assert_eq!(bench.world.until(1).await, ["7: Number 1: how large?"]);
    bench.hear("u2", "8", "hello").await;
    assert_eq!(bench.world.until(2).await[1], "8: Number 2: which size?");
    bench.rests().await;
    // Also after a kill it is on the changed one.
    drop(debug);
    let bench = bench.killed().await;
    bench.hear("u3", "7", "large").await;
    assert_eq!(bench.world.until(3).await[2], "7: large then, Ada");
    bench.rests().await;
    bench.replays("7").await;
}

#[tokio::test]
async fn a_client_that_goes_leaves_nothing_stuck() {
    let bench = Bench::new().await;
    let (debug, other) = (bench.debugs().await, bench.debugs().await);
    let observer = bench.runner.attach(Allows::Observe).await.unwrap();
    stop_at(&debug, at("q")).await;
    bench.hear("u1", "7", "hello").await;
    assert_eq!(pause(&other).await.spot, spot("q"));
    // Another one is there who can take it on; the breakpoint has gone.
    drop(debug);
    bench.hear("u2", "8", "hello").await;
    assert_eq!(bench.world.until(1).await, ["8: Number 1: which size?"]);
    let Reply::Paused { paused } = other.ask(Command::Paused).await.unwrap() else { panic!() };
    assert_eq!(paused.len(), 1);
    step(&other, "7", Go::On).await;
    bench.world.until(2).await;
    // Only somebody who looks is left.
    stop_at(&other, at("r")).await;
    bench.hear("u3", "7", "large").await;
    bench.hear("u4", "7", "hello").await;
    assert_eq!(pause(&other).await.spot, spot("r"));
    drop(other);
    assert_eq!(bench.world.until(4).await[2..], ["7: large it is, Ada", "7: Number 3: which size?"]);
    assert!(bench.store.held("b").await.unwrap().is_empty());
    drop(observer);
    bench.rests().await;
    bench.replays("7").await;
}

#[tokio::test]
async fn conditions_and_counts_hold_across_conversations() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    let when = Some("user.id == 'p9'".into());
    let id = stop_at(&debug, Point { when, ..at("q") }).await;
    stop_at(&debug, Point { hit: 3, ..at("n") }).await;
    for (id, chat) in [("u1", "7"), ("u2", "8")] {
        bench.hear(id, chat, "hello").await;
    }
    bench.world.until(2).await;
    bench.hear("u3", "9", "hello").await;
    assert_eq!(pause(&debug).await.spot, spot("n"));
    assert_eq!(step(&debug, "9", Go::On).await.unwrap().spot, spot("q"));
    let Reply::Points { points, .. } = debug.ask(Command::Points).await.unwrap() else { panic!() };
    assert_eq!(points.iter().map(|one| one.count).collect::<Vec<_>>(), [1, 3]);
    debug.ask(Command::Unbreak { id }).await.unwrap();
    debug.ask(Command::Mute { muted: true }).await.unwrap();
    step(&debug, "9", Go::On).await;
    bench.hear("u4", "10", "hello").await;
    assert_eq!(bench.world.until(4).await.len(), 4);
    let wrong = Point { when: Some("1 +".into()), ..at("q") };
    assert_eq!(debug.ask(Command::Break { point: wrong }).await.unwrap_err().code, Code::Wrong);
    let nowhere = Command::Break { point: at("nowhere") };
    assert_eq!(debug.ask(nowhere).await.unwrap_err().code, Code::NotThere);
}

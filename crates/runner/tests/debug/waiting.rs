//! Nothing that was acknowledged is lost, whatever happens to those who look and to the process.

use std::time::Duration;

use engine::event::Pressed;
use engine::{Body, Event, What};
use runner::Heard;
use runner::debug::Go;

use crate::bench::{Bench, at, pause, says, spot, step, stop_at, until};

#[tokio::test]
async fn a_kill_in_the_middle_of_a_pause_loses_and_doubles_nothing() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    stop_at(&debug, at("q")).await;
    bench.hear("u1", "7", "hello").await;
    assert_eq!(pause(&debug).await.spot, spot("q"));
    step(&debug, "7", Go::On).await;
    bench.world.until(1).await;
    bench.rests().await;
    bench.hear("u2", "8", "hello").await;
    pause(&debug).await;
    bench.hear("u3", "8", "hello").await;
    bench.hear("u4", "8", "what?").await;
    bench.hear("u5", "8", "hello").await;
    assert_eq!(bench.runner.hear("u5", says("8", "hello")).await.unwrap(), Heard::Before);
    assert_eq!(bench.store.held("b").await.unwrap().len(), 4);

    let bench = bench.killed().await;
    drop(debug);
    let sent = bench.world.until(4).await;
    let expected = [
        "7: Number 1: which size?",
        "8: Number 2: which size?",
        "8: Number 3: which size?",
        "8: Number 4: which size?",
    ];
    assert_eq!(sent, expected);
    bench.rests().await;
    assert!(bench.store.held("b").await.unwrap().is_empty());
    assert_eq!(bench.runner.hear("u3", says("8", "hello")).await.unwrap(), Heard::Before);
    let entries = bench.entries("8").await;
    let events = entries.iter().filter(|entry| matches!(entry.input.body, Body::Event { .. }));
    let ids: Vec<&str> = events.map(|entry| entry.input.id.as_str()).collect();
    // What nobody waited for is no part of the conversation.
    assert_eq!(ids, ["u2", "u3", "u5"]);
    bench.replays("8").await;
}

#[tokio::test]
async fn a_result_that_comes_during_a_pause_is_not_in_doubt() {
    let bench = Bench::new().await;
    bench.hear("u1", "7", "fetch").await;
    until(|| *bench.world.called.lock().unwrap() == 1).await;
    let debug = bench.debugs().await;
    stop_at(&debug, at("q")).await;
    bench.hear("u2", "7", "hello").await;
    pause(&debug).await;
    bench.world.calls.notify_one();
    while bench.store.held("b").await.unwrap().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // It is settled: nobody would do it again, and nobody would take it for undone.
    assert!(bench.store.outbox("b").await.unwrap().is_empty());

    let bench = bench.killed().await;
    drop(debug);
    let sent = bench.world.until(2).await;
    assert_eq!(sent, ["7: Number 1: which size?", "7: fetched 200"]);
    assert_eq!(*bench.world.called.lock().unwrap(), 1);
    bench.rests().await;
    bench.replays("7").await;
}

#[tokio::test]
async fn a_timer_that_comes_due_during_a_pause_waits() {
    let bench = Bench::new().await;
    bench.hear("u1", "7", "remind").await;
    let debug = bench.debugs().await;
    stop_at(&debug, at("q")).await;
    bench.hear("u2", "7", "hello").await;
    pause(&debug).await;
    while bench.store.held("b").await.unwrap().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(bench.world.sent().is_empty());
    assert_eq!(bench.store.next_due("b").await.unwrap(), None);
    step(&debug, "7", Go::On).await;
    assert_eq!(bench.world.until(2).await, ["7: Number 1: which size?", "7: time is up"]);
    bench.rests().await;
    bench.replays("7").await;
}

#[tokio::test]
async fn what_waits_is_stepped_at_the_time_at_which_it_is_taken() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    stop_at(&debug, at("q")).await;
    bench.hear("u1", "7", "hello").await;
    let stopped = pause(&debug).await;
    bench.hear("u2", "7", "remind").await;
    tokio::time::sleep(Duration::from_millis(60)).await;
    step(&debug, "7", Go::On).await;
    bench.world.until(2).await;
    bench.rests().await;
    let entries = bench.entries("7").await;
    assert_eq!(entries[1].input.id, "u2");
    assert!(entries.iter().all(|entry| entry.input.at.0 >= stopped.variables.now.0 + 60));
    assert!(bench.store.held("b").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_press_that_waited_and_that_nobody_wants_is_confirmed() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    stop_at(&debug, at("q")).await;
    bench.hear("u1", "7", "hello").await;
    pause(&debug).await;
    let press = Pressed { id: "press".into(), ..Pressed::default() };
    let event = Event { what: What::Button(press), ..says("7", "") };
    // Whoever brought it is told that it is taken, so it is not theirs to confirm.
    assert_eq!(bench.runner.hear("u2", event).await.unwrap(), Heard::Taken);
    step(&debug, "7", Go::On).await;
    assert!(bench.world.until(2).await.contains(&"confirmed".to_string()));
    bench.rests().await;
    assert!(bench.store.held("b").await.unwrap().is_empty());
}

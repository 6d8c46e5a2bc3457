//! Time travel over the journal of a bot that runs.

use flow::Data;
use runner::debug::{Allows, Debugging};
use runner::debug::{Came, Code, Command, Reply, Saw, Shown, Visited};

use crate::bench::{Bench, spot, talk};

async fn visit(debug: &Debugging, position: u64, tick: Option<u32>, expression: Option<&str>) -> Visited {
    let command = Command::Visit {
        conversation: talk("7").into(),
        position,
        tick,
        port: None,
        expression: expression.map(Into::into),
    };
    match debug.ask(command).await.unwrap() {
        Reply::Visited(visited) => *visited,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn any_moment_can_be_seen_again() {
    let bench = Bench::new().await;
    for (number, (text, sent)) in [("hello", 1), ("large", 2), ("hello", 3)].into_iter().enumerate() {
        bench.hear(&format!("u{number}"), "7", text).await;
        bench.world.until(sent).await;
        bench.rests().await;
    }
    let debug = bench.runner.attach(Allows::Observe).await.unwrap();
    let moments = Command::Moments { conversation: talk("7").into(), from: 0, most: 100 };
    let Reply::Moments { moments } = debug.ask(moments).await.unwrap() else { panic!() };
    let firsts: Vec<u64> = moments.iter().filter(|one| one.first).map(|one| one.position).collect();
    assert_eq!((firsts.len(), firsts[0]), (2, 1));
    let second = firsts[1];
    assert!(matches!(&moments[second as usize - 1].came, Came::Event { .. }));

    let visited = visit(&debug, second, None, None).await;
    assert!(visited.before.is_empty() && visited.variables.is_none());
    assert_eq!(visited.asked[0].spot, spot("q"));
    let nodes: Vec<_> =
        visited.moments.iter().filter(|one| one.port.is_none()).map(|one| &one.spot).collect();
    assert_eq!(nodes, [&spot("t"), &spot("n"), &spot("s"), &spot("q")]);
    assert!(visited.records.iter().any(|one| one.saw == Saw::Entered));
    let visited = visit(&debug, second, Some(3), Some("flow.twice + 1")).await;
    assert_eq!(visited.value, Some(Shown::Value(Data::Int(5))));
    assert_eq!(visited.variables.unwrap().bot["count"], Shown::Value(Data::Int(2)));
    let waiting = visit(&debug, 3, None, None).await;
    assert_eq!(waiting.before[0].spot, spot("q"));

    let nothing = Command::Visit {
        conversation: talk("7").into(),
        position: 99,
        tick: None,
        port: None,
        expression: None,
    };
    assert_eq!(debug.ask(nothing).await.unwrap_err().code, Code::NotThere);
    bench.replays("7").await;
    let part = Command::Recording { conversation: talk("7").into(), from: second };
    let Reply::Recording { text } = debug.ask(part).await.unwrap() else { panic!() };
    let mut timeline = engine::recording::Recording::from_text(&text).unwrap().open().unwrap();
    assert!(timeline.entries().len() < moments.len());
    assert_eq!(timeline.verify(), Ok(()));
}

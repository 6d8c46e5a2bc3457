//! Looking: what there is to see, that it changes nothing, and that nobody who looks slowly holds anything up.

use std::collections::BTreeSet;

use engine::{Body, Trace};
use runner::debug::{Allows, Code, Command, Go, Hello, News, PROTOCOL, Point, Reply, Saw, Shown, Waits};

use crate::bench::{Bench, at, go, news, pause, spot, step, stop_at, talk};

/// What a person says, and how many messages there are then.
const TALK: [(&str, &str, usize); 7] = [
    ("7", "hello", 1),
    ("8", "hello", 2),
    ("7", "large", 3),
    ("8", "small", 4),
    ("8", "fetch", 4),
    ("8", "hello", 5),
    ("7", "remind", 5),
];

/// What came of a conversation, but for when it was: what came in, and the hash of what came out.
async fn outcomes(bench: &Bench, chat: &str) -> Vec<(String, String)> {
    let (program, rows) = (crate::bench::bot_of(crate::bench::NODES).program, bench.journal(chat).await);
    let mut session = engine::Session::from_bytes(rows[0].first.as_deref().unwrap().as_bytes()).unwrap();
    let mut all = Vec::new();
    for mut entry in bench.entries(chat).await {
        // Both went through it at the same moment.
        entry.input.at = flow::Time(0);
        let outcome = engine::step(&*program, session, &entry.shared, &entry.input, &mut Trace::Off);
        let kind = match &entry.input.body {
            Body::Event { .. } => entry.input.id.to_string(),
            Body::Result { .. } => "result".into(),
            _ => "timer".into(),
        };
        all.push((kind, outcome.hash().to_string()));
        session = outcome.session;
    }
    all
}

async fn played(bench: &Bench) {
    for (number, (chat, text, sent)) in TALK.into_iter().enumerate() {
        bench.hear(&format!("u{number}"), chat, text).await;
        if text == "fetch" {
            crate::bench::until(|| *bench.world.called.lock().unwrap() == 1).await;
        }
        bench.world.until(sent).await;
        bench.rests_but_one().await;
    }
    bench.world.calls.notify_one();
    bench.world.until(7).await;
    bench.rests().await;
}

#[tokio::test]
async fn watching_changes_nothing() {
    let plain = Bench::new().await;
    played(&plain).await;

    let watched = Bench::new().await;
    let debug = watched.debugs().await;
    for node in ["t", "n", "s", "q", "r", "g", "z"] {
        stop_at(&debug, at(node)).await;
        stop_at(&debug, Point { log: Some("{{ msg.text }}".into()), ..at(node) }).await;
    }
    stop_at(&debug, Point { port: Some("out".into()), ..at("s") }).await;
    debug.ask(Command::Trace { on: true, conversation: None }).await.unwrap();
    // Whatever pauses is looked at, gone back from and stepped through.
    let debug = std::sync::Arc::new(debug);
    let stepping = {
        let debug = debug.clone();
        tokio::spawn(async move {
            let ways = [Go::Into, Go::Over, Go::Out, Go::On];
            let mut turn = 0;
            while let Some(news) = debug.news().await {
                let News::Paused(mut stopped) = news else { continue };
                loop {
                    turn += 1;
                    let conversation = stopped.conversation.clone();
                    let expression = "[flow, msg.text, bot.count]".to_string();
                    let look = Command::Evaluate { conversation: conversation.clone(), expression };
                    if debug.ask(look).await.is_err() {
                        break;
                    }
                    if turn % 3 == 0 {
                        let _ = debug.ask(Command::Back { conversation: conversation.clone() }).await;
                    }
                    let how = ways[turn % ways.len()].clone();
                    match debug.ask(Command::Go { conversation, how }).await {
                        Ok(Reply::Stopped(next)) => stopped = next,
                        _ => break,
                    }
                }
            }
        })
    };
    played(&watched).await;
    for chat in ["7", "8"] {
        let (one, other) = (outcomes(&plain, chat).await, outcomes(&watched, chat).await);
        assert_eq!(one, other, "{chat}");
        watched.replays(chat).await;
    }
    let sorted = |bench: &Bench| bench.world.sent().into_iter().collect::<BTreeSet<_>>();
    assert_eq!(sorted(&plain), sorted(&watched));
    let variables = [(2, String::new()), (0, "p7".into())];
    assert_eq!(
        plain.store.variables("b", &variables).await.unwrap(),
        watched.store.variables("b", &variables).await.unwrap()
    );
    stepping.abort();
}

#[tokio::test]
async fn somebody_who_may_only_look_pauses_and_changes_nothing() {
    let bench = Bench::new().await;
    let observer = bench.runner.attach(Allows::Observe).await.unwrap();
    let Reply::Hello(Hello { protocol, name, allows, program, .. }) =
        observer.ask(Command::Hello).await.unwrap()
    else {
        panic!()
    };
    assert_eq!((protocol, name.as_str(), allows), (PROTOCOL, "Sizes", Allows::Observe));
    let conversation: smol_str::SmolStr = talk("7").into();
    for command in [
        Command::Break { point: at("q") },
        Command::Mute { muted: true },
        Command::Go { conversation: conversation.clone(), how: Go::On },
        Command::Back { conversation: conversation.clone() },
        Command::Set { conversation: conversation.clone(), variable: "flow.x".into(), value: 1.into() },
        Command::Leave { conversation: conversation.clone(), port: None },
        Command::Edit { conversation: conversation.clone(), files: Default::default() },
    ] {
        assert_eq!(observer.ask(command).await.unwrap_err().code, Code::NotAllowed);
    }
    let log = Some("{{ bot.count }} for {{ user.first_name }}, {{ nothing.there }}".into());
    stop_at(&observer, Point { log, ..at("q") }).await;
    let log = Some("{{ bot.count }} for {{ user.first_name }}".into());
    let id = stop_at(&observer, Point { log, ..at("q") }).await;
    bench.hear("u1", "7", "hello").await;
    let News::Note { failed: true, .. } = news(&observer).await else { panic!() };
    let News::Note { text, failed: false, .. } = news(&observer).await else { panic!() };
    assert_eq!(text, "1 for Ada");
    observer.ask(Command::Unbreak { id }).await.unwrap();
    assert!(observer.ask(Command::Program { hash: program }).await.is_ok());
    assert!(observer.ask(Command::Program { hash: "other".into() }).await.is_err());
}

#[tokio::test]
async fn what_runs_can_be_seen_as_it_runs() {
    let bench = Bench::new().await;
    let observer = bench.runner.attach(Allows::Observe).await.unwrap();
    observer.ask(Command::Trace { on: true, conversation: Some(talk("7").into()) }).await.unwrap();
    bench.hear("u1", "8", "hello").await;
    bench.hear("u2", "7", "hello").await;
    let News::Trace { conversation, records } = news(&observer).await else { panic!() };
    assert_eq!(conversation, talk("7"));
    let nodes: Vec<_> = records.iter().filter(|one| one.saw == Saw::Entered).map(|one| &one.spot).collect();
    assert_eq!(nodes, [&spot("t"), &spot("n"), &spot("s"), &spot("q")]);
    assert!(records.iter().all(|one| one.position == 1));
    let set = Saw::Set { variable: "flow.twice".into(), value: Shown::Value(4.into()) };
    assert!(records.iter().any(|one| one.saw == set), "{records:?}");

    // A value that is too long for that is told by how it begins.
    bench.world.until(2).await;
    bench.rests().await;
    bench.hear("u3", "7", &"long ".repeat(4000)).await;
    let conversation: smol_str::SmolStr = talk("7").into();
    let Reply::Inspected(seen) = observer.ask(Command::Inspect { conversation }).await.unwrap() else {
        panic!()
    };
    assert_eq!(seen.bot["count"], Shown::Value(2.into()));
}

#[tokio::test]
async fn a_list_of_conversations_says_where_they_stand() {
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    stop_at(&debug, Point { conversation: Some(talk("9").into()), ..at("r") }).await;
    for (id, chat) in [("u1", "7"), ("u2", "8"), ("u3", "9")] {
        bench.hear(id, chat, "hello").await;
    }
    bench.world.until(3).await;
    bench.rests().await;
    bench.hear("u4", "7", "large").await;
    bench.world.until(4).await;
    bench.rests().await;
    bench.hear("u5", "9", "small").await;
    pause(&debug).await;
    bench.hear("u6", "9", "hello").await;
    let ask = |before, most| Command::Conversations { before, most };
    let Reply::Conversations { conversations, before } = debug.ask(ask(None, 2)).await.unwrap() else {
        panic!()
    };
    let ids: Vec<_> = conversations.iter().map(|one| one.id.to_string()).collect();
    assert_eq!(ids, [talk("7"), talk("9")]);
    assert!(conversations[0].stands.is_empty());
    assert_eq!(conversations[0].person.as_ref().unwrap().first_name.as_deref(), Some("Ada"));
    let paused = &conversations[1];
    assert!(paused.paused && paused.held == 1 && paused.channel == "telegram");
    let Reply::Conversations { conversations, before } = debug.ask(ask(before, 2)).await.unwrap() else {
        panic!()
    };
    assert_eq!((conversations.len(), before), (1, None));
    let stand = &conversations[0].stands[0];
    assert!(matches!(stand.waits, Waits::Person { until: Some(_) }) && stand.spot == spot("q"), "{stand:?}");

    let inspect = Command::Inspect { conversation: talk("9").into() };
    let Reply::Inspected(seen) = debug.ask(inspect).await.unwrap() else { panic!() };
    let stopped = seen.paused.unwrap();
    assert_eq!(stopped.variables.flow["twice"], Shown::Value(6.into()));
    assert!(stopped.variables.nodes.contains_key("size"), "{:?}", stopped.variables);
    assert_eq!(stopped.variables.msg["text"], Shown::Value("small".into()));
    let inspect = Command::Inspect { conversation: "nobody".into() };
    assert_eq!(debug.ask(inspect).await.unwrap_err().code, Code::NotThere);
    assert_eq!(go(&debug, "8", Go::On).await.unwrap_err().code, Code::NotPaused);
    assert_eq!(step(&debug, "9", Go::On).await, None);

    // One that is paused in its very first step.
    stop_at(&debug, at("q")).await;
    bench.hear("u7", "10", "hello").await;
    while pause(&debug).await.conversation != talk("10") {}
    let Reply::Conversations { conversations, .. } = debug.ask(ask(None, 9)).await.unwrap() else { panic!() };
    let new = &conversations[0];
    assert!(new.id == talk("10") && new.paused && new.chat.as_ref().unwrap().id == "10", "{new:?}");
    assert_eq!(conversations.len(), 4);
    let inspect = Command::Inspect { conversation: talk("10").into() };
    let Reply::Inspected(seen) = debug.ask(inspect).await.unwrap() else { panic!() };
    assert_eq!(seen.paused.unwrap().spot, spot("q"));
}

#[tokio::test]
async fn a_client_that_does_not_listen_holds_nothing_up_and_hears_how_much_it_missed() {
    let bench = Bench::new().await;
    let observer = bench.runner.attach(Allows::Observe).await.unwrap();
    observer.ask(Command::Trace { on: true, conversation: None }).await.unwrap();
    for n in 0..700 {
        let chat = format!("c{n}");
        bench.hear(&format!("u{n}"), &chat, "hello").await;
    }
    bench.world.until(700).await;
    bench.rests().await;
    let mut told = 0;
    let missed = loop {
        match news(&observer).await {
            News::Trace { .. } => told += 1,
            News::Missed { count } => break count,
            other => panic!("{other:?}"),
        }
    };
    assert!(told == 1024 && missed > 0, "{told} {missed}");
    // From here on nothing is missed.
    bench.hear("more", "7", "hello").await;
    assert!(matches!(news(&observer).await, News::Trace { .. }));
}

#[tokio::test]
async fn the_words_have_a_json_form() {
    let text = r#"{"do":"go","conversation":"c","how":{"to":{"flow":"main","node":"q"}}}"#;
    let command: Command = serde_json::from_str(text).unwrap();
    assert_eq!(command, Command::Go { conversation: "c".into(), how: Go::To(spot("q")) });
    assert_eq!(serde_json::to_string(&command).unwrap(), text);
    let bench = Bench::new().await;
    let debug = bench.debugs().await;
    stop_at(&debug, at("q")).await;
    bench.hear("u1", "7", "hello").await;
    let told = News::Paused(Box::new(pause(&debug).await));
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<News>(&text).unwrap(), told);
    let reply = debug.ask(Command::Inspect { conversation: talk("7").into() }).await.unwrap();
    let text = serde_json::to_string(&reply).unwrap();
    assert_eq!(serde_json::from_str::<Reply>(&text).unwrap(), reply);
}

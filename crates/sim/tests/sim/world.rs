//! The world around a bot.

use engine::debug::{Breakpoint, Go};
use engine::event::ChatKind;
use flow::limits::Platform;
use flow::{Data, Time};
use sim::{DidState, Happened, Move, Setup, Somebody, Who, World};

use crate::bots::{bot, shop};

fn says(by: &str, text: &str) -> Move {
    Move::Says { who: Who { by: by.into(), ..Who::default() }, text: text.into(), reply_to: None }
}

fn texts(world: &World) -> Vec<&str> {
    world
        .messages()
        .iter()
        .filter(|message| message.by.is_none())
        .map(|message| message.text.as_str())
        .collect()
}

fn setup(platform: Platform, chat: ChatKind) -> Setup {
    let people = ["ada", "bob"].map(|name| Somebody { name: name.into(), ..Somebody::default() });
    Setup { platform, chat, people: people.into(), ..Setup::default() }
}

/// The same moves give the same world, to the byte; and moves keep as text.
#[test]
fn the_same_moves_give_the_same_world() {
    let stage = shop();
    let moves = [
        says("ada", "/start"),
        says("bob", "/start"),
        Move::Presses { who: Who::default(), button: "Small".into(), message: None },
        Move::After { millis: 600_000 },
        says("bob", "/get a"),
        Move::Until { at: Time(1_767_700_000_000) },
        says("ada", "/count"),
    ];
    let text = serde_json::to_string(&moves).unwrap();
    let read: Vec<Move> = serde_json::from_str(&text).unwrap();
    assert_eq!(read, moves);
    for chat in [ChatKind::Private, ChatKind::Group] {
        for platform in Platform::ALL {
            let played = |moves: &[Move]| {
                let (world, cannot) = World::replay(&stage, setup(platform, chat), moves);
                assert_eq!(cannot, None);
                let sessions: Vec<_> = world.sessions().cloned().collect();
                serde_json::to_string(&(world.lines(), world.messages(), world.trail(), sessions)).unwrap()
            };
            assert_eq!(played(&moves), played(&read));
        }
    }
    let setup = setup(Platform::Discord, ChatKind::Group);
    let text = serde_json::to_string(&setup).unwrap();
    assert_eq!(serde_json::from_str::<Setup>(&text).unwrap(), setup);
}

#[test]
fn people_have_their_own_conversations_and_variables() {
    let stage = shop();
    let mut world = World::new(&stage, setup(Platform::Telegram, ChatKind::Group));
    for one in [says("ada", "/start"), says("bob", "/start")] {
        world.act(one).unwrap();
    }
    let press = |by: &str, label: &str| Move::Presses {
        who: Who { by: by.into(), ..Who::default() },
        button: label.into(),
        message: None,
    };
    world.act(press("ada", "Small")).unwrap();
    world.act(press("bob", "Large")).unwrap();
    assert_eq!(texts(&world)[2..], ["Small it is.", "Large it is."]);
    assert_eq!(world.value("user.size").unwrap(), Data::text("Small"));
    assert_eq!(world.value("user.size of bob").unwrap(), Data::text("Large"));
    assert!(world.value("user.size of eve").is_err());
    world.act(says("bob", "/count")).unwrap();
    assert_eq!(world.value("bot.total").unwrap(), Data::Int(11));
}

#[test]
fn what_cannot_be_done_leaves_the_world_as_it_was() {
    let mut world = World::new(&shop(), Setup::default());
    world.act(says("", "/start")).unwrap();
    let lines = world.lines().len();
    for (one, part) in [
        (says("eve", "hi"), "Nobody is called `eve`"),
        (Move::Presses { who: Who::default(), button: "Huge".into(), message: None }, "[Small] [Large]"),
        (Move::After { millis: -1 }, "does not go back"),
        (Move::Until { at: Time(0) }, "does not go back"),
        (Move::Fills { who: Who::default(), values: Default::default() }, "no form"),
        (Move::Answers { key: Default::default(), result: Ok(engine::Done::Done) }, "No call waits"),
        (Move::Sets { variable: "size".into(), value: Data::Null }, "no shared variable"),
    ] {
        let cannot = world.act(one).unwrap_err();
        assert!(cannot.0.contains(part), "{cannot}");
    }
    assert_eq!((world.lines().len(), world.moves().len()), (lines, 1));
}

#[test]
fn the_platform_refuses_in_its_own_words() {
    let send = |text: &str| {
        let text = serde_json::to_string(text).unwrap();
        bot(&format!(
            r#"{{"t": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "go"}}, "next": {{"out": "s"}}}},
                "s": {{"kind": "message.send", "v": 1, "fields": {{"text": {text}}}}}}}"#
        ))
    };
    let long = "x".repeat(3000);
    for (platform, text, refused) in [
        (Platform::Telegram, long.as_str(), false),
        (Platform::Discord, long.as_str(), true),
        (Platform::Telegram, "{{ '' }}", true),
        (Platform::Discord, "ok", false),
    ] {
        let mut world = World::new(&send(text), Setup { platform, ..Setup::default() });
        world.act(says("", "/go")).unwrap();
        let died = world.lines().iter().any(|line| matches!(line.what, Happened::Died(_)));
        assert_eq!(died, refused, "{platform:?}");
    }
    let blocked = Somebody { name: "ada".into(), blocked: true, ..Somebody::default() };
    let mut world = World::new(&send("hi"), Setup { people: vec![blocked], ..Setup::default() });
    world.act(says("", "/go")).unwrap();
    let (_, did) = world.dids().next().unwrap();
    let DidState::Done(Err(error)) = &did.state else { panic!("{did:?}") };
    assert_eq!(error.message, "Forbidden: bot was blocked by the user");
}

#[test]
fn a_stop_holds_the_world_and_looking_changes_nothing() {
    let stage = shop();
    let moves =
        [says("", "/start"), Move::Presses { who: Who::default(), button: "Large".into(), message: None }];
    let plain = World::replay(&stage, Setup::default(), &moves).0;
    let mut world = World::new(&stage, Setup::default());
    let spot = world.find_node("done").unwrap();
    world.breakpoints().push(Breakpoint::at(spot));
    for one in moves {
        world.act(one).unwrap();
    }
    assert_eq!(texts(&world).len(), 1);
    assert_eq!(world.evaluate("user.size").unwrap(), Data::text("Large"));
    assert!(world.act(says("", "again")).unwrap_err().0.contains("paused"));
    world.go(Go::On);
    assert!(world.paused().is_none());
    assert_eq!((world.lines(), world.messages()), (plain.lines(), plain.messages()));
    // Where something is changed by hand, it is another.
    let mut world = World::new(&stage, Setup::default());
    let spot = world.find_node("done").unwrap();
    world.breakpoints().push(Breakpoint::at(spot));
    world.act(says("", "/start")).unwrap();
    world.act(Move::Presses { who: Who::default(), button: "Large".into(), message: None }).unwrap();
    assert!(world.set_paused("user.size", Data::text("Huge")));
    world.go(Go::Into);
    assert_eq!(texts(&world)[1..], ["Huge it is."]);
}

#[test]
fn a_changed_bot_goes_on_where_the_old_one_stood() {
    let mut world = World::new(&shop(), Setup::default());
    world.act(says("", "/start")).unwrap();
    let other = bot(r#"{
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "start"}, "next": {"out": "s"}},
        "s": {"kind": "message.send", "v": 1, "fields": {"text": "New here."}}
    }"#);
    world.change_bot(other);
    world.act(Move::Presses { who: Who::default(), button: "Small".into(), message: None }).unwrap();
    world.act(says("", "/start")).unwrap();
    assert_eq!(texts(&world)[1..], ["Small it is.", "New here."]);
}

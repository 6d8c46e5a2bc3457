//! A recording is played again in a world, and becomes a test there.

use engine::debug::{Breakpoint, Go};
use engine::event::ChatKind;
use engine::recording::Recording;
use engine::{Done, Key};
use flow::limits::Platform;
use flow::{Data, Time};
use sim::cases::{read, run, save};
use sim::recorded::{Replayed, Unfit, replay};
use sim::{Move, Room, Setup, Somebody, Who, World};

use crate::bots::{bot, edited_shop, shop};

fn says(by: &str, text: &str) -> Move {
    Move::Says { who: Who { by: by.into(), ..Who::default() }, text: text.into(), reply_to: None }
}

fn presses(by: &str, button: &str) -> Move {
    Move::Presses { who: Who { by: by.into(), ..Who::default() }, button: button.into(), message: None }
}

/// A world of which there is a journal.
fn world(setup: Setup) -> World {
    let mut world = World::new(&shop(), setup);
    world.keep_journal();
    world
}

fn acts(world: &mut World, moves: impl IntoIterator<Item = Move>) {
    for one in moves {
        world.act(one).unwrap();
    }
}

fn recording(world: &World, by: &str) -> Recording {
    let text = world.recording(&Who { by: by.into(), ..Who::default() }).unwrap().to_text();
    let recording = Recording::from_text(&text).unwrap();
    assert_eq!(recording.clone().open().unwrap().verify(), Ok(()));
    recording
}

/// The test that comes of it, which passes; and what there is to say.
fn test(recording: &Recording) -> (String, Vec<String>) {
    let stage = shop();
    let Replayed { world, notes } = replay(recording, &stage).unwrap();
    let text = save(&world, "recorded");
    let (suite, wrongs) = read(&text, &|_| None);
    assert!(wrongs.is_empty(), "{text}\n{wrongs:#?}");
    let failure = run(&stage, &suite.cases[0]).failure;
    let words: Vec<String> = failure.iter().flat_map(|one| one.lines()).map(|(_, line)| line).collect();
    assert!(failure.is_none(), "{text}\n{}", words.join("\n"));
    (text, notes)
}

/// The call that waits has its answer.
fn answers(world: &mut World, body: Data) {
    let key: Key = world.open_calls().next().unwrap().1.request.key;
    let result = Ok(Done::Http { status: 200, headers: Default::default(), body });
    world.act(Move::Answers { key, result }).unwrap();
}

#[test]
fn one_of_several_conversations_becomes_a_test() {
    let people = ["ada", "bob"].map(|name| Somebody { name: name.into(), ..Somebody::default() });
    let mut world = world(Setup { platform: Platform::Discord, people: people.into(), ..Setup::default() });
    acts(&mut world, [says("ada", "/count"), says("bob", "/start"), says("ada", "/start")]);
    acts(&mut world, [presses("bob", "Large"), says("bob", "/count"), Move::After { millis: 7_200_000 }]);
    assert_eq!(world.journaled().count(), 2);
    let (text, notes) = test(&recording(&world, "bob"));
    assert_eq!(notes, Vec::<String>::new());
    // What ada counted meanwhile is a step of its own.
    assert_eq!(
        text,
        "on: discord
people:
  bob: { id: \"900000000000000002\" }

cases:
  - name: recorded
    steps:
      - says: /start
      - bot: { text: \"Which size, Bob?\", buttons: [Small, Large] }
      - presses: Large
      - bot: Large it is.
      - sets: { bot.total: 11 }
      - says: /count
"
    );
    let (text, _) = test(&recording(&world, "ada"));
    assert!(text.ends_with("      - after: 1h\n      - bot: Too late.\n"), "{text}");
}

/// People and chats with the ids that a platform gave them, and moments that no test would think of.
#[test]
fn a_recording_from_a_platform_becomes_a_test() {
    let ada = Somebody {
        name: "ada".into(),
        id: Some("7012345678".into()),
        first_name: Some("Ada Maria".into()),
        last_name: Some("Byron".into()),
        ..Somebody::default()
    };
    let team = Room {
        name: "team".into(),
        kind: ChatKind::Group,
        id: Some("-100987".into()),
        title: Some("The team".into()),
    };
    let setup = Setup {
        people: vec![ada],
        chats: vec![team],
        seed: 99,
        start: Time(1_790_000_000_123),
        ..Setup::default()
    };
    let mut world = world(setup);
    let in_team = Who { by: "ada".into(), place: "team".into() };
    let says = |text: &str| Move::Says { who: in_team.clone(), text: text.into(), reply_to: None };
    let presses = Move::Presses { who: in_team.clone(), button: "Large".into(), message: None };
    acts(
        &mut world,
        [says("/start"), Move::After { millis: 2_713 }, presses, Move::After { millis: 90_400 }],
    );
    acts(&mut world, [says("/get x"), Move::After { millis: 412 }]);
    answers(&mut world, Data::object([("n", Data::Int(4))]));
    acts(&mut world, [says("/get y"), Move::After { millis: 60_000 }]);
    let recording = world.recording(&in_team).unwrap();
    let (text, notes) = test(&recording);
    assert_eq!(notes, Vec::<String>::new(), "{text}");
    for part in [
        "start: 2026-09-21T14:13:20.123Z\n",
        "ada: { id: \"7012345678\", first_name: Ada Maria, last_name: Byron }",
        "the-team: { kind: group, id: \"-100987\", title: The team }",
        "      - ada in the-team says: /start\n      - bot: { text: \"Which size, Ada Maria?\", buttons: [Small, Large] }\n",
        "      - after: 1m 33s 113ms\n",
        "answers: { http: POST https://x.test/x, gives: { json: { n: 4 } } }",
        // Nobody answered the second one, though it was tried three times.
        "      - mock: { http: POST https://x.test/y, times: 3, takes: 99w }\n",
        // How long the pauses between tries are is a little chance.
        "      - after: 18s ",
        "ms\n      - bot: \"Failed: timeout\"\n",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn secrets_do_not_get_into_the_test() {
    let token = format!("sk-{}", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1");
    let mut world = world(Setup::default());
    acts(&mut world, [says("", &format!("again: {token}")), says("", "/get x")]);
    let body = Data::object([("n", Data::Int(4)), ("access_token", Data::text("hunter2"))]);
    answers(&mut world, body);
    let (text, notes) = test(&recording(&world, ""));
    assert!(!text.contains(&token) && !text.contains("hunter2"), "{text}");
    assert!(text.contains("bot: \"again: •••\"") && text.contains("access_token: •••"), "{text}");
    assert!(notes.last().unwrap().starts_with("Some values look like a secret"), "{notes:?}");
    // So it is with the recording itself.
    let whole = recording(&world, "");
    let secrets = sim::recorded::secrets(&serde_json::to_value(&whole).unwrap());
    assert_eq!(secrets, [token.as_str()]);
    let blotted = whole.to_redacted_text(&[&token]);
    assert!(!blotted.contains(&token));
    let (text, notes) = test(&Recording::from_text(&blotted).unwrap());
    assert!(text.contains("says: \"again: •••\""), "{text}");
    assert!(notes[0].starts_with("The recording does not play as it did"), "{notes:?}");
}

/// A debugger's doings are in the journal, replay to the byte, and are told of.
#[test]
fn what_a_test_cannot_tell_is_said() {
    let mut world = world(Setup::default());
    let spot = world.find_node("done").unwrap();
    world.breakpoints().push(Breakpoint::at(spot));
    acts(&mut world, [says("", "/start"), presses("", "Large")]);
    assert!(world.set_paused("user.size", Data::text("Huge")));
    assert_eq!(world.edit_bot(edited_shop(&[("{{ user.size }} it is.", "Fine: {{ user.size }}.")])), Ok(()));
    world.go(Go::On);
    let recording = recording(&world, "");
    assert_eq!(recording.bots.len(), 2);
    let (text, notes) = test(&recording);
    assert!(text.contains("- bot: Large it is."), "{text}");
    for part in [
        "A debugger changed something",
        "The bot was changed on the way",
        "`send Large it is.` in place of `send Fine: Huge.`",
    ] {
        assert!(notes.iter().any(|note| note.contains(part)), "{part}: {notes:?}");
    }
}

#[test]
fn what_is_no_beginning_is_refused() {
    let mut world = world(Setup::default());
    assert!(world.recording(&Who::default()).unwrap_err().0.contains("Nothing has happened"));
    acts(&mut world, [says("", "/start"), presses("", "Large")]);
    let whole = recording(&world, "");
    let unfit = |recording: &Recording| replay(recording, &shop()).map(|_| ()).unwrap_err();
    assert_eq!(unfit(&Recording { entries: Vec::new(), ..whole.clone() }), Unfit::Empty);
    let middle = whole.clone().open().unwrap().at(2).unwrap();
    let rest = Recording { first: middle, entries: whole.entries[2..].to_vec(), ..whole.clone() };
    assert_eq!(unfit(&rest), Unfit::Midway);
    let bots = Default::default();
    assert!(matches!(unfit(&Recording { bots, ..whole }), Unfit::Unplayable(_)));
    // Another bot takes none of it, and that is said.
    let other = bot(r#"{"t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}}}"#);
    let Replayed { notes, .. } = replay(&recording(&world, ""), &other).unwrap();
    assert_eq!(notes[0], "The bot is another one than when this was recorded.");
}

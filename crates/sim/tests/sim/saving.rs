//! A conversation becomes a test that passes.

use engine::event::FileKind;
use engine::{Done, Effect};
use flow::Data;
use flow::data::Fields;
use flow::limits::Platform;
use sim::cases::{read, run, save};
use sim::{Answer, Mock, Move, Pattern, Sent, Setup, Somebody, Who, World};

use crate::bots::shop;

#[test]
fn a_saved_conversation_passes() {
    let stage = shop();
    for platform in Platform::ALL {
        let people = ["ada", "bob"].map(|name| Somebody { name: name.into(), ..Somebody::default() });
        let mut world = World::new(&stage, Setup { platform, people: people.into(), ..Setup::default() });
        let bob = Who { by: "bob".into(), ..Who::default() };
        let says = |who: &Who, text: &str| Move::Says { who: who.clone(), text: text.into(), reply_to: None };
        let rule = Mock {
            on: Pattern { effect: "http".into(), main: Some("POST */x".into()), parts: Fields::default() },
            answer: Answer::Gives(Fields::from_iter([("json", Data::object([("n", Data::Int(3))]))])),
            times: None,
            takes: 0,
        };
        let moves = [
            says(&Who::default(), "/start"),
            says(&bob, "/start"),
            Move::Presses { who: bob.clone(), button: "Large".into(), message: None },
            says(&bob, "again: \"quoted\", with [all] {kinds}\n\n  of lines # too"),
            Move::Sends {
                who: bob.clone(),
                what: Sent::File {
                    kind: FileKind::Photo,
                    name: "a b.jpg".into(),
                    text: "again".into(),
                    size: Some(3),
                },
            },
            Move::Next,
            Move::Mocks { rule },
            says(&bob, "/get x"),
            says(&bob, "/get y"),
            Move::Sets { variable: "bot.total".into(), value: Data::Int(4) },
            says(&bob, "/count"),
            says(&bob, "/die"),
        ];
        for one in moves {
            world.act(one).unwrap();
        }
        let (_, call) = world.open_calls().next().expect("a call that waits");
        let (key, effect) = (call.request.key, call.request.effect.clone());
        assert!(matches!(effect, Effect::Http(_)));
        let body = Data::object([("n", Data::text("by hand"))]);
        let result = Ok(Done::Http { status: 200, headers: Fields::default(), body });
        world.act(Move::Answers { key, result }).unwrap();
        let text = save(&world, "all of it");
        let (suite, wrongs) = read(&text, &|_| None);
        assert!(wrongs.is_empty(), "{text}\n{wrongs:#?}");
        let failure = run(&stage, &suite.cases[0]).failure;
        let words: Vec<String> = failure.iter().flat_map(|one| one.lines()).map(|(_, line)| line).collect();
        assert!(failure.is_none(), "{text}\n{}", words.join("\n"));
    }
}

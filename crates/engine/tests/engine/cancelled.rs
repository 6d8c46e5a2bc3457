//! A run that ends while something is being done outside. What the cases of the kinds cannot say: there, nobody ends a run by hand.

use engine::input::End;
use engine::{Body, Done};
use flow::descriptor::Family;

use crate::play::{Play, bot};

#[test]
fn nobody_waits_for_the_effect_of_a_run_that_is_over() {
    let kinds = engine::kinds();
    let ours = [Family::Data, Family::World, Family::Ai];
    let effects = kinds.iter().filter(|kind| kind.effect && ours.contains(&kind.family));
    // Lines of the log are written while the test looks on.
    let mut seen = 0;
    for kind in effects.filter(|kind| kind.kind != "world.log") {
        let mut bot = bot(
            r#"{"t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "k"}},
                "s": {"kind": "message.send", "v": 1, "fields": {"text": "It went on."}}}"#,
            // What the examples look up.
            r#"{"bot": {"total": {"type": "number", "default": 3}},
                "user": {"cart": {"type": "list", "default": []}, "size": {"type": "text", "default": "L"}, "talk": {"type": "list"}}}"#,
        );
        let flow = bot.flows.get_mut("flows/main.flow.json").expect("the flow of the bot");
        let mut node = kind.example.clone();
        node.next.extend(["out", "error", "none"].map(|port| (port.into(), "s".into())));
        flow.nodes.insert("k".into(), node.into());
        let mut play = Play::new(&bot);
        play.says("/go tea");
        let [request] = play.asked.as_slice() else { panic!("{}: asks for one thing", kind.kind) };
        let key = request.key;
        play.input(Body::Cancel { run: None });
        let outcome = play.outcomes.last().expect("an outcome");
        assert_eq!(outcome.dropped, [key], "{}", kind.kind);
        assert!(outcome.ended.iter().all(|one| one.how == End::Cancelled), "{}", kind.kind);
        assert!(play.asked.is_empty() && play.timers.is_empty() && play.session.is_idle(), "{}", kind.kind);
        // It may have been done all the same; the answer finds nobody.
        play.input(Body::Result { key, result: Ok(Done::Done) });
        assert!(!play.outcomes.last().expect("an outcome").taken, "{}", kind.kind);
        play.sent(&[]);
        seen += 1;
    }
    assert!(seen >= 14, "only {seen} kinds");
}

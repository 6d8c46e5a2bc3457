//! Going on with a changed bot where it is paused.

use engine::debug::{Breakpoint, Go};
use engine::trace::Saw;
use flow::Data;
use flow::limits::Platform;
use sim::{Move, Setup, Who, World};

use crate::bots::{bot, edited_shop, shop};

fn says(text: &str) -> Move {
    Move::Says { who: Who::default(), text: text.into(), reply_to: None }
}

fn presses(button: &str) -> Move {
    Move::Presses { who: Who::default(), button: button.into(), message: None }
}

fn texts(world: &World) -> Vec<&str> {
    let bots = world.messages().iter().filter(|message| message.by.is_none());
    bots.map(|message| message.text.as_str()).collect()
}

/// The shop, stopped before a node.
fn paused_at(node: &str, moves: &[Move]) -> World {
    let mut world = World::new(&shop(), Setup::default());
    let spot = world.find_node(node).unwrap();
    world.breakpoints().push(Breakpoint::at(spot));
    for one in moves {
        world.act(one.clone()).unwrap();
    }
    assert!(world.paused().is_some());
    world
}

fn is_altered(world: &World) -> bool {
    world.trail().iter().any(|one| one.saw == Saw::Altered)
}

const SAID: (&str, &str) = ("{{ user.size }} it is.", "Fine: {{ user.size }}.");

#[test]
fn a_run_goes_on_with_the_new_text() {
    let mut world = paused_at("done", &[says("/start"), presses("Large")]);
    assert_eq!(world.edit_bot(edited_shop(&[SAID])), Ok(()));
    assert_eq!(world.paused().map(|at| at.spot.node.as_str()), Some("say"));
    // While it rests, as every run does that somebody asked something.
    assert!(world.sessions().flat_map(|session| &session.runs).all(|run| run.altered));
    assert_eq!(world.evaluate("user.size"), Ok(Data::text("Large")));
    world.go(Go::On);
    assert_eq!(texts(&world)[1..], ["Fine: Large."]);
    assert!(is_altered(&world));
    world.act(says("/start")).unwrap();
    world.breakpoints().clear();
    world.act(presses("Small")).unwrap();
    assert_eq!(texts(&world)[3..], ["Fine: Small."]);
}

/// In the step that it is paused in, nothing was done yet: it is the new bot that does it.
#[test]
fn a_run_that_began_just_now_is_the_new_bots() {
    let mut world = paused_at("add", &[says("/count")]);
    assert_eq!(world.edit_bot(edited_shop(&[("\"value\": 1}", "\"value\": 5}")])), Ok(()));
    world.go(Go::On);
    assert_eq!(world.value("bot.total"), Ok(Data::Int(15)));
    assert!(is_altered(&world));
    let mut world = paused_at("size", &[says("/start")]);
    assert_eq!(world.edit_bot(edited_shop(&[("Which size", "What size")])), Ok(()));
    world.go(Go::On);
    assert_eq!(texts(&world), ["What size, Ada?"]);
    assert!(world.sessions().flat_map(|session| &session.runs).all(|run| run.altered));
}

/// What was set by hand before stays so.
#[test]
fn what_was_set_by_hand_is_kept() {
    let mut world = paused_at("done", &[says("/start"), presses("Large")]);
    assert!(world.set_paused("user.size", Data::text("Huge")));
    assert_eq!(world.edit_bot(edited_shop(&[SAID])), Ok(()));
    assert_eq!(world.evaluate("user.size"), Ok(Data::text("Huge")));
    assert!(world.set_paused("user.size", Data::text("Tiny")));
    world.go(Go::On);
    assert_eq!(texts(&world)[1..], ["Fine: Tiny."]);
}

#[test]
fn what_cannot_go_on_is_refused_and_goes_on_as_it_was() {
    let at_done = || paused_at("done", &[says("/start"), presses("Large")]);
    let at_got = || paused_at("got", &[says("/get a"), answer()]);
    let say = r#""say": {"kind": "message.send", "v": 1, "key": "done", "fields": {"text": "{{ user.size }} it is."}},"#;
    let other = say.replace("message.send", "message.ask");
    let ask = r#""s": "say", "l": "say", "timeout": "late""#;
    for (world, edits, why) in [
        (
            at_done(),
            vec![(say, ""), (ask, r#""timeout": "late""#)],
            "`done` was deleted, and a run stands there.",
        ),
        (
            at_done(),
            vec![(say, other.as_str())],
            "`done` is another kind of node now, and a run stands there.",
        ),
        // It was woken at the question, and only then came here.
        (
            at_done(),
            vec![(ask, r#""s": "say", "timeout": "late""#)],
            "`size` lost the wire from `l`, by which a run would go on.",
        ),
        (
            at_done(),
            vec![(ask, r#""s": "say", "l": "late", "timeout": "late""#)],
            "The run would have come to `late` instead of here.",
        ),
        (
            at_got(),
            vec![(r#""out": "got", "error": "oops""#, r#""out": "got""#)],
            "`page` lost the wire from `error`, by which a run would go on.",
        ),
    ] {
        let mut world = world;
        let (at, lines) = (world.paused().unwrap().spot.clone(), world.lines().len());
        let wrong = world.edit_bot(edited_shop(&edits)).expect_err(why);
        let said: Vec<&str> = wrong.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(said[0], why);
        assert_eq!((world.paused().map(|paused| &paused.spot), world.lines().len()), (Some(&at), lines));
        world.go(Go::On);
        assert!(["Large it is.", "Got 7"].contains(texts(&world).last().unwrap()), "{:?}", texts(&world));
        assert!(!is_altered(&world));
    }
}

/// The HTTP call of `/get` has its answer.
fn answer() -> Move {
    let mut world = World::new(&shop(), Setup::default());
    world.act(says("/get a")).unwrap();
    let key = world.open_calls().next().unwrap().1.request.key;
    let body = Data::object([("n", Data::Int(7))]);
    Move::Answers { key, result: Ok(engine::Done::Http { status: 200, headers: Default::default(), body }) }
}

/// A run that waits elsewhere in the conversation moves with it, so it has to be able to.
#[test]
fn others_in_the_conversation_count_too() {
    let mut world = paused_at("add", &[says("/start"), says("/count")]);
    let ask = r#""ask": {"kind": "message.ask""#;
    let wrong = world.edit_bot(edited_shop(&[(ask, r#""ask": {"kind": "message.question""#)])).unwrap_err();
    assert_eq!(wrong[0].1, "`size` is another kind of node now, and a run stands there.");
    world.go(Go::On);
    assert_eq!(world.value("bot.total"), Ok(Data::Int(11)));
}

/// After a refusal a later change may fit again; so does going back to what it was.
#[test]
fn a_refused_change_can_be_mended() {
    let mut world = paused_at("done", &[says("/start"), presses("Large")]);
    let say = r#""say": {"kind": "message.send""#;
    assert!(world.edit_bot(edited_shop(&[(say, r#""say": {"kind": "message.ask""#)])).is_err());
    assert_eq!(world.edit_bot(edited_shop(&[SAID])), Ok(()));
    assert_eq!(world.edit_bot(shop()), Ok(()));
    assert_eq!(world.edit_bot(edited_shop(&[SAID])), Ok(()));
    world.go(Go::On);
    assert_eq!(texts(&world)[1..], ["Fine: Large."]);
}

/// What was done inside of a transaction and may have to be taken back is a place where a run stands.
#[test]
fn what_may_have_to_be_taken_back_stays() {
    let nodes = |undo: &str| {
        let flow = format!(
            r#"{{
            "t": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "buy"}}, "next": {{"out": "a"}}}},
            "a": {{"kind": "people.assign_role", "v": 1, "key": "role", "group": "g", "fields": {{"role": "vip"}}, "next": {{"out": "m"{undo}}}}},
            "m": {{"kind": "people.remove_role", "v": 1, "group": "g", "fields": {{"role": "guest"}}, "next": {{"out": "b"}}}},
            "b": {{"kind": "data.set", "v": 1, "key": "b", "group": "g", "fields": {{"set": [{{"id": "1", "variable": "bot.total", "value": 1}}]}}}},
            "u": {{"kind": "message.send", "v": 1, "fields": {{"text": "taken back"}}}}
        }}, "groups": {{"g": {{"title": "G", "transaction": true}}}}"#
        );
        // Groups stand beside the nodes.
        bot(&flow)
    };
    let setup = Setup { platform: Platform::Discord, ..Setup::default() };
    let mut world = World::new(&nodes(r#", "compensate": "u""#), setup);
    let spot = world.find_node("b").unwrap();
    world.breakpoints().push(Breakpoint::at(spot));
    world.act(says("/buy")).unwrap();
    assert!(world.paused().is_some(), "{:?}", world.lines());
    let wrong = world.edit_bot(nodes("")).unwrap_err();
    assert_eq!(wrong[0].1, "`role` lost the wire from `compensate`, by which a run would go on.");
}

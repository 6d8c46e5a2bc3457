//! A pressed button is confirmed once: by a node, or by the engine as soon as the run rests or ends.

use engine::effect::{Done, EffectError, ErrorKind};
use engine::event::Pressed;
use engine::{Effect, What};
use flow::Data;

use crate::play::{Play, bot};

/// What each press was answered with so far.
fn confirmed(play: &Play) -> Vec<String> {
    let effects = play.outcomes.iter().flat_map(|outcome| &outcome.effects);
    let notices = effects.filter_map(|request| match &request.effect {
        Effect::Confirm { text, .. } => {
            Some(format!("{}: {text}", request.origin.answer_to.as_deref().unwrap_or("nothing")))
        }
        _ => None,
    });
    notices.collect()
}

fn press(play: &mut Play, data: &str, id: &str) {
    let pressed = Pressed { data: data.into(), id: id.into(), ..Pressed::default() };
    play.offer(Play::event(What::Button(pressed)));
}

fn nodes(after_press: &str) -> Play {
    let nodes = format!(
        r#"{{
        "t": {{"kind": "trigger.button", "v": 1, "fields": {{"data": "go:*"}}, "next": {{"out": "a"}}}},
        {after_press}
    }}"#
    );
    Play::new(&bot(&nodes, "{}"))
}

const HTTP: &str =
    r#""a": {"kind": "world.http", "v": 1, "fields": {"url": "https://x.test"}, "next": {"out": "b"}}"#;

#[test]
fn when_the_run_ends() {
    let mut play = nodes(r#""a": {"kind": "message.send", "v": 1, "fields": {"text": "{{ msg.args }}"}}"#);
    press(&mut play, "go:7", "p1");
    assert_eq!(confirmed(&play), ["p1: "]);
    play.sent(&["7"]);
    press(&mut play, "go:8", "p2");
    assert_eq!(confirmed(&play), ["p1: ", "p2: "]);
    // Nobody takes it: that is for the host to confirm.
    press(&mut play, "stop", "p3");
    assert!(!play.outcomes.last().unwrap().taken);
    assert_eq!(confirmed(&play).len(), 2);
}

#[test]
fn not_while_something_is_being_done() {
    let rest = r#""b": {"kind": "message.wait", "v": 1, "fields": {}}"#;
    let mut play = nodes(&format!("{HTTP}, {rest}"));
    press(&mut play, "go:", "p1");
    assert!(confirmed(&play).is_empty());
    play.answers(Ok(Done::Http { status: 200, headers: Default::default(), body: Data::Null }));
    assert_eq!(confirmed(&play), ["p1: "]);
    play.says("hello");
    assert!(play.session.is_idle());
    assert_eq!(confirmed(&play).len(), 1);
}

#[test]
fn when_it_fails() {
    let mut play = nodes(&format!(r#"{HTTP}, "b": {{"kind": "message.wait", "v": 1, "fields": {{}}}}"#));
    press(&mut play, "go:", "p1");
    play.answers(Err(EffectError::new(ErrorKind::Refused, "no")));
    assert!(play.outcomes.iter().any(|outcome| !outcome.dead.is_empty()));
    assert_eq!(confirmed(&play), ["p1: "]);
}

#[test]
fn by_a_node_that_says_something() {
    let rest = r#""b": {"kind": "message.confirm", "v": 1, "fields": {"text": "Saved"}, "next": {"out": "c"}},
        "c": {"kind": "message.confirm", "v": 1, "fields": {"text": "Twice"}}"#;
    let mut play = nodes(&format!("{HTTP}, {rest}"));
    press(&mut play, "go:", "p1");
    play.answers(Ok(Done::Http { status: 200, headers: Default::default(), body: Data::Null }));
    // A press can be answered once, so the second one does nothing.
    assert_eq!(confirmed(&play), ["p1: Saved"]);
    assert!(play.session.is_idle());
}

//! Groups that happen whole or not at all.

use engine::effect::{Done, EffectError, ErrorKind};
use flow::{Bot, Data};

use crate::play::{Play, bot};

/// Two calls in a group that know how to be taken back, a count in between, and a third call that may fail.
fn shop(error_wire: &str) -> Bot {
    let nodes = format!(
        r#"{{
        "t": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "buy"}}, "next": {{"out": "a"}}}},
        "a": {{"kind": "world.http", "v": 1, "key": "reserve", "group": "g", "fields": {{"url": "https://x.test/reserve"}},
              "next": {{"out": "c", "compensate": "ua"}}}},
        "c": {{"kind": "data.set", "v": 1, "group": "g", "fields": {{"set": [
              {{"id": "1", "variable": "bot.sold", "how": "add", "value": 1}}, {{"id": "2", "variable": "flow.step", "value": "counted"}}]}}, "next": {{"out": "b"}}}},
        "b": {{"kind": "world.http", "v": 1, "key": "charge", "group": "g", "fields": {{"url": "https://x.test/charge"}},
              "next": {{"out": "d", "compensate": "ub"}}}},
        "d": {{"kind": "world.http", "v": 1, "key": "ship", "group": "g", "fields": {{"url": "https://x.test/ship"}}, "next": {{"out": "ok"{error_wire}}}}},
        "ok": {{"kind": "message.send", "v": 1, "fields": {{"text": "Sold {{{{ bot.sold }}}}"}}}},
        "no": {{"kind": "message.send", "v": 1, "fields": {{"text": "Sorry: {{{{ flow.error.message }}}}, sold {{{{ bot.sold }}}}"}}}},
        "ua": {{"kind": "message.send", "v": 1, "fields": {{"text": "release {{{{ nodes.reserve.status }}}}"}}}},
        "ub": {{"kind": "message.send", "v": 1, "fields": {{"text": "refund {{{{ nodes.charge.status }}}}"}}}}
    }}"#
    );
    let mut bot = bot(&nodes, r#"{"bot": {"sold": {"type": "number", "default": 0}}}"#);
    let flow = bot.flows.values_mut().next().unwrap();
    let text = r#"{"id": "x", "groups": {"g": {"title": "Buy", "transaction": true}}}"#;
    flow.groups = flow::text::parse_flow(text.as_bytes()).value.groups;
    assert!(flow.groups["g"].is_transaction());
    bot
}

fn ok(status: u16) -> Result<Done, EffectError> {
    Ok(Done::Http { status, headers: Default::default(), body: Data::Null })
}

fn refused() -> Result<Done, EffectError> {
    Err(EffectError::new(ErrorKind::Refused, "no stock"))
}

#[test]
fn nothing_is_seen_before_it_is_left() {
    let mut play = Play::new(&shop(""));
    play.says("/buy").answers(ok(201)).answers(ok(202));
    assert_eq!(play.var("bot", "sold"), Data::Null);
    play.answers(ok(203)).sent(&["Sold 1"]);
    assert_eq!(play.var("bot", "sold"), Data::Int(1));
    assert!(play.session.is_idle());
}

#[test]
fn a_failure_takes_back_what_was_done_from_the_last_to_the_first() {
    let mut play = Play::new(&shop(r#", "error": "no""#));
    play.says("/buy").answers(ok(201)).answers(ok(202)).answers(refused());
    play.sent(&["refund 202", "release 201", "Sorry: no stock, sold 0"]);
    assert_eq!(play.var("bot", "sold"), Data::Null);
    assert!(play.session.is_idle());
}

#[test]
fn only_what_was_done_is_taken_back() {
    let mut play = Play::new(&shop(r#", "error": "no""#));
    play.says("/buy").answers(ok(201)).answers(refused());
    play.sent(&["release 201"]);
    // The charge has no way to go on by, so the run is a dead letter.
    let dead = &play.outcomes.iter().flat_map(|outcome| &outcome.dead).next().unwrap();
    assert_eq!((dead.code.as_str(), dead.message.as_str()), ("refused", "no stock"));
    assert_eq!(dead.spot.node, "b");
    assert_eq!(dead.variables, Data::object::<&str>([]));
    assert!(play.session.is_idle());
}

#[test]
fn a_transaction_waits_for_nobody() {
    let nodes = r#"{
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "a"}},
        "a": {"kind": "message.ask", "v": 1, "group": "g", "fields": {"text": "Sure?", "buttons": [{"id": "y", "label": "Yes"}]}}
    }"#;
    let mut bot = bot(nodes, "{}");
    let text = r#"{"id": "x", "groups": {"g": {"transaction": true}}}"#;
    bot.flows.values_mut().next().unwrap().groups = flow::text::parse_flow(text.as_bytes()).value.groups;
    let mut play = Play::new(&bot);
    play.says("/go");
    assert_eq!(play.outcomes.last().unwrap().dead[0].code, "transaction");
}

/// Two branches that each come into the group, and meet inside of it.
fn branches(wait: &str) -> Bot {
    let nodes = format!(
        r#"{{
        "t": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "go"}}, "next": {{"out": "p"}}}},
        "p": {{"kind": "logic.parallel", "v": 1, "fields": {{"branches": [{{"id": "x", "label": "X"}}, {{"id": "y", "label": "Y"}}]}}, "next": {{"x": "c", "y": "c"}}}},
        "c": {{"kind": "data.set", "v": 1, "group": "g", "fields": {{"set": [{{"id": "1", "variable": "bot.sold", "how": "add", "value": 1}}]}}, "next": {{"out": "h"}}}},
        "h": {{"kind": "world.http", "v": 1, "group": "g", "fields": {{"url": "https://x.test/one"}}, "next": {{"out": "j", "compensate": "u"}}}},
        "j": {{"kind": "logic.join", "v": 1, "group": "g", "fields": {{"wait": "{wait}"}}, "next": {{"out": "e"}}}},
        "e": {{"kind": "world.http", "v": 1, "group": "g", "fields": {{"url": "https://x.test/both"}}, "next": {{"out": "ok", "error": "no"}}}},
        "ok": {{"kind": "message.send", "v": 1, "fields": {{"text": "Sold {{{{ bot.sold }}}}"}}}},
        "no": {{"kind": "message.send", "v": 1, "fields": {{"text": "Sold {{{{ bot.sold }}}} after all"}}}},
        "u": {{"kind": "message.send", "v": 1, "fields": {{"text": "back"}}}}
    }}"#
    );
    let mut bot = bot(&nodes, r#"{"bot": {"sold": {"type": "number", "default": 0}}}"#);
    let text = r#"{"id": "x", "groups": {"g": {"transaction": true}}}"#;
    bot.flows.values_mut().next().unwrap().groups = flow::text::parse_flow(text.as_bytes()).value.groups;
    bot
}

#[test]
fn branches_that_meet_inside_go_on_in_one() {
    let mut play = Play::new(&branches("all"));
    play.says("/go").answers(ok(200)).answers(ok(200));
    assert_eq!(play.session.runs[0].transactions.len(), 1);
    assert_eq!(play.var("bot", "sold"), Data::Null);
    play.answers(ok(200)).sent(&["Sold 2"]);
    assert_eq!(play.var("bot", "sold"), Data::Int(2));
    let mut play = Play::new(&branches("all"));
    play.says("/go").answers(ok(200)).answers(ok(200)).answers(refused());
    play.sent(&["back", "back", "Sold 0 after all"]);
    assert_eq!(play.var("bot", "sold"), Data::Null);
    assert!(play.session.is_idle());
}

#[test]
fn what_a_dropped_branch_held_back_is_forgotten() {
    let mut play = Play::new(&branches("first"));
    play.says("/go").answers(ok(200));
    assert_eq!(play.session.runs[0].transactions.len(), 1);
    play.answers(ok(200)).sent(&["Sold 1"]);
    assert!(play.session.is_idle());
}

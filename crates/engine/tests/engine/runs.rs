//! Several runs, branches that meet, flows that call each other, and what ends them.

use engine::effect::Done;
use engine::{Body, FaultCode, Session};
use flow::{Bot, Data};

use crate::play::{Play, bot};

fn ask(busy: &str) -> Bot {
    let nodes = format!(
        r#"{{
        "t": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "ask"}}, "next": {{"out": "q"}}}},
        "q": {{"kind": "message.ask", "v": 1, "key": "q", "fields": {{"text": "Which?", "buttons": [{{"id": "a", "label": "A"}}]}},
              "next": {{"a": "s", "other": "o"}}}},
        "s": {{"kind": "message.send", "v": 1, "fields": {{"text": "You chose {{{{ nodes.q.answer }}}}"}}}},
        "o": {{"kind": "message.send", "v": 1, "fields": {{"text": "You said {{{{ msg.text }}}}"}}}},
        "t2": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "other", "busy": "{busy}"}}, "next": {{"out": "s2"}}}},
        "s2": {{"kind": "message.send", "v": 1, "fields": {{"text": "Other"}}}},
        "t3": {{"kind": "trigger.message", "v": 1, "fields": {{"match": "any"}}, "next": {{"out": "s3"}}}},
        "s3": {{"kind": "message.send", "v": 1, "fields": {{"text": "Heard"}}}}
    }}"#
    );
    bot(&nodes, "{}")
}

#[test]
fn a_waiting_run_has_the_first_word() {
    Play::new(&ask("interrupt"))
        .says("hello")
        .sent(&["Heard"])
        .says("/ask")
        .says("hm")
        .sent(&["Which?", "You said hm"]);
    Play::new(&ask("interrupt")).says("/ask").says("a").sent(&["Which?", "You chose a"]);
    Play::new(&ask("interrupt")).says("/ask").presses("A").sent(&["Which?", "You chose A"]);
}

#[test]
fn a_command_interrupts_waits_or_goes_beside() {
    let mut play = Play::new(&ask("interrupt"));
    play.says("/ask").says("/other").sent(&["Which?", "Other"]).says("hm").sent(&["Heard"]);
    let mut play = Play::new(&ask("beside"));
    play.says("/ask").says("/other").sent(&["Which?", "Other"]).says("hm").sent(&["You said hm"]);
    let mut play = Play::new(&ask("queue"));
    play.says("/ask").says("/other").sent(&["Which?"]).says("hm").sent(&["You said hm", "Other"]);
    let mut play = Play::new(&ask("ignore"));
    play.says("/ask").says("/other").sent(&["Which?"]).says("hm").sent(&["You said hm"]);
    assert!(play.session.is_idle());
}

#[test]
fn an_old_button_does_nothing() {
    let mut play = Play::new(&ask("interrupt"));
    play.says("/ask").presses("A").sent(&["Which?", "You chose A"]).presses("A").sent(&[]);
    assert!(!play.outcomes.last().unwrap().taken);
}

#[test]
fn a_run_can_be_cancelled() {
    let mut play = Play::new(&ask("interrupt"));
    play.says("/ask").input(Body::Cancel { run: None });
    assert!(play.session.is_idle());
    play.says("hm").sent(&["Which?", "Heard"]);
}

fn branches(rule: &str) -> Bot {
    let nodes = format!(
        r#"{{
        "t": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "go"}}, "next": {{"out": "p"}}}},
        "p": {{"kind": "logic.parallel", "v": 1, "fields": {{"branches": [{{"id": "a", "label": "A"}}, {{"id": "b", "label": "B"}}, {{"id": "c", "label": "C"}}]}},
              "next": {{"a": "ha", "b": "hb", "c": "nothing"}}}},
        "nothing": {{"kind": "data.set", "v": 1, "fields": {{"set": [{{"id": "1", "variable": "flow.lost", "value": 1}}]}}}},
        "ha": {{"kind": "world.http", "v": 1, "key": "ha", "fields": {{"url": "https://a.test"}}, "next": {{"out": "sa"}}}},
        "hb": {{"kind": "world.http", "v": 1, "key": "hb", "fields": {{"url": "https://b.test"}}, "next": {{"out": "sb"}}}},
        "sa": {{"kind": "data.set", "v": 1, "fields": {{"set": [{{"id": "1", "variable": "flow.x", "value": {{"$expr": "nodes.ha.status"}}}}]}}, "next": {{"out": "j"}}}},
        "sb": {{"kind": "data.set", "v": 1, "fields": {{"set": [{{"id": "1", "variable": "flow.x", "value": {{"$expr": "nodes.hb.status"}}}}]}}, "next": {{"out": "j"}}}},
        "j": {{"kind": "logic.join", "v": 1, "fields": {{"rule": "{rule}"}}, "next": {{"out": "e"}}}},
        "e": {{"kind": "message.send", "v": 1, "fields": {{"text": "{{{{ flow.x }}}} {{{{ nodes.ha.status + nodes.hb.status }}}}"}}}}
    }}"#
    );
    bot(&nodes, "{}")
}

#[test]
fn branches_that_meet_in_two_places_meet_again() {
    let set = |name: &str, next: &str| {
        format!(
            r#"{{"kind": "data.set", "v": 1, "fields": {{"set": [{{"id": "1", "variable": "flow.{name}", "value": 1}}]}}, "next": {{"out": "{next}"}}}}"#
        )
    };
    let join = |next: &str| format!(r#"{{"kind": "logic.join", "v": 1, "next": {{"out": "{next}"}}}}"#);
    let nodes = format!(
        r#"{{
        "t": {{"kind": "trigger.command", "v": 1, "fields": {{"command": "go"}}, "next": {{"out": "p"}}}},
        "p": {{"kind": "logic.parallel", "v": 1, "fields": {{"branches": [{{"id": "a", "label": "A"}}, {{"id": "b", "label": "B"}}]}},
              "next": {{"a": "sa", "b": "sb"}}}},
        "sa": {}, "sb": {}, "ja": {}, "jb": {}, "all": {},
        "e": {{"kind": "message.send", "v": 1, "fields": {{"text": "{{{{ flow.a + flow.b }}}}"}}}}
    }}"#,
        set("a", "ja"),
        set("b", "jb"),
        join("all"),
        join("all"),
        join("e")
    );
    let mut play = Play::new(&bot(&nodes, "{}"));
    play.says("/go");
    play.sent(&["2"]);
}

#[test]
fn branches_meet_in_their_own_order_whoever_is_first() {
    let done = |status| Ok(Done::Http { status, headers: Default::default(), body: Data::Null });
    for (rule, expected) in [("first", "200 403"), ("last", "203 403")] {
        for turned in [false, true] {
            let mut play = Play::new(&branches(rule));
            play.says("/go");
            if turned {
                play.asked.reverse();
            }
            for _ in 0..2 {
                let is_a = play.asked[0].node == "ha";
                play.answers(done(if is_a { 200 } else { 203 }));
            }
            play.sent(&[expected]);
            assert!(play.session.is_idle());
        }
    }
    let mut play = Play::new(&branches("error"));
    play.says("/go").answers(done(200)).answers(done(203)).sent(&[]);
    assert_eq!(play.outcomes.last().unwrap().dead[0].code, FaultCode::Branches.as_str());
    Play::new(&branches("error")).says("/go").answers(done(200)).answers(done(200)).sent(&["200 400"]);
}

#[test]
fn flows_call_each_other_and_come_back() {
    let mut bot = bot(
        r#"{
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "c"}},
        "c": {"kind": "logic.call", "v": 1, "key": "c", "fields": {"flow": "down", "inputs": {"n": 5}}, "next": {"out": "s", "error": "e"}},
        "s": {"kind": "message.send", "v": 1, "fields": {"text": "sum {{ nodes.c.sum }}"}},
        "e": {"kind": "message.send", "v": 1, "fields": {"text": "{{ flow.error.code }}"}}
    }"#,
        "{}",
    );
    let down = r#"{"id": "down", "name": "Down", "inputs": {"n": {"type": "number"}}, "nodes": {
        "in": {"kind": "trigger.call", "v": 1, "next": {"out": "if"}},
        "if": {"kind": "logic.switch", "v": 1, "fields": {"cases": [{"id": "end", "when": "flow.n == 0"}]}, "next": {"end": "zero", "else": "again"}},
        "zero": {"kind": "logic.return", "v": 1, "fields": {"outputs": {"sum": 0}}},
        "again": {"kind": "logic.call", "v": 1, "key": "again", "fields": {"flow": "down", "inputs": {"n": {"$expr": "flow.n - 1"}}}, "next": {"out": "add"}},
        "add": {"kind": "logic.return", "v": 1, "fields": {"outputs": {"sum": {"$expr": "nodes.again.sum + flow.n"}}}}
    }}"#;
    bot.flows.insert("flows/down.flow.json".into(), flow::text::parse_flow(down.as_bytes()).value);
    Play::new(&bot).says("/go").sent(&["sum 15"]);
    // Without an end it is told so.
    let text = down.replace("flow.n == 0", "flow.n == 100");
    bot.flows.insert("flows/down.flow.json".into(), flow::text::parse_flow(text.as_bytes()).value);
    Play::new(&bot).says("/go").sent(&["too-deep"]);
}

#[test]
fn an_endless_loop_is_ended() {
    let nodes = r#"{
        "t": {"kind": "trigger.command", "v": 1, "fields": {"command": "go"}, "next": {"out": "a"}},
        "a": {"kind": "data.set", "v": 1, "fields": {"set": [{"id": "1", "variable": "flow.n", "how": "add", "value": 1}]}, "next": {"out": "a", "error": "a"}}
    }"#;
    let mut play = Play::new(&bot(nodes, "{}"));
    play.says("/go");
    let dead = &play.outcomes[0].dead[0];
    assert_eq!(dead.code, "endless-loop");
    assert_eq!(dead.variables, Data::object([("n", Data::Int(9_999))]));
}

#[test]
fn a_run_ends_on_the_program_that_it_began_on() {
    use engine::step::{Programs, Shared};
    let first = Play::new(&ask("interrupt"));
    let mut play = Play::new(&ask("interrupt"));
    play.says("/ask");
    let mut changed = ask("interrupt");
    let flow = changed.flows.values_mut().next().unwrap();
    flow.nodes.remove("q");
    let (now, _) = engine::compile(&changed);
    assert_ne!(now.hash, first.program.hash);
    let older = [std::sync::Arc::new(first.program)];
    let event =
        Play::event(engine::What::Message(engine::event::Message { text: "A".into(), ..Default::default() }));
    let input = |body| engine::Input { id: "x".into(), at: play.now, body, alters: Vec::new() };
    let step = |older: &[std::sync::Arc<engine::Program>], session: Session| {
        let programs = Programs { current: &now, older };
        let body = Body::Event { event: event.clone(), trigger: None };
        engine::step(programs, session, &Shared::default(), &input(body), &mut engine::Trace::Off)
    };
    let there = step(&older, play.session.clone());
    assert!(there.taken && there.effects.len() == 1);
    // Where it is gone, nobody can know what to do with the answer.
    assert!(!step(&[], play.session.clone()).taken);
}

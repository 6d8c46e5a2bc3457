//! `nexus attach` as people type it, what it says when it cannot, and that it says no secret.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use remote::frames::Attach as Asked;
use remote::{Client, RemoteError};
use serde_json::{Value, json};

use crate::attach::{on, pizza, runs, sent, served, spot};
use crate::attached::Attach;
use crate::nexus::text;

/// Writes lines while something happens in between; what it said, and how it ended.
async fn typed(
    nexus: &crate::nexus::Nexus,
    args: &[&str],
    first: &str,
    happens: impl AsyncFnOnce(),
    then: &str,
) -> (Option<i32>, String) {
    let mut command = nexus.command(&["attach"]);
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("nexus runs");
    let mut to = child.stdin.take().expect("it is piped");
    to.write_all(first.as_bytes()).expect("it listens");
    happens().await;
    to.write_all(then.as_bytes()).expect("it listens");
    drop(to);
    let done = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
    let done = done.expect("it is waited for").expect("nexus ends");
    (done.status.code(), text(&done.stdout) + &text(&done.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_debugged_by_typing() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let running = runs(&nexus);
    let ada = double.person("Ada");
    ada.says(ada.private(), "/order");
    let asked: i32 = sent(&double, 1).await[0].message.parse().expect("a number");
    let file = nexus.path("talk.recording.json");
    let then = format!(
        "vars\nset user.size \"Small\"\neval user.size | upper\nover\nwait\nstep\nback\nstep\npaused\nunbreak #1\n\
         moments\nvisit 1\nvisit 1 1 msg.text\nbreak Confirmed? here if nodes.paid.confirmed\nbreak\ngo\nrecord {}\nquit\n",
        file.display()
    );
    let presses = async || {
        // Until it is known that the breakpoint is set.
        tokio::time::sleep(Duration::from_secs(1)).await;
        ada.presses(ada.private(), asked, "Large, 13 EUR");
    };
    let first = "conversations\n/in 1\nbreak price here\nwait 1m\n";
    let (code, said) = typed(&nexus, &[&pizza()], first, presses, &then).await;
    assert_eq!(code, Some(0), "{said}");
    for part in [
        "Pizza order runs, and you are attached to debug it; help says what you can do.\n",
        "1 Ada on telegram: waits for an answer at `size`  ",
        "✓ #1 stops before `price`\n",
        "        ‖  1 Ada: stopped before `price`\n           on the button `",
        "user.size = \"Large, 13 EUR\"\n",
        "           user.size = \"Small\"\n\"SMALL\"\n",
        "1 Ada: stopped before `paid`\n",
        "nodes.price = {",
        "1 Ada: stopped before `e1ntry`\n           called by `paid`\n",
        "    1  /order  ",
        "       s1tart leads on by `out`\n",
        "\n\"/order\"\n✓ #2 stops before `Confirmed?`\n",
        "#2 Confirmed? in 1 Ada if nodes.paid.confirmed  (0×)\n",
        "(1 Ada goes on)\n",
        "talk.recording.json\n`nexus test --from ",
    ] {
        assert!(said.contains(part), "{part:?} is not in\n{said}");
    }
    let acts = sent(&double, 2).await;
    assert!(acts[1].text.starts_with("Small pizza: 11.5 EUR"), "{}", acts[1].text);
    // In a copy: the test is written beside the bot's others.
    let copy = nexus.path("copy");
    let copied = std::process::Command::new("cp").arg("-r").args([&pizza().into(), &copy]).status();
    assert!(copied.expect("cp runs").success());
    let copy = copy.to_str().expect("a plain path");
    let made = nexus.ask(&["test", "--from", file.to_str().expect("a plain path"), copy]);
    assert_eq!(made.status.code(), Some(0), "{}{}", text(&made.stdout), text(&made.stderr));
    assert!(running.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said_plainly() {
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    let says = |args: &[&str], token: &str, code: i32, parts: &[&str]| {
        let mut command = nexus.command(&["attach"]);
        let done =
            command.args(args).env("NEXUS_TOKEN", token).stdin(Stdio::null()).output().expect("nexus runs");
        let said = text(&done.stdout) + &text(&done.stderr);
        assert_eq!(done.status.code(), Some(code), "{args:?}: {said}");
        for part in parts {
            assert!(said.contains(part), "{part:?} is not in {said}");
        }
    };
    says(&[&pizza()], "", 2, &["the bot `pizza` does not run on this machine", "nexus run"]);
    says(&[&pizza(), "--json"], "", 2, &["{\"error\":{\"hint\":\"start it with `nexus run`"]);
    let (server, debug) = served(&nexus, "debug");
    let admin = server.token.clone().expect("the first token");
    let at = server.address.clone();
    says(&["pizza", "--at", &at], "nxs_unknown", 2, &["This token is not known here."]);
    says(&["nobody", "--at", &at], &admin, 2, &["There is no bot `nobody` here."]);
    let client = Client::new(&at, &admin).expect("an address");
    let made = remote::wire::TokenAsked {
        name: "reader".into(),
        scopes: vec![remote::wire::Scope::Read],
        bots: Vec::new(),
    };
    let reader = client.make_token(&made).await.expect("it is made").token.expect("it is said");
    says(&["pizza", "--at", &at], &reader, 2, &["The token `reader` is not one to watch bots run"]);
    says(&["pizza", "--at", "http://127.0.0.1:9"], &admin, 3, &["http://127.0.0.1:9 cannot be reached"]);

    // Another version of the words.
    let other = client.attach("pizza", Asked { protocol: Some(7), observe: false }).await;
    let Err(RemoteError::Refused(refusal)) = other else { panic!("it was let in") };
    assert_eq!(refusal.message, "This runner speaks version 1 of debugging, not version 7.");

    // A frame that is too large ends it, and says so.
    let attached = client.attach("pizza", Asked::default()).await.expect("it lets in");
    let huge = json!({"do": "evaluate", "expression": "x".repeat(remote::frames::MOST_ASKED)});
    let gone = attached.ask::<Value, Value>(&huge).await.expect_err("it is too much");
    assert_eq!(gone.to_string(), "A frame was too large, or none at all.");

    // No more than so many at a time.
    let mut all = Vec::new();
    let full = loop {
        match client.attach("pizza", Asked::default()).await {
            Ok(attached) => all.push(attached),
            Err(error) => break error,
        }
        assert!(all.len() < 100);
    };
    assert_eq!(full.to_string(), "16 are attached to the bot `pizza`; no more can be.");
    drop(all);

    client.stop("pizza").await.expect("it stops");
    says(&["pizza", "--at", &at], &debug, 2, &["The bot `pizza` does not run.", "Start it first."]);

    // The line breaks in the middle.
    client.switch("pizza", 1).await.expect("it runs again");
    let nexus = nexus.with("NEXUS_TOKEN", &debug);
    let kills = async || {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut server = server;
        server.kill();
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    let (code, said) = typed(&nexus, &["pizza", "--at", &at], "break price\nwait 1m\n", kills, "").await;
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("error: the connection is lost"), "{said}");
    assert!(said.contains("what was stopped goes on by itself within seconds"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_told() {
    let canary = "canary-\"0f3a\"/sings";
    let double = doubles::Telegram::start().await;
    let nexus = on(&double);
    nexus.secret("pizza", "pay_key", canary);
    let running = runs(&nexus);
    let mut attach = Attach::start(&nexus, &[&pizza()]);
    attach.ask(json!({"do": "trace", "on": true}));
    let ada = double.person("Ada");
    ada.says(ada.private(), "/order");
    sent(&double, 1).await;
    attach.ask(json!({"do": "break", "point": {"spot": spot("a1gain")}}));
    attach.ask(json!({"do": "break", "point": {"spot": spot("a1gain"), "log": "{{ msg.text }}"}}));
    // Somebody writes it, so it is in events, variables and the journal.
    ada.says(ada.private(), canary);
    let paused = attach.pause();
    assert_eq!(paused["input"]["event"]["what"]["text"], "***");
    let conversation = paused["conversation"].clone();
    for expression in ["msg.text", "msg", "[msg.text] | tojson", "msg.text | urlencode"] {
        attach.ask(json!({"do": "evaluate", "conversation": conversation, "expression": expression}));
    }
    attach.ask(json!({"do": "inspect", "conversation": conversation}));
    attach.ask(json!({"do": "conversations", "most": 5}));
    attach.ask(json!({"do": "go", "conversation": conversation, "how": "on"}));
    sent(&double, 2).await;
    attach.ask(json!({"do": "moments", "conversation": conversation, "most": 50}));
    for position in 0..6 {
        let visit = json!({"do": "visit", "conversation": conversation, "position": position});
        attach.ask(visit);
    }
    attach.ask(json!({"do": "recording", "conversation": conversation}));
    let (_, said) = attach.end();
    let inner = json!(canary).to_string();
    let inner = inner.trim_matches('"');
    for form in [canary, inner, "canary-", "0f3a", double.token()] {
        assert!(!said.contains(form), "{form} is told:\n{said}");
    }
    assert!(said.matches("***").count() > 5, "{said}");
    assert!(running.stop().success());
}

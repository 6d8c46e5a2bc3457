//! A bot on a runner elsewhere: published, changed, switched, taken back, stopped; called by other programs; and no secret anywhere.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::nexus::{Nexus, Running, text};

const MANIFEST: &str = r#"{"nexus": 1, "id": "shop", "name": "Shop", "channels": [], "secrets": {"pay_key": {}},
    "variables": {"bot": {"orders": {"type": "number", "default": 0}}}}"#;

/// Answers a call, counts events, signs with a secret, and fails on demand.
fn flow(words: &str) -> String {
    json!({"nexus": 1, "id": "main", "name": "Main", "nodes": {
        "hook": {"kind": "trigger.webhook", "v": 1, "fields": {"path": "/order", "method": "POST"}, "next": {"out": "add"}},
        "add": {"kind": "data.counter", "v": 1, "key": "n", "fields": {"counter": "bot.orders", "does": "add"}, "next": {"out": "reply"}},
        "reply": {"kind": "world.reply", "v": 1, "fields": {"send": "text", "text": format!("{words} {{{{ msg.data.body.what }}}} number {{{{ nodes.n.value }}}}")}},
        "paid": {"kind": "trigger.event", "v": 1, "fields": {"name": "order.paid"}, "next": {"out": "log"}},
        "log": {"kind": "world.log", "v": 1, "fields": {"text": "paid {{ msg.data.amount }}"}},
        "sign": {"kind": "trigger.webhook", "v": 1, "fields": {"path": "/sign", "method": "POST"}, "next": {"out": "signed"}},
        "signed": {"kind": "data.sign", "v": 1, "key": "s", "fields": {"text": "{{ msg.data.body }}", "key": {"$secret": "pay_key"}}, "next": {"out": "told"}},
        "told": {"kind": "world.reply", "v": 1, "fields": {"send": "text", "text": "{{ nodes.s.signature }}"}},
        "bad": {"kind": "trigger.webhook", "v": 1, "fields": {"path": "/bad", "method": "POST"}, "next": {"out": "call"}},
        "call": {"kind": "world.http", "v": 1, "fields": {"url": "http://127.0.0.1:9/x", "auth": "bearer", "token": {"$secret": "pay_key"}}}
    }})
    .to_string()
}

struct World {
    nexus: Nexus,
    bot: PathBuf,
    server: Running,
    client: reqwest::Client,
}

impl World {
    fn new() -> World {
        let nexus = Nexus::new();
        let bot = nexus.bot("shop", &[("bot.json", MANIFEST), ("flows/main.flow.json", &flow("Thanks for"))]);
        let server = nexus.serve("cloud", &[]);
        let token = server.token.clone().expect("the first token");
        let nexus = nexus.with("NEXUS_TOKEN", &token).with("NEXUS_RUNNER", &server.address);
        World { nexus, bot, server, client: reqwest::Client::new() }
    }

    #[track_caller]
    fn nexus(&self, args: &[&str]) -> Value {
        let done = self.nexus.ask(&[args, &["--json"]].concat());
        assert!(done.status.success(), "{args:?}: {}{}", text(&done.stdout), text(&done.stderr));
        serde_json::from_slice(&done.stdout).expect("JSON")
    }

    fn publish(&self) -> Value {
        self.nexus(&[
            "publish",
            self.bot.to_str().expect("a plain path"),
            "--to",
            &self.server.address,
            "--secrets",
        ])
    }

    async fn call(&self, path: &str, body: &Value) -> (u16, String) {
        let sent = self.client.post(format!("{}/{path}", self.server.address)).json(body).send().await;
        let answer = sent.expect("it answers");
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_come_and_go() {
    let world = World::new();
    world.nexus.secret("shop", "pay_key", "a-key-of-the-payment-service");
    let first = world.publish();
    assert_eq!(
        (&first["live"]["live"], &first["live"]["state"]),
        (&json!(1), &json!("running")),
        "{first:#}"
    );
    assert_eq!(first["changes"], Value::Null);
    let tea = json!({"what": "tea"});
    assert_eq!(world.call("hooks/shop/order", &tea).await, (200, "Thanks for tea number 1".into()));
    // The same bot is the same version.
    assert_eq!(world.publish()["live"]["live"], 1);

    std::fs::write(world.bot.join("flows/main.flow.json"), flow("Here is")).expect("written");
    let dry = world.nexus(&[
        "publish",
        world.bot.to_str().expect("a plain path"),
        "--to",
        &world.server.address,
        "--dry-run",
    ]);
    assert_eq!(dry["changes"]["files"].as_array().map(Vec::len), Some(1), "{dry:#}");
    assert_eq!(dry["live"], Value::Null);
    assert_eq!(world.call("hooks/shop/order", &tea).await.1, "Thanks for tea number 2");
    assert_eq!(world.publish()["live"]["live"], 2);
    // What the bot knew it still knows.
    assert_eq!(world.call("hooks/shop/order", &tea).await.1, "Here is tea number 3");
    assert_eq!(world.nexus(&["runner", "rollback", "shop"])["live"], 1);
    assert_eq!(world.call("hooks/shop/order", &tea).await.1, "Thanks for tea number 4");

    assert_eq!(world.nexus(&["runner", "stop", "shop"])["state"], "stopped");
    assert_eq!(world.call("hooks/shop/order", &tea).await.0, 503);
    assert_eq!(world.nexus(&["runner", "start", "shop"])["state"], "running");
    assert_eq!(world.call("hooks/shop/order", &tea).await.1, "Thanks for tea number 5");
    let lines = world.nexus(&["runner", "logs", "shop"]);
    assert!(lines["lines"].to_string().contains("Version 2 was switched to by admin."), "{lines:#}");

    // All of that outlives the runner.
    let World { nexus, server, client, .. } = world;
    assert!(server.stop().success());
    let server = nexus.serve("cloud", &[]);
    assert_eq!(server.token, None);
    let answer = client.post(format!("{}/hooks/shop/order", server.address)).json(&tea).send().await;
    assert_eq!(answer.expect("it answers").text().await.expect("a text"), "Thanks for tea number 6");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_programs_tell_and_ask() {
    let world = World::new();
    for (name, value) in [("pay_key", "a-key"), ("events_key", "the-key-of-events")] {
        world.nexus.secret("shop", name, value);
    }
    world.publish();
    world.nexus.tell(&["runner", "secret", "shop", "events_key"], "the-key-of-events");
    let signed = |body: &str, key: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key");
        mac.update(body.as_bytes());
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        world
            .client
            .post(format!("{}/events", world.server.address))
            .header("X-Nexus-Signature", format!("sha256={hex}"))
            .body(body.to_string())
            .send()
    };
    let event = r#"{"bot": "shop", "name": "order.paid", "data": {"amount": 12}, "id": "e1"}"#;
    let became = |answer: Value| answer["became"].as_str().unwrap_or_default().to_string();
    let answer = signed(event, "the-key-of-events").await.expect("it answers");
    assert_eq!(answer.status(), 202);
    assert_eq!(became(answer.json().await.expect("JSON")), "taken");
    let again = signed(event, "the-key-of-events").await.expect("it answers");
    assert_eq!(became(again.json().await.expect("JSON")), "before");
    assert_eq!(signed(event, "another-key").await.expect("it answers").status(), 401);
    let bare = world.client.post(format!("{}/events", world.server.address)).body(event).send().await;
    assert_eq!(bare.expect("it answers").status(), 401);
    for _ in 0..100 {
        if world.nexus(&["runner", "logs", "shop"])["lines"].to_string().contains("paid 12") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let lines = world.nexus(&["runner", "logs", "shop"])["lines"].to_string();
    assert_eq!(lines.matches("paid 12").count(), 1, "{lines}");

    // A call of the same name is taken once.
    let order = |key: &str| {
        let call = world.client.post(format!("{}/hooks/shop/order", world.server.address));
        call.header("Idempotency-Key", key).json(&json!({"what": "tea"})).send()
    };
    assert_eq!(
        order("k1").await.expect("it answers").text().await.expect("a text"),
        "Thanks for tea number 1"
    );
    let again = order("k1").await.expect("it answers").text().await.expect("a text");
    assert!(again.contains("before"), "{again}");
    assert_eq!(
        order("k2").await.expect("it answers").text().await.expect("a text"),
        "Thanks for tea number 2"
    );
    assert_eq!(world.call("hooks/shop/nowhere", &json!({})).await.0, 404);
    assert_eq!(world.call("hooks/nobody/order", &json!({})).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_are_told_how_it_is() {
    let world = World::new();
    world.nexus.secret("shop", "pay_key", "a-key");
    world.publish();
    world.call("hooks/shop/order", &json!({"what": "tea"})).await;
    let get = |path: &str| world.client.get(format!("{}/{path}", world.server.address));
    let token = world.server.token.clone().expect("the first token");
    for path in ["health", "ready"] {
        assert_eq!(get(path).send().await.expect("it answers").status(), 200, "{path}");
    }
    assert_eq!(get("metrics").send().await.expect("it answers").status(), 401);
    let metrics =
        get("metrics").bearer_auth(&token).send().await.expect("it answers").text().await.expect("text");
    for line in ["nexus_bot_up{bot=\"shop\"} 1", "nexus_events_total{bot=\"shop\",became=\"taken\"} 1"] {
        assert!(metrics.lines().any(|known| known == line), "{line}: {metrics}");
    }
    assert_eq!(get("api/v1/bots").send().await.expect("it answers").status(), 401);
    // A token for looking does not publish.
    let made = world.nexus(&["runner", "token", "watcher", "--may", "read"]);
    let watcher = made["token"].as_str().expect("a token");
    assert_eq!(get("api/v1/bots/shop").bearer_auth(watcher).send().await.expect("it answers").status(), 200);
    let stop = world.client.delete(format!("{}/api/v1/bots/shop/live", world.server.address));
    assert_eq!(stop.bearer_auth(watcher).send().await.expect("it answers").status(), 403);
}

const CANARY: &str = "canary-7f3a9d51c2e8";

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_said_or_written() {
    let world = World::new();
    world.nexus.secret("shop", "pay_key", CANARY);
    world.publish();
    // Used well, and used where it fails; the runner may not reach its own machine.
    let (status, signature) = world.call("hooks/shop/sign", &json!("hello")).await;
    assert_eq!((status, signature.len()), (200, 64), "{signature}");
    world.call("hooks/shop/bad", &json!({})).await;
    let mut dead = Value::Null;
    for _ in 0..200 {
        let told = world.nexus.ask(&["dead", "list", "shop", "--at", &world.server.address, "--json"]);
        dead = serde_json::from_slice(&told.stdout).expect("JSON");
        if dead["dead"].as_array().is_some_and(|dead| !dead.is_empty()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(dead["dead"][0]["node"], "call", "{dead:#}");
    let pack = world.nexus.path("shop.nexusbot");
    world.nexus(&[
        "pack",
        world.bot.to_str().expect("a plain path"),
        "-o",
        pack.to_str().expect("a plain path"),
    ]);
    let mut told = vec![dead.to_string()];
    for args in [
        &["runner", "show", "shop"][..],
        &["runner", "logs", "shop"],
        &["runner", "list"],
        &["secret", "list", "--bot", "shop"],
    ] {
        told.push(world.nexus(args).to_string());
    }
    for said in &told {
        assert!(!said.contains(CANARY), "{said}");
    }
    let World { nexus, server, .. } = world;
    assert!(server.stop().success());
    assert_eq!(nexus.canary_in(nexus.folder.path(), CANARY), Vec::<PathBuf>::new());
}

impl Nexus {
    /// The files below that hold these words, as they are or in base64 or hex.
    fn canary_in(&self, folder: &Path, words: &str) -> Vec<PathBuf> {
        let hex: String = words.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                found.extend(self.canary_in(&entry.path(), words));
                continue;
            }
            let bytes = std::fs::read(entry.path()).expect("a file");
            let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            // `canary-` in base64, at its beginning.
            if holds(words) || holds(&hex) || holds("Y2FuYXJ5L") {
                found.push(entry.path());
            }
        }
        found
    }
}

//! From a studio to a runner: no token, a wrong one, the right one; a first version, the same one, a changed one.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use runner::host::{Addresses, Reach};
use serde_json::{Value, json};
use server::cloud::{self, Cloud};
use studio::{Code, Error, Setup, Studio};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use vault::{Choice, Vault};

struct Desk {
    /// Gone last, after whoever works in it.
    folder: TempDir,
    studio: Arc<Studio>,
    bot: String,
    flow: String,
    to: String,
}

impl Desk {
    fn call(&self, name: &str, payload: Value) -> Value {
        self.studio.call(name, payload).unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    fn to(&self) -> Value {
        json!({ "bot": self.bot, "to": self.to })
    }

    fn refused(&self, name: &str, payload: Value, code: Code) -> Error {
        let error = self.studio.call(name, payload).expect_err(name);
        assert_eq!(error.code, code, "{error:?}");
        assert!(error.message.ends_with('.'), "a sentence: {error:?}");
        error
    }

    fn change(&self, edit: Value) {
        let change = json!({ "edits": [edit] });
        let request = json!({ "bot": self.bot, "client": "me", "seq": 1, "base": 0, "label": "Edit", "change": change });
        self.call("bot.change", request);
    }

    fn go(&self) -> Value {
        self.call("publish.go", json!({ "bot": self.bot, "to": self.to, "secrets": true }))
    }
}

fn runner(data: &Path, runtime: &Runtime) -> Cloud {
    let setup = cloud::Setup {
        data: data.to_path_buf(),
        vault: Vault::open(data, Choice::file()).expect("a vault"),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        public: None,
        addresses: Addresses::default(),
        reach: Reach::anywhere(),
        local: None,
        take_over: false,
    };
    runtime.block_on(Cloud::start(setup)).expect("a runner")
}

fn desk(folder: TempDir, to: String) -> Desk {
    let vault = Ok(Choice::file());
    let studio = Studio::new(Setup { vault, ..Setup::new(folder.path().join("data")) });
    let made = studio.call("bot.create", json!({ "folder": folder.path(), "name": "Shop" })).expect("a bot");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (bot, flow) = (text(&made["bot"]), text(&made["flows"][0]["path"]));
    let desk = Desk { folder, studio, bot, flow, to };
    // On no network, a bot needs no token.
    desk.change(json!({ "op": "manifest", "path": ["channels"], "value": [] }));
    desk.change(json!({ "op": "manifest", "path": ["secrets"], "value": { "pay_key": {}, "mail_key": {} } }));
    desk
}

#[test]
fn a_bot_is_published_and_again_when_it_changed() {
    let runtime = Runtime::new().expect("threads");
    let folder = TempDir::new().expect("a temporary folder");
    let cloud = runner(&folder.path().join("runner"), &runtime);
    let token = cloud.first_token.clone().expect("the first token");
    let desk = desk(folder, format!("http://{}", cloud.address()));

    let unknown = desk.refused("publish.check", desk.to(), Code::Unauthorized);
    assert!(unknown.hint.is_some());
    let login = |token: &str| json!({ "url": desk.to, "token": token });
    desk.refused("runner.login", login("nxs_not-this-one"), Code::Unauthorized);
    desk.refused("publish.check", desk.to(), Code::Unauthorized);
    assert_eq!(desk.call("runner.login", login(&token))["bots"], 0);

    desk.call("secrets.set", json!({ "bot": desk.bot, "name": "pay_key", "value": "sesame" }));
    let first = desk.call("publish.check", desk.to());
    assert_eq!(first["live"], Value::Null);
    let missing = json!([{ "name": "mail_key", "here": false }, { "name": "pay_key", "here": true }]);
    assert_eq!(first["missing"], missing);
    let done = desk.go();
    assert_eq!(done, json!({ "version": 1, "state": "running", "missing": ["mail_key"] }));
    assert_eq!(desk.call("publish.check", desk.to())["same"], true);

    let node = {
        let view = desk.call("bot.open", json!({ "root": desk.folder.path().join("shop") }));
        let nodes = view["flows"][0]["flow"]["nodes"].as_object().expect("nodes").clone();
        nodes.into_iter().find(|(_, node)| node["kind"] == "message.send").expect("the greeting").0
    };
    desk.change(
        json!({ "op": "field", "flow": desk.flow, "node": node, "path": ["text"], "value": "Hello!" }),
    );
    let changed = desk.call("publish.check", desk.to());
    assert_eq!((&changed["live"], &changed["same"]), (&json!(1), &json!(false)));
    assert_eq!(changed["files"][0]["became"], "changed");
    assert_eq!(changed["files"][0]["changes"][0], json!({ "words": "Greet reworded", "cosmetic": false }));
    assert_eq!(desk.go()["version"], 2);

    desk.change(
        json!({ "op": "field", "flow": desk.flow, "node": node, "path": ["text"], "value": "{{ oh( }}" }),
    );
    desk.refused("publish.check", desk.to(), Code::Refused);
    runtime.block_on(cloud.stop());
}

#[test]
fn an_address_of_nobody_is_said() {
    let folder = TempDir::new().expect("a temporary folder");
    let desk = desk(folder, "http://127.0.0.1:9".into());
    let login = |url: &str| json!({ "url": url, "token": "nxs_some" });
    desk.refused("runner.login", login(&desk.to), Code::Network);
    desk.refused("runner.login", login("shop.example.com"), Code::BadRequest);
    desk.refused("publish.check", json!({ "bot": desk.bot, "to": "nowhere" }), Code::BadRequest);
}

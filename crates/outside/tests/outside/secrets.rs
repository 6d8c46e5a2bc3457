//! No secret is told: by no error, no answer, no line of a log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use engine::effect::{Auth, Body, Email, Filled, Http, Model, Prompt, PromptTurn, Provider, Sign, Speaker};
use engine::{Done, Effect, ErrorKind};
use tracing_subscriber::filter::LevelFilter;

use crate::web::{Asked, Reply, Web, nobody, reply};
use crate::{CANARY, anywhere, hasty, post, request};

/// The canary in every way in which somebody may write it.
fn spellings() -> Vec<String> {
    let percent: String = CANARY
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect();
    let json = serde_json::to_string(CANARY).expect("JSON");
    vec![
        CANARY.to_string(),
        percent.to_ascii_lowercase(),
        percent,
        json.trim_matches('"').to_string(),
        STANDARD.encode(CANARY),
        URL_SAFE_NO_PAD.encode(CANARY),
        STANDARD.encode(format!("us3r-canary:{CANARY}")),
    ]
}

fn is_clean(text: &str) {
    for spelling in spellings() {
        assert!(!text.contains(&spelling), "`{spelling}` is in {text}");
    }
    assert!(!text.contains("c4nary"), "{text}");
}

/// Says back all that it was told, in headers and body.
fn echo(asked: &Asked) -> Reply {
    let said = format!("{} {:?} {} {}", asked.target, asked.headers, asked.text(), spellings().join(" "));
    reply(401, &said).with("X-Echo", spellings().join(" ")).with("Retry-After", "1")
}

/// All that goes out with the secret in every place there is.
fn everywhere(url: &str) -> Vec<Http> {
    let key = || Filled::Secret("key".into());
    let pair = || ("k".into(), key());
    let base = || post(url);
    vec![
        Http { auth: Auth::Bearer(key()), ..base() },
        Http { auth: Auth::Basic { user: key(), password: key() }, ..base() },
        Http { auth: Auth::Header { name: "X-K".into(), value: key() }, ..base() },
        Http { auth: Auth::Query { name: "k".into(), value: key() }, ..base() },
        Http { query: vec![pair()], ..base() },
        Http { headers: vec![pair()], ..base() },
        Http { body: Body::Form(vec![pair()]), ..base() },
    ]
}

fn asks(url: &str) -> Effect {
    let of = |provider| Model { provider, name: "m".into(), url: url.into(), key: "key".into() };
    let turns = vec![PromptTurn { from: Speaker::Person, text: "Hi".into() }];
    let models = vec![of(Provider::OpenAi), of(Provider::Gemini), of(Provider::Anthropic)];
    Effect::Prompt(Prompt { models, turns, ..Prompt::default() })
}

fn mails(address: &str) -> Effect {
    let server = format!("is:smtp://us3r:{}@{address}?tls=none", "c4nary%2Fpass");
    let (from, to) = ("a@example.com".into(), vec!["b@example.com".into()]);
    Effect::Email(Email { server: server.into(), from, to, text: "x".into(), ..Email::default() })
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_is_told() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let (echoes, cuts, silent) =
        (Web::serve(echo).await, Web::serve(|_| Reply::Cut).await, Web::serve(|_| Reply::Silence).await);
    let broken = Web::serve(|_| Reply::Raw(format!("HTTP/1.1 {CANARY}\r\n\r\n").into_bytes())).await;
    let leads = Web::serve(|asked| {
        reply(307, "").with("Location", format!("http://no-such.invalid{}", asked.target))
    })
    .await;
    let gone = format!("http://{}/", nobody());
    let mut seen = Vec::new();
    for web in [&echoes, &cuts, &silent, &broken, &leads].map(|web| web.url("/x")).into_iter().chain([gone]) {
        let mut effects: Vec<Effect> = everywhere(&web).into_iter().map(Effect::Http).collect();
        effects.push(asks(&web));
        for effect in effects {
            let done = hasty().perform(&request(effect)).await;
            seen.push(format!("{done:?} {}", serde_json::to_string(&done).expect("JSON")));
        }
    }
    let smtp = format!("{}", echoes.address);
    seen.push(format!("{:?}", hasty().perform(&request(mails(&smtp))).await));
    // The guard's own words, and those about what cannot be sent.
    for url in ["http://%", "https://no-such.invalid/", "nothing"] {
        for http in everywhere(url) {
            seen.push(format!("{:?}", anywhere().perform(&request(Effect::Http(http))).await));
        }
    }
    assert!(seen.len() > 60);
    seen.iter().for_each(|text| is_clean(text));
    let told = String::from_utf8(log.0.lock().expect("nobody panicked").clone()).expect("a text");
    assert!(told.contains("answered"), "nothing was logged: {told}");
    is_clean(&told);
    assert!(!told.contains("/x?"), "an address with its query is logged: {told}");
}

#[tokio::test]
async fn a_secret_that_is_missing_is_named() {
    let web = Web::serve(|_| reply(200, "")).await;
    let error = anywhere()
        .perform(&request(Effect::Http(Http {
            auth: Auth::Bearer(Filled::Secret("weather".into())),
            ..post(web.url("/"))
        })))
        .await
        .expect_err("there is none");
    assert_eq!(error.kind, ErrorKind::Unauthorized);
    assert_eq!(
        error.message,
        "There is no secret called `weather` here; give it a value where this bot runs."
    );
    assert!(web.asked().is_empty());
}

#[tokio::test]
async fn signatures_are_made_with_the_key() {
    let sign = |key| {
        Effect::Sign(Sign {
            algorithm: Default::default(),
            spelling: Default::default(),
            key,
            text: "what do ya want for nothing?".into(),
        })
    };
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    for key in [Filled::Text("Jefe".into()), Filled::Secret("is:Jefe".into())] {
        let done = anywhere().perform(&request(sign(key))).await.expect("a signature");
        assert_eq!(done, Done::Value { value: expected.into() });
    }
    let error = anywhere().perform(&request(sign(Filled::Secret("no".into())))).await.expect_err("no key");
    assert_eq!(error.kind, ErrorKind::Unauthorized);
}

#[tokio::test]
async fn what_is_not_of_this_house_is_refused() {
    let error = anywhere().perform(&request(Effect::Typing)).await.expect_err("not here");
    assert_eq!(error.kind, ErrorKind::Refused);
    assert!(error.message.contains("`typing`"));
}

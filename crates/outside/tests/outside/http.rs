//! Calls of web addresses: what goes out, what comes back, and what goes wrong.

use std::time::{Duration, Instant};

use base64::Engine;
use engine::ErrorKind;
use engine::effect::{Auth, Body, Filled, Http};
use flow::Data;
use outside::{Limits, Reach};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::web::{Reply, Web, nobody, reply, to};
use crate::{CANARY, anywhere, call, fails, get, hasty, json, outside, post};

fn text(text: &str) -> Filled {
    Filled::Text(text.into())
}

fn key() -> Filled {
    Filled::Secret("key".into())
}

#[tokio::test]
async fn what_is_said_goes_out() {
    let web = Web::serve(|_| reply(200, "{\"a\": 1}")).await;
    let base64 = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    let out = Http {
        query: vec![("q".into(), text("a b&c")), ("k".into(), key())],
        headers: vec![("X-A".into(), text("1")), ("x-a".into(), text("2"))],
        ..get(web.url("/p?x=1#part"))
    };
    let (status, headers, body) = call(&anywhere(), out).await.expect("an answer");
    assert_eq!((status, body), (200, json("{\"a\": 1}")));
    assert_eq!(headers.get("content-length"), Some(&Data::text("8")));
    let asked = web.last();
    assert_eq!(asked.target, "/p?x=1&q=a+b%26c&k=c4nary%2F%2Bs%C3%A9cret%2642");
    assert_eq!(asked.headers.iter().filter(|(name, _)| name == "x-a").count(), 2);
    assert!(asked.header("user-agent").is_some_and(|agent| agent.starts_with("NexusBots/")));
    assert_eq!(asked.header("accept-encoding"), Some("identity"));
    assert_eq!(asked.header("idempotency-key"), None);
    for (auth, name, expected) in [
        (Auth::Bearer(key()), "authorization", format!("Bearer {CANARY}")),
        (
            Auth::Basic { user: text("ada"), password: key() },
            "authorization",
            format!("Basic {}", base64(format!("ada:{CANARY}"))),
        ),
        (Auth::Header { name: "X-Key".into(), value: key() }, "x-key", CANARY.to_string()),
    ] {
        call(&anywhere(), Http { auth, ..get(web.url("/")) }).await.expect("an answer");
        assert_eq!(web.last().header(name), Some(expected.as_str()));
    }
    let auth = Auth::Query { name: "k".into(), value: text("v") };
    call(&anywhere(), Http { auth, ..get(web.url("/")) }).await.expect("an answer");
    assert_eq!(web.last().target, "/?k=v");
}

#[tokio::test]
async fn bodies_go_out() {
    let web = Web::serve(|_| reply(204, "")).await;
    let form = Body::Form(vec![("a".into(), text("x y")), ("k".into(), key())]);
    for (body, mime, expected) in [
        (Body::Json(json("{\"a\": [1]}")), Some("application/json"), "{\"a\":[1]}".as_bytes()),
        (form, Some("application/x-www-form-urlencoded"), b"a=x+y&k=c4nary%2F%2Bs%C3%A9cret%2642"),
        (Body::Text("hü".into()), Some("text/plain; charset=utf-8"), "hü".as_bytes()),
        (Body::File("assets/menu.pdf".into()), Some("application/pdf"), b"%PDF \xff\x00menu"),
        (Body::None, None, b""),
    ] {
        let (status, _, answer) =
            call(&anywhere(), Http { body, ..post(web.url("/")) }).await.expect("an answer");
        assert_eq!((status, answer), (204, Data::Null));
        let asked = web.last();
        assert_eq!((asked.header("content-type"), asked.body.as_slice()), (mime, expected));
        assert_eq!(asked.header("idempotency-key"), Some("00000000000000000000000000000abc"));
    }
    let own = vec![("Idempotency-Key".into(), text("mine")), ("content-type".into(), text("text/x"))];
    call(&anywhere(), Http { headers: own, body: Body::Text("x".into()), ..post(web.url("/")) })
        .await
        .expect("an answer");
    assert_eq!(
        (web.last().header("idempotency-key"), web.last().header("content-type")),
        (Some("mine"), Some("text/x"))
    );
    let missing = Http { body: Body::File("assets/no".into()), ..post(web.url("/")) };
    assert_eq!(fails(&anywhere(), missing).await.kind, ErrorKind::NotFound);
    for name in ["Content-Length", "transfer-encoding", "a b", ""] {
        let bad = Http { headers: vec![(name.into(), text("1"))], ..post(web.url("/")) };
        assert_eq!(fails(&anywhere(), bad).await.kind, ErrorKind::Refused, "{name}");
    }
}

#[tokio::test]
async fn every_status_is_given_as_it_came() {
    for status in [200, 201, 304, 400, 401, 404, 429, 500] {
        let web = Web::serve(move |_| reply(status, "{\"error\": \"no\"}").with("Retry-After", "7")).await;
        let (given, headers, body) = call(&anywhere(), get(web.url("/"))).await.expect("an answer");
        assert_eq!(given, status);
        assert_eq!(headers.get("retry-after"), Some(&Data::text("7")));
        if status != 304 {
            assert_eq!(body, json("{\"error\": \"no\"}"));
        }
    }
    let web = Web::serve(|_| reply(200, "x".repeat(100))).await;
    let head = Http { method: "HEAD".into(), ..get(web.url("/")) };
    assert_eq!(call(&anywhere(), head).await.expect("an answer").2, Data::Null);
}

#[tokio::test]
async fn what_left_and_was_not_answered_is_in_doubt_unless_it_is_harmless() {
    let (cut, silent) = (Web::serve(|_| Reply::Cut).await, Web::serve(|_| Reply::Silence).await);
    let torn =
        Web::serve(|_| Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec())).await;
    for (web, harmless) in
        [(&cut, ErrorKind::Network), (&silent, ErrorKind::Timeout), (&torn, ErrorKind::Network)]
    {
        assert_eq!(fails(&hasty(), get(web.url("/"))).await.kind, harmless);
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let error = fails(&hasty(), Http { method: method.into(), ..get(web.url("/")) }).await;
            assert_eq!(error.kind, ErrorKind::InDoubt, "{method}: {}", error.message);
        }
    }
    // What never left is not.
    let gone = format!("http://{}/", nobody());
    let error = fails(&hasty(), post(gone)).await;
    assert_eq!(error.kind, ErrorKind::Network, "{}", error.message);
    assert!(error.message.contains("nobody answers at its port"), "{}", error.message);
    let error = fails(&hasty(), post(cut.url("/").replace("http:", "https:"))).await;
    assert_eq!(error.kind, ErrorKind::Network, "{}", error.message);
}

#[tokio::test]
async fn trouble_with_certificates_is_told_in_plain_words() {
    let address = crate::mail::tls_server().await;
    let error = fails(&anywhere(), post(format!("https://localhost:{}/", address.port()))).await;
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(
        error.message.contains("nobody that is trusted vouches for its certificate"),
        "{}",
        error.message
    );
    // One that does not speak it at all.
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let port = plain.local_addr().expect("a bound socket has an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            // What it was told has to be read, or the answer is lost.
            let _ = stream.read(&mut [0; 1_000]).await;
        }
    });
    let error = fails(&anywhere(), get(format!("https://127.0.0.1:{port}/"))).await;
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(error.message.contains("does not speak TLS"), "{}", error.message);
}

#[tokio::test]
async fn an_answer_is_only_so_large() {
    let limits = Limits { most_bytes: 1_000, ..Limits::default() };
    let small = outside(Reach::anywhere(), limits);
    let announced = Web::serve(|_| reply(200, "x".repeat(1_001))).await;
    // Without an end, and without saying how much it will be.
    let endless =
        Web::serve(|_| Reply::Raw([b"HTTP/1.1 200 OK\r\n\r\n", "x".repeat(100_000).as_bytes()].concat()))
            .await;
    for web in [&announced, &endless] {
        let error = fails(&small, get(web.url("/"))).await;
        assert_eq!(error.kind, ErrorKind::OverLimit);
        assert_eq!(small.fetch(&web.url("/")).await.expect_err("too large").kind, ErrorKind::OverLimit);
    }
    let just = Web::serve(|_| reply(200, "x".repeat(1_000))).await;
    assert_eq!(call(&small, get(just.url("/"))).await.expect("it fits").0, 200);
    let packed = Web::serve(|_| reply(200, "x").with("Content-Encoding", "gzip")).await;
    assert_eq!(fails(&small, get(packed.url("/"))).await.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn redirects_are_followed_so_far() {
    let web = Web::serve(|asked| match asked.target.trim_start_matches('/').parse::<u32>() {
        Ok(0) => reply(200, "there"),
        Ok(n) => to(302, format!("/{}", n - 1)),
        Err(_) => to(307, "/0"),
    })
    .await;
    assert_eq!(call(&anywhere(), get(web.url("/5"))).await.expect("an answer").2, "there".into());
    let error = fails(&anywhere(), get(web.url("/6"))).await;
    assert_eq!(error.kind, ErrorKind::Refused);
    // A form becomes a look at what came of it, or is sent again, as the answer says.
    let body = Body::Text("x".into());
    call(&anywhere(), Http { body: body.clone(), ..post(web.url("/1")) }).await.expect("an answer");
    assert_eq!(
        (web.last().method.as_str(), web.last().text().as_str(), web.last().header("content-type")),
        ("GET", "", None)
    );
    call(&anywhere(), Http { body, ..post(web.url("/again")) }).await.expect("an answer");
    assert_eq!((web.last().method.as_str(), web.last().text().as_str()), ("POST", "x"));
}

#[tokio::test]
async fn another_host_is_not_told_what_is_for_the_first() {
    let other = Web::serve(|_| reply(200, "")).await;
    let (there, again) = (other.url("/"), other.url("/"));
    let web = Web::serve(move |_| to(302, there.clone())).await;
    for auth in [
        Auth::Bearer(text("plain")),
        Auth::Basic { user: key(), password: key() },
        Auth::Header { name: "X-Key".into(), value: key() },
    ] {
        let headers =
            vec![("X-Secret".into(), key()), ("Cookie".into(), text("a=b")), ("X-Open".into(), text("1"))];
        call(&anywhere(), Http { auth, headers, ..get(web.url("/")) }).await.expect("an answer");
        let (first, last) = (web.last(), other.last());
        for name in ["authorization", "x-key", "x-secret", "cookie"] {
            assert_eq!(last.header(name), None, "{name}");
        }
        assert!(first.header("x-secret").is_some() && first.header("cookie").is_some());
        assert_eq!(last.header("x-open"), Some("1"));
        assert_eq!(last.header("host"), Some(other.address.to_string().as_str()));
    }
    // A body with a secret stays as well.
    let before = other.asked().len();
    let web = Web::serve(move |_| to(307, again.clone())).await;
    let form = Body::Form(vec![("k".into(), key())]);
    assert_eq!(fails(&anywhere(), Http { body: form, ..post(web.url("/")) }).await.kind, ErrorKind::Refused);
    assert_eq!(other.asked().len(), before);
}

#[tokio::test]
async fn what_was_taken_before_a_redirect_is_in_doubt() {
    let gone = format!("http://{}/", nobody());
    let there = gone.clone();
    let web = Web::serve(move |_| to(303, there.clone())).await;
    assert_eq!(fails(&anywhere(), post(web.url("/"))).await.kind, ErrorKind::InDoubt);
    let web = Web::serve(move |_| to(307, gone.clone())).await;
    assert_eq!(fails(&anywhere(), post(web.url("/"))).await.kind, ErrorKind::Network);
}

#[tokio::test]
async fn a_file_is_found_again() {
    let bytes = b"\x89PNG\xff\x00".to_vec();
    let served = bytes.clone();
    let web = Web::serve(move |asked| match asked.target.as_str() {
        "/no" => reply(404, "gone"),
        _ => reply(200, &served).with("Content-Type", "image/png"),
    })
    .await;
    let outside = anywhere();
    let plain = Http { file: true, query: vec![("a".into(), text("b"))], ..get(web.url("/x.png")) };
    let (_, headers, body) = call(&outside, plain).await.expect("a file");
    assert_eq!(body, Data::text(web.url("/x.png?a=b")));
    assert_eq!(headers.get("content-type"), Some(&Data::text("image/png")));
    // No address alone leads to these.
    for http in [
        Http { auth: Auth::Bearer(key()), ..get(web.url("/x.png")) },
        Http { query: vec![("k".into(), key())], ..get(web.url("/x.png")) },
        post(web.url("/x.png")),
    ] {
        let (_, _, body) = call(&outside, Http { file: true, ..http }).await.expect("a file");
        let body = body.as_str().expect("a text").to_string();
        assert!(body.starts_with("data:image/png;base64,"), "{body}");
        assert_eq!(outside.fetch(&body).await.expect("the file"), bytes);
    }
    assert_eq!(outside.fetch(&web.url("/x.png")).await.expect("the file"), bytes);
    assert_eq!(outside.fetch(&web.url("/no")).await.expect_err("gone").kind, ErrorKind::NotFound);
    assert_eq!(
        call(&outside, Http { file: true, ..get(web.url("/no")) }).await.expect("an answer").2,
        "gone".into()
    );
    // A picture is no text, and is told to be none.
    assert_eq!(fails(&outside, get(web.url("/x.png"))).await.kind, ErrorKind::Invalid);
    let limits = Limits { most_carried: 5, ..Limits::default() };
    let small = crate::outside(Reach::anywhere(), limits);
    assert_eq!(
        fails(&small, Http { file: true, ..post(web.url("/x.png")) }).await.kind,
        ErrorKind::OverLimit
    );
}

#[tokio::test]
async fn a_host_that_fails_again_and_again_is_left_alone() {
    let web = Web::serve(|_| reply(500, "")).await;
    let limits = Limits { failures: 3, rest: Duration::from_millis(200), ..Limits::default() };
    let outside = outside(Reach::anywhere(), limits);
    for _ in 0..3 {
        assert_eq!(call(&outside, get(web.url("/"))).await.expect("an answer").0, 500);
    }
    let start = Instant::now();
    let error = fails(&outside, post(web.url("/"))).await;
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.retry_after.is_some_and(|wait| (1..=200).contains(&wait)), "{error:?}");
    assert!(start.elapsed() < Duration::from_millis(100));
    assert_eq!(web.asked().len(), 3);
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(call(&outside, get(web.url("/"))).await.expect("the probe").0, 500);
    assert_eq!(fails(&outside, get(web.url("/"))).await.kind, ErrorKind::Unavailable);
    // Other hosts are asked all the same.
    let other = Web::serve(|_| reply(200, "")).await;
    assert_eq!(call(&outside, get(other.url("/"))).await.expect("an answer").0, 200);
}

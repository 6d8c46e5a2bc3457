//! The doors of the browser form, over a real socket.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use server::Server;
use studio::{Setup, Studio};
use tempfile::TempDir;

const TOKEN: &str = "0123456789abcdef";

struct Desk {
    folder: TempDir,
    studio: Arc<Studio>,
    server: Server,
}

impl Desk {
    fn new() -> Desk {
        let folder = TempDir::new().expect("a temporary folder");
        let studio = Studio::new(Setup::new(folder.path().join("data")));
        let server = Server::start(Arc::clone(&studio), 0, TOKEN).expect("a free port");
        Desk { folder, studio, server }
    }

    fn port(&self) -> u16 {
        self.server.address().port()
    }

    /// Status, head and body of the reply to a request with these header lines.
    fn ask(&self, request: &str, headers: &[&str], body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.server.address()).expect("it listens");
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let text = format!(
            "{request} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(text.as_bytes()).expect("sent");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("a reply");
        let (head, body) = reply.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, head.to_ascii_lowercase(), body.to_owned())
    }

    fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}", self.port())
    }

    fn rpc(&self, name: &str, payload: Value) -> (u16, Value) {
        let (host, token) = (self.host(), format!("Authorization: Bearer {TOKEN}"));
        let (status, _, body) =
            self.ask(&format!("POST /rpc/{name}"), &[&host, &token], &payload.to_string());
        (status, serde_json::from_str(&body).expect("JSON"))
    }
}

#[test]
fn only_who_knows_the_token_and_comes_from_here_is_let_in() {
    let desk = Desk::new();
    let port = desk.port();
    let token = format!("Authorization: Bearer {TOKEN}");
    let wrong = format!("Authorization: Bearer {}", TOKEN.replace('f', "e"));
    let own = [format!("Host: 127.0.0.1:{port}"), format!("Host: localhost:{port}")];
    let cases: Vec<(Vec<String>, u16)> = vec![
        (vec![own[0].clone(), token.clone()], 200),
        (vec![own[1].clone(), token.clone(), format!("Origin: http://localhost:{port}")], 200),
        (vec![own[0].clone()], 401),
        (vec![own[0].clone(), wrong], 401),
        (vec![own[0].clone(), "Authorization: Bearer ".into()], 401),
        (vec![own[0].clone(), format!("Authorization: Basic {TOKEN}")], 401),
        (vec![format!("Host: evil.example:{port}"), token.clone()], 403),
        (vec!["Host: 127.0.0.1".into(), token.clone()], 403),
        (vec![token.clone()], 403),
        (vec![own[0].clone(), token.clone(), "Origin: http://evil.example".into()], 403),
        (vec![own[0].clone(), token.clone(), "Origin: null".into()], 403),
        (vec![own[0].clone(), token, format!("Origin: https://127.0.0.1:{port}")], 403),
    ];
    for (headers, expected) in cases {
        let lines: Vec<&str> = headers.iter().map(String::as_str).collect();
        let (status, _, body) = desk.ask("POST /rpc/app.info", &lines, "{}");
        assert_eq!(status, expected, "{headers:?} {body}");
        if expected != 200 {
            let said: Value = serde_json::from_str(&body).expect("JSON");
            assert_eq!(said["code"], "refused");
        }
    }
    let (status, _, _) = desk.ask("GET /", &[&format!("Host: evil.example:{port}")], "");
    assert_eq!(status, 403, "not even the page");
    let (status, _, _) = desk.ask("GET /events", &[&desk.host()], "");
    assert_eq!(status, 401);
}

#[test]
fn errors_have_their_code_and_other_paths_are_not_there() {
    let desk = Desk::new();
    assert_eq!(desk.rpc("app.info", json!({})).0, 200);
    let (status, error) = desk.rpc("bot.open", json!({ "root": "/nowhere" }));
    assert_eq!((status, &error["code"]), (404, &json!("not_found")));
    assert_eq!(desk.rpc("no.such", json!({})).0, 404);
    assert_eq!(desk.rpc("bot.open", json!(7)).0, 400);
    let (host, token) = (desk.host(), format!("Authorization: Bearer {TOKEN}"));
    for (request, body, expected) in [
        ("POST /rpc/app.info", "not JSON", 400),
        ("GET /rpc/app.info", "", 405),
        ("POST /rpc/a/b", "{}", 404),
        ("POST /", "{}", 404),
        ("GET /../Cargo.toml", "", 404),
        ("GET /favicon.ico", "", 404),
    ] {
        assert_eq!(desk.ask(request, &[&host, &token], body).0, expected, "{request}");
    }
}

#[test]
fn the_page_needs_no_token_and_has_a_policy() {
    let desk = Desk::new();
    let (status, head, body) = desk.ask("GET /", &[&desk.host()], "");
    assert_eq!(status, 200);
    assert!(
        head.contains("content-type: text/html")
            && head.contains("content-security-policy: default-src 'self'"),
        "{head}"
    );
    assert!(head.contains("cache-control: no-store"), "{head}");
    assert!(body.contains("Nexus Bots"));
}

#[test]
fn a_body_that_is_too_large_is_turned_away() {
    let desk = Desk::new();
    let mut stream = TcpStream::connect(desk.server.address()).expect("it listens");
    let head = format!(
        "POST /rpc/app.info HTTP/1.1\r\n{}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {}\r\n\r\n",
        desk.host(),
        65u64 << 20
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket");
    let mut reply = [0; 12];
    stream.read_exact(&mut reply).expect("a reply");
    assert_eq!(&reply, b"HTTP/1.1 413");
}

#[test]
fn two_windows_hear_the_same_events() {
    let desk = Desk::new();
    let mut windows: Vec<TcpStream> = (0..2).map(|_| listen(&desk)).collect();
    std::fs::create_dir(desk.folder.path().join("bots")).expect("a folder");
    let (status, bot) =
        desk.rpc("bot.create", json!({ "folder": desk.folder.path().join("bots"), "name": "Shop" }));
    assert_eq!(status, 200, "{bot}");
    for n in 0..5 {
        let edit = json!({ "op": "manifest", "path": ["name"], "value": format!("Shop {n}") });
        let change = json!({ "bot": bot["bot"], "client": "a", "seq": n, "base": n, "label": "Name", "change": { "edits": [edit] } });
        assert_eq!(desk.rpc("bot.change", change).0, 200);
    }
    for window in &mut windows {
        let heard = read_until(window, "Shop 4");
        let revisions: Vec<u64> = heard
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok())
            .filter(|event| event["type"] == "changed")
            .filter_map(|event| event["revision"].as_u64())
            .collect();
        assert_eq!(revisions, [1, 2, 3, 4, 5]);
    }
}

#[test]
fn a_window_that_does_not_read_holds_nobody_up() {
    let desk = Desk::new();
    let _asleep = listen(&desk);
    std::fs::create_dir(desk.folder.path().join("bots")).expect("a folder");
    let (_, bot) =
        desk.rpc("bot.create", json!({ "folder": desk.folder.path().join("bots"), "name": "Shop" }));
    let text = "x".repeat(200_000);
    for n in 0..200 {
        let edit = json!({ "op": "manifest", "path": ["settings"], "value": { "text": text, "n": n } });
        let change = json!({ "edits": [edit] });
        let request = json!({ "bot": bot["bot"], "client": "a", "seq": n, "base": n, "label": "Set", "change": change });
        desk.studio.call("bot.change", request).expect("applies");
    }
    assert_eq!(desk.rpc("bot.problems", json!({ "bot": bot["bot"] })).0, 200);
    desk.server.stop();
}

fn listen(desk: &Desk) -> TcpStream {
    let mut stream = TcpStream::connect(desk.server.address()).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket");
    let head = format!("GET /events HTTP/1.1\r\n{}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n", desk.host());
    stream.write_all(head.as_bytes()).expect("sent");
    read_until(&mut stream, "hello");
    stream
}

fn read_until(stream: &mut TcpStream, word: &str) -> String {
    let (mut heard, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let len = stream.read(&mut chunk).expect("an event in time");
        assert!(len > 0, "the stream ended early");
        heard.extend_from_slice(&chunk[..len]);
        let text = String::from_utf8_lossy(&heard);
        if text.contains(word) {
            return text.into_owned();
        }
    }
}

//! Which addresses are reached, whichever way leads there.

use engine::ErrorKind;
use outside::{Limits, Reach};

use crate::web::{Web, reply, to};
use crate::{anywhere, call, fails, get, outside};

fn public() -> outside::Outside {
    outside(Reach::public(), Limits::default())
}

#[tokio::test]
async fn ones_own_machine_is_closed_to_the_public() {
    let web = Web::serve(|_| reply(200, "secret")).await;
    let port = web.address.port();
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.01",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ] {
        let error = fails(&public(), get(format!("http://{host}:{port}/"))).await;
        assert_eq!(error.kind, ErrorKind::Refused, "{host}");
        assert!(error.message.contains("may not reach"), "{host}: {}", error.message);
        let error = public().fetch(&format!("http://{host}:{port}/")).await.expect_err("closed");
        assert_eq!(error.kind, ErrorKind::Refused, "{host}");
    }
    assert!(web.asked().is_empty());
    assert_eq!(call(&anywhere(), get(web.url("/"))).await.expect("open").0, 200);
}

#[tokio::test]
async fn what_is_allowed_is_reached_and_nothing_beside_it() {
    let (allowed, other) = (Web::serve(|_| reply(200, "a")).await, Web::serve(|_| reply(200, "b")).await);
    let port = allowed.address.port();
    let by = |place: String| outside(Reach::public().allow(&place).expect("a place"), Limits::default());
    for (place, url) in [
        (format!("127.0.0.1:{port}"), allowed.url("/")),
        (format!("localhost:{port}"), format!("http://localhost:{port}/")),
        ("127.0.0.0/8".to_string(), allowed.url("/")),
        ("127.0.0.0/8".to_string(), format!("http://localhost:{port}/")),
    ] {
        assert_eq!(call(&by(place.clone()), get(&url)).await.expect(&place).0, 200);
    }
    for (place, url) in [
        (format!("127.0.0.1:{port}"), other.url("/")),
        (format!("localhost:{port}"), allowed.url("/")),
        (format!("localhost:{port}"), format!("http://localhost:{}/", other.address.port())),
        ("10.0.0.0/8".to_string(), allowed.url("/")),
    ] {
        assert_eq!(fails(&by(place), get(&url)).await.kind, ErrorKind::Refused, "{url}");
    }
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn no_redirect_leads_past_the_guard() {
    let inside = Web::serve(|_| reply(200, "secret")).await;
    let port = inside.address.port();
    for host in ["127.0.0.1", "localhost", "0x7f000001", "[::ffff:7f00:1]"] {
        let target = format!("http://{host}:{port}/");
        let outer = Web::serve(move |_| to(302, target.clone())).await;
        let place = format!("127.0.0.1:{}", outer.address.port());
        let guarded = outside(Reach::public().allow(&place).expect("a place"), Limits::default());
        let error = fails(&guarded, get(outer.url("/"))).await;
        assert_eq!((error.kind, outer.asked().len()), (ErrorKind::Refused, 1), "{host}");
    }
    assert!(inside.asked().is_empty());
}

#[tokio::test]
async fn what_is_no_web_address_is_refused() {
    for url in [
        "",
        "example.com",
        "file:///etc/passwd",
        "ftp://example.com",
        "http://",
        "https://a b",
        "javascript:1",
    ] {
        assert_eq!(fails(&anywhere(), get(url)).await.kind, ErrorKind::Refused, "{url}");
    }
    let outer = Web::serve(|_| to(302, "file:///etc/passwd")).await;
    assert_eq!(fails(&anywhere(), get(outer.url("/"))).await.kind, ErrorKind::Refused);
}

#[tokio::test]
async fn an_unknown_host_is_told_as_such() {
    let error = fails(&public(), get("http://no-such-host.invalid/")).await;
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(error.message.contains("no host called `no-such-host.invalid`"), "{}", error.message);
}

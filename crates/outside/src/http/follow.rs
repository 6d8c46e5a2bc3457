//! Goes where an answer sends one on to, hop by hop, each past the guard; what is for one host alone is not taken to another.

use engine::{EffectError, ErrorKind};
use reqwest::header::LOCATION;
use reqwest::{Method, Url};
use tokio::time::Instant;

use super::ready::Ready;
use crate::line::{Begun, Failed, Line};

const MOST_HOPS: usize = 5;

pub async fn follow(
    line: &Line,
    ready: &Ready,
    url: Url,
    page: u32,
    until: Instant,
) -> Result<Begun, Failed> {
    let mut home = is_same_place(&ready.url, &url);
    let (mut method, mut url, mut with_body) = (ready.method.clone(), url, true);
    // From then on the other side has taken it, and what is left is to hear what came of it.
    let mut taken = false;
    for _ in 0..=MOST_HOPS {
        let call = ready.call(&method, &url, with_body, home, page);
        let sent = line.send(call, until).await;
        let begun = sent.map_err(|failed| Failed { left: failed.left || taken, ..failed })?;
        let Some(next) = next(&begun) else { return Ok(begun) };
        let refused =
            |words: String| Failed { error: EffectError::new(ErrorKind::Refused, words), left: true };
        let next =
            next.map_err(|()| refused("The answer sends one on to an address that is none.".into()))?;
        let to_get = match begun.status {
            303 => method != Method::GET && method != Method::HEAD,
            301 | 302 => method == Method::POST,
            _ => false,
        };
        if to_get {
            (method, with_body, taken) = (Method::GET, false, true);
        }
        home = home && is_same_place(&url, &next);
        if !home && with_body && ready.has_own_body() {
            let host = next.host_str().unwrap_or_default();
            return Err(refused(format!(
                "The answer sends one on to `{host}`, which is not given what is meant for another host."
            )));
        }
        url = next;
    }
    let words = format!("The answer sends one on more than {MOST_HOPS} times.");
    Err(Failed { error: EffectError::new(ErrorKind::Refused, words), left: true })
}

fn next(begun: &Begun) -> Option<Result<Url, ()>> {
    if !matches!(begun.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = begun.headers.get(LOCATION)?;
    let next =
        std::str::from_utf8(location.as_bytes()).ok().and_then(|location| begun.url.join(location).ok());
    Some(next.filter(|next| matches!(next.scheme(), "http" | "https")).ok_or(()))
}

/// Whoever may be told what is meant for the one may be told it by the other.
pub fn is_same_place(from: &Url, to: &Url) -> bool {
    let becomes_safe =
        from.scheme() == "http" && to.scheme() == "https" && from.port().is_none() && to.port().is_none();
    let same = from.scheme() == to.scheme() && from.port_or_known_default() == to.port_or_known_default();
    from.host() == to.host() && (same || becomes_safe)
}

#[test]
fn places() {
    for (from, to, expected) in [
        ("https://a.example/x", "https://a.example/y", true),
        ("http://a.example/x", "https://a.example/x", true),
        ("https://a.example/x", "http://a.example/x", false),
        ("https://a.example", "https://b.example", false),
        ("https://a.example", "https://a.example.evil", false),
        ("https://a.example", "https://a.example:444", false),
        ("https://a.example:443", "https://a.example", true),
    ] {
        let url = |text: &str| Url::parse(text).expect("an address");
        assert_eq!(is_same_place(&url(from), &url(to)), expected, "{from} {to}");
    }
}

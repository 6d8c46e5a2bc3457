//! What an answer says, as a bot sees it.

use encoding_rs::{Encoding, UTF_8};
use engine::{EffectError, ErrorKind};
use flow::Data;
use flow::data::Fields;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::line::Failed;

/// Headers by their names in small letters; several of one name in one text.
pub fn fields(headers: &HeaderMap) -> Fields {
    let all = |name| {
        let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        values.collect::<Vec<_>>().join(", ")
    };
    headers.keys().map(|name| (name.as_str(), Data::text(all(name)))).collect()
}

/// The text, parsed where it is JSON.
pub fn data(headers: &HeaderMap, body: &[u8]) -> Result<Data, Failed> {
    if body.is_empty() {
        return Ok(Data::Null);
    }
    let text = text(headers, body).ok_or_else(|| Failed {
        error: EffectError::new(
            ErrorKind::Invalid,
            "The answer is not a text; say in the node that it is a file.",
        ),
        left: true,
    })?;
    Ok(serde_json::from_str(&text).unwrap_or_else(|_| Data::text(text)))
}

/// Nothing where it is no text at all.
fn text(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let mime = headers
        .get(CONTENT_TYPE)
        .and_then(|mime| mime.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let charset = mime.split(';').filter_map(|part| part.trim().strip_prefix("charset=")).next();
    let known = charset.and_then(|charset| Encoding::for_label(charset.trim_matches('"').as_bytes()));
    let (text, _, is_broken) = known.unwrap_or(UTF_8).decode(body);
    let says_text =
        known.is_some() || mime.starts_with("text/") || mime.contains("json") || mime.contains("xml");
    (says_text || !is_broken).then(|| text.into_owned())
}

#[test]
fn texts_are_read() {
    let read = |mime: &str, body: &[u8]| {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, mime.parse().expect("a header"))]);
        data(&headers, body).ok()
    };
    assert_eq!(read("text/plain", b""), Some(Data::Null));
    assert_eq!(read("text/plain", b" hi"), Some(Data::text(" hi")));
    assert_eq!(read("text/plain", b"[1]"), Some(Data::list([Data::Int(1)])));
    assert_eq!(read("text/html; charset=ISO-8859-1", b"\xfc"), Some(Data::text("ü")));
    assert_eq!(read("text/html; charset=\"windows-1251\"", b"\xef\xf0"), Some(Data::text("пр")));
    assert_eq!(read("text/plain", b"\xff!"), Some(Data::text("\u{fffd}!")));
    assert_eq!(read("image/png", b"\x89PNG\xff"), None);
    assert_eq!(read("application/json", b"\xef\xbb\xbf{}"), Some(Data::object::<&str>([])));
}

//! A file that is its own address (`data:`): how a file goes on with a bot that no address alone leads to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use engine::{EffectError, ErrorKind};

pub fn write(mime: &str, bytes: &[u8]) -> String {
    // A comma would end the head.
    let mime = mime.split(';').next().unwrap_or_default().trim();
    let mime = if mime.contains('/') && !mime.contains(',') { mime } else { "application/octet-stream" };
    format!("data:{mime};base64,{}", STANDARD.encode(bytes))
}

/// Nothing where it is another address.
pub fn read(url: &str) -> Option<Result<Vec<u8>, EffectError>> {
    let (scheme, rest) = url.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("data") {
        return None;
    }
    let bytes = rest.split_once(',').and_then(|(head, body)| {
        let plain: Vec<u8> = percent_encoding::percent_decode_str(body).collect();
        match head.to_ascii_lowercase().ends_with(";base64") {
            true => STANDARD.decode(plain).ok(),
            false => Some(plain),
        }
    });
    let wrong = || EffectError::new(ErrorKind::Invalid, "This is not a file that was written as an address.");
    Some(bytes.ok_or_else(wrong))
}

#[test]
fn what_is_written_is_read_back() {
    let url = write("image/png; charset=x", &[0, 1, 255]);
    assert_eq!(url, "data:image/png;base64,AAH/");
    assert_eq!(read(&url), Some(Ok(vec![0, 1, 255])));
    assert_eq!(read(&write("", b"")), Some(Ok(vec![])));
    assert_eq!(read("DATA:,a%20b"), Some(Ok(b"a b".to_vec())));
    assert!(matches!(read("data:x"), Some(Err(_))));
    assert!(matches!(read("data:;base64,?"), Some(Err(_))));
    assert_eq!(read("https://x/data:"), None);
}

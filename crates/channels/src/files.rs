//! Where files that a bot sends come from. The host knows the bot's folder, and which addresses may be reached.

use std::future::Future;
use std::pin::Pin;

use engine::EffectError;

pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, EffectError>> + Send + 'a>>;

pub trait Files: Send + Sync {
    /// A file of the bot's folder.
    fn asset(&self, path: &str) -> Result<Vec<u8>, EffectError>;

    /// What an address leads to, for networks that do not fetch it themselves.
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

/// Is the file itself written in its address?
pub(crate) fn is_carried(url: &str) -> bool {
    url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// What people call a file of this place.
pub(crate) fn last_name(place: &str) -> &str {
    let path = place.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.is_empty() || is_carried(place) { "file" } else { name }
}

#[test]
fn files_have_names() {
    let cases = [
        ("assets/menu.jpg", "menu.jpg"),
        ("https://example.com/a/b.png?size=2#top", "b.png"),
        ("https://example.com/", "file"),
        ("data:image/png;base64,AA/A", "file"),
    ];
    for (place, expected) in cases {
        assert_eq!(last_name(place), expected, "{place}");
    }
}

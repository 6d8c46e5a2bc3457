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

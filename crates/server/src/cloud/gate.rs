//! Who may ask for what.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use remote::wire::{Code, Scope};

use std::sync::Arc;

use super::answer::No;
use super::house::House;
use super::registry::Token;

/// The token that a request came with.
pub struct By(pub Token);

impl FromRequestParts<Arc<House>> for By {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<By, No> {
        let said = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let said = said.and_then(|value| value.strip_prefix("Bearer "));
        let known = said.and_then(|token| house.token(token.trim()));
        known.map(By).ok_or_else(|| {
            let message = if said.is_some() { "This token is not known here." } else { "A token is asked for." };
            No::new(Code::Unauthorized, message)
                .hint("Send `Authorization: Bearer …` with a token of this runner; it says its first one when it starts for the first time.")
        })
    }
}

impl By {
    pub fn may(&self, scope: Scope, bot: Option<&str>) -> Result<(), No> {
        if self.0.may(scope, bot) {
            return Ok(());
        }
        let what = match scope {
            Scope::Read => "look at bots",
            Scope::Observe => "watch bots run",
            Scope::Debug => "debug bots",
            Scope::Publish => "publish, switch and stop bots",
            Scope::Admin => "make tokens",
        };
        let here = bot.map_or_else(String::new, |bot| format!(", or not the bot `{bot}`"));
        Err(No::new(Code::Forbidden, format!("The token `{}` is not one to {what}{here}.", self.0.name)))
    }
}

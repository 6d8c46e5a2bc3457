//! A mail, by the mail server that the bot names.

mod letter;
mod post;
mod server;

use engine::effect::Email;
use engine::{Done, EffectError, Key};
use tokio::time::Instant;

use crate::Assets;
use crate::filling::Filling;
use crate::line::Line;

use server::Server;

pub async fn perform(
    line: &Line,
    filling: &mut Filling<'_>,
    assets: &Assets,
    email: &Email,
    key: Key,
    until: Instant,
) -> Result<Done, EffectError> {
    let server = Server::read(&email.server, filling)?;
    let letter = letter::write(email, key, assets)?;
    post::send(line, &server, &letter, until).await?;
    Ok(Done::Done)
}

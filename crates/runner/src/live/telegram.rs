//! Hearing Telegram by asking for updates. Whoever asks with a higher number confirms what came before, so the number rises only when all of it
//! is on disk; Telegram itself keeps it for us when we stop.

use std::time::Duration;

use channels::ChannelError;
use channels::telegram::Update;
use store::StoreError;

use super::Ears;
use super::board::{Network, News, State};

/// So long Telegram holds a question that it has no answer to yet.
const WAIT: Duration = Duration::from_secs(50);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

pub(crate) async fn polls(ears: Ears) {
    let Some(telegram) = &ears.networks.telegram else { return };
    let mut offset = 0;
    let mut pause = FIRST_PAUSE;
    // Its first question was answered before it came to live; the next is answered when there is something to tell.
    ears.board.now(Network::Telegram, State::Listening);
    loop {
        let trouble = match telegram.poll(offset, WAIT).await {
            Ok(updates) => {
                let next = updates.last().map_or(offset, |update| update.next);
                match hear(&ears, updates).await {
                    Ok(()) => {
                        ears.board.now(Network::Telegram, State::Listening);
                        (offset, pause) = (next, FIRST_PAUSE);
                        continue;
                    }
                    Err(StoreError::Closed) => return,
                    Err(error) => error.to_string(),
                }
            }
            Err(ChannelError::RateLimited { after, .. }) => {
                tokio::time::sleep(after).await;
                continue;
            }
            // Another program may let go of the token again.
            Err(error) if error.passes() || error.is_taken() => error.to_string(),
            Err(error @ ChannelError::Invalid { .. }) => error.to_string(),
            Err(error) => return ears.board.now(Network::Telegram, State::Ended(error.to_string())),
        };
        ears.board.now(Network::Telegram, State::Trouble(trouble));
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

pub(crate) async fn hear(ears: &Ears, updates: Vec<Update>) -> Result<(), StoreError> {
    let mut events = Vec::with_capacity(updates.len());
    for update in updates {
        if update.unknown.is_some() {
            tracing::info!(
                bot = ears.id,
                update = update.next - 1,
                "an update of a kind that is not known here"
            );
            ears.board.tell(News::Unknown(Network::Telegram));
        }
        events.extend(update.heard.into_iter().map(|heard| (String::from(heard.id), heard.event)));
    }
    if !events.is_empty() {
        ears.take(events).await?;
    }
    Ok(())
}

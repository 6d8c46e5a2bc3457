//! Hearing Discord's gateway. The place in its stream is written down after what was heard; a bot that starts again goes on from there, and
//! what comes twice is known by its name.

use std::time::Duration;

use channels::ChannelError;
use channels::discord::{Listener, Place, Told};
use store::{Commit, Store, StoreError};

use super::Ears;
use super::board::{Network, News, State};

const CURSOR: &str = "discord";
/// So much is taken into one commit.
const MOST: usize = 256;
const PAUSE: Duration = Duration::from_secs(2);

pub(crate) async fn listens(ears: Ears, store: Store) {
    let Some(discord) = &ears.networks.discord else { return };
    loop {
        let place = match place(&ears, &store).await {
            Ok(place) => place,
            Err(error) => return ears.board.now(Network::Discord, State::Ended(error.to_string())),
        };
        let mut listener = discord.listen(place);
        match hears(&ears, &store, &mut listener).await {
            End::Store(StoreError::Closed) => return,
            // What could not be written is told again: from the place that is on disk.
            End::Store(error) => ears.board.now(Network::Discord, State::Trouble(error.to_string())),
            End::Network(error) => return ears.board.now(Network::Discord, State::Ended(error)),
        }
        drop(listener);
        tokio::time::sleep(PAUSE).await;
    }
}

enum End {
    Store(StoreError),
    Network(String),
}

async fn hears(ears: &Ears, store: &Store, listener: &mut Listener) -> End {
    let mut last = None;
    loop {
        match listener.next().await {
            Some(Ok(first)) => {
                // The first thing that a gateway tells is that it is ready.
                ears.board.now(Network::Discord, State::Listening);
                let mut all = vec![first];
                while all.len() < MOST
                    && let Some(told) = listener.ready()
                {
                    match told {
                        Ok(told) => all.push(told),
                        Err(error) => last = Some(news(ears, &error)),
                    }
                }
                if let Err(error) = hear(ears, store, all).await {
                    return End::Store(error);
                }
            }
            Some(Err(error)) => last = Some(news(ears, &error)),
            None => return End::Network(last.unwrap_or_else(|| "The gateway was left.".into())),
        }
    }
}

fn news(ears: &Ears, error: &ChannelError) -> String {
    ears.board.now(Network::Discord, State::Trouble(error.to_string()));
    error.to_string()
}

async fn hear(ears: &Ears, store: &Store, all: Vec<Told>) -> Result<(), StoreError> {
    let mut events = Vec::new();
    let mut place = None;
    for told in all {
        if told.unknown.is_some() {
            tracing::info!(bot = ears.id, "an event of a form that is not known here");
            ears.board.tell(News::Unknown(Network::Discord));
        }
        events.extend(told.heard.map(|heard| (String::from(heard.id), heard.event)));
        place = Some(told.place);
    }
    if !events.is_empty() {
        ears.take(events).await?;
    }
    let Some(place) = place.and_then(|place| serde_json::to_string(&place).ok()) else { return Ok(()) };
    let cursors = vec![(CURSOR.into(), place)];
    store.commit(Commit { bot: ears.id.clone(), cursors, ..Commit::default() }).await
}

async fn place(ears: &Ears, store: &Store) -> Result<Option<Place>, StoreError> {
    Ok(store.cursor(&ears.id, CURSOR).await?.and_then(|text| serde_json::from_str(&text).ok()))
}

//! The studio's events as one `text/event-stream` for each window.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::StreamExt;
use tokio_stream::iter;

use crate::Shared;

/// The windows that listen.
#[derive(Default)]
pub struct Clients(Mutex<Vec<Sender<Arc<str>>>>);

/// A window that is this many events behind is let go: it connects and opens its bot again, which is quicker than all of them.
const MOST_WAITING: usize = 512;
const KEEP_ALIVE: Duration = Duration::from_secs(15);

impl Clients {
    /// Never blocks.
    pub fn send(&self, event: &studio::Event) {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.is_empty() {
            return;
        }
        let Ok(text) = serde_json::to_string(event) else { return };
        let text: Arc<str> = text.into();
        clients.retain(|client| client.try_send(Arc::clone(&text)).is_ok());
    }

    fn add(&self, client: Sender<Arc<str>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(client);
    }
}

pub async fn stream(State(shared): State<Shared>) -> impl IntoResponse {
    let (send, receive) = mpsc::channel(MOST_WAITING);
    shared.clients.add(send);
    let events = tokio_stream::wrappers::ReceiverStream::new(receive);
    let events = events.map(|text: Arc<str>| Ok::<_, Infallible>(Event::default().data(&*text)));
    // A first comment, so that the window knows it is connected.
    let hello = iter([Ok(Event::default().comment("hello"))]);
    Sse::new(hello.chain(events)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

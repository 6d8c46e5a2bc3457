//! The browser form of the studio: its page, its commands and its events over HTTP, for this machine alone.
//!
//! The way in is [`Server::start`]. Only who knows the token can call anything; only a page of this very address may try. Prints
//! nothing and decides nothing: what a request means is the studio's business.

pub mod cloud;
mod events;
mod gate;
mod page;
mod rpc;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use studio::Studio;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use self::events::Clients;

/// A server that runs until it is stopped or dropped.
pub struct Server {
    address: SocketAddr,
    studio: Arc<Studio>,
    runtime: Runtime,
}

/// What requests are answered with.
#[derive(Clone)]
struct Shared {
    studio: Arc<Studio>,
    clients: Arc<Clients>,
    token: Arc<str>,
    port: u16,
}

/// The largest request.
const MOST_BODY: usize = 64 << 20;

impl Server {
    /// Listens on this machine's own address; port 0 takes a free one.
    pub fn start(studio: Arc<Studio>, port: u16, token: &str) -> io::Result<Server> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, port)))?;
        let address = listener.local_addr()?;
        let clients = Arc::new(Clients::default());
        let heard = Arc::clone(&clients);
        studio.listen(Box::new(move |event| heard.send(event)));
        let shared =
            Shared { studio: Arc::clone(&studio), clients, token: token.into(), port: address.port() };
        let router = router(shared);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Server { address, studio, runtime })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs until the person or the system wants it to end; then everything is saved.
    pub fn wait(self) {
        self.runtime.block_on(asked_to_end());
        self.stop();
    }

    /// Saves everything and ends.
    pub fn stop(self) {
        self.studio.close();
        self.runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

fn router(shared: Shared) -> Router {
    let guarded = Router::new()
        .route("/rpc/{name}", post(rpc::call))
        .route("/events", get(events::stream))
        .route_layer(axum::middleware::from_fn_with_state(shared.clone(), gate::token));
    Router::new()
        .merge(guarded)
        .fallback(page::file)
        .layer(axum::middleware::from_fn_with_state(shared.clone(), gate::origin))
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .with_state(shared)
}

/// Comes back when the person or the system wants the program to end.
#[cfg(unix)]
pub async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return drop(tokio::signal::ctrl_c().await);
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
pub async fn asked_to_end() {
    let _ = tokio::signal::ctrl_c().await;
}

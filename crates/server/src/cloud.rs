//! The cloud runner: bots that were published here live here, and an API to publish, watch and stop them.
//!
//! The way in is [`Cloud::start`]. All that has to outlive the process lies in one folder, which one process at a time holds. `nexus run` uses
//! the same for a single bot from its own folder.

mod answer;
mod api;
mod debug;
mod gate;
mod hooks;
mod house;
mod log;
mod metrics;
mod registry;
mod said;
mod slot;
mod veil;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::serve::ListenerExt;
use runner::host::{Addresses, HostError, Reach};
use store::StoreError;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;
use vault::Vault;

pub use api::dead_letter;
pub use house::{House, Source};
pub use registry::RegistryError;

/// What a runner is to be.
pub struct Setup {
    pub data: PathBuf,
    pub vault: Vault,
    pub listen: SocketAddr,
    /// Where the world reaches it; without that, networks are asked rather than waited for.
    pub public: Option<Url>,
    pub addresses: Addresses,
    /// Which addresses bots may reach.
    pub reach: Reach,
    /// A bot from its own folder, and no other; nothing can be published then.
    pub local: Option<Source>,
    /// Takes a webhook away that gets a bot's updates.
    pub take_over: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error("the first token could not be made: {0}")]
    Token(String),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("{address} cannot be listened on: {why}")]
    Listen { address: SocketAddr, why: String },
}

/// A runner that runs until it is stopped.
pub struct Cloud {
    address: SocketAddr,
    house: Arc<House>,
    serving: JoinHandle<()>,
    /// A token for everything. Of a runner that has tokens already there is none to be said.
    pub first_token: Option<String>,
}

impl Cloud {
    pub async fn start(setup: Setup) -> Result<Cloud, CloudError> {
        let listen = setup.listen;
        // Before anything is written: a second runner of this address should leave no trace.
        let listener = listener(listen).await?;
        let (house, first_token) = House::open(setup).await?;
        let cloud = Cloud::serve(listener, house, first_token);
        // Of a bot of one's own it is said at once why it does not run.
        if let Err(error) = cloud.house.wake().await {
            cloud.stop().await;
            return Err(error.into());
        }
        Ok(cloud)
    }

    fn serve(listener: TcpListener, house: Arc<House>, first_token: Option<String>) -> Cloud {
        let address = listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 0)));
        let router = router(Arc::clone(&house));
        // An answer does not wait for the next one to go along with it.
        let listener = listener.tap_io(|line| {
            let _ = line.set_nodelay(true);
        });
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the server ended");
            }
        });
        Cloud { address, house, serving, first_token }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn house(&self) -> &Arc<House> {
        &self.house
    }

    /// Hears no more; what is on its way out is waited for.
    pub async fn stop(self) {
        self.house.sleep().await;
        self.serving.abort();
    }
}

async fn listener(listen: SocketAddr) -> Result<TcpListener, CloudError> {
    TcpListener::bind(listen).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => "another program is there already; name another port".into(),
            std::io::ErrorKind::PermissionDenied => "this user may not; take a port above 1023".into(),
            std::io::ErrorKind::AddrNotAvailable => "this machine has no such address".into(),
            _ => error.to_string(),
        };
        CloudError::Listen { address: listen, why }
    })
}

fn router(house: Arc<House>) -> Router {
    Router::new()
        .merge(metrics::router())
        .merge(hooks::router())
        .merge(api::router(&house))
        .merge(debug::router())
        .fallback(answer::nothing_here)
        .with_state(house)
}

//! The runners elsewhere that this person has a token for. The vault keeps the tokens.

use remote::wire::Hello;
use remote::{Client, RemoteError};
use vault::{Secret, Vault, VaultError};

#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

const NAME: &str = "token";

/// By what the vault knows a runner.
pub fn place(url: &str) -> Result<String, RemoteError> {
    let client = Client::new(url, "")?;
    let (host, port) =
        (client.address().host_str().unwrap_or_default(), client.address().port_or_known_default());
    Ok(format!("runner {host}:{}", port.unwrap_or_default()))
}

/// Asks the runner whether it knows the token, and keeps it if so. Also answers how many bots are there.
pub async fn login(vault: &Vault, url: &str, token: &str) -> Result<(Hello, usize), LoginError> {
    let token = token.trim();
    let client = Client::new(url, token)?;
    let hello = client.hello().await?;
    let bots = client.bots().await?.len();
    vault.set(&place(url)?, NAME, &Secret::new(token))?;
    Ok((hello, bots))
}

pub fn forget(vault: &Vault, url: &str) -> Result<(), LoginError> {
    Ok(vault.remove(&place(url)?, NAME)?)
}

/// A runner that somebody logged in to.
pub fn known(vault: &Vault, url: &str) -> Result<Option<Client>, LoginError> {
    match vault.get(&place(url)?, NAME)? {
        Some(token) => Ok(Some(Client::new(url, token.expose())?)),
        None => Ok(None),
    }
}

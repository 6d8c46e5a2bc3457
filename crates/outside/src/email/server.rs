//! The address of a mail server, as a secret holds it: `smtps://user:password@mail.example.com`.

use engine::{EffectError, ErrorKind};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use url::Host;

use crate::filling::Filling;
use crate::reach::host_named;

pub struct Server {
    pub host: Host,
    pub port: u16,
    pub security: Security,
    pub user: Option<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// From the first byte.
    Tls,
    /// Agreed on before anything is told; without it nothing is.
    StartTls,
    /// For a server in one's own network.
    None,
}

impl Server {
    pub fn read(secret: &str, filling: &mut Filling<'_>) -> Result<Server, EffectError> {
        let address = filling.secret(secret)?;
        let wrong = || {
            let words = format!(
                "The secret `{secret}` does not hold the address of a mail server, such as \
                 smtps://user:password@mail.example.com; signs such as / # % in user or password are written as %2F %23 %25."
            );
            EffectError::new(ErrorKind::Refused, words)
        };
        let url = Url::parse(address.trim()).map_err(|_| wrong())?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, password) = (decoded(url.username()), url.password().map(decoded));
        // Whichever of the two it is that nobody should know.
        filling.hide(password.as_deref().unwrap_or(&user));
        let plainly = match url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value) {
            None => false,
            Some(value) if value == "none" => true,
            Some(value) if value == "required" => false,
            Some(_) => return Err(wrong()),
        };
        let (security, port) = match url.scheme() {
            "smtps" if !plainly => (Security::Tls, 465),
            "smtp" if plainly => (Security::None, 587),
            "smtp" => (Security::StartTls, 587),
            _ => return Err(wrong()),
        };
        let host = url.host_str().and_then(|host| host_named(&decoded(host))).ok_or_else(wrong)?;
        let user = (!user.is_empty() || password.is_some()).then(|| (user, password.unwrap_or_default()));
        Ok(Server { host, port: url.port().unwrap_or(port), security, user })
    }

    pub fn name(&self) -> String {
        self.host.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Secrets;

    fn read(address: &str) -> Result<Server, EffectError> {
        let address = address.to_string();
        let secrets: Secrets = Arc::new(move |_| Some(address.clone()));
        Server::read("mail", &mut Filling::new(&secrets))
    }

    #[test]
    fn addresses_are_read() {
        for (address, host, port, security, user) in [
            (
                "smtps://ada:p%40ss@mail.example.com",
                "mail.example.com",
                465,
                Security::Tls,
                Some(("ada", "p@ss")),
            ),
            ("smtp://mail.example.com:2525\n", "mail.example.com", 2525, Security::StartTls, None),
            (
                "smtp://ada%40x:y@mail.example.com",
                "mail.example.com",
                587,
                Security::StartTls,
                Some(("ada@x", "y")),
            ),
            ("smtp://127.0.0.1:25?tls=none", "127.0.0.1", 25, Security::None, None),
            ("smtp://0x7f000001:25?tls=none", "127.0.0.1", 25, Security::None, None),
            ("smtp://token@[::1]/", "[::1]", 587, Security::StartTls, Some(("token", ""))),
        ] {
            let server = read(address).unwrap_or_else(|error| panic!("{address}: {}", error.message));
            let pair = server.user.as_ref().map(|(user, password)| (user.as_str(), password.as_str()));
            assert_eq!(
                (server.name().as_str(), server.port, server.security, pair),
                (host, port, security, user)
            );
        }
    }

    #[test]
    fn what_is_no_address_is_not_told() {
        for address in [
            "canary",
            "https://canary@x",
            "smtp://",
            "smtps://canary@x?tls=none",
            "smtp://x:canary/y@z:a",
            "smtp://x?tls=canary",
        ] {
            let Err(error) = read(address) else { panic!("{address} is taken") };
            assert_eq!(error.kind, ErrorKind::Refused);
            assert!(
                error.message.contains("`mail`") && !error.message.contains("canary"),
                "{}",
                error.message
            );
        }
    }
}

//! Where another repository is. Only what is safe to talk to gets through: no helper programs (`ext::…`), nothing that looks like an
//! option, no passwords in the clear over a network.

use std::path::Path;

use super::Fault;
use crate::Error;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Https,
    /// On this machine only.
    Http,
    Ssh,
    File,
}

#[derive(Clone, Debug)]
pub(super) struct Address {
    /// Without a password: this is what is kept in the configuration and shown.
    pub text: String,
    pub scheme: Scheme,
    pub host: String,
    pub port: u16,
    pub user: Option<String>,
    /// One that was written into the address.
    pub password: Option<String>,
}

impl Address {
    pub fn parse(text: &str) -> Result<Address, Error> {
        let text = text.trim();
        let no = |what: String| Err(Error::remote(Fault::Address, what, WORKS));
        if text.is_empty() {
            return no("there is no address".into());
        }
        if text.starts_with('-') || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return no(format!("`{}` is no address of a repository", text.escape_default()));
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return match scheme {
                "https" => Address::network(Scheme::Https, scheme, rest, 443),
                "ssh" => Address::network(Scheme::Ssh, scheme, rest, 22),
                "http" => {
                    let address = Address::network(Scheme::Http, scheme, rest, 80)?;
                    if is_here(&address.host) {
                        return Ok(address);
                    }
                    no(format!("`{}` is not encrypted: anybody on the way could read it", address.text))
                }
                "file" if rest.starts_with('/') => Ok(Address::file(text)),
                "file" => no("an address with `file://` needs a whole path after it".into()),
                "git" => no("`git://` is not encrypted: anybody on the way could change what arrives".into()),
                _ => no(format!("there is no way to talk to `{scheme}://`")),
            };
        }
        let before_slash = text.split('/').next().unwrap_or_default();
        if before_slash.contains("::") {
            return no(format!("`{text}` would start a program, and that is not done"));
        }
        // `C:\bots` is a folder, `host:path` is git's short form of ssh.
        let drive = before_slash.len() >= 2
            && before_slash.as_bytes()[1] == b':'
            && before_slash.as_bytes()[0].is_ascii_alphabetic()
            && cfg!(windows);
        match text.split_once(':').filter(|(host, _)| !drive && !host.contains('/')) {
            Some((host, path)) => Address::short(text, host, path),
            None => {
                let whole = std::path::absolute(Path::new(text));
                match whole.as_deref().map(Path::to_str) {
                    Ok(Some(whole)) => Ok(Address::file(whole)),
                    _ => no(format!("`{text}` is no address of a repository")),
                }
            }
        }
    }

    fn file(text: &str) -> Address {
        Address {
            text: text.into(),
            scheme: Scheme::File,
            host: String::new(),
            port: 0,
            user: None,
            password: None,
        }
    }

    fn short(text: &str, host: &str, path: &str) -> Result<Address, Error> {
        let (user, host) = match host.split_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, host),
        };
        fit(text, user, host, path)?;
        Ok(Address {
            text: text.into(),
            scheme: Scheme::Ssh,
            host: host.into(),
            port: 22,
            user: user.map(str::to_owned),
            password: None,
        })
    }

    fn network(scheme: Scheme, name: &str, rest: &str, usual: u16) -> Result<Address, Error> {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (who, place) = match authority.rsplit_once('@') {
            Some((who, place)) => (Some(who), place),
            None => (None, authority),
        };
        let (user, password) = match who.map(|who| who.split_once(':').unwrap_or((who, ""))) {
            Some((user, password)) => (Some(user), Some(password).filter(|word| !word.is_empty())),
            None => (None, None),
        };
        let bad = || Error::remote(Fault::Address, format!("`{name}://{place}/{path}` is no address"), WORKS);
        let (host, port) = match place.strip_prefix('[') {
            Some(six) => {
                let (host, rest) = six.split_once(']').ok_or_else(bad)?;
                (host, rest.strip_prefix(':'))
            }
            None => match place.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (place, None),
            },
        };
        let port = port.map_or(Ok(usual), |port| port.parse().map_err(|_| bad()))?;
        fit(&format!("{name}://{place}/{path}"), user, host, path)?;
        let before = user.map(|user| format!("{user}@")).unwrap_or_default();
        Ok(Address {
            text: format!("{name}://{before}{place}/{path}"),
            scheme,
            host: host.into(),
            port,
            user: user.map(unescaped),
            password: password.map(unescaped),
        })
    }

    pub fn secure_shell(&self) -> bool {
        self.scheme == Scheme::Ssh
    }

    /// The name that people know it by.
    pub fn server(&self) -> &str {
        if self.scheme == Scheme::File { &self.text } else { &self.host }
    }
}

const WORKS: &str = "addresses that work: https://…, ssh://…, name@host:path, or a folder";

/// What one of the programs behind could take for an option is no name.
fn fit(text: &str, user: Option<&str>, host: &str, path: &str) -> Result<(), Error> {
    let option = |part: &str| part.starts_with('-');
    if host.is_empty() || path.is_empty() || option(host) || option(path) || user.is_some_and(option) {
        return Err(Error::remote(Fault::Address, format!("`{text}` is no address of a repository"), WORKS));
    }
    Ok(())
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| more.get(..2).and_then(|two| std::str::from_utf8(two).ok()))
            .flatten()
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Address, Scheme};

    #[test]
    fn what_gets_through() {
        for (text, scheme, host, port, user) in [
            ("https://example.org/ann/bot.git", Scheme::Https, "example.org", 443, None),
            ("https://ann:s%40crt@example.org:8443/bot", Scheme::Https, "example.org", 8443, Some("ann")),
            ("http://127.0.0.1:4000/bot", Scheme::Http, "127.0.0.1", 4000, None),
            ("http://[::1]:4000/bot", Scheme::Http, "::1", 4000, None),
            ("ssh://git@example.org:2222/bot", Scheme::Ssh, "example.org", 2222, Some("git")),
            ("git@example.org:ann/bot.git", Scheme::Ssh, "example.org", 22, Some("git")),
            ("file:///srv/bots/shop", Scheme::File, "", 0, None),
            ("/srv/bots/shop", Scheme::File, "", 0, None),
            ("../shop", Scheme::File, "", 0, None),
        ] {
            let address = Address::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(
                (address.scheme, address.host.as_str(), address.port, address.user.as_deref()),
                (scheme, host, port, user),
                "{text}"
            );
            assert!(!address.text.contains("crt"), "{}", address.text);
        }
        let with = Address::parse("https://ann:s%40crt@example.org/bot").expect("an address");
        assert_eq!(with.password.as_deref(), Some("s@crt"));
    }

    #[test]
    fn what_does_not() {
        for text in [
            "",
            "--upload-pack=touch /tmp/x",
            "--upload-pack=evil",
            "ext::sh -c evil",
            "ext::evil",
            "fd::3",
            "http://example.org/bot",
            "git://example.org/bot",
            "ftp://example.org/bot",
            "ssh://-oProxyCommand=evil/bot",
            "ssh://-l@example.org/bot",
            "-oProxyCommand=evil:bot",
            "git@-oProxyCommand=evil:bot",
            "git@example.org:--upload-pack=evil",
            "https://example.org",
            "https:///bot",
            "https://example.org:99999/bot",
            "https://example.org/bot\nHost: other",
            "file://server/share",
        ] {
            let error = Address::parse(text).expect_err(text);
            assert!(error.hint().is_some(), "{text}: {error}");
        }
    }
}

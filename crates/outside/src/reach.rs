//! Which addresses may be reached. What counts is where a connection goes in the end: names are looked at after they were resolved, by the
//! same resolver that the connection is made with, so a name that changes its mind gains nothing.

mod ranges;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use engine::{EffectError, ErrorKind};
use reqwest::dns::{Name, Resolve, Resolving};
use thiserror::Error;
use url::Host;

use ranges::Range;

/// The addresses that may be reached.
#[derive(Clone, Debug)]
pub struct Reach {
    anywhere: bool,
    ranges: Vec<Range>,
    places: Vec<(Host, Option<u16>)>,
}

/// What was to be allowed is not a place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{0}` is neither a network such as `10.0.0.0/8` nor a host such as `printer.local` or `printer.local:631`."
)]
pub struct NoPlace(String);

impl Reach {
    /// Whatever the machine itself reaches: for one's own bot on one's own machine.
    pub fn anywhere() -> Reach {
        Reach { anywhere: true, ..Reach::public() }
    }

    /// The public internet alone.
    pub fn public() -> Reach {
        Reach { anywhere: false, ranges: Vec::new(), places: Vec::new() }
    }

    /// And a network (`10.0.0.0/8`), an address, or a host by its name, with a port (`printer.local:631`) or with any.
    pub fn allow(mut self, place: &str) -> Result<Reach, NoPlace> {
        let place = place.trim();
        let wrong = || NoPlace(place.to_string());
        if place.contains('/') || place.parse::<IpAddr>().is_ok() {
            self.ranges.push(Range::read(place).ok_or_else(wrong)?);
            return Ok(self);
        }
        let port = place.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let (host, port) = match port {
            Some((host, port)) => (host, Some(port.parse().map_err(|_| wrong())?)),
            None => (place, None),
        };
        self.places.push((host_named(host).ok_or_else(wrong)?, port));
        Ok(self)
    }

    /// May a connection go there?
    pub(crate) fn takes(&self, ip: IpAddr) -> bool {
        self.anywhere || ranges::is_public(ip) || self.ranges.iter().any(|range| range.has(ip))
    }

    /// Is it a place that was allowed by its own name, wherever that leads?
    pub(crate) fn names(&self, host: &Host, port: u16) -> bool {
        let is_it = |(known, at): &(Host, Option<u16>)| known == host && at.is_none_or(|at| at == port);
        self.anywhere || self.places.iter().any(is_it)
    }

    /// The door that leads to a place: for those that were named, the open one.
    pub(crate) fn door(&self, host: &Host, port: u16) -> Result<Door, Astray> {
        if self.names(host, port) {
            return Ok(Door::Open);
        }
        let ip = match host {
            Host::Domain(_) => return Ok(Door::Guarded),
            Host::Ipv4(ip) => IpAddr::V4(*ip),
            Host::Ipv6(ip) => IpAddr::V6(*ip),
        };
        if self.takes(ip) { Ok(Door::Guarded) } else { Err(Astray::Closed) }
    }

    /// Where a host is, as far as it may be reached.
    pub(crate) async fn addresses(&self, host: &Host, port: u16) -> Result<Vec<SocketAddr>, Astray> {
        let door = self.door(host, port)?;
        match host {
            Host::Domain(name) => self.resolved(name, port, door).await,
            Host::Ipv4(ip) => Ok(vec![(*ip, port).into()]),
            Host::Ipv6(ip) => Ok(vec![(*ip, port).into()]),
        }
    }

    async fn resolved(&self, name: &str, port: u16, door: Door) -> Result<Vec<SocketAddr>, Astray> {
        let found = tokio::net::lookup_host((name, port)).await.map_err(|_| Astray::Unknown)?;
        let found: Vec<SocketAddr> = found.collect();
        if found.is_empty() {
            return Err(Astray::Unknown);
        }
        let open = found.into_iter().filter(|found| door == Door::Open || self.takes(found.ip()));
        let open: Vec<SocketAddr> = open.collect();
        if open.is_empty() { Err(Astray::Closed) } else { Ok(open) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    Guarded,
}

/// Why a place is not gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Astray {
    #[error("its address is not open to bots")]
    Closed,
    #[error("no such host is known")]
    Unknown,
}

impl Astray {
    pub fn error(self, host: &str) -> EffectError {
        match self {
            Astray::Closed => EffectError::new(
                ErrorKind::Refused,
                format!(
                    "Bots may not reach `{host}` from here: it lies in a private network or on this machine."
                ),
            ),
            Astray::Unknown => EffectError::new(
                ErrorKind::Network,
                format!("There is no host called `{host}`, or it cannot be found now."),
            ),
        }
    }
}

/// A host as one writes it, in the form in which all its spellings are one.
pub(crate) fn host_named(text: &str) -> Option<Host> {
    match Host::parse(text).ok()? {
        Host::Domain(name) => Some(Host::Domain(name.strip_suffix('.').unwrap_or(&name).to_string())),
        ip => Some(ip),
    }
}

/// Resolves the names that a client connects to.
pub(crate) struct Resolver {
    pub reach: Arc<Reach>,
    pub door: Door,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, door) = (Arc::clone(&self.reach), self.door);
        Box::pin(async move {
            // The port comes from the address that is called.
            let found = reach.resolved(name.as_str(), 0, door).await?;
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

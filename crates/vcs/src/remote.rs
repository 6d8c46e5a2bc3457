//! Other repositories: cloning, fetching, pulling, pushing. libgit2 speaks with them over https, ssh, and in folders; no helper program is
//! started, except the credential helpers that the person set up. Why so: docs/decisions/004-transports.md.

mod address;
mod fault;
mod hosts;
mod login;
mod talk;
mod transfer;

use std::path::PathBuf;
use std::time::Duration;

use flow::Kinds;
use git2::{BranchType, ErrorCode};
use serde::Serialize;

use self::address::Address;
pub use self::talk::Stop;
pub use self::transfer::Cloned;
use crate::merging::{Outcome, Who};
use crate::repo::Repo;
use crate::{Error, Head};

/// What goes wrong with another repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It is no address, or one that is not talked to.
    Address,
    /// There is no way to the server: its name, the network, a closed port.
    Network,
    /// The server is silent.
    NoAnswer,
    /// The person stopped it.
    Stopped,
    /// No login, or one that the server does not take.
    Login,
    /// The login is fine and may not do this.
    NotAllowed,
    NotFound,
    /// A server that was never talked to shows this key.
    UnknownHost(Box<HostKey>),
    /// A server is known by another key than the one it shows.
    ChangedHost(Box<HostKey>),
    Certificate,
    /// The server sends us on to another one.
    Redirected,
    /// The other repository has commits that are not here.
    Behind,
    /// The server's rules for this branch.
    Protected,
    NoUpstream,
    TooLarge,
    /// The server did not do its part.
    Server,
}

/// How a server proves who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HostKey {
    pub host: String,
    pub port: u16,
    pub kind: String,
    /// As `ssh-keygen -l` prints it, and as hosters publish theirs.
    pub fingerprint: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    Connecting,
    /// The server, or this machine before it sends, is finding out what is needed.
    Preparing,
    Receiving,
    /// Working out what was received as a difference.
    Unpacking,
    /// Writing the files.
    Writing,
    Sending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub phase: Phase,
    pub done: usize,
    /// None where nobody knows yet.
    pub total: Option<usize>,
    pub bytes: u64,
}

/// A login that a server wants.
#[derive(Clone, Debug)]
pub enum Wanted {
    Login {
        url: String,
        host: String,
        /// The name that the address has.
        user: Option<String>,
        /// Above 1, the last one was not taken.
        try_number: usize,
        /// It takes passwords and tokens.
        password: bool,
        /// It takes ssh keys.
        key: bool,
    },
    /// What unlocks a key file of this person.
    Passphrase { key: PathBuf },
}

#[derive(Clone)]
pub enum Login {
    /// A token stands in the password's place.
    Password {
        user: String,
        password: String,
    },
    /// A private key's text.
    Key {
        user: String,
        key: String,
        passphrase: Option<String>,
    },
    Passphrase(String),
}

/// Who asked for it: is shown how far it is, and is asked what only a person can say.
pub trait Caller {
    fn progress(&mut self, _: &Progress) {}

    /// Nothing gives up.
    fn login(&mut self, _: &Wanted) -> Option<Login> {
        None
    }

    /// Whether a server that was never talked to is who it says. It is remembered in `known_hosts`, as ssh does it.
    fn trust(&mut self, _: &HostKey) -> bool {
        false
    }

    /// A server may be silent for as long.
    fn patience(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// No more is downloaded at once.
    fn most_bytes(&self) -> u64 {
        2 << 30
    }
}

/// Nobody: it is not shown, and nothing can be asked.
impl Caller for () {}

/// The branch of another repository that a branch goes with, as of the last fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Upstream {
    /// As in `origin/main`.
    pub name: String,
    pub remote: String,
    /// Commits that are here and not there, and the other way round.
    pub ahead: usize,
    pub behind: usize,
}

/// A branch that a fetch moved; without `before` it is new, without `now` it is gone there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub name: String,
    pub before: Option<String>,
    pub now: Option<String>,
}

impl Repo {
    /// The other repositories that this one knows: name and address.
    pub fn remotes(&self) -> Result<Vec<(String, String)>, Error> {
        let mut remotes = Vec::new();
        for name in self.git.remotes()?.iter() {
            let Ok(Some(name)) = name else { continue };
            let remote = self.git.find_remote(name)?;
            let shown = match Address::parse(&String::from_utf8_lossy(remote.url_bytes())) {
                Ok(address) => address.text,
                Err(_) => String::from_utf8_lossy(remote.url_bytes()).into_owned(),
            };
            remotes.push((name.to_owned(), shown));
        }
        Ok(remotes)
    }

    /// Makes another repository known under a name, or gives the name another address.
    pub fn set_remote(&self, name: &str, url: &str) -> Result<(), Error> {
        let address = Address::parse(url)?;
        match self.git.find_remote(name) {
            Ok(_) => Ok(self.git.remote_set_url(name, &address.text)?),
            Err(error) if error.code() == ErrorCode::NotFound => {
                self.git.remote(name, &address.text)?;
                Ok(())
            }
            Err(error) if error.code() == ErrorCode::InvalidSpec => Err(Error::refused(
                format!("another repository cannot be called `{name}`"),
                "use letters, digits and `-`; most people say `origin`",
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// What the branch that is checked out goes with.
    pub fn upstream(&self) -> Result<Option<Upstream>, Error> {
        let Head::Branch(name) = self.state_head()? else { return Ok(None) };
        let branch = self.git.find_branch(&name, BranchType::Local)?;
        let upstream = match branch.upstream() {
            Ok(upstream) => upstream,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let remote = self.git.branch_upstream_remote(&format!("refs/heads/{name}"))?;
        let (here, there) = (branch.get().peel_to_commit()?.id(), upstream.get().peel_to_commit()?.id());
        let (ahead, behind) = self.git.graph_ahead_behind(here, there)?;
        Ok(Some(Upstream {
            name: String::from_utf8_lossy(upstream.name_bytes()?).into_owned(),
            remote: String::from_utf8_lossy(&remote).into_owned(),
            ahead,
            behind,
        }))
    }

    /// Fetches what the branch goes with, and merges it as [`Repo::merge`] does.
    pub fn pull(
        &self,
        kinds: &Kinds,
        who: &Who,
        caller: &mut dyn Caller,
        stop: &Stop,
    ) -> Result<Outcome, Error> {
        self.recover()?;
        self.quiet()?;
        let (remote, _) = self.goes_with()?;
        self.fetch(&remote, caller, stop)?;
        match self.upstream()? {
            Some(upstream) => self.merge(&upstream.name, kinds, who),
            None => Err(Error::remote(
                Fault::NoUpstream,
                format!("`{remote}` has no such branch any more"),
                "push the branch again, or choose another one to go with",
            )),
        }
    }

    /// The remote and the branch there that the configuration names for the branch that is checked out.
    fn goes_with(&self) -> Result<(String, String), Error> {
        let name = match self.state_head()? {
            Head::Branch(name) | Head::Unborn(name) => name,
            Head::Detached(_) => return Err(on_no_branch()),
        };
        let config = self.git.config()?.snapshot()?;
        let of = |what: &str| config.get_string(&format!("branch.{name}.{what}")).ok();
        match (of("remote"), of("merge")) {
            (Some(remote), Some(there)) => Ok((remote, there)),
            _ => {
                let hint = match self.git.remotes()?.iter().flatten().flatten().next() {
                    Some(remote) => format!("push it to `{remote}` first: from then on they go together"),
                    None => "name the address of another repository first, then push to it".into(),
                };
                Err(Error::remote(
                    Fault::NoUpstream,
                    format!("the branch `{name}` goes with no branch of another repository"),
                    hint,
                ))
            }
        }
    }
}

fn on_no_branch() -> Error {
    Error::refused("no branch is checked out, only a commit", "make a branch first")
}

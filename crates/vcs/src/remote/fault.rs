//! Why talking to another repository went wrong, in a sentence, and what to do.

use std::io::ErrorKind;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use git2::{ErrorClass, ErrorCode};

use super::address::{Address, Scheme};
use super::hosts::{self, Known};
use super::talk::Noted;
use super::{Fault, HostKey};
use crate::Error;

pub(super) fn silent(address: &Address) -> Error {
    Error::remote(
        Fault::NoAnswer,
        format!("{} does not answer", address.server()),
        "look at your network, or try again later; nothing was changed",
    )
}

pub(super) fn stopped() -> Error {
    Error::remote(Fault::Stopped, "it was stopped, and nothing was changed", "")
}

pub(super) fn too_large(most: u64) -> Error {
    Error::remote(
        Fault::TooLarge,
        format!("the other repository sends more than {}, so it was stopped", size(most)),
        "a bot's repository is small: have large files taken out of it, or fetch it with the git command line",
    )
}

pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        1_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

/// What libgit2 says is for programmers. With what was noted on the way it becomes a sentence.
pub(super) fn explain(error: &git2::Error, noted: &Noted, address: &Address) -> Error {
    let server = address.server();
    let say = |fault, what: String, hint: &str| Error::remote(fault, what, hint);
    if let Some(other) = &noted.elsewhere {
        return redirected(server, other);
    }
    // On the way through the callback that looks at it, the code is lost.
    let doubted = error.class() == ErrorClass::Ssl
        && (["certificate", "hostname", "untrusted"].iter().any(|word| error.message().contains(word))
            || address.host.parse::<std::net::IpAddr>().is_ok());
    if error.code() == ErrorCode::Certificate || doubted {
        return certificate(noted, address);
    }
    if error.code() == ErrorCode::NotFastForward {
        return behind();
    }
    let message = error.message();
    let said = noted.said.trim();
    let words = if said.is_empty() { message } else { said };
    let status =
        message.strip_prefix("unexpected http status code: ").and_then(|code| code.trim().parse().ok());
    match status {
        Some(404 | 410) => return not_found(address),
        Some(401 | 403) => return not_allowed(server),
        Some(429) => {
            let what = format!("{server} wants to be left alone for a while");
            return say(Fault::Server, what, "try again in some minutes");
        }
        Some(code @ 500..) => {
            let what = format!("{server} has trouble of its own (it answers {code})");
            return say(Fault::Server, what, "try again later; nothing was changed");
        }
        Some(code) => {
            let what = format!("{server} answers {code}, which is no answer to git");
            return say(Fault::Server, what, "look whether the address is that of a repository");
        }
        None => {}
    }
    if message.starts_with("cannot redirect from") {
        let other = message.rsplit('\'').nth(1).unwrap_or("another server");
        return redirected(server, other);
    }
    if message.contains("invalid content-type") || message.contains("no content-type") {
        let what = format!("there is a web page at {}, and no repository", address.text);
        return say(Fault::NotFound, what, "copy the address that the hoster shows for cloning");
    }
    let login = error.code() == ErrorCode::Auth
        || noted.nobody
        || message.contains("private key")
        || message.contains("authentication failure")
        || message.contains("authentication replays");
    if login {
        return refused_login(message, noted, address);
    }
    if address.scheme == Scheme::File {
        return match error.code() {
            _ if !Path::new(address.text.trim_start_matches("file://")).exists() => not_found(address),
            ErrorCode::NotFound => not_found(address),
            _ if message.contains("non-bare") => say(
                Fault::NotAllowed,
                format!("{server} is somebody's working folder, which is not pushed to"),
                "push to a bare repository (`git init --bare`), and have it pulled from there",
            ),
            _ => Error::from(git2::Error::new(error.code(), error.class(), message)),
        };
    }
    let told = words.to_lowercase();
    if ["not found", "not appear to be a git repository", "no such", "does not exist"]
        .iter()
        .any(|sign| told.contains(sign))
        && matches!(error.class(), ErrorClass::Ssh | ErrorClass::Net | ErrorClass::Http)
        && error.class() != ErrorClass::Os
        && !told.contains("resolve")
    {
        return not_found(address);
    }
    if ["permission", "denied", "not allowed", "read-only", "read only"]
        .iter()
        .any(|sign| told.contains(sign))
    {
        return not_allowed(server);
    }
    if matches!(
        error.class(),
        ErrorClass::Net | ErrorClass::Os | ErrorClass::Ssh | ErrorClass::Http | ErrorClass::Ssl
    ) {
        return reach(address).unwrap_or_else(|| {
            say(
                Fault::Server,
                format!("the talk with {server} broke off: {words}"),
                "try again; nothing was changed",
            )
        });
    }
    Error::from(git2::Error::new(error.code(), error.class(), message))
}

pub(super) fn behind() -> Error {
    Error::remote(
        Fault::Behind,
        "the other repository has commits that are not here, so it did not take yours",
        "pull first, then push again",
    )
}

/// A server's reason why it did not take a branch.
pub(super) fn turned_down(branch: &str, reason: &str, said: &str) -> Error {
    let all = format!("{reason} {said}").to_lowercase();
    let has = |signs: &[&str]| signs.iter().any(|sign| all.contains(sign));
    // What the server says to people tells more than its one-word reason.
    let said = said.trim();
    let said = if said.is_empty() { String::new() } else { format!("; it says: {said}") };
    if has(&["non-fast-forward", "fetch first", "stale info", "failed to update ref", "cannot lock ref"]) {
        behind()
    } else if has(&["checked out"]) {
        Error::remote(
            Fault::NotAllowed,
            format!("`{branch}` is checked out in the other repository, so it does not let it be changed"),
            "push to a bare repository, or to another branch",
        )
    } else if has(&["protected", "declined", "denied", "prohibited", "not allowed"]) {
        Error::remote(
            Fault::Protected,
            format!("the other repository does not let you change `{branch}` ({reason}{said})"),
            "push to a branch of your own, and ask there to have it merged",
        )
    } else {
        Error::remote(
            Fault::Server,
            format!("the other repository did not take `{branch}`: {reason}{said}"),
            "nothing was changed there",
        )
    }
}

fn redirected(server: &str, other: &str) -> Error {
    Error::remote(
        Fault::Redirected,
        format!("{server} sends us on to {other}, which is not followed: your login would go along"),
        "if you know that place, use its address",
    )
}

fn not_found(address: &Address) -> Error {
    Error::remote(
        Fault::NotFound,
        format!("there is no repository at {}", address.text),
        "look for a typing mistake; a private one also looks like this to whoever may not see it",
    )
}

fn not_allowed(server: &str) -> Error {
    Error::remote(
        Fault::NotAllowed,
        format!("{server} knows you, and does not let you do this"),
        "ask its owner for the right to, or look whether your token has it",
    )
}

fn refused_login(message: &str, noted: &Noted, address: &Address) -> Error {
    let server = address.server();
    if let Some(key) = noted.unlocked.as_ref().filter(|_| message.contains("private key")) {
        return Error::remote(
            Fault::Login,
            format!("this passphrase does not unlock the key {}", key.display()),
            "try again, or load the key with `ssh-add`",
        );
    }
    if noted.tried {
        let (what, hint) = if address.secure_shell() {
            (
                "key or password",
                "look whether the server has your public key; `ssh-add -l` shows what the agent offers",
            )
        } else {
            ("password or token", "tokens end some day: make a new one on the server's web page")
        };
        Error::remote(Fault::Login, format!("{server} does not take this {what}"), hint)
    } else {
        let hint = if address.secure_shell() {
            "make a key with `ssh-keygen`, give its public half to the server, and load it with `ssh-add`"
        } else {
            "give a name and a token, or set up a credential helper of git"
        };
        Error::remote(Fault::Login, format!("{server} wants to know who you are"), hint)
    }
}

fn certificate(noted: &Noted, address: &Address) -> Error {
    let server = address.server();
    if !address.secure_shell() {
        return Error::remote(
            Fault::Certificate,
            format!("{server} cannot prove that it is {server}: its certificate does not hold"),
            "somebody may be in between. If it is a server of your own, have this system trust its certificate",
        );
    }
    let Some(key) = &noted.host_key else {
        let what = format!("{server} shows no key that it could be known by");
        return Error::remote(Fault::Server, what, "");
    };
    let shown = Box::new(HostKey {
        host: address.host.clone(),
        port: address.port,
        kind: key.kind().into(),
        fingerprint: key.fingerprint(),
    });
    let print = format!("{} {}", shown.kind, shown.fingerprint);
    match hosts::known(address, key) {
        Known::Otherwise => Error::remote(
            Fault::ChangedHost(shown),
            format!("{server} is known by another key than the one it shows now ({print})"),
            "somebody may be in between, so nothing was sent. Ask whoever runs the server; if the key is right, \
             take the old one out of ~/.ssh/known_hosts",
        ),
        Known::No | Known::Yes => Error::remote(
            Fault::UnknownHost(shown),
            format!("{server} was never talked to from here. It shows the key {print}"),
            "compare that with what its owner publishes. If it is the same, accept it, or run `ssh` to it once",
        ),
    }
}

/// Why there is no way to a server, if there is none: found out only after it went wrong.
fn reach(address: &Address) -> Option<Error> {
    let server = address.server();
    let no = |what: String, hint: &str| Some(Error::remote(Fault::Network, what, hint));
    let Ok(mut places) = (address.host.as_str(), address.port).to_socket_addrs() else {
        return no(
            format!("there is no server called {server}, or no network"),
            "look for a typing mistake, and whether you are online",
        );
    };
    let place = places.next()?;
    match TcpStream::connect_timeout(&place, Duration::from_secs(5)) {
        Ok(_) => None,
        Err(error) if error.kind() == ErrorKind::TimedOut => Some(silent(address)),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => no(
            format!("{server} is there, but nothing listens at its port {}", address.port),
            "look at the address, or try again later",
        ),
        Err(_) => no(format!("there is no way to {server} from here"), "look whether you are online"),
    }
}

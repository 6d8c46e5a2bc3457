//! What goes over the line.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, MutexGuard};

use git2::{
    AutotagOption, CertificateCheckStatus, FetchOptions, ProxyOptions, PushOptions, RemoteCallbacks,
    RemoteRedirect, RemoteUpdateFlags, Repository,
};

use super::address::Address;
use super::login::Attempts;
use super::talk::{Ended, Line, Noted, Stop, talk};
use super::{Caller, Fault, Moved, Phase, Progress, fault, hosts, on_no_branch};
use crate::folder::{Manner, disk};
use crate::repo::Repo;
use crate::{Error, Head};

/// A clone that just came into being.
pub struct Cloned {
    pub repo: Repo,
    /// Files of which only a placeholder is here: what stands for them is kept elsewhere (Git LFS), and the git command line brings it.
    pub placeholders: Vec<String>,
}

impl Repo {
    /// Copies another repository into a new folder. Where it fails or is stopped, nothing is left behind.
    pub fn clone_from(url: &str, to: &Path, caller: &mut dyn Caller, stop: &Stop) -> Result<Cloned, Error> {
        let address = Address::parse(url)?;
        let to = std::path::absolute(to).map_err(|error| disk(to, "found", error))?;
        let scaffold = Arc::new(Scaffold::beside(&to)?);
        let cloned = Repo::grow(&address, &scaffold, caller, stop);
        let placeholders = cloned.inspect_err(|_| scaffold.clear())?;
        if to.exists() {
            // An empty one; Windows does not rename onto it.
            fs::remove_dir(&to).map_err(|error| disk(&to, "replaced", error))?;
        }
        fs::rename(&scaffold.0, &to).map_err(|error| disk(&to, "made", error))?;
        Ok(Cloned { repo: Repo::open(&to)?, placeholders })
    }

    fn grow(
        address: &Address,
        scaffold: &Arc<Scaffold>,
        caller: &mut dyn Caller,
        stop: &Stop,
    ) -> Result<Vec<String>, Error> {
        let most = caller.most_bytes();
        converse(address, caller, stop, {
            let (address, scaffold) = (address.clone(), scaffold.clone());
            move |line| first_fetch(&scaffold.0, &address, most, line)
        })?;
        let placeholders = Repo::open(&scaffold.0)?.fill(caller)?;
        if stop.is_stopped() { Err(fault::stopped()) } else { Ok(placeholders) }
    }

    /// Writes all files of what is checked out into an empty folder.
    fn fill(&self, caller: &mut dyn Caller) -> Result<Vec<String>, Error> {
        let Ok(head) = self.head_commit() else { return Ok(Vec::new()) };
        let (nothing, files) = (Default::default(), self.files(&head.tree()?)?);
        crate::names::fit(&files, &nothing)?;
        self.fits(files.iter())?;
        let mut progress = Progress { phase: Phase::Writing, done: 0, total: Some(files.len()), bytes: 0 };
        caller.progress(&progress);
        self.put(&nothing, &files, Manner::Safe)?;
        self.index_to(&nothing, &files, &Default::default())?;
        progress.done = files.len();
        caller.progress(&progress);
        Ok(files.keys().filter(|path| self.filter(path).is_some()).cloned().collect())
    }

    /// Brings what another repository has; nothing that is checked out changes.
    pub fn fetch(&self, remote: &str, caller: &mut dyn Caller, stop: &Stop) -> Result<Vec<Moved>, Error> {
        let address = self.address(remote, |remote| Some(remote.url_bytes().to_vec()))?;
        let most = caller.most_bytes();
        let (path, name) = (self.place(), remote.to_owned());
        converse(&address, caller, stop, {
            let address = address.clone();
            move |line| fetch(&path, &name, &address, most, line)
        })
    }

    /// Brings the branch that is checked out to the branch it goes with. With a remote's name it goes to the branch of the same name there,
    /// and they go together from then on. Returns what the server says to people.
    pub fn push(&self, to: Option<&str>, caller: &mut dyn Caller, stop: &Stop) -> Result<String, Error> {
        self.recover()?;
        let branch = match self.state_head()? {
            Head::Branch(branch) => branch,
            Head::Unborn(_) => return Err(Error::refused("there is no commit here yet", "commit first")),
            Head::Detached(_) => return Err(on_no_branch()),
        };
        let (remote, there) = match to {
            Some(remote) => (remote.to_owned(), format!("refs/heads/{branch}")),
            None => self.goes_with()?,
        };
        let address = self
            .address(&remote, |remote| Some(remote.pushurl_bytes().unwrap_or(remote.url_bytes()).to_vec()))?;
        let path = self.place();
        let spec = format!("refs/heads/{branch}:{there}");
        let said = converse(&address, caller, stop, {
            let (address, remote) = (address.clone(), remote.clone());
            move |line| push(&path, &remote, &spec, &address, line)
        })?;
        if to.is_some() {
            let mut config = self.git.config()?.open_level(git2::ConfigLevel::Local)?;
            config.set_str(&format!("branch.{branch}.remote"), &remote)?;
            config.set_str(&format!("branch.{branch}.merge"), &there)?;
        }
        Ok(said)
    }

    /// Where another thread opens it.
    fn place(&self) -> PathBuf {
        self.git.workdir().unwrap_or(self.git.path()).to_owned()
    }

    fn address(
        &self,
        name: &str,
        url: impl FnOnce(&git2::Remote) -> Option<Vec<u8>>,
    ) -> Result<Address, Error> {
        let remote = self.git.find_remote(name).map_err(|error| match error.code() {
            git2::ErrorCode::NotFound | git2::ErrorCode::InvalidSpec => Error::remote(
                Fault::NoUpstream,
                format!("no other repository is known as `{name}`"),
                "name its address first",
            ),
            _ => error.into(),
        })?;
        Address::parse(&String::from_utf8_lossy(&url(&remote).unwrap_or_default()))
    }
}

/// Talks, once more if a new server came to be trusted, and puts what went wrong into words.
fn converse<T: Send + 'static>(
    address: &Address,
    caller: &mut dyn Caller,
    stop: &Stop,
    job: impl Fn(&Line) -> Result<T, git2::Error> + Clone + Send + 'static,
) -> Result<T, Error> {
    let mut asked = false;
    loop {
        caller.progress(&Progress { phase: Phase::Connecting, done: 0, total: None, bytes: 0 });
        let job = job.clone();
        let (ended, noted) = talk(caller, stop, move |line| job(line));
        let noted: MutexGuard<Noted> = noted.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let error = match ended {
            Ended::Stopped => return Err(fault::stopped()),
            Ended::Silent => return Err(fault::silent(address)),
            Ended::With(Ok(result)) => return Ok(result),
            Ended::With(Err(_)) if noted.too_large => return Err(fault::too_large(caller.most_bytes())),
            Ended::With(Err(error)) => match noted.turned_down.first() {
                Some((branch, reason)) => {
                    let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
                    fault::turned_down(branch, reason, &noted.said)
                }
                None => fault::explain(&error, &noted, address),
            },
        };
        match (&error, &noted.host_key) {
            (Error::Remote { fault: Fault::UnknownHost(shown), .. }, Some(key))
                if !asked && caller.trust(shown) =>
            {
                asked = true;
                hosts::remember(address, key)?;
            }
            _ => return Err(error),
        }
    }
}

fn callbacks<'a>(address: &Address, most: u64, line: &Line) -> RemoteCallbacks<'a> {
    let mut callbacks = RemoteCallbacks::new();
    let mut attempts = Attempts::new(address.clone(), line.clone());
    callbacks.credentials(move |url, user, allowed| attempts.next(url, user, allowed));
    callbacks.certificate_check({
        let line = line.clone();
        move |cert, _| {
            line.noted().host_key = cert.as_hostkey().and_then(hosts::Key::of);
            // What the system's certificates and `known_hosts` say is what counts.
            Ok(CertificateCheckStatus::CertificatePassthrough)
        }
    });
    callbacks.sideband_progress({
        let line = line.clone();
        move |words| {
            let mut noted = line.noted();
            // Enough for people; a server may talk without end.
            if noted.said.len() < 4000 {
                noted.said.push_str(&String::from_utf8_lossy(words));
            }
            drop(noted);
            line.progress(Progress { phase: Phase::Preparing, done: 0, total: None, bytes: 0 })
        }
    });
    callbacks.transfer_progress({
        let line = line.clone();
        move |stats| {
            let bytes = stats.received_bytes() as u64;
            if bytes > most {
                line.noted().too_large = true;
                return false;
            }
            let (received, total) = (stats.received_objects(), stats.total_objects());
            let progress = if received < total || stats.total_deltas() == 0 {
                Progress { phase: Phase::Receiving, done: received, total: Some(total), bytes }
            } else {
                let (done, total) = (stats.indexed_deltas(), Some(stats.total_deltas()));
                Progress { phase: Phase::Unpacking, done, total, bytes }
            };
            line.progress(progress)
        }
    });
    callbacks
}

fn proxy<'a>() -> ProxyOptions<'a> {
    let mut proxy = ProxyOptions::new();
    proxy.auto();
    proxy
}

/// Not into submodules, not after a redirect to another host (libgit2 would take the login along), no depth.
fn options<'a>(address: &Address, most: u64, line: &Line) -> FetchOptions<'a> {
    let mut options = FetchOptions::new();
    options.remote_callbacks(callbacks(address, most, line));
    options.follow_redirects(RemoteRedirect::None).proxy_options(proxy());
    options
}

fn stopped() -> git2::Error {
    git2::Error::new(git2::ErrorCode::User, git2::ErrorClass::Callback, "stopped")
}

fn first_fetch(folder: &Path, address: &Address, most: u64, line: &Line) -> Result<(), git2::Error> {
    // A second try finds what the first left.
    let _ = fs::remove_dir_all(folder);
    let mut init = git2::RepositoryInitOptions::new();
    init.external_template(false).initial_head("main").mkpath(true);
    let git = Repository::init_opts(folder, &init)?;
    let mut remote = git.remote("origin", &address.text)?;
    remote.download(&[] as &[&str], Some(&mut options(address, most, line)))?;
    let default = remote.default_branch().ok().and_then(|name| name.as_str().ok().map(str::to_owned));
    if !line.wanted() {
        return Err(stopped());
    }
    remote.update_tips(None, RemoteUpdateFlags::UPDATE_FETCHHEAD, AutotagOption::Auto, Some("clone"))?;
    let _ = remote.disconnect();
    let Some(branch) = default.as_deref().and_then(|name| name.strip_prefix("refs/heads/")) else {
        return Ok(());
    };
    let mut config = git.config()?;
    config.set_str(&format!("branch.{branch}.remote"), "origin")?;
    config.set_str(&format!("branch.{branch}.merge"), &format!("refs/heads/{branch}"))?;
    git.set_head(&format!("refs/heads/{branch}"))?;
    let tip = git.refname_to_id(&format!("refs/remotes/origin/{branch}"))?;
    git.reference(&format!("refs/heads/{branch}"), tip, true, &format!("clone: from {}", address.text))?;
    let head = format!("refs/remotes/origin/{branch}");
    git.reference_symbolic("refs/remotes/origin/HEAD", &head, true, "clone")?;
    Ok(())
}

fn fetch(
    git: &Path,
    name: &str,
    address: &Address,
    most: u64,
    line: &Line,
) -> Result<Vec<Moved>, git2::Error> {
    let git = Repository::open(git)?;
    let mut remote = git.find_remote(name)?;
    remote.download(&[] as &[&str], Some(&mut options(address, most, line)))?;
    // Up to here only objects came in that nothing names yet.
    if !line.finish() {
        return Err(stopped());
    }
    let mut moved = Vec::new();
    let mut callbacks = RemoteCallbacks::new();
    callbacks.update_tips(|name, before, now| {
        let id = |id: git2::Oid| (!id.is_zero()).then(|| id.to_string());
        moved.push(Moved { name: name.to_owned(), before: id(before), now: id(now) });
        true
    });
    let flags = RemoteUpdateFlags::UPDATE_FETCHHEAD;
    remote.update_tips(Some(&mut callbacks), flags, AutotagOption::Unspecified, Some("fetch"))?;
    drop(callbacks);
    let _ = remote.disconnect();
    Ok(moved)
}

/// What a stopped upload unwinds with: of libgit2's callbacks while it sends, none can say stop otherwise.
struct Unwound;

fn push(git: &Path, name: &str, spec: &str, address: &Address, line: &Line) -> Result<String, git2::Error> {
    let git = Repository::open(git)?;
    let mut remote = git.find_remote(name)?;
    let mut callbacks = callbacks(address, u64::MAX, line);
    callbacks.push_update_reference({
        let line = line.clone();
        move |name, reason| {
            if let Some(reason) = reason {
                line.noted().turned_down.push((name.to_owned(), reason.to_owned()));
            }
            Ok(())
        }
    });
    callbacks.push_negotiation({
        let line = line.clone();
        move |_| if line.wanted() { Ok(()) } else { Err(stopped()) }
    });
    let on = |phase: Phase| {
        let line = line.clone();
        move |done: usize, total: usize, bytes: u64| {
            let total = Some(total).filter(|total| *total > 0);
            if !line.progress(Progress { phase, done, total, bytes }) {
                std::panic::resume_unwind(Box::new(Unwound));
            }
        }
    };
    let (preparing, sending) = (on(Phase::Preparing), on(Phase::Sending));
    callbacks.pack_progress(move |_, done, total| preparing(done, total, 0));
    callbacks.push_transfer_progress(move |done, total, bytes| sending(done, total, bytes as u64));
    let mut options = PushOptions::new();
    options.remote_callbacks(callbacks);
    options.follow_redirects(RemoteRedirect::None).proxy_options(proxy());
    remote.push(&[spec], Some(&mut options))?;
    let noted = line.noted();
    match noted.turned_down.is_empty() {
        true => Ok(noted.said.trim().to_owned()),
        false => Err(git2::Error::from_str("turned down")),
    }
}

/// The folder that a clone grows in, next to where it will be. It goes when nobody holds it any more.
struct Scaffold(PathBuf);

impl Scaffold {
    fn beside(to: &Path) -> Result<Scaffold, Error> {
        let taken = match fs::read_dir(to) {
            Ok(mut inside) => inside.next().is_some(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(_) => true,
        };
        if taken {
            return Err(Error::refused(
                format!("there is something at {} already", to.display()),
                "name a new or an empty folder",
            ));
        }
        let (Some(folder), Some(name)) = (to.parent(), to.file_name()) else {
            return Err(Error::refused(
                format!("{} is no place for a bot", to.display()),
                "name a new folder",
            ));
        };
        fs::create_dir_all(folder).map_err(|error| disk(folder, "made", error))?;
        let mut number = 0u32;
        loop {
            let name = format!(".{}.cloning-{}-{number}", name.to_string_lossy(), std::process::id());
            let path = folder.join(name);
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Scaffold(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(disk(&path, "made", error)),
            }
        }
    }

    /// At once, though a thread that was left behind may still hold it.
    fn clear(&self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Scaffold {
    fn drop(&mut self) {
        self.clear();
    }
}

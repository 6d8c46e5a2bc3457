//! Who we are, for a server that asks. In this order: what stands in the address, the ssh agent and the usual key files, or git's
//! credential helpers, and then whoever called.

use std::fs;
use std::path::PathBuf;

use git2::{Config, Cred, CredentialHelper, CredentialType, ErrorClass, ErrorCode};

use super::address::Address;
use super::talk::Line;
use super::{Caller, Login, Wanted};

/// A server lets people try about this often.
const MOST_TRIES: usize = 3;

/// One talk's attempts.
pub(super) struct Attempts {
    address: Address,
    line: Line,
    agent: bool,
    keys: Vec<PathBuf>,
    from_address: bool,
    asked: usize,
}

impl Attempts {
    pub fn new(address: Address, line: Line) -> Attempts {
        let keys = if address.secure_shell() { usual_keys() } else { Vec::new() };
        Attempts { address, line, agent: true, keys, from_address: true, asked: 0 }
    }

    pub fn next(
        &mut self,
        url: &str,
        user: Option<&str>,
        allowed: CredentialType,
    ) -> Result<Cred, git2::Error> {
        let user = user.or(self.address.user.as_deref()).unwrap_or("git").to_owned();
        if allowed.contains(CredentialType::USERNAME) {
            return Cred::username(&user);
        }
        self.line.noted().wanted += 1;
        // After a redirect this names the place that now asks; what is meant for one host is told to no other.
        if let Ok(now) = Address::parse(url)
            && (&now.host, now.port) != (&self.address.host, self.address.port)
        {
            self.line.noted().elsewhere = Some(now.host);
            return Err(nobody());
        }
        if allowed.contains(CredentialType::SSH_KEY) {
            if std::mem::take(&mut self.agent) && has_agent() {
                self.line.noted().tried = true;
                return Cred::ssh_key_from_agent(&user);
            }
            while let Some(path) = self.keys.pop() {
                let Some(locked) = is_locked(&path) else { continue };
                let mut passphrase = None;
                if locked {
                    let wanted = Wanted::Passphrase { key: path.clone() };
                    let Some(Login::Passphrase(word)) = self.line.login(wanted) else { continue };
                    passphrase = Some(word);
                    self.line.noted().unlocked = Some(path.clone());
                }
                self.line.noted().tried = true;
                return Cred::ssh_key(&user, None, &path, passphrase.as_deref());
            }
        }
        let plain = allowed.contains(CredentialType::USER_PASS_PLAINTEXT);
        if let Some(password) = self.address.password.as_deref().filter(|_| plain && self.from_address) {
            self.from_address = false;
            self.line.noted().tried = true;
            return Cred::userpass_plaintext(&user, password);
        }
        while self.asked <= MOST_TRIES {
            let wanted = Wanted::Login {
                url: self.address.text.clone(),
                host: self.address.host.clone(),
                user: self.address.user.clone(),
                try_number: self.asked,
                password: plain,
                key: allowed.contains(CredentialType::SSH_KEY),
            };
            self.asked += 1;
            let login = match self.line.login(wanted) {
                // The first time it is the helper that has nothing.
                None if self.asked == 1 => continue,
                None => break,
                Some(login) => login,
            };
            self.line.noted().tried = true;
            return match login {
                Login::Password { user, password } => Cred::userpass_plaintext(&user, &password),
                Login::Key { user, key, passphrase } => {
                    Cred::ssh_key_from_memory(&user, None, &key, passphrase.as_deref())
                }
                Login::Passphrase(_) => break,
            };
        }
        self.line.noted().nobody = true;
        Err(nobody())
    }
}

fn nobody() -> git2::Error {
    git2::Error::new(ErrorCode::Auth, ErrorClass::Callback, "there is no login to offer")
}

/// Asked on the caller's side, where windows may open and people may think.
pub(super) fn offered(caller: &mut dyn Caller, wanted: &Wanted) -> Option<Login> {
    match wanted {
        Wanted::Login { try_number: 0, password, url, user, .. } => {
            password.then(|| helper(url, user.as_deref())).flatten()
        }
        _ => caller.login(wanted),
    }
}

/// What git's credential helpers know. Only those that the person set up for all repositories: one that a repository's own configuration
/// names would be a program that whoever sent the folder wants started.
fn helper(url: &str, user: Option<&str>) -> Option<Login> {
    let config = Config::open_default().ok()?;
    let (user, password) = CredentialHelper::new(url).config(&config).username(user).execute()?;
    Some(Login::Password { user, password })
}

fn has_agent() -> bool {
    cfg!(windows) || std::env::var_os("SSH_AUTH_SOCK").is_some_and(|path| !path.is_empty())
}

/// The best last.
fn usual_keys() -> Vec<PathBuf> {
    let Some(folder) = std::env::home_dir().map(|home| home.join(".ssh")) else { return Vec::new() };
    let keys = ["id_rsa", "id_ecdsa", "id_ed25519"].map(|name| folder.join(name));
    keys.into_iter().filter(|path| path.is_file()).collect()
}

/// Whether a key file needs a passphrase; nothing for what is no key.
fn is_locked(path: &std::path::Path) -> Option<bool> {
    let text = fs::read_to_string(path).ok()?;
    let start = text.trim_start();
    if start.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") {
        // `openssh-key-v1`, then the cipher `none`, as base64.
        return Some(!text.contains("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"));
    }
    start.starts_with("-----BEGIN ").then(|| text.contains("ENCRYPTED"))
}

//! Why a verb did not do what it was asked: one plain line, what to do about it where that is known, and how the program ends.

use bundle::BundleError;
use remote::RemoteError;
use remote::wire::Code;
use runner::host::HostError;
use server::cloud::CloudError;
use store::StoreError;
use studio::AssetsError;
use studio::publishing::PublishError;
use studio::runners::LoginError;
use vault::VaultError;

use super::sources::Unfit;
use crate::End;
use crate::out::Out;

#[derive(Debug)]
pub struct Refused {
    pub end: End,
    pub message: String,
    pub hint: Option<String>,
}

impl Refused {
    pub fn bad_use(message: impl Into<String>, hint: &str) -> Refused {
        Refused { end: End::BadUse, message: message.into(), hint: Some(hint.into()) }
    }

    pub fn failed(message: impl Into<String>) -> Refused {
        Refused { end: End::Failed, message: message.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Refused {
        self.hint = Some(hint.into());
        self
    }

    pub fn say(self, json: bool, out: &mut Out) -> End {
        if json {
            out.json(&serde_json::json!({ "error": { "message": self.message, "hint": self.hint } }));
        } else {
            out.error(self.message, self.hint.as_deref());
        }
        self.end
    }
}

impl From<Unfit> for Refused {
    fn from(error: Unfit) -> Refused {
        let end = if matches!(error, Unfit::Disk(..)) { End::Failed } else { End::BadUse };
        let hint = matches!(error, Unfit::NoBot(_) | Unfit::Nothing(_)).then(|| "name a bot's folder".into());
        Refused { end, message: error.to_string(), hint }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Refused {
        Refused::failed(error.to_string())
    }
}

impl From<VaultError> for Refused {
    fn from(error: VaultError) -> Refused {
        let end = if error.is_refusal() { End::BadUse } else { End::Failed };
        Refused { end, message: error.to_string(), hint: error.hint().map(String::from) }
    }
}

impl From<BundleError> for Refused {
    fn from(error: BundleError) -> Refused {
        Refused { end: End::BadUse, message: error.to_string(), hint: None }
    }
}

impl From<RemoteError> for Refused {
    fn from(error: RemoteError) -> Refused {
        let message = error.to_string();
        match error {
            RemoteError::BadAddress(_) => Refused { end: End::BadUse, message, hint: None },
            RemoteError::Network { .. } | RemoteError::NotARunner { .. } => Refused::failed(message),
            RemoteError::Refused(refusal) => {
                let end = if refusal.code == Code::Failed { End::Failed } else { End::BadUse };
                Refused { end, message, hint: refusal.hint }
            }
        }
    }
}

impl From<PublishError> for Refused {
    fn from(error: PublishError) -> Refused {
        let message = error.to_string();
        match error {
            PublishError::Host(error) => error.into(),
            PublishError::Bundle(error) => error.into(),
            PublishError::Remote(error) => error.into(),
            PublishError::Vault(error) => error.into(),
            PublishError::Assets(AssetsError::TooLarge) => {
                Refused::bad_use(message, "send large files by their address")
            }
            PublishError::Assets(AssetsError::Unreadable { .. } | AssetsError::Unwritable { .. })
            | PublishError::DamagedKey
            | PublishError::NoRandomness => Refused::failed(message),
        }
    }
}

impl From<LoginError> for Refused {
    fn from(error: LoginError) -> Refused {
        match error {
            LoginError::Remote(error) => error.into(),
            LoginError::Vault(error) => error.into(),
        }
    }
}

impl From<HostError> for Refused {
    fn from(error: HostError) -> Refused {
        let message = error.to_string();
        let refused = |end, hint: &str| Refused { end, message: message.clone(), hint: Some(hint.into()) };
        match &error {
            HostError::Broken(_) => refused(End::Findings, "`nexus check` says what and where"),
            HostError::NoToken { secret, .. } => {
                refused(End::BadUse, &format!("set it with `nexus secret set BOT {secret}`"))
            }
            HostError::Vault(_) => Refused::failed(message),
            HostError::Channel(channels::ChannelError::Unauthorized(_)) => {
                refused(End::BadUse, "set it anew with `nexus secret set`")
            }
            HostError::Channel(error) if error.is_taken() => {
                refused(End::Failed, "stop the other one; `--take-over` takes a webhook away")
            }
            HostError::Channel(_) => Refused::failed(message),
            HostError::Store(_) => Refused::failed(message),
        }
    }
}

impl From<CloudError> for Refused {
    fn from(error: CloudError) -> Refused {
        match error {
            CloudError::Host(error) => error.into(),
            error => Refused::failed(error.to_string()),
        }
    }
}

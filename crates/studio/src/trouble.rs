//! What other crates say no with, as windows hear it: a code, a sentence, what to do.

use bundle::BundleError;
use channels::ChannelError;
use flow::Problem;
use remote::RemoteError;
use remote::wire::Code as Theirs;
use runner::host::{BadAddress, HostError};
use store::StoreError;
use vault::VaultError;

use crate::assets::AssetsError;
use crate::error::{Code, Error, sentence};
use crate::publishing::PublishError;
use crate::runners::LoginError;

fn said(code: Code, error: &impl ToString) -> Error {
    Error::new(code, sentence(&error.to_string()))
}

impl From<HostError> for Error {
    fn from(error: HostError) -> Error {
        match error {
            HostError::Broken(problems) => broken(&problems),
            HostError::NoToken { network, .. } => Error::new(
                Code::Unauthorized,
                format!("The bot is on {network}, and its token is not here yet."),
            )
            .hint("Paste the token, and run the bot again."),
            HostError::Vault(why) => Error::new(Code::Disk, sentence(&why)),
            HostError::Channel(error) => error.into(),
            HostError::Store(error) => error.into(),
        }
    }
}

fn broken(problems: &[Problem]) -> Error {
    let count = match problems.len() {
        1 => "a mistake that keeps it from running".into(),
        count => format!("{count} mistakes that keep it from running"),
    };
    let first = problems.first().map(|first| sentence(&first.message)).unwrap_or_default();
    Error::new(Code::Refused, format!("The bot has {count}. {first}"))
        .hint("The problems panel shows where, and what to do.")
}

impl From<ChannelError> for Error {
    fn from(error: ChannelError) -> Error {
        let hint = match &error {
            ChannelError::Unauthorized(_) => "Paste the token anew.",
            ChannelError::Webhook => "Take the webhook away, and the messages come here.",
            ChannelError::Conflict(_) => "Stop the bot where it runs now, then run it here.",
            ChannelError::Network { .. } => "Look whether this computer is online, and try again.",
            ChannelError::RateLimited { .. } | ChannelError::Unavailable { .. } => "Try again in a moment.",
            ChannelError::Refused { .. } | ChannelError::Invalid { .. } => {
                "Try again; if it stays so, look at the bot there."
            }
        };
        let code = match &error {
            ChannelError::Unauthorized(_) => Code::Unauthorized,
            ChannelError::Webhook => Code::Webhook,
            ChannelError::Conflict(_) => Code::Busy,
            ChannelError::Refused { .. } | ChannelError::Invalid { .. } => Code::Refused,
            _ => Code::Network,
        };
        let error = match error {
            ChannelError::Webhook => {
                "Telegram sends this bot's messages to another server (a webhook).".into()
            }
            other => other.to_string(),
        };
        said(code, &error).hint(hint)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        match error {
            StoreError::Locked(_) => {
                Error::new(Code::Busy, "This bot runs already, in another program on this computer.").hint(
                    "Stop it there (in another window, or `nexus run` in a terminal), then run it here.",
                )
            }
            error => said(Code::Disk, &error),
        }
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Error {
        let code = if error.is_refusal() { Code::Refused } else { Code::Disk };
        let said = said(code, &error);
        match error.hint() {
            Some(hint) => said.hint(sentence(hint)),
            None => said,
        }
    }
}

impl From<RemoteError> for Error {
    fn from(error: RemoteError) -> Error {
        match error {
            RemoteError::BadAddress(_) => said(Code::BadRequest, &error),
            RemoteError::Network { .. } => {
                said(Code::Network, &error).hint("Look at the address, and whether the runner is up.")
            }
            RemoteError::NotARunner { .. } => said(Code::Network, &error)
                .hint("Look at the address: a runner is started with `nexus serve`."),
            RemoteError::Refused(refusal) => {
                let code = match refusal.code {
                    Theirs::Unauthorized => Code::Unauthorized,
                    Theirs::NotFound => Code::NotFound,
                    Theirs::Failed => Code::Network,
                    Theirs::Bad | Theirs::Forbidden | Theirs::TooLarge | Theirs::Conflict => Code::Refused,
                };
                let said = Error::new(code, sentence(&refusal.message));
                refusal.hint.into_iter().fold(said, |said, hint| said.hint(sentence(&hint)))
            }
        }
    }
}

impl From<BundleError> for Error {
    fn from(error: BundleError) -> Error {
        said(Code::Refused, &error)
    }
}

impl From<AssetsError> for Error {
    fn from(error: AssetsError) -> Error {
        match error {
            AssetsError::TooLarge => said(Code::Refused, &error).hint("Send large files by their address."),
            AssetsError::Unreadable { .. } | AssetsError::Unwritable { .. } => said(Code::Disk, &error),
        }
    }
}

impl From<PublishError> for Error {
    fn from(error: PublishError) -> Error {
        match error {
            PublishError::Host(error) => error.into(),
            PublishError::Assets(error) => error.into(),
            PublishError::Bundle(error) => error.into(),
            PublishError::Remote(error) => error.into(),
            PublishError::Vault(error) => error.into(),
            PublishError::DamagedKey | PublishError::NoRandomness => said(Code::Disk, &error),
        }
    }
}

impl From<LoginError> for Error {
    fn from(error: LoginError) -> Error {
        match error {
            LoginError::Remote(error) => error.into(),
            LoginError::Vault(error) => error.into(),
        }
    }
}

impl From<BadAddress> for Error {
    fn from(error: BadAddress) -> Error {
        said(Code::Refused, &error).hint("Write it as https://api.example.com.")
    }
}

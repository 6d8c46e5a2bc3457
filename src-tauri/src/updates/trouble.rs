//! What the updater's errors mean for a person.

use std::error::Error as _;

use studio::updates::{Failed, Trouble};
use tauri_plugin_updater::Error;

pub fn of_look(error: Error) -> Failed {
    let trouble = match &error {
        Error::Reqwest(request) if !request.is_decode() => Trouble::Unreachable,
        Error::TargetNotFound(_) | Error::TargetsNotFound(_) => Trouble::NotForHere,
        Error::UnsupportedArch | Error::UnsupportedOs => Trouble::NotForHere,
        _ => Trouble::Unreadable,
    };
    said(trouble, error)
}

pub fn of_install(error: Error) -> Failed {
    let trouble = match &error {
        Error::Reqwest(request) if request.is_connect() => Trouble::Unreachable,
        Error::Reqwest(_) | Error::Network(_) => Trouble::BrokenDownload,
        Error::Minisign(_) | Error::Base64(_) | Error::SignatureUtf8(_) => Trouble::WrongSignature,
        Error::SignedVersionMismatch { .. } | Error::MissingSignedVersion => Trouble::OtherVersion,
        _ => Trouble::NotInstalled,
    };
    said(trouble, error)
}

pub fn nothing_found() -> Failed {
    Failed { trouble: Trouble::NotInstalled, detail: "Nothing was found before.".into() }
}

pub fn not_ours_to_replace() -> Failed {
    Failed { trouble: Trouble::NotInstalled, detail: "This program was built from source.".into() }
}

/// With the causes, which hold what helps to find it.
fn said(trouble: Trouble, error: Error) -> Failed {
    let mut detail = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let more = deeper.to_string();
        if !detail.contains(&more) {
            detail.push_str(": ");
            detail.push_str(&more);
        }
        cause = deeper.source();
    }
    Failed { trouble, detail }
}

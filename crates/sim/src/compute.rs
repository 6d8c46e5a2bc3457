//! Scripts and jq: what only a sandbox bounds.

use engine::{Done, Effect, EffectError, ErrorKind};

/// What a script or jq program gives; nothing for other effects.
pub fn computed(effect: &Effect) -> Option<Result<Done, EffectError>> {
    match effect {
        Effect::Jq { .. } | Effect::Script { .. } => Some(Err(EffectError::new(
            ErrorKind::Unavailable,
            "This build cannot run scripts and jq; answer them by a rule of `mocks`.",
        ))),
        _ => None,
    }
}

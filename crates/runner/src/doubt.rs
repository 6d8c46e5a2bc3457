//! What may be done a second time when nobody knows whether it was done.

use engine::{Effect, EffectError, ErrorKind};

/// Doing it twice comes to the same as doing it once.
pub fn is_repeatable(effect: &Effect) -> bool {
    match effect {
        Effect::Edit(_)
        | Effect::Delete { .. }
        | Effect::React { .. }
        | Effect::Typing
        | Effect::Confirm { .. }
        | Effect::AnswerInline { .. }
        | Effect::UserInfo { .. }
        | Effect::Role { .. }
        | Effect::Ban { .. }
        | Effect::Emit { .. }
        | Effect::Log { .. }
        | Effect::Sign(_)
        | Effect::Jq { .. }
        | Effect::Script { .. }
        | Effect::Prompt(_)
        | Effect::Keep(_)
        // Its caller is gone with the process: a second answer finds nobody.
        | Effect::Reply { .. } => true,
        Effect::Http(http) => matches!(http.method.as_str(), "GET" | "HEAD" | "OPTIONS"),
        Effect::Send(_)
        | Effect::Poll(_)
        | Effect::Form(_)
        | Effect::Kick { .. }
        | Effect::HandOver { .. }
        | Effect::Query(_)
        | Effect::Email(_) => false,
    }
}

/// What a run is told of an effect that somebody had begun when everything stopped.
pub fn in_doubt() -> EffectError {
    EffectError::new(
        ErrorKind::InDoubt,
        "The runner stopped while this was being done; it may have been done or not.",
    )
}

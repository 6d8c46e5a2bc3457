//! How often a bot may do something, and until when.

use super::Platform;

/// So many sends in so long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub per: Per,
    pub count: u32,
    pub millis: i64,
}

/// Whom a rate is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Each chat or channel.
    Chat,
    /// Each chat of several people.
    Group,
    Bot,
}

/// Rules of thumb for pacing: neither platform promises them, and what counts is the wait that a refusal names.
pub fn rates(platform: Platform) -> &'static [Rate] {
    const SECOND: i64 = 1_000;
    match platform {
        // Bots FAQ, "My bot is hitting limits": short bursts over the first one are let through.
        Platform::Telegram => &[
            Rate { per: Per::Chat, count: 1, millis: SECOND },
            Rate { per: Per::Group, count: 20, millis: 60 * SECOND },
            Rate { per: Per::Bot, count: 30, millis: SECOND },
        ],
        // Rate Limits: 50 for everything; the one of a channel is told in headers, and is five in five seconds as a rule.
        Platform::Discord => &[
            Rate { per: Per::Chat, count: 5, millis: 5 * SECOND },
            Rate { per: Per::Bot, count: 50, millis: SECOND },
        ],
    }
}

/// What can be done only for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Deleting a message.
    Delete,
    /// Deleting many at once.
    DeleteMany,
    /// Editing the bot's own message.
    Edit,
    /// The first answer to a pressed button or a command.
    Answer,
    /// What follows on that answer.
    FollowUp,
}

/// How long after a message or an event it can be done, in milliseconds; nothing where there is no end.
pub fn window(window: Window, platform: Platform) -> Option<i64> {
    const HOUR: i64 = 3_600_000;
    match (platform, window) {
        // deleteMessage, deleteMessages.
        (Platform::Telegram, Window::Delete | Window::DeleteMany) => Some(48 * HOUR),
        // Bulk Delete Messages: two weeks.
        (Platform::Discord, Window::DeleteMany) => Some(14 * 24 * HOUR),
        // Receiving and Responding: three seconds, then the token is valid for 15 minutes.
        (Platform::Discord, Window::Answer) => Some(3_000),
        (Platform::Discord, Window::FollowUp) => Some(15 * 60_000),
        _ => None,
    }
}

//! One file per verb.

pub mod check;
pub mod fmt;
mod sources;
pub mod studio;

use self::sources::Unfit;
use crate::End;
use crate::out::Out;

/// A path that cannot be worked with, said to people or programs.
fn unfit(error: &Unfit, json: bool, out: &mut Out) -> End {
    let hint = match error {
        Unfit::NoBot(_) => Some("name a bot's folder, or one that holds bots"),
        _ => None,
    };
    if json {
        out.json(&serde_json::json!({ "error": { "message": error.to_string(), "hint": hint } }));
    } else {
        out.error(error, hint);
    }
    if matches!(error, Unfit::Disk(..)) { End::Failed } else { End::BadUse }
}

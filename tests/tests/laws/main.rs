//! The laws of the document, as property tests. `PROPTEST_CASES` says how many cases each law gets.

mod acts;
mod bytes;
mod changes;
mod checks;
mod expressions;
mod generators;
mod limits;
mod text;
mod wire;

use flow::Bot;
use proptest::test_runner::TestCaseError;
use tests::folder;

/// What a save of the bot would write, as one text.
pub fn printed(bot: &Bot) -> String {
    let mut out = String::new();
    for (path, bytes) in folder::files(bot) {
        out.push_str(&format!("=== {path}\n{}", String::from_utf8_lossy(&bytes)));
    }
    out
}

/// The texts of a bot say what the bot says.
pub fn saves_well(bot: &Bot) -> Result<(), TestCaseError> {
    let (again, problems) = folder::open(&folder::files(bot));
    if !problems.is_empty() {
        let first = &problems[0];
        return Err(TestCaseError::fail(format!(
            "what was printed is not read back: {} {:?}\n{}",
            first.message,
            first.at,
            printed(bot)
        )));
    }
    if again != *bot {
        return Err(TestCaseError::fail(format!("what was printed reads differently:\n{}", printed(bot))));
    }
    Ok(())
}

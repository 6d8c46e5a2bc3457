//! The example bots open, check without a word, and print as they stand.

use flow::check::check;
use tests::folder;

#[test]
fn every_example_opens_checks_and_prints_unchanged() {
    for (name, files) in folder::examples() {
        let (bot, unread) = folder::open(&files);
        assert!(unread.is_empty(), "{name} does not read cleanly: {unread:#?}");
        let problems = check(&bot, &engine::kinds());
        assert!(problems.is_empty(), "{name} has problems: {problems:#?}");
        for (path, printed) in folder::files(&bot) {
            let (printed, stands) = (String::from_utf8_lossy(&printed), &files[&path]);
            assert_eq!(printed, String::from_utf8_lossy(stands), "{name}/{path} is not in canonical form");
        }
        assert_eq!(bot.manifest.id(), name, "an example's folder is named after its bot");
    }
}

//! The page about tests says only what is so.

use std::fs;

use crate::bots::{folder, top};

#[test]
fn the_examples_of_the_page_pass() {
    let page = fs::read_to_string(top().join("docs/tests.md")).expect("the page");
    let mut count = 0;
    for block in page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let bot =
            block.lines().next().and_then(|line| line.strip_prefix("# of ")).expect("of which bot it is");
        let stage = folder(&top().join(bot));
        let (suite, wrongs) = sim::cases::read(block, &|_| None);
        assert!(wrongs.is_empty(), "{block}\n{wrongs:#?}");
        for case in &suite.cases {
            let failure = sim::cases::run(&stage, case).failure;
            let words: Vec<String> =
                failure.iter().flat_map(|failure| failure.lines()).map(|(_, line)| line).collect();
            assert!(failure.is_none(), "{}:\n{}", case.title, words.join("\n"));
            count += 1;
        }
    }
    assert!(count >= 5);
}

#[test]
fn every_effect_and_failure_has_a_word_on_the_page() {
    let page = fs::read_to_string(top().join("docs/tests.md")).expect("the page");
    for kind in sim::mock::KINDS {
        assert!(page.contains(&format!("`{}`", kind.as_str())), "{}", kind.as_str());
    }
}

//! What has nothing to do with each other: done elsewhere, done again, done in either order.

use std::sync::Arc;

use flow::{Bot, FilePath, Node};
use merge::{Kind, merge, prepared};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use smol_str::SmolStr;
use tests::generate::cases;

use crate::facts::shares_ids;
use crate::{Case, kinds, printed, three};

proptest! {
    #![proptest_config(cases(4.0))]

    #[test]
    fn merging_again_changes_nothing(case in three()) {
        again(&case)?;
    }

    #[test]
    fn something_elsewhere_opens_and_settles_nothing(case in three()) {
        elsewhere(&case)?;
    }
}

/// Once both sides' renames are done everywhere.
pub fn again(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let [base, ours, theirs] = prepared(base, ours, theirs, &kinds());
    let merged = merge(&base, &ours, &theirs, &kinds());
    let shared = [&base, &ours, &theirs].into_iter().any(shares_ids);
    if merged.conflicts().is_empty() && !shared {
        for side in [&ours, &theirs] {
            let again = merge(&base, &merged.bot, side, &kinds());
            prop_assert_eq!(printed(&again.bot), printed(&merged.bot));
        }
    }
    Ok(())
}

/// A new node in flows that both sides have.
pub fn elsewhere(Case { base, ours, theirs }: &Case) -> Result<(), TestCaseError> {
    let mut more = theirs.clone();
    let node = Node { kind: "message.send".into(), v: 1, ..Node::default() };
    for (path, flow) in &mut more.flows {
        if ours.flow_by_id(&flow.id).is_some()
            && ours.flows.get(path).is_some_and(|known| known.id == flow.id)
        {
            flow.nodes.insert("elsewhere".into(), Arc::new(node.clone()));
        }
    }
    let before = places(&merge(base, ours, theirs, &kinds()).bot);
    let after = places(&merge(base, ours, &more, &kinds()).bot);
    prop_assert_eq!(before, after);
    Ok(())
}

/// Where something is open, but for what is wrong with the whole.
fn places(bot: &Bot) -> Vec<(FilePath, SmolStr, Kind)> {
    let open = merge::open(bot).into_iter().map(|(file, place, one)| (file, place, one.kind));
    open.filter(|(_, place, _)| !place.contains("valid.")).collect()
}

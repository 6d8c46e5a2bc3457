//! Merging orders. For each pair of elements one asks which comes first: where only one side changed the answer, its answer is taken,
//! so pairs never conflict. What can go wrong is that the answers go round in a circle, or that they do not say where two insertions
//! stand to each other.

use std::collections::BTreeSet;

/// The merged order, or why a person has to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged<T> {
    Clean(Vec<T>),
    /// The answers contradict each other, or both sides put something into the same gap; a standing order for the meantime.
    Open(Vec<T>),
}

/// Orders the elements that survive a merge. `strict`: order means something, so that what the sides do not say must be asked;
/// otherwise names decide.
pub fn merge<T: Ord + Clone>(
    base: &[T],
    ours: &[T],
    theirs: &[T],
    surviving: &BTreeSet<T>,
    strict: bool,
) -> Merged<T> {
    let keep = |list: &[T]| list.iter().filter(|one| surviving.contains(one)).cloned().collect::<Vec<T>>();
    let (base, ours, theirs) = (keep(base), keep(ours), keep(theirs));
    // What one side left alone needs no pairs.
    if base == ours && theirs.len() == surviving.len() {
        return Merged::Clean(theirs);
    }
    if base == theirs && ours.len() == surviving.len() {
        return Merged::Clean(ours);
    }
    if ours == theirs && ours.len() == surviving.len() {
        return Merged::Clean(ours);
    }
    let elements: Vec<&T> = surviving.iter().collect();
    let places = |list: &[T]| {
        elements.iter().map(|one| list.iter().position(|other| other == *one)).collect::<Vec<_>>()
    };
    let [base, ours, theirs] = [places(&base), places(&ours), places(&theirs)];
    let says = |places: &[Option<usize>], i: usize, j: usize| Some(places[i]? < places[j]?);
    let merged = |i: usize, j: usize| match (says(&base, i, j), says(&ours, i, j), says(&theirs, i, j)) {
        (Some(base), Some(ours), Some(theirs)) => Some(if ours == base { theirs } else { ours }),
        (None, Some(ours), Some(theirs)) if ours != theirs => None,
        (base, ours, theirs) => ours.or(theirs).or(base),
    };
    let (sorted, sure) = sort(&elements, strict, merged);
    // Both added it, and each has something to say about where: that is not for others to settle.
    let contradict = |i: usize, j: usize| {
        says(&base, i, j).is_none()
            && says(&ours, i, j).zip(says(&theirs, i, j)).is_some_and(|(ours, theirs)| ours != theirs)
    };
    let size = elements.len();
    let is_contradiction = strict && (0..size).any(|i| (i + 1..size).any(|j| contradict(i, j)));
    if sure && !is_contradiction {
        return Merged::Clean(sorted);
    }
    // In the meantime what was there before stands as before.
    let standing = sort(&elements, false, |i, j| says(&base, i, j).or_else(|| merged(i, j))).0;
    Merged::Open(standing)
}

/// A topological sort that takes the smallest name when several could come next; and whether the answers left no choice.
fn sort<T: Clone>(
    elements: &[&T],
    strict: bool,
    before: impl Fn(usize, usize) -> Option<bool>,
) -> (Vec<T>, bool) {
    let size = elements.len();
    let comes_before = |one: usize, other: usize| one != other && before(one, other) == Some(true);
    let mut waits_for: Vec<usize> =
        (0..size).map(|one| (0..size).filter(|&other| comes_before(other, one)).count()).collect();
    let mut left: Vec<usize> = (0..size).collect();
    let mut sorted = Vec::with_capacity(size);
    let mut sure = true;
    while !left.is_empty() {
        let mut free = left.iter().copied().filter(|&one| waits_for[one] == 0);
        let first = free.next();
        // In a circle nothing is free; it is broken at the smallest name.
        if first.is_none() || (strict && free.next().is_some()) {
            sure = false;
        }
        let next = first.or(left.first().copied()).unwrap_or_default();
        left.retain(|&one| one != next);
        for &other in left.iter().filter(|&&other| comes_before(next, other)) {
            waits_for[other] -= 1;
        }
        sorted.push(elements[next].clone());
    }
    (sorted, sure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, ours: &str, theirs: &str, expected: Result<&str, &str>) {
        let list = |text: &str| text.chars().collect::<Vec<char>>();
        let (base, ours, theirs) = (list(base), list(ours), list(theirs));
        let kept = |c: &char| {
            let (b, o, t) = (base.contains(c), ours.contains(c), theirs.contains(c));
            if b { o && t } else { o || t }
        };
        let surviving = base.iter().chain(&ours).chain(&theirs).copied().filter(kept).collect();
        let merged = merge(&base, &ours, &theirs, &surviving, true);
        let swapped = merge(&base, &theirs, &ours, &surviving, true);
        assert_eq!(merged, swapped, "the sides are equal before the law");
        match (merged, expected) {
            (Merged::Clean(got), Ok(expected)) => assert_eq!(got.into_iter().collect::<String>(), expected),
            (Merged::Open(got), Err(standing)) => assert_eq!(got.into_iter().collect::<String>(), standing),
            (got, expected) => panic!("{got:?} is not {expected:?}"),
        }
    }

    #[test]
    fn orders() {
        check("abc", "abc", "abc", Ok("abc"));
        check("abc", "bac", "abc", Ok("bac"));
        check("abc", "axbc", "abyc", Ok("axbyc"));
        check("abc", "axbc", "ac", Ok("axc"));
        check("abcd", "bcda", "dabc", Ok("dbca"));
        check("abc", "cab", "bca", Ok("cba"));
        check("", "a", "b", Err("ab"));
        check("ab", "axb", "ayb", Err("axyb"));
        check("abc", "axbc", "ayc", Err("axyc"));
        check("abc", "bac", "acb", Err("abc"));
        check("abc", "xabc", "abcx", Err("abcx"));
        check("dab", "daxb", "abdx", Err("dabx"));
    }
}

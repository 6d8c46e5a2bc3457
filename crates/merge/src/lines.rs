//! Merging texts line by line.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The merged text, or nothing where both sides changed the same or touching lines.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    if ours == theirs || base == theirs {
        return Some(ours.into());
    }
    if base == ours {
        return Some(theirs.into());
    }
    let (base, ours, theirs): (Vec<&str>, Vec<&str>, Vec<&str>) = (lines(base), lines(ours), lines(theirs));
    let (mut mine, mut yours) =
        (hunks(&base, &ours).into_iter().peekable(), hunks(&base, &theirs).into_iter().peekable());
    let mut merged: Vec<&str> = Vec::with_capacity(base.len().max(ours.len()));
    let mut at = 0;
    loop {
        let (hunk, new) = match (mine.peek(), yours.peek()) {
            (None, None) => break,
            (Some(a), Some(b)) if a.touches(b) => {
                // The same change on both sides is one change.
                if a.old != b.old || ours[a.new.clone()] != theirs[b.new.clone()] {
                    return None;
                }
                let hunk = mine.next()?;
                yours.next();
                let new = &ours[hunk.new.clone()];
                (hunk, new)
            }
            (Some(a), b) if b.is_none_or(|b| a.old.start <= b.old.start) => {
                let hunk = mine.next()?;
                let new = &ours[hunk.new.clone()];
                (hunk, new)
            }
            _ => {
                let hunk = yours.next()?;
                let new = &theirs[hunk.new.clone()];
                (hunk, new)
            }
        };
        merged.extend_from_slice(&base[at..hunk.old.start]);
        merged.extend_from_slice(new);
        at = hunk.old.end;
    }
    merged.extend_from_slice(&base[at..]);
    Some(merged.join("\n"))
}

fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

/// Lines of the base and what stands for them.
struct Hunk {
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
}

impl Hunk {
    /// Without an untouched line between them, nobody can say in which order two changes belong.
    fn touches(&self, other: &Hunk) -> bool {
        self.old.start <= other.old.end && other.old.start <= self.old.end
    }
}

fn hunks(old: &[&str], new: &[&str]) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (old, new) = (op.old_range(), op.new_range());
        match hunks.last_mut() {
            Some(last) if last.old.end == old.start && last.new.end == new.start => {
                last.old.end = old.end;
                last.new.end = new.end;
            }
            _ => hunks.push(Hunk { old, new }),
        }
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::merge;

    #[test]
    fn texts() {
        #[track_caller]
        fn check(base: &str, ours: &str, theirs: &str, expected: Option<&str>) {
            assert_eq!(merge(base, ours, theirs).as_deref(), expected);
            assert_eq!(merge(base, theirs, ours).as_deref(), expected);
        }
        check("a\nb\nc", "A\nb\nc", "a\nb\nC", Some("A\nb\nC"));
        check("a\nb\nc", "x\na\nb\nc", "a\nb\nc\ny", Some("x\na\nb\nc\ny"));
        check("a\nb\nc", "A\nb\nc", "A\nb\nC", Some("A\nb\nC"));
        check("a\nb\nc", "A\nb\nc", "B\nb\nc", None);
        check("a\nb", "A\nb", "a\nB", None);
        check("a\nb\nc", "a\nc", "a\nb\nc\nd", Some("a\nc\nd"));
        check("a", "a\nx", "a\ny", None);
    }
}

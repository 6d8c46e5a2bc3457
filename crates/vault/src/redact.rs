//! Masks secrets in whatever is written down: logs, errors, recordings.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::forms::{SHORTEST, forms};
use crate::{Secret, VaultError};

/// What stands where a secret stood.
pub const MASK: &str = "***";

/// Finds all forms of all secrets in one go over the text. Cheap to copy. Wants whole texts: what is cut in two is not found.
#[derive(Clone)]
pub struct Redactor {
    finder: AhoCorasick,
}

impl Redactor {
    /// Values of fewer than four bytes are left alone: to mask `1` everywhere would hide everything else.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Result<Redactor, VaultError> {
        let forms: std::collections::BTreeSet<String> =
            secrets.into_iter().flat_map(|secret| forms(secret.expose())).collect();
        // The kind that is chosen for few patterns takes gigabytes when they are long.
        let finder = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(forms);
        Ok(Redactor { finder: finder.map_err(|error| VaultError::Redactor(error.to_string()))? })
    }

    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let spans = self.spans(text);
        if spans.is_empty() {
            return text.into();
        }
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for span in spans {
            out.push_str(&text[from..span.start]);
            out.push_str(MASK);
            from = span.end;
        }
        out.push_str(&text[from..]);
        out.into()
    }

    /// Nothing of this value would be seen. After a rotation a redactor does not know the new one, and a new redactor is to be made.
    pub fn knows(&self, secret: &Secret) -> bool {
        let value = secret.expose();
        value.len() < SHORTEST || self.spans(value).as_slice() == std::slice::from_ref(&(0..value.len()))
    }

    /// Where secrets stand. Two that overlap are one span, or what is left of the second would be seen.
    fn spans(&self, text: &str) -> Vec<Range<usize>> {
        let mut spans: Vec<Range<usize>> = Vec::new();
        // They come by their end, so one may reach back over several.
        for found in self.finder.find_overlapping_iter(text) {
            let mut span = found.range();
            while let Some(last) = spans.pop_if(|last| last.end >= span.start) {
                span.start = span.start.min(last.start);
            }
            spans.push(span);
        }
        spans
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Redactor")
    }
}

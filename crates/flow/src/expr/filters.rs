//! What expressions can do beyond the language's own filters.

use minijinja::Environment;

pub(super) fn add(env: &mut Environment<'static>) {
    let _ = env;
}

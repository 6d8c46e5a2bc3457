//! Names that must not get into the folder: they lead out of it, into git's own, or mean different files on different systems.

use std::collections::BTreeMap;

use crate::Error;
use crate::tree::Files;

/// Refuses what `ours` does not have already.
pub(crate) fn fit(files: &Files, ours: &Files) -> Result<(), Error> {
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    for path in files.keys() {
        let new = !ours.contains_key(path);
        if let Some(why) = odd(path).filter(|_| new) {
            return Err(Error::refused(
                format!("the other side has a file `{path}`, {why}"),
                "nothing was changed; have it renamed there",
            ));
        }
        // `a` sorts before everything that starts with `a/`, though not always right before it.
        let as_folder = format!("{path}/");
        if files.range(as_folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&as_folder)) {
            return Err(Error::refused(
                format!("`{path}` is a file on one side and a folder on the other"),
                "nothing was changed; rename one of them, then merge again",
            ));
        }
        if let Some(other) = folded.insert(path.to_lowercase(), path)
            && (new || !ours.contains_key(other))
        {
            return Err(Error::refused(
                format!(
                    "`{other}` and `{path}` differ only in capital letters, which some systems take for one file"
                ),
                "nothing was changed; rename one of them, then merge again",
            ));
        }
    }
    Ok(())
}

const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

fn odd(path: &str) -> Option<&'static str> {
    path.split('/').find_map(|part| {
        let lower = part.to_lowercase();
        let stem = lower.split('.').next().unwrap_or_default();
        let numbered = ["com", "lpt"]
            .iter()
            .any(|word| stem.strip_prefix(word).is_some_and(|rest| rest.len() == 1 && rest != "0"));
        if part.is_empty() || part == "." || part == ".." {
            Some("whose path leads elsewhere")
        } else if lower == ".git" || lower.starts_with("git~") || lower.trim_end_matches(['.', ' ']) == ".git"
        {
            Some("which would lie in git's own folder")
        } else if RESERVED.contains(&stem) || numbered {
            Some("whose name Windows keeps for devices")
        } else if part.contains(['\\', ':', '\0']) || part.ends_with(['.', ' ']) {
            Some("whose name not every system can have")
        } else {
            None
        }
    })
}

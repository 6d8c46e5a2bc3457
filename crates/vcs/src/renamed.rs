//! Files of a bot that are no documents (prompts, tests, assets) and got another name on one side, while the other side changed them.
//! They have no id to be followed by, so git's own way of pairing them is taken: more than half of the text is the same.

use git2::{Delta, DiffFindOptions};

use crate::Error;
use crate::file::form;
use crate::repo::Repo;
use crate::tree::Files;

/// The name before and after.
pub(crate) type Renamed = Vec<(String, String)>;

impl Repo {
    /// What `side` renamed and `other` changed under the old name.
    pub(crate) fn renamed(&self, base: &Files, side: &Files, other: &Files) -> Result<Renamed, Error> {
        let gone = |path: &String| {
            form(path).is_none()
                && !side.contains_key(path)
                && other.get(path).is_some_and(|other| Some(other) != base.get(path))
        };
        let came =
            |path: &String| form(path).is_none() && !base.contains_key(path) && !other.contains_key(path);
        let only = |files: &Files, of: &dyn Fn(&String) -> bool| -> Files {
            files.iter().filter(|(path, _)| of(path)).map(|(path, entry)| (path.clone(), *entry)).collect()
        };
        let (old, new) = (only(base, &gone), only(side, &came));
        if old.is_empty() || new.is_empty() {
            return Ok(Vec::new());
        }
        let (old, new) =
            (self.git.find_tree(self.write_files(&old)?)?, self.git.find_tree(self.write_files(&new)?)?);
        let mut diff = self.git.diff_tree_to_tree(Some(&old), Some(&new), None)?;
        diff.find_similar(Some(DiffFindOptions::new().renames(true)))?;
        let name = |file: git2::DiffFile| Some(String::from_utf8_lossy(file.path_bytes()?).into_owned());
        let pairs = diff.deltas().filter(|delta| delta.status() == Delta::Renamed);
        Ok(pairs.filter_map(|delta| Some((name(delta.old_file())?, name(delta.new_file())?))).collect())
    }
}

//! Bringing back how something was, as a change like any other: it can be looked at, and undone.

use flow::change::MANIFEST_FILE;
use flow::{Bot, Change, Edit, FilePath, Seg, Value};

use crate::Error;
use crate::repo::Repo;

impl Repo {
    /// What makes a flow, bot.json or another text of the bot what it was at a commit. A flow is followed by its id: if its file was
    /// renamed meanwhile, it keeps its new name. `now` is the bot as it stands.
    pub fn restore(&self, rev: &str, path: &FilePath, now: &Bot) -> Result<Change, Error> {
        let edits = if path == MANIFEST_FILE {
            self.restore_manifest(rev, now)?
        } else if flow::change::is_flow_path(path) {
            vec![self.restore_flow(rev, path, now)?]
        } else {
            vec![self.restore_text(rev, path)?]
        };
        let mut after = now.clone();
        let change = Change { edits };
        flow::apply(&mut after, &change)
            .map_err(|refusal| Error::refused(format!("`{path}` cannot be brought back: {refusal}"), ""))?;
        if after == *now {
            return Err(Error::refused(format!("`{path}` is as it was at that commit"), ""));
        }
        Ok(change)
    }

    fn restore_flow(&self, rev: &str, path: &FilePath, now: &Bot) -> Result<Edit, Error> {
        let (then, unread) = self.read(rev)?;
        let here = now.flows.get(path);
        let by_id = |id: &str| {
            let mut same = then.flows.iter().filter(|(_, flow)| flow.id == id);
            same.next().filter(|_| same.next().is_none())
        };
        let found = here.and_then(|here| by_id(&here.id)).or_else(|| then.flows.get_key_value(path));
        let (was, flow) = found.ok_or_else(|| not_there(rev, path))?;
        let whole = format!("{}{was}", self.below);
        if unread.contains(&whole) {
            return Err(Error::refused(
                format!("`{whole}` cannot be read as the commit `{rev}` has it"),
                "choose an older or a newer commit",
            ));
        }
        // Its file may have another name by now.
        let target = match here {
            Some(_) => path,
            None => now.flow_by_id(&flow.id).map_or(path, |(path, _)| path),
        };
        Ok(Edit::Flow { flow: target.clone(), value: Some(Box::new(flow.clone())) })
    }

    fn restore_manifest(&self, rev: &str, now: &Bot) -> Result<Vec<Edit>, Error> {
        let file = FilePath::new(MANIFEST_FILE);
        let (then, unread) = self.read(rev)?;
        if then.manifest.0.is_empty() || unread.contains(&format!("{}{file}", self.below)) {
            return Err(not_there(rev, &file));
        }
        let edit = |member: &str, value: Option<&Value>| Edit::Manifest {
            path: vec![Seg::Key(member.into())],
            value: value.cloned(),
        };
        let (was, here) = (&then.manifest.0, &now.manifest.0);
        let gone =
            here.iter().filter(|(member, _)| !was.contains(member)).map(|(member, _)| edit(member, None));
        let other = was.iter().filter(|(member, value)| here.get(member) != Some(*value));
        let edits = gone.chain(other.map(|(member, value)| edit(member, Some(value))));
        // The form's version is not a matter of content.
        Ok(edits
            .filter(
                |edit| !matches!(edit, Edit::Manifest { path, .. } if path[0] == Seg::Key("nexus".into())),
            )
            .collect())
    }

    fn restore_text(&self, rev: &str, path: &FilePath) -> Result<Edit, Error> {
        let text =
            self.read_file(rev, &format!("{}{path}", self.below))?.ok_or_else(|| not_there(rev, path))?;
        let text = String::from_utf8(text).map_err(|_| {
            Error::refused(
                format!("`{path}` is no text, so it is no part of a change"),
                format!("bring it back with `git restore --source {rev} -- {path}`"),
            )
        })?;
        Ok(Edit::File { path: path.clone(), text: Some(text.into()) })
    }
}

fn not_there(rev: &str, path: &FilePath) -> Error {
    Error::refused(
        format!("the commit `{rev}` has no `{path}`"),
        "`nexus history` shows the commits that have it",
    )
}

//! `nexus git`: what plain git needs to merge and show flows by what they mean.

use std::path::{Path, PathBuf};

use flow::text::MAX_BYTES;
use studio::disk::{self, Found};
use vcs::file::{self, Form, form};
use vcs::install::{self, Global, Where};

use crate::End;
use crate::out::Out;

/// Let plain git merge and show flows by what they mean.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus git install            in the repository of this folder\n  nexus git install --global   for all your repositories\n  nexus git uninstall"
)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// Set the merge driver, the way diffs are shown, and a check before commits.
    Install(Place),
    /// Take back what `install` set.
    Uninstall(Place),
    /// What git calls to merge one file.
    #[command(hide = true)]
    Driver {
        base: PathBuf,
        ours: PathBuf,
        theirs: PathBuf,
        /// The length of conflict markers; it grows with the nesting of merges. There are no markers here.
        markers: Option<String>,
        /// The file's path in the repository.
        path: Option<String>,
    },
    /// What git calls to show a flow in a diff.
    #[command(hide = true)]
    Textconv { file: PathBuf },
    /// What git calls before a commit.
    #[command(hide = true)]
    Staged,
}

#[derive(clap::Args)]
struct Place {
    /// For all repositories of this user.
    #[arg(long)]
    global: bool,
    /// For the repository of this folder only; this is the default.
    #[arg(long, conflicts_with = "global")]
    local: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    match args.verb {
        Verb::Install(place) => {
            let program = match std::env::current_exe() {
                Ok(program) => program,
                Err(error) => {
                    out.error(format_args!("this system does not say where this program is: {error}"), None);
                    return End::Failed;
                }
            };
            set(&place, out, |to| install::install(to, &program))
        }
        Verb::Uninstall(place) => set(&place, out, install::uninstall),
        Verb::Driver { base, ours, theirs, path, .. } => driver(&base, &ours, &theirs, path.as_deref(), out),
        Verb::Textconv { file } => textconv(&file, out),
        Verb::Staged => staged(out),
    }
}

fn set(place: &Place, out: &mut Out, act: impl FnOnce(Where) -> Result<install::Done, vcs::Error>) -> End {
    let done = if place.global {
        let Some(global) = global() else {
            out.error("this system does not say where your home folder is", Some("set HOME"));
            return End::Failed;
        };
        act(Where::Global(&global))
    } else {
        act(Where::Local(Path::new(".")))
    };
    match done {
        Err(error) => super::refused(&error, place.json, out),
        Ok(done) if place.json => {
            out.json(&serde_json::json!({ "done": done }));
            End::Fine
        }
        Ok(done) => {
            done.iter().for_each(|line| out.line(line));
            End::Fine
        }
    }
}

/// Where git looks for what holds for all repositories.
fn global() -> Option<Global> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = dirs::home_dir();
    let folder = variable("XDG_CONFIG_HOME").or_else(|| home.as_ref().map(|home| home.join(".config")));
    let attributes = folder.as_ref()?.join("git").join("attributes");
    let config = variable("GIT_CONFIG_GLOBAL").or_else(|| {
        let plain = home?.join(".gitconfig");
        let other = folder?.join("git").join("config");
        Some(if !plain.exists() && other.exists() { other } else { plain })
    })?;
    Some(Global { config, attributes })
}

/// Ends with 0 where all is settled, 1 where the merged file holds open conflicts, 129 where git must not take anything from here.
fn driver(base: &Path, ours: &Path, theirs: &Path, path: Option<&str>, out: &mut Out) -> End {
    let name = path.map_or_else(|| ours.display().to_string(), str::to_owned);
    let read = |path: &Path| match disk::read(path, MAX_BYTES) {
        Ok(Found::File { bytes, .. }) => Ok(bytes),
        Ok(Found::TooLarge) => Err("it is larger than 64 MiB".to_owned()),
        Ok(Found::Nothing | Found::NotAFile) => Err("a side of it is missing".to_owned()),
        Err(error) => Err(disk::reason(&error)),
    };
    let sides = read(base).and_then(|base| Ok((base, read(ours)?, read(theirs)?)));
    let (base, mine, yours) = match sides {
        Ok(sides) => sides,
        Err(reason) => {
            out.error(format_args!("{name} was not merged: {reason}"), None);
            return End::CannotWork;
        }
    };
    // Git gives an empty base where both sides added the file.
    let base = Some(base).filter(|base| !base.is_empty());
    let form = form(&name).unwrap_or(Form::Flow);
    let foreign = form == Form::Manifest && !file::is_manifest(&mine) && !file::is_manifest(&yours);
    let (text, open) = if foreign {
        match file::merge_lines(base.as_deref(), &mine, &yours) {
            Some((text, clean)) => (text, usize::from(!clean)),
            None => return End::CannotWork,
        }
    } else {
        match file::merge(form, base.as_deref(), &mine, &yours, &engine::kinds()) {
            Ok(merged) => (merged.text.into_bytes(), merged.open.len()),
            Err(error) => {
                out.error(
                    format_args!("{name} was not merged: {error}"),
                    Some("mend that side first (`nexus check` shows where), or update Nexus Bots, then merge again"),
                );
                return End::CannotWork;
            }
        }
    };
    let written = std::path::absolute(ours).and_then(|ours| disk::write(&ours, &text));
    if let Err(error) = written {
        out.error(format_args!("{name} could not be written: {}", disk::reason(&error)), None);
        return End::CannotWork;
    }
    if open == 0 {
        return End::Fine;
    }
    if !foreign {
        let conflicts = if open == 1 { "1 conflict is".into() } else { format!("{open} conflicts are") };
        out.note(format_args!("{name}: {conflicts} open; `nexus resolve` shows them"));
    }
    End::Findings
}

fn textconv(path: &Path, out: &mut Out) -> End {
    match disk::read(path, MAX_BYTES) {
        Ok(Found::File { bytes, .. }) => {
            out.bytes(&vcs::outline::of_text(&path.to_string_lossy(), &bytes));
            End::Fine
        }
        Ok(_) => {
            out.error(format_args!("{} is no file that can be shown", path.display()), None);
            End::BadUse
        }
        Err(error) => {
            out.error(format_args!("{} could not be read: {}", path.display(), disk::reason(&error)), None);
            End::Failed
        }
    }
}

fn staged(out: &mut Out) -> End {
    // For `git commit -a` the index is another file, which git names here.
    let index = std::env::var_os("GIT_INDEX_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let open = vcs::Repo::open(Path::new(".")).and_then(|repo| repo.open_in_index(index.as_deref()));
    match open {
        Err(error) => super::refused(&error, false, out),
        Ok(open) if open.is_empty() => End::Fine,
        Ok(open) => {
            for (path, count) in &open {
                let conflicts =
                    if *count == 1 { "1 conflict is".into() } else { format!("{count} conflicts are") };
                out.error(format_args!("{path}: {conflicts} still open, so it is not committed"), None);
            }
            out.note("  help: settle them with `nexus resolve`, then `git add` the files and commit again");
            End::Findings
        }
    }
}

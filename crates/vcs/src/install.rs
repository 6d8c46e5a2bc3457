//! Making plain git use our merge: attributes, a merge driver, a way to show flows in diffs, and a check before commits.

use std::fs;
use std::path::{Path, PathBuf};

use git2::{Config, Repository};

use crate::Error;

/// Where git is told.
pub enum Where<'a> {
    /// The repository that this folder is in.
    Local(&'a Path),
    Global(&'a Global),
}

/// The files that git reads for all repositories of a user.
pub struct Global {
    pub config: PathBuf,
    /// Used unless the configuration names another one.
    pub attributes: PathBuf,
}

/// What was done, in sentences.
pub type Done = Vec<String>;

const SECTION: &str = "# Nexus Bots: flows are merged and compared by what they mean";
const MARK: &str = "# nexus-bots pre-commit";
const NAMES: [&str; 4] =
    ["merge.nexus.name", "merge.nexus.driver", "diff.nexus.textconv", "diff.nexus.xfuncname"];

/// `program` is the absolute path of the command that git is to call.
pub fn install(to: Where, program: &Path) -> Result<Done, Error> {
    let program = quoted(program)?;
    let mut done = Done::new();
    match to {
        Where::Local(folder) => {
            let repo = repository(folder)?;
            configure(&mut repo.config()?.open_level(git2::ConfigLevel::Local)?, &program)?;
            done.push("The merge driver is set in this repository's configuration.".into());
            let Some(root) = repo.workdir() else {
                done.push(
                    "The repository has no working folder, so there is nothing to check before commits."
                        .into(),
                );
                return Ok(done);
            };
            attributes(&root.join(".gitattributes"), true, &mut done)?;
            hook(&repo, &program, &mut done)?;
        }
        Where::Global(global) => {
            let mut config = Config::open(&global.config)?;
            configure(&mut config, &program)?;
            done.push(format!("The merge driver is set in {}.", global.config.display()));
            attributes(&attributes_file(&config, global), false, &mut done)?;
            done.push(
                "The check before commits is a repository's own: run `nexus git install` there too.".into(),
            );
        }
    }
    Ok(done)
}

pub fn uninstall(from: Where) -> Result<Done, Error> {
    let mut done = Done::new();
    let mut forget = |config: &mut Config| -> Result<(), Error> {
        for name in NAMES {
            match config.remove(name) {
                Err(error) if error.code() != git2::ErrorCode::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        done.push("The merge driver is no longer set.".into());
        Ok(())
    };
    match from {
        Where::Local(folder) => {
            let repo = repository(folder)?;
            forget(&mut repo.config()?.open_level(git2::ConfigLevel::Local)?)?;
            if let Some(root) = repo.workdir() {
                strip_attributes(&root.join(".gitattributes"), &mut done)?;
            }
            let path = hook_path(&repo);
            if fs::read_to_string(&path).is_ok_and(|text| text.contains(MARK)) {
                fs::remove_file(&path).map_err(|error| disk(&path, "removed", error))?;
                done.push("The check before commits is gone.".into());
            }
        }
        Where::Global(global) => {
            if !global.config.exists() {
                return Ok(vec!["Nothing was installed.".into()]);
            }
            let mut config = Config::open(&global.config)?;
            forget(&mut config)?;
            strip_attributes(&attributes_file(&config, global), &mut done)?;
        }
    }
    Ok(done)
}

fn repository(folder: &Path) -> Result<Repository, Error> {
    Repository::discover(folder).map_err(|error| match error.code() {
        git2::ErrorCode::NotFound => Error::NoRepository(folder.into()),
        _ => error.into(),
    })
}

/// For git's shell: in single quotes, with `/`, and `%` doubled since git puts its own values there.
fn quoted(program: &Path) -> Result<String, Error> {
    let Some(path) = program.to_str().filter(|path| !path.contains(['\n', '\0'])) else {
        return Err(Error::refused(
            format!("the path {} cannot be written into git's configuration", program.display()),
            "move the program to a folder with a plain name",
        ));
    };
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    Ok(format!("'{}'", path.replace('\'', r"'\''")))
}

fn configure(config: &mut Config, program: &str) -> Result<(), Error> {
    let for_git = program.replace('%', "%%");
    config.set_str("merge.nexus.name", "Nexus Bots, by meaning")?;
    // A program that cannot be started, is killed or fails in any other way must not look like a conflict: git would keep our side.
    config.set_str(
        "merge.nexus.driver",
        &format!("{for_git} git driver %O %A %B %L %P; s=$?; test $s -le 1 || s=129; exit $s"),
    )?;
    config.set_str("diff.nexus.textconv", &format!("{program} git textconv"))?;
    config.set_str("diff.nexus.xfuncname", "^[a-z].*$")?;
    Ok(())
}

fn attributes_file(config: &Config, global: &Global) -> PathBuf {
    config.get_path("core.attributesfile").unwrap_or_else(|_| global.attributes.clone())
}

/// Globally the names may be those of anybody's files, so nothing is said there about line ends.
fn lines(local: bool) -> [String; 2] {
    let eol = if local { "text eol=lf " } else { "" };
    ["*.flow.json", "bot.json"].map(|name| format!("{name} {eol}merge=nexus diff=nexus"))
}

fn attributes(path: &Path, local: bool, done: &mut Done) -> Result<(), Error> {
    let before = read(path)?;
    let wanted = lines(local);
    if wanted.iter().all(|line| before.lines().any(|known| known == line)) {
        done.push(format!("{} names the flows already.", path.display()));
        return Ok(());
    }
    let mut text = stripped(&before);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&format!("{SECTION}\n{}\n{}\n", wanted[0], wanted[1]));
    write(path, &text)?;
    done.push(format!("{} names the flows; commit it if others share the repository.", path.display()));
    Ok(())
}

fn strip_attributes(path: &Path, done: &mut Done) -> Result<(), Error> {
    let before = read(path)?;
    let after = stripped(&before);
    if before == after {
        return Ok(());
    }
    if after.trim().is_empty() {
        fs::remove_file(path).map_err(|error| disk(path, "removed", error))?;
    } else {
        write(path, &after)?;
    }
    done.push(format!("{} no longer names the flows.", path.display()));
    Ok(())
}

fn stripped(text: &str) -> String {
    let ours = [lines(true), lines(false)].concat();
    text.split_inclusive('\n')
        .filter(|line| {
            let line = line.trim_end();
            line != SECTION && !ours.iter().any(|our| our == line)
        })
        .collect()
}

fn hook_path(repo: &Repository) -> PathBuf {
    match repo.config().and_then(|config| config.get_path("core.hookspath")) {
        // A relative one is meant from the working folder.
        Ok(folder) => repo.workdir().unwrap_or(repo.path()).join(folder).join("pre-commit"),
        Err(_) => repo.commondir().join("hooks").join("pre-commit"),
    }
}

fn hook(repo: &Repository, program: &str, done: &mut Done) -> Result<(), Error> {
    let path = hook_path(repo);
    let call = format!("{program} git staged");
    let shared = !path.starts_with(repo.commondir());
    if path.exists() || shared {
        let text = read(&path).unwrap_or_default();
        if text.contains(&call) {
            done.push("Commits are checked for open conflicts already.".into());
            return Ok(());
        }
        if !text.contains(MARK) || shared {
            done.push(format!(
                "{} is somebody else's and was left alone. To have commits checked for open conflicts, add this line to it: {call} || exit 1",
                path.display()
            ));
            return Ok(());
        }
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| disk(folder, "made", error))?;
    }
    write(&path, &format!("#!/bin/sh\n{MARK}: refuses flows whose merge is not finished.\nexec {call}\n"))?;
    executable(&path)?;
    done.push("Commits are checked for open conflicts.".into());
    Ok(())
}

#[cfg(unix)]
fn executable(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|error| disk(path, "written", error))
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Result<(), Error> {
    Ok(())
}

fn read(path: &Path) -> Result<String, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(disk(path, "read", error)),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| disk(folder, "made", error))?;
    }
    fs::write(path, text).map_err(|error| disk(path, "written", error))
}

fn disk(path: &Path, what: &'static str, error: std::io::Error) -> Error {
    Error::Disk { path: path.into(), what, error }
}

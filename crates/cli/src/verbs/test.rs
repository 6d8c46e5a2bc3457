//! `nexus test`: plays the tests of bots, and says what did not go as expected.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use flow::{Bot, FilePath};
use sim::Stage;
use sim::cases::{At, Case, Coverage, Failure, Wrong};

use super::sources::{find, shown};
use super::{test_coverage, test_from, test_report, test_update, unfit};
use crate::End;
use crate::out::Out;

/// Play the tests of bots.
///
/// A bot's tests are the files `tests/*.test.yaml` in its folder; docs/tests.md says how they are written.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus test                      all bots below this folder\n  nexus test pizza --coverage     which nodes no test reaches\n  nexus test pizza --filter large --watch\n  nexus test pizza/tests/order.test.yaml\n  nexus test bots/ --junit report.xml\n  nexus test pizza --badge badge.svg\n  nexus test pizza --from talk.recording.json\n                                  a recording (/record in nexus sim) as a test"
)]
pub struct Args {
    /// Bots, folders that hold bots, or single test files.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Only cases with this in their name or their file's.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Write a report as continuous integration reads it.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print the Test Anything Protocol.
    #[arg(long, conflicts_with = "json")]
    tap: bool,
    /// Say which nodes and wires no test reaches.
    #[arg(long)]
    coverage: bool,
    /// Draw what is covered, as one page.
    #[arg(long, value_name = "FILE", requires = "coverage")]
    html: Option<PathBuf>,
    /// Write a badge for a README: the bot's name, its nodes, how its tests do.
    #[arg(long, value_name = "FILE")]
    badge: Option<PathBuf>,
    /// Write into the test files what the bots say now, where they say something else.
    #[arg(long, conflicts_with = "watch")]
    update: bool,
    /// Test again whenever a file changes.
    #[arg(long, conflicts_with_all = ["json", "tap"])]
    watch: bool,
    /// Write a recording down as a test of the bot, and play that.
    #[arg(long, value_name = "RECORDING", conflicts_with_all = ["filter", "junit", "tap", "coverage", "badge", "update", "watch"])]
    from: Option<PathBuf>,
    /// What the test is called, and its file; usually as the recording.
    #[arg(long, requires = "from")]
    name: Option<String>,
}

/// What came of all tests.
pub(super) struct Report {
    pub bots: Vec<BotReport>,
    pub took: Duration,
}

pub(super) struct BotReport {
    pub root: PathBuf,
    pub bot: Bot,
    pub files: Vec<FileReport>,
    /// Why it cannot be played.
    pub broken: Option<String>,
    pub coverage: Coverage,
}

pub(super) struct FileReport {
    pub path: FilePath,
    pub wrongs: Vec<Wrong>,
    pub cases: Vec<CaseReport>,
}

pub(super) struct CaseReport {
    pub title: String,
    pub at: At,
    pub failure: Option<Failure>,
}

impl Report {
    pub fn cases(&self) -> impl Iterator<Item = (&BotReport, &FileReport, &CaseReport)> {
        self.files().flat_map(|(bot, file)| file.cases.iter().map(move |case| (bot, file, case)))
    }

    pub fn files(&self) -> impl Iterator<Item = (&BotReport, &FileReport)> {
        self.bots.iter().flat_map(|bot| bot.files.iter().map(move |file| (bot, file)))
    }

    pub fn failed(&self) -> usize {
        self.cases().filter(|(.., case)| case.failure.is_some()).count()
    }

    /// Files that cannot be read and bots that cannot be played.
    pub fn broken(&self) -> usize {
        self.files().filter(|(_, file)| !file.wrongs.is_empty()).count()
            + self.bots.iter().filter(|bot| bot.broken.is_some()).count()
    }
}

impl BotReport {
    /// The path of one of its files as a person would write it.
    pub fn shown(&self, file: &str) -> String {
        shown(&self.root.join(file))
    }
}

pub fn run(args: Args, out: &mut Out) -> End {
    if let Some(from) = &args.from {
        return test_from::write(from, args.name.as_deref(), &args.paths, args.json, out);
    }
    if args.watch {
        return watch(&args, out);
    }
    once(&args, out)
}

fn once(args: &Args, out: &mut Out) -> End {
    let mut report = match play(args) {
        Ok(report) => report,
        Err(error) => return unfit(&error, args.json, out),
    };
    if args.update {
        // What is mended lets a case go on to what is wrong next.
        for _ in 0..MOST_ROUNDS {
            match test_update::update(&report) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    out.error(error, None);
                    return End::Failed;
                }
            }
            report = match play(args) {
                Ok(report) => report,
                Err(error) => return unfit(&error, args.json, out),
            };
        }
        out.note("The test files say now what the bots say; look them over before you commit.");
    }
    if args.json {
        out.json(&test_report::json(&report, args.coverage));
    } else if args.tap {
        test_report::tap(&report, out);
    } else {
        test_report::say(&report, args.filter.as_deref(), out);
        if args.coverage {
            test_coverage::say(&report, out);
        }
    }
    let files = [
        (&args.junit, test_report::junit as fn(&Report) -> String),
        (&args.html, test_coverage::page as fn(&Report) -> String),
        (&args.badge, test_coverage::badge as fn(&Report) -> String),
    ];
    for (path, text) in files {
        if let Some(path) = path
            && let Err(error) = std::fs::write(path, text(&report))
        {
            out.error(format_args!("{} could not be written: {error}", path.display()), None);
            return End::Failed;
        }
    }
    if report.failed() + report.broken() > 0 { End::Findings } else { End::Fine }
}

/// So often `--update` goes through the cases.
const MOST_ROUNDS: usize = 200;

/// Again whenever a file of the bots is another one.
fn watch(args: &Args, out: &mut Out) -> End {
    loop {
        let (paths, _) = single_files(&args.paths);
        let before = stamps(&paths);
        let end = once(args, out);
        if end == End::BadUse {
            return end;
        }
        out.note("Waiting for changes; end with Ctrl-C.");
        while stamps(&paths) == before {
            std::thread::sleep(LOOKS);
        }
        settled(&paths);
    }
}

/// So often files are looked at.
pub(super) const LOOKS: Duration = Duration::from_millis(300);
/// Files that do not change for so long are written.
const SETTLES: Duration = Duration::from_millis(40);
const MOST_SETTLES: usize = 25;

/// By path: how long a file is, and when it was written.
pub(super) type Stamps = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// As they are when nobody is in the middle of writing them.
pub(super) fn settled(paths: &[PathBuf]) -> Stamps {
    let mut now = stamps(paths);
    for _ in 0..MOST_SETTLES {
        std::thread::sleep(SETTLES);
        let then = std::mem::replace(&mut now, stamps(paths));
        if then == now {
            break;
        }
    }
    now
}

/// The files of all bots, with what tells a change.
pub(super) fn stamps(paths: &[PathBuf]) -> Stamps {
    let mut stamps = BTreeMap::new();
    let mut open: Vec<PathBuf> =
        find(paths).unwrap_or_default().into_iter().map(|source| source.root).collect();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() && !name.to_string_lossy().starts_with('.') {
                open.push(entry.path());
            } else if about.is_file() {
                stamps.insert(entry.path(), (about.len(), about.modified().ok()));
            }
        }
    }
    stamps
}

/// Reads bots and plays their cases, all processors at it.
fn play(args: &Args) -> Result<Report, super::Unfit> {
    let began = Instant::now();
    let (paths, only) = single_files(&args.paths);
    let mut sources = find(&paths)?;
    // A file of a bot stands for the bot.
    sources.retain(|source| !source.alone);
    sources.dedup_by(|a, b| a.root == b.root);
    let mut bots = Vec::new();
    let mut jobs: Vec<(usize, usize, Arc<Stage>, Case)> = Vec::new();
    for source in sources {
        let glance = studio::glance(&source.root);
        let stage = Stage::new(glance.bot);
        let broken = why_broken(&glance.files, &stage.bot);
        let mut report = BotReport {
            root: source.root,
            bot: stage.bot.clone(),
            files: Vec::new(),
            broken,
            coverage: Coverage::default(),
        };
        let is_wanted = |path: &str| match only.get(&report.root) {
            Some(files) => files.iter().any(|file| file == path),
            None => true,
        };
        let tests = stage.bot.texts.iter().filter(|(path, _)| is_test(path) && is_wanted(path));
        for (path, text) in tests {
            let beside = |name: &str| beside(&stage.bot, path, name);
            let (suite, wrongs) = sim::cases::read(text, &beside);
            let file = report.files.len();
            report.files.push(FileReport { path: path.clone(), wrongs, cases: Vec::new() });
            if report.broken.is_none() && report.files[file].wrongs.is_empty() {
                let wanted = |case: &Case| {
                    args.filter.as_ref().is_none_or(|filter| {
                        let filter = filter.to_lowercase();
                        case.title.to_lowercase().contains(&filter) || path.to_lowercase().contains(&filter)
                    })
                };
                let cases = suite.cases.into_iter().filter(wanted);
                jobs.extend(cases.map(|case| (bots.len(), file, stage.clone(), case)));
            }
        }
        bots.push(report);
    }
    for ((bot, file, _, case), ran) in jobs.iter().zip(all(&jobs)) {
        bots[*bot].coverage.add(ran.coverage);
        bots[*bot].files[*file].cases.push(CaseReport {
            title: case.title.clone(),
            at: case.at,
            failure: ran.failure,
        });
    }
    Ok(Report { bots, took: began.elapsed() })
}

/// A test file stands for its bot, of which only that file is played.
fn single_files(paths: &[PathBuf]) -> (Vec<PathBuf>, BTreeMap<PathBuf, Vec<String>>) {
    let mut only: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    let bot_of = |path: &PathBuf| {
        let whole = std::fs::canonicalize(path).ok().filter(|whole| whole.is_file())?;
        let name = format!("tests/{}", whole.file_name()?.to_str()?);
        let root = whole.parent().filter(|folder| folder.ends_with("tests"))?.parent()?.to_path_buf();
        (is_test(&name) && studio::is_bot(&root)).then_some((root, name))
    };
    let mut bots = Vec::new();
    for path in paths {
        match bot_of(path) {
            Some((root, name)) => {
                only.entry(root.clone()).or_default().push(name);
                bots.push(root);
            }
            None => bots.push(path.clone()),
        }
    }
    (bots, only)
}

fn all(jobs: &[(usize, usize, Arc<Stage>, Case)]) -> Vec<sim::cases::Ran> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(jobs.len()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let work = || loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some((_, _, stage, case)) = jobs.get(place) else { break };
                let ran = one(stage, case);
                if let Ok(mut done) = done.lock() {
                    done.push((place, ran));
                }
            };
            // Expressions and flows are walked by recursion.
            let _ = std::thread::Builder::new().stack_size(16 << 20).spawn_scoped(scope, work);
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, ran)| ran).collect()
}

/// A case that brings the engine down is a failed case, not the end of all.
fn one(stage: &Arc<Stage>, case: &Case) -> sim::cases::Ran {
    catch_unwind(AssertUnwindSafe(|| sim::cases::run(stage, case))).unwrap_or_else(|panic| sim::cases::Ran {
        failure: Some(Failure {
            at: case.at,
            message: format!("The engine itself failed here, which is a fault of ours: {}", words(&*panic)),
            ..Failure::default()
        }),
        coverage: Coverage::default(),
        inputs: 0,
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no words")
}

pub(super) fn is_test(path: &str) -> bool {
    path.starts_with("tests/") && path.ends_with(".test.yaml")
}

/// A file that a test uses, by its path beside the test.
fn beside(bot: &Bot, test: &str, name: &str) -> Option<String> {
    let folder = Path::new(test).parent()?;
    let mut path: Vec<String> = folder.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    for part in name.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(path.pop()?),
            part => path.push(part.into()),
        }
    }
    bot.texts.get(path.join("/").as_str()).map(|text| text.to_string())
}

/// The bot as it lies on the disk now.
pub(super) fn load(root: &Path) -> Result<Arc<Stage>, String> {
    let glance = studio::glance(root);
    if let Some(why) = why_broken(&glance.files, &glance.bot) {
        return Err(why);
    }
    Ok(Stage::new(glance.bot))
}

/// What cannot be read whole, or is still open, is not played: it would be another bot.
pub(super) fn why_broken(files: &BTreeMap<FilePath, studio::Glimpse>, bot: &Bot) -> Option<String> {
    if let Some((path, _)) = files.iter().find(|(path, file)| file.lossy && !path.starts_with("tests/")) {
        return Some(format!("{path} cannot be read whole; `nexus check` says why."));
    }
    let open = bot.flows.iter().find(|(_, flow)| flow.unresolved.is_some());
    open.map(|(path, _)| format!("{path} has open conflicts; settle them with `nexus resolve`."))
}

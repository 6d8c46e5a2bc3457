//! Every conversation that a test tells is a recording, and every recording becomes a test again: of the same bot, one that passes.

use std::path::Path;

use engine::recording::Recording;
use sim::cases::{read, run, run_in, save};
use sim::recorded::replay;
use sim::{Stage, World};
use tests::folder;

#[test]
fn what_is_recorded_becomes_a_test_that_passes() {
    let kinds = std::fs::read_dir(folder::root().join("tests/kinds")).expect("the folder of kinds");
    let kinds = kinds.flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut bots: Vec<_> = kinds.map(|path| (name(&path), folder::read(&path))).collect();
    bots.extend(folder::examples());
    bots.sort();
    let (mut recorded, mut wrong) = (0, Vec::new());
    for (name, files) in &bots {
        let (bot, _) = folder::open(files);
        let stage = Stage::new(bot);
        let texts: Vec<_> = stage.bot.texts.iter().filter(|(path, _)| path.ends_with(".test.yaml")).collect();
        for (path, text) in texts {
            let beside = |beside: &str| {
                let path = format!("tests/{beside}");
                stage.bot.texts.get(path.as_str()).map(|text| text.to_string())
            };
            let cases = read(text, &beside).0.cases;
            for case in &cases {
                let mut world = World::new(&stage, case.setup.clone());
                world.keep_journal();
                let (_, world) = run_in(world, case);
                let conversations: Vec<_> = world.journaled().cloned().collect();
                for id in &conversations {
                    recorded += 1;
                    let text = world.recording_of(id).expect("it is in the journal").to_text();
                    let recording = Recording::from_text(&text).expect("a recording");
                    let mut timeline = recording.clone().open().expect("it opens");
                    assert_eq!(timeline.verify(), Ok(()), "{name}/{path}: {}", case.title);
                    let replayed = replay(&recording, &stage).expect("it begins at the beginning");
                    let test = save(&replayed.world, "recorded");
                    let (suite, wrongs) = read(&test, &|_| None);
                    let failure = suite.cases.first().and_then(|case| run(&stage, case).failure);
                    let why = wrongs.first().map(|wrong| wrong.message.clone());
                    let why = why.or_else(|| {
                        let lines = failure?.lines().into_iter().map(|(_, line)| line);
                        Some(lines.collect::<Vec<_>>().join("\n"))
                    });
                    let alone = conversations.len() == 1;
                    if why.is_some() || (alone && !replayed.notes.is_empty()) {
                        wrong.push(format!(
                            "{name}/{path}: {} ({id})\n{}\n{:?}\n{test}",
                            case.title,
                            why.unwrap_or_default(),
                            replayed.notes
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {recorded}:\n\n{}", wrong.len(), wrong.join("\n----\n"));
}

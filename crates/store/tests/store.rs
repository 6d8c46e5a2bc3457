//! What is committed is there, whole, and after opening again.

use store::{
    Asked, Before, Commit, Entry, Held, Kept, Letter, Program, Session, Store, StoreError, Timer, Variable,
};
use tempfile::TempDir;

async fn open(folder: &TempDir) -> Store {
    Store::open(folder.path()).await.expect("it opens")
}

fn of(bot: &str) -> Commit {
    Commit { bot: bot.into(), ..Commit::default() }
}

fn session(name: &str, body: Option<&str>, programs: &[&str]) -> Session {
    let programs = programs.iter().map(ToString::to_string).collect();
    Session { conversation: name.into(), body: body.map(String::from), programs }
}

fn entry(conversation: &str, position: u64, at: i64, body: &str) -> Entry {
    Entry { conversation: conversation.into(), position, at, body: body.into(), first: None }
}

fn asked(key: &str, body: &str) -> Asked {
    Asked { key: key.into(), conversation: "c".into(), body: body.into() }
}

#[tokio::test]
async fn a_step_is_there_after_opening_again() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let text = "{\"v\":1,\"says\":\"\u{1F600} \\\" \\u0000 \n\"}".to_string();
    store
        .commit(Commit {
            heard: vec![("u1".into(), 5)],
            sessions: vec![session("c", Some(&text), &["p1", "p2"]), session("gone", None, &[])],
            variables: vec![Variable {
                scope: 2,
                owner: String::new(),
                name: "count".into(),
                value: Some("1e400".into()),
            }],
            timers: vec![Timer { conversation: "c".into(), id: u64::MAX, due: Some(70) }],
            asked: vec![asked("k1", "{}")],
            journal: vec![entry("c", 1, 5, &text)],
            dead: vec![Letter { conversation: "c".into(), at: 6, body: "why".into() }],
            cursors: vec![("telegram".into(), "17".into())],
            kept: vec![Kept {
                store: "s".into(),
                key: "k".into(),
                value: Some("[1]".into()),
                until: Some(100),
            }],
            ..of("b")
        })
        .await
        .unwrap();
    drop(store);
    let store = reopened(&folder).await;
    assert_eq!(store.heard("b", &["u1".into(), "u2".into()]).await.unwrap(), ["u1".to_string()].into());
    assert_eq!(store.sessions("b", &["c".into(), "d".into()]).await.unwrap(), [("c".into(), text.clone())]);
    let variables = store.variables("b", &[(2, String::new()), (0, "p".into())]).await.unwrap();
    assert_eq!(variables, [(2, String::new(), "count".into(), "1e400".into())]);
    assert_eq!(store.due("b", 69, 10).await.unwrap(), []);
    assert_eq!(store.due("b", 70, 10).await.unwrap(), [("c".into(), u64::MAX, 70)]);
    assert_eq!(store.next_due("b").await.unwrap(), Some(70));
    assert_eq!(store.next_due("other").await.unwrap(), None);
    let open = store.outbox("b").await.unwrap();
    assert!(open.len() == 1 && open[0].asked.key == "k1" && !open[0].begun);
    assert_eq!(store.journal("b", "c", 0).await.unwrap()[0].body, text);
    assert_eq!(store.standing("b").await.unwrap(), ["p1".to_string(), "p2".into()].into());
    assert_eq!(store.dead("b").await.unwrap()[0].body, "why");
    assert_eq!(store.cursor("b", "telegram").await.unwrap().as_deref(), Some("17"));
    assert_eq!(store.kept("b", "s", "k", 99).await.unwrap().as_deref(), Some("[1]"));
    assert_eq!(store.kept("b", "s", "k", 100).await.unwrap(), None);
    assert_eq!(store.kept_keys("b", "s", "", 99, 5).await.unwrap(), ["k"]);
}

/// The last copy of a store has gone; its lock goes when the writer has closed the file.
async fn reopened(folder: &TempDir) -> Store {
    loop {
        match Store::open(folder.path()).await {
            Err(StoreError::Locked(_)) => tokio::task::yield_now().await,
            other => return other.expect("it opens"),
        }
    }
}

#[tokio::test]
async fn what_is_asked_for_is_begun_tried_again_and_settled() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    store.commit(Commit { asked: vec![asked("a", "1"), asked("b", "1")], ..of("b") }).await.unwrap();
    store.commit(Commit { begun: vec!["a".into()], ..of("b") }).await.unwrap();
    assert!(store.outbox("b").await.unwrap()[0].begun);
    // Another try is not begun yet.
    store.commit(Commit { asked: vec![asked("a", "2")], ..of("b") }).await.unwrap();
    let open = store.outbox("b").await.unwrap();
    let bodies: Vec<(&str, bool)> = open.iter().map(|one| (one.asked.body.as_str(), one.begun)).collect();
    assert_eq!(bodies, [("1", false), ("2", false)]);
    store.commit(Commit { settled: vec!["a".into(), "b".into()], ..of("b") }).await.unwrap();
    assert!(store.outbox("b").await.unwrap().is_empty());
}

#[tokio::test]
async fn many_at_once_are_all_there_and_the_last_word_counts() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let writes = (0..300).map(|n: u64| {
        let store = store.clone();
        async move {
            let commit = Commit {
                heard: vec![(n.to_string(), 0)],
                sessions: vec![session(&format!("c{}", n % 7), Some(&n.to_string()), &[])],
                timers: vec![Timer {
                    conversation: "c".into(),
                    id: n % 5,
                    due: n.is_multiple_of(2).then_some(n.cast_signed()),
                }],
                journal: vec![entry("c", n, 0, "")],
                ..of("b")
            };
            store.commit(commit).await.unwrap();
        }
    });
    let tasks: Vec<_> = writes.map(tokio::spawn).collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(store.journal("b", "c", 0).await.unwrap().len(), 300);
    let names: Vec<String> = (0..7).map(|n| format!("c{n}")).collect();
    assert_eq!(store.sessions("b", &names).await.unwrap().len(), 7);
    let ids: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    assert_eq!(store.heard("b", &ids).await.unwrap().len(), 300);
}

#[tokio::test]
async fn one_process_at_a_time() {
    let folder = TempDir::new().unwrap();
    let _store = open(&folder).await;
    let second = Store::open(folder.path()).await.err().expect("it is locked");
    assert!(second.to_string().contains("another runner"), "{second}");
}

#[tokio::test]
async fn a_file_that_is_no_store_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("state.sqlite");
    std::fs::write(&file, "this is no database, and longer than a header of one hundred bytes has to be, so that it is read as one").unwrap();
    let wrong = Store::open(folder.path()).await.err().expect("it does not open");
    assert!(matches!(wrong, StoreError::Damaged { .. }), "{wrong}");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("this is no database"));
}

/// The positions in the journal that are left, by conversation.
async fn left(store: &Store, conversations: &[&str]) -> Vec<Vec<u64>> {
    let mut left = Vec::new();
    for name in conversations {
        left.push(store.journal("b", name, 0).await.unwrap().iter().map(|entry| entry.position).collect());
    }
    left
}

#[tokio::test]
async fn what_is_old_goes_and_what_is_still_going_on_stays() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let first = |mut entry: Entry| {
        entry.first = Some("{}".into());
        entry
    };
    let many = (0..1200).map(|n| (format!("old{n}"), 10)).chain([("young".into(), 200)]);
    store
        .commit(Commit {
            heard: many.collect(),
            sessions: vec![session("over", Some("{}"), &[]), session("open", Some("{}"), &["p1"])],
            journal: vec![
                // Over long ago.
                first(entry("over", 1, 10, "")),
                entry("over", 2, 11, ""),
                // Its first run is over, its second one waits.
                first(entry("open", 1, 12, "")),
                entry("open", 2, 13, ""),
                first(entry("open", 3, 14, "")),
                // What began long ago ended only just now.
                first(entry("long", 1, 15, "")),
                first(entry("long", 2, 16, "")),
                entry("long", 3, 150, ""),
                first(entry("young", 1, 160, "")),
            ],
            ..of("b")
        })
        .await
        .unwrap();
    let other = Commit {
        heard: vec![("old1".into(), 10)],
        journal: vec![first(entry("over", 1, 1, ""))],
        ..of("other")
    };
    store.commit(other).await.unwrap();
    let before = Before { heard: 100, journal: 100, programs: 100 };
    assert_eq!(store.prune("b", before).await.unwrap(), 1200 + 2 + 2 + 1);
    assert_eq!(
        store.heard("b", &["old1".into(), "old1199".into(), "young".into()]).await.unwrap(),
        ["young".to_string()].into()
    );
    let names = ["over", "open", "long", "young"];
    assert_eq!(left(&store, &names).await, [vec![], vec![3], vec![2, 3], vec![1]]);
    assert_eq!(store.prune("b", before).await.unwrap(), 0);
    assert_eq!(store.heard("other", &["old1".into()]).await.unwrap().len(), 1);
    assert_eq!(store.journal("other", "over", 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_long_journal_goes_in_pieces() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let row =
        |n: u64| Entry { first: Some("{}".into()), ..entry(&format!("c{}", n % 3), n, n.cast_signed(), "") };
    store.commit(Commit { journal: (0..2000).map(row).collect(), ..of("b") }).await.unwrap();
    let before = Before { heard: 0, journal: 1900, programs: 0 };
    assert_eq!(store.prune("b", before).await.unwrap(), 1900);
    let counts: Vec<usize> = left(&store, &["c0", "c1", "c2"]).await.iter().map(Vec::len).collect();
    assert_eq!(counts.iter().sum::<usize>(), 100);
}

#[tokio::test]
async fn programs_stay_while_runs_are_on_them_and_a_while_after() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let program = |hash: &str, used| Program { hash: hash.into(), used, body: format!("text of {hash}") };
    store
        .commit(Commit {
            programs: vec![program("p1", 1), program("p2", 1), program("p3", 1), program("p4", 1)],
            sessions: vec![session("c", Some("{}"), &["p1"])],
            ..of("b")
        })
        .await
        .unwrap();
    store
        .commit(Commit { used: vec![("p2".into(), 60)], programs: vec![program("p4", 70)], ..of("b") })
        .await
        .unwrap();
    let before = Before { heard: 0, journal: 0, programs: 50 };
    assert_eq!(store.prune("b", before).await.unwrap(), 1);
    for (hash, is_there) in [("p1", true), ("p2", true), ("p3", false), ("p4", true)] {
        assert_eq!(store.program("b", hash).await.unwrap().is_some(), is_there, "{hash}");
    }
    assert_eq!(store.program("other", "p1").await.unwrap(), None);
}

#[tokio::test]
async fn what_waits_in_line_is_taken_once_and_in_order() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let held = |conversation: &str, position, id: &str| Held {
        conversation: conversation.into(),
        position,
        id: id.into(),
        at: 5,
        body: format!("{{\"is\":\"{id}\"}}"),
    };
    let all = vec![held("c", 1, "a"), held("c", 2, "b"), held("d", 3, "c")];
    store.commit(Commit { held: all.clone(), ..of("b") }).await.unwrap();
    assert_eq!(store.held("b").await.unwrap(), all);
    let again =
        Commit { taken: vec![("c".into(), 1), ("d".into(), 3)], held: vec![held("c", 0, "a")], ..of("b") };
    store.commit(again).await.unwrap();
    drop(store);
    let store = reopened(&folder).await;
    assert_eq!(store.held("b").await.unwrap(), [held("c", 0, "a"), held("c", 2, "b")]);
    let both = Commit { taken: vec![("c".into(), 0)], held: vec![held("c", 0, "x")], ..of("b") };
    store.commit(both).await.unwrap();
    assert_eq!(store.held("b").await.unwrap(), [held("c", 0, "x"), held("c", 2, "b")]);
    assert!(store.held("other").await.unwrap().is_empty());
}

#[tokio::test]
async fn conversations_are_listed_by_the_latest_that_happened() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let order = ["x", "y", "x", "z", "y"];
    let rows = order.iter().enumerate().map(|(n, name)| {
        let mut row = entry(name, n as u64, 10 + n as i64, "");
        row.first = n.is_multiple_of(2).then(String::new);
        row
    });
    store.commit(Commit { journal: rows.collect(), ..of("b") }).await.unwrap();
    let names =
        |found: &[store::Recent]| found.iter().map(|one| one.conversation.clone()).collect::<Vec<_>>();
    let (found, next) = store.recent("b", None, 10).await.unwrap();
    assert_eq!((names(&found), next), (vec!["y".into(), "z".into(), "x".into()], None));
    let (found, next) = store.recent("b", None, 2).await.unwrap();
    assert_eq!(names(&found), ["y", "z"]);
    let (found, next) = store.recent("b", next, 2).await.unwrap();
    assert_eq!((names(&found), next), (vec!["x".to_string()], None));
    assert_eq!(found[0].at, 12);
    assert_eq!(store.journal_first("b", "x", 2).await.unwrap(), Some(2));
    assert_eq!(store.journal_first("b", "x", 1).await.unwrap(), Some(0));
    assert_eq!(store.journal_first("b", "z", u64::MAX).await.unwrap(), None);
    assert_eq!(store.journal_back("b", "x", 1).await.unwrap()[0].position, 2);
    assert_eq!(store.journal_part("b", "x", 0, 1).await.unwrap()[0].position, 0);
}

#[tokio::test]
async fn entries_are_found_before_and_after_they_have_their_places() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let names = ["x", "y", "z"];
    for part in 0..5_u64 {
        let journal =
            (part * 900..(part + 1) * 900).map(|n| entry(names[(n % 3) as usize], n / 3, 0, "")).collect();
        store.commit(Commit { journal, ..of("b") }).await.unwrap();
        for name in names {
            let found = store.journal("b", name, 0).await.unwrap();
            let wanted: Vec<u64> = (0..(part + 1) * 300).collect();
            assert_eq!(found.iter().map(|one| one.position).collect::<Vec<_>>(), wanted);
        }
        let (recent, _) = store.recent("b", None, 10).await.unwrap();
        assert_eq!(recent.iter().map(|one| one.conversation.as_str()).collect::<Vec<_>>(), ["z", "y", "x"]);
        let back = store.journal_back("b", "y", 2).await.unwrap();
        assert_eq!(back[0].position, (part + 1) * 300 - 1);
    }
    // When all of it is gone, numbers are given again; what comes then is found too.
    let before = Before { heard: 1, journal: 1, programs: 1 };
    assert_eq!(store.prune("b", before).await.unwrap(), 4500);
    store.commit(Commit { journal: vec![entry("x", 9, 0, "")], ..of("b") }).await.unwrap();
    assert_eq!(store.journal("b", "x", 0).await.unwrap().len(), 1);
}

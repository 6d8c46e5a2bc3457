//! What is committed is there, whole, and after opening again.

use store::{Asked, Commit, Entry, Kept, Letter, Store, StoreError, Timer, Variable};
use tempfile::TempDir;

async fn open(folder: &TempDir) -> Store {
    Store::open(folder.path()).await.expect("it opens")
}

fn of(bot: &str) -> Commit {
    Commit { bot: bot.into(), ..Commit::default() }
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
            sessions: vec![("c".into(), Some(text.clone())), ("gone".into(), None)],
            variables: vec![Variable {
                scope: 2,
                owner: String::new(),
                name: "count".into(),
                value: Some("1e400".into()),
            }],
            timers: vec![Timer { conversation: "c".into(), id: u64::MAX, due: Some(70) }],
            asked: vec![asked("k1", "{}")],
            journal: vec![Entry { conversation: "c".into(), position: 1, at: 5, body: text.clone() }],
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
                sessions: vec![(format!("c{}", n % 7), Some(n.to_string()))],
                timers: vec![Timer {
                    conversation: "c".into(),
                    id: n % 5,
                    due: n.is_multiple_of(2).then_some(n.cast_signed()),
                }],
                journal: vec![Entry { conversation: "c".into(), position: n, at: 0, body: String::new() }],
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

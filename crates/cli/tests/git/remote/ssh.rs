//! Over ssh, with a real `sshd`.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use vcs::Repo;
use vcs::remote::{Fault, Login, Stop, Wanted};

use super::servers::{Shell, keygen};
use super::{Person, at_home, fault, shared};

fn with_key(home: &Path, passphrase: &str) -> (Shell, String) {
    let key = home.join(".ssh/id_ed25519");
    keygen(&key, passphrase);
    Shell::serve(&fs::read_to_string(key.with_extension("pub")).expect("a key"))
}

#[test]
fn a_server_is_known_by_its_key() {
    at_home(
        "remote::ssh::a_server_is_known_by_its_key",
        |_| Vec::new(),
        |home| {
            let (folder, bare, _world) = shared();
            let (shell, print) = with_key(home, "");
            let (url, to, known) = (shell.url(&bare), home.join("a"), home.join(".ssh/known_hosts"));
            let mut person = Person::default();
            let (why, what) = fault(Repo::clone_from(&url, &to, &mut person, &Stop::default()));
            assert!(matches!(&why, Fault::UnknownHost(key) if key.fingerprint == print), "{why:?} {what}");
            assert!(what.contains(&print), "{what}");
            assert_eq!(person.keys.len(), 1);
            assert!(!known.exists() && !to.exists());

            let mut person = Person { trusts: true, ..Person::default() };
            let cloned = Repo::clone_from(&url, &to, &mut person, &Stop::default()).expect("cloned");
            assert_eq!(person.keys[0].fingerprint, print);
            // It is remembered, for the ssh command as well.
            let found = Command::new("ssh-keygen")
                .args(["-F", &format!("[127.0.0.1]:{}", shell.port), "-f"])
                .arg(&known)
                .output();
            assert!(found.expect("ssh-keygen").status.success());
            fs::write(to.join("words.txt"), "words").expect("written");
            let who = vcs::Who { name: "Ann".into(), email: "ann@example.org".into() };
            cloned.repo.commit(&["words.txt".into()], "words", &who).expect("committed");
            cloned.repo.push(None, &mut (), &Stop::default()).expect("pushed");
            cloned.repo.fetch("origin", &mut (), &Stop::default()).expect("fetched");

            let (why, what) =
                fault(Repo::clone_from(&format!("{url}-gone"), &home.join("b"), &mut (), &Stop::default()));
            assert_eq!(why, Fault::NotFound, "{what}");

            // Another key under the same name: nobody is asked, nothing goes on.
            keygen(&home.join("other"), "");
            let other = fs::read_to_string(home.join("other.pub")).expect("a key");
            let other = other.split(' ').take(2).collect::<Vec<_>>().join(" ");
            fs::write(&known, format!("[127.0.0.1]:{} {other}\n", shell.port)).expect("written");
            let mut person = Person { trusts: true, ..Person::default() };
            let (why, what) = fault(cloned.repo.fetch("origin", &mut person, &Stop::default()));
            assert!(matches!(why, Fault::ChangedHost(_)), "{what}");
            assert!(person.keys.is_empty());
            // Also where the names in the file are hashed.
            let hashed =
                Command::new("ssh-keygen").args(["-q", "-H", "-f"]).arg(&known).output().expect("ssh-keygen");
            assert!(hashed.status.success(), "{hashed:?}");
            assert!(matches!(
                fault(cloned.repo.fetch("origin", &mut person, &Stop::default())).0,
                Fault::ChangedHost(_)
            ));
            drop(folder);
        },
    );
}

#[test]
fn keys() {
    at_home(
        "remote::ssh::keys",
        |_| Vec::new(),
        |home| {
            let (_folder, bare, _world) = shared();
            let (shell, _) = with_key(home, "open sesame");
            let url = shell.url(&bare);
            let mut person = Person { trusts: true, ..Person::default() };
            // Nobody to unlock it, then the wrong word, then the right one.
            let (why, what) = fault(Repo::clone_from(&url, &home.join("a"), &mut person, &Stop::default()));
            assert_eq!(why, Fault::Login, "{what}");
            assert!(matches!(person.asked[0], Wanted::Passphrase { .. }), "{:?}", person.asked);
            let mut person = Person { logins: vec![Login::Passphrase("wrong".into())], ..Person::default() };
            let (why, what) = fault(Repo::clone_from(&url, &home.join("a"), &mut person, &Stop::default()));
            assert_eq!(why, Fault::Login, "{what}");
            let mut person =
                Person { logins: vec![Login::Passphrase("open sesame".into())], ..Person::default() };
            Repo::clone_from(&url, &home.join("a"), &mut person, &Stop::default()).expect("cloned");
            // A key that the caller keeps.
            let file = home.join(".ssh/id_ed25519");
            let key = fs::read_to_string(&file).expect("a key");
            fs::remove_file(&file).expect("removed");
            let (why, what) = fault(Repo::clone_from(&url, &home.join("b"), &mut (), &Stop::default()));
            assert_eq!(why, Fault::Login, "{what}");
            let user = url.split(['/', '@']).nth(2).expect("a name").to_owned();
            let login = Login::Key { user, key, passphrase: Some("open sesame".into()) };
            let mut person = Person { logins: vec![login], ..Person::default() };
            Repo::clone_from(&url, &home.join("b"), &mut person, &Stop::default()).expect("cloned");
        },
    );
}

#[test]
fn an_agent() {
    let socket = tempfile::TempDir::new().expect("a folder");
    let path = socket.path().join("agent");
    let mut agent = None;
    let prepare = |home: &Path| {
        let started = Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&path)
            .stdout(std::process::Stdio::null())
            .spawn();
        agent = Some(started.expect("ssh-agent"));
        keygen(&home.join("key"), "");
        for _ in 0..100 {
            if path.exists() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let added =
            Command::new("ssh-add").arg("-q").arg(home.join("key")).env("SSH_AUTH_SOCK", &path).status();
        assert!(added.expect("ssh-add").success());
        vec![("SSH_AUTH_SOCK", path.display().to_string())]
    };
    at_home("remote::ssh::an_agent", prepare, |home| {
        let (_folder, bare, _world) = shared();
        let (shell, _) = Shell::serve(&fs::read_to_string(home.join("key.pub")).expect("a key"));
        let mut person = Person { trusts: true, ..Person::default() };
        Repo::clone_from(&shell.url(&bare), &home.join("a"), &mut person, &Stop::default()).expect("cloned");
        assert!(person.asked.is_empty());
    });
    if let Some(mut agent) = agent {
        let _ = agent.kill();
        let _ = agent.wait();
    }
}

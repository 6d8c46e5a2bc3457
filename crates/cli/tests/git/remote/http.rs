//! Over http on this machine: logins, silence, redirects, limits.

use std::fs;
use std::time::{Duration, Instant};

use vcs::Repo;
use vcs::remote::{Caller, Fault, Login, Phase, Progress, Stop, Wanted};

use super::servers::Web;
use super::{Person, at_home, fault, names, shared};

/// `ann:secret`
const LOGIN: &str = "YW5uOnNlY3JldA==";

#[test]
fn logins() {
    at_home(
        "remote::http::logins",
        |_| Vec::new(),
        |home| {
            let (folder, _bare, _world) = shared();
            let web = Web::serve(folder.path(), Some(LOGIN));
            let to = |name: &str| home.join(name);
            let (why, what) =
                fault(Repo::clone_from(&web.url("shop.git"), &to("a"), &mut (), &Stop::default()));
            assert_eq!(why, Fault::Login, "{what}");
            assert!(what.contains("wants to know who you are"), "{what}");

            let mut person = Person::with("ann", "wrong");
            let (why, what) =
                fault(Repo::clone_from(&web.url("shop.git"), &to("a"), &mut person, &Stop::default()));
            assert_eq!(why, Fault::Login);
            assert!(what.contains("does not take"), "{what}");
            assert!(
                matches!(person.asked[1], Wanted::Login { try_number: 2, password: true, .. }),
                "{:?}",
                person.asked
            );

            let mut person = Person::with("ann", "wrong");
            person.logins.push(Login::Password { user: "ann".into(), password: "secret".into() });
            let cloned = Repo::clone_from(&web.url("shop.git"), &to("a"), &mut person, &Stop::default())
                .expect("cloned");
            assert!(person.seen.iter().any(|seen| seen.phase == Phase::Receiving && seen.bytes > 0));
            // The password is not kept; the one in an address is used and not kept.
            let inside = web.url("shop.git").replace("http://", "http://ann:secret@");
            Repo::clone_from(&inside, &to("b"), &mut (), &Stop::default()).expect("cloned");
            for name in ["a", "b"] {
                assert!(
                    !fs::read_to_string(to(name).join(".git/config")).expect("a file").contains("secret")
                );
            }
            // And pushing asks, too.
            fs::write(to("a").join("prompts.txt"), "words").expect("written");
            let who = vcs::Who { name: "Ann".into(), email: "ann@example.org".into() };
            cloned.repo.commit(&["prompts.txt".into()], "words", &who).expect("committed");
            assert_eq!(fault(cloned.repo.push(None, &mut (), &Stop::default())).0, Fault::Login);
            let mut person = Person::with("ann", "secret");
            cloned.repo.push(None, &mut person, &Stop::default()).expect("pushed");
            assert!(person.seen.iter().any(|seen| seen.phase == Phase::Sending), "{:?}", person.seen);
            let mut person = Person::with("ann", "secret");
            let other = Repo::open(&to("b")).expect("a repository");
            assert_eq!(other.fetch("origin", &mut person, &Stop::default()).expect("fetched").len(), 1);
            let (why, _) = fault(other.push(Some("gone"), &mut (), &Stop::default()));
            assert_eq!(why, Fault::NoUpstream);
            let mut left = names(home);
            left.sort();
            assert_eq!(left, [".ssh", "a", "b"]);
        },
    );
}

#[test]
fn helpers() {
    let config = "[credential]\n\thelper = \"!f() { test \\\"$1\\\" = get && echo username=ann && echo password=secret; }; f\"\n";
    let prepare = |home: &std::path::Path| {
        fs::write(home.join(".gitconfig"), config).expect("written");
        Vec::new()
    };
    at_home("remote::http::helpers", prepare, |home| {
        let (folder, _bare, _world) = shared();
        let web = Web::serve(folder.path(), Some(LOGIN));
        let mut person = Person::default();
        let to = home.join("a");
        let cloned =
            Repo::clone_from(&web.url("shop.git"), &to, &mut person, &Stop::default()).expect("cloned");
        assert!(person.asked.is_empty());
        // One that a repository names itself is not started.
        fs::write(home.join(".gitconfig"), "").expect("written");
        let own = format!("[credential]\n\thelper = \"!touch '{}'\"\n", home.join("started").display());
        let file = to.join(".git/config");
        fs::write(&file, fs::read_to_string(&file).expect("a file") + &own).expect("written");
        assert_eq!(fault(cloned.repo.fetch("origin", &mut (), &Stop::default())).0, Fault::Login);
        assert!(!home.join("started").exists());
    });
}

#[test]
fn what_servers_answer() {
    at_home(
        "remote::http::what_servers_answer",
        |_| Vec::new(),
        |home| {
            let (folder, _bare, _world) = shared();
            let web = Web::serve(folder.path(), Some(LOGIN));
            let to = home.join("a");
            let told = |url: &str| {
                let mut person = Person::with("ann", "secret");
                fault(Repo::clone_from(url, &to, &mut person, &Stop::default()))
            };
            for (path, expected) in [
                ("gone.git", Fault::NotFound),
                ("page/shop.git", Fault::NotFound),
                ("broken/shop.git", Fault::Server),
                ("forbidden/shop.git", Fault::NotAllowed),
                ("away/shop.git", Fault::Redirected),
            ] {
                let (why, what) = told(&web.url(path));
                assert_eq!(why, expected, "{path}: {what}");
            }
            // Sent on after the login was given: it goes nowhere else.
            let before = web.logins().len();
            let (why, what) = told(&web.url("away-later/shop.git"));
            assert_eq!(why, Fault::Redirected, "{what}");
            assert_eq!(web.logins().len(), before + 1, "the login went to one place only");
            let closed = std::net::TcpListener::bind("127.0.0.1:0")
                .and_then(|free| free.local_addr())
                .expect("a port");
            let (why, what) = told(&format!("http://{closed}/shop.git"));
            assert_eq!(why, Fault::Network, "{what}");
            assert!(what.contains("nothing listens"), "{what}");
            let (why, what) = told("https://shop.invalid/shop.git");
            assert_eq!(why, Fault::Network, "{what}");
            assert!(what.contains("no server called shop.invalid"), "{what}");
            assert_eq!(told("http://shop.invalid/shop.git").0, Fault::Address);
            // Moved within a server is followed.
            let mut person = Person::with("ann", "secret");
            Repo::clone_from(&web.url("moved/shop.git"), &to, &mut person, &Stop::default()).expect("cloned");
        },
    );
}

#[test]
fn silence_and_stops() {
    at_home(
        "remote::http::silence_and_stops",
        |_| Vec::new(),
        |home| {
            let (folder, bare, world) = shared();
            let web = Web::serve(folder.path(), None);
            let to = home.join("a");
            let mut person = Person { patience: Some(Duration::from_millis(200)), ..Person::default() };
            let (why, what) =
                fault(Repo::clone_from(&web.url("hang/shop.git"), &to, &mut person, &Stop::default()));
            assert_eq!(why, Fault::NoAnswer, "{what}");
            assert_eq!(names(home), [".ssh"]);

            // Stopped in the middle of what comes slowly.
            let stopper = |after: u64| {
                let stop = Stop::default();
                let other = stop.clone();
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(after));
                    other.stop();
                });
                stop
            };
            let begun = Instant::now();
            let (why, _) = fault(Repo::clone_from(&web.url("slow/shop.git"), &to, &mut (), &stopper(300)));
            assert_eq!(why, Fault::Stopped);
            assert!(begun.elapsed() < Duration::from_secs(20), "it did not wait for the end");
            assert_eq!(names(home), [".ssh"]);

            let cloned =
                Repo::clone_from(&web.url("shop.git"), &to, &mut (), &Stop::default()).expect("cloned");
            let seen = |what: &[&str]| {
                let output =
                    std::process::Command::new("git").args(what).current_dir(&to).output().expect("git");
                String::from_utf8_lossy(&output.stdout).into_owned()
            };
            let before = seen(&["for-each-ref"]);
            let lines: String = (0..500).map(|line| format!("{}\n", line * 7919 % 1009)).collect();
            fs::write(world.path("film.txt"), lines).expect("written");
            world.commit("more");
            world.git_fine(&["push", "-q", bare.to_str().expect("a name"), "main"]);
            cloned.repo.set_remote("origin", &web.url("slow/shop.git")).expect("set");
            assert_eq!(fault(cloned.repo.fetch("origin", &mut (), &stopper(150))).0, Fault::Stopped);
            assert_eq!(seen(&["for-each-ref"]), before);
            let packs = names(&to.join(".git/objects/pack"));
            assert!(packs.iter().all(|name| !name.contains("tmp")), "{packs:?}");
            assert_eq!(seen(&["status", "--porcelain"]), "");
            cloned.repo.set_remote("origin", &web.url("shop.git")).expect("set");
            cloned.repo.fetch("origin", &mut (), &Stop::default()).expect("fetched");
            assert_ne!(seen(&["for-each-ref"]), before);
        },
    );
}

#[test]
fn more_than_wanted_is_not_taken() {
    at_home(
        "remote::http::more_than_wanted_is_not_taken",
        |_| Vec::new(),
        |home| {
            let (folder, _bare, _world) = shared();
            let web = Web::serve(folder.path(), None);
            let mut person = Person { most: Some(100), ..Person::default() };
            let clone =
                Repo::clone_from(&web.url("shop.git"), &home.join("a"), &mut person, &Stop::default());
            assert_eq!(fault(clone).0, Fault::TooLarge);
            assert_eq!(names(home), [".ssh"]);
        },
    );
}

/// Stops as soon as something is sent.
struct Hasty(Stop);

impl Caller for Hasty {
    fn progress(&mut self, progress: &Progress) {
        if progress.phase == Phase::Sending {
            self.0.stop();
        }
    }
}

#[test]
fn a_push_is_stopped_while_it_sends() {
    at_home(
        "remote::http::a_push_is_stopped_while_it_sends",
        |_| Vec::new(),
        |home| {
            let (folder, bare, world) = shared();
            let web = Web::serve(folder.path(), None);
            let cloned = Repo::clone_from(&web.url("shop.git"), &home.join("a"), &mut (), &Stop::default())
                .expect("cloned")
                .repo;
            // What cannot be made smaller takes its time.
            let mut noise = 1u64;
            let bytes: Vec<u8> = (0..8_000_000)
                .map(|_| {
                    noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (noise >> 33) as u8
                })
                .collect();
            fs::write(home.join("a/noise.bin"), bytes).expect("written");
            cloned.commit(&["noise.bin".into()], "noise", &world.who()).expect("committed");
            cloned.set_remote("origin", &web.url("drip/shop.git")).expect("set");
            let tip = || world.git_fine(&["--git-dir", bare.to_str().expect("a name"), "rev-parse", "main"]);
            let before = tip();
            let mut hasty = Hasty(Stop::default());
            let stop = hasty.0.clone();
            assert_eq!(fault(cloned.push(None, &mut hasty, &stop)).0, Fault::Stopped);
            assert_eq!((tip(), cloned.upstream().expect("known").expect("there").ahead), (before.clone(), 1));
            cloned.set_remote("origin", &web.url("shop.git")).expect("set");
            cloned.push(None, &mut (), &Stop::default()).expect("pushed");
            assert_ne!(tip(), before);
        },
    );
}

//! Over https, with a certificate that this system trusts, or not.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use openssl::ssl::{SslAcceptor, SslFiletype, SslMethod};
use vcs::Repo;
use vcs::remote::{Fault, Stop};

use super::servers::Web;
use super::{Person, at_home, fault, shared};

fn certificate(home: &Path) -> Vec<(&'static str, String)> {
    let (key, cert) = (home.join("key.pem"), home.join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost", "-keyout"])
        .arg(key)
        .arg("-out")
        .arg(&cert)
        .output();
    assert!(made.expect("openssl").status.success());
    vec![("SSL_CERT_FILE", cert.display().to_string())]
}

fn serve(home: &Path, root: &Path) -> Web {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).expect("TLS");
    acceptor.set_private_key_file(home.join("key.pem"), SslFiletype::PEM).expect("a key");
    acceptor.set_certificate_chain_file(home.join("cert.pem")).expect("a certificate");
    let acceptor = acceptor.build();
    Web::behind(root, None, Arc::new(move |stream| Some(Box::new(acceptor.accept(stream).ok()?))))
}

#[test]
fn a_certificate_that_holds() {
    at_home("remote::https::a_certificate_that_holds", certificate, |home| {
        let (folder, _bare, _world) = shared();
        let web = serve(home, folder.path());
        let at = |host: &str| format!("https://{host}:{}/shop.git", web.port);
        Repo::clone_from(&at("localhost"), &home.join("a"), &mut Person::default(), &Stop::default())
            .expect("cloned");
        // It is another server's.
        let (why, what) =
            fault(Repo::clone_from(&at("127.0.0.1"), &home.join("b"), &mut (), &Stop::default()));
        assert_eq!(why, Fault::Certificate, "{what}");
    });
}

#[test]
fn one_that_does_not() {
    let prepare = |home: &Path| {
        certificate(home);
        Vec::new()
    };
    at_home("remote::https::one_that_does_not", prepare, |home| {
        let (folder, _bare, _world) = shared();
        let web = serve(home, folder.path());
        // Not even if the repository's own configuration wants it taken.
        fs::write(home.join(".gitconfig"), "[http]\n\tsslVerify = false\n").expect("written");
        let url = format!("https://localhost:{}/shop.git", web.port);
        let (why, what) =
            fault(Repo::clone_from(&url, &home.join("a"), &mut Person::default(), &Stop::default()));
        assert_eq!(why, Fault::Certificate, "{what}");
        assert!(web.asked.lock().expect("the list").is_empty());
    });
}

//! Mails, handed to a server of the tests' own that speaks SMTP line by line.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use engine::effect::Email;
use engine::{Done, Effect, EffectError, ErrorKind};
use mail_parser::{MessageParser, MimeHeaders};
use outside::{Limits, Outside, Reach};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::web::nobody;
use crate::{anywhere, hasty, outside, request};

/// What it says instead of what it would say: to a command by its beginning, or to the mail itself (`.`).
type Says = Vec<(&'static str, &'static str)>;

#[derive(Default)]
struct Got {
    lines: Vec<String>,
    mail: Vec<u8>,
}

struct Post {
    address: SocketAddr,
    got: Arc<Mutex<Got>>,
    task: JoinHandle<()>,
}

impl Drop for Post {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Post {
    async fn serve(says: Says) -> Post {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let got = Arc::<Mutex<Got>>::default();
        let keeps = Arc::clone(&got);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (says, keeps) = (says.clone(), Arc::clone(&keeps));
                tokio::spawn(async move { drop(converse(stream, &says, &keeps).await) });
            }
        });
        Post { address, got, task }
    }

    /// The secret that holds its address.
    fn secret(&self, user: &str) -> String {
        format!("is:smtp://{user}{}?tls=none", self.address)
    }

    fn lines(&self) -> Vec<String> {
        self.got.lock().expect("nobody panicked").lines.clone()
    }

    fn mail(&self) -> Vec<u8> {
        self.got.lock().expect("nobody panicked").mail.clone()
    }
}

/// One conversation. An empty answer cuts the line, `...` leaves one waiting.
async fn converse(stream: tokio::net::TcpStream, says: &Says, got: &Mutex<Got>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 hello\r\n").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_string();
        got.lock().expect("nobody panicked").lines.push(line.clone());
        let usual = match line.split(' ').next().unwrap_or_default() {
            "EHLO" => "250-here\r\n250-AUTH PLAIN LOGIN\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        let said = says.iter().find(|(to, _)| line.starts_with(to)).map_or(usual, |(_, said)| said);
        if !say(&mut stream, said).await? {
            return Ok(());
        }
        if said.starts_with("354") {
            let mut mail = Vec::new();
            while !mail.ends_with(b"\r\n.\r\n") {
                if stream.read_until(b'\n', &mut mail).await? == 0 {
                    return Ok(());
                }
            }
            mail.truncate(mail.len() - 3);
            // A line that begins with a dot comes with one more.
            let mail = String::from_utf8_lossy(&mail).replace("\r\n..", "\r\n.").into_bytes();
            got.lock().expect("nobody panicked").mail = mail;
            let said = says.iter().find(|(to, _)| *to == ".").map_or("250 taken", |(_, said)| said);
            if !say(&mut stream, said).await? {
                return Ok(());
            }
        }
    }
}

async fn say(stream: &mut BufReader<tokio::net::TcpStream>, said: &str) -> std::io::Result<bool> {
    match said {
        "" => return Ok(false),
        "..." => tokio::time::sleep(std::time::Duration::from_secs(60)).await,
        said => stream.write_all(format!("{said}\r\n").as_bytes()).await?,
    }
    Ok(true)
}

fn email(server: String) -> Email {
    Email {
        server: server.into(),
        from: "Shop <shop@example.com>".into(),
        to: vec!["ada@example.com".into(), "Bøb: B. <bob@example.com>".into()],
        cc: vec!["cc@example.com".into()],
        reply_to: "answers@example.com".into(),
        subject: "Grüße, your order".into(),
        text: "Hi Ada,\n.\nit is on its wäy.".into(),
        html: "<p>Hi <b>Ada</b></p>".into(),
        attachments: vec!["assets/menu.pdf".into()],
    }
}

async fn send(outside: &Outside, email: Email) -> Result<Done, EffectError> {
    outside.perform(&request(Effect::Email(email))).await
}

async fn fails(outside: &Outside, email: Email) -> EffectError {
    send(outside, email).await.expect_err("it should fail")
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let post = Post::serve(vec![]).await;
    assert_eq!(send(&anywhere(), email(post.secret("ada:p%40ss@"))).await, Ok(Done::Done));
    let lines = post.lines();
    let has =
        |wanted: &str| assert!(lines.iter().any(|line| line.starts_with(wanted)), "{wanted} in {lines:?}");
    has("AUTH PLAIN AGFkYQBwQHNz");
    has("MAIL FROM:<shop@example.com>");
    for to in ["ada", "bob", "cc"] {
        has(&format!("RCPT TO:<{to}@example.com>"));
    }
    let bytes = post.mail();
    let mail = MessageParser::default().parse(&bytes).expect("a mail");
    assert_eq!(mail.subject(), Some("Grüße, your order"));
    assert_eq!(mail.message_id(), Some("00000000000000000000000000000abc@example.com"));
    assert!(mail.date().is_some());
    let named = |list: Option<&mail_parser::Address<'_>>| -> Vec<(String, String)> {
        let all = list.expect("addresses").iter();
        all.map(|one| (one.name().unwrap_or_default().into(), one.address().unwrap_or_default().into()))
            .collect()
    };
    assert_eq!(named(mail.from()), [("Shop".into(), "shop@example.com".into())]);
    assert_eq!(
        named(mail.to()),
        [("".into(), "ada@example.com".into()), ("Bøb: B.".into(), "bob@example.com".into())]
    );
    assert_eq!(named(mail.cc()), [("".into(), "cc@example.com".into())]);
    assert_eq!(named(mail.reply_to()), [("".into(), "answers@example.com".into())]);
    assert_eq!(
        mail.body_text(0).expect("a text").replace("\r\n", "\n").trim_end(),
        "Hi Ada,\n.\nit is on its wäy."
    );
    assert_eq!(mail.body_html(0).expect("a page").trim_end(), "<p>Hi <b>Ada</b></p>");
    let file = mail.attachment(0).expect("a file");
    assert_eq!(
        (file.attachment_name(), file.contents()),
        (Some("menu.pdf"), b"%PDF \xff\x00menu".as_slice())
    );
    assert_eq!(
        file.content_type().map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default())),
        Some("application/pdf".into())
    );
}

#[tokio::test]
async fn a_plain_mail_is_plain() {
    let post = Post::serve(vec![]).await;
    let plain = Email {
        html: "".into(),
        attachments: vec![],
        cc: vec![],
        reply_to: "".into(),
        ..email(post.secret(""))
    };
    assert_eq!(send(&anywhere(), plain).await, Ok(Done::Done));
    let bytes = post.mail();
    let mail = MessageParser::default().parse(&bytes).expect("a mail");
    assert!(mail.reply_to().is_none() && mail.attachment(0).is_none());
    assert_eq!(mail.content_type().map(|kind| kind.ctype().to_string()), Some("text".into()));
    assert!(!post.lines().iter().any(|line| line.starts_with("AUTH")));
}

#[tokio::test]
async fn what_goes_wrong_is_told_by_kind() {
    for (says, kind, words) in [
        (
            ("RCPT TO:<bob", "550 5.1.1 no such user"),
            ErrorKind::Refused,
            "550: 5.1.1 no such user. This was about `bob@example.com`.",
        ),
        (("RCPT", "451 come back later"), ErrorKind::Unavailable, "451"),
        (("MAIL", "530 sign in first"), ErrorKind::Unauthorized, "530"),
        (("AUTH", "535 wrong"), ErrorKind::Unauthorized, "did not take user and password"),
        (("AUTH", "454 not now"), ErrorKind::Unavailable, "454"),
        (("EHLO", "250 here"), ErrorKind::Unauthorized, "does not let one sign in"),
        (("DATA", ""), ErrorKind::Network, "ended the connection"),
        (("MAIL", "..."), ErrorKind::Timeout, "in time"),
        ((".", "554 spam"), ErrorKind::Refused, "554: spam"),
        ((".", "452 full"), ErrorKind::Unavailable, "452: full"),
        ((".", ""), ErrorKind::InDoubt, "may have been sent or not"),
        ((".", "..."), ErrorKind::InDoubt, "may have been sent or not"),
    ] {
        let post = Post::serve(vec![says]).await;
        let error = fails(&hasty(), email(post.secret("ada:secret@"))).await;
        assert_eq!(error.kind, kind, "{says:?}: {}", error.message);
        assert!(error.message.contains(words), "{says:?}: {}", error.message);
        assert!(error.message.ends_with(['.', ')']), "{}", error.message);
    }
    let gone = format!("is:smtp://{}?tls=none", nobody());
    assert_eq!(fails(&anywhere(), email(gone)).await.kind, ErrorKind::Network);
}

#[tokio::test]
async fn nothing_is_told_without_encryption_unless_that_is_said() {
    let post = Post::serve(vec![]).await;
    let error = fails(&anywhere(), email(format!("is:smtp://ada:secret@{}", post.address))).await;
    assert_eq!(error.kind, ErrorKind::Refused, "{}", error.message);
    assert!(error.message.contains("?tls=none"), "{}", error.message);
    assert!(!post.lines().iter().any(|line| line.starts_with("AUTH")));
    let tls = tls_server().await;
    let error = fails(&anywhere(), email(format!("is:smtps://ada:secret@localhost:{}", tls.port()))).await;
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(error.message.contains("vouches for its certificate"), "{}", error.message);
}

#[tokio::test]
async fn the_guard_stands_before_mail_too() {
    let post = Post::serve(vec![]).await;
    let port = post.address.port();
    let public = outside(Reach::public(), Limits::default());
    for host in ["127.0.0.1", "localhost", "0x7f000001", "[::ffff:127.0.0.1]"] {
        let error = fails(&public, email(format!("is:smtp://{host}:{port}?tls=none"))).await;
        assert_eq!(error.kind, ErrorKind::Refused, "{host}: {}", error.message);
    }
    assert!(post.lines().is_empty());
    let allowed = Reach::public().allow(&format!("localhost:{port}")).expect("a place");
    let allowed = outside(allowed, Limits::default());
    assert_eq!(send(&allowed, email(format!("is:smtp://localhost:{port}?tls=none"))).await, Ok(Done::Done));
}

#[tokio::test]
async fn what_is_asked_for_wrongly_is_refused_before_anybody_is_called() {
    let post = Post::serve(vec![]).await;
    for wrong in [
        Email { from: "nobody".into(), ..email(post.secret("")) },
        Email { to: vec!["a@b@c".into()], ..email(post.secret("")) },
        email("is:canary".into()),
    ] {
        let error = fails(&anywhere(), wrong).await;
        assert_eq!(error.kind, ErrorKind::Refused, "{}", error.message);
    }
    let missing = Email { attachments: vec!["assets/no".into()], ..email(post.secret("")) };
    assert_eq!(fails(&anywhere(), missing).await.kind, ErrorKind::NotFound);
    assert_eq!(fails(&anywhere(), email("nobody_knows".into())).await.kind, ErrorKind::Unauthorized);
    assert!(post.lines().is_empty());
}

/// Says hello with a certificate that nobody vouches for, whoever comes.
pub async fn tls_server() -> SocketAddr {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let key = tokio_rustls::rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der())
        .expect("a key");
    let config = tokio_rustls::rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a certificate with its key");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { drop(acceptor.accept(stream).await) });
        }
    });
    address
}

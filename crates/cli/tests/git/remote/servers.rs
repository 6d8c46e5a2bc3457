//! A web server in front of `git http-backend`, and a real `sshd`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The request lines, with the name and password that came with them.
type Asked = Vec<(String, Option<String>)>;

/// Listens until the test process ends.
pub struct Web {
    pub port: u16,
    pub asked: Arc<Mutex<Asked>>,
}

pub trait Stream: Read + Write + Send {}
impl<S: Read + Write + Send> Stream for S {}

type Wrap = Arc<dyn Fn(TcpStream) -> Option<Box<dyn Stream>> + Send + Sync>;

impl Web {
    /// Serves the repositories in a folder; with a login (`name:password` as base64) to nobody else.
    pub fn serve(root: &Path, login: Option<&str>) -> Web {
        Web::behind(root, login, Arc::new(|stream| Some(Box::new(stream))))
    }

    pub fn behind(root: &Path, login: Option<&str>, wrap: Wrap) -> Web {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked: Arc<Mutex<Asked>> = Arc::default();
        let (root, login) = (root.to_owned(), login.map(str::to_owned));
        let seen = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (root, login, seen, wrap) = (root.clone(), login.clone(), seen.clone(), wrap.clone());
                std::thread::spawn(move || {
                    if let Some(mut stream) = wrap(stream) {
                        let _ = answer(&mut *stream, &root, login.as_deref(), &seen);
                    }
                });
            }
        });
        Web { port, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    pub fn logins(&self) -> Vec<String> {
        let asked = self.asked.lock().expect("the list");
        asked.iter().filter_map(|(_, login)| login.clone()).collect()
    }
}

fn answer(
    stream: &mut dyn Stream,
    root: &Path,
    login: Option<&str>,
    asked: &Mutex<Asked>,
) -> std::io::Result<()> {
    let (first, headers, body) = request(stream)?;
    if first.is_empty() {
        return Ok(());
    }
    let given =
        headers.get("authorization").and_then(|value| value.strip_prefix("Basic ")).map(str::to_owned);
    asked.lock().expect("the list").push((first.clone(), given.clone()));
    let mut say = |status: &str, more: &str, body: &str| {
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\n{more}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
    };
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (part, rest) = path.trim_start_matches('/').split_once('/').unwrap_or((path, ""));
    match part {
        "hang" => {
            std::thread::sleep(Duration::from_secs(60));
            return Ok(());
        }
        "broken" => return say("500 Internal Server Error", "", ""),
        "page" => return say("200 OK", "Content-Type: text/html\r\n", "<h1>Hello</h1>"),
        // To `localhost`, which is another name, and to a path here.
        "away" => {
            return say(
                "302 Found",
                &format!("Location: http://localhost:{}/{rest}?{query}\r\n", port(&headers)),
                "",
            );
        }
        "moved" => return say("301 Moved", &format!("Location: /{rest}?{query}\r\n"), ""),
        _ => {}
    }
    if login.is_some_and(|login| given.as_deref() != Some(login)) {
        return say("401 Unauthorized", "WWW-Authenticate: Basic realm=\"shop\"\r\n", "");
    }
    if part == "away-later" {
        return say(
            "302 Found",
            &format!("Location: http://localhost:{}/{rest}?{query}\r\n", port(&headers)),
            "",
        );
    }
    if part == "forbidden" {
        return say("403 Forbidden", "", "");
    }
    let slow = part == "slow";
    let path = if slow || part == "drip" { format!("/{rest}") } else { path.to_owned() };
    let mut git = Command::new("git")
        .arg("http-backend")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("REQUEST_METHOD", method)
        .env("REMOTE_USER", "ann")
        .env("CONTENT_TYPE", headers.get("content-type").map(String::as_str).unwrap_or_default())
        .env("CONTENT_LENGTH", body.len().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = git.stdin.take().expect("a pipe");
    stdin.write_all(&body)?;
    drop(stdin);
    let mut output = Vec::new();
    git.stdout.take().expect("a pipe").read_to_end(&mut output)?;
    git.wait()?;
    let end = output.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0);
    let (head, body) =
        (String::from_utf8_lossy(&output[..end]).into_owned(), &output[(end + 4).min(output.len())..]);
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    if slow && method == "POST" {
        for piece in body.chunks(16) {
            stream.write_all(piece)?;
            stream.flush()?;
            std::thread::sleep(Duration::from_millis(20));
        }
        return Ok(());
    }
    stream.write_all(body)
}

fn port(headers: &BTreeMap<String, String>) -> &str {
    headers.get("host").and_then(|host| host.rsplit_once(':')).map(|(_, port)| port).unwrap_or("80")
}

type Request = (String, BTreeMap<String, String>, Vec<u8>);

fn request(stream: &mut dyn Stream) -> std::io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let line = |reader: &mut BufReader<&mut dyn Stream>| {
        let mut line = String::new();
        reader.read_line(&mut line).map(|_| line.trim_end().to_owned())
    };
    let first = line(&mut reader)?;
    let mut headers = BTreeMap::new();
    loop {
        let next = line(&mut reader)?;
        let Some((name, value)) = next.split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let mut body = Vec::new();
    if let Some(length) = headers.get("content-length").and_then(|value| value.parse::<u64>().ok()) {
        (&mut reader).take(length).read_to_end(&mut body)?;
    } else if headers.get("transfer-encoding").is_some_and(|value| value == "chunked") {
        loop {
            let size = u64::from_str_radix(&line(&mut reader)?, 16).unwrap_or(0);
            (&mut reader).take(size).read_to_end(&mut body)?;
            if first.contains("/drip/") {
                std::thread::sleep(Duration::from_millis(20));
            }
            line(&mut reader)?;
            if size == 0 {
                break;
            }
        }
    }
    Ok((first, headers, body))
}

/// An `sshd` of this test; it ends with it.
pub struct Shell {
    pub port: u16,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shell {
    /// Lets in whoever has the key, with a host key that is made for it; returns its fingerprint, too.
    pub fn serve(public_key: &str) -> (Shell, String) {
        let program = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"]
            .map(PathBuf::from)
            .into_iter()
            .find(|path| path.exists());
        let program = program
            .expect("no sshd on this machine: `cargo xtask setup` installs openssh-server, or do it by hand");
        let folder = tempfile::TempDir::new().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        keygen(&at("host"), "");
        std::fs::write(at("authorized"), public_key).expect("written");
        // Asked for by every sshd that runs as root, and there only once its service has run.
        let _ = std::fs::create_dir_all("/run/sshd");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let config = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\nPermitUserRC no\nSetEnv PATH={}\n",
            at("host").display(),
            at("authorized").display(),
            std::env::var("PATH").unwrap_or_default(),
        );
        std::fs::write(at("config"), config).expect("written");
        let child = Command::new(program)
            .args(["-D", "-e", "-f"])
            .arg(at("config"))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(at("log")).expect("a log"))
            .spawn()
            .expect("sshd starts");
        let print = Command::new("ssh-keygen").arg("-lf").arg(at("host.pub")).output().expect("ssh-keygen");
        let print =
            String::from_utf8_lossy(&print.stdout).split(' ').nth(1).expect("a fingerprint").to_owned();
        let mut shell = Shell { port, child, _folder: folder };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return (shell, print);
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        let _ = shell.child.kill();
        panic!(
            "sshd does not answer: {}",
            std::fs::read_to_string(shell._folder.path().join("log")).unwrap_or_default()
        );
    }

    pub fn url(&self, path: &Path) -> String {
        let user = Command::new("id").arg("-un").output().expect("a name");
        format!(
            "ssh://{}@127.0.0.1:{}{}",
            String::from_utf8_lossy(&user.stdout).trim(),
            self.port,
            path.display()
        )
    }
}

pub fn keygen(path: &Path, passphrase: &str) {
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", passphrase, "-f"]).arg(path).status();
    assert!(made.expect("ssh-keygen").success());
}

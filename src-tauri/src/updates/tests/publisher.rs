//! Whoever publishes versions: a key, a package, a manifest, and a small server on loopback.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minisign::KeyPair;
use serde_json::json;
use tauri::Url;

/// How a question is answered.
#[derive(Clone)]
pub enum Body {
    Whole(Vec<u8>),
    /// Half of what was promised, then the line is dead.
    Cut(Vec<u8>),
    /// Half of what was promised, then silence.
    Stuck(Vec<u8>),
    Missing,
}

pub struct Publisher {
    keys: KeyPair,
    address: SocketAddr,
    version: String,
    package: Vec<u8>,
    signature: String,
    bodies: Arc<Mutex<HashMap<String, Body>>>,
}

impl Publisher {
    /// One that has published this version, as it should be done.
    pub fn with(version: &str) -> Publisher {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let bodies = Arc::<Mutex<HashMap<String, Body>>>::default();
        let served = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for line in listener.incoming().flatten() {
                let served = Arc::clone(&served);
                // A client that hangs up has heard enough.
                std::thread::spawn(move || answer(line, &served).ok());
            }
        });
        let mut publisher = Publisher {
            keys: keys(),
            address,
            version: version.into(),
            package: Vec::new(),
            signature: String::new(),
            bodies,
        };
        publisher.pack(program());
        publisher
    }

    /// One whose server is gone.
    pub fn nobody() -> Publisher {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        Publisher { address, ..Publisher::with("0.6.0") }
    }

    pub fn package(&self) -> Vec<u8> {
        self.package.clone()
    }

    /// As tauri.conf.json wants it: the text of the .pub file in base64.
    pub fn public_key(&self) -> String {
        let key = self.keys.pk.to_box().expect("a key's text").into_string();
        STANDARD.encode(key)
    }

    pub fn manifest_address(&self) -> Url {
        self.address_of("/latest.json")
    }

    pub fn pack(&mut self, package: Vec<u8>) {
        self.package = package;
        self.sign(&format!("timestamp:1700000000\tfile:nexus-bots.AppImage\tversion:{}", self.version));
        self.serve("/package", Body::Whole(self.package.clone()));
        self.announce(&self.version);
    }

    /// With what the signature says besides.
    pub fn sign(&mut self, comment: &str) {
        self.signature = signature(&self.keys, &self.package, comment);
    }

    pub fn sign_with_a_strangers_key(&mut self) {
        self.signature = signature(&keys(), &self.package, &format!("version:{}", self.version));
        self.announce(&self.version);
    }

    /// Publishes the package as this version, whatever it is.
    pub fn announce(&self, version: &str) {
        let here = format!("linux-{}", std::env::consts::ARCH);
        let manifest = json!({
            "version": version,
            "notes": format!("What is new in {version}."),
            "platforms": { here: { "url": self.address_of("/package"), "signature": self.signature } },
        });
        self.serve("/latest.json", Body::Whole(manifest.to_string().into_bytes()));
    }

    pub fn serve(&self, path: &str, body: Body) {
        self.bodies.lock().expect("no panic").insert(path.into(), body);
    }

    fn address_of(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().expect("an address")
    }
}

pub fn decoded(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).expect("base64")).expect("a text")
}

fn keys() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().expect("a pair of keys")
}

/// As in a .sig file, in base64 like everything of Tauri's.
fn signature(keys: &KeyPair, package: &[u8], comment: &str) -> String {
    let signed = minisign::sign(Some(&keys.pk), &keys.sk, Cursor::new(package), Some(comment), None);
    STANDARD.encode(signed.expect("a signature").into_string())
}

/// Begins as an AppImage does, which is all that the updater looks at, and is long enough to come in pieces.
fn program() -> Vec<u8> {
    let mut program = b"\x7fELF\x02\x01\x01\0".to_vec();
    program.extend((0..600_000_u32).flat_map(u32::to_le_bytes));
    program
}

fn answer(mut line: TcpStream, bodies: &Mutex<HashMap<String, Body>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(line.try_clone()?).lines();
    let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    while lines.next().is_some_and(|header| header.is_ok_and(|header| !header.is_empty())) {}
    let path = request.split(' ').nth(1).unwrap_or_default();
    let body = bodies.lock().expect("no panic").get(path).cloned().unwrap_or(Body::Missing);
    let (status, bytes, sent) = match &body {
        Body::Whole(bytes) => ("200 OK", bytes.as_slice(), bytes.len()),
        Body::Cut(bytes) | Body::Stuck(bytes) => ("200 OK", bytes.as_slice(), bytes.len() / 2),
        Body::Missing => ("404 Not Found", &[][..], 0),
    };
    let length = bytes.len();
    write!(line, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    line.write_all(&bytes[..sent])?;
    if let Body::Stuck(_) = body {
        std::thread::sleep(Duration::from_secs(15));
    }
    Ok(())
}

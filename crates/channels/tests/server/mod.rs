//! A server of a few lines for what networks post: each request is answered by a status and a body.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct Posted {
    head: String,
    pub body: Vec<u8>,
}

impl Posted {
    pub fn header(&self, name: &str) -> String {
        let of = |line: &str| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_string())
        };
        self.head.lines().find_map(of).unwrap_or_default()
    }
}

/// Returns its address.
pub async fn serve(mut answer: impl FnMut(Posted) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (status, body) = answer(read(&mut stream).await);
            let length = body.len();
            let text =
                format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            let _ = stream.write_all(text.as_bytes()).await;
        }
    });
    url
}

async fn read(stream: &mut TcpStream) -> Posted {
    let mut text = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        text.extend_from_slice(&part[..read]);
        let Some(end) = text.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&text[..end]).into_owned();
        let posted = Posted { head, body: text[end + 4..].to_vec() };
        if posted.body.len() >= posted.header("content-length").parse().unwrap_or(0) {
            return posted;
        }
    }
}

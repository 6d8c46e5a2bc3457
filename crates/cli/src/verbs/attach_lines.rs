//! Lines from the standard input, while other things happen.

use std::io::BufRead;

use tokio::sync::mpsc;

/// One line at a time: what is piped in does not pile up. Nothing more comes when nobody types any more.
pub fn typed() -> mpsc::Receiver<String> {
    let (to, lines) = mpsc::channel(1);
    // A thread of its own, which nobody waits for: reading cannot be broken off.
    std::thread::spawn(move || {
        let mut from = std::io::stdin().lock();
        loop {
            let mut line = Vec::new();
            match from.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => break,
                Ok(_) if to.blocking_send(String::from_utf8_lossy(&line).into_owned()).is_err() => break,
                Ok(_) => {}
            }
        }
    });
    lines
}

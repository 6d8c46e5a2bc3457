//! What goes wrong on the line: a queue of faults, each for calls that match a pattern, a number of times.

use std::sync::Mutex;
use std::time::Duration;

/// One way in which a call goes wrong. Unless it says otherwise, the call has no effect.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// 429 in the platform's own form; the bot is to wait that many seconds.
    TooMany { retry_after: f64 },
    /// This status with a page of HTML, as a proxy in front of the platform answers.
    Broken(u16),
    /// The same, after the effect was performed.
    BrokenAfter(u16),
    /// The connection is reset and nothing was done.
    CutBefore,
    /// The effect is performed; the connection is reset instead of an answer.
    CutAfter,
    /// The effect is performed; the answer takes this long.
    Slow(Duration),
    /// 401 in the platform's own form.
    Unauthorized,
}

/// How the next update or event is disturbed on its way to the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturb {
    /// It comes twice, with the same id.
    Twice,
    /// It comes after the one that follows it.
    Late,
}

/// The faults that are still to come. The first one that matches a call is used up once.
#[derive(Default)]
pub struct Faults(Mutex<Vec<(String, Fault, usize)>>);

impl Faults {
    /// The next `times` calls that match are hit. Telegram's calls are called `sendMessage`, Discord's `POST /channels/7/messages`;
    /// letter case does not matter and `*` stands for anything.
    pub fn add(&self, pattern: &str, fault: Fault, times: usize) {
        self.0.lock().unwrap().push((pattern.to_lowercase(), fault, times));
    }

    pub fn clear(&self) {
        self.0.lock().unwrap().clear();
    }

    /// How many hits have not happened yet.
    pub fn left(&self) -> usize {
        self.0.lock().unwrap().iter().map(|(_, _, times)| times).sum()
    }

    pub(crate) fn take(&self, call: &str) -> Option<Fault> {
        let (call, mut queue) = (call.to_lowercase(), self.0.lock().unwrap());
        let at = queue.iter().position(|(pattern, _, times)| *times > 0 && matches(pattern, &call))?;
        queue[at].2 -= 1;
        let fault = queue[at].1.clone();
        queue.retain(|(_, _, times)| *times > 0);
        Some(fault)
    }
}

fn matches(pattern: &str, call: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == call,
        Some((head, rest)) => call.strip_prefix(head).is_some_and(|tail| {
            (0..=tail.len()).any(|at| tail.is_char_boundary(at) && matches(rest, &tail[at..]))
        }),
    }
}

#[test]
fn patterns_match() {
    let cases = [
        ("sendmessage", "sendmessage", true),
        ("send*", "sendmessage", true),
        ("*", "getme", true),
        ("post /channels/*/messages", "post /channels/7/messages", true),
        ("post /channels/*/messages", "post /channels/7/messages/8", false),
        ("send", "sendmessage", false),
    ];
    for (pattern, call, expected) in cases {
        assert_eq!(matches(pattern, call), expected, "{pattern} on {call}");
    }
}

#[test]
fn faults_are_used_up_in_order() {
    let faults = Faults::default();
    faults.add("send*", Fault::CutAfter, 1);
    faults.add("sendMessage", Fault::Broken(502), 2);
    let taken: Vec<_> = (0..4).map(|_| faults.take("SendMessage")).collect();
    assert_eq!(taken, [Some(Fault::CutAfter), Some(Fault::Broken(502)), Some(Fault::Broken(502)), None]);
}

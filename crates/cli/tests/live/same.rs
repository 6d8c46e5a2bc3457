//! One bot, one conversation, four ways: in the simulator, on Telegram, on Discord, and published to a runner. What is said is the same.

use std::fmt::Write as _;
use std::time::Duration;

use doubles::record::{Act, Did};
use sim::moves::Who;
use sim::{Happened, Move, Setup, Stage, World};

use crate::nexus::{Nexus, example, text};

/// What Ada does: says something, or presses a button of the latest message that has it.
const CONVERSATION: [(&str, &str); 5] = [
    ("says", "/start"),
    ("presses", "Opening hours"),
    ("says", "A ladder, please"),
    ("presses", "Talk to a person"),
    ("says", "Thank you!"),
];
/// How many messages the bot has sent after each.
const SENT: [usize; 5] = [1, 3, 5, 6, 7];

/// The conversation as people see it.
#[derive(Default)]
struct Transcript(String);

impl Transcript {
    fn person(&mut self, (does, what): (&str, &str)) {
        let _ = writeln!(self.0, "Ada {does} {what}");
    }

    fn bot(&mut self, said: &str, buttons: &[String]) {
        let _ = writeln!(self.0, "Bot: {}", said.replace('\n', " / "));
        if !buttons.is_empty() {
            let _ = writeln!(self.0, "     [{}]", buttons.join("] ["));
        }
    }

    fn acts(&mut self, acts: &[Act]) {
        for act in acts.iter().filter(|act| act.did == Did::Sent) {
            let labels: Vec<String> =
                act.buttons.iter().flatten().map(|button| button.text.clone()).collect();
            self.bot(&act.text, &labels);
        }
    }
}

fn simulated() -> String {
    let bot = studio::glance(&example("welcome")).bot;
    let mut world = World::new(&Stage::new(bot), Setup::default());
    let mut transcript = Transcript::default();
    for (does, what) in CONVERSATION {
        transcript.person((does, what));
        let before = world.lines().len();
        let who = Who::default();
        let one = match does {
            "says" => Move::Says { who, text: what.into(), reply_to: None },
            _ => Move::Presses { who, button: what.into(), message: None },
        };
        world.act(one).expect("it can be done");
        let sent: Vec<_> = world.lines()[before..]
            .iter()
            .filter_map(|line| match &line.what {
                Happened::Did(did) if did.request.effect.name() == "send" => did.message.clone(),
                _ => None,
            })
            .collect();
        for id in sent {
            let message = world.message(&id).expect("it was sent");
            let labels: Vec<String> =
                message.buttons().iter().map(|button| button.label.to_string()).collect();
            transcript.bot(&message.text, &labels);
        }
    }
    transcript.0
}

fn sent(acts: &[Act]) -> usize {
    acts.iter().filter(|act| act.did == Did::Sent).count()
}

/// Waits until the bot has said so much, and tells what is new since `known`.
async fn said(record: &doubles::record::Record, known: &mut usize, count: usize) -> Vec<Act> {
    let acts = record.until(Duration::from_secs(60), |acts| sent(acts) >= count).await;
    let new = acts[*known..].to_vec();
    *known = acts.len();
    new
}

async fn on_telegram(double: &doubles::Telegram) -> String {
    let ada = double.person("Ada");
    let (mut transcript, mut known, mut menu) =
        (Transcript::default(), double.transcript().len(), String::new());
    for ((does, what), count) in CONVERSATION.into_iter().zip(SENT) {
        transcript.person((does, what));
        match does {
            "says" => drop(ada.says(ada.private(), what)),
            _ => drop(ada.presses(ada.private(), menu.parse().expect("a number"), what)),
        }
        let acts = said(double.record(), &mut known, count).await;
        if let Some(act) = acts.iter().rfind(|act| !act.buttons.is_empty()) {
            menu = act.message.clone();
        }
        transcript.acts(&acts);
    }
    assert_eq!(double.record().violations(), Vec::<String>::new());
    transcript.0
}

async fn on_discord(double: &doubles::Discord) -> String {
    let ada = double.person("Ada");
    let channel = ada.direct();
    let (mut transcript, mut known, mut menu) =
        (Transcript::default(), double.transcript().len(), String::new());
    for ((does, what), count) in CONVERSATION.into_iter().zip(SENT) {
        transcript.person((does, what));
        match does {
            "says" => drop(ada.says(channel, what)),
            _ => drop(ada.presses(channel, menu.parse().expect("a number"), what)),
        }
        let acts = said(double.record(), &mut known, count).await;
        if let Some(act) = acts.iter().rfind(|act| !act.buttons.is_empty()) {
            menu = act.message.clone();
        }
        transcript.acts(&acts);
    }
    assert_eq!(double.record().violations(), Vec::<String>::new());
    transcript.0
}

#[tokio::test(flavor = "multi_thread")]
async fn the_four_transcripts_agree() {
    let simulated = simulated();

    let telegram = doubles::Telegram::start().await;
    let nexus = Nexus::new().on_telegram(&telegram);
    let mut running = nexus.run(&example("welcome"), &[]);
    running.until_listening("telegram");
    let by_telegram = on_telegram(&telegram).await;
    assert!(running.stop().success());

    let discord = doubles::Discord::start().await;
    let nexus = Nexus::new().on_discord(&discord);
    let mut running = nexus.run(&example("welcome"), &[]);
    running.until_listening("discord");
    discord.until_connected(Duration::from_secs(30)).await;
    let by_discord = on_discord(&discord).await;
    assert!(running.stop().success());

    let telegram = doubles::Telegram::start().await;
    let nexus = Nexus::new().on_telegram(&telegram);
    let published = published(&nexus, &[], || on_telegram(&telegram)).await;

    eprintln!("{simulated}");
    assert_eq!(by_telegram, simulated, "Telegram");
    assert_eq!(by_discord, simulated, "Discord");
    assert_eq!(published, simulated, "published");
}

/// Posted to rather than asked for: Telegram's webhook with its word, Discord's interactions with their signatures.
#[tokio::test(flavor = "multi_thread")]
async fn networks_post_to_a_runner() {
    let simulated = simulated();
    let (address, public) = free_address();
    let telegram = doubles::Telegram::start().await;
    let nexus = Nexus::new().on_telegram(&telegram);
    let posted = ["--listen", address.as_str(), "--public", public.as_str()];
    assert_eq!(published(&nexus, &posted, || on_telegram(&telegram)).await, simulated, "Telegram");
    let asked = telegram.requests().iter().filter(|one| one.path.ends_with("/GetUpdates")).count();
    assert_eq!(asked, 0, "nobody asks where updates are posted");

    let (address, public) = free_address();
    let discord = doubles::Discord::start().await;
    let nexus = Nexus::new().on_discord(&discord);
    let posted = ["--listen", address.as_str(), "--public", public.as_str()];
    let talking = || async {
        discord.until_connected(Duration::from_secs(30)).await;
        discord
            .set_endpoint(&format!("{public}/discord/welcome"))
            .await
            .expect("it answers as Discord expects");
        on_discord(&discord).await
    };
    assert_eq!(published(&nexus, &posted, talking).await, simulated, "Discord");
}

fn free_address() -> (String, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
    (port.to_string(), format!("http://{port}"))
}

/// The bot on a runner of its own, for as long as a conversation takes.
async fn published<T: Future<Output = String>>(
    nexus: &Nexus,
    more: &[&str],
    talking: impl FnOnce() -> T,
) -> String {
    let server = nexus.serve("cloud", more);
    let token = server.token.clone().expect("the first token");
    let login = nexus.tell(&["login", &server.address], &token);
    assert!(login.status.success(), "{}", text(&login.stderr));
    let bot = example("welcome");
    let bot = bot.to_str().expect("a plain path");
    let publish = nexus.ask(&["publish", bot, "--to", &server.address, "--secrets", "--yes"]);
    assert!(publish.status.success(), "{}{}", text(&publish.stdout), text(&publish.stderr));
    let said = talking().await;
    assert!(server.stop().success());
    said
}

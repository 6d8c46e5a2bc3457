use std::time::{Duration, Instant};

use channels::{ChannelError, Telegram};
use doubles::Fault;
use engine::effect::{Effect, ErrorKind, Send};

use crate::{Line, connect, of};

fn hi() -> Effect {
    Effect::Send(Send { text: "hi".into(), ..Send::default() })
}

#[tokio::test]
async fn each_fault_has_its_kind() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    // What may have been done is in doubt, unless doing it again does no harm.
    let cases = [
        (Fault::TooMany { retry_after: 3.0 }, ErrorKind::RateLimited, ErrorKind::RateLimited, 0),
        (Fault::Broken(503), ErrorKind::Unavailable, ErrorKind::Unavailable, 0),
        (Fault::Broken(502), ErrorKind::InDoubt, ErrorKind::Unavailable, 0),
        (Fault::BrokenAfter(504), ErrorKind::InDoubt, ErrorKind::Unavailable, 1),
        (Fault::CutBefore, ErrorKind::InDoubt, ErrorKind::Network, 0),
        (Fault::CutAfter, ErrorKind::InDoubt, ErrorKind::Network, 1),
        (Fault::Unauthorized, ErrorKind::Unauthorized, ErrorKind::Unauthorized, 0),
    ];
    for (fault, sending, typing, done) in cases {
        for (effect, kind) in [(hi(), sending), (Effect::Typing, typing)] {
            line.double.faults().add("send*", fault.clone(), 1);
            let (before, began) = (line.double.transcript().len(), Instant::now());
            let error = line.does(effect, &of(&ada)).await.unwrap_err();
            assert_eq!(error.kind, kind, "{fault:?}: {error:?}");
            assert_eq!(line.double.transcript().len() - before, done, "{fault:?}");
            assert_eq!(error.retry_after, (kind == ErrorKind::RateLimited).then_some(3000));
            assert!(!error.message.contains(line.double.token()), "{error:?}");
            assert!(began.elapsed() < Duration::from_secs(5), "{fault:?} is told at once");
        }
    }
    line.double.faults().add("sendMessage", Fault::Slow(Duration::from_millis(300)), 1);
    assert!(line.does(hi(), &of(&ada)).await.is_ok());
    line.is_clean();
}

#[tokio::test]
async fn nothing_listens_there() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    let origin = of(&ada);
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let error = Telegram::connect(line.double.token(), Some(&address.parse().unwrap())).await.unwrap_err();
    assert!(matches!(error, ChannelError::Network { .. }) && error.passes(), "{error}");
    assert!(!error.to_string().contains(line.double.token()), "{error}");
    let Line { double, bot, .. } = line;
    drop((double, ada));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let request = engine::Request {
        key: engine::Key(1),
        flow: "main".into(),
        node: "n1".into(),
        attempt: 1,
        effect: hi(),
        origin,
    };
    let error = bot.perform(&request, &crate::Folder).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Network, "it never left: {error:?}");
}

#[tokio::test]
async fn a_token_that_nobody_has() {
    let double = doubles::Telegram::start().await;
    let url = double.url().parse().unwrap();
    for token in ["424242:wrong", "", "../etc", "a b"] {
        let error = Telegram::connect(token, Some(&url)).await.unwrap_err();
        assert_eq!(error, ChannelError::Unauthorized("Telegram"), "{token}");
        assert_eq!(
            error.to_string(),
            "Telegram does not know this token. Copy it again from where the bot was made."
        );
    }
    let bot = connect(&double).await.unwrap();
    assert_eq!((bot.id, bot.username.as_str()), (double.bot_id(), "double_bot"));
    assert!(!format!("{bot:?}").contains("AAE"), "{bot:?}");
    let slashed = format!("{}/", double.url()).parse().unwrap();
    assert!(Telegram::connect(double.token(), Some(&slashed)).await.is_ok());
}

#[tokio::test]
async fn polling_fails_in_its_own_ways() {
    let line = Line::new().await;
    let poll = async |seconds| line.bot.poll(0, Duration::from_secs(seconds)).await;
    let faults = line.double.faults();
    faults.add("getUpdates", Fault::TooMany { retry_after: 2.0 }, 1);
    let after = Duration::from_secs(2);
    assert_eq!(poll(0).await, Err(ChannelError::RateLimited { network: "Telegram", after }));
    faults.add("getUpdates", Fault::Unauthorized, 1);
    assert_eq!(poll(0).await, Err(ChannelError::Unauthorized("Telegram")));
    faults.add("getUpdates", Fault::Broken(502), 1);
    assert!(matches!(poll(0).await, Err(ChannelError::Unavailable { .. })));
    faults.add("getUpdates", Fault::CutBefore, 1);
    assert!(matches!(poll(0).await, Err(ChannelError::Network { .. })));

    let second = connect(&line.double).await.unwrap();
    let (first, ()) = tokio::join!(poll(20), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(second.poll(0, Duration::ZERO).await, Ok(Vec::new()));
    });
    let Err(ChannelError::Conflict(words)) = first else { panic!("{first:?}") };
    assert_eq!(words, "Another program listens with this bot's token; only one can.");

    line.bot.set_webhook(&"https://bot.example/hook".parse().unwrap(), "s").await.unwrap();
    assert_eq!(poll(0).await, Err(ChannelError::Webhook));
    line.is_clean();
}

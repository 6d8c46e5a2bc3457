use engine::effect::{Effect, Keyboard, Origin};
use flow::limits::Platform;
use sim::platform::refusal;

use crate::effects::{effects, shown};
use crate::{Line, of};

/// The simulator takes a poll with one answer and refuses a row without buttons; the double has it the other way round.
fn is_open(effect: &Effect) -> bool {
    match effect {
        Effect::Poll(poll) => poll.options.len() == 1,
        Effect::Send(send) => {
            matches!(&send.keyboard, Keyboard::Inline(rows) if rows.iter().any(Vec::is_empty))
        }
        _ => false,
    }
}

/// What the simulator refuses the network refuses, by the same kind, and nothing else.
#[tokio::test]
async fn the_simulator_and_telegram_agree() {
    let line = Line::new().await;
    let ada = line.double.person("Ada");
    let mut differ = Vec::new();
    for effect in effects() {
        let waits = match &effect {
            Effect::AnswerInline { .. } => Some(ada.asks_inline("?")),
            Effect::Confirm { .. } => {
                let asked = line.sends(crate::performs::question(), &of(&ada)).await;
                Some(ada.presses(ada.private(), crate::number(&asked), "Yes"))
            }
            _ => None,
        };
        let origin = Origin { answer_to: waits.map(Into::into), ..of(&ada) };
        let told = line.does(effect.clone(), &origin).await.err().map(|error| (error.kind, error.message));
        let simulated = refusal(Platform::Telegram, &effect).map(|error| (error.kind, error.message));
        if !is_open(&effect)
            && told.as_ref().map(|(kind, _)| kind) != simulated.as_ref().map(|(kind, _)| kind)
        {
            differ.push(format!("{}\n  live {told:?}\n  simulated {simulated:?}", shown(&effect)));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    line.is_clean();
}

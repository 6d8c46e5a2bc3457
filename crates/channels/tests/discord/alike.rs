use engine::effect::{Effect, Keyboard, Origin};
use flow::limits::Platform;
use sim::platform::refusal;

use crate::effects::{effects, shown};
use crate::{Line, to};

/// The double judges no polls, counts no files and takes blanks for words: here the simulator is the stricter one.
fn is_milder(effect: &Effect) -> bool {
    match effect {
        Effect::Poll(_) => true,
        Effect::Send(send) => {
            let labels = match &send.keyboard {
                Keyboard::Inline(rows) => rows.iter().flatten().map(|button| button.label.as_str()).collect(),
                _ => Vec::new(),
            };
            send.media.len() > 10 || labels.contains(&"") || send.text == " \n"
        }
        _ => false,
    }
}

/// What the simulator refuses the network refuses, by the same kind, and nothing else.
#[tokio::test]
async fn the_simulator_and_discord_agree() {
    let (mut line, place, ada) = Line::new().await;
    line.offers("order").await;
    let mut differ = Vec::new();
    for effect in effects() {
        let origin = match &effect {
            Effect::Role { .. } => continue,
            Effect::Confirm { .. } | Effect::Form(_) => {
                ada.slash(place.channel, "order", &[]);
                Origin::of(&line.event().await)
            }
            _ => to(place.channel),
        };
        let told = line.does(effect.clone(), &origin).await.err().map(|error| (error.kind, error.message));
        let simulated = refusal(Platform::Discord, &effect).map(|error| (error.kind, error.message));
        if !is_milder(&effect)
            && told.as_ref().map(|(kind, _)| kind) != simulated.as_ref().map(|(kind, _)| kind)
        {
            differ.push(format!("{}\n  live {told:?}\n  simulated {simulated:?}", shown(&effect)));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    line.is_clean();
}

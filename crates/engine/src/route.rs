//! Whose conversation an event belongs to, and which trigger it fits.

use smol_str::{SmolStr, format_smolstr};

use crate::event::{Event, What};
use crate::input::Spot;
use crate::node::Fit;
use crate::program::{Program, Whose};

/// A conversation to offer an event to. The first that takes it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub conversation: SmolStr,
    pub trigger: Option<Spot>,
}

/// The name of a conversation: one person in a chat, a chat, or the bot itself.
pub fn conversation(whose: Whose, event: &Event) -> SmolStr {
    let chat = event.chat.as_ref().map(|chat| chat.id.as_str());
    let person = event.about().map(|person| person.id.as_str());
    match (whose, chat, person) {
        (Whose::Person, chat, Some(person)) => {
            format_smolstr!("person:{}:{}:{person}", event.channel, chat.unwrap_or_default())
        }
        (Whose::Person | Whose::Chat, Some(chat), _) => format_smolstr!("chat:{}:{chat}", event.channel),
        _ => SmolStr::new_static("bot"),
    }
}

/// Where to offer an event, in order: to the conversation of a trigger that it names, then to the person's, the chat's and the bot's.
pub fn route(program: &Program, event: &Event) -> Vec<Offer> {
    let mut best: [Option<(Fit, i64, u32)>; 3] = [None; 3];
    for &ix in &program.triggers {
        let node = &program.nodes[ix as usize];
        let Some(trigger) = &node.trigger else { continue };
        let Some(fit) = hears(program, ix, event) else { continue };
        let place = &mut best[trigger.scope as usize];
        // Triggers come in the order in which they win between equals.
        if place.is_none_or(|(known, priority, _)| (trigger.priority, fit) > (priority, known)) {
            *place = Some((fit, trigger.priority, ix));
        }
    }
    let named = |place: &Option<(Fit, i64, u32)>| place.is_some_and(|(fit, ..)| fit.is_named());
    let mut order = [Whose::Person, Whose::Chat, Whose::Bot];
    order.sort_by_key(|whose| !named(&best[*whose as usize]));
    let mut offers: Vec<Offer> = Vec::new();
    for whose in order {
        let trigger = best[whose as usize].map(|(.., ix)| program.spot(ix));
        let conversation = conversation(whose, event);
        match offers.iter_mut().find(|offer| offer.conversation == conversation) {
            Some(offer) => offer.trigger = offer.trigger.take().or(trigger),
            None => offers.push(Offer { conversation, trigger }),
        }
    }
    offers
}

fn hears(program: &Program, ix: u32, event: &Event) -> Option<Fit> {
    if let What::Schedule { flow, node, .. } = &event.what {
        return (program.find(flow, node) == Some(ix)).then_some(Fit::Named);
    }
    program.nodes[ix as usize].does.hears(event)
}

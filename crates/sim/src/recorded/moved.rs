//! From what the bot heard back to what somebody did.

use engine::event::{Event, What};
use smol_str::{SmolStr, format_smolstr};

use super::Again;
use crate::chat::Press;
use crate::moves::{Move, Sent, Who};

impl Again<'_> {
    /// What somebody did, as a move.
    pub(super) fn moved(&mut self, event: &Event) -> Option<Move> {
        let who = self.names.who(event);
        let message = |id: &SmolStr| self.messages.get(id).cloned();
        Some(match &event.what {
            What::Message(heard) => {
                if let Some(at) = heard.location {
                    let what = Sent::Location { latitude: at.latitude, longitude: at.longitude };
                    return Some(Move::Sends { who, what });
                }
                if let Some(phone) = &heard.phone {
                    return Some(Move::Sends { who, what: Sent::Phone { phone: phone.clone() } });
                }
                let Some(file) = heard.files.first() else {
                    let reply_to = heard.reply_to.as_ref().and_then(message);
                    return Some(Move::Says { who, text: heard.text.clone(), reply_to });
                };
                let name = file.name.clone().unwrap_or_else(|| "file".into());
                let what = Sent::File { kind: file.kind, name, text: heard.text.clone(), size: file.size };
                if heard.files.len() > 1 {
                    self.note("Somebody sent several files at once; a test sends one.");
                }
                Move::Sends { who, what }
            }
            What::Command(command) if command.options.is_empty() => {
                let text = match command.args.is_empty() {
                    true => format_smolstr!("/{}", command.name),
                    false => format_smolstr!("/{} {}", command.name, command.args),
                };
                Move::Says { who, text, reply_to: None }
            }
            What::Command(command) => {
                Move::Slash { who, command: command.name.clone(), options: command.options.clone() }
            }
            What::Button(pressed) => {
                let is_form = self.world.form().is_some() && self.past.forms.contains(&pressed.data);
                if is_form || !pressed.values.is_empty() {
                    return Some(Move::Fills { who, values: pressed.values.clone() });
                }
                let label =
                    self.past.labels.get(&pressed.data).cloned().or_else(|| self.label(&pressed.data));
                let Some(button) = label else {
                    self.note("Somebody pressed a button that the bot never showed in this recording.");
                    return None;
                };
                Move::Presses { who, button, message: None }
            }
            What::Reaction(reaction) => Move::Reacts {
                who,
                emoji: reaction.emoji.clone(),
                message: message(&reaction.message),
                removed: reaction.removed,
            },
            What::Joined(_) => Move::Joins { who, brought_by: self.names.brought_by(event) },
            What::Left(_) => Move::Leaves { who },
            What::Inline(asked) => Move::Asks { who, query: asked.query.clone() },
            What::Webhook(call) => Move::Webhook {
                method: call.method.clone(),
                path: call.path.clone(),
                query: call.query.clone(),
                headers: call.headers.clone(),
                body: call.body.clone(),
            },
            What::Custom { name, data } => {
                let who = if event.person.is_none() { Who::default() } else { who };
                Move::Event { who, name: name.clone(), data: data.clone() }
            }
            What::Started => Move::Starts,
            What::Schedule { .. } | What::Failed(_) => return None,
        })
    }

    /// The label of a button that carries this here.
    fn label(&self, data: &str) -> Option<SmolStr> {
        let buttons = self.world.messages().iter().rev().flat_map(|message| message.buttons());
        let mut with_it = buttons.filter(|one| matches!(&one.press, Press::Data(is) if is == data));
        with_it.next().map(|one| one.label)
    }
}

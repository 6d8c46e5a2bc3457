//! The brain's side: what those who are attached ask for. What needs no step is done at once; what takes a conversation on is part of the
//! next round, as all steps are.

use std::sync::Arc;

use engine::build::Place;
use engine::debug::{Became, Go as Way, Refreshed};
use engine::input::{Alter, How};
use engine::step::Programs;
use engine::{Body, Input, Program, Spot};
use flow::Time;
use smol_str::SmolStr;
use store::StoreError;

use super::client::{Ask, HeldIn, Lent};
use super::desk::{Client, Desk, Watch};
use super::show::{Room, Runs, runs_of};
use super::views::Stopped;
use super::words::{Code, Command, Go, Hello, News, PROTOCOL, Point, Refused, Reply};
use crate::brain::Brain;
use crate::round::{Before, Round};

/// How a pause is gone on from.
enum On {
    Go(Way),
    Leave(SmolStr),
    /// Nobody is there who would want to know that others led the run another way.
    Anyway,
}

impl Brain {
    pub(crate) fn hear_asks(&mut self, asks: &mut Vec<Ask>) {
        if let Some(desk) = &mut self.desk {
            desk.see_who_left();
        }
        for ask in asks.drain(..) {
            match ask {
                Ask::Attach { allows, news, missed, attached } => {
                    self.clients += 1;
                    let hello = Hello {
                        protocol: PROTOCOL,
                        bot: self.id.clone(),
                        name: self.name.clone(),
                        program: self.program.hash.clone(),
                        allows,
                    };
                    // Whoever has gone by now gets no place.
                    if attached.send((self.clients, hello)).is_ok() {
                        let client = Client { allows, news, missed, traces: None };
                        let desk = self.desk.get_or_insert_default();
                        desk.clients.insert(self.clients, client);
                    }
                }
                Ask::Leave(client) => {
                    if let Some(desk) = &mut self.desk {
                        desk.leave(client);
                    }
                }
                Ask::Lend { about, lent } => {
                    // Who asked may have gone.
                    let _ = lent.send(self.lend(about));
                }
                Ask::Do { client, command, answer } => match self.quick(client, command) {
                    Ok(reply) => drop(answer.send(reply)),
                    Err(command) => {
                        self.desk.get_or_insert_default().acts.push_back((*command, answer));
                    }
                },
            }
        }
    }

    fn lend(&self, about: Option<SmolStr>) -> Lent {
        let desk = self.desk.as_ref();
        let held = self.line.conversations().map(|one| {
            let paused = desk.is_some_and(|desk| desk.pauses(one));
            let first = self.line.first(one);
            HeldIn {
                conversation: one.clone(),
                paused,
                // The one that is paused in does not wait.
                count: self.line.len(one) - usize::from(paused),
                at: first.map(|first| first.at).unwrap_or_default(),
                event: first.and_then(|first| match &first.body {
                    Body::Event { event, .. } => Some(event.clone()),
                    _ => None,
                }),
            }
        });
        let watch = about.as_ref().zip(desk).and_then(|(about, desk)| desk.watches.get(about));
        Lent {
            store: self.store.clone(),
            bot: self.id.clone(),
            program: self.program.clone(),
            held: held.collect(),
            stopped: about.zip(watch).and_then(|(about, watch)| stopped(Room::large(), &about, watch)),
        }
    }

    /// Does a command that takes nothing on, or gives it back.
    fn quick(&mut self, client: u64, command: Command) -> Result<Result<Reply, Refused>, Box<Command>> {
        let Some(desk) = &mut self.desk else { return Ok(Err(Refused::closed())) };
        let older = self.older.as_slice();
        Ok(match command {
            Command::Paused => {
                let paused = desk.paused().filter_map(|(one, watch)| stopped(Room::large(), one, watch));
                Ok(Reply::Paused { paused: paused.collect() })
            }
            Command::Break { point } => match known(&point, &self.program, older) {
                Ok(()) => desk.place(client, point).map(|id| Reply::Point { id }),
                Err(why) => Err(why),
            },
            Command::Unbreak { id } => match desk.unplace(client, id) {
                true => Ok(Reply::Done),
                false => Err(Refused::new(
                    Code::NotThere,
                    "There is no such breakpoint, or it is somebody else's.",
                )),
            },
            Command::Points => Ok(Reply::Points { points: desk.points(client), muted: desk.muted }),
            Command::Mute { muted } => {
                desk.muted = muted;
                Ok(Reply::Done)
            }
            Command::Trace { on, conversation } => {
                if let Some(client) = desk.clients.get_mut(&client) {
                    client.traces = on.then_some(conversation);
                }
                Ok(Reply::Done)
            }
            Command::Evaluate { conversation, expression } => paused(desk, &conversation).and_then(|watch| {
                let value = watch.debugger.evaluate(&expression);
                let value = value.map_err(|why| Refused::new(Code::Wrong, why))?;
                Ok(Reply::Value { value: Room::large().show(&value) })
            }),
            Command::Back { conversation } => paused(desk, &conversation).and_then(|watch| {
                let program = watch.program.clone();
                let programs = Programs { current: &program, older };
                let moved = watch.debugger.back(programs).is_some();
                reply(Room::large(), &conversation, watch)
                    .filter(|_| moved)
                    .ok_or_else(|| Refused::new(Code::TooLate, "This is the first moment of the step."))
            }),
            Command::Set { conversation, variable, value } => paused(desk, &conversation).and_then(|watch| {
                let place = Place::parse(&variable).ok_or_else(|| {
                    let why =
                        format!("`{variable}` is no variable; write it as `user.size` or `flow.total`.");
                    Refused::new(Code::Wrong, why)
                })?;
                let program = watch.program.clone();
                program.fits(&place, &value).map_err(|fault| Refused::new(Code::Wrong, fault.message))?;
                let programs = Programs { current: &program, older };
                let is_set = watch.debugger.set(programs, &variable, value).is_some();
                reply(Room::large(), &conversation, watch).filter(|_| is_set).ok_or_else(too_late)
            }),
            command => return Err(Box::new(command)),
        })
    }

    /// Takes paused conversations on: as those who are attached say, and those that nobody holds any more.
    pub(crate) async fn act(&mut self, round: &mut Round, at: Time) -> Result<(), StoreError> {
        while let Some((command, answer)) = self.desk.as_mut().and_then(|desk| desk.acts.pop_front()) {
            let done = match command {
                Command::Go { conversation, how } => {
                    self.go(round, at, &conversation, On::Go(way(how))).await
                }
                Command::Leave { conversation, port } => match self.output(&conversation, port) {
                    Ok(port) => self.go(round, at, &conversation, On::Leave(port)).await,
                    Err(why) => Ok(Err(why)),
                },
                Command::Edit { conversation, files } => self.edit(round, at, &conversation, files).await,
                _ => Ok(Err(Refused::new(Code::Wrong, "This command is not known here."))),
            };
            let (reply, failed) = match done {
                Ok(reply) => (reply, None),
                Err(error) => (Err(Refused::new(Code::NotWritten, error.to_string())), Some(error)),
            };
            if let Some(desk) = &mut self.desk {
                desk.replies.push((answer, reply));
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
        let alone = self.desk.as_ref().map(|desk| desk.left_alone()).unwrap_or_default();
        for conversation in alone {
            // Why it cannot go on is nobody's to hear: it was taken on by somebody else.
            let _ = self.go(round, at, &conversation, On::Anyway).await?;
        }
        Ok(())
    }

    async fn go(
        &mut self,
        round: &mut Round,
        at: Time,
        conversation: &SmolStr,
        on: On,
    ) -> Result<Result<Reply, Refused>, StoreError> {
        let desk = self.desk.as_mut();
        let whose = desk.and_then(|desk| Some(paused(desk, conversation).ok()?.whose.clone()));
        let Some(whose) = whose else { return Ok(Err(Refused::not_paused(conversation))) };
        let session = self.memory.session(conversation).await?;
        let shared = self.memory.shared(&whose).await?;
        let Some(desk) = &mut self.desk else { return Ok(Err(Refused::closed())) };
        let Some(mut watch) = desk.watches.remove(conversation) else {
            return Ok(Err(Refused::not_paused(conversation)));
        };
        let program = watch.program.clone();
        let programs = Programs { current: &program, older: &self.older };
        let changes = |watch: &Watch| watch.debugger.input().map_or(0, |input| input.alters.len());
        let changed = changes(&watch);
        match watch.debugger.refresh(programs, shared.clone(), at) {
            Some(Refreshed::Same) => {}
            Some(Refreshed::Moved) => {
                let is_lost = changes(&watch) < changed;
                let goes_on = match on {
                    On::Anyway => true,
                    On::Go(Way::On) => !is_lost,
                    On::Go(_) | On::Leave(_) => false,
                };
                if !goes_on {
                    return Ok(Ok(desk.stop(conversation, watch, true)));
                }
            }
            // It stands in line still, and is taken anew.
            Some(Refreshed::Gone) | None => {
                desk.resume(conversation);
                return Ok(Ok(Reply::Went));
            }
        }
        let Some(mut input) = watch.debugger.input().cloned() else {
            return Ok(Err(Refused::not_paused(conversation)));
        };
        if let On::Leave(port) = &on {
            let tick = watch.debugger.paused().filter(|at| at.leaving.is_none()).map(|at| at.tick);
            let Some(tick) = tick else {
                desk.watches.insert(conversation.clone(), watch);
                return Ok(Err(too_late()));
            };
            input.alters.push(Alter { tick, how: How::Leave { port: port.clone() } });
        }
        let mut trace = desk.trace_for(conversation);
        let runs = if trace.is_on() { runs_of(&session) } else { Runs::new() };
        let became = desk.with_points(conversation, &mut watch.debugger, at, |debugger| match &on {
            On::Go(way) => debugger.go(programs, way.clone(), &mut trace),
            On::Leave(port) => debugger.leave(programs, port, &mut trace),
            On::Anyway => debugger.go(programs, Way::On, &mut trace),
        });
        let Some(Became::Done(outcome)) = became else {
            return Ok(Ok(desk.stop(conversation, watch, false)));
        };
        desk.traced(conversation, &trace, programs, &runs);
        desk.resume(conversation);
        if watch.debugger.is_stepping() {
            desk.watches.insert(conversation.clone(), watch);
        }
        let before = Before::of(&session, &shared);
        let Input { id, .. } = &input;
        if self.came_of(round, &whose, &program, &input, before, *outcome)
            && let Some(waiting) = self.line.take(conversation)
        {
            round.commit.taken.push((conversation.to_string(), waiting.position));
            // What follows from it comes before what waits.
            self.line.taking = Some(conversation.clone());
            let raised = self.raised(round, id, at).await;
            self.line.taking = None;
            raised?;
        }
        self.know(program);
        Ok(Ok(Reply::Went))
    }

    /// The output by which a node is left that is not run.
    fn output(&mut self, conversation: &SmolStr, port: Option<SmolStr>) -> Result<SmolStr, Refused> {
        let Some(desk) = &mut self.desk else { return Err(Refused::closed()) };
        let watch = paused(desk, conversation)?;
        let spot = watch.debugger.paused().map(|at| at.spot.clone()).unwrap_or_default();
        let mut all = self.older.iter().chain([&watch.program]).filter_map(|program| program.node(&spot));
        let Some(node) = all.next_back() else { return port.ok_or_else(too_late) };
        let wired: Vec<&SmolStr> = node.wired().collect();
        let names = || wired.iter().map(|port| format!("`{port}`")).collect::<Vec<_>>().join(", ");
        match port {
            Some(port) if wired.contains(&&port) => Ok(port),
            Some(port) if wired.is_empty() => Ok(port),
            Some(port) => {
                let why = format!("No wire leaves this node by `{port}`; there are {}.", names());
                Err(Refused::new(Code::NotThere, why))
            }
            None => match wired[..] {
                // The run ends here.
                [] => Ok("out".into()),
                [port] => Ok(port.clone()),
                _ => Err(Refused::new(Code::Wrong, format!("Say by which output: {}.", names()))),
            },
        }
    }
}

impl Desk {
    /// A conversation is paused, here.
    pub(super) fn stop(&mut self, conversation: &SmolStr, watch: Watch, moved: bool) -> Reply {
        let stopped = stopped(Room::small(), conversation, &watch);
        self.watches.insert(conversation.clone(), watch);
        let Some(mut stopped) = stopped else { return Reply::Went };
        stopped.moved = moved;
        self.news.push(News::Paused(Box::new(stopped.clone())));
        Reply::Stopped(Box::new(stopped))
    }

    /// A conversation goes on, if the round comes to the disk.
    fn resume(&mut self, conversation: &SmolStr) {
        self.touched.insert(conversation.clone());
        self.news.push(News::Resumed { conversation: conversation.clone() });
    }
}

fn paused<'d>(desk: &'d mut Desk, conversation: &str) -> Result<&'d mut Watch, Refused> {
    let watch = desk.watches.get_mut(conversation);
    let watch = watch.filter(|watch| watch.debugger.paused().is_some());
    watch.ok_or_else(|| Refused::not_paused(conversation))
}

fn stopped(mut room: Room, conversation: &SmolStr, watch: &Watch) -> Option<Stopped> {
    room.stopped(conversation, &watch.program, &watch.debugger)
}

fn reply(room: Room, conversation: &SmolStr, watch: &Watch) -> Option<Reply> {
    stopped(room, conversation, watch).map(|stopped| Reply::Stopped(Box::new(stopped)))
}

fn known(point: &Point, current: &Program, older: &[Arc<Program>]) -> Result<(), Refused> {
    let Point { spot, .. } = point;
    let mut all = older.iter().map(AsRef::as_ref).chain([current]);
    if all.any(|program: &Program| program.node(spot).is_some()) {
        return Ok(());
    }
    let Spot { flow, node } = spot;
    Err(Refused::new(
        Code::NotThere,
        format!("There is no node `{node}` in the flow `{flow}` of the bot that runs."),
    ))
}

fn too_late() -> Refused {
    Refused::new(Code::TooLate, "The node has done its work already; stop where it is entered.")
}

fn way(how: Go) -> Way {
    match how {
        Go::On => Way::On,
        Go::Into => Way::Into,
        Go::Over => Way::Over,
        Go::Out => Way::Out,
        Go::To(spot) => Way::To(spot),
    }
}

//! Plays a case in a fresh world. It ends at the first thing that is not as expected: what follows would mean nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::trace::Saw;
use flow::Data;

use super::coverage::Coverage;
use super::expected::{Expected, How, Written};
use super::judge::{judge, text_of};
use super::told::{Failure, Fix, did_line, path, talk};
use super::yaml::{self, At};
use super::{Case, Does, Step, find_node};
use crate::chat::{Did, DidState, Happened};
use crate::mock::{Pattern, same};
use crate::moves::Move;
use crate::view::{is_quiet, is_seen, view};
use crate::world::{Stage, World};

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Ran {
    pub failure: Option<Failure>,
    pub coverage: Coverage,
    /// How many inputs the bot took.
    pub inputs: u64,
}

pub fn run(stage: &Arc<Stage>, case: &Case) -> Ran {
    run_in(World::new(stage, case.setup.clone()), case).0
}

/// Plays it in a world of the case's setup, which nothing has happened in yet; the world as it is afterwards.
pub fn run_in(world: World, case: &Case) -> (Ran, World) {
    let mut play = Play {
        world,
        met: BTreeSet::new(),
        ran: 0,
        answers: case.steps.iter().filter(|step| matches!(step.does, Does::Answers(_))).count(),
        last: None,
    };
    let failure = play.all(case).err().map(|failure| *failure);
    (Ran { failure, coverage: Coverage::of(&play.world), inputs: play.world.inputs }, play.world)
}

struct Play {
    world: World,
    /// Lines that a step has spoken of.
    met: BTreeSet<usize>,
    /// How far along the trail steps have asked.
    ran: usize,
    /// So many steps that answer a call are still to come.
    answers: usize,
    /// The step before.
    last: Option<Step>,
}

type Met = Result<(), Box<Failure>>;

impl Play {
    fn all(&mut self, case: &Case) -> Met {
        for (variable, value) in &case.variables {
            self.act(case.at, Move::Sets { variable: variable.clone(), value: value.clone() })?;
        }
        for step in &case.steps {
            self.step(step)?;
            self.last = Some(step.clone());
        }
        let at = case.steps.last().map_or(case.at, |step| step.at);
        self.nothing_left(at, None)
    }

    fn fails(&self, at: At, message: impl Into<String>) -> Failure {
        Failure {
            at,
            message: message.into(),
            talk: talk(&self.world),
            path: path(&self.world),
            ..Failure::default()
        }
    }

    fn act(&mut self, at: At, one: Move) -> Met {
        let acted = self.world.act(one);
        acted.map_err(|cannot| self.fails(at, cannot.0))?;
        self.nothing_open(at)
    }

    fn step(&mut self, step: &Step) -> Met {
        match &step.does {
            Does::Move(one) => {
                self.nothing_left(step.at, Some(step))?;
                self.act(step.at, one.clone())
            }
            Does::Bot(expected) => self.bot(step, expected),
            Does::Did { what, tries } => self.did(step.at, what, *tries),
            Does::Variables(variables) => {
                variables.iter().try_for_each(|(at, name, value)| self.variable(*at, name, value))
            }
            Does::Sets(variables) => variables.iter().try_for_each(|(variable, value)| {
                self.act(step.at, Move::Sets { variable: variable.clone(), value: value.clone() })
            }),
            Does::Ran(nodes) => nodes.iter().try_for_each(|(at, name)| self.ran(*at, name)),
            Does::Failed(word) => self.failed(step.at, word),
            Does::Mock(rule) => self.act(step.at, Move::Mocks { rule: (**rule).clone() }),
            Does::Answers(rule) => {
                self.nothing_left(step.at, Some(step))?;
                let pattern = self.with_ids(&rule.on);
                let call = self.world.open_calls().map(|(_, did)| &did.request);
                let call = call.into_iter().find(|request| pattern.fits(&view(&request.effect)));
                let Some((key, effect)) = call.map(|request| (request.key, request.effect.clone())) else {
                    return Err(Box::new(
                        self.fails(step.at, "No call that is like this waits for an answer."),
                    ));
                };
                self.answers -= 1;
                self.act(step.at, Move::Answers { key, result: rule.answer.to(&effect) })
            }
            Does::Nothing => self.nothing_left(step.at, Some(step)),
        }
    }

    /// The next thing that the bot did in a chat.
    fn next_seen(&self) -> Option<(usize, &Did)> {
        let is_it = |(line, did): &(usize, &Did)| {
            !self.met.contains(line) && is_seen(&did.request.effect) && is_done(did)
        };
        self.world.dids().find(is_it)
    }

    fn bot(&mut self, step: &Step, expected: &Expected) -> Met {
        let Some((line, did)) = self.next_seen() else {
            let (verb, wanted) = describe(expected);
            let mut failure = match self.died() {
                Some((_, message)) => self.fails(step.at, message),
                None => self.fails(step.at, format!("The bot should {verb}, but it did nothing more.")),
            };
            failure.expected = wanted;
            return Err(Box::new(failure));
        };
        if expected.how == How::Open {
            let mut failure = self.fails(step.at, "`bot:` says nothing yet; `--update` writes what came.");
            failure.came = Some(did_line(&self.world, did));
            let text = text_of(&did.request.effect, did);
            failure.fix = expected.written.map(|written| instead(step, written, &text));
            return Err(Box::new(failure));
        }
        if let Some(differs) = judge(&self.world, expected, did) {
            let mut failure = self.fails(step.at, format!("Not as expected: {}.", differs.what));
            let text = text_of(&did.request.effect, did);
            let of_text = expected.written.filter(|_| differs.what == "the text");
            failure.fix = of_text.map(|written| instead(step, written, &text));
            (failure.expected, failure.came) = (Some(differs.expected), Some(differs.came));
            return Err(Box::new(failure));
        }
        self.met.insert(line);
        Ok(())
    }

    /// The next effect that is no message; those that nobody has to mention may lie before it.
    fn did(&mut self, at: At, what: &Pattern, tries: Option<u32>) -> Met {
        let pattern = self.with_ids(what);
        let mut next: Option<(usize, Did)> = None;
        for (line, did) in self.world.dids() {
            let effect = &did.request.effect;
            if self.met.contains(&line) || (is_seen(effect) && is_done(did)) {
                continue;
            }
            let fits = pattern.fits(&view(effect));
            if fits || !(is_quiet(effect) || is_seen(effect)) {
                next = Some((line, did.clone()));
                break;
            }
        }
        let wanted = || {
            let parts: String = what.parts.iter().map(|(name, value)| format!("\n{name}: {value}")).collect();
            format!("{} {}{parts}", what.effect, what.main.as_deref().unwrap_or("*"))
        };
        let Some((line, did)) = next else {
            let mut failure = self.fails(at, "The bot should have done this, but it did nothing more.");
            failure.expected = Some(wanted());
            return Err(Box::new(failure));
        };
        let view = view(&did.request.effect);
        if !pattern.fits(&view) {
            let mut failure = self.fails(at, "The bot did something else.");
            let parts = view.parts.iter().filter(|(name, _)| what.parts.contains_key(*name));
            let parts: String = parts.map(|(name, value)| format!("\n{name}: {value}")).collect();
            failure.expected = Some(wanted());
            failure.came = Some(format!("{} {}{parts}", view.name, view.main));
            return Err(Box::new(failure));
        }
        if let Some(tries) = tries.filter(|tries| *tries != did.request.attempt) {
            let mut failure = self.fails(at, "The number of tries is another.");
            failure.expected = Some(tries.to_string());
            failure.came = Some(did.request.attempt.to_string());
            return Err(Box::new(failure));
        }
        self.met.insert(line);
        Ok(())
    }

    /// A person's name where the effect has their id.
    fn with_ids(&self, what: &Pattern) -> Pattern {
        let of_person = matches!(what.effect.as_str(), "kick" | "ban" | "user-info");
        let id = |name: &str| {
            self.world.cast.named(name).filter(|_| !name.is_empty()).map(|one| one.person.id.clone())
        };
        let mut pattern = what.clone();
        if of_person && let Some(found) = pattern.main.as_deref().and_then(id) {
            pattern.main = Some(found);
        }
        if let Some(found) = what.parts.get("person").and_then(Data::as_str).and_then(id) {
            pattern.parts.insert("person".into(), found.into());
        }
        pattern
    }

    fn variable(&mut self, at: At, name: &str, wanted: &Data) -> Met {
        let is = self.world.value(name).map_err(|cannot| self.fails(at, cannot.0))?;
        if same(&is, wanted) {
            return Ok(());
        }
        let mut failure = self.fails(at, format!("`{name}` is something else."));
        (failure.expected, failure.came) = (Some(wanted.to_string()), Some(is.to_string()));
        Err(Box::new(failure))
    }

    fn ran(&mut self, at: At, name: &str) -> Met {
        let spot = find_node(&self.world.stage, name).map_err(|message| self.fails(at, message))?;
        let trail = &self.world.trail()[self.ran..];
        let found = trail.iter().position(|one| one.saw == Saw::Entered && one.spot == spot);
        let Some(found) = found else {
            let before = self.world.trail()[..self.ran].iter().any(|one| one.spot == spot);
            let message = match before {
                true => format!("`{name}` did not run after what was named before."),
                false => format!("`{name}` did not run."),
            };
            let mut failure = self.fails(at, message);
            let entered = self.world.trail().iter().filter(|one| one.saw == Saw::Entered);
            failure.path = entered.map(|one| self.world.stage.name_of(&one.spot).to_string()).collect();
            return Err(Box::new(failure));
        };
        self.ran += found + 1;
        Ok(())
    }

    /// A run that died, and that no step has spoken of.
    fn died(&self) -> Option<(usize, String)> {
        self.world.lines().iter().enumerate().find_map(|(number, line)| match &line.what {
            Happened::Died(letter) if !self.met.contains(&number) => {
                let node = self.world.stage.name_of(&letter.spot);
                Some((number, format!("The run failed at `{node}` ({}): {}", letter.code, letter.message)))
            }
            _ => None,
        })
    }

    fn failed(&mut self, at: At, word: &str) -> Met {
        let found = self.world.lines().iter().enumerate().find_map(|(number, line)| match &line.what {
            Happened::Died(letter) if !self.met.contains(&number) => Some((number, letter.code.clone())),
            _ => None,
        });
        let Some((line, code)) = found else {
            return Err(Box::new(
                self.fails(at, format!("The run should have failed ({word}), but it did not.")),
            ));
        };
        if word != "*" && code != word {
            let mut failure = self.fails(at, "The run failed in another way.");
            (failure.expected, failure.came) = (Some(word.into()), Some(code.to_string()));
            return Err(Box::new(failure));
        }
        self.met.insert(line);
        Ok(())
    }

    /// A call that nothing answers.
    fn nothing_open(&self, at: At) -> Met {
        // Those that come first are answered first.
        let Some((_, did)) = self.world.open_calls().nth(self.answers) else { return Ok(()) };
        let view = view(&did.request.effect);
        let mut failure = self.fails(at, format!("Nothing answers this call ({}).", view.name));
        failure.came = Some(view.main.to_string());
        let gives = match view.name {
            "http" => "{ status: 200, json: { … } }",
            "query" => "{ rows: [ … ] }",
            _ => "{ text: … }",
        };
        let main = yaml::written(view.main.lines().next().unwrap_or_default());
        failure.help =
            format!("Say in `mocks` how the world answers:\n  - {}: {main}\n    gives: {gives}", view.name);
        Err(Box::new(failure))
    }

    /// Everything that the bot did was spoken of.
    fn nothing_left(&self, at: At, step: Option<&Step>) -> Met {
        if let Some((_, message)) = self.died() {
            let mut failure = self.fails(at, message);
            failure.help = "Where that is meant to happen, say `- failed: …`.".into();
            return Err(Box::new(failure));
        }
        let lines = || self.world.dids().filter(|(line, _)| !self.met.contains(line)).map(|(_, did)| did);
        let seen: Vec<&Did> = lines().filter(|did| is_seen(&did.request.effect) && is_done(did)).collect();
        if let Some(first) = seen.first() {
            let mut failure = self.fails(at, "The bot also did this, which no step expects.");
            failure.came = Some(did_line(&self.world, first));
            let says: Option<Vec<String>> = seen
                .iter()
                .map(|did| match &did.request.effect {
                    engine::Effect::Send(send) if !send.text.is_empty() => {
                        Some(format!("bot: {}", yaml::written(&send.text)))
                    }
                    _ => None,
                })
                .collect();
            failure.fix = says.and_then(|steps| {
                let (of, after) = match step {
                    Some(step) => (step, false),
                    None => (self.last.as_ref()?, true),
                };
                // What came out of a table row stands nowhere.
                (of.span.1 > of.span.0).then_some(Fix::Insert {
                    at: if after { of.span.1 } else { of.span.0 },
                    column: of.at.column,
                    after,
                    steps,
                })
            });
            return Err(Box::new(failure));
        }
        let left = lines().find(|did| !is_seen(&did.request.effect) && !is_quiet(&did.request.effect));
        if let Some(did) = left {
            let view = view(&did.request.effect);
            let mut failure = self.fails(at, "The bot also did this, which no step expects.");
            failure.came = Some(did_line(&self.world, did));
            let main = yaml::written(view.main.lines().next().unwrap_or_default());
            failure.help = format!("Where that is right, say it:\n  - did: {{ {}: {main} }}", view.name);
            return Err(Box::new(failure));
        }
        Ok(())
    }
}

/// What came, in place of what was written.
fn instead(step: &Step, written: Written, text: &str) -> Fix {
    let text = match written.whole {
        true => yaml::block(text, step.at.column as usize + 1),
        false => yaml::written(text).to_string(),
    };
    // After a colon that nothing follows.
    let text = if written.from == written.to { format!(" {text}") } else { text };
    Fix::Replace { from: written.from, to: written.to, text }
}

fn is_done(did: &Did) -> bool {
    matches!(did.state, DidState::Done(Ok(_)))
}

fn describe(expected: &Expected) -> (&'static str, Option<String>) {
    use super::expected::TextRule;
    let verb = match expected.how {
        How::Says | How::Open => "say something",
        How::Edits => "edit a message",
        How::Deletes => "delete a message",
        How::Reacts => "react to a message",
        How::Form => "show a form",
        How::Inline => "answer the inline query",
    };
    let text = expected.text.first().map(|rule| match rule {
        TextRule::Is(text) | TextRule::Contains(text) => text.to_string(),
        TextRule::Matches(pattern) => pattern.as_str().to_string(),
    });
    (verb, text)
}

//! What a node does: the one interface that every kind fills in.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Arc;

use flow::data::{Data, Fields};
use flow::expr::{Formula, Scope};
use flow::time::TimeZone;
use flow::{Id, Time, time};
use smol_str::SmolStr;

use crate::build::Place;
use crate::effect::{Done, Effect, EffectError, Filled, Origin};
use crate::event::Event;
use crate::fault::{Fault, FaultCode};
use crate::input::{VarScope, Variable};
use crate::program::Program;
use crate::source::Source;

/// What happens next.
#[derive(Debug)]
pub enum Next {
    /// On by an output. Where no wire leads on, the path ends.
    Go(SmolStr),
    /// Do this outside, then call [`Behaviour::done`].
    Do(Box<Effect>),
    /// Rest until something happens in the conversation, or until a moment.
    Wait(Option<Time>),
    /// Rest until a moment.
    Sleep(Time),
    /// Run another flow and come back with its outputs.
    Call {
        flow: Id,
        inputs: Fields,
    },
    /// Back to the caller; where there is none the run ends.
    Return(Fields),
    /// Go on by all of these outputs at once.
    Fork(Vec<SmolStr>),
    /// Wait for the other branches.
    Join {
        first: bool,
    },
    /// Begin or go on with rounds: the way of the body ends back here.
    Round {
        port: SmolStr,
        items: Data,
    },
    /// The rounds are over.
    Rounded(SmolStr),
    /// Go on at another node of this flow.
    Jump(Id),
    Stop(Stop),
}

impl Next {
    pub fn go(port: &'static str) -> Turn {
        Ok(Next::Go(SmolStr::new_static(port)))
    }

    pub fn out() -> Turn {
        Next::go("out")
    }
}

pub type Turn = Result<Next, Fault>;

/// What a Join does where branches set one variable differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Error,
    First,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    Run,
    /// The innermost loop: on by its way out.
    Loop,
    /// This round of the innermost loop.
    Round,
}

/// The way a node of a kind works, built from its fields.
pub trait Behaviour: Debug + Send + Sync {
    /// A run gets here.
    fn enter(&self, at: &mut At<'_>) -> Turn;

    /// The effect that the node asked for was done.
    fn done(&self, at: &mut At<'_>, done: &Done) -> Turn {
        let _ = (at, done);
        Next::out()
    }

    /// An answer that is a failure all the same, such as a status of 503: it is tried again like any other, and at last goes to the
    /// error output. Hosts need not know which answers a node takes.
    fn refuses(&self, done: &Done) -> Option<EffectError> {
        let _ = done;
        None
    }

    /// Something happened in the conversation while the node waits. Nothing: it is not for this node.
    fn event(&self, at: &mut At<'_>, event: &Event) -> Option<Turn> {
        let _ = (at, event);
        None
    }

    /// The moment that the node waited for has come.
    fn due(&self, at: &mut At<'_>) -> Turn {
        let _ = at;
        Next::out()
    }

    /// For triggers: does this event start a run here, and how exactly does it fit? The best fit wins.
    fn hears(&self, event: &Event) -> Option<Fit> {
        let _ = event;
        None
    }

    /// For schedules: the first moment after this one.
    fn next_due(&self, after: Time) -> Option<Time> {
        let _ = after;
        None
    }
}

/// How exactly a trigger fits an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Anything of the kind.
    Any,
    Pattern,
    Contains,
    Exact,
    /// Said to the bot by name: a command.
    Named,
    /// A command whose options are declared.
    Typed,
}

impl Fit {
    /// Meant for the bot by name: it is not an answer to a question.
    pub fn is_named(self) -> bool {
        self >= Fit::Named
    }
}

/// Where a node's turn takes place.
pub struct At<'a> {
    pub program: &'a Program,
    pub event: &'a Event,
    pub origin: &'a Origin,
    pub(crate) id: &'a Id,
    pub(crate) scope: &'a mut Arc<Scope>,
    pub(crate) memo: &'a mut Data,
    pub(crate) effects: &'a mut Vec<Noted>,
    pub(crate) token: u64,
    pub(crate) asked: &'a mut u32,
    pub(crate) seed: u64,
    pub(crate) conversation: &'a SmolStr,
    pub(crate) looping: Option<(u32, Data)>,
    pub(crate) has_key: bool,
    /// Shared variables that were looked up.
    pub(crate) reads: &'a RefCell<Vec<Variable>>,
    pub(crate) pressing: bool,
}

/// What a node did to the variables in its turn.
#[derive(Debug)]
pub(crate) enum Noted {
    Set { place: Place, value: Data },
    Add { place: Place, by: Data },
    Append { place: Place, item: Data },
    Unset { place: Place },
    Gave(Data),
}

impl At<'_> {
    pub fn node(&self) -> &Id {
        self.id
    }

    pub fn now(&self) -> Time {
        self.scope.now
    }

    /// What expressions see.
    pub fn scope(&self) -> &Arc<Scope> {
        self.scope
    }

    pub fn text(&self, source: &Source) -> Result<SmolStr, Fault> {
        self.looks_up(source);
        source.text(self.scope)
    }

    /// The text, if there is any.
    pub fn some_text(&self, source: &Source) -> Result<Option<SmolStr>, Fault> {
        Ok(Some(self.text(source)?).filter(|text| !text.is_empty()))
    }

    pub fn value(&self, source: &Source) -> Result<Data, Fault> {
        self.looks_up(source);
        source.value(self.scope)
    }

    /// A text that may be a secret.
    pub fn filled(&self, source: &Source) -> Result<Filled, Fault> {
        self.looks_up(source);
        source.filled(self.scope)
    }

    fn looks_up(&self, source: &Source) {
        if source.as_plain().is_none() {
            source.each_shared(&mut |one| self.reads.borrow_mut().push(one));
        }
    }

    pub fn fields(&self, sources: &[(SmolStr, Source)]) -> Result<Fields, Fault> {
        sources.iter().map(|(name, source)| Ok((name.clone(), self.value(source)?))).collect()
    }

    pub fn holds(&self, formula: &Formula) -> Result<bool, Fault> {
        self.reads.borrow_mut().extend(formula.shared().iter().map(Variable::from));
        Ok(formula.holds(self.scope)?)
    }

    /// What a bare expression gives.
    pub fn answer(&self, formula: &Formula) -> Result<Data, Fault> {
        self.reads.borrow_mut().extend(formula.shared().iter().map(Variable::from));
        Ok(formula.eval(self.scope)?)
    }

    /// A duration in milliseconds.
    pub fn millis(&self, source: &Source) -> Result<i64, Fault> {
        let value = self.value(source)?;
        let millis = match &value {
            Data::Text(text) => time::duration(text),
            // A bare number counts seconds.
            Data::Int(n) => n.checked_mul(1000),
            Data::Float(n) => Some((n * 1000.0) as i64),
            _ => None,
        };
        let wrong =
            || Fault::wrong_type(format!("{value} is no duration; write it as `90s`, `5m`, `2h` or `3d`."));
        millis.filter(|millis| *millis >= 0).ok_or_else(wrong)
    }

    /// The moment that is a duration from now.
    pub fn after(&self, source: &Source) -> Result<Time, Fault> {
        Ok(self.now().after(self.millis(source)?))
    }

    /// The number in a field; nothing where it is empty.
    pub fn number(&self, source: &Source) -> Result<Option<f64>, Fault> {
        match self.value(source)? {
            Data::Null => Ok(None),
            Data::Text(text) if text.trim().is_empty() => Ok(None),
            value => {
                let read = match &value {
                    Data::Text(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
                    other => other.as_f64(),
                };
                read.map(Some).ok_or_else(|| Fault::wrong_type(format!("{value} is no number.")))
            }
        }
    }

    /// The time zone that a field names; UTC where it is empty.
    pub fn zone(&self, source: &Source) -> Result<TimeZone, Fault> {
        let name = self.text(source).map_err(|fault| fault.at("zone"))?;
        let name = if name.is_empty() { "UTC" } else { name.as_str() };
        let wrong = || {
            Fault::wrong_type(format!("There is no time zone `{name}`; write one such as `Europe/Berlin`."))
                .at("zone")
        };
        time::zone(name).ok_or_else(wrong)
    }

    pub fn get(&self, place: &Place) -> Data {
        if let Some(scope) = place.scope {
            self.reads.borrow_mut().push(Variable { scope, name: place.name.clone() });
        }
        self.peek(place)
    }

    /// What it holds as far as is known; it need not hold any more when the step is over.
    fn peek(&self, place: &Place) -> Data {
        let found = match place.scope {
            None => self.scope.flow.get(&place.name).cloned(),
            Some(VarScope::User) => self.scope.user.get(&place.name),
            Some(VarScope::Chat) => self.scope.chat.get(&place.name),
            Some(VarScope::Bot) => self.scope.bot.get(&place.name),
        };
        found.unwrap_or_default()
    }

    pub fn set(&mut self, place: &Place, value: Data) -> Result<(), Fault> {
        self.program.fits(place, &value)?;
        self.put(place, value.clone());
        self.effects.push(Noted::Set { place: place.clone(), value });
        Ok(())
    }

    /// Adds to a number. Safe when many chats do it at once.
    pub fn add(&mut self, place: &Place, by: Data) -> Result<(), Fault> {
        let sum = added(&self.peek(place), &by)
            .map_err(|message| Fault::wrong_type(format!("{}: {message}", place.name)))?;
        self.program.fits(place, &sum)?;
        self.put(place, sum);
        self.effects.push(Noted::Add { place: place.clone(), by });
        Ok(())
    }

    /// Adds to the end of a list. Safe when many chats do it at once.
    pub fn append(&mut self, place: &Place, item: Data) -> Result<(), Fault> {
        let list = appended(&self.peek(place), &item)
            .map_err(|message| Fault::wrong_type(format!("{}: {message}", place.name)))?;
        self.program.fits(place, &list)?;
        self.put(place, list);
        self.effects.push(Noted::Append { place: place.clone(), item });
        Ok(())
    }

    /// Back to what it was before anybody set it.
    pub fn unset(&mut self, place: &Place) {
        let name = &place.name;
        let scope = Arc::make_mut(self.scope);
        match place.scope {
            None => drop(Arc::make_mut(&mut scope.flow).remove(name)),
            Some(which) => drop(Arc::make_mut(&mut Arc::make_mut(layers(scope, which)).set).remove(name)),
        }
        self.effects.push(Noted::Unset { place: place.clone() });
    }

    fn put(&mut self, place: &Place, value: Data) {
        let name = place.name.clone();
        let scope = Arc::make_mut(self.scope);
        match place.scope {
            None => Arc::make_mut(&mut scope.flow).insert(name, value),
            Some(which) => Arc::make_mut(&mut Arc::make_mut(layers(scope, which)).set).insert(name, value),
        };
    }

    /// What others see as `nodes.<key>`.
    pub fn give(&mut self, output: Data) {
        if self.has_key {
            self.effects.push(Noted::Gave(output));
        }
    }

    /// What the node keeps for itself between its turns.
    pub fn memo(&self) -> &Data {
        self.memo
    }

    pub fn keep(&mut self, memo: Data) {
        *self.memo = memo;
    }

    /// The round of this loop that a run comes back from, and what is gone through.
    pub fn looping(&self) -> Option<(u32, &Data)> {
        self.looping.as_ref().map(|(round, items)| (*round, items))
    }

    /// A random number: always the same at the same place of the same run.
    pub fn random(&mut self) -> u64 {
        *self.asked += 1;
        mix(self.seed ^ self.token.wrapping_add(u64::from(*self.asked).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A random number from 0 up to, but not, this one.
    pub fn random_below(&mut self, below: u64) -> u64 {
        // The upper half of the product: each answer is as likely as the next, but for one part in 2^64.
        ((u128::from(self.random()) * u128::from(below)) >> 64) as u64
    }

    /// Between 0 and 1, never the same for long.
    pub fn chance(&mut self) -> f64 {
        unit(self.random())
    }

    /// Between 0 and 1, always the same for one person at one node.
    pub fn stable(&self, salt: &str) -> f64 {
        let person = self.origin.person.as_deref().unwrap_or(self.conversation);
        let hash = xxhash_rust::xxh3::xxh3_64(format!("{salt}\0{person}").as_bytes());
        unit(hash)
    }

    /// What a button of this node carries, so that a press finds back to it. Short enough for every platform.
    pub fn tag(&self, button: &str) -> SmolStr {
        SmolStr::from(format!(
            "{:x}:{button}",
            self.token ^ (xxhash_rust::xxh3::xxh3_64(self.id.as_bytes()) >> 16)
        ))
    }

    /// The button of this node that was pressed.
    pub fn pressed<'e>(&self, data: &'e str) -> Option<&'e str> {
        let (_, button) = data.split_once(':')?;
        (self.tag(button) == data).then_some(button)
    }

    /// Does a press of a button wait for an answer?
    pub fn is_pressed(&self) -> bool {
        self.pressing
    }

    pub fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(FaultCode::WrongType, message)
    }
}

pub(crate) fn layers(scope: &mut Scope, which: VarScope) -> &mut Arc<flow::expr::Layers> {
    match which {
        VarScope::User => &mut scope.user,
        VarScope::Chat => &mut scope.chat,
        VarScope::Bot => &mut scope.bot,
    }
}

fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number for a name of several parts.
pub(crate) fn name(parts: &[&[u8]]) -> u64 {
    // The length of each part is in its own hash, so that parts cannot flow into each other.
    parts.iter().fold(0, |seed, part| mix(xxhash_rust::xxh3::xxh3_64_with_seed(part, seed)))
}

/// A number with another added; nothing counts as zero.
pub fn added(to: &Data, by: &Data) -> Result<Data, String> {
    match (to, by) {
        (Data::Null, Data::Int(_) | Data::Float(_)) => Ok(by.clone()),
        (Data::Int(a), Data::Int(b)) => {
            a.checked_add(*b).map(Data::Int).ok_or_else(|| "the number grew too large".into())
        }
        _ => {
            let (Some(a), Some(b)) = (to.as_f64(), by.as_f64()) else {
                return Err(format!("{} cannot be added to {}", by.kind(), to.kind()));
            };
            Some(a + b)
                .filter(|sum| sum.is_finite())
                .map(Data::Float)
                .ok_or_else(|| "the number grew too large".into())
        }
    }
}

/// A list with an item at its end; nothing counts as an empty list.
pub fn appended(to: &Data, item: &Data) -> Result<Data, String> {
    match to {
        Data::Null => Ok(Data::list([item.clone()])),
        Data::List(items) => {
            let mut items = items.clone();
            Arc::make_mut(&mut items).push(item.clone());
            Ok(Data::List(items))
        }
        other => Err(format!("nothing can be appended to {}", other.kind())),
    }
}

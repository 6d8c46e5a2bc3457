//! One logical transaction.

/// What one step, or whatever else belongs together, changes. There whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    pub bot: String,
    /// Events that are acknowledged by this: they are not heard a second time.
    pub heard: Vec<(String, i64)>,
    pub sessions: Vec<Session>,
    pub variables: Vec<Variable>,
    pub timers: Vec<Timer>,
    /// What is to be done outside.
    pub asked: Vec<Asked>,
    /// Keys of what somebody begins to do as soon as this is written: after a kill it is in doubt.
    pub begun: Vec<String>,
    /// Keys of what is done, or waited for no more.
    pub settled: Vec<String>,
    pub journal: Vec<Entry>,
    pub dead: Vec<Letter>,
    /// Dead letters that somebody took care of.
    pub buried: Vec<i64>,
    /// How far a channel has been read.
    pub cursors: Vec<(String, String)>,
    pub kept: Vec<Kept>,
    /// Inputs that wait in line before their conversation can have them.
    pub held: Vec<Held>,
    /// Places in line whose input is taken by this. One that is taken and held in one commit stands in line.
    pub taken: Vec<(String, i64)>,
    /// Programs that begin to be used.
    pub programs: Vec<Program>,
    /// Programs that were still in use at a moment.
    pub used: Vec<(String, i64)>,
    /// What is too old; [`crate::Store::prune`] knows what that is.
    pub pruned: Pruned,
}

/// What is so old that it goes.
#[derive(Clone, Debug, Default)]
pub struct Pruned {
    pub heard: Vec<String>,
    /// Numbers of rows.
    pub journal: Vec<i64>,
    pub programs: Vec<String>,
}

/// A conversation's whole state.
#[derive(Clone, Debug)]
pub struct Session {
    pub conversation: String,
    /// Nothing: it has none any more.
    pub body: Option<String>,
    /// The programs that its runs are on; none while nothing is going on in it.
    pub programs: Vec<String>,
}

/// An input that waits in line. Those of a conversation are taken by their positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub conversation: String,
    pub position: i64,
    pub id: String,
    pub at: i64,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct Program {
    pub hash: String,
    pub used: i64,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct Variable {
    pub scope: u8,
    pub owner: String,
    pub name: String,
    /// Nothing: it is unset.
    pub value: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Timer {
    pub conversation: String,
    pub id: u64,
    /// Nothing: it is called off, or went off.
    pub due: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub key: String,
    pub conversation: String,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub conversation: String,
    pub position: u64,
    pub at: i64,
    pub body: String,
    /// The conversation before it, where nothing was going on: here it can be replayed from, and what is older can go.
    pub first: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Letter {
    pub conversation: String,
    pub at: i64,
    pub body: String,
}

/// A value in a bot's own small store.
#[derive(Clone, Debug)]
pub struct Kept {
    pub store: String,
    pub key: String,
    pub value: Option<String>,
    pub until: Option<i64>,
}

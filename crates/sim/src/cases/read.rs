//! From a file to a suite. All that is wrong with it is told at once, each with its place.

use engine::event::ChatKind;
use flow::check::nearest;
use flow::limits::Platform;
use flow::{Data, Time};
use smol_str::SmolStr;

use super::yaml::{self, At, Member, Node, What};
use super::{Case, Suite, Wrong};
use crate::cast::{FIRST, GROUP, Room, Setup, Somebody};

const MEMBERS: &[&str] =
    &["about", "on", "chat", "start", "use", "people", "chats", "variables", "mocks", "cases"];
const FIXTURE: &[&str] = &["about", "people", "chats", "variables", "mocks"];
const CASE: &[&str] =
    &["name", "on", "chat", "start", "rows", "people", "chats", "variables", "mocks", "steps"];

/// Reads a test file. Other files that it uses are looked up by their path beside it.
pub fn read(text: &str, beside: &dyn Fn(&str) -> Option<String>) -> (Suite, Vec<Wrong>) {
    let mut reader = Reader::default();
    let suite = match yaml::read(text) {
        Ok(node) => reader.suite(&node, beside),
        Err(wrong) => {
            reader.wrongs.push(wrong);
            Suite::default()
        }
    };
    reader.wrongs.sort_by_key(|wrong| wrong.at);
    reader.wrongs.dedup();
    (suite, reader.wrongs)
}

/// Reads one rule of `mocks`, as it is written on one line: `http: GET https://…, gives: { json: … }`.
pub fn mock(text: &str) -> Result<crate::mock::Mock, Wrong> {
    let text = text.trim();
    let node = yaml::read(&if text.starts_with('{') { text.to_string() } else { format!("{{ {text} }}") })?;
    let mut reader = Reader::default();
    let mock = reader.mock(&node);
    let nothing = || Wrong::new(node.at, "This is no rule; write `http: GET https://…, gives: { json: … }`.");
    match reader.wrongs.into_iter().next() {
        Some(wrong) => Err(wrong),
        None => mock.ok_or_else(nothing),
    }
}

/// What goes for all cases of a file, and what a case has of its own on top.
#[derive(Clone, Debug, Default)]
struct Ground {
    on: Vec<Platform>,
    setup: Setup,
    variables: Vec<(SmolStr, Data)>,
}

#[derive(Default)]
pub(super) struct Reader {
    pub wrongs: Vec<Wrong>,
    /// Who and which chats there are where the reader stands.
    pub people: Vec<SmolStr>,
    pub chats: Vec<SmolStr>,
}

impl Reader {
    pub fn wrong(&mut self, at: At, message: impl Into<String>) {
        self.wrongs.push(Wrong::new(at, message));
    }

    /// The members of an object, of which only these are known.
    pub fn members<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> &'n [Member] {
        let What::Map(members) = &node.what else {
            if !node.is_nothing() {
                self.wrong(
                    node.at,
                    format!("{what} has members: `{}: …`.", known.first().unwrap_or(&"name")),
                );
            }
            return &[];
        };
        for member in members {
            self.knows(member.at, &member.name, what, known);
        }
        members
    }

    fn knows(&mut self, at: At, name: &str, what: &str, known: &[&str]) -> bool {
        let is_known = known.contains(&name);
        if !is_known {
            let wrong = Wrong::new(at, format!("{what} has no `{name}`."));
            self.wrongs.push(wrong.help(match nearest(name, known.iter().copied()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("It can have {}.", listed(known)),
            }));
        }
        is_known
    }

    pub fn word(&mut self, node: &Node, what: &str) -> Option<SmolStr> {
        let word = node.word().cloned();
        if word.is_none() {
            self.wrong(node.at, format!("{what} is a text."));
        }
        word
    }

    /// A word of a list.
    pub fn choice<T>(&mut self, node: &Node, what: &str, known: &[(&str, T)]) -> Option<T>
    where
        T: Clone,
    {
        let word = self.word(node, what)?;
        let found = known.iter().find(|(name, _)| *name == word).map(|(_, value)| value.clone());
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let wrong = Wrong::new(node.at, format!("{what} cannot be `{word}`."));
            self.wrongs.push(wrong.help(match nearest(&word, names.iter().copied()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("It can be {}.", listed(&names)),
            }));
        }
        found
    }

    pub fn items<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.what {
            What::List(items) => items,
            _ => {
                if !node.is_nothing() {
                    self.wrong(node.at, format!("{what} is a list: each begins with `- `."));
                }
                &[]
            }
        }
    }

    /// One, or a list of them.
    pub fn one_or_more<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.what {
            What::List(items) => items,
            _ => std::slice::from_ref(node),
        }
    }

    pub fn duration(&mut self, node: &Node, what: &str) -> Option<i64> {
        let word = self.word(node, what)?;
        let millis = flow::time::duration(&word);
        if millis.is_none() {
            self.wrong(
                node.at,
                format!("{what} is a duration such as `90s`, `5m`, `1h 30m` or `3d`, not `{word}`."),
            );
        }
        millis
    }

    pub fn moment(&mut self, node: &Node, what: &str) -> Option<Time> {
        let word = self.word(node, what)?;
        let at = Time::parse(&word);
        if at.is_none() {
            let message = format!("{what} is a moment such as `2026-01-05T09:00:00Z`, not `{word}`.");
            self.wrong(node.at, message);
        }
        at
    }

    fn suite(&mut self, node: &Node, beside: &dyn Fn(&str) -> Option<String>) -> Suite {
        let members = self.members(node, "A test file", MEMBERS);
        let mut suite = Suite::default();
        let mut ground = Ground { on: vec![Platform::Telegram], ..Ground::default() };
        // What a file says itself comes before what it uses.
        for member in members.iter().filter(|member| member.name == "use") {
            for file in self.one_or_more(&member.value) {
                let Some(path) = self.word(file, "A file to use") else { continue };
                let Some(text) = beside(&path) else {
                    self.wrong(file.at, format!("There is no file `{path}` beside this one."));
                    continue;
                };
                match yaml::read(&text) {
                    Ok(used) => {
                        let count = self.wrongs.len();
                        for one in self.members(&used, "A file to use", FIXTURE) {
                            self.ground(&mut ground, one);
                        }
                        // Told where it is used: that is the file that is being read.
                        self.wrongs[count..].iter_mut().for_each(|wrong| {
                            wrong.message = format!("{path}:{}: {}", wrong.at.line, wrong.message);
                            wrong.at = file.at;
                        });
                    }
                    Err(wrong) => {
                        self.wrong(file.at, format!("{path}:{}: {}", wrong.at.line, wrong.message));
                    }
                }
            }
        }
        for member in members {
            self.ground(&mut ground, member);
        }
        for member in members {
            match member.name.as_str() {
                "about" => suite.about = self.word(&member.value, "`about`").unwrap_or_default(),
                "cases" => {
                    for case in self.items(&member.value, "`cases`") {
                        self.case(case, &ground, &mut suite.cases);
                    }
                }
                _ => {}
            }
        }
        if !members.iter().any(|member| member.name == "cases") && self.wrongs.is_empty() {
            self.wrong(node.at, "A test file has `cases`.");
        }
        suite
    }

    /// A member that sets the scene.
    fn ground(&mut self, ground: &mut Ground, member: &Member) {
        let value = &member.value;
        match member.name.as_str() {
            "on" => {
                let known = Platform::ALL.map(|platform| (platform.name(), platform));
                let on = self.one_or_more(value).to_vec();
                ground.on = on.iter().filter_map(|one| self.choice(one, "`on`", &known)).collect();
            }
            "chat" => {
                let known = [
                    ("private", ChatKind::Private),
                    ("group", ChatKind::Group),
                    ("channel", ChatKind::Channel),
                ];
                ground.setup.chat = self.choice(value, "`chat`", &known).unwrap_or_default();
            }
            "start" => {
                if let Some(at) = self.moment(value, "`start`") {
                    ground.setup.start = at;
                }
            }
            "people" => {
                let named = named(value);
                for (at, name, about) in &named {
                    let somebody = self.somebody(*at, name, about);
                    let place = ground.setup.people.iter().position(|known| known.name == *name);
                    match place {
                        Some(place) => ground.setup.people[place] = somebody,
                        None => ground.setup.people.push(somebody),
                    }
                }
            }
            "chats" => {
                for (_, name, about) in &named(value) {
                    let room = self.room(name, about);
                    ground.setup.chats.retain(|known| known.name != *name);
                    ground.setup.chats.push(room);
                }
            }
            "variables" => {
                for member in members_of(value) {
                    self.variable(member.at, &member.name);
                    ground.variables.retain(|(name, _)| *name != member.name);
                    ground.variables.push((member.name.clone(), member.value.data()));
                }
            }
            "mocks" => {
                let mut mocks: Vec<_> =
                    self.items(value, "`mocks`").iter().filter_map(|mock| self.mock(mock)).collect();
                // Those that are said later come first: a case's before its file's.
                mocks.append(&mut ground.setup.mocks);
                ground.setup.mocks = mocks;
            }
            _ => {}
        }
    }

    fn somebody(&mut self, at: At, name: &str, about: &Node) -> Somebody {
        const KNOWN: &[&str] = &["id", "first_name", "last_name", "username", "language", "blocked"];
        if name == "bot" || name.contains(' ') || name.is_empty() {
            self.wrong(
                at,
                format!("`{name}` cannot be the name of a person here: it is one word, and not `bot`."),
            );
        }
        let mut somebody = Somebody { name: name.into(), ..Somebody::default() };
        for Member { name, value, .. } in self.members(about, "A person", KNOWN) {
            let word = value.word().cloned();
            match name.as_str() {
                "id" => somebody.id = word,
                "first_name" => somebody.first_name = word,
                "last_name" => somebody.last_name = word,
                "username" => somebody.username = word,
                "language" => somebody.language = word,
                "blocked" => somebody.blocked = value.data() == Data::Bool(true),
                _ => {}
            }
        }
        somebody
    }

    fn room(&mut self, name: &str, about: &Node) -> Room {
        let mut room = Room { name: name.into(), kind: ChatKind::Group, ..Room::default() };
        for Member { name, value, .. } in self.members(about, "A chat", &["id", "kind", "title"]) {
            match name.as_str() {
                "id" => room.id = value.word().cloned(),
                "title" => room.title = value.word().cloned(),
                "kind" => {
                    let known = [("group", ChatKind::Group), ("channel", ChatKind::Channel)];
                    room.kind = self.choice(value, "`kind`", &known).unwrap_or(ChatKind::Group);
                }
                _ => {}
            }
        }
        room
    }

    /// `user.size`, `user.size of bob`, `chat.cart of team`, `bot.total`.
    pub fn variable(&mut self, at: At, text: &str) {
        let path = text.split(" of ").next().unwrap_or_default().trim();
        let is_one = path.split_once('.').is_some_and(|(scope, name)| {
            flow::bot::SCOPES.contains(&scope) && flow::expr::is_identifier(name)
        });
        if !is_one {
            self.wrong(
                at,
                format!("`{text}` is no variable: write `user.size`, `user.size of bob`, `chat.cart` or `bot.total`."),
            );
        }
    }

    fn case(&mut self, node: &Node, ground: &Ground, cases: &mut Vec<Case>) {
        let mut ground = ground.clone();
        let members = self.members(node, "A case", CASE);
        for member in members {
            self.ground(&mut ground, member);
        }
        self.people = ground.setup.people.iter().map(|one| one.name.clone()).collect();
        if self.people.is_empty() {
            self.people.push(FIRST.into());
        }
        self.chats = ground.setup.chats.iter().map(|one| one.name.clone()).chain([GROUP.into()]).collect();
        self.chats.extend(self.people.iter().cloned());
        let find = |name: &str| members.iter().find(|member| member.name == name).map(|member| &member.value);
        let name = find("name").and_then(|name| self.word(name, "The name of a case"));
        let name = name.unwrap_or_else(|| {
            if members.iter().all(|member| member.name != "name") {
                self.wrong(node.at, "A case has a `name`.");
            }
            SmolStr::default()
        });
        let Some(steps) = find("steps") else {
            return self.wrong(node.at, format!("The case `{name}` has no `steps`."));
        };
        let rows: Vec<Vec<(SmolStr, Node)>> = match find("rows") {
            None => vec![Vec::new()],
            Some(rows) => {
                let row = |row: &Node| {
                    members_of(row).iter().map(|member| (member.name.clone(), member.value.clone())).collect()
                };
                self.items(rows, "`rows`").iter().map(row).collect()
            }
        };
        for row in &rows {
            let filled = if row.is_empty() { steps.clone() } else { steps.filled(row) };
            let read = self.steps(&filled);
            let cells: Vec<String> =
                row.iter().map(|(name, value)| format!("{name}: {}", value.data().shown())).collect();
            for platform in &ground.on {
                let mut title = name.to_string();
                if !cells.is_empty() {
                    title.push_str(&format!(" ({})", cells.join(", ")));
                }
                if ground.on.len() > 1 {
                    title.push_str(&format!(" [{}]", platform.name()));
                }
                cases.push(Case {
                    name: name.clone(),
                    title,
                    at: node.at,
                    platform: *platform,
                    setup: Setup { platform: *platform, ..ground.setup.clone() },
                    variables: ground.variables.clone(),
                    steps: read.clone(),
                });
            }
        }
    }
}

/// What is called by name: `{ ada: {…}, bob: {…} }`, or a list of names.
fn named(node: &Node) -> Vec<(At, SmolStr, Node)> {
    match &node.what {
        What::Map(members) => {
            members.iter().map(|member| (member.at, member.name.clone(), member.value.clone())).collect()
        }
        What::List(items) => {
            let nothing = What::Scalar { text: SmolStr::default(), plain: true };
            items
                .iter()
                .filter_map(|item| {
                    let nothing = Node { what: nothing.clone(), ..item.clone() };
                    Some((item.at, item.word()?.clone(), nothing))
                })
                .collect()
        }
        What::Scalar { .. } => Vec::new(),
    }
}

pub(super) fn members_of(node: &Node) -> &[Member] {
    match &node.what {
        What::Map(members) => members,
        _ => &[],
    }
}

/// `a`, `b` and `c`.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

//! Expressions: which names a text uses, where exactly, and how to rename them.
//!
//! The language is Jinja as minijinja reads it. Its syntax tree is not a stable interface, so its version is pinned and this is the
//! only place that touches it.

mod eval;
mod filters;
mod guard;
mod short;
mod values;
mod work;

use std::ops::Range;

use minijinja::machinery::ast::{Call, CallArg, Expr, Stmt};
use minijinja::machinery::{Span, Token, parse, parse_expr, tokenize};
use smol_str::SmolStr;

pub use eval::{Formula, Given, Layers, Scope, SharedName, Template, Trouble};
pub use filters::{FAMILIES, FilterHelp, HELP, apply};

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Text with `{{ … }}` and `{% … %}` in it.
    Template,
    /// One bare expression.
    Bare,
}

/// A name with the bytes it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub name: SmolStr,
    pub span: Range<u32>,
}

/// What a text refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Names from outside with what is read of them: `nodes`, `greet`, `text`.
    pub names: Vec<Vec<Word>>,
    pub filters: Vec<Word>,
    pub tests: Vec<Word>,
    pub functions: Vec<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub message: String,
    pub span: Range<u32>,
}

/// The names a text uses, or why it cannot be read.
pub fn uses(text: &str, mode: Mode) -> Result<Uses, Unreadable> {
    let mut walk = Walk { text, uses: Uses::default(), scopes: vec![Vec::new()] };
    if mode == Mode::Template && is_plain(text) {
        return Ok(walk.uses);
    }
    if text.len() > MAX_LENGTH {
        let message = format!("it is longer than {MAX_LENGTH} bytes");
        return Err(Unreadable { message, span: 0..0 });
    }
    bounded(text, mode)?;
    match mode {
        Mode::Template => {
            let tree = parse(text, "text", Default::default()).map_err(|error| unreadable(text, &error))?;
            walk.statement(&tree);
        }
        Mode::Bare => {
            let tree = parse_expr(text).map_err(|error| unreadable(text, &error))?;
            walk.expression(&tree);
        }
    }
    Ok(walk.uses)
}

/// The tree of an expression is as deep as a chain is long, and walked and dropped by recursion; so chains are kept short.
fn bounded(text: &str, mode: Mode) -> Result<(), Unreadable> {
    if text.len() <= MOST_TOKENS {
        return Ok(());
    }
    let (mut in_tag, mut branches) = (0, 0);
    for (token, span) in tokenize(text, mode == Mode::Bare, Default::default()).map_while(Result::ok) {
        match token {
            Token::VariableStart | Token::BlockStart | Token::TemplateData(_) => in_tag = 0,
            Token::Ident("elif") => branches += 1,
            _ => {}
        }
        in_tag += 1;
        if in_tag > MOST_TOKENS || branches > MOST_BRANCHES {
            return Err(Unreadable {
                message: "it is too long; split it, or use a Script node".into(),
                span: range(span),
            });
        }
    }
    Ok(())
}

const MOST_TOKENS: usize = 500;
const MOST_BRANCHES: usize = 100;

/// No sensible expression is as long, and the language counts columns in 16 bits.
const MAX_LENGTH: usize = u16::MAX as usize - 1;

/// A template without any tag says the same in every language.
pub fn is_plain(text: &str) -> bool {
    !text.contains("{{") && !text.contains("{%") && !text.contains("{#")
}

/// The text with a name renamed wherever it is used: `rename(t, mode, &["nodes", "greet"], "hello")`. Nothing if it is not used,
/// or if the text cannot be read.
pub fn rename(text: &str, mode: Mode, path: &[&str], to: &str) -> Option<String> {
    let uses = uses(text, mode).ok()?;
    let mut spans: Vec<Range<u32>> = uses
        .names
        .iter()
        .filter(|words| {
            words.len() >= path.len() && words.iter().zip(path).all(|(word, name)| word.name == *name)
        })
        .map(|words| words[path.len() - 1].span.clone())
        .collect();
    if spans.is_empty() {
        return None;
    }
    spans.sort_by_key(|span| span.start);
    spans.dedup();
    let mut out = text.to_string();
    for span in spans.iter().rev() {
        out.replace_range(span.start as usize..span.end as usize, to);
    }
    Some(out)
}

/// The name as it can be written after a dot.
pub fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !RESERVED.contains(&name)
}

const RESERVED: [&str; 14] =
    ["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None", "loop"];

/// The filters there are.
pub const FILTERS: [&str; HELP.len()] = {
    let mut names = [""; HELP.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = HELP[place].name;
        place += 1;
    }
    names
};
pub const FUNCTIONS: [&str; 3] = ["range", "dict", "namespace"];

/// Does the language have a filter of this name?
pub fn has_filter(name: &str) -> bool {
    FILTERS.contains(&name)
}

fn unreadable(text: &str, error: &minijinja::Error) -> Unreadable {
    let message = error.detail().unwrap_or("cannot be read").to_string();
    let span = error.range().filter(|range| range.end <= text.len()).unwrap_or(0..text.len());
    // The language counts bytes here and there; a place is between characters.
    let (mut start, mut end) = (span.start.min(span.end), span.end);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Unreadable { message, span: start as u32..end as u32 }
}

struct Walk<'t> {
    text: &'t str,
    uses: Uses,
    /// Names that the text itself gives: loop variables, `set`, `with`.
    scopes: Vec<Vec<SmolStr>>,
}

impl Walk<'_> {
    fn scoped(&mut self, inside: impl FnOnce(&mut Self)) {
        self.scopes.push(Vec::new());
        inside(self);
        self.scopes.pop();
    }

    fn statements(&mut self, body: &[Stmt]) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr),
            Stmt::EmitRaw(_) => {}
            Stmt::ForLoop(each) => {
                self.expression(&each.iter);
                self.scoped(|walk| {
                    walk.assign(&each.target);
                    walk.give("loop");
                    walk.maybe(&each.filter_expr);
                    walk.statements(&each.body);
                });
                self.scoped(|walk| walk.statements(&each.else_body));
            }
            Stmt::IfCond(branch) => {
                self.expression(&branch.expr);
                self.statements(&branch.true_body);
                self.statements(&branch.false_body);
            }
            Stmt::WithBlock(with) => self.scoped(|walk| {
                for (target, value) in &with.assignments {
                    walk.expression(value);
                    walk.assign(target);
                }
                walk.statements(&with.body);
            }),
            Stmt::Set(set) => {
                self.expression(&set.expr);
                self.assign(&set.target);
            }
            Stmt::SetBlock(set) => {
                self.maybe(&set.filter);
                self.scoped(|walk| walk.statements(&set.body));
                self.assign(&set.target);
            }
            Stmt::AutoEscape(block) => {
                self.expression(&block.enabled);
                self.statements(&block.body);
            }
            Stmt::FilterBlock(block) => {
                self.expression(&block.filter);
                self.statements(&block.body);
            }
            Stmt::Do(call) => self.call(&call.call),
        }
    }

    fn assign(&mut self, target: &Expr) {
        match target {
            Expr::Var(var) => self.give(var.id),
            Expr::List(list) => list.items.iter().for_each(|item| self.assign(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.assign(item)),
            other => self.expression(other),
        }
    }

    fn give(&mut self, name: &str) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(name.into());
        }
    }

    fn maybe(&mut self, expression: &Option<Expr>) {
        if let Some(expression) = expression {
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => self.path(expression),
            Expr::Const(_) => {}
            Expr::Slice(slice) => {
                self.expression(&slice.expr);
                self.maybe(&slice.start);
                self.maybe(&slice.stop);
                self.maybe(&slice.step);
            }
            Expr::UnaryOp(op) => self.expression(&op.expr),
            Expr::BinOp(op) => {
                self.expression(&op.left);
                self.expression(&op.right);
            }
            Expr::Compare(compare) => {
                self.expression(&compare.expr);
                compare.ops.iter().for_each(|op| self.expression(&op.expr));
            }
            Expr::IfExpr(branch) => {
                self.expression(&branch.test_expr);
                self.expression(&branch.true_expr);
                self.maybe(&branch.false_expr);
            }
            Expr::Filter(filter) => {
                self.maybe(&filter.expr);
                let from =
                    filter.expr.as_ref().map_or(filter.span().start_offset, |inner| inner.span().end_offset);
                let word = self.word_within(filter.name, from, filter.span().end_offset);
                self.uses.filters.push(word);
                self.arguments(&filter.args);
            }
            Expr::Test(test) => {
                self.expression(&test.expr);
                let word = self.word_within(test.name, test.expr.span().end_offset, test.span().end_offset);
                self.uses.tests.push(word);
                self.arguments(&test.args);
            }
            Expr::Call(call) => self.call(call),
            Expr::List(list) => list.items.iter().for_each(|item| self.expression(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.expression(item)),
            Expr::Map(map) => map.keys.iter().chain(&map.values).for_each(|part| self.expression(part)),
        }
    }

    fn call(&mut self, call: &Call) {
        match &call.expr {
            Expr::Var(var) if !self.is_given(var.id) => {
                let word = Word { name: var.id.into(), span: range(var.span()) };
                self.uses.functions.push(word);
            }
            other => self.expression(other),
        }
        self.arguments(&call.args);
    }

    fn arguments(&mut self, arguments: &[CallArg]) {
        for argument in arguments {
            match argument {
                CallArg::Pos(value)
                | CallArg::Kwarg(_, value)
                | CallArg::PosSplat(value)
                | CallArg::KwargSplat(value) => self.expression(value),
            }
        }
    }

    /// A chain of attributes: from the outside in, then turned round.
    fn path(&mut self, outermost: &Expr) {
        let mut words = Vec::new();
        let mut at = outermost;
        loop {
            match at {
                Expr::GetAttr(attr) => {
                    let end = attr.span().end_offset;
                    words.push(Word {
                        name: attr.name.into(),
                        span: end.saturating_sub(attr.name.len() as u32)..end,
                    });
                    at = &attr.expr;
                }
                Expr::GetItem(item) => {
                    match &item.subscript_expr {
                        Expr::Const(key) if key.value.as_str().is_some() => {
                            let span = range(key.span());
                            let name = key.value.as_str().unwrap_or_default().into();
                            words.push(Word { name, span: span.start + 1..span.end.saturating_sub(1) });
                        }
                        computed => {
                            // What is read of a computed member is not known.
                            words.clear();
                            self.expression(computed);
                        }
                    }
                    at = &item.expr;
                }
                Expr::Var(var) => {
                    if !self.is_given(var.id) {
                        words.push(Word { name: var.id.into(), span: range(var.span()) });
                        words.reverse();
                        self.uses.names.push(words);
                    }
                    return;
                }
                other => return self.expression(other),
            }
        }
    }

    fn is_given(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.iter().any(|given| given == name))
    }

    /// Where a name stands between two places; the tree does not say for filters and tests.
    fn word_within(&self, name: &str, from: u32, to: u32) -> Word {
        let (from, to) = (from as usize, (to as usize).min(self.text.len()));
        let start =
            self.text.get(from..to).and_then(|part| part.find(name)).map_or(from, |found| from + found)
                as u32;
        Word { name: name.into(), span: start..start + name.len() as u32 }
    }
}

fn range(span: Span) -> Range<u32> {
    span.start_offset..span.end_offset
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, mode: Mode) -> Vec<String> {
        let join = |words: &Vec<Word>| words.iter().map(|w| w.name.as_str()).collect::<Vec<_>>().join(".");
        uses(text, mode).unwrap().names.iter().map(join).collect()
    }

    #[test]
    fn names_come_with_their_place() {
        let text = "Hi {{ user.first_name | title }}, {{ nodes['greet'].text }} ü {{ nodes.greet.text }}";
        assert_eq!(names(text, Mode::Template), ["user.first_name", "nodes.greet.text", "nodes.greet.text"]);
        for words in uses(text, Mode::Template).unwrap().names {
            for word in words {
                assert_eq!(&text[word.span.start as usize..word.span.end as usize], word.name);
            }
        }
        let filter = &uses(text, Mode::Template).unwrap().filters[0];
        assert_eq!(&text[filter.span.start as usize..filter.span.end as usize], "title");
    }

    #[test]
    fn names_that_the_text_gives_itself_are_not_used() {
        let text = "{% for item in bot.cart %}{{ loop.index }} {{ item.name }}{% endfor %}{% set x = user.id %}{{ x }}";
        assert_eq!(names(text, Mode::Template), ["bot.cart", "user.id"]);
        assert_eq!(names("bot.a > 3 and nodes[msg.text].b", Mode::Bare), ["bot.a", "msg.text", "nodes"]);
    }

    #[test]
    fn renaming_touches_the_name_alone() {
        let text =
            "greet {{ nodes.greet.text }} {{ nodes.greeting }} {{ nodes['greet'] }} {{ x.nodes.greet }}";
        let renamed = rename(text, Mode::Template, &["nodes", "greet"], "hello").unwrap();
        assert_eq!(
            renamed,
            "greet {{ nodes.hello.text }} {{ nodes.greeting }} {{ nodes['hello'] }} {{ x.nodes.greet }}"
        );
        assert_eq!(
            rename("bot.total + bot.totals", Mode::Bare, &["bot", "total"], "sum").unwrap(),
            "bot.sum + bot.totals"
        );
        assert_eq!(rename("1 +", Mode::Bare, &["bot"], "x"), None);
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let error = uses("Hi {{ user. }}", Mode::Template).unwrap_err();
        assert!(error.span.start >= 3 && error.span.end <= 14, "{error:?}");
        assert!(uses("a b", Mode::Bare).is_err());
        assert!(uses("{{ x", Mode::Template).is_err());
    }

    #[test]
    fn the_lists_are_those_of_the_language() {
        let language = eval::language_names();
        let mut filters = FILTERS.to_vec();
        filters.sort_unstable();
        assert_eq!(filters, language.filters);
        let mut functions = FUNCTIONS.to_vec();
        functions.sort_unstable();
        assert_eq!(functions, language.functions);
    }
}

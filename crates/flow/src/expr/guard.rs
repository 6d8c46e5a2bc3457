//! Expressions, compiled so that nothing they make goes uncounted. Fuel counts steps, but one step can make a gigabyte; so before a
//! text's tree becomes instructions, whatever makes a text or a list is handed through a filter that weighs it ([`super::work`]).
//!
//! The tree cannot be changed in place, only made anew.

use std::collections::BTreeMap;
use std::fmt;

use minijinja::machinery::ast::{
    AutoEscape, BinOp, BinOpKind, Call, CallArg, CallType, Compare, CompareOp, Const, Do, EmitExpr, EmitRaw,
    Expr, Filter, FilterBlock, ForLoop, GetAttr, GetItem, IfCond, IfExpr, List, Map, Set, SetBlock, Slice,
    Spanned, Stmt, Template, Test, Tuple, UnaryOp, UnaryOpKind, Var, WithBlock,
};
use minijinja::machinery::{CodeGenerator, Instructions, Span, eval, make_string_output, parse, parse_expr};
use minijinja::{AutoEscape as Escaping, Environment, Error, Value};
use self_cell::self_cell;

use super::Mode;
use super::work::{KEPT, SEEN, TIMES};

self_cell!(
    /// Instructions, and the text that they refer to.
    struct Owned {
        owner: Box<str>,
        #[covariant]
        dependent: Instructions,
    }
);

pub(super) struct Compiled(Owned);

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Compiled").field(&self.text()).finish()
    }
}

const NAME: &str = "text";

impl Compiled {
    pub fn new(text: &str, mode: Mode) -> Result<Compiled, Error> {
        Owned::try_new(text.into(), |text| {
            let mut code = CodeGenerator::new(NAME, text);
            match mode {
                Mode::Template => {
                    code.compile_stmt(&statement(&parse(text, NAME, Default::default())?, false))
                }
                Mode::Bare => code.compile_expr(&expression(&parse_expr(text)?)),
            }
            Ok(code.finish().0)
        })
        .map(Compiled)
    }

    pub fn text(&self) -> &str {
        self.0.borrow_owner()
    }

    /// The value of a bare expression; nothing for a template, whose text goes to `out`.
    pub fn run(
        &self,
        env: &Environment<'static>,
        root: Value,
        out: &mut String,
    ) -> Result<Option<Value>, Error> {
        let mut out = make_string_output(out);
        eval(env, self.0.borrow_dependent(), root, &BTreeMap::new(), &mut out, Escaping::None)
            .map(|(answer, _)| answer)
    }
}

/// `x` as `x | kept`.
fn kept(inner: Expr<'_>, span: Span) -> Expr<'_> {
    Expr::Filter(Spanned::new(Filter { name: KEPT, expr: Some(inner), args: Vec::new() }, span))
}

/// `x` as `x | seen`, unless it is a constant.
fn seen(inner: Expr<'_>) -> Expr<'_> {
    if matches!(inner, Expr::Const(_)) {
        return inner;
    }
    let span = inner.span();
    Expr::Filter(Spanned::new(Filter { name: SEEN, expr: Some(inner), args: Vec::new() }, span))
}

/// Filters that do not look through what they are given: they need not weigh it.
const GLANCES: [&str; 7] = ["default", "d", "attr", "first", "length", "count", "safe"];

fn statements<'t>(body: &[Stmt<'t>], in_loop: bool) -> Vec<Stmt<'t>> {
    body.iter().map(|each| statement(each, in_loop)).collect()
}

fn statement<'t>(each: &Stmt<'t>, in_loop: bool) -> Stmt<'t> {
    match each {
        Stmt::Template(node) => {
            let children = statements(&node.children, in_loop);
            Stmt::Template(Spanned::new(Template { children }, node.span()))
        }
        Stmt::EmitExpr(node) => {
            Stmt::EmitExpr(Spanned::new(EmitExpr { expr: expression(&node.expr) }, node.span()))
        }
        // Outside of loops no more text comes out than stands in the source.
        Stmt::EmitRaw(node) if in_loop => {
            let raw = Const { value: Value::from(node.raw) };
            let expr = Expr::Const(Spanned::new(raw, node.span()));
            Stmt::EmitExpr(Spanned::new(EmitExpr { expr }, node.span()))
        }
        Stmt::EmitRaw(node) => Stmt::EmitRaw(Spanned::new(EmitRaw { raw: node.raw }, node.span())),
        Stmt::ForLoop(node) => {
            let each = ForLoop {
                target: expression(&node.target),
                iter: expression(&node.iter),
                filter_expr: maybe(&node.filter_expr),
                recursive: node.recursive,
                body: statements(&node.body, true),
                else_body: statements(&node.else_body, in_loop),
            };
            Stmt::ForLoop(Spanned::new(each, node.span()))
        }
        Stmt::IfCond(node) => {
            let branch = IfCond {
                expr: expression(&node.expr),
                true_body: statements(&node.true_body, in_loop),
                false_body: statements(&node.false_body, in_loop),
            };
            Stmt::IfCond(Spanned::new(branch, node.span()))
        }
        Stmt::WithBlock(node) => {
            let pair = |(target, value): &(Expr<'t>, Expr<'t>)| (expression(target), expression(value));
            let with = WithBlock {
                assignments: node.assignments.iter().map(pair).collect(),
                body: statements(&node.body, in_loop),
            };
            Stmt::WithBlock(Spanned::new(with, node.span()))
        }
        Stmt::Set(node) => {
            let set = Set { target: expression(&node.target), expr: expression(&node.expr) };
            Stmt::Set(Spanned::new(set, node.span()))
        }
        Stmt::SetBlock(node) => {
            let captured = Filter { name: KEPT, expr: maybe(&node.filter), args: Vec::new() };
            let set = SetBlock {
                target: expression(&node.target),
                filter: Some(Expr::Filter(Spanned::new(captured, node.span()))),
                body: statements(&node.body, in_loop),
            };
            Stmt::SetBlock(Spanned::new(set, node.span()))
        }
        Stmt::AutoEscape(node) => {
            let block =
                AutoEscape { enabled: expression(&node.enabled), body: statements(&node.body, in_loop) };
            Stmt::AutoEscape(Spanned::new(block, node.span()))
        }
        Stmt::FilterBlock(node) => {
            let block =
                FilterBlock { filter: expression(&node.filter), body: statements(&node.body, in_loop) };
            Stmt::FilterBlock(Spanned::new(block, node.span()))
        }
        Stmt::Do(node) => {
            let call = Spanned::new(call(&node.call), node.call.span());
            Stmt::Do(Spanned::new(Do { call }, node.span()))
        }
    }
}

fn maybe<'t>(inner: &Option<Expr<'t>>) -> Option<Expr<'t>> {
    inner.as_ref().map(expression)
}

fn all<'t>(items: &[Expr<'t>]) -> Vec<Expr<'t>> {
    items.iter().map(expression).collect()
}

fn call<'t>(node: &Call<'t>) -> Call<'t> {
    Call { expr: expression(&node.expr), args: arguments(&node.args) }
}

fn arguments<'t>(args: &[CallArg<'t>]) -> Vec<CallArg<'t>> {
    let each = |arg: &CallArg<'t>| match arg {
        CallArg::Pos(value) => CallArg::Pos(expression(value)),
        CallArg::Kwarg(name, value) => CallArg::Kwarg(name, expression(value)),
        CallArg::PosSplat(value) => CallArg::PosSplat(expression(value)),
        CallArg::KwargSplat(value) => CallArg::KwargSplat(expression(value)),
    };
    args.iter().map(each).collect()
}

fn expression<'t>(each: &Expr<'t>) -> Expr<'t> {
    let span = each.span();
    match each {
        Expr::Var(node) => Expr::Var(Spanned::new(Var { id: node.id }, span)),
        Expr::Const(node) => Expr::Const(Spanned::new(Const { value: node.value.clone() }, span)),
        Expr::Slice(node) => {
            let slice = Slice {
                expr: expression(&node.expr),
                start: maybe(&node.start),
                stop: maybe(&node.stop),
                step: maybe(&node.step),
            };
            kept(Expr::Slice(Spanned::new(slice, span)), span)
        }
        Expr::UnaryOp(node) => {
            // These cannot be copied.
            let is_not = matches!(node.op, UnaryOpKind::Not);
            let op = if is_not { UnaryOpKind::Not } else { UnaryOpKind::Neg };
            Expr::UnaryOp(Spanned::new(UnaryOp { op, expr: expression(&node.expr) }, span))
        }
        Expr::BinOp(node) => {
            let (left, right) = (expression(&node.left), expression(&node.right));
            match node.op {
                // It could make too much before anybody sees it.
                BinOpKind::Mul => {
                    let times = Filter { name: TIMES, expr: Some(left), args: vec![CallArg::Pos(right)] };
                    Expr::Filter(Spanned::new(times, span))
                }
                op @ (BinOpKind::Add | BinOpKind::Concat) => {
                    kept(Expr::BinOp(Spanned::new(BinOp { op, left, right }, span)), span)
                }
                BinOpKind::Eq
                | BinOpKind::Ne
                | BinOpKind::Lt
                | BinOpKind::Lte
                | BinOpKind::Gt
                | BinOpKind::Gte
                | BinOpKind::In => {
                    let (left, right) = (seen(left), seen(right));
                    Expr::BinOp(Spanned::new(BinOp { op: node.op, left, right }, span))
                }
                op => Expr::BinOp(Spanned::new(BinOp { op, left, right }, span)),
            }
        }
        Expr::Compare(node) => {
            let op = |op: &CompareOp<'t>| CompareOp { op: op.op, expr: seen(expression(&op.expr)) };
            let compare =
                Compare { expr: seen(expression(&node.expr)), ops: node.ops.iter().map(op).collect() };
            Expr::Compare(Spanned::new(compare, span))
        }
        Expr::IfExpr(node) => {
            let branch = IfExpr {
                test_expr: expression(&node.test_expr),
                true_expr: expression(&node.true_expr),
                false_expr: maybe(&node.false_expr),
            };
            Expr::IfExpr(Spanned::new(branch, span))
        }
        Expr::Filter(node) => {
            let given = maybe(&node.expr);
            let given = if GLANCES.contains(&node.name) { given } else { given.map(seen) };
            let filter = Filter { name: node.name, expr: given, args: arguments(&node.args) };
            kept(Expr::Filter(Spanned::new(filter, span)), span)
        }
        Expr::Test(node) => {
            let test = Test { name: node.name, expr: expression(&node.expr), args: arguments(&node.args) };
            Expr::Test(Spanned::new(test, span))
        }
        Expr::GetAttr(node) => {
            Expr::GetAttr(Spanned::new(GetAttr { expr: expression(&node.expr), name: node.name }, span))
        }
        Expr::GetItem(node) => {
            let item =
                GetItem { expr: expression(&node.expr), subscript_expr: expression(&node.subscript_expr) };
            Expr::GetItem(Spanned::new(item, span))
        }
        Expr::Call(node) => {
            let made = Expr::Call(Spanned::new(call(node), span));
            match node.identify_call() {
                // A loop that calls itself writes, and what is written is weighed there.
                CallType::Function("loop") => made,
                _ => kept(made, span),
            }
        }
        Expr::List(node) => {
            let list = List { items: all(&node.items) };
            let plain = list.as_const().is_some();
            let list = Expr::List(Spanned::new(list, span));
            if plain { list } else { kept(list, span) }
        }
        Expr::Tuple(node) => {
            let tuple = Tuple { items: all(&node.items) };
            let plain = tuple.as_const().is_some();
            let tuple = Expr::Tuple(Spanned::new(tuple, span));
            if plain { tuple } else { kept(tuple, span) }
        }
        Expr::Map(node) => {
            let map = Map { keys: all(&node.keys), values: all(&node.values) };
            let plain = map.as_const().is_some();
            let map = Expr::Map(Spanned::new(map, span));
            if plain { map } else { kept(map, span) }
        }
    }
}

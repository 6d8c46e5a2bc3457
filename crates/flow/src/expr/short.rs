//! The way past the language for what most expressions are: a name, a name compared with a word or a number, and these with `and`, `or`,
//! `not`. What is not there, or of a kind that does not fit, is left to the language, which knows what to say.

use std::cmp::Ordering;

use minijinja::machinery::ast::{BinOpKind, Expr, UnaryOpKind};
use minijinja::machinery::parse_expr;
use minijinja::value::ValueKind;
use smol_str::SmolStr;

use super::eval::Scope;
use crate::data::{Data, Fields};

#[derive(Debug)]
pub(super) enum Short {
    /// A scope and the names from there on.
    Name(Root, Vec<SmolStr>),
    /// A name, whether it may be less, equal, greater, and than what.
    Compare(Box<Short>, [bool; 3], Data),
    Not(Box<Short>),
    And(Box<Short>, Box<Short>),
    Or(Box<Short>, Box<Short>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Root {
    Msg,
    User,
    Chat,
    Bot,
    Flow,
    Nodes,
    Env,
}

impl Short {
    pub fn of(text: &str) -> Option<Short> {
        Short::read(&parse_expr(text).ok()?)
    }

    fn read(expr: &Expr<'_>) -> Option<Short> {
        Some(match expr {
            Expr::GetAttr(_) => {
                let mut names = Vec::new();
                let root = path(expr, &mut names)?;
                Short::Name(root, names)
            }
            Expr::UnaryOp(op) => match op.op {
                UnaryOpKind::Not => Short::Not(Box::new(Short::read(&op.expr)?)),
                UnaryOpKind::Neg => return None,
            },
            Expr::BinOp(op) => {
                let sides = || Some((Box::new(Short::read(&op.left)?), Box::new(Short::read(&op.right)?)));
                // Chains of comparisons are something else again, and rare.
                let may = match op.op {
                    BinOpKind::ScAnd => return sides().map(|(left, right)| Short::And(left, right)),
                    BinOpKind::ScOr => return sides().map(|(left, right)| Short::Or(left, right)),
                    BinOpKind::Lt => [true, false, false],
                    BinOpKind::Lte => [true, true, false],
                    BinOpKind::Eq => [false, true, false],
                    BinOpKind::Ne => [true, false, true],
                    BinOpKind::Gte => [false, true, true],
                    BinOpKind::Gt => [false, false, true],
                    _ => return None,
                };
                let Expr::Const(constant) = &op.right else { return None };
                let value = &constant.value;
                let to = match value.kind() {
                    ValueKind::String => Data::text(value.as_str()?),
                    ValueKind::Number if value.is_integer() => Data::Int(value.as_i64()?),
                    _ => return None,
                };
                Short::Compare(Box::new(Short::name(&op.left)?), may, to)
            }
            _ => return None,
        })
    }

    fn name(expr: &Expr<'_>) -> Option<Short> {
        Short::read(expr).filter(|short| matches!(short, Short::Name(..)))
    }

    /// What it is; nothing where the language has to say.
    pub fn value(&self, scope: &Scope) -> Option<Data> {
        match self {
            Short::Name(root, names) => found(*root, names, scope),
            Short::Compare(..) | Short::Not(_) => self.holds(scope).map(Data::Bool),
            // These give one of their sides.
            Short::And(..) | Short::Or(..) => None,
        }
    }

    pub fn holds(&self, scope: &Scope) -> Option<bool> {
        Some(match self {
            Short::Name(root, names) => match found(*root, names, scope)? {
                Data::Null => false,
                Data::Bool(b) => b,
                Data::Int(n) => n != 0,
                Data::Text(text) => !text.is_empty(),
                Data::Float(_) | Data::List(_) | Data::Object(_) => return None,
            },
            Short::Compare(name, [less, equal, greater], to) => {
                let order = match (name.value(scope)?, to) {
                    (Data::Int(one), Data::Int(other)) => one.cmp(other),
                    (Data::Text(one), Data::Text(other)) => one.cmp(other),
                    _ => return None,
                };
                match order {
                    Ordering::Less => *less,
                    Ordering::Equal => *equal,
                    Ordering::Greater => *greater,
                }
            }
            Short::Not(one) => !one.holds(scope)?,
            Short::And(one, other) => one.holds(scope)? && other.holds(scope)?,
            Short::Or(one, other) => one.holds(scope)? || other.holds(scope)?,
        })
    }
}

/// The names of a path, and the scope that it begins in.
fn path(expr: &Expr<'_>, names: &mut Vec<SmolStr>) -> Option<Root> {
    match expr {
        Expr::Var(var) => Some(match var.id {
            "msg" => Root::Msg,
            "user" => Root::User,
            "chat" => Root::Chat,
            "bot" => Root::Bot,
            "flow" => Root::Flow,
            "nodes" => Root::Nodes,
            "env" => Root::Env,
            _ => return None,
        }),
        Expr::GetAttr(attr) => {
            let root = path(&attr.expr, names)?;
            names.push(attr.name.into());
            Some(root)
        }
        _ => None,
    }
}

fn found(root: Root, names: &[SmolStr], scope: &Scope) -> Option<Data> {
    let (first, rest) = names.split_first()?;
    let of = |fields: &Fields| fields.get(first).cloned();
    let mut value = match root {
        Root::Msg => scope.msg.get(first),
        Root::User => scope.user.get(first),
        Root::Chat => scope.chat.get(first),
        Root::Bot => scope.bot.get(first),
        Root::Flow => of(&scope.flow),
        Root::Nodes => of(&scope.nodes),
        Root::Env => of(&scope.env),
    }?;
    for name in rest {
        let Data::Object(members) = value else { return None };
        value = members.get(name)?.clone();
    }
    // The language counts what long texts cost.
    let is_long = matches!(&value, Data::Text(text) if text.len() > MOST_TEXT);
    (!is_long).then_some(value)
}

const MOST_TEXT: usize = 4096;

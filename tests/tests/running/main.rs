//! The engine's laws, over bots made up at random and scripts of what happens to them.

mod branches;
mod fuzz;
mod limits;
mod same;
mod transactions;

//! Rows by the hundred: a few statements for any number of them, each prepared once.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqliteConnection};

#[derive(Clone, Debug)]
pub enum Cell {
    Nothing,
    Number(i64),
    Text(String),
    /// One text in many rows.
    Same(Arc<str>),
}

impl From<i64> for Cell {
    fn from(number: i64) -> Cell {
        Cell::Number(number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<Arc<str>> for Cell {
    fn from(text: Arc<str>) -> Cell {
        Cell::Same(text)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(some: Option<T>) -> Cell {
        some.map_or(Cell::Nothing, T::into)
    }
}

/// Cells, as many for each row as the statement wants.
#[derive(Clone, Debug)]
pub struct Rows {
    width: usize,
    cells: Vec<Cell>,
}

impl Rows {
    pub fn new(width: usize) -> Rows {
        Rows { width, cells: Vec::new() }
    }

    pub fn add<const N: usize>(&mut self, row: [Cell; N]) {
        debug_assert_eq!(N, self.width);
        self.cells.extend(row);
    }

    pub fn len(&self) -> usize {
        self.cells.len() / self.width
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Runs the statement over all rows, which it has in the place of `{rows}`. Few statements are ever prepared: each is for a number of rows,
    /// of which some may stay empty.
    pub async fn put(self, to: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
        let mut left = self.len();
        let mut cells = self.cells.into_iter();
        while left > 0 {
            let size = SIZES.into_iter().find(|size| *size >= left).unwrap_or(MOST);
            let mut query = sqlx::query(AssertSqlSafe(with_rows(sql, self.width, size)));
            // What nothing is bound to is empty.
            for cell in cells.by_ref().take(size.min(left) * self.width) {
                query = match cell {
                    Cell::Nothing => query.bind(None::<i64>),
                    Cell::Number(number) => query.bind(number),
                    Cell::Text(text) => query.bind(text),
                    Cell::Same(text) => query.bind(text),
                };
            }
            query.execute(&mut *to).await?;
            left = left.saturating_sub(size);
        }
        Ok(())
    }
}

const SIZES: [usize; 4] = [1, 4, 16, MOST];
const MOST: usize = 64;

fn with_rows(sql: &str, width: usize, size: usize) -> String {
    let row = format!("({})", vec!["?"; width].join(","));
    let values = vec![row.as_str(); size].join(",");
    // The first cell of a row is never empty.
    sql.replace("{rows}", &format!("SELECT * FROM (VALUES {values}) WHERE column1 IS NOT NULL"))
}

/// Keys with their new values, or nothing where they go: the last word on each.
pub type Slots<const KEY: usize, const VALUE: usize> = BTreeMap<[Key; KEY], Option<[Cell; VALUE]>>;

/// A part of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Number(i64),
    Text(String),
    Same(Arc<str>),
}

impl From<Key> for Cell {
    fn from(key: Key) -> Cell {
        match key {
            Key::Number(number) => Cell::Number(number),
            Key::Text(text) => Cell::Text(text),
            Key::Same(text) => Cell::Same(text),
        }
    }
}

/// The rows that are set, and the keys of those that go.
pub fn parted<const KEY: usize, const VALUE: usize>(slots: Slots<KEY, VALUE>) -> (Rows, Rows) {
    let (mut set, mut gone) = (Rows::new(KEY + VALUE), Rows::new(KEY));
    for (key, value) in slots {
        let key = key.into_iter().map(Cell::from);
        match value {
            Some(value) => set.cells.extend(key.chain(value)),
            None => gone.cells.extend(key),
        }
    }
    (set, gone)
}

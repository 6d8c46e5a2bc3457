//! Tables as text, one line a row.

use flow::Data;
use flow::data::Fields;
use smol_str::SmolStr;

use super::{MOST_VALUES, Unread, bounded};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    /// Nothing: the one that the first line has most of.
    pub separator: Option<u8>,
    /// The first line names the columns.
    pub header: bool,
    /// What is written like a number becomes one.
    pub numbers: bool,
}

pub(crate) fn read(text: &str, table: &Table) -> Result<Data, Unread> {
    bounded(text)?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(table.separator.unwrap_or_else(|| likely(text)))
        .from_reader(text.as_bytes());
    let cell = |text: &str| if table.numbers { number(text) } else { text.into() };
    let (mut rows, mut names, mut count) = (Vec::new(), None::<Vec<SmolStr>>, 0);
    let mut row = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => return Ok(Data::list(rows)),
            Err(error) => return Err(told(&error)),
        }
        count += row.len();
        if count > MOST_VALUES {
            let line = row.position().map_or(1, |at| at.line() as usize);
            return Err(Unread {
                line,
                column: 1,
                message: format!("there are more than {MOST_VALUES} cells up to here"),
            });
        }
        match &names {
            None if table.header => names = Some(header(&row)?),
            Some(names) => {
                let members = names.iter().zip(&row).map(|(name, text)| (name.clone(), cell(text)));
                rows.push(Data::Object(members.collect::<Fields>().into()));
            }
            None => rows.push(Data::list(row.iter().map(cell))),
        }
    }
}

fn header(row: &csv::StringRecord) -> Result<Vec<SmolStr>, Unread> {
    let mut names: Vec<SmolStr> = Vec::with_capacity(row.len());
    for name in row {
        let name = SmolStr::new(name.trim());
        if names.contains(&name) {
            return Err(Unread { line: 1, column: 1, message: format!("two columns are called `{name}`") });
        }
        names.push(name);
    }
    Ok(names)
}

fn likely(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    // Of several that are as many, the first one.
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

/// A number, if it is written as one is: what begins with a zero or a plus is a code or a phone number.
fn number(text: &str) -> Data {
    let whole = text.parse::<i64>().ok().filter(|n| n.to_string() == text).map(Data::Int);
    let part = || {
        let (before, after) = text.split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let plain = before.strip_prefix('-').unwrap_or(before);
        let is_one = digits(after) && digits(plain) && (plain == "0" || !plain.starts_with('0'));
        text.parse().ok().filter(|_| is_one).and_then(Data::number)
    };
    whole.or_else(part).unwrap_or_else(|| text.into())
}

fn told(error: &csv::Error) -> Unread {
    let line = error.position().map_or(1, |at| at.line() as usize);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("this line has {len} cells, the first has {expected_len}")
        }
        _ => error.to_string(),
    };
    Unread { line, column: 1, message }
}

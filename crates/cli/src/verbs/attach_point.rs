//! `break` and `note`: where to stop, and what to say in passing.

use engine::Spot;
use runner::debug::{Command, Point, Reply};

use super::attach_commands::placed;
use super::attach_desk::{Desk, Trouble};
use crate::out::Out;

pub async fn place(desk: &mut Desk, rest: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let (place, when) = match rest.split_once(" if ") {
        Some((place, when)) => (place.trim(), Some(when.trim().to_string())),
        None => (rest, None),
    };
    let (spot, more) = longest_node(desk, place).await?;
    let mut point = Point { spot, when, ..Point::default() };
    let mut words = more.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "here" => point.conversation = Some(desk.about()?),
            "by" => point.port = Some(words.next().ok_or("By which output?")?.into()),
            "at" => {
                let number = words.next().and_then(|number| number.parse().ok());
                point.hit = number.ok_or("At the how-manieth time? Write it as at 3.")?;
            }
            word => return Err(format!("`{word}` is not understood; help says how break is written.").into()),
        }
    }
    set(desk, point, "stops", out).await
}

pub async fn note(desk: &mut Desk, rest: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let (spot, text) = longest_node(desk, rest).await?;
    if text.is_empty() {
        return Err("Write it as note NODE TEXT; the text may have {{ expressions }}.".into());
    }
    set(desk, Point { spot, log: Some(text), ..Point::default() }, "says it in passing", out).await
}

async fn set(desk: &Desk, point: Point, does: &str, out: &Out) -> Result<Vec<String>, Trouble> {
    let node = desk.node(&desk.hello.program, &point.spot);
    let at = match &point.port {
        Some(port) => format!("where `{node}` is left by `{port}`"),
        None => format!("before `{node}`"),
    };
    match desk.ask(Command::Break { point }).await? {
        Reply::Point { id } => Ok(placed(id, &format!("{does} {at}"), out)),
        _ => Ok(Vec::new()),
    }
}

/// Names of nodes have spaces: the longest beginning that is one, and what follows.
async fn longest_node(desk: &mut Desk, text: &str) -> Result<(Spot, String), Trouble> {
    let ends = text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    let mut ends: Vec<usize> = ends.collect();
    ends.push(text.len());
    for end in ends.iter().rev() {
        match desk.find_node(text[..*end].trim()).await {
            Ok(spot) => return Ok((spot, text[*end..].trim().into())),
            Err(Trouble::Gone(gone)) => return Err(gone.into()),
            Err(Trouble::Refused(_)) => {}
        }
    }
    // Said of what is most likely meant.
    let first = ends.first().map_or(text, |end| &text[..*end]);
    match desk.find_node(first).await {
        Ok(spot) => Ok((spot, String::new())),
        Err(trouble) => Err(trouble),
    }
}

//! The conversation of `nexus attach` with a person: a line, what comes of it, and what is told in between.

use std::time::Duration;

use remote::{Gone, Told};
use runner::debug::{Allows, Command, News, Reply, Stopped};

use super::attach::Over;
use super::attach_desk::{Desk, Trouble, same};
use super::{attach_commands, attach_lines, attach_show, hosting};
use crate::out::{ERROR, FAINT, Out, STRONG};

pub async fn talk(desk: &mut Desk, typed: bool, out: &mut Out) -> Over {
    match begin(desk, typed, out).await {
        Ok(()) => Over::Left { failed: desk.failed },
        Err(gone) => Over::Gone(gone),
    }
}

async fn begin(desk: &mut Desk, typed: bool, out: &mut Out) -> Result<(), Gone> {
    greet(desk, out).await?;
    let mut lines = attach_lines::typed();
    let end = hosting::asked_to_end();
    tokio::pin!(end);
    let mut asked = false;
    while !desk.over {
        if typed && !asked && desk.waits.is_none() {
            ask(desk, out);
            asked = true;
        }
        let until = desk.waits;
        tokio::select! {
            () = &mut end => break,
            told = desk.attached.news::<News>() => {
                let said = news(desk, told?, out).await?;
                match asked && out.moves() {
                    true => out.above(&said),
                    false => say(&said, &mut asked, out),
                }
            }
            line = lines.recv(), if until.is_none() => {
                let Some(line) = line else { break };
                asked = false;
                let said = attach_commands::line(desk, &line, out).await;
                // What was told before the answer is shown before it.
                while let Some(told) = desk.told().await {
                    let said = news(desk, told?, out).await?;
                    say(&said, &mut asked, out);
                }
                match said {
                    Ok(said) => said.into_iter().for_each(|line| out.line(line)),
                    Err(Trouble::Gone(gone)) => return Err(gone),
                    Err(Trouble::Refused(why)) => refuse(desk, &why, out),
                }
                let arrived = desk.arrived.take();
                if let Some(stopped) = arrived {
                    let said = stops(desk, stopped, out).await?;
                    say(&said, &mut asked, out);
                }
            }
            () = rest(until) => {
                desk.waits = None;
                refuse(desk, "Nothing was stopped in that time.", out);
            }
        }
    }
    if typed {
        out.line(out.paint(FAINT, "Detached; what was stopped goes on."));
    }
    Ok(())
}

fn refuse(desk: &mut Desk, why: &str, out: &mut Out) {
    desk.failed = true;
    out.line(out.paint(ERROR, why));
}

async fn rest(until: Option<tokio::time::Instant>) {
    let far = Duration::from_secs(3600);
    tokio::time::sleep_until(until.unwrap_or_else(|| tokio::time::Instant::now() + far)).await;
    if until.is_none() {
        std::future::pending().await
    }
}

async fn greet(desk: &mut Desk, out: &mut Out) -> Result<(), Gone> {
    let name = if desk.hello.name.is_empty() { &desk.hello.bot } else { &desk.hello.name };
    let name = out.paint(STRONG, name);
    let may = match desk.hello.allows {
        Allows::Debug => "to debug it",
        Allows::Observe => "to look and no more",
    };
    out.line(format_args!("{name} runs, and you are attached {may}; help says what you can do."));
    if let Err(Trouble::Gone(gone)) = desk.stage().await {
        return Err(gone);
    }
    match desk.ask(Command::Paused).await {
        Ok(Reply::Paused { paused }) => {
            for stopped in paused {
                let said = stops(desk, stopped, out).await?;
                said.iter().for_each(|line| out.line(line));
            }
            Ok(())
        }
        Err(Trouble::Gone(gone)) => Err(gone),
        _ => Ok(()),
    }
}

/// Says that it is somebody's turn.
fn ask(desk: &Desk, out: &mut Out) {
    let who = if desk.stopped().is_ok() { "paused" } else { desk.hello.bot.as_str() };
    out.ask(format_args!("{} ", out.paint(STRONG, format_args!("{who}>"))));
}

/// Below what is being typed, which is asked for again.
fn say(said: &[String], asked: &mut bool, out: &mut Out) {
    if !said.is_empty() && std::mem::take(asked) {
        out.line("");
    }
    said.iter().for_each(|line| out.line(line));
}

/// What is told, in lines.
async fn news(desk: &mut Desk, told: Told<News>, out: &Out) -> Result<Vec<String>, Gone> {
    let faint = |text: String| vec![out.paint(FAINT, text)];
    Ok(match told {
        Told::News(News::Paused(stopped)) => stops(desk, *stopped, out).await?,
        Told::News(News::Resumed { conversation }) => match desk.paused.remove(&conversation) {
            Some(_) => vec![attach_commands::went(&desk.label(&conversation).await?, out)],
            None => Vec::new(),
        },
        Told::News(News::Held { conversation, count }) => {
            let label = desk.label(&conversation).await?;
            faint(format!("({label}: {} for it to go on)", attach_show::wait(count)))
        }
        Told::News(News::Note { conversation, spot, text, failed, .. }) => {
            let label = desk.label(&conversation).await?;
            let node = desk.node(&desk.hello.program, &spot);
            vec![attach_show::note(&label, &node, &text, failed, out)]
        }
        Told::News(News::Trace { conversation, records }) => {
            let label = desk.label(&conversation).await?;
            attach_show::trace(desk, &label, &records, out)
        }
        Told::News(News::Missed { count }) | Told::Missed(count) => {
            faint(format!("({count} were told while nobody listened, and are left out)"))
        }
        Told::Unknown(_) => faint("(something of a kind that is not known here)".into()),
    })
}

/// A conversation is stopped there; said once.
async fn stops(desk: &mut Desk, stopped: Stopped, out: &Out) -> Result<Vec<String>, Gone> {
    let conversation = stopped.conversation.clone();
    let before = desk.paused.insert(conversation.clone(), stopped.clone());
    desk.waits = None;
    if before.is_some_and(|before| same(&before, &stopped)) {
        return Ok(Vec::new());
    }
    let is_elsewhere = desk.chosen.as_ref().is_some_and(|chosen| desk.paused.contains_key(chosen));
    if !is_elsewhere {
        desk.chosen = Some(conversation.clone());
    }
    // For its names; without them it is said with ids.
    if let Err(Trouble::Gone(gone)) = desk.stage_of(&stopped.program).await {
        return Err(gone);
    }
    let label = desk.label(&conversation).await?;
    Ok(attach_show::stopped(desk, &label, &stopped, out))
}

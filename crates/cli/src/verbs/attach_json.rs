//! `nexus attach --json`: lines are what is asked, and whatever comes is a line, as `remote::frames` has it. An ask's id is the number of its
//! line.

use remote::{Attached, Gone, Told};
use runner::debug::{Code, News, Refused};
use serde_json::{Value, json};

use super::attach::Over;
use super::{attach_lines, hosting};
use crate::out::Out;

pub async fn talk(attached: &Attached, out: &mut Out) -> Over {
    out.json_line(&json!({ "hello": attached.hello() }));
    let mut lines = attach_lines::typed();
    let end = hosting::asked_to_end();
    tokio::pin!(end);
    let (mut count, mut failed) = (0, false);
    loop {
        let line = tokio::select! {
            () = &mut end => return Over::Left { failed },
            told = attached.news::<Value>() => match told {
                Ok(told) => { tell(told, out); continue }
                Err(gone) => return Over::Gone(gone),
            },
            line = lines.recv() => match line {
                Some(line) => line,
                None => return Over::Left { failed },
            },
        };
        count += 1;
        if line.trim().is_empty() {
            continue;
        }
        let asking = ask(attached, &line);
        tokio::pin!(asking);
        // News goes on while something is asked.
        let answer = loop {
            tokio::select! {
                answer = &mut asking => break answer,
                told = attached.news::<Value>() => match told {
                    Ok(told) => tell(told, out),
                    // The answer says so, too.
                    Err(_) => break (&mut asking).await,
                },
                () = &mut end => return Over::Left { failed },
            }
        };
        match answer {
            Ok(Ok(reply)) => out.json_line(&json!({ "id": count, "reply": reply })),
            Ok(Err(refused)) => {
                failed = true;
                out.json_line(&json!({ "id": count, "refused": refused }));
            }
            Err(gone) => return Over::Gone(gone),
        }
    }
}

async fn ask(attached: &Attached, line: &str) -> Result<Result<Value, Value>, Gone> {
    match serde_json::from_str::<Value>(line) {
        Ok(command) => attached.ask(&command).await,
        Err(error) => Ok(Err(json!(Refused::new(Code::Wrong, format!("This line is no JSON: {error}"))))),
    }
}

fn tell(told: Told<Value>, out: &mut Out) {
    match told {
        Told::News(news) | Told::Unknown(news) => out.json_line(&json!({ "news": news })),
        Told::Missed(count) => out.json_line(&json!({ "news": News::Missed { count } })),
    }
}

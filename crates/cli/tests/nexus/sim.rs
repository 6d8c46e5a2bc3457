use std::fs;

use serde_json::Value;

use crate::run::{Talk, edit, example, nexus, said, typed};

#[test]
fn a_chat_through_a_pipe() {
    let folder = example("welcome");
    let lines = [
        "/start",
        "1",
        "/vars",
        "/as bob",
        "/start",
        "/press Find a book",
        "/clock +1d",
        "/save-test by hand",
    ];
    let output = typed(&["sim", "welcome"], folder.path(), &lines);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in [
        "Welcome on Telegram, a private chat. You are ada; /help says what you can do.\nThe bot knows /start.\n",
        "      ada  /start\n      bot  Hi Ada, welcome to Corner Books!\n           What can I do for you?\n           1 [Opening hours]\n",
        "      ada  presses [Opening hours]\n      bot  We are open\n",
        "user.topic = \"Opening hours\"",
        "bot→bob  Hi Bob,",
        "bot→ada  I am here when you need me",
        "✓ welcome/tests/by-hand.test.yaml\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(!text.contains("look it over") && !text.contains('\u{1b}'), "{text}");
    let output = nexus(&["test", "welcome", "--filter", "by hand"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn calls_are_answered_by_hand_and_runs_are_stopped() {
    let folder = example("weather");
    let lines = [
        "/weather paris",
        "/answer {temperature: 3, sky: grey}",
        "/answer 200 {low: 1, high: 4}",
        "/mock http: GET *, gives: { json: { temperature: 9, sky: blue, low: 7, high: 12 } }",
        "/break Tell",
        "/weather",
        "/eval nodes.current.json.temperature + 1",
        "/set user.city \"Rome\"",
        "/go",
        "/undo",
        "/weather",
        "/go",
        "/save-test",
        "/record talk.recording.json",
        "/record talk.recording.json",
    ];
    let output = typed(&["sim", "weather", "--as", "discord"], folder.path(), &lines);
    let text = said(&output);
    // Nothing is written over.
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "✓ talk.recording.json  8 inputs\n`nexus test --from talk.recording.json BOT` makes a test of it.\n",
        "talk.recording.json is there already",
        "(http) GET https://weather.example.com/v1/now — waits for an answer",
        "bot  Paris now: 3 °C, grey",
        "stopped before `Tell`",
        "\n10\n",
        "bot  Rome now: 9 °C, blue",
        "bot  Paris now: 9 °C, blue",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    let test = fs::read_to_string(folder.path().join("weather/tests/conversation-1.test.yaml")).unwrap();
    assert!(test.starts_with("on: discord\n"), "{test}");
    let output = nexus(&["test", "weather"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{test}\n{}", said(&output));
}

#[test]
fn a_command_of_the_bot_comes_before_ours() {
    let folder = example("welcome");
    let flow = folder.path().join("welcome/flows/main.flow.json");
    let text = fs::read_to_string(&flow).unwrap().replace("\"command\": \"start\"", "\"command\": \"help\"");
    fs::write(&flow, text).unwrap();
    let text = said(&typed(&["sim", "welcome"], folder.path(), &["/help", "//help", "//nothing"]));
    assert!(text.contains("/help goes to the bot, which has it itself; ours is //help."), "{text}");
    assert!(text.contains("bot  Hi Ada") && text.contains("/save-test [NAME]"), "{text}");
    assert!(text.contains("There is no command //nothing"), "{text}");
}

#[test]
fn what_makes_no_sense_is_said() {
    let folder = example("welcome");
    for (args, code) in [
        (&["sim", "nowhere"][..], 2),
        (&["sim", "welcome", "--as", "fax"], 2),
        (&["sim", "welcome", "--start", "soon"], 2),
    ] {
        assert_eq!(nexus(args, folder.path()).status.code(), Some(code), "{args:?}");
    }
    let lines = ["/press Huge", "/clock soon", "/break nowhere", "/answer 1", "/as two words", "/send", "hm"];
    let output = typed(&["sim", "welcome"], folder.path(), &lines);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "There is no button `Huge`",
        "/clock +1h",
        "There is no node `nowhere`",
        "No call waits",
        "cannot be the name of a person",
        "It sends a photo",
        "(nothing in the bot takes it)",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

/// A bot that writes to a certain chat finds it once it is there.
#[test]
fn chats_are_opened_and_names_are_suggested() {
    let folder = example("support");
    let lines = [
        "/start",
        "My order is late",
        "/chat team -100200",
        "/chat team",
        "/chat two? -1",
        "/as bob in team",
        "/hlep",
        "/strat",
        "/break foo",
        "/save-test team",
    ];
    let text = said(&typed(&["sim"], &folder.path().join("support"), &lines));
    for part in [
        "/chat NAME -100200 opens the chat that it writes to",
        "bot→team  Ada asks: My order is late\n      bot  Somebody will be with you in a moment.",
        "There is a chat `team` already.",
        "(nothing in the bot takes it; did you mean /help?)",
        "(nothing in the bot takes it; did you mean /start?)",
        "There is no node `foo`; there are `Bye`, ",
        "✓ tests/team.test.yaml\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(!text.contains("look it over"), "{text}");
}

/// Stopped in the debugger, a run goes on with the bot as it was changed meanwhile, or says why not.
#[test]
fn a_bot_is_changed_while_it_is_stopped() {
    let folder = example("pizza");
    let flow = folder.path().join("pizza/flows/main.flow.json");
    let mut talk = Talk::start(&["sim", "pizza"], folder.path());
    for line in ["/break Thanks", "/order", "3", "1"] {
        talk.types(line);
    }
    talk.hears("stopped before `Thanks`");
    edit(&flow, "is in the oven.", "is on the grill.");
    talk.hears("(reloaded: what is stopped goes on with the bot as it was changed)");
    talk.types("/go");
    talk.hears("bot  Your large pizza is on the grill.");
    for line in ["/order", "3", "1"] {
        talk.types(line);
    }
    talk.hears("stopped before `Thanks`");
    edit(
        &flow,
        "\"kind\": \"message.send\", \"v\": 1, \"name\": \"Thanks\"",
        "\"kind\": \"message.ask\", \"v\": 1, \"name\": \"Thanks\"",
    );
    talk.hears("(reloaded, but what is stopped goes on with the bot as it was:");
    talk.hears("`Thanks` is another kind of node now, and a run stands there.");
    talk.types("/go");
    talk.hears("bot  Your large pizza is on the grill.");
    let (code, text) = talk.ends();
    assert_eq!(code, Some(0), "{text}");
}

/// Nobody has to type anything for it.
#[test]
fn changed_files_are_noticed_at_once() {
    let folder = example("welcome");
    let flow = folder.path().join("welcome/flows/main.flow.json");
    let whole = fs::read_to_string(&flow).unwrap();
    let mut talk = Talk::start(&["sim", "welcome"], folder.path());
    talk.types("thanks");
    talk.hears("bot  You are welcome, Ada.");
    edit(&flow, "You are welcome", "Any time");
    talk.hears("(reloaded: what begins from now on is the bot as it was changed)");
    talk.types("thanks");
    talk.hears("bot  Any time, Ada.");
    fs::write(&flow, &whole[..200]).unwrap();
    talk.hears("The bot was changed, but cannot be taken:");
    talk.hears("flows/main.flow.json cannot be read whole");
    talk.types("thanks");
    talk.hears("bot  Any time, Ada.");
    fs::write(&flow, &whole).unwrap();
    talk.hears("(reloaded");
    talk.types("thanks");
    talk.hears("bot  You are welcome, Ada.");
    // What a run cannot notice is not worth a word.
    edit(&flow, "[888, 360]", "[890, 360]");
    let (code, text) = talk.ends();
    assert_eq!((code, text.matches("(reloaded").count()), (Some(0), 2), "{text}");
}

/// Reads up to where a line was dealt with.
fn told(talk: &mut Talk, line: &str) -> Vec<Value> {
    talk.types(line);
    let mut told = Vec::new();
    loop {
        let value: Value = serde_json::from_str(&talk.hears("{")).expect("one object a line");
        if value["is"] == "ready" {
            return told;
        }
        told.push(value);
    }
}

#[test]
fn programs_are_told_all_that_happens() {
    let folder = example("pizza");
    let flow = folder.path().join("pizza/flows/main.flow.json");
    let mut talk = Talk::start(&["sim", "pizza", "--json"], folder.path());
    let begins: Value = serde_json::from_str(&talk.hears("{")).unwrap();
    assert_eq!((&begins["is"], &begins["commands"][0]), (&"begins".into(), &"order".into()));
    let all = told(&mut talk, "/order");
    assert_eq!(
        (&all[0]["is"], &all[0]["who"], &all[0]["text"]),
        (&"moved".into(), &"ada".into(), &"/order".into())
    );
    assert_eq!((&all[1]["is"], &all[1]["node"]), (&"message".into(), &"size".into()));
    assert_eq!(all[1]["buttons"][2][0], "Large, 13 EUR");
    let all = told(&mut talk, "3");
    assert!(all.iter().any(|one| one["is"] == "did" && one["effect"] == "script" && one["state"] == "done"));
    assert_eq!(told(&mut talk, "/break Thanks"), Vec::<Value>::new());
    let all = told(&mut talk, "1");
    let stopped = all.last().unwrap();
    assert_eq!((&stopped["is"], &stopped["nodes"]["price"]["amount"]), (&"stopped".into(), &13.into()));
    assert_eq!(told(&mut talk, "/eval nodes.price.amount + 1")[0]["value"], 14);
    edit(&flow, "is in the oven", "is on the grill");
    let reloaded: Value = serde_json::from_str(&talk.hears("reloaded")).unwrap();
    assert_eq!((&reloaded["stopped"], &reloaded["why"]), (&"moved".into(), &Value::Array(vec![])));
    edit(&flow, "\"name\": \"Thanks\"", "\"name\": \"Thanks\", \"off\": true");
    talk.hears("reloaded");
    edit(&flow, "\"yes\": \"c1ount\"", "\"yes\": \"t1hank\"");
    let kept: Value = serde_json::from_str(&talk.hears("reloaded")).unwrap();
    assert_eq!(kept["stopped"], "kept", "{kept}");
    assert_eq!(kept["why"][0], "The run would have come here by another way.");
    let all = told(&mut talk, "/go");
    assert!(all[0]["text"].as_str().unwrap().starts_with("Your large pizza is on the grill."), "{all:?}");
    assert_eq!(told(&mut talk, "/vars")[0]["variables"]["bot.sold"], 1);
    let refused = told(&mut talk, "/press Huge");
    assert_eq!(refused[0]["is"], "refused");
    fs::write(&flow, "{").unwrap();
    assert!(talk.hears("broken").contains("cannot be read whole"));
    let (code, _) = talk.ends();
    assert_eq!(code, Some(1));
    let output = nexus(&["sim", "nowhere", "--json"], folder.path());
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &error["is"]), (Some(2), &"error".into()));
}

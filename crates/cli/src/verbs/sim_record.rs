//! `/record`: the conversation as a recording, which opens anywhere and becomes a test with `nexus test --from`.

use std::path::PathBuf;

use sim::Who;

use super::sim::Chat;
use super::sim_said::Said;

pub fn record(chat: &Chat, name: &str) -> Result<Said, String> {
    let who = Who { by: chat.by.clone(), place: chat.place.clone() };
    let recording = chat.world.recording(&who).map_err(|cannot| cannot.0)?;
    let path = match name {
        // Never over another one.
        "" => (1..)
            .map(|n| PathBuf::from(format!("conversation-{n}.recording.json")))
            .find(|path| !path.exists()),
        name => Some(PathBuf::from(name)),
    };
    let Some(path) = path else { return Err("There are too many recordings.".into()) };
    if path.exists() {
        return Err(format!("{} is there already; choose another name.", path.display()));
    }
    let value = serde_json::to_value(&recording).unwrap_or_default();
    let secrets = sim::recorded::secrets(&value);
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let text = recording.to_redacted_text(&secrets) + "\n";
    std::fs::write(&path, text)
        .map_err(|error| format!("{} could not be written: {error}", path.display()))?;
    let others = chat.world.journaled().filter(|id| **id != recording.first.id).count();
    Ok(Said::Recorded {
        file: path.display().to_string(),
        inputs: recording.entries.len(),
        others,
        blotted: secrets.len(),
    })
}

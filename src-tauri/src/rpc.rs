//! The studio's table, mounted.

use serde_json::Value;
use tauri::AppHandle;

#[tauri::command]
pub async fn rpc(name: String, payload: Value) -> Result<Value, Value> {
    Ok(serde_json::json!({ "name": name, "payload": payload }))
}

pub fn mount(app: &AppHandle) -> tauri::Result<()> {
    crate::data(app)?;
    crate::bot();
    Ok(())
}

pub fn close(_: &AppHandle) {}

//! The double of Telegram, driven by a plain client with JSON written by hand as the documentation has it.

mod calls;
mod faults;
mod updates;

use doubles::Telegram;
use reqwest::Client;
use serde_json::{Value, json};

pub struct Bot {
    pub telegram: Telegram,
    pub client: Client,
}

impl Bot {
    pub async fn new() -> Bot {
        Bot { telegram: Telegram::start().await, client: Client::new() }
    }

    pub fn address(&self, method: &str) -> String {
        format!("{}/bot{}/{method}", self.telegram.url(), self.telegram.token())
    }

    pub async fn call(&self, method: &str, body: Value) -> Value {
        let response = self.client.post(self.address(method)).json(&body).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// What a call that is to work leads to.
    pub async fn does(&self, method: &str, body: Value) -> Value {
        let answer = self.call(method, body.clone()).await;
        assert_eq!(answer["ok"], json!(true), "{method} {body}: {answer}");
        answer["result"].clone()
    }

    /// The words of a call that is to be refused.
    pub async fn refused(&self, method: &str, body: Value) -> String {
        let answer = self.call(method, body.clone()).await;
        assert_eq!(answer["ok"], json!(false), "{method} {body}: {answer}");
        answer["description"].as_str().unwrap().to_string()
    }

    pub async fn updates(&self, body: Value) -> Vec<Value> {
        self.does("getUpdates", body).await.as_array().unwrap().clone()
    }
}

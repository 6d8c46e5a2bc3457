//! How Discord says no: its JSON error codes.

use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub status: u16,
    pub body: Value,
    /// The request itself is not one of the API; a bot's maker wants to hear of it.
    pub is_violation: bool,
}

/// What is wrong with one member: its path, a code and a sentence.
pub(crate) type Wrong = (String, &'static str, String);

impl Refusal {
    fn new(status: u16, code: u32, message: &str) -> Refusal {
        Refusal { status, body: json!({"message": message, "code": code}), is_violation: false }
    }

    pub fn unauthorized() -> Refusal {
        Refusal::new(401, 0, "401: Unauthorized")
    }

    pub fn no_route() -> Refusal {
        Refusal { is_violation: true, ..Refusal::new(404, 0, "404: Not Found") }
    }

    /// `Unknown Message` and its kin.
    pub fn unknown(what: &str) -> Refusal {
        let code = match what {
            "Application" => 10002,
            "Channel" => 10003,
            "Guild" => 10004,
            "Member" => 10007,
            "Message" => 10008,
            "Role" => 10011,
            "User" => 10013,
            "Emoji" => 10014,
            "Webhook" => 10015,
            "Ban" => 10026,
            "interaction" => 10062,
            _ => 0,
        };
        Refusal::new(404, code, &format!("Unknown {what}"))
    }

    pub fn empty_message() -> Refusal {
        Refusal::new(400, 50006, "Cannot send an empty message")
    }

    pub fn other_author() -> Refusal {
        Refusal::new(403, 50005, "Cannot edit a message authored by another user")
    }

    pub fn cannot_send() -> Refusal {
        Refusal::new(403, 50007, "Cannot send messages to this user")
    }

    pub fn missing_permissions() -> Refusal {
        Refusal::new(403, 50013, "Missing Permissions")
    }

    pub fn already_answered() -> Refusal {
        Refusal::new(400, 40060, "Interaction has already been acknowledged.")
    }

    pub fn invalid_token() -> Refusal {
        Refusal::new(401, 50027, "Invalid Webhook Token")
    }

    /// 50035 with a tree of what is wrong where.
    pub fn form(wrong: &[Wrong]) -> Refusal {
        let mut refusal = Refusal::new(400, 50035, "Invalid Form Body");
        refusal.body["errors"] = json!({});
        for (path, code, message) in wrong {
            let mut at = &mut refusal.body["errors"];
            for step in path.split('.') {
                at = &mut at[step];
                if at.is_null() {
                    *at = json!({});
                }
            }
            at["_errors"] = json!([{"code": code, "message": message}]);
        }
        refusal
    }

    /// What the model of the platform does not read.
    pub fn unparsed(why: &str) -> Refusal {
        let mut refusal = Refusal::new(400, 50035, "Invalid Form Body");
        refusal.body["errors"] = json!({"_errors": [{"code": "MODEL_TYPE_CONVERT", "message": why}]});
        Refusal { is_violation: true, ..refusal }
    }

    pub fn too_many(retry_after: f64) -> Refusal {
        let body =
            json!({"message": "You are being rate limited.", "retry_after": retry_after, "global": false});
        Refusal { status: 429, body, is_violation: false }
    }
}

#[test]
fn errors_are_a_tree() {
    let refusal = Refusal::form(&[(
        "embeds.0.title".into(),
        "BASE_TYPE_MAX_LENGTH",
        "Must be 256 or fewer in length.".into(),
    )]);
    assert_eq!(refusal.body["errors"]["embeds"]["0"]["title"]["_errors"][0]["code"], "BASE_TYPE_MAX_LENGTH");
}

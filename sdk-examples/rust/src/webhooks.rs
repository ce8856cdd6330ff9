//! Whether a webhook is Kinora's (Standard Webhooks, <https://www.standardwebhooks.com>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// How far the sender's clock may be off, seconds. Older messages are somebody's who kept one.
pub const TOLERANCE_S: u64 = 300;

/// Why a message is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// A header is missing or wrong, or the secret is none.
    #[error("a header or the secret is missing or wrong")]
    Malformed,
    /// The message is too old, or from the future.
    #[error("the message is too old, or from the future")]
    Time,
    /// It was not signed under the secret.
    #[error("no signature fits")]
    Signature,
}

/// A message as it came: the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, and the body byte by byte.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// `webhook-id`: the same for every attempt to tell of one event.
    pub id: &'a str,
    /// `webhook-timestamp`, Unix seconds.
    pub timestamp: &'a str,
    /// `webhook-signature`.
    pub signature: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// The event in `message`, if it is signed under `secret` (`whsec_…`) and `now`, Unix seconds, is near its time.
///
/// # Errors
/// [`Unsigned`].
pub fn verify(secret: &str, message: Message<'_>, now: u64) -> Result<Value, Unsigned> {
    let at: u64 = message.timestamp.parse().map_err(|_| Unsigned::Malformed)?;
    if at.abs_diff(now) > TOLERANCE_S {
        return Err(Unsigned::Time);
    }
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).map_err(|_| Unsigned::Malformed)?;
    let mut mac = <Hmac<Sha256>>::new_from_slice(&key).map_err(|_| Unsigned::Malformed)?;
    mac.update(format!("{}.{}.", message.id, message.timestamp).as_bytes());
    mac.update(message.body);
    // There are several while a secret is changed. `verify_slice` takes the same time wherever they differ.
    let fits = message.signature.split(' ').any(|given| {
        let given = given.strip_prefix("v1,").and_then(|text| STANDARD.decode(text).ok());
        given.is_some_and(|given| mac.clone().verify_slice(&given).is_ok())
    });
    if !fits {
        return Err(Unsigned::Signature);
    }
    serde_json::from_slice(message.body).map_err(|_| Unsigned::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    // From the reference implementation: github.com/standard-webhooks/standard-webhooks, libraries/python/tests.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const MESSAGE: Message<'static> = Message {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: "1614265330",
        signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        body: br#"{"test": 2432232314}"#,
    };

    #[test]
    fn the_message_of_the_standard_is_taken_and_a_changed_one_is_not() {
        assert_eq!(verify(SECRET, MESSAGE, 1_614_265_330).unwrap()["test"], 2_432_232_314_u64);
        let several = Message {
            signature: "v1a,AA== v1,AA== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ..MESSAGE
        };
        assert!(verify(SECRET, several, 1_614_265_330).is_ok());
        for changed in [
            Message { body: br#"{"test": 2432232315}"#, ..MESSAGE },
            Message { id: "msg_other", ..MESSAGE },
            Message { timestamp: "1614265331", ..MESSAGE },
        ] {
            assert_eq!(verify(SECRET, changed, 1_614_265_330), Err(Unsigned::Signature));
        }
        assert_eq!(verify(SECRET, MESSAGE, 1_614_265_330 + 301), Err(Unsigned::Time));
        assert_eq!(verify("whsec_!", MESSAGE, 1_614_265_330), Err(Unsigned::Malformed));
    }
}
